#include "solver/base/clock.h"

#include <time.h>

static int64_t clock_ns(clockid_t which) {
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double clock_wall(void) {
    return (double)clock_ns(CLOCK_MONOTONIC) * 1e-9;
}
int64_t clock_wall_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}
int64_t clock_thread_ns(void) {
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}
