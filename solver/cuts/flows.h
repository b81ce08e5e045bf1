/* flows.h - rows that are nodes of networks: continuous columns, all with the same magnitude. What flows in less what
 * flows out is at least, or exactly, the node's demand. */
#ifndef SOLVER_CUTS_FLOWS_H
#define SOLVER_CUTS_FLOWS_H
#include "solver/cuts/cuts.h"

enum { FLOWS_WORLD = 0 /* the first node, without a row: the other end of columns of one end */ };

struct flows {
    const struct cuts *c;
    int nodes;
    int *node;      /* [rows] of the model; -1: none */
    int *row;       /* [nodes] */
    double *factor; /* [nodes] of the row: columns that flow in have a coefficient of 1 */
};

void flows_find(struct flows *f, const struct cuts *c);
void flows_free(struct flows *f);
/* All signs changed: flows lead the other way, and supplies are demands. Twice: as it was. */
void flows_reverse(struct flows *f);
/* What must flow into the node: of the side that this is said by with the node's factor; 0 if there is none. */
double flows_demand(const struct flows *f, int node);
/* The nodes that column j leads from, end[0], and to, end[1]. False: it is none of a network. */
bool flows_ends(int end[2], const struct flows *f, int j);

#endif
