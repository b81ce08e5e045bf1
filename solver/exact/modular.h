/* modular.h - numbers modulo the prime p = 2^61 - 1, and Gaussian elimination of sparse matrices over them.
 *
 * A double has a residue too, since 2 is invertible: its mantissa times a power of 2 (Crandall and Pomerance, Prime
 * Numbers, 9.2: a Mersenne prime reduces by shifts alone). Independent modulo p implies independent; the converse fails
 * only if p divides a minor. */
#ifndef SOLVER_EXACT_MODULAR_H
#define SOLVER_EXACT_MODULAR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/limits.h"

#define MODULAR_BITS  61
#define MODULAR_PRIME ((UINT64_C(1) << MODULAR_BITS) - 1)

/* The lower 64 bits of a b; the others into *high. (By halves: not every machine has wider integers.) */
static inline uint64_t modular_wide_product(uint64_t *high, uint64_t a, uint64_t b) {
    uint64_t a0 = a & UINT32_MAX, a1 = a >> 32, b0 = b & UINT32_MAX, b1 = b >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (middle & UINT32_MAX);
    *high = a1 * b1 + (middle >> 32) + (other >> 32);
    return other << 32 | (low & UINT32_MAX);
}

/* Arguments and values are in 0 .. p - 1. */
uint64_t modular_add(uint64_t a, uint64_t b);
uint64_t modular_subtract(uint64_t a, uint64_t b);
uint64_t modular_multiply(uint64_t a, uint64_t b);
uint64_t modular_inverse(uint64_t a);          /* a is not 0 */
uint64_t modular_shift(uint64_t a, long bits); /* a 2^bits, bits of either sign */
uint64_t modular_of_double(double value);      /* finite */

struct modular_row { /* indices increase, values are not 0 */
    int count, room, *index, urgency;
    uint64_t *value;
    double *near; /* the values in doubles; 0 if only rounding errors remain */
};
struct modular_step { /* right[row] -= factor right[pivot] */
    int row, pivot;
    uint64_t factor;
};
struct modular {
    int equations, unknowns, rank;
    struct modular_row
        *row; /* [equations]; after elimination the pivot rows are triangular and hold only pivot unknowns */
    int *equation, *unknown;   /* [rank] of the pivots, in their order */
    struct modular_step *step; /* [steps] the operations of the elimination on a right-hand side */
    long steps;
    size_t room;
};

struct modular *modular_new(int equations, int unknowns);
void modular_free(struct modular *s);
/* Entries of a row are added in order of increasing unknowns. */
void modular_append(struct modular *s, int equation, int unknown, double value);
/* Pivots: the shortest remaining row of the most urgent ones, and in it the unknown of the fewest rows among entries of
 * at least a thousandth of the row's greatest and, of these, those of at least a millionth of the greatest
 * weight[unknowns]. Rows that depend on others up to rounding get none: if decimal data were rounded to doubles, such
 * rows are independent in exact arithmetic, and would make the solution arbitrary. false: a limit was reached. */
bool modular_eliminate(struct modular *s, const double *weight, const struct limits *limits);
/* x[unknowns] of the pivots solves the pivot equations, with all other unknowns 0. Overwrites right[equations]. */
void modular_solve(uint64_t *x, const struct modular *s, uint64_t *right);
bool modular_check(
    const struct modular *s); /* for CHECK, after elimination: rows hold only pivots' unknowns, triangular */

#endif
