/* rational.h - exact fractions of any size, for checking proofs: simple and slow on purpose.
 *
 * A value is sign * numerator / denominator in lowest terms; 0 is 0/1. Whole numbers are limbs of 32 bits, least first. Every operation
 * writes its first argument, which may be among the others; rational_clear frees, {0} is a valid 0. */
#ifndef SOLVER_RATIONAL_H
#define SOLVER_RATIONAL_H
#include <stdbool.h>
#include <stdint.h>

struct whole {
    int length, room; /* limbs in use (the last is not 0) and allocated; length 0 is the number 0 */
    uint32_t *limb;
};

struct rational {
    int sign;          /* -1, 0, 1 */
    struct whole n, d; /* d of length 0 stands for 1 */
};

void rational_clear(struct rational *r);
void rational_copy(struct rational *r, const struct rational *a);
void rational_set(struct rational *r, double value); /* exactly; value is finite */
void rational_add(struct rational *r, const struct rational *a, const struct rational *b);
void rational_subtract(struct rational *r, const struct rational *a, const struct rational *b);
void rational_multiply(struct rational *r, const struct rational *a, const struct rational *b);
void rational_divide(struct rational *r, const struct rational *a, const struct rational *b); /* b is not 0 */
void rational_add_product(struct rational *r, const struct rational *a, double b);            /* r += a b */
void rational_negate(struct rational *r);
int rational_compare(const struct rational *a, const struct rational *b); /* -1, 0, 1 */
double rational_double(const struct rational *r); /* nearby: within a few units in the last place */
int rational_limbs(const struct rational *r);     /* size of both parts, for bounds on work */

#endif
