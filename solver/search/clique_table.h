/* clique_table.h - literals (binaries or their complements) of which any two exclude each other, as cliques: at most
 * one of each is 1.
 *
 * Made once at the root, after probing, from bounds that hold everywhere: of packing and one-hot rows, of the heaviest
 * items of knapsack rows (any two of which are too heavy together), and of the implications between binaries that
 * probing found, as cliques of two.
 *
 * Used twice. The separator (clique.c) grows cuts from it. Propagation (domain.c, option clique_propagation) sets a
 * literal's neighbours to 0 when it is 1: single rows imply the same, but an implication that took several rows to find
 * works only forwards. If x = 1 makes y = 0 through other columns, y = 1 need not make x = 0 by any row; the clique {x,
 * y} does. */
#ifndef SOLVER_SEARCH_CLIQUE_TABLE_H
#define SOLVER_SEARCH_CLIQUE_TABLE_H
#include <stdbool.h>

#include "solver/model/rows.h"
#include "solver/search/implications.h"

struct domain;

struct clique_table { /* literal 2 j: x_j; literal 2 j + 1: 1 - x_j */
    int literals;     /* 2 * columns */
    int cliques;
    long *start;        /* [cliques + 1] */
    int *literal;       /* [start[cliques]] */
    long *member_start; /* [literals + 1] */
    int *member;        /* cliques, ascending, that a literal is in */
};

void clique_table_init(struct clique_table *t, const struct model *m, const struct rows *r,
                       const struct implications *implied, const double *lower, const double *upper);
void clique_table_free(struct clique_table *t);
/* Whether some clique has both. */
bool clique_table_exclusive(const struct clique_table *t, int a, int b);
/* `literal` is 1: its neighbours become 0. Returns the entries read. */
long clique_table_propagate(const struct clique_table *t, struct domain *d, int literal);

#endif
