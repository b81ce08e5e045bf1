/* markowitz.h - the elimination inside lu_factor: which entry is pivoted when.
 *
 * Logicals first, then column and row singletons, as long as there are any; what remains, the nucleus, is eliminated by
 * Markowitz counts among the entries that are at least `threshold` of the largest in their column. Columns of U come
 * out as a list of entries (row, column, value), columns of L straight into the factor. */
#ifndef SOLVER_LP_MARKOWITZ_H
#define SOLVER_LP_MARKOWITZ_H
#include <stdbool.h>
#include <stddef.h>

#include "solver/lp/matrix.h"

struct lu;

struct markowitz_list { /* lines (rows or columns) of the nucleus by their count, doubly linked */
    int *first;         /* [most + 1] by count; -1: none */
    int *next, *before; /* [lines] */
    int *count;         /* [lines] */
};

struct markowitz {
    int size, room; /* rows; columns that fit */
    int *pivot_row; /* [columns] -1: not pivoted */
    int *row_pivot; /* [size] column pivoted in the row, -1: none */
    int *u_row, *u_col, u_count;
    double *u_value; /* entries of U without the diagonal, columns by number of the column */
    size_t u_capacity[3];
    struct markowitz_list rows, cols;
    int *queue;                            /* [size + room] */
    int *row_start, *row_room, *row_index; /* columns of each row; index may hold pivoted ones in the singleton phase */
    size_t row_capacity;
    int row_used;
    int *col_start, *col_room, *col_index; /* rows of each column of the nucleus */
    double *col_value, *col_largest;
    size_t col_capacity[2];
    int col_used;
    double *work;        /* [size] all zero between eliminations: the pivot column divided by the pivot */
    unsigned char *seen; /* [size] all zero between eliminations */
};

struct markowitz *markowitz_new(int size);
void markowitz_free(struct markowitz *w);
/* The elimination of lu_factor; fills l_cols, l_order, pivot, u_order, u_place of lu, the list of U here, and head. */
int markowitz_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head);

/* For markowitz.c and nucleus.c: an entry of U; one of L in the column that is being pivoted; the pivot that ends that
 * column. */
void markowitz_u(struct markowitz *w, int row, int col, double value);
void markowitz_l(struct lu *lu, int row, double value);
void markowitz_pivot(struct lu *lu, int row, int col, double value);

/* nucleus.c: what is left after logicals and singletons, until no pivot of lu->pivot_least is found. */
void nucleus_run(struct lu *lu, const struct matrix *a, const int *variable, int count);

#endif
