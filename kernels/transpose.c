#include "kernels/transpose.h"

#include <stdbool.h>
#include <string.h>

typedef float transpose_vector __attribute__((vector_size(16), aligned(4), may_alias));

#define BLOCK 16 /* floats: a cache line, and 16 rows of one are 1 KiB of L1 on either side */

static inline __attribute__((always_inline)) void transpose_store(float *out, transpose_vector v, bool add) {
    transpose_vector *at = (transpose_vector *)(void *)out;
    if (add)
        *at += v;
    else
        *at = v;
}

/* 4 x 4 in registers: two rounds of interleaving. */
static inline __attribute__((always_inline)) void transpose_4x4(float *out, size_t ldo, const float *in, size_t ldi,
                                                                bool add) {
    const transpose_vector a = *(const transpose_vector *)(const void *)in;
    const transpose_vector b = *(const transpose_vector *)(const void *)(in + ldi);
    const transpose_vector c = *(const transpose_vector *)(const void *)(in + 2 * ldi);
    const transpose_vector d = *(const transpose_vector *)(const void *)(in + 3 * ldi);
    const transpose_vector ac_low = __builtin_shufflevector(a, c, 0, 4, 1, 5);
    const transpose_vector ac_high = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    const transpose_vector bd_low = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    const transpose_vector bd_high = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    transpose_store(out, __builtin_shufflevector(ac_low, bd_low, 0, 4, 1, 5), add);
    transpose_store(out + ldo, __builtin_shufflevector(ac_low, bd_low, 2, 6, 3, 7), add);
    transpose_store(out + 2 * ldo, __builtin_shufflevector(ac_high, bd_high, 0, 4, 1, 5), add);
    transpose_store(out + 3 * ldo, __builtin_shufflevector(ac_high, bd_high, 2, 6, 3, 7), add);
}

static inline __attribute__((always_inline)) void transpose_block(float *out, size_t ldo, const float *in, size_t ldi,
                                                                  int rows, int cols, bool add) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
        int j = 0;
        for (; j + 4 <= cols; j += 4) transpose_4x4(out + (size_t)j * ldo + i, ldo, in + (size_t)i * ldi + j, ldi, add);
        for (; j < cols; j++)
            for (int r = i; r < i + 4; r++) {
                float *at = &out[(size_t)j * ldo + (size_t)r], v = in[(size_t)r * ldi + (size_t)j];
                *at = add ? *at + v : v;
            }
    }
    for (; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            float *at = &out[(size_t)j * ldo + (size_t)i], v = in[(size_t)i * ldi + (size_t)j];
            *at = add ? *at + v : v;
        }
}

static inline __attribute__((always_inline)) void transpose_all(float *out, size_t ldo, const float *in, size_t ldi,
                                                                int rows, int cols, bool add) {
    for (int j = 0; j < cols; j += BLOCK)
        for (int i = 0; i < rows; i += BLOCK) {
            float *o = out + (size_t)j * ldo + i;
            const float *from = in + (size_t)i * ldi + j;
            int r = rows - i < BLOCK ? rows - i : BLOCK, c = cols - j < BLOCK ? cols - j : BLOCK;
            if (r == BLOCK && c == BLOCK)
                transpose_block(o, ldo, from, ldi, BLOCK, BLOCK, add);
            else
                transpose_block(o, ldo, from, ldi, r, c, add);
        }
}

void transpose_run(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols) {
    transpose_all(out, ldo, in, ldi, rows, cols, false);
}

void transpose_add(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols) {
    transpose_all(out, ldo, in, ldi, rows, cols, true);
}
