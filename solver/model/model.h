/* model.h - a mixed-integer linear program as data.
 *
 *     minimise (or maximise)  offset + sum_j cost[j] x[j]
 *     subject to              row_lower[i] <= sum_j a[i][j] x[j] <= row_upper[i]     i < rows
 *                             lower[j] <= x[j] <= upper[j]                           j < cols
 *                             x[j] integer where integer[j]
 *
 * Bounds of MODEL_INFINITY or beyond mean none. Built by model_add_row, model_add_column and model_add_entry in any
 * order, then sealed by model_finish; solvers read finished models only and never write to them.
 *
 * Invariants of a finished model: the matrix is held by columns (compressed sparse columns), start[0] = 0, start[]
 * ascending, start[cols] = entries; entries of a column in the order in which they were added, no row twice, no zeros;
 * no NaN anywhere; a missing bound is exactly +-MODEL_INFINITY. Bounds may cross: such a program is infeasible. Names
 * need not be unique: readers of files refuse duplicates, writers rename them. */
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
    char **col_name, **row_name;   /* [cols], [rows]; an entry may be NULL: shown as x<j+1> or r<i+1> */
    long *start;                   /* [cols + 1], after model_finish */
    int *index;                    /* [entries] row of each entry */
    double *value;                 /* [entries] */
    struct model_builder *builder; /* entries added so far; NULL after model_finish */
    struct logic *logic;           /* what rows and binaries stand for (logic.h), or NULL */
};

struct model *model_new(void);
void model_free(struct model *m);
struct model *model_copy(const struct model *m);
/* Each returns the index of the new row or column; `name` may be NULL and is copied. */
int model_add_row(struct model *m, const char *name, double lower, double upper);
int model_add_column(struct model *m, const char *name, double cost, double lower, double upper, bool integer);
void model_add_entry(struct model *m, int row, int col, double value);
/* Sorts the entries into columns. An error names row and column of a duplicate entry, a NaN, an infinite coefficient, a
 * lower bound of +infinity or an upper one of -infinity. Crossing bounds are no error: solvers call them infeasible. */
bool model_finish(struct model *m, struct error *err);

/* More rows for a finished model, without names: row k has the entries start[k] to start[k + 1] - 1 of index (columns,
 * none twice) and value (none zero). */
void model_append_rows(struct model *m, int count, const int *start, const int *index, const double *value,
                       const double *lower, const double *upper);

/* Writers of files make the objective's constant the cost of a last column fixed at 1, because readers disagree on
 * constants, and name that column in a comment: MODEL_CONSTANT_MARK and its name. model_fold_constant undoes this in a
 * finished model if its last column has that name and those bounds. */
#define MODEL_CONSTANT      "objective_constant"
#define MODEL_CONSTANT_MARK "the objective's constant is the cost of column "
void model_fold_constant(struct model *m, const char *name);

/* Normalises a bound: values of MODEL_INFINITY or beyond become MODEL_INFINITY, with their sign. */
double model_bound(double value);
/* The same bound as arithmetic wants it: INFINITY, with its sign, where there is none. */
double model_unbounded(double value);
/* Whether the invariants of a finished model hold (start[] ascending, rows in range, none twice in a column, no zeros,
 * no NaN, bounds in the spelling of model_bound); for CHECK. */
bool model_check(const struct model *m);

double model_objective(const struct model *m, const double *x); /* in the model's own sense, offset included */
/* Largest violation of rows, bounds, integrality and logic by x[cols], absolute, in the model's own units. */
double model_violation(const struct model *m, const double *x);
/* Largest violation of a row or bound, divided by the sum of the magnitudes of the row's terms, or by the column's
 * magnitude, if that is above 1: what rounding alone makes is some 1e-16. */
double model_relative_violation(const struct model *m, const double *x);
const char *model_col_name(const struct model *m, int col, char spare[24]);
const char *model_row_name(const struct model *m, int row, char spare[24]);

#endif
