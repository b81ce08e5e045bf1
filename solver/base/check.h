/* check.h - invariants that cost too much for every run: CHECK(x) is assert(x) in builds with -DTASO_CHECK (make
 * sanitize, make mutants) and costs nothing elsewhere, where it is still compiled. By convention x is a call of a
 * function named check_... that returns true where the invariant holds. Cheap invariants are plain asserts, which every
 * build keeps. */
#ifndef SOLVER_BASE_CHECK_H
#define SOLVER_BASE_CHECK_H
#include <assert.h>

#ifdef TASO_CHECK
#define CHECK(condition) assert(condition)
#else
#define CHECK(condition) ((void)(0 && (condition)))
#endif

#endif
