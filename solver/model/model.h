/* model.h - a mixed-integer linear program as data.
 *
 *     minimise (or maximise)  offset + sum_j cost[j] x[j]
 *     subject to              row_lower[i] <= sum_j a[i][j] x[j] <= row_upper[i]     i < rows
 *                             lower[j] <= x[j] <= upper[j]                           j < cols
 *                             x[j] integer where integer[j]
 *
 * Bounds of MODEL_INFINITY or beyond mean none. The matrix is held by columns (compressed sparse columns), entries of a
 * column in the order in which they were added, no row twice, no zeros. Built by model_add_row / model_add_column /
 * model_add_entry in any order, then sealed by model_finish; solvers read finished models only and never write to them.
 */
#ifndef SOLVER_MODEL_MODEL_H
#define SOLVER_MODEL_MODEL_H
#include <stdbool.h>
#include <stddef.h>

#include "solver/base/error.h"

#define MODEL_INFINITY 1e20

struct model {
    char *name;           /* may be NULL */
    char *objective_name; /* may be NULL */
    bool maximize;
    double offset;
    int rows, cols;
    long entries;                  /* nonzeros */
    double *cost, *lower, *upper;  /* [cols] */
    bool *integer;                 /* [cols] */
    double *row_lower, *row_upper; /* [rows] */
    char **col_name, **row_name;   /* [cols], [rows]; an entry may be NULL: then x<j+1> or r<i+1> is meant */
    long *start;                   /* [cols + 1], after model_finish */
    int *index;                    /* [entries] row of each entry */
    double *value;                 /* [entries] */
    struct model_builder *builder; /* what is being added; NULL after model_finish */
};

struct model *model_new(void);
void model_free(struct model *m);
struct model *model_copy(const struct model *m);
/* Each returns the index of the new row or column; `name` may be NULL and is copied. */
int model_add_row(struct model *m, const char *name, double lower, double upper);
int model_add_column(struct model *m, const char *name, double cost, double lower, double upper, bool integer);
void model_add_entry(struct model *m, int row, int col, double value);
/* Sorts the entries into columns. An entry given twice, a NaN, an infinite coefficient or lower > +inf is an error that
 * names row and column. Crossing bounds are no error: the program is infeasible, and a solver says so. */
bool model_finish(struct model *m, struct error *err);

/* Writers of files give the objective's constant to a last column that is fixed at 1, because readers disagree on
 * constants, and name that column in a comment: MODEL_CONSTANT_MARK and its name. This undoes it in a finished model,
 * if the last column is such a one. */
#define MODEL_CONSTANT      "objective_constant"
#define MODEL_CONSTANT_MARK "the objective's constant is the cost of column "
void model_fold_constant(struct model *m, const char *name);

double model_objective(const struct model *m, const double *x); /* in the model's own sense, offset included */
/* Largest violation of rows, bounds and integrality by x[cols], absolute, in the model's own units. */
double model_violation(const struct model *m, const double *x);
const char *model_col_name(const struct model *m, int col, char spare[24]);
const char *model_row_name(const struct model *m, int row, char spare[24]);

#endif
