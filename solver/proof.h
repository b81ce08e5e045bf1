/* proof.h - a proof of an optimum or of infeasibility, in VIPR 1.1 (solver/exact/vipr.h has the format).
 *
 * The program is searched once more, without presolve, heuristics and propagation, but with the value z of the solution
 * known; the tree is recorded (solver/search/recorder.h). It is the program as given, but for rows made sparser by
 * equations (solver/proof_sparse.c), which are sums of given ones, and rows of products merged (solver/proof_merge.c),
 * which follow from given ones by a split each. Cuts are those that the format can hold (solver/proof_cut.h): of
 * products always, others where the tree has many nodes without them. Columns are fixed by reduced costs
 * (solver/proof_fix.c), and branchings that no leaf below needs are left out. A leaf is closed by multipliers y of its
 * relaxation, made fractions: with d = c - A'y,
 *
 *     c'x = y'(A x) + d'x >= sum_i y_i (row bound i) + sum_j d_j (bound j of the leaf) >= z                 (1)
 *
 * is a sum of rows of the program and of branchings, each bound that on the side of its multiplier's sign; without c it
 * contradicts itself where the right side is positive. If all solutions' values are multiples of g, (1) / g may be
 * rounded up. The multipliers are the simplest fractions near those of the simplex that reach z, and otherwise the
 * exact solution of d = 0 on the basis. Two leaves are joined by `uns`, up to the root.
 *
 * Numbers are read as decimals, as the file of the model had them: 0.1 is 1/10. The solution is made exact likewise,
 * and has to hold without any tolerance. Where its value is out of reach by rounding errors alone, the proof is of a
 * range that ends at it. */
#ifndef SOLVER_PROOF_H
#define SOLVER_PROOF_H
#include "solver/milp.h"

/* Proves r, the answer to m with options o. An error if the answer is neither an optimum nor infeasibility (the format
 * has no others), if a limit is reached, or if the numbers do not allow it: then no file is written. */
bool proof_write(const char *path, const struct model *m, const struct milp_result *r, const struct options *o,
                 const struct limits *limits, struct error *err);

#endif
