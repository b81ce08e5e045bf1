/* cuts.h - rows that every solution keeps and the relaxation breaks. One table of separators (cuts.c), a file and an option each.
 *
 * A cut is sum value[k] x[index[k]] <= rhs over structural columns. Cuts are made at the root, from bounds and rows that hold
 * everywhere, in rounds: separate, filter by efficacy (distance from the relaxation's solution) and parallelism, solve again, drop
 * what is slack. The cuts that stay are rows of the LP for the rest of the search. */
#ifndef SOLVER_CUTS_H
#define SOLVER_CUTS_H
#include "solver/tree.h"

/* What separators see. */
struct cuts {
    struct tree_worker *w;
    const struct model *m;
    const struct rows *rows;
    const struct cut_set *active; /* rows m->rows, m->rows + 1, ... of the LP */
    const double *lower, *upper;  /* [cols] that hold everywhere */
    double *x;                    /* [cols + LP's rows] of the relaxation */
    bool *whole_row;              /* [m->rows] activity is integral in every solution, and so are the sides */
    int *upper_row, *lower_row;   /* [cols] row that bounds a continuous column by an integer one, or -1 */
    struct cut_set found;
};

/* At the root, after a fractional solution. True if cuts were added: bounds are as before, the LP is solved again. */
bool cuts_run(struct tree_worker *w);
void cuts_free(struct cut_set *s);
/* Adds the active cuts to another worker's LP. */
void cuts_add_all(struct lp *lp, const struct cut_set *s);

/* Offers a cut: dense coefficients over columns, `list` of those that may be nonzero. Cleans it; keeps it if violated enough. */
void cuts_offer(struct cuts *c, const double *dense, const int *list, int count, double rhs, const char *made_by);

/* The entries of row i of the LP, a row of the model or an active cut. */
struct cuts_row {
    const int *col;
    const double *value;
    long count;
};
struct cuts_row cuts_row(const struct cuts *c, int i);
double cuts_lower(const struct cuts *c, int variable); /* of column or logical */
double cuts_upper(const struct cuts *c, int variable);

/* The table's entries. */
void gomory_separate(struct cuts *c);
void mir_separate(struct cuts *c);
void cover_separate(struct cuts *c);
void clique_separate(struct cuts *c);
void implied_separate(struct cuts *c);

#endif
