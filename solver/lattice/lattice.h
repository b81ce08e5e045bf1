/* lattice.h - integer programs that branching cannot settle: rows over integers without bounds that no integers
 * satisfy.
 *
 * A row whose integer columns have coefficients that are multiples of one number d has an activity of multiples of d,
 * plus what its other columns may add within their bounds: its sides come in to such multiples. Rows that leave a
 * single value are equations over the integers, and are solved together (solver/lattice/echelon.h); integers of small
 * range among them are enumerated. Independent of presolve. */
#ifndef SOLVER_LATTICE_LATTICE_H
#define SOLVER_LATTICE_LATTICE_H
#include "solver/base/limits.h"
#include "solver/model/model.h"

enum lattice_answer {
    LATTICE_OPEN,  /* undecided */
    LATTICE_EMPTY, /* no integers meet the rows, each taken to hold to LATTICE_FEASIBILITY */
    LATTICE_POINT  /* x[cols] meets the whole program, which has integers without bounds */
};
#define LATTICE_FEASIBILITY 1e-6

enum lattice_answer lattice_search(double *x, const struct model *m, const struct limits *limits);

#endif
