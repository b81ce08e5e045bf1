/* equations.h - sparse linear equations in exact arithmetic.
 *
 * Pivots are chosen by elimination modulo a prime (solver/exact/modular.h), the solution is lifted modulo powers of
 * that prime (solver/exact/dixon.h), read back as fractions with one common denominator (Wang 1981) as soon as these
 * are small compared with the power, and then checked in every equation. So no intermediate number is larger than the
 * solution itself, whereas in Gaussian elimination with fractions every entry grows; and the result is never false,
 * even if the prime divides a minor (then a rank is too low). */
#ifndef SOLVER_EXACT_EQUATIONS_H
#define SOLVER_EXACT_EQUATIONS_H
#include "solver/base/limits.h"
#include "solver/exact/rational.h"

struct equations_row { /* sum of value[k] x[index[k]] = right; indices increase */
    int count, room, *index;
    double *value;
    int urgency;           /* of dependent equations, the more urgent ones hold; 0 unless set */
    struct rational right; /* dyadic: its denominator is a power of 2 */
};
struct equations {
    int count, unknowns;
    struct equations_row *row; /* [count] */
};
struct equations_solution {
    int unknowns, rank, broken; /* rank of the equations; how many of them do not hold */
    struct rational *x, common; /* unknown k is x[k] / common; common > 0 is whole, and x are dyadic */
};

struct equations *equations_new(int count, int unknowns);
void equations_free(struct equations *s);
/* Entries of a row are added in order of increasing unknowns. */
void equations_add(struct equations *s, int equation, int unknown, double value);
/* Solves for as many unknowns as there are independent equations, preferably greater ones; the others keep their value
 * in given[unknowns]. NULL: a limit was reached. */
struct equations_solution *equations_solve(const struct equations *s, const double *given, const struct limits *limits);
void equations_solution_free(struct equations_solution *x);

#endif
