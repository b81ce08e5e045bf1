#include <stdint.h>

#include "kernels/operator.h"
#include "kernels/parallel.h"

#define PIECE 4096 /* floats that one thread handles at a time: 16 KiB of each tensor */

/* In place is allowed: element i is read before it is written, and by its own thread only. */
static void relu_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                     const void *stored, const float *bias, void *workspace, int threads) {
    (void)layout, (void)stored, (void)bias, (void)workspace;
    const int64_t n = (int64_t)s->C[0] * s->H * s->W;
    const float *x = in[0];
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE) {
        const int64_t last = first + PIECE < n ? first + PIECE : n;
        for (int64_t i = first; i < last; i++) out[i] = x[i] > 0.0f ? x[i] : 0.0f;
    }
}

const struct operator_contract operator_relu = {
    .help = "max(x, 0)", .syntax = {1, 1, {{0}}}, .by_rows = true, .stack = 256, .run = relu_run};
