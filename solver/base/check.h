/* check.h - invariants that are too expensive for every run: CHECK(x) is assert(x) in builds with -DTASO_CHECK (make
 * sanitize, make mutants). Elsewhere x is compiled, so that it cannot rot, and never evaluated. By convention x calls a
 * function named X_check or X_check_..., which returns whether the invariant holds and changes nothing. Cheap
 * invariants are plain asserts, which every build keeps. */
#ifndef SOLVER_BASE_CHECK_H
#define SOLVER_BASE_CHECK_H
#include <assert.h>

#ifdef TASO_CHECK
#define CHECK(condition) assert(condition)
#else
#define CHECK(condition) ((void)(0 && (condition)))
#endif

#endif
