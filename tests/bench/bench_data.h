/* bench_data.h - tensors for benchmarks of primitives: sizes, aligned memory, noise. */
#ifndef TESTS_BENCH_BENCH_DATA_H
#define TESTS_BENCH_BENCH_DATA_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/scenario.h"

static inline size_t in_floats(const struct scenario *s) {
    return (size_t)s->C * (size_t)s->H * (size_t)s->W;
}
static inline size_t out_floats(const struct scenario *s) {
    return (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
}
static inline size_t raw_floats(const struct scenario *s) {
    return (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

/* 64-byte aligned, zero. */
static inline float *bench_room(size_t floats) {
    const size_t bytes = (4 * floats + 64) / 64 * 64;
    float *x = aligned_alloc(64, bytes);
    if (!x) fputs("out of memory\n", stderr), exit(2);
    memset(x, 0, bytes);
    return x;
}

/* Uniform in [-1, 1), the same every time. */
static inline float *bench_noise(size_t floats) {
    float *x = bench_room(floats);
    uint32_t state = 2463534242u;
    for (size_t i = 0; i < floats; i++) {
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        x[i] = (float)(state >> 8) / 8388608.0f - 1.0f;
    }
    return x;
}

#endif
