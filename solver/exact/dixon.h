/* dixon.h - the solution of a square system of whole-number equations modulo powers of p = 2^61 - 1, digit by digit
 * (Dixon 1982): x = digit 0 + digit 1 p + ..., each digit from the factors modulo p and the right-hand side that the
 * previous digits leave. */
#ifndef SOLVER_EXACT_DIXON_H
#define SOLVER_EXACT_DIXON_H
#include "solver/exact/equations.h"
#include "solver/exact/modular.h"

struct dixon;

/* The pivot equations of `factors` in its pivot unknowns; right[rank] in their order, dyadic fractions. */
struct dixon *dixon_new(const struct equations *s, const struct modular *factors, const struct rational *right);
void dixon_free(struct dixon *l);
/* One more digit of each unknown. */
void dixon_step(struct dixon *l);
int dixon_digits(const struct dixon *l);
/* w = pivot unknown t modulo p^digits, in 0 .. p^digits - 1 */
void dixon_value(struct whole *w, const struct dixon *l, int t);
/* w = p^digits */
void dixon_modulus(struct whole *w, const struct dixon *l);

#endif
