/* first_order.h - an approximate primal and dual solution from products with A alone, for programs that would take too
 * many pivots. */
#ifndef SOLVER_LP_FIRST_ORDER_H
#define SOLVER_LP_FIRST_ORDER_H
#include "solver/lp/simplex.h"

/* Primal-dual hybrid gradients on the scaled program of s with its true costs. x[cols] is within its bounds, y[rows]
 * has d = c - A'y; rows, signs of d and the gap hold to about 1e-6, relative. After `probe` passes (products with A and
 * with A') it gives up if the error is too large, and later whenever four times as many passes have not halved the
 * error. False: given up, or stopped (simplex_interrupted). Of s only s->stopped changes. */
bool first_order_run(struct simplex *s, int probe, double *x, double *y);

#endif
