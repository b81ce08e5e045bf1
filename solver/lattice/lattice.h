/* lattice.h - integer programs that branching cannot settle: rows over integers without bounds that no integers
 * satisfy.
 *
 * A row whose integer columns have coefficients that are multiples of one number d has an activity of multiples of d,
 * plus the contribution of its other columns within their bounds: its sides are rounded to such multiples. Rows that
 * allow a single value are equations over the integers, and are solved together (solver/lattice/echelon.h); integers of
 * small range among them are enumerated. Independent of presolve. */
#ifndef SOLVER_LATTICE_LATTICE_H
#define SOLVER_LATTICE_LATTICE_H
#include "solver/base/limits.h"
#include "solver/model/model.h"

enum lattice_answer {
    LATTICE_OPEN,  /* undecided */
    LATTICE_EMPTY, /* no integers satisfy the rows, each to within LATTICE_FEASIBILITY */
    LATTICE_POINT  /* x[cols] satisfies the whole program, which has integers without bounds */
};
#define LATTICE_FEASIBILITY 1e-6

enum lattice_answer lattice_search(double *x, const struct model *m, const struct limits *limits);

#endif
