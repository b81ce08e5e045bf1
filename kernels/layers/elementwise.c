#include <stdint.h>

#include "kernels/layers/layers.h"
#include "kernels/parallel.h"

#define PIECE 4096 /* floats that one thread handles at a time: 16 KiB of each tensor */

static int64_t elementwise_count(const struct operator_shape *s) {
    return (int64_t)s->C[0] * s->H * s->W;
}

/* In place is allowed: element i is read before it is written, and by nobody else. */
void elementwise_relu(const struct operator_shape *s, float *out, const float *in, int threads) {
    const int64_t n = elementwise_count(s);
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE) {
        const int64_t last = first + PIECE < n ? first + PIECE : n;
        for (int64_t i = first; i < last; i++) out[i] = in[i] > 0.0f ? in[i] : 0.0f;
    }
}

static void elementwise_add_piece(float *out, const float *const *in, int inputs, int64_t first, int64_t last,
                                  bool relu) {
    const float *a = in[0], *b = in[1];
    for (int64_t i = first; i < last; i++) out[i] = a[i] + b[i];
    for (int k = 2; k < inputs; k++) {
        const float *more = in[k];
        for (int64_t i = first; i < last; i++) out[i] += more[i];
    }
    if (relu)
        for (int64_t i = first; i < last; i++) out[i] = out[i] > 0.0f ? out[i] : 0.0f;
}

/* out may be in[0] or in[1]. */
void elementwise_add(const struct operator_shape *s, float *out, const float *const *in, int threads) {
    const int64_t n = elementwise_count(s);
    PARALLEL_FOR
    for (int64_t first = 0; first < n; first += PIECE)
        elementwise_add_piece(out, in, s->inputs, first, first + PIECE < n ? first + PIECE : n, s->relu);
}
