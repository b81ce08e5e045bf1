/* bench_peak.h - peak rate of an instruction set: fused multiply-adds on registers only, one thread. Sampled repeatedly
 * between other measurements; the result is the median. */
#ifndef TESTS_BENCH_BENCH_PEAK_H
#define TESTS_BENCH_BENCH_PEAK_H
#include "kernels/isa.h"

void bench_peak_sample(enum isa isa);
double bench_peak(enum isa isa); /* GFLOP/s; NAN: never sampled */

#endif
