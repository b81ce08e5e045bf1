/* bench_peak.h - what an instruction set can do at most: fused multiply-adds on registers alone, one thread. Seen again
 * and again between other measurements; the median of all of that counts. */
#ifndef TESTS_BENCH_BENCH_PEAK_H
#define TESTS_BENCH_BENCH_PEAK_H
#include "kernels/isa.h"

void bench_peak_sample(enum isa isa);
double bench_peak(enum isa isa); /* GFLOP/s; NAN: never sampled */

#endif
