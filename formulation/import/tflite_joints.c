/* Operators that join layers, or a layer and constants. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "formulation/import/tflite.h"

enum { INPUTS_MOST = 8 };

/* One layer of several inputs; -1 and an error. */
static int joint(const struct tflite_node *n, const char *op, const int *layer, int inputs) {
    if (n->in->sketch->layers >= SKETCH_LAYERS)
        return tflite_error(n, "more than %d layers (expected fewer)", SKETCH_LAYERS), -1;
    return sketch_add(n->in->sketch, n->name, 0, op, layer, inputs, "%s", "");
}

static bool same_sizes(const struct tflite_value *a, const struct tflite_value *b, bool channels) {
    if (a->rank != b->rank || memcmp(a->was, b->was, sizeof a->was) != 0) return false;
    for (int i = 0; i < a->rank - !channels; i++)
        if (a->dim[i] != b->dim[i]) return false;
    return true;
}

static enum tflite_result join(struct tflite_value *out, const struct tflite_node *n, const char *op, bool channels) {
    int layer[INPUTS_MOST];
    const size_t inputs = n->input.count;
    if (inputs < 1 || inputs > INPUTS_MOST)
        return tflite_failed(tflite_error(n, "%zu inputs (expected 2 to %d)", inputs, INPUTS_MOST));
    for (size_t i = 0; i < inputs; i++) {
        const struct tflite_value *v = channels ? tflite_ordered(n, i) : tflite_image(n, i, true);
        if (!v) return TFLITE_FAILED;
        layer[i] = v->layer;
        if (i > 0 && !same_sizes(out, v, !channels))
            return tflite_failed(tflite_error(n, "input %zu has other sizes than input 0 (expected the same)", i));
        const bool positive = v->positive && (i == 0 || out->positive);
        const int64_t before = i > 0 && channels ? out->dim[out->rank - 1] : 0;
        *out = *v;
        out->dim[out->rank - 1] += before;
        out->positive = positive;
    }
    if (inputs > 1) out->layer = joint(n, op, layer, (int)inputs);
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

enum tflite_result tflite_concat(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *in = tflite_image(n, 0, true);
    const int64_t axis = flatbuffer_signed(&n->options, 0, 4, 0);
    if (!in) return TFLITE_FAILED;
    if (axis != in->rank - 1 && axis != -1)
        return tflite_failed(tflite_error(n, "axis %" PRId64 " (expected %d, the channels)", axis, in->rank - 1));
    const enum tflite_result made = join(out, n, "concat", true);
    return made == TFLITE_MADE ? tflite_fused(out, n, 1) : made;
}

enum tflite_result tflite_add_n(struct tflite_value *out, const struct tflite_node *n) {
    return join(out, n, "add", false);
}

/* --- with constants ------------------------------------------------------------------------------------------------ */

/* Which input is a constant; -1: none. */
static int constant_input(const struct tflite_node *n) {
    for (int i = 0; i < 2; i++) {
        const struct tflite_value *v = tflite_input(n, (size_t)i);
        if (v && v->kind == TFLITE_CONSTANT) return i;
    }
    return -1;
}

/* One number for all, or one for each channel: how many; -1 and an error. */
static int64_t constant_count(const struct tflite_node *n, const struct tflite_value *v, int64_t channels) {
    const int64_t count = tflite_floats(v);
    if (count < 0) return tflite_error(n, "a constant that does not hold its floats"), -1;
    if (count != 1 && (count != channels || v->dim[v->rank - 1] != channels))
        return tflite_error(n,
                            "a constant of %" PRId64 " elements (expected 1, or one for each of %" PRId64 " channels)",
                            count, channels),
               -1;
    return count;
}

enum affine { PLUS, MINUS, TIMES, OVER };

/* y = factor x + shift by channels; with the constant first, only c - x is such. */
static void affine_element(float *factor, float *shift, enum affine op, bool first, float c) {
    *factor = op == TIMES ? c : op == OVER ? 1 / c : first && op == MINUS ? -1 : 1;
    *shift = op == PLUS || (first && op == MINUS) ? c : op == MINUS ? -c : 0;
}

static enum tflite_result affine(struct tflite_value *out, const struct tflite_node *n, enum affine op) {
    const int at = constant_input(n);
    assert(at >= 0);
    const struct tflite_value *v = tflite_input(n, (size_t)at);
    const bool one = tflite_count(v) == 1;
    const struct tflite_value *in = one ? tflite_image(n, (size_t)(1 - at), true) : tflite_ordered(n, (size_t)(1 - at));
    const bool shifts = op == PLUS || op == MINUS;
    struct sketch *s = n->in->sketch;
    if (!in) return TFLITE_FAILED;
    if (op == OVER && at == 0) return TFLITE_UNSUPPORTED;
    const int64_t C = tflite_channels(in), count = constant_count(n, v, C);
    if (count < 0) return TFLITE_FAILED;
    *out = *in;
    out->positive = false;
    out->layer = tflite_layer(n, "scale", in->layer, "bias=%d", shifts);
    if (out->layer < 0 || !tflite_spend(n, (s->weights ? 8 : 0) * (uint64_t)C)) return TFLITE_FAILED;
    if (s->weights) sketch_weights(s, C, shifts ? C : 0);
    const struct sketch_layer *l = &s->layer[out->layer];
    for (int64_t c = 0; c < C && s->weights; c++) {
        float shift;
        affine_element(&l->weights[c], &shift, op, at == 0, tflite_element(v, count == 1 ? 0 : c));
        if (shifts) l->bias[c] = shift;
    }
    if (s->weights && !(sketch_finite(l->weights, C) && (!shifts || sketch_finite(l->bias, C))))
        return tflite_failed(tflite_error(n, "a factor or shift that is not finite"));
    return TFLITE_MADE;
}

static enum tflite_result affine_or(struct tflite_value *out, const struct tflite_node *n, enum affine op,
                                    tflite_make *layers) {
    const enum tflite_result made = constant_input(n) >= 0 ? affine(out, n, op) : layers(out, n);
    return made == TFLITE_MADE ? tflite_fused(out, n, 0) : made;
}

static enum tflite_result neither(struct tflite_value *out, const struct tflite_node *n) {
    (void)out, (void)n;
    return TFLITE_UNSUPPORTED;
}

/* x sigmoid(x): one function, which converters write in two. */
static bool is_silu(const struct tflite_node *n, const struct tflite_value *x, const struct tflite_value *factor) {
    struct sketch *s = n->in->sketch;
    return factor->layer == s->layers - 1 && sketch_reads(s, factor->layer, "sigmoid", x->layer);
}

/* Of the same sizes, or one of them one pixel. */
static enum tflite_result product(struct tflite_value *out, const struct tflite_node *n) {
    const struct tflite_value *a = tflite_image(n, 0, true), *b = a ? tflite_image(n, 1, true) : NULL;
    if (!b) return TFLITE_FAILED;
    if (is_silu(n, b, a) || is_silu(n, a, b)) {
        sketch_change(n->in->sketch, "silu");
        *out = is_silu(n, b, a) ? *a : *b;
        out->layer = n->in->sketch->layers - 1;
        out->positive = false;
        return TFLITE_MADE;
    }
    const bool turned = a->rank == 4 && a->dim[1] * a->dim[2] == 1;
    const struct tflite_value *image = turned ? b : a, *factor = turned ? a : b;
    const bool pixel = image->rank == 4 && factor->rank == 4 && factor->dim[1] * factor->dim[2] == 1 &&
                       factor->dim[3] == image->dim[3];
    if (!pixel && !same_sizes(a, b, true))
        return tflite_failed(tflite_error(n, "input 1 has other sizes than input 0 (expected the same, or one pixel)"));
    *out = *image;
    out->positive = a->positive && b->positive;
    out->layer = joint(n, "mul", (const int[]){image->layer, factor->layer}, 2);
    return out->layer >= 0 ? TFLITE_MADE : TFLITE_FAILED;
}

enum tflite_result tflite_add(struct tflite_value *out, const struct tflite_node *n) {
    return affine_or(out, n, PLUS, tflite_add_n);
}

enum tflite_result tflite_sub(struct tflite_value *out, const struct tflite_node *n) {
    return affine_or(out, n, MINUS, neither);
}

enum tflite_result tflite_mul(struct tflite_value *out, const struct tflite_node *n) {
    return affine_or(out, n, TIMES, product);
}

enum tflite_result tflite_div(struct tflite_value *out, const struct tflite_node *n) {
    return affine_or(out, n, OVER, neither);
}
