/* logic.h - what rows cannot say: columns that are 0 or in a range, sets of columns of which few may be nonzero, and
 * rows that count only if a binary has a value.
 *
 *     semi-continuous   x_j = 0, or lower <= x_j <= upper, 0 <= lower  (semi-integer: integer as well)
 *     set of type 1     at most one of its columns is not 0
 *     set of type 2     at most two are, and they are neighbours (Beale & Tomlin 1970)
 *     indicator         x_j = value implies row_lower <= row i <= row_upper
 *
 * Readers collect them in `struct logic`, columns and rows by their index. logic_expand makes a program of rows and
 * binaries out of it, which has the same solutions in the columns of before; the binaries ("helpers") come after them:
 *
 *     semi-continuous   lower z <= x <= upper z
 *     type 1            l_k z_k <= x_k <= u_k z_k,  sum z_k <= 1;                a binary x_k is its own z_k
 *     type 2            l_k s <= x_k <= u_k s with s = w_(k-1) + w_k,  sum w <= 1;    w_k: between columns k and k + 1
 *     indicator         row <= row_upper + (most - row_upper) (1 - z), and likewise below; most: the row's largest value
 *
 * u, l and `most` are the columns' bounds, or those that rows imply (logic_bounds.c), and never larger. Where neither
 * is finite the program is refused, with the column's name. */
#ifndef SOLVER_MODEL_LOGIC_H
#define SOLVER_MODEL_LOGIC_H
#include "solver/model/model.h"

struct logic_semi {
    int col;
    int helper;          /* column that is 1 if x is not 0, or -1: not needed */
    double lower, upper; /* while it is not 0 */
};

struct logic_set {
    char *name;       /* may be NULL */
    int type;         /* 1 or 2 */
    int first, count; /* of logic.member; in order of weight once expanded */
};

struct logic_member {
    int col;
    int helper; /* type 1: 1 if x is not 0; type 2: between this member and the next; or -1 */
    double weight;
};

struct logic_indicator {
    int row, col;
    bool value;
    double lower, upper; /* sides of the row that are implied */
    double shift;        /* what has been added to the coefficient of the binary */
};

/* Helpers are -1 and semi-continuous ranges and implied sides unknown until logic_expand has filled them in. */
struct logic {
    struct logic_semi *semi;
    struct logic_set *set;
    struct logic_member *member;
    struct logic_indicator *indicator;
    size_t semis, sets, members, indicators;
    size_t semi_room, set_room, member_room, indicator_room;
    int own_cols; /* columns of the file; helpers follow */
};

struct logic *logic_new(void);
void logic_free(struct logic *l); /* NULL allowed */
struct logic *logic_copy(const struct logic *l);

void logic_add_semi(struct logic *l, int col);
void logic_add_set(struct logic *l, const char *name, int type);
void logic_add_member(struct logic *l, int col, double weight); /* to the last set */
void logic_add_indicator(struct logic *l, int row, int col, bool value);

/* A finished program and its logic as one of rows; takes both, whatever happens. The range of a semi-continuous column
 * is that of its bounds. NULL: an error, which names the column, set or row. */
struct model *logic_expand(struct model *m, struct logic *l, struct error *err);

/* Largest violation of the logic itself by x: distance from 0 or the range, the largest value beyond those that a set
 * allows, that of a row that is implied. activity: [rows] of the rows. */
double logic_violation(const struct model *m, const double *x, const long double *activity);
/* Sets the helpers among x to what the other columns say. */
void logic_complete(const struct model *m, double *x);
/* For a relaxation: helpers remain columns, but nothing more is asked of a point. */
void logic_drop(struct logic *l); /* NULL allowed */

/* Bounds that rows imply where columns have none: lower and upper [cols] become finite where possible. Rows with
 * skip[i] do not count. */
void logic_bounds(const struct model *m, const bool *skip, double *lower, double *upper);

#endif
