/* strips.h - for tests of strips (kernels/strip.h): random numbers, what lies under a window, rows of a tensor as a tensor
 * and back, and memory whose ends sanitizers see. */
#ifndef TESTS_SUPPORT_STRIPS_H
#define TESTS_SUPPORT_STRIPS_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/primitive.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"

static uint32_t strips_state;

static inline uint32_t strips_next(void) { /* xorshift */
    strips_state ^= strips_state << 13, strips_state ^= strips_state >> 17, strips_state ^= strips_state << 5;
    return strips_state;
}

static inline int strips_between(int low, int high) {
    return low + (int)(strips_next() % (uint32_t)(high - low + 1));
}

static inline struct padding strips_padding(int most) {
    if (strips_next() % 2) return padding_all(strips_between(0, most));
    return (struct padding){strips_between(0, most), strips_between(0, most), strips_between(0, most),
                            strips_between(0, most)};
}

static inline float *strips_noise(size_t n) { /* in [-1, 1) */
    float *x = MEMORY_NEW(float, n);
    for (size_t i = 0; i < n; i++) x[i] = (float)(strips_next() >> 8) / 8388608.0f - 1.0f;
    return x;
}

/* Down an image: the rows that window o has under it begin at o * stride - top. */
struct strips_column {
    int H, stride, top, bottom;
};

/* Row k of a window of output rows [a, b) is the same row in the strip and in the whole, or lies outside both. (Asserts
 * are slow: one for many rows.) */
static inline bool strips_same_row(const struct strips_column *whole, const struct strips_column *strip, int lo, int a,
                                   int b, int k) {
    for (int o = a; o < b; o++) {
        const int x = o * whole->stride - whole->top + k, y = (o - a) * strip->stride - strip->top + k;
        if (y + lo != x || (x >= 0 && x < whole->H) != (y >= 0 && y < strip->H)) return false;
    }
    return true;
}

/* And the padding below ends above it in both or in neither: a mean counts up to there. */
static inline bool strips_same_end(const struct strips_column *whole, const struct strips_column *strip, int a, int b,
                                   int k) {
    for (int o = a; o < b; o++) {
        const int x = o * whole->stride - whole->top + k, y = (o - a) * strip->stride - strip->top + k;
        if ((x < whole->H + whole->bottom) != (y < strip->H + strip->bottom)) return false;
    }
    return true;
}

/* Memory for one allocation each, so that sanitizers see its ends; `bytes` may be 0. */
static inline void *strips_room(size_t bytes) {
    void *x = aligned_alloc(PRIMITIVE_ALIGNMENT, primitive_aligned(bytes + 1));
    ck_assert_ptr_nonnull(x);
    memset(x, 0xff, primitive_aligned(bytes + 1)); /* NaNs */
    return x;
}

/* Rows [from, to) of a tensor of H rows, as a tensor; or back. */
static inline void strips_move(float *window, float *tensor, enum layout layout, int C, int H, int W, int from, int to,
                               bool back) {
    for (int c = 0; c < C; c++)
        for (int h = from; h < to; h++)
            for (int w = 0; w < W; w++) {
                float *inside = &window[layout_index(layout, C, to - from, W, c, h - from, w)];
                float *whole = &tensor[layout_index(layout, C, H, W, c, h, w)];
                *(back ? whole : inside) = back ? *inside : *whole;
            }
}

#endif
