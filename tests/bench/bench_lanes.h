/* bench_lanes.h - a parallel region's threads one after the other, on one core: what the division of the work would
 * give on cores that share nothing.
 *
 * Two processors of a virtual machine may be two threads of one core, and other processes take part of both. How evenly
 * a loop is divided does not depend on that. With lanes_in_turn, a region calls its body once for each thread, on the
 * calling one, and lanes_clock_ns counts the slowest call instead of all of them:
 *
 *     even time = what is outside regions + sum over regions of max over threads
 *
 * Not in it: starting and waiting for threads, what one core's caches lack because the other has it, the bandwidth of
 * memory. Linked with --wrap of GOMP_parallel, omp_get_thread_num and omp_get_num_threads, so for gcc and loops with a
 * static schedule only. */
#ifndef TESTS_BENCH_BENCH_LANES_H
#define TESTS_BENCH_BENCH_LANES_H
#include <stdbool.h>
#include <stdint.h>

void lanes_in_turn(bool in_turn); /* from the next region on; false at first */
int64_t lanes_clock_ns(void);     /* the wall clock, less what regions would have saved; monotonic */

#endif
