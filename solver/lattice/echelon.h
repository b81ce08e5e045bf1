/* echelon.h - linear equations over the integers, A x = b, by unimodular operations on columns (Schrijver, Theory of
 * Linear and Integer Programming, 1986, section 4.1): A U is in lower echelon form L, L t = b is solved from the top,
 * and if some t must be a fraction, no integer x exists. Numbers of any size, simple on purpose: for small systems. */
#ifndef SOLVER_LATTICE_ECHELON_H
#define SOLVER_LATTICE_ECHELON_H
#include "solver/base/limits.h"
#include "solver/exact/rational.h"

struct echelon {
    int rows, cols, rank;
    struct rational *a; /* [cols][rows + cols] column by column: A, and below it U; all whole */
    int *pivot;         /* [rank] row of each pivot; column k has zeros in the rows above pivot[k] */
};

struct echelon *echelon_new(int rows, int cols); /* A = 0, U = 1 */
void echelon_free(struct echelon *e);
void echelon_set(struct echelon *e, int row, int col, double value); /* whole */
/* A becomes L, with the transformation U. false: numbers grow too long, or a limit was reached. */
bool echelon_reduce(struct echelon *e, const struct limits *limits);
/* After echelon_reduce: whether integers x[cols] with A x = right[rows] exist (right is overwritten); x is one of
 * them. */
bool echelon_solve(struct rational *x, const struct echelon *e, struct rational *right);
/* Makes x short: subtracts multiples of the columns of U that A maps to 0, after making those short among
 * themselves. */
void echelon_shorten(struct rational *x, struct echelon *e);

#endif
