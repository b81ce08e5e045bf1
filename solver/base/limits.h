/* limits.h - when to stop: one struct from the command line down to the ratio test, one enum for what stopped it.
 *
 * The interrupt is atomic because signal handlers and threads write it while others read. Limits in nodes and
 * iterations give the same result on every run; a deadline and an interrupt do not. */
#ifndef SOLVER_BASE_LIMITS_H
#define SOLVER_BASE_LIMITS_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LIMITS_NO_DEADLINE 1e20

struct limits {
    double deadline;             /* clock_wall() at which to stop; LIMITS_NO_DEADLINE: never */
    int64_t nodes, iterations;   /* of the run, counted by its owner; INT64_MAX: any number */
    const atomic_int *interrupt; /* nonzero: stop with the best found; NULL: cannot be interrupted */
};

enum limits_stop { LIMITS_RUNNING, LIMITS_TIME, LIMITS_NODES, LIMITS_ITERATIONS, LIMITS_INTERRUPTED };

struct limits limits_none(void);
bool limits_interrupted(const struct limits *l);
/* LIMITS_INTERRUPTED, LIMITS_TIME or LIMITS_RUNNING; reads the clock, so not for every entry of an inner loop. */
enum limits_stop limits_clock(const struct limits *l);
/* LIMITS_ITERATIONS or LIMITS_NODES if that many have used up the limit, else as limits_clock. */
enum limits_stop limits_check(const struct limits *l, int64_t nodes, int64_t iterations);

#endif
