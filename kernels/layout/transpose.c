#include <assert.h>

#include "kernels/layout/transpose.h"

#include <stdbool.h>

typedef float transpose_vector __attribute__((vector_size(16), aligned(4), may_alias));

#define BLOCK              16 /* floats: a cache line, and 16 rows of one are 1 KiB of L1 on either side */
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

static inline __attribute__((always_inline)) transpose_vector transpose_load(const float *in) {
    return *(const transpose_vector *)(const void *)in;
}

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
    const transpose_vector a = transpose_load(in), b = transpose_load(in + ldi);
    const transpose_vector c = transpose_load(in + 2 * ldi), d = transpose_load(in + 3 * ldi);
    const transpose_vector ac_low = SHUFFLE(a, c, 0, 4, 1, 5), ac_high = SHUFFLE(a, c, 2, 6, 3, 7);
    const transpose_vector bd_low = SHUFFLE(b, d, 0, 4, 1, 5), bd_high = SHUFFLE(b, d, 2, 6, 3, 7);
    transpose_store(out, SHUFFLE(ac_low, bd_low, 0, 4, 1, 5), add);
    transpose_store(out + ldo, SHUFFLE(ac_low, bd_low, 2, 6, 3, 7), add);
    transpose_store(out + 2 * ldo, SHUFFLE(ac_high, bd_high, 0, 4, 1, 5), add);
    transpose_store(out + 3 * ldo, SHUFFLE(ac_high, bd_high, 2, 6, 3, 7), add);
}

static inline __attribute__((always_inline)) void transpose_scalar(float *out, size_t ldo, const float *in, size_t ldi,
                                                                   int rows, int cols, bool add) {
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            float *at = &out[(size_t)j * ldo + (size_t)i], v = in[(size_t)i * ldi + (size_t)j];
            *at = add ? *at + v : v;
        }
}

/* The rest beyond a multiple of four is done by a 4 x 4 that overlaps the previous one, except when adding: that must
 * happen only once. */
static inline __attribute__((always_inline)) void transpose_block(float *out, size_t ldo, const float *in, size_t ldi,
                                                                  int rows, int cols, bool add) {
    if (rows < 4 || cols < 4) {
        transpose_scalar(out, ldo, in, ldi, rows, cols, add);
        return;
    }
    const int whole_rows = add ? rows / 4 * 4 : rows, whole_cols = add ? cols / 4 * 4 : cols;
    for (int next = 0; next < whole_rows; next += 4) {
        const int i = next + 4 <= rows ? next : rows - 4;
        for (int across = 0; across < whole_cols; across += 4) {
            const int j = across + 4 <= cols ? across : cols - 4;
            transpose_4x4(out + (size_t)j * ldo + i, ldo, in + (size_t)i * ldi + j, ldi, add);
        }
    }
    if (add) {
        transpose_scalar(out + (size_t)whole_cols * ldo, ldo, in + whole_cols, ldi, whole_rows, cols - whole_cols, add);
        transpose_scalar(out + whole_rows, ldo, in + (size_t)whole_rows * ldi, ldi, rows - whole_rows, cols, add);
    }
}

/* Full blocks have a specialised version: constant bounds. */
static inline __attribute__((always_inline)) void transpose_all(float *out, size_t ldo, const float *in, size_t ldi,
                                                                int rows, int cols, bool add) {
    for (int j = 0; j < cols; j += BLOCK)
        for (int i = 0; i < rows; i += BLOCK) {
            float *o = out + (size_t)j * ldo + i;
            const float *from = in + (size_t)i * ldi + j;
            const int r = rows - i < BLOCK ? rows - i : BLOCK, c = cols - j < BLOCK ? cols - j : BLOCK;
            if (r == BLOCK && c == BLOCK)
                transpose_block(o, ldo, from, ldi, BLOCK, BLOCK, add);
            else
                transpose_block(o, ldo, from, ldi, r, c, add);
        }
}

/* Three adjacent rows or columns: an image's colours. Four pixels are three vectors. Returns how many were done. */
static int transpose_interleave(float *out, const float *in, size_t ldi, int cols) {
    int j = 0;
    for (; j + 4 <= cols; j += 4, out += 12) {
        const transpose_vector a = transpose_load(in + j), b = transpose_load(in + ldi + j),
                               c = transpose_load(in + 2 * ldi + j);
        const transpose_vector ab = SHUFFLE(a, b, 0, 4, 1, 5), bc = SHUFFLE(b, c, 1, 5, 2, 6),
                               ca = SHUFFLE(c, a, 2, 7, 3, 3);
        transpose_store(out, SHUFFLE(ab, c, 0, 1, 4, 2), false);
        transpose_store(out + 4, SHUFFLE(bc, a, 0, 1, 6, 2), false);
        transpose_store(out + 8, SHUFFLE(ca, SHUFFLE(b, c, 3, 7, 3, 7), 0, 1, 4, 5), false);
    }
    return j;
}

static int transpose_separate(float *out, size_t ldo, const float *in, int rows) {
    int i = 0;
    for (; i + 4 <= rows; i += 4, in += 12) {
        const transpose_vector x = transpose_load(in), y = transpose_load(in + 4), z = transpose_load(in + 8);
        const transpose_vector xy = SHUFFLE(x, y, 1, 2, 4, 5),
                               yz = SHUFFLE(y, z, 2, 3, 5, 6); /* b0 c0 b1 c1, a2 b2 a3 b3 */
        transpose_store(out + i, SHUFFLE(SHUFFLE(x, y, 0, 3, 6, 6), z, 0, 1, 2, 5), false);
        transpose_store(out + ldo + i, SHUFFLE(xy, yz, 0, 2, 5, 7), false);
        transpose_store(out + 2 * ldo + i, SHUFFLE(xy, z, 1, 3, 4, 7), false);
    }
    return i;
}

void transpose_run(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols) {
    assert(ldi >= (size_t)cols && ldo >= (size_t)rows);
    int done = 0;
    if (rows == 3 && ldo == 3) {
        done = transpose_interleave(out, in, ldi, cols);
        transpose_all(out + (size_t)done * ldo, ldo, in + done, ldi, rows, cols - done, false);
    } else if (cols == 3 && ldi == 3) {
        done = transpose_separate(out, ldo, in, rows);
        transpose_all(out + done, ldo, in + (size_t)done * ldi, ldi, rows - done, cols, false);
    } else
        transpose_all(out, ldo, in, ldi, rows, cols, false);
}

void transpose_add(float *out, size_t ldo, const float *in, size_t ldi, int rows, int cols) {
    transpose_all(out, ldo, in, ldi, rows, cols, true);
}
