/* basis.h - where the variables of a program stand in a basic solution: columns first, then the logicals of the rows.
 *
 * Invariant of a basis over rows x cols: exactly `rows` of the cols + rows variables are PLACE_BASIC; a variable at
 * PLACE_LOWER or PLACE_UPPER has a finite bound there, one at PLACE_ZERO has none. */
#ifndef SOLVER_MODEL_BASIS_H
#define SOLVER_MODEL_BASIS_H

enum place { PLACE_BASIC, PLACE_LOWER, PLACE_UPPER, PLACE_ZERO /* free and nonbasic */ };

#endif
