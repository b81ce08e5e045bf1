/* markowitz.h - the elimination inside lu_factor: which entry is pivoted when.
 *
 * Logicals first, then column and row singletons until none remain; the rest, the nucleus, is eliminated by Markowitz
 * counts among the entries that are at least `threshold` times the largest in their column. U is collected as a list of
 * entries (row, column, value), columns of L go straight into the factor. */
#ifndef SOLVER_LP_MARKOWITZ_H
#define SOLVER_LP_MARKOWITZ_H
#include <stdbool.h>
#include <stddef.h>

#include "solver/lp/matrix.h"

struct lu;

/* Lines (rows or columns) of the nucleus by their count, doubly linked: next[before[line]] == line, and every line in
 * the list of first[c] has count c. */
struct markowitz_list {
    int *first;         /* [most + 1] by count; -1: none */
    int *next, *before; /* [lines] */
    int *count;         /* [lines] */
};

struct markowitz_entries { /* of U without the diagonal; columns by number of the column */
    int *row, *col, count;
    double *value;
    size_t capacity[3]; /* of row, col, value */
};

struct markowitz_rows {        /* columns of each row; may hold pivoted ones in the singleton phase */
    int *start, *room, *index; /* [size], [size], [used] */
    size_t capacity;
    int used;
};

struct markowitz_cols {        /* rows and values of each column of the nucleus */
    int *start, *room, *index; /* [columns], [columns], [used] */
    double *value, *largest;   /* [used]; [columns] largest magnitude in the column */
    size_t capacity[2];        /* of index, value */
    int used;
};

/* pivot_row and row_pivot are inverse to each other where both are >= 0. */
struct markowitz {
    int size, room; /* rows; columns that fit */
    int *pivot_row; /* [columns] -1: not pivoted */
    int *row_pivot; /* [size] column pivoted in the row, -1: none */
    struct markowitz_entries u;
    struct markowitz_list rows, cols;
    int *queue; /* [size + room] singletons: columns as k, rows as -1 - i; each line enters at most once */
    struct markowitz_rows by_row;
    struct markowitz_cols by_col;
    double *work;        /* [size] all zero between eliminations: the pivot column divided by the pivot */
    unsigned char *seen; /* [size] all zero between eliminations */
};

struct markowitz *markowitz_new(int size);
void markowitz_free(struct markowitz *w);
/* The elimination of lu_factor; fills l.cols, l.order, u.pivot, u.order, u.place of lu, the list of U here, and
 * head. */
int markowitz_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head);

/* For markowitz.c and nucleus.c: an entry of U; one of L in the column that is being pivoted; the pivot that ends that
 * column. */
void markowitz_u(struct markowitz *w, int row, int col, double value);
void markowitz_l(struct lu *lu, int row, double value);
void markowitz_pivot(struct lu *lu, int row, int col, double value);
bool markowitz_check_clean(const struct markowitz *w); /* for CHECK: work and seen are all zero */

/* nucleus.c: eliminates the rest after logicals and singletons, until no pivot of at least lu->pivot_least is found. */
void nucleus_run(struct lu *lu, const struct matrix *a, const int *variable, int count);
bool nucleus_check_list(const struct markowitz_list *list, int most); /* for CHECK: links and counts agree */

#endif
