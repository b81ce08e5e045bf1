/* lexmax.h - one solution of every orbit of the program's symmetries (solver/search/symmetry.h) is enough: that whose
 * values are lexicographically greatest, compared in the order in which the path to a node has branched (isomorphism
 * pruning: Margot 2002; with an order that only grows along a path: van Doornmalen & Hojny 2023).
 *
 * For a permutation g and the columns b1, b2, ... branched on, in this order,
 *
 *     (x[b1], x[b2], ...)  is lexicographically at least  (x[g(b1)], x[g(b2)], ...).
 *
 * Whether a point is in a node depends on its values on b1, b2, ... only (and on what follows for every better
 * solution), so the greatest one of an orbit that ties with a point of the node is in the node as well; both children
 * have the same order. What is deduced holds at the node and below, never elsewhere. */
#ifndef SOLVER_TREE_LEXMAX_H
#define SOLVER_TREE_LEXMAX_H
#include <stdbool.h>

struct node;
struct worker;

/* Tightens the domain of the node. True if anything has changed (or the node is empty, as its domain says): propagate
 * again. */
bool lexmax_tighten(struct worker *w, const struct node *n);

#endif
