/* domain.h - bounds of the columns at a node, and their propagation by the rows (Savelsbergh 1994, section 1).
 *
 * A row l <= a'x <= u with least activity L implies for each of its columns  a_j x_j <= u - (L - min a_j x_j), and
 * likewise from above. Bounds of integer columns are rounded inwards. Every tightening keeps a margin for the rounding
 * of the sums, so that no point that holds exactly is ever cut off. */
#ifndef SOLVER_SEARCH_DOMAIN_H
#define SOLVER_SEARCH_DOMAIN_H
#include <stdint.h>

#include "solver/model/model.h"
#include "solver/model/rows.h"
#include "solver/search/clique_table.h"

struct domain {
    const struct model *model;
    const struct rows *rows;
    double *lower, *upper; /* [cols] */
    bool infeasible;       /* some column's bounds cross, or some row cannot hold */
    int *queue;            /* [rows] ring of rows to look at; head, waiting */
    int head, waiting;
    bool *queued;  /* [rows] */
    int *changed;  /* [cols] columns whose bounds moved since domain_forget_changes; `changes` of them */
    bool *touched; /* [cols] is in `changed` */
    int changes;
    const struct clique_table *cliques; /* looked at as well; NULL: none */
    int *fixed;                         /* [cols] columns fixed whose cliques are to be looked at; `fixes` of them */
    bool *listed;                       /* [cols] is in `fixed` */
    int fixes;
    int64_t work; /* entries that propagation has read */
};

void domain_init(struct domain *d, const struct model *m, const struct rows *r); /* model's bounds, integers rounded */
void domain_free(struct domain *d);
/* Sets both bounds (when loading a node: nothing is queued), and marks the column as changed if they differ. */
void domain_set(struct domain *d, int col, double lower, double upper);
/* Sets a bound if it is tighter; rounds for integers; queues the rows of the column. */
void domain_raise_lower(struct domain *d, int col, double lower);
void domain_reduce_upper(struct domain *d, int col, double upper);
void domain_queue_all(struct domain *d);
/* Propagates cliques of fixed columns, and queued rows, until nothing is queued or `effort` entries were read; false:
 * infeasible. */
bool domain_propagate(struct domain *d, long effort);
void domain_forget_changes(struct domain *d);

#endif
