#include "solver/base/limits.h"

#include <assert.h>
#include <stddef.h>

#include "solver/base/clock.h"

struct limits limits_none(void) {
    return (struct limits){LIMITS_NO_DEADLINE, INT64_MAX, INT64_MAX, NULL};
}

bool limits_interrupted(const struct limits *l) {
    return l->interrupt && atomic_load_explicit(l->interrupt, memory_order_relaxed) != 0;
}

enum limits_stop limits_clock(const struct limits *l) {
    if (limits_interrupted(l)) return LIMITS_INTERRUPTED;
    return l->deadline < LIMITS_NO_DEADLINE && clock_wall() >= l->deadline ? LIMITS_TIME : LIMITS_RUNNING;
}

enum limits_stop limits_check(const struct limits *l, int64_t nodes, int64_t iterations) {
    assert(nodes >= 0 && iterations >= 0);
    if (iterations >= l->iterations) return LIMITS_ITERATIONS;
    if (nodes >= l->nodes) return LIMITS_NODES;
    return limits_clock(l);
}
