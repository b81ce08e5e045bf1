/* products.h - rows that switch something on if two choices are made, and the inequality that they imply together.
 *
 * A *group* is a set of binaries of which at most one is 1, such as the choices of a one-hot row. Rows
 *
 *     C(x) + a S_k(x) + D_k(x) <= b,        k = 1, 2, ...
 *
 * with the same C, a > 0 and b, sums S_k of disjoint parts of one group, D_k <= 0 everywhere and C <= b everywhere
 * (with y for D_k: -y <= 0 and y >= x_p + x_q - 1, the linearised product x_p x_q) are a *family*. At most one S_k is
 * 1, so
 *
 *     C(x) + sum over k in K of (a S_k(x) + D_k(x)) <= b       for every K:
 *
 * stronger than the sum of the rows. product_separate (an entry of cuts.c's table) cuts with it; presolve_all_products
 * merges rows whose D_k are equal. */
#ifndef SOLVER_MODEL_PRODUCTS_H
#define SOLVER_MODEL_PRODUCTS_H
#include <stdbool.h>

#include "solver/model/rows.h"

struct product_source { /* the program, held in any struct; infinite: |bound| >= MODEL_INFINITY */
    int row_count, cols;
    const struct rows *rows;
    const double *row_lower, *row_upper; /* [row_count] */
    const double *lower, *upper;         /* [cols] that hold everywhere */
    const bool *integer;                 /* [cols] */
};

struct product_member {
    int row;
    int sign; /* 1: its upper side, -1: its lower side, with all terms negated */
};

struct product_family {
    int first, count; /* members */
    int group;        /* of the S_k: a row's number */
};

struct products {
    int *
        group; /* [cols] the row, the longest if there are several, that allows one of its binaries to be 1; -1: none */
    struct product_family *family; /* those of their rows' last groups first, then of the last but one, ... */
    struct product_member *member;
    int families, members;
    struct product_source source; /* its arrays must outlive the products */
};

void products_make(struct products *p, const struct product_source *source);
void products_free(struct products *p);

double products_side(const struct product_source *s, int row, int sign); /* b */

/* The part of its row in which an entry is, for a family. */
enum product_part { PRODUCT_COMMON, PRODUCT_CHOICE, PRODUCT_SWITCHED }; /* C, S_k, D_k */
enum product_part products_part(const struct products *p, int group, int col, double signed_value);

#endif
