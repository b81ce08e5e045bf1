/* lifting.h - the solution of a square system of whole-number equations modulo powers of p = 2^61 - 1, digit by digit (Dixon 1982):
 * x = digit 0 + digit 1 p + ..., each digit from the factors modulo p and from what the ones before it leave of the right-hand side. */
#ifndef SOLVER_EXACT_LIFTING_H
#define SOLVER_EXACT_LIFTING_H
#include "solver/exact/equations.h"
#include "solver/exact/modular.h"

struct lifting;

/* The pivot equations of `factors` in its pivot unknowns; right[rank] in their order, dyadic fractions. */
struct lifting *lifting_new(const struct equations *s, const struct modular *factors, const struct rational *right);
void lifting_free(struct lifting *l);
/* One digit more of each unknown. */
void lifting_step(struct lifting *l);
int lifting_digits(const struct lifting *l);
/* w = pivot unknown t modulo p^digits, in 0 .. p^digits - 1 */
void lifting_value(struct whole *w, const struct lifting *l, int t);
/* w = p^digits */
void lifting_modulus(struct whole *w, const struct lifting *l);

#endif
