/* lu.h - the factorised basis: B = L R U with Forrest-Tomlin updates, and solves that follow the nonzeros.
 *
 * B has a column per basic variable of [A | -I]. Every pivot gives its row's number to its column, so that one
 * numbering 0..size-1 serves rows and columns: head[i] is the variable that was pivoted in row i, entry i of B^-1 a
 * belongs to it. L  product of elementary columns, one per pivot, from Markowitz elimination with threshold pivoting,
 * singletons first (Suhl & Suhl 1990); R  product of elementary rows, one per update (Forrest & Tomlin 1972): x[row] -=
 * sum of eta x; U  permuted upper triangular, in the order of u_order; both by columns and by rows. A solve with few
 * nonzeros first finds, by depth-first search, which entries can become nonzero (Gilbert & Peierls 1988, Hall &
 * McKinnon 2005); one that gets dense goes through all pivots in order. */
#ifndef SOLVER_LP_LU_H
#define SOLVER_LP_LU_H
#include <stdbool.h>
#include <stddef.h>

#include "solver/lp/matrix.h"
#include "solver/lp/vector.h"

struct lu_part {         /* one triangular factor without its diagonal, by columns or by rows */
    int *start, *length; /* [size] */
    int *room;           /* [size] entries that fit before the part must move; only for the rows of U */
    int *index;
    double *value;
    size_t index_capacity, value_capacity;
    int used; /* entries of index and value taken */
};

/* What a vector is solved for; each has its own history of how dense it becomes. */
enum lu_kind { LU_COLUMN, LU_STEEPEST, LU_FLIPS, LU_ROW, LU_DENSE, LU_KINDS };

struct lu {
    int size;
    double threshold;   /* relative pivot threshold, 0.1 unless there is trouble */
    double pivot_least; /* smaller pivots count as zero: the column is dependent */
    bool hypersparse;   /* option: follow the nonzeros */
    struct lu_part l_cols, l_rows, u_cols, u_rows;
    int *l_order, l_count; /* pivots with a nonempty column of L, in order */
    int *u_order, u_count; /* pivots in order; -1 where an update took one away */
    int *u_place;          /* [size] place of each pivot in u_order */
    double *pivot;         /* [size] diagonal of U */
    int updates;
    int *eta_row, *eta_start; /* [LU_UPDATES + 1] rows of R */
    int *eta_index;
    double *eta_value;
    size_t eta_index_capacity, eta_value_capacity;
    struct vector *spike;   /* L R solved for the last column given to lu_ftran with LU_COLUMN */
    struct vector *row_eta; /* U' solved for the last row given to lu_btran with LU_ROW */
    int factor_entries;     /* of L and U when fresh */
    double density[LU_KINDS][2];
    int *stack, *edge, *reach;
    unsigned char *mark; /* [size] all zero between calls */
    struct markowitz *work;
};

#define LU_UPDATES 128 /* room for so many */

struct lu *lu_new(int size);
void lu_free(struct lu *lu);
/* Factorises the columns variable[0..count-1] of [A | -I] (count may differ from size: too many, too few, dependent).
 * head[size]: out, as above; a row that got no pivot gets its logical a->cols + row. Returns how many did. */
int lu_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head);
void lu_ftran(struct lu *lu, struct vector *x, enum lu_kind kind); /* x = B^-1 x */
void lu_btran(struct lu *lu, struct vector *x, enum lu_kind kind); /* x = B^-T x */
bool lu_worn(const struct lu *lu); /* so many updates or so much fill that a new factorisation pays */

/* ft.c: column `row` of B is replaced by the last LU_COLUMN, whose entry `row` was alpha; the last LU_ROW was e_row.
 * False (and nothing usable): the new pivot is too small or disagrees with alpha; factorise anew. */
bool ft_update(struct lu *lu, int row, double alpha);

/* For lu.c's own files. */
void lu_part_reserve(struct lu_part *p, int more);

#endif
