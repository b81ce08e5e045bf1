#include "tests/bench/bench_lanes.h"

#include "solver/base/clock.h"

static bool in_turn;
static int lane, lanes = 1; /* of the region that is called in turn */
static int64_t saved_ns;

void __wrap_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
void __real_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int __wrap_omp_get_thread_num(void);
int __real_omp_get_thread_num(void);
int __wrap_omp_get_num_threads(void);
int __real_omp_get_num_threads(void);
int omp_in_parallel(void);

int __wrap_omp_get_thread_num(void) {
    return in_turn ? lane : __real_omp_get_thread_num();
}

int __wrap_omp_get_num_threads(void) {
    return in_turn ? lanes : __real_omp_get_num_threads();
}

static void lanes_each(void (*body)(void *), void *data, int threads) {
    const int outer_lane = lane, outer_lanes = lanes;
    int64_t most = 0, sum = 0;
    for (lane = 0, lanes = threads; lane < threads; lane++) {
        const int64_t begun = lanes_clock_ns(); /* regions within have been counted as their slowest thread */
        body(data);
        const int64_t ns = lanes_clock_ns() - begun;
        sum += ns;
        if (ns > most) most = ns;
    }
    saved_ns += sum - most;
    lane = outer_lane, lanes = outer_lanes;
}

/* Stands in for kernels/parallel.c, which avoids a team of one in the same way. */
void __wrap_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    if (in_turn)
        lanes_each(body, data, (int)threads);
    else if (threads == 1 && !omp_in_parallel())
        body(data);
    else
        __real_GOMP_parallel(body, data, threads, flags);
}

void lanes_in_turn(bool yes) {
    in_turn = yes;
}

int64_t lanes_clock_ns(void) {
    return clock_wall_ns() - saved_ns;
}
