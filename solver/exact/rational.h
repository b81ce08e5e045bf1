/* rational.h - exact fractions of any size, for checking proofs: simple and slow on purpose.
 *
 * A value is sign * numerator / denominator in lowest terms; 0 is 0/1. Every operation writes its first argument, which
 * may be among the others; rational_clear frees, {0} is a valid 0. */
#ifndef SOLVER_EXACT_RATIONAL_H
#define SOLVER_EXACT_RATIONAL_H
#include "solver/exact/whole.h"

struct rational {
    int sign;          /* -1, 0, 1 */
    struct whole n, d; /* d of length 0 stands for 1 */
};

/* The cheap part of the invariant: the sign is that of the numerator, neither part has leading zero words. (Lowest
 * terms are the result of rational_reduce.) */
static inline bool rational_check(const struct rational *r) {
    return r->sign >= -1 && r->sign <= 1 && (r->sign == 0) == (r->n.length == 0) && whole_check(&r->n) &&
           whole_check(&r->d);
}

void rational_clear(struct rational *r);
void rational_copy(struct rational *r, const struct rational *a);
/* value = mantissa 2^exponent, returned, with an odd mantissa (or 0); value is finite */
int64_t rational_split(int *exponent, double value);
void rational_set(struct rational *r, double value); /* exactly; value is finite */
void rational_add(struct rational *r, const struct rational *a, const struct rational *b);
void rational_subtract(struct rational *r, const struct rational *a, const struct rational *b);
void rational_multiply(struct rational *r, const struct rational *a, const struct rational *b);
void rational_divide(struct rational *r, const struct rational *a, const struct rational *b);       /* b is not 0 */
void rational_add_product(struct rational *r, const struct rational *a, double b);                  /* r += a b */
void rational_add_multiple(struct rational *r, const struct rational *a, const struct rational *b); /* likewise */
void rational_negate(struct rational *r);
void rational_floor(struct rational *r, const struct rational *a); /* the greatest whole number <= a */
void rational_ceiling(struct rational *r, const struct rational *a);
bool rational_is_whole(const struct rational *r);
int rational_compare(const struct rational *a, const struct rational *b);  /* -1, 0, 1 */
double rational_double(const struct rational *r);                          /* within a few units in the last place */
double rational_ratio(const struct rational *a, const struct rational *b); /* a / b, likewise; b is not 0 */

#endif
