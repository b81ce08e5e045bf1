#include "tests/bench/bench_peak.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "solver/base/clock.h"

#define PEAK_CHAINS  12 /* independent sums: enough to cover the latency of two units */
#define PEAK_SAMPLES 4096

#define PEAK_LOOP(name, target, floats)                                                                                \
    target static double name(int turns) {                                                                             \
        typedef float vector __attribute__((vector_size(4 * floats)));                                                 \
        vector sum[PEAK_CHAINS];                                                                                       \
        for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = (vector){0} + (float)i * unknown;                               \
        const vector factor = (vector){0} + 0.999f, add = (vector){0} + 0.001f;                                        \
        for (int turn = 0; turn < turns; turn++)                                                                       \
            for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = sum[i] * factor + add;                                      \
        for (int i = 1; i < PEAK_CHAINS; i++) sum[0] += sum[i];                                                        \
        sink += sum[0][0];                                                                                             \
        return 2.0 * turns * PEAK_CHAINS * floats;                                                                     \
    }
static volatile float sink;        /* keeps the sums from being optimised away */
static volatile float unknown = 1; /* and a chain from being computed ahead: from 1 it stays at 1 */
PEAK_LOOP(peak_4, , 4)
#if defined(__x86_64__)
PEAK_LOOP(peak_8, ISA_TARGET_AVX2, 8)
PEAK_LOOP(peak_16, ISA_TARGET_AVX512, 16)
#endif

static double seen[ISAS][PEAK_SAMPLES];
static int count[ISAS];

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_peak_sample(enum isa isa) {
    double (*loop)(int) = peak_4;
#if defined(__x86_64__)
    if (isa == ISA_AVX2) loop = peak_8;
    if (isa == ISA_AVX512) loop = peak_16;
#endif
    for (int i = 0; i < 5 && count[isa] < PEAK_SAMPLES; i++) {
        const int64_t start = clock_thread_ns();
        const double flop = loop(50000);
        seen[isa][count[isa]++] = flop / (double)(clock_thread_ns() - start);
    }
}

double bench_peak(enum isa isa) {
    if (count[isa] == 0) return NAN;
    qsort(seen[isa], (size_t)count[isa], sizeof seen[isa][0], compare_double);
    return seen[isa][count[isa] / 2];
}
