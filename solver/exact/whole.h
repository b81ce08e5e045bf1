/* whole.h - whole numbers of any size: the numbers of solver/exact/rational.h and solver/exact/equations.h. Schoolbook
 * algorithms; simple on purpose.
 *
 * Limbs of half of the widest integer that the machine has, least first; {0} is the number 0, whole_clear frees. Every
 * operation writes its first argument, which may be among the others unless it says otherwise. */
#ifndef SOLVER_EXACT_WHOLE_H
#define SOLVER_EXACT_WHOLE_H
#include <stdbool.h>
#include <stdint.h>

#ifdef __SIZEOF_INT128__
typedef uint64_t whole_limb;
#define WHOLE_BITS 64 /* of a limb */
#else
typedef uint32_t whole_limb;
#define WHOLE_BITS 32
#endif

struct whole {
    int length, room; /* limbs in use (the last is not 0) and allocated; length 0 is the number 0 */
    whole_limb *limb;
};

/* The invariant: no leading zero words. */
static inline bool whole_check(const struct whole *w) {
    return w->length >= 0 && (w->length == 0 || w->limb[w->length - 1] != 0);
}

void whole_clear(struct whole *w);
void whole_set(struct whole *w, uint64_t value);
void whole_copy(struct whole *w, const struct whole *a);
void whole_swap(struct whole *a, struct whole *b);
bool whole_is_one(const struct whole *w);
int whole_compare(const struct whole *a, const struct whole *b); /* -1, 0, 1 */
int whole_bits(const struct whole *w);                           /* least b with w < 2^b */
double whole_leading(const struct whole *w, int *exponent);      /* w is nearly that times 2^exponent */

void whole_add(struct whole *w, const struct whole *a, const struct whole *b);
void whole_subtract(struct whole *w, const struct whole *a, const struct whole *b); /* a >= b */
void whole_multiply(struct whole *w, const struct whole *a, const struct whole *b); /* w is none of a and b */
void whole_shift_left(struct whole *w, const struct whole *a, int bits);
/* Quotient into q (NULL: not needed), remainder into a. */
void whole_divide(struct whole *q, struct whole *a, const struct whole *divisor);
void whole_gcd(struct whole *a, struct whole *b); /* both are overwritten; the result is in a */

#endif
