/* Constants as floats: weights in our order, from 32 or 16 bits. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "formulation/import/half.h"
#include "formulation/import/tflite.h"

float tflite_element(const struct tflite_value *v, int64_t i) {
    assert(v->kind == TFLITE_CONSTANT && i >= 0);
    const size_t size = v->type == TFLITE_FLOAT16 ? 2 : 4, at = (size_t)i * size;
    uint32_t bits = 0;
    assert(at + size <= v->length);
    for (size_t b = 0; b < size; b++) bits |= (uint32_t)v->bytes[at + b] << (8 * b);
    return size == 2 ? half_float(bits) : wire_float(bits);
}

int64_t tflite_floats(const struct tflite_value *v) {
    const int64_t count = tflite_count(v), size = v->type == TFLITE_FLOAT16 ? 2 : 4;
    const bool floats = v->type == TFLITE_FLOAT32 || v->type == TFLITE_FLOAT16;
    return floats && count >= 0 && v->length % (size_t)size == 0 && v->length / (size_t)size == (uint64_t)count ? count
                                                                                                                : -1;
}

/* Is input i a constant of that many floats, all of them there? */
static bool floats(const struct tflite_node *n, size_t i, int64_t count) {
    const struct tflite_value *v = tflite_constant(n, i);
    if (!v || tflite_floats(v) == count) return v != NULL;
    if (tflite_count(v) == count) return tflite_error(n, "input %zu does not hold its %" PRId64 " floats", i, count);
    return tflite_error(n, "input %zu has %" PRId64 " elements (expected %" PRId64 ")", i, tflite_count(v), count);
}

static bool finite_input(const struct tflite_node *n, size_t i, const float *x, int64_t count) {
    return sketch_finite(x, count) || tflite_error(n, "input %zu has elements that are not finite", i);
}

static void turn(float *to, const struct tflite_value *v, const int64_t size[4], const int64_t step[4]) {
    for (int64_t a = 0; a < size[0]; a++)
        for (int64_t b = 0; b < size[1]; b++)
            for (int64_t c = 0; c < size[2]; c++)
                for (int64_t d = 0; d < size[3]; d++)
                    *to++ = tflite_element(v, a * step[0] + b * step[1] + c * step[2] + d * step[3]);
}

bool tflite_weights(const struct tflite_node *n, const int64_t size[4], const int64_t step[4], size_t bias, int64_t M) {
    int64_t count = 1;
    struct sketch *s = n->in->sketch;
    const struct tflite_value *shift = tflite_input(n, bias);
    for (int i = 0; i < 4; i++)
        if (__builtin_mul_overflow(count, size[i], &count) || count < 1 || count > (int64_t)1 << 34)
            return tflite_error(n, "weights of impossible size");
    if (!floats(n, 1, count) || (shift && !floats(n, bias, M))) return false;
    if (!s->weights) return true;
    if (!shift) M = 0;
    if (!tflite_spend(n, sizeof(float) * (uint64_t)(count + M))) return false;
    sketch_weights(s, count, M);
    const struct sketch_layer *l = &s->layer[s->layers - 1];
    turn(l->weights, tflite_input(n, 1), size, step);
    for (int64_t i = 0; i < M; i++) l->bias[i] = tflite_element(shift, i);
    return finite_input(n, 1, l->weights, count) && (M == 0 || finite_input(n, bias, l->bias, M));
}

bool tflite_slopes(const struct tflite_node *n, int64_t C) {
    struct sketch *s = n->in->sketch;
    if (!s->weights) return true;
    sketch_weights(s, C, 0);
    float *to = s->layer[s->layers - 1].weights;
    for (int64_t c = 0; c < C; c++) to[c] = tflite_element(tflite_input(n, 1), c);
    return finite_input(n, 1, to, C);
}
