/* Nodes that take parts of an image, or move blocks of pixels between space and channels, and the table of them. What takes
 * or moves pixels is a convolution, each channel by itself, whose weights are a single 1: exact, and with kernels that
 * are there already. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "formulation/import/onnx.h"

enum { CROP_MOST = 32 /* rows or columns of such a kernel */, BLOCK_MOST = 64 };

/* --- channels ----------------------------------------------------------------------------------------------------- */

/* Channels [from, from + count) of input 0. */
static struct onnx_value part(const struct onnx_node *n, const struct onnx_value *in, int64_t from, int64_t count) {
    const int layer =
        sketch_add(n->in->sketch, n->name, 0, "slice", &in->layer, 1, "from=%" PRId64 " m=%" PRId64, from, count);
    return onnx_image_of(layer, count, in->dim[2], in->dim[3]);
}

static enum onnx_result make_split(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0);
    const int64_t axis = onnx_int(n, "axis", 0);
    int64_t size[ONNX_OUTPUTS], from = 0;
    if (!in) return ONNX_FAILED;
    const struct onnx_value image = *in;
    const int count = onnx_setting(size, ONNX_OUTPUTS, n, 1, "split");
    if ((axis != 1 && axis != -3) || n->outputs > ONNX_OUTPUTS || (count >= 0 && count != n->outputs) ||
        (count < 0 && onnx_input(n, 1)))
        return onnx_failed(onnx_error(n, "axis %" PRId64 ", %d outputs (expected the channels in at most %d parts)",
                                      axis, n->outputs, ONNX_OUTPUTS));
    const int64_t each = (image.dim[1] + n->outputs - 1) / n->outputs; /* the last part may be smaller */
    for (int i = 0; i < n->outputs; i++) {
        const int64_t rest = image.dim[1] - from;
        const int64_t here = count >= 0 ? size[i] : each < rest ? each : rest;
        if (here < 1 || here > rest) return onnx_failed(onnx_error(n, "parts that do not add up to the channels"));
        const struct onnx_value made = part(n, &image, from, here);
        from += here;
        if (i == 0)
            *out = made;
        else
            onnx_output(n, i, made);
    }
    return ONNX_MADE;
}

/* --- convolutions with one weight ----------------------------------------------------------------------------------- */

/* Filter m of the layer just sketched, kh x kw weights, is 1 at `at + step m` modulo their number. */
static bool take_ones(const struct onnx_node *n, int64_t filters, int64_t kh, int64_t kw, int64_t at, int64_t step) {
    assert(kh >= 1 && kw >= 1 && at >= 0 && at < kh * kw && filters >= 1);
    if (!onnx_room(n, filters * kh * kw, 0)) return false;
    if (!n->in->sketch->weights) return true;
    float *w = n->in->sketch->layer[n->in->sketch->layers - 1].weights;
    memset(w, 0, (size_t)(filters * kh * kw) * sizeof *w);
    for (int64_t m = 0; m < filters; m++) w[m * kh * kw + (at + step * m) % (kh * kw)] = 1;
    return true;
}

static int shuffled(const struct onnx_node *n, int layer, int64_t groups) {
    return sketch_add(n->in->sketch, n->name, 0, "shuffle", &layer, 1, "groups=%" PRId64, groups);
}

/* C b^2 x H x W to C x H b x W b: b^2 channels that follow each other are a block of pixels; `apart`: those at a distance
 * of C are. */
static bool to_space(struct onnx_value *out, const struct onnx_node *n, int layer, const int64_t size[3], int64_t b,
                     bool apart) {
    assert(b >= 1 && size[0] % (b * b) == 0);
    const int64_t C = size[0] / (b * b);
    if (apart) layer = shuffled(n, layer, b * b);
    layer = sketch_add(n->in->sketch, n->name, 0, "deconv", &layer, 1,
                       "m=%" PRId64 " k=%" PRId64 " s=%" PRId64 " p=0 d=1 g=%" PRId64 " bias=0", C, b, b, C);
    *out = onnx_image_of(layer, C, size[1] * b, size[2] * b);
    return take_ones(n, size[0], b, b, 0, 1);
}

/* The reverse. */
static bool to_depth(struct onnx_value *out, const struct onnx_node *n, int layer, const int64_t size[3], int64_t b,
                     bool apart) {
    const int64_t C = size[0], M = C * b * b;
    assert(b >= 1 && size[1] % b == 0 && size[2] % b == 0);
    layer = sketch_add(n->in->sketch, n->name, 0, "conv", &layer, 1,
                       "m=%" PRId64 " k=%" PRId64 " s=%" PRId64 " p=0 d=1 g=%" PRId64 " bias=0", M, b, b, C);
    if (!take_ones(n, M, b, b, 0, 1)) return false;
    if (apart) layer = shuffled(n, layer, C);
    *out = onnx_image_of(layer, M, size[1] / b, size[2] / b);
    return true;
}

static enum onnx_result make_depth_to_space(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0);
    const int64_t b = onnx_int(n, "blocksize", 0);
    if (!in) return ONNX_FAILED;
    if (b < 1 || b > BLOCK_MOST || in->dim[1] % (b * b) != 0)
        return onnx_failed(onnx_error(n, "%" PRId64 " channels in blocks of %" PRId64 " x %" PRId64, in->dim[1], b, b));
    const bool apart = onnx_is(n, "mode", "DCR", true);
    return to_space(out, n, in->layer, in->dim + 1, b, apart) ? ONNX_MADE : ONNX_FAILED;
}

static enum onnx_result make_space_to_depth(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_image(n, 0);
    const int64_t b = onnx_int(n, "blocksize", 0);
    if (!in) return ONNX_FAILED;
    if (b < 1 || b > BLOCK_MOST || in->dim[2] % b != 0 || in->dim[3] % b != 0)
        return onnx_failed(onnx_error(n, "%" PRId64 " x %" PRId64 " pixels in blocks of %" PRId64 " x %" PRId64,
                                      in->dim[2], in->dim[3], b, b));
    return to_depth(out, n, in->layer, in->dim + 1, b, true) ? ONNX_MADE : ONNX_FAILED;
}

/* PixelShuffle and its reverse as exporters write them: 1 C b b H W, 1 b b C H W, 1 C H b W b and 1 C H b W b. */
enum onnx_result onnx_blocks(struct onnx_value *out, const struct onnx_node *n, const int64_t *perm) {
    static const int64_t orders[][ONNX_RANK] = {
        {0, 1, 4, 2, 5, 3}, {0, 3, 4, 1, 5, 2}, {0, 1, 3, 5, 2, 4}, {0, 3, 5, 1, 2, 4}};
    const struct onnx_value *in = onnx_flat(n, 0);
    int form = 0;
    if (!in) return ONNX_FAILED;
    while (form < 4 && memcmp(perm, orders[form], sizeof orders[form]) != 0) form++;
    if (form == 4 || in->dim[0] != 1) return ONNX_UNSUPPORTED;
    const bool depth = form >= 2, apart = form % 2 == 1;
    const int64_t b = in->dim[depth ? 3 : form == 0 ? 2 : 1], *d = in->dim;
    if (b > BLOCK_MOST || b != d[depth ? 5 : form == 0 ? 3 : 2]) return ONNX_UNSUPPORTED;
    const int64_t size[3] = {depth ? d[1] : b * b * d[form == 0 ? 1 : 3], depth ? d[2] * b : d[4],
                             depth ? d[4] * b : d[5]};
    int layer = in->layer;
    if (memcmp(in->have, size, sizeof size) != 0)
        layer = sketch_add(n->in->sketch, n->name, 0, "reshape", &layer, 1, "c=%" PRId64 " h=%" PRId64 " w=%" PRId64,
                           size[0], size[1], size[2]);
    const struct onnx_value from = *in;
    if (!(depth ? to_depth : to_space)(out, n, layer, size, b, apart)) return ONNX_FAILED;
    out->rank = ONNX_RANK;
    for (int i = 0; i < ONNX_RANK; i++) out->dim[i] = from.dim[perm[i]];
    return ONNX_MADE;
}

/* --- rows and columns ----------------------------------------------------------------------------------------------- */

/* Each step-th pixel of [from, to) along each axis. */
struct cut {
    int64_t from[ONNX_RANK], to[ONNX_RANK], step[ONNX_RANK];
};

static int64_t cut_size(const struct cut *c, int axis) {
    assert(c->step[axis] >= 1 && c->from[axis] < c->to[axis]);
    return (c->to[axis] - c->from[axis] + c->step[axis] - 1) / c->step[axis];
}

static bool read_cut(struct cut *c, const struct onnx_node *n, const struct onnx_value *in) {
    int64_t from[ONNX_RANK], to[ONNX_RANK], axis[ONNX_RANK], step[ONNX_RANK];
    const bool late = n->in->opset >= 10;
    const int count = onnx_setting(from, ONNX_RANK, n, late ? 1 : ONNX_INPUTS, "starts");
    const int ends = onnx_setting(to, ONNX_RANK, n, late ? 2 : ONNX_INPUTS, "ends");
    int axes = onnx_setting(axis, ONNX_RANK, n, late ? 3 : ONNX_INPUTS, "axes");
    int steps = onnx_setting(step, ONNX_RANK, n, late ? 4 : ONNX_INPUTS, "steps");
    for (int i = 0; i < in->rank; i++) c->from[i] = 0, c->to[i] = in->dim[i], c->step[i] = 1;
    for (int i = 0; axes < 0 && !(late && onnx_input(n, 3)) && i < count; i++) axis[i] = i;
    for (int i = 0; steps < 0 && !(late && onnx_input(n, 4)) && i < count; i++) step[i] = 1;
    axes = axes < 0 && !(late && onnx_input(n, 3)) ? count : axes;
    steps = steps < 0 && !(late && onnx_input(n, 4)) ? count : steps;
    if (count < 0 || count > in->rank || ends != count || axes != count || steps != count)
        return onnx_error(n, "starts, ends, axes or steps are not known from the file, or differ in number");
    for (int i = 0; i < count; i++) {
        const int64_t a = axis[i] < 0 ? axis[i] + in->rank : axis[i];
        if (a < 0 || a >= in->rank) return onnx_error(n, "an axis is out of range");
        if (step[i] < 1 || step[i] > 1 << 20)
            return onnx_error(n, "a step of %" PRId64 " (expected at least 1)", step[i]);
        c->from[a] = from[i], c->to[a] = to[i], c->step[a] = step[i];
        onnx_range(&c->from[a], &c->to[a], step[i], in->dim[a]);
        if (c->from[a] >= c->to[a]) return onnx_error(n, "nothing of axis %" PRId64 " is left", a);
    }
    return true;
}

/* A kernel of one 1 that takes pixel from + step o for pixel o of the output, as many as are wanted. */
static bool crop(struct onnx_value *out, const struct onnx_node *n, const struct cut *c) {
    int64_t k[2], size[2];
    for (int i = 0; i < 2; i++) {
        const int axis = 2 + i;
        size[i] = cut_size(c, axis);
        const int64_t rest = out->dim[axis] - size[i] * c->step[axis] + 1;
        k[i] = c->from[axis] + 1 > rest ? c->from[axis] + 1 : rest;
        assert((out->dim[axis] - k[i]) / c->step[axis] + 1 == size[i]);
        if (k[i] > CROP_MOST)
            return onnx_error(n, "it takes away more than %d rows or columns (expected fewer)", CROP_MOST - 1);
    }
    const int64_t C = out->dim[1];
    const int layer = sketch_add(n->in->sketch, n->name, 0, "conv", &out->layer, 1,
                                 "m=%" PRId64 " kh=%" PRId64 " kw=%" PRId64 " sh=%" PRId64 " sw=%" PRId64
                                 " p=0 d=1 g=%" PRId64 " bias=0",
                                 C, k[0], k[1], c->step[2], c->step[3], C);
    *out = onnx_image_of(layer, C, size[0], size[1]);
    return take_ones(n, C, k[0], k[1], c->from[2] * k[1] + c->from[3], 0);
}

static enum onnx_result make_slice(struct onnx_value *out, const struct onnx_node *n) {
    const struct onnx_value *in = onnx_any(n, 0);
    struct cut c;
    if (!in || !read_cut(&c, n, in)) return ONNX_FAILED;
    bool whole[ONNX_RANK], all = true;
    for (int i = 0; i < in->rank; i++) all = (whole[i] = cut_size(&c, i) == in->dim[i]) && all;
    *out = *in;
    if (all) return ONNX_MADE;
    if (!(in = onnx_image(n, 0))) return ONNX_FAILED;
    if (!whole[0] || c.step[1] != 1)
        return onnx_failed(onnx_error(n, "channels that do not follow each other (expected a step of 1)"));
    *out = whole[1] ? *in : part(n, in, c.from[1], c.to[1] - c.from[1]);
    if (whole[2] && whole[3]) return ONNX_MADE;
    return crop(out, n, &c) ? ONNX_MADE : ONNX_FAILED;
}

const struct onnx_op onnx_parts[] = {
    {"Split", make_split},
    {"Slice", make_slice},
    {"DepthToSpace", make_depth_to_space},
    {"SpaceToDepth", make_space_to_depth},
    {NULL, NULL},
};
