/* products.h - rows that switch something on where two choices meet, and what they say together.
 *
 * A *group* is a set of binaries of which one at most is 1, such as the choices of a one-hot row. Rows
 *
 *     C(x) + a S_k(x) + D_k(x) <= b,        k = 1, 2, ...
 *
 * with the same C, a > 0 and b, sums S_k of disjoint parts of one group, D_k <= 0 everywhere and C <= b everywhere
 * (with y for D_k: -y <= 0 and y >= x_p + x_q - 1, the product x_p x_q as it is made linear) are a *family*. One S_k at
 * most is 1, so
 *
 *     C(x) + sum over k in K of (a S_k(x) + D_k(x)) <= b       for every K:
 *
 * stronger than the sum of the rows. product_separate (an entry of cuts.c's table) cuts with it; presolve_all_products
 * merges rows whose D_k are alike. */
#ifndef SOLVER_MODEL_PRODUCTS_H
#define SOLVER_MODEL_PRODUCTS_H
#include <stdbool.h>

#include "solver/model/rows.h"

struct product_source { /* the program, in whatever struct it stands; infinite: |bound| >= MODEL_INFINITY */
    int row_count, cols;
    const struct rows *rows;
    const double *row_lower, *row_upper; /* [row_count] */
    const double *lower, *upper;         /* [cols] that hold everywhere */
    const bool *integer;                 /* [cols] */
};

struct product_member {
    int row;
    int sign; /* 1: its upper side is meant, -1: its lower side, with all terms turned */
};

struct product_family {
    int first, count; /* members */
    int group;        /* of the S_k: a row's number */
};

struct products {
    int *
        group; /* [cols] the row, the longest if there are several, that allows one of its binaries to be 1; -1: none */
    struct product_family *family; /* first those of their rows' last groups, then of the last but one, ... */
    struct product_member *member;
    int families, members;
    struct product_source source; /* what it points to must outlive the products */
};

void products_init(struct products *p, const struct product_source *source);
void products_free(struct products *p);

double products_side(const struct product_source *s, int row, int sign); /* b */

/* In which part of its row an entry is, seen from a family. */
enum product_part { PRODUCT_COMMON, PRODUCT_CHOICE, PRODUCT_SWITCHED }; /* C, S_k, D_k */
enum product_part products_part(const struct products *p, int group, int col, double signed_value);

#endif
