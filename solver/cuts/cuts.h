/* cuts.h - rows that every solution satisfies and the relaxation violates. One table of separators (separators.def), a
 * file and an option each.
 *
 * A cut is sum value[k] x[index[k]] <= rhs over structural columns. Cuts are made at the root, from bounds and rows
 * that hold everywhere, in rounds: separate, filter by efficacy (distance from the relaxation's solution) and
 * parallelism, solve again, drop what is slack. The cuts that stay are rows of the LP for the rest of the search. A few
 * more are made below the root (tree_cuts.h). */
#ifndef SOLVER_CUTS_CUTS_H
#define SOLVER_CUTS_CUTS_H
#include "solver/search/search.h"

enum cuts_separator {
#define SEPARATOR(name, preset, help) CUTS_##name,
#include "solver/cuts/separators.def"
#undef SEPARATOR
    CUTS_SEPARATORS
};

/* What separators see. */
struct cuts {
    struct worker *w;
    const struct model *m;
    const struct rows *rows;
    const struct cut_set *active; /* rows of the LP after the model's and, below the root, around the groups' */
    const double *lower, *upper;  /* [cols] that hold everywhere */
    double *x;                    /* [cols + LP's rows] of the relaxation */
    bool *whole_row;              /* [m->rows] activity is integral in every solution, and so are the sides */
    int *upper_row, *lower_row;   /* [cols] row that bounds a continuous column by an integer one, or -1 */
    struct cut_set found;
};

/* At the root, after a fractional solution. `enough` (NULL: never): may slow rounds end, with the relaxation
 * solved as it is now? */
void cuts_run(struct worker *w, bool (*enough)(struct worker *w));
/* Pivots that all rounds may take, `root` having been taken before them. Small relaxations may take many times as many:
 * there they are cheap, and cuts that go on closing the gap save more of them in the tree. */
int64_t cuts_patience(int64_t root);
/* When the root is about to be left: removes cuts that close little of the gap, and none will be made below: they would
 * make pivots dearer at every node without improving the branching. True if there were any. */
bool cuts_give_up(struct worker *w);

/* For a solution at some node (tree_cuts.h): lower and upper are those that hold everywhere. */
void cuts_init(struct cuts *c, struct worker *w, const double *lower, const double *upper);
void cuts_separate(struct cuts *c); /* into c->found; after worker_fractional */
/* One row of the table alone, counted in the worker's tallies; its name. */
void cuts_separate_with(struct cuts *c, int separator);
const char *cuts_name(int separator);
void cuts_free(struct cuts *c);

/* Offers a cut: dense coefficients over columns, `list` of those that may be nonzero. Cleans it; keeps it if violated
 * enough. */
void cuts_offer(struct cuts *c, const double *dense, const int *list, int count, double rhs, const char *made_by);

/* Row i of the LP is one of the model or an active cut, whose entries cuts_row returns; else it is a group's, which has
 * none. */
bool cuts_combines(const struct cuts *c, int i);
struct cuts_row {
    const int *col;
    const double *value;
    long count;
};
struct cuts_row cuts_row(const struct cuts *c, int i);
double cuts_lower(const struct cuts *c, int variable); /* of column or logical */
double cuts_upper(const struct cuts *c, int variable);
/* What upper_row[j] or lower_row[j], which there is, says of column j: slope * x[by] + constant is its bound. */
struct cuts_bound {
    int by;
    double slope, constant;
};
struct cuts_bound cuts_variable_bound(const struct cuts *c, int j, bool upper);

/* The table's entries: each offers cuts that c->x violates. */
#define SEPARATOR(name, preset, help) void name##_separate(struct cuts *c);
#include "solver/cuts/separators.def"
#undef SEPARATOR

#endif
