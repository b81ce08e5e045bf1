#include "experiments/measure/yardstick.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/primitive.h"
#include "solver/base/memory.h"

#define RUNS 7
#define READ ((size_t)64 << 20)
#define LINE 64

static int64_t yardstick_compute(const struct measure *m) {
    const struct scenario s = {.C = 64,
                               .H = 28,
                               .W = 28,
                               .M = 64,
                               .KH = 3,
                               .KW = 3,
                               .stride = 1,
                               .pad = {1, 1, 1, 1},
                               .dilation = 1,
                               .groups = 1};
    const struct primitive *p = primitive_find("direct-hwc");
    assert(p && primitive_applies(p, &s)); /* the yardstick is a row of the table */
    const size_t tensor = (size_t)64 * 28 * 28, weights = primitive_weights(p, &s);
    float *raw = memory_new((size_t)64 * 64 * 9, sizeof *raw), *bias = memory_new(64, sizeof *bias);
    float *in = memory_aligned(tensor * sizeof *in, PRIMITIVE_ALIGNMENT);
    float *out = memory_aligned(tensor * sizeof *out, PRIMITIVE_ALIGNMENT);
    void *stored = memory_aligned(weights, PRIMITIVE_ALIGNMENT);
    void *workspace = memory_aligned(primitive_workspace(p, &s, 1) + 1, PRIMITIVE_ALIGNMENT);
    int64_t ns[RUNS];
    for (size_t i = 0; i < tensor; i++) in[i] = (float)(i % 17) - 8;
    for (size_t i = 0; i < (size_t)64 * 64 * 9; i++) raw[i] = (float)(i % 13) - 6;
    primitive_prepare(p, &s, stored, raw);
    for (int i = -2; i < RUNS; i++) { /* two to warm up */
        int64_t begun = measure_clock_ns(m);
        primitive_run(p, &s, out, in, stored, bias, activation_of(ACTIVATION_RELU), workspace, 1);
        if (i >= 0) ns[i] = measure_since(m, begun);
    }
    void *const all[] = {raw, bias, in, out, stored, workspace};
    for (int i = 0; i < 6; i++) free(all[i]);
    return measure_summary(ns, RUNS).median_ns;
}

static int64_t yardstick_memory(const struct measure *m) {
    unsigned char *block = memory_aligned(READ, PRIMITIVE_ALIGNMENT);
    volatile unsigned sink;
    int64_t ns[RUNS];
    memset(block, 1, READ);
    for (int i = 0; i < RUNS; i++) {
        unsigned sum = 0;
        int64_t begun = measure_clock_ns(m);
        for (size_t at = 0; at < READ; at += LINE) sum += block[at];
        sink = sum;
        (void)sink;
        ns[i] = measure_since(m, begun);
    }
    free(block);
    return measure_summary(ns, RUNS).median_ns;
}

struct yardstick yardstick_measure(const struct measure *m) {
    return (struct yardstick){yardstick_compute(m), yardstick_memory(m)};
}
