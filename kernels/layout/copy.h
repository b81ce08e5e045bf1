/* copy.h - copies and zeros of a few floats: rows of an image have 7 to 56, padding 1 to 3, and calls of memcpy and
 * memset would take longer than the copying itself. Vectors of four; the last one overlaps the one before it. */
#ifndef KERNELS_LAYOUT_COPY_H
#define KERNELS_LAYOUT_COPY_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COPY_LONG 64 /* floats from which on the library is as fast */

typedef float copy_vector __attribute__((vector_size(16), aligned(4), may_alias));

static inline void copy_four(float *to, const float *from) {
    *(copy_vector *)(void *)to = *(const copy_vector *)(const void *)from;
}

static inline void copy_floats(float *restrict to, const float *restrict from, int64_t n) {
    if (n > COPY_LONG)
        memcpy(to, from, sizeof(float) * (size_t)n);
    else if (n >= 4) {
        for (int64_t i = 0; i + 4 <= n; i += 4) copy_four(to + i, from + i);
        copy_four(to + n - 4, from + n - 4);
    } else if (n > 0) {
        to[0] = from[0];
        if (n > 1) to[1] = from[1];
        if (n > 2) to[2] = from[2];
    }
}

static inline void copy_zeros(float *to, int64_t n) {
    static const float zeros[4] = {0};
    if (n > COPY_LONG)
        memset(to, 0, sizeof(float) * (size_t)n);
    else if (n >= 4) {
        for (int64_t i = 0; i + 4 <= n; i += 4) copy_four(to + i, zeros);
        copy_four(to + n - 4, zeros);
    } else if (n > 0) {
        to[0] = 0.0f;
        if (n > 1) to[1] = 0.0f;
        if (n > 2) to[2] = 0.0f;
    }
}

#endif
