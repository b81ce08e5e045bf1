/* Nodes that read several tensors, or one and a constant, and the table of them: sums, products, concatenations. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/onnx.h"
#include "solver/base/memory.h"

enum { JOINTS = 8 }; /* inputs of a layer of a .net */

static bool same_form(const struct onnx_value *a, const struct onnx_value *b) {
    return a->rank == b->rank && a->channels_last == b->channels_last &&
           memcmp(a->dim, b->dim, (size_t)a->rank * sizeof *a->dim) == 0;
}

/* Any number of layers, by as many layers of at most JOINTS inputs as it takes. layer[] is overwritten. */
static int join(const struct onnx_node *n, const char *op, int *layer, int count) {
    assert(count >= 1);
    while (count > 1) {
        int made = 0;
        for (int i = 0; i < count; i += JOINTS) {
            const int here = count - i < JOINTS ? count - i : JOINTS;
            layer[made++] = here == 1 ? layer[i] : sketch_add(n->in->sketch, n->name, 0, op, layer + i, here, "%s", "");
        }
        count = made;
    }
    return layer[0];
}

/* --- concatenations ------------------------------------------------------------------------------------------------ */

/* That of the first ones may be there already, from the node before. */
static int concatenated(const struct onnx_node *n, int *layer, int count) {
    struct onnx_joined *before = &n->in->joined, all = {.inputs = count};
    const int same = before->inputs;
    memcpy(all.input, layer, (size_t)count * sizeof *layer);
    if (same > 1 && same < count && memcmp(layer, before->input, (size_t)same * sizeof *layer) == 0) {
        layer[same - 1] = before->layer;
        layer += same - 1, count -= same - 1;
    }
    all.layer = join(n, "concat", layer, count);
    *before = all;
    return all.layer;
}

/* Images by channels, or else whatever follows the batch, end to end. */
static enum onnx_result make_concat(struct onnx_value *out, const struct onnx_node *n) {
    int layer[ONNX_INPUTS];
    int64_t axis = onnx_int(n, "axis", 1);
    const struct onnx_value *in = onnx_any(n, 0);
    if (!in) return ONNX_FAILED;
    const int rank = in->rank, channels = in->channels_last ? 3 : 1;
    const bool last = in->channels_last;
    axis += axis < 0 ? rank : 0;
    if (axis != channels || rank < 2)
        return onnx_failed(onnx_error(n, "axis %" PRId64 " (expected 1, the channels)", axis));
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = last ? onnx_any(n, i) : rank == 4 ? onnx_image(n, i) : onnx_vector(n, i);
        if (!v) return ONNX_FAILED;
        layer[i] = v->layer;
        if (i == 0) *out = *v;
        if (i == 0) continue;
        bool fits = v->rank == rank && v->channels_last == last;
        for (int d = 0; d < rank && fits; d++) fits = d == axis || v->dim[d] == out->dim[d];
        if (!fits) return onnx_failed(onnx_error(n, "input %d has other sizes than input 0 (expected the same)", i));
        out->dim[axis] += v->dim[axis], out->have[0] += v->have[0];
    }
    out->layer = concatenated(n, layer, n->inputs);
    return ONNX_MADE;
}

/* --- with a constant ----------------------------------------------------------------------------------------------- */

static bool is_constant(const struct onnx_node *n, int i) {
    return onnx_input(n, i) && onnx_input(n, i)->kind == ONNX_CONSTANT;
}

/* Is a constant one number, or one for each channel of v? How many; 0: neither. */
static int64_t per_channel(const struct onnx_value *constant, const struct onnx_value *v) {
    const int axis = v->channels_last ? v->rank - 1 : 1, from = constant->rank - v->rank;
    const int64_t count = onnx_count(constant);
    if (count == 1) return 1;
    if (from > 0 || v->rank < 2 || v->have[0] != v->dim[axis] || count != v->have[0]) return 0;
    return axis + from >= 0 && constant->dim[axis + from] == count ? count : 0;
}

/* x + c, x - c, c - x, x c, x / c as factor x + shift. */
static bool take_affine(float *factor, float *shift, const struct onnx_node *n, int at, int64_t count, int64_t C) {
    float *c = MEMORY_NEW(float, C);
    const bool good = onnx_elements(c, n, at, count);
    for (int64_t i = 0; i < C && good; i++) {
        const float x = c[count == 1 ? 0 : i];
        const char type = n->type[0];
        factor[i] = type == 'M' ? x : type == 'D' ? 1 / x : type == 'S' && at == 0 ? -1 : 1;
        shift[i] = type == 'A' || (type == 'S' && at == 0) ? x : type == 'S' ? -x : 0;
    }
    free(c);
    return good && (sketch_finite(factor, C) || onnx_error(n, "a division by zero"));
}

/* Constant `at` and a tensor: a scale. */
static enum onnx_result affine(struct onnx_value *out, const struct onnx_node *n, int at) {
    const struct onnx_value *v = onnx_any(n, 1 - at);
    if (v && v->rank == 2 && onnx_count(onnx_input(n, at)) > 1) v = onnx_vector(n, 1 - at);
    if (!v) return ONNX_FAILED;
    const int64_t count = per_channel(onnx_input(n, at), v), C = v->have[0];
    if (count == 0 || (n->type[0] == 'D' && at == 0))
        return onnx_failed(onnx_error(n, "a constant that is neither one number nor one for each channel"));
    *out = *v;
    out->layer = sketch_add(n->in->sketch, n->name, 0, "scale", &v->layer, 1, "bias=1");
    if (!onnx_room(n, C, C)) return ONNX_FAILED;
    if (!n->in->sketch->weights) return ONNX_MADE;
    const struct sketch_layer *l = &n->in->sketch->layer[out->layer];
    return take_affine(l->weights, l->bias, n, at, count, C) ? ONNX_MADE : ONNX_FAILED;
}

/* --- sums ---------------------------------------------------------------------------------------------------------- */

static enum onnx_result make_add(struct onnx_value *out, const struct onnx_node *n) {
    int layer[ONNX_INPUTS];
    if (n->inputs < 1) return onnx_failed(onnx_error(n, "no inputs (expected some)"));
    for (int i = 0; i < n->inputs && n->inputs == 2; i++)
        if (is_constant(n, i)) return affine(out, n, i);
    for (int i = 0; i < n->inputs; i++) {
        const struct onnx_value *v = onnx_any(n, i);
        if (v && v->rank == 4 && !v->channels_last) v = onnx_image(n, i);
        if (v && v->rank != 4) v = onnx_vector(n, i);
        if (!v) return ONNX_FAILED;
        layer[i] = v->layer;
        if (i == 0) *out = *v;
        if (!same_form(v, out))
            return onnx_failed(onnx_error(n, "input %d has other sizes than input 0 (expected the same)", i));
    }
    out->layer = join(n, "add", layer, n->inputs);
    return ONNX_MADE;
}

static enum onnx_result make_sub(struct onnx_value *out, const struct onnx_node *n) {
    for (int i = 0; i < 2; i++)
        if (is_constant(n, i)) return affine(out, n, i);
    return ONNX_UNSUPPORTED;
}

static enum onnx_result make_div(struct onnx_value *out, const struct onnx_node *n) {
    return is_constant(n, 1) ? affine(out, n, 1) : ONNX_UNSUPPORTED;
}

/* --- products ------------------------------------------------------------------------------------------------------ */

/* Of the same sizes, or one of them one pixel. */
static enum onnx_result product_of_layers(struct onnx_value *out, const struct onnx_node *n) {
    for (int i = 0; i < 2; i++)
        if (!onnx_input(n, i) || onnx_input(n, i)->kind != ONNX_LAYER) return ONNX_UNSUPPORTED;
    const struct onnx_value *v[2];
    for (int i = 0; i < 2; i++) {
        v[i] = onnx_any(n, i);
        if (v[i] && v[i]->rank == 4 && !v[i]->channels_last) v[i] = onnx_image(n, i);
        if (v[i] && v[i]->rank != 4) v[i] = onnx_vector(n, i);
        if (!v[i]) return ONNX_FAILED;
    }
    const bool pixel[] = {v[0]->have[1] == 1 && v[0]->have[2] == 1, v[1]->have[1] == 1 && v[1]->have[2] == 1};
    const int image = pixel[0] && !pixel[1], factor = 1 - image;
    const bool fits = v[0]->rank == v[1]->rank && v[0]->channels_last == v[1]->channels_last &&
                      v[0]->have[0] == v[1]->have[0] && (pixel[factor] || same_form(v[0], v[1]));
    if (!fits || (v[0]->rank != 4 && !same_form(v[0], v[1])))
        return onnx_failed(onnx_error(n, "factors of other sizes (expected the same, or one pixel)"));
    *out = *v[image];
    out->layer =
        sketch_add(n->in->sketch, n->name, 0, "mul", (const int[]){v[image]->layer, v[factor]->layer}, 2, "%s", "");
    return ONNX_MADE;
}

/* x sigmoid(x), x hardsigmoid(x): one function, which exporters write in two. */
static enum onnx_result make_mul(struct onnx_value *out, const struct onnx_node *n) {
    static const char *const pairs[][2] = {{"sigmoid", "silu"}, {"hardsigmoid", "hardswish"}};
    struct sketch *s = n->in->sketch;
    for (int i = 0; i < 2; i++)
        if (is_constant(n, i)) return affine(out, n, i);
    for (int i = 0; i < 2; i++) {
        const struct onnx_value *x = onnx_input(n, i), *factor = onnx_input(n, 1 - i);
        if (!x || !factor || x->kind != ONNX_LAYER || factor->kind != ONNX_LAYER || factor->layer != s->layers - 1)
            continue;
        for (int k = 0; k < 2; k++) {
            if (!sketch_reads(s, factor->layer, pairs[k][0], x->layer)) continue;
            if (k == 1 && !sketch_says(s, factor->layer, "alpha=0.166666672 beta=0.5")) continue;
            sketch_change(s, pairs[k][1]);
            *out = *factor;
            return ONNX_MADE;
        }
    }
    return product_of_layers(out, n);
}

const struct onnx_op onnx_joints[] = {
    {"Add", make_add}, {"Sum", make_add},       {"Sub", make_sub}, {"Div", make_div},
    {"Mul", make_mul}, {"Concat", make_concat}, {NULL, NULL},
};
