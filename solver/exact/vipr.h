/* vipr.h - proofs in the format VIPR 1.1 (Cheung, Gleixner and Steffy 2017), checked line by line in exact arithmetic.
 * Nothing of lp, presolve or the search is used: a proof is accepted for what it says.
 *
 *     VER 1.1   VAR n {name}   INT k {index}   OBJ min|max p {index value}
 *     CON m b   {row}                      the b bounds first; a row is  name L|E|G value (p {index value} | OBJ)
 *     RTP infeas | range lower|-inf upper|inf          what is to be proven
 *     SOL s     {name p {index value}}     points, 0 elsewhere
 *     DER d     {row reason last}          rows that follow, numbered m, m + 1, ...
 *
 * reason               the row follows since                                                 it assumes
 *   { asm }              it is assumed: one side of a branching                                itself
 *   { lin p {i l} }      sum l row_i dominates it; l >= 0 on G and <= 0 on L, or the opposite  what those rows assume
 *   { rnd p {i l} }      the same, its side rounded; whole values on integer columns alone     likewise
 *   { uns i1 l1 i2 l2 }  i1 and i2 dominate it, and l1: ax <= d, l2: ax >= d + 1 (or the       what i1 assumes without
 *                        opposite) leave no point out: a whole on integer columns, d whole     l1, and i2 without l2
 *   { sol }              only better points are of interest: OBJ <= v, v at least the best     nothing
 *                        value listed (less 1 if the objective is always whole); min only
 *
 * `last` is the last row that uses this one, or -1; it is dropped then, so memory follows the depth of a proof. A row
 * dominates another of the same left side if its own side is at least as strong, and 0 >= 1 dominates everything.
 *
 * What is proven is said of the model that is given: bounds, rows, costs and integers of the file must be its own, in
 * any order, and nothing else, and all its numbers those of the file read in one of two ways, as decimals (0.1 is 1/10)
 * or as doubles. The model's constant is not in OBJ.
 *
 * DEVIATION: stricter than the published checker of 2025. Refused: rounding on continuous columns; a split whose d is
 * not whole; an assumption that no { asm } made, or that two { uns } discharge; a row used after its `last`; a lower
 * limit beyond the best point (which { sol } could seem to prove); an upper one without a point; points that violate
 * any row. */
#ifndef SOLVER_EXACT_VIPR_H
#define SOLVER_EXACT_VIPR_H
#include "solver/base/limits.h"
#include "solver/model/model.h"

enum vipr_claim { VIPR_INFEASIBLE, VIPR_OPTIMAL /* both limits are equal */, VIPR_RANGE };
extern const char *const vipr_claims[];

struct vipr_verdict {
    enum vipr_claim claim;
    bool proven;
    bool has_lower, has_upper; /* of a range or an optimum */
    double lower, upper;       /* of the objective, its constant included */
    long derivations;          /* that were checked */
    struct error why;          /* of a claim that is not proven: FILE:LINE and what does not hold */
};

/* False: the file is malformed, or is not about this model. */
bool vipr_check(struct vipr_verdict *v, const char *path, const struct model *m, const struct limits *limits,
                struct error *err);

#endif
