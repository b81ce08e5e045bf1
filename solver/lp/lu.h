/* lu.h - the factorised basis: B = L R U with Forrest-Tomlin updates, and solves that follow the nonzeros.
 *
 * B has one column per basic variable of [A | -I]. Every pivot gives its row's number to its column, so that one
 * numbering 0..size-1 serves rows and columns: head[i] is the variable pivoted in row i, and entry i of B^-1 a belongs
 * to it.
 *   L   a product of elementary columns, one per pivot, from Markowitz elimination with threshold pivoting, singletons
 *       first (Suhl & Suhl 1990)
 *   R   a product of elementary rows, one per update (Forrest & Tomlin 1972): x[row] -= sum of eta x
 *   U   permuted upper triangular in the order of u.order, held by columns and by rows
 *
 *       B         =        L           R                U, rows and columns in the order of u.order
 *     . x . x           1 . . .     1 . . .        u.order:    2   0  -1   3   1
 *     x x . .           x 1 . .     . 1 . .            2       p   x       x   x     p: u.pivot[i], the diagonal
 *     . . x x           . x 1 .     . x 1 x  <- row    0           p       .   x     x: an entry of u.cols and u.rows
 *     x . . x           x . . 1     . . . 1     eta    3                   p   x     -1: an update took the pivot away
 *                    l.order says   one per update     1                       p         and appended it at the end
 *                    which is first                u.place[u.order[t]] = t
 *
 *     ftran:  x = L^-1 x,  x = R^-1 x,  [spike kept],    x = U^-1 x         btran: the transposes, from right to left
 *
 * A solve with few nonzeros first finds, by depth-first search, which entries can become nonzero (Gilbert & Peierls
 * 1988, Hall & McKinnon 2005); a solve that becomes dense visits all pivots in order. */
#ifndef SOLVER_LP_LU_H
#define SOLVER_LP_LU_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/lp/matrix.h"
#include "solver/lp/vector.h"

/* One triangular factor without its diagonal, by columns or by rows: line i is index and value[start[i]] to
 * [start[i] + length[i] - 1]. Lines do not overlap, and all end at or before `used`, which is within both
 * capacities. */
struct lu_part {
    int *start, *length; /* [size] */
    int *room;           /* [size] entries that fit before the line must move; only for the rows of U, else NULL */
    int *index;
    double *value;
    size_t index_capacity, value_capacity;
    int used; /* entries of index and value taken */
};

struct lu_l {
    struct lu_part cols, rows;
    int *order, count; /* [count] pivots with a nonempty column of L, in the order of elimination */
};

/* order and place are inverse to each other: order[place[i]] == i for every pivot, all other order[t] are -1. Every
 * entry of column j is in a row i with place[i] < place[j]. */
struct lu_u {
    struct lu_part cols, rows;
    int *order, count; /* [size + LU_UPDATES] pivots in order; -1 where an update took one away */
    int *place;        /* [size] where each pivot is in order */
    double *pivot;     /* [size] the diagonal, never 0 */
};

struct lu_r {         /* eta e: entries start[e] to start[e + 1] - 1 */
    int *row, *start; /* [LU_UPDATES + 1], [LU_UPDATES + 2] */
    int *index;
    double *value;
    size_t index_capacity, value_capacity;
};

struct lu_search {             /* of lu_solve_sparse */
    int *stack, *edge, *reach; /* [size] */
    unsigned char *mark;       /* [size] all zero between calls */
};

/* What a solve is for; each kind has its own history of densities. */
enum lu_kind { LU_COLUMN, LU_STEEPEST, LU_FLIPS, LU_ROW, LU_DENSE, LU_KINDS };

struct lu {
    int size;
    double threshold;   /* relative pivot threshold in (0, 1], 0.1 except after numerical trouble */
    double pivot_least; /* smaller pivots count as zero: the column is dependent */
    bool hypersparse;   /* option: follow the nonzeros */
    struct lu_l l;
    struct lu_r r;
    struct lu_u u;
    int updates;                 /* since the last factorisation: rows of R, 0 to LU_UPDATES */
    int64_t factored;            /* factorisations so far, or of what this is a copy of (lu_copy.h) */
    struct vector *spike;        /* L R solved for the last column given to lu_ftran with LU_COLUMN */
    struct vector *row_eta;      /* U' solved for the last row given to lu_btran with LU_ROW */
    int factor_entries;          /* of L and U when fresh */
    double density[LU_KINDS][2]; /* moving averages in [0, 1] after the first and the second factor */
    struct lu_search search;
    struct markowitz *work;
};

#define LU_UPDATES 512 /* most updates before a new factorisation */

struct lu *lu_new(int size);
void lu_free(struct lu *lu);
/* Factorises the columns variable[0..count-1] of [A | -I] (count may differ from size: too many, too few, dependent).
 * head[size]: out, as above; a row without a pivot gets its logical a->cols + row. Returns the number of such rows. */
int lu_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head);
void lu_ftran(struct lu *lu, struct vector *x, enum lu_kind kind); /* x = B^-1 x */
void lu_btran(struct lu *lu, struct vector *x, enum lu_kind kind); /* x = B^-T x */
bool lu_worn(const struct lu *lu); /* updates or fill make a new factorisation worthwhile */

/* ft.c: column `row` of B is replaced by the last LU_COLUMN, whose entry `row` was alpha; the last LU_ROW was e_row.
 * False (the factors are then unusable: factorise again): the new pivot is too small or disagrees with alpha, or a
 * multiplier is so large that solves would lose their accuracy. */
bool ft_update(struct lu *lu, int row, double alpha);

/* For the files behind lu.h. */
void lu_part_reserve(struct lu_part *p, int more);
bool lu_check(const struct lu *lu); /* for CHECK: the invariants above, and columns and rows of L and of U agree */

#endif
