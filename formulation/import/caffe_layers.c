/* One function per kind of Caffe layer, and the table of them. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/caffe.h"
#include "formulation/import/window.h"

static enum caffe_result made(struct caffe_blob *top, int layer) {
    *top = (struct caffe_blob){.layer = layer};
    return CAFFE_MADE;
}

/* A layer whose weights are those of this one; channels 0: as many as it reads. */
static enum caffe_result weighted(struct caffe_blob *top, const struct caffe_layer *l, int channels, int layer) {
    caffe_origin(l, layer)->name = l->name;
    made(top, layer);
    top->channels = channels;
    return CAFFE_MADE;
}

/* A layer without parameters. */
static enum caffe_result plain(struct caffe_blob *top, const struct caffe_layer *l, const char *op) {
    made(top, sketch_add(l->in->sketch, l->name, l->line, op, l->input, l->bottoms, "%s", ""));
    return CAFFE_MADE;
}

/* The same blob under another name. */
static enum caffe_result same(struct caffe_blob *top, const struct caffe_layer *l) {
    *top = l->bottom[0];
    return CAFFE_MADE;
}

static enum caffe_result nothing(struct caffe_blob *top, const struct caffe_layer *l) {
    (void)top, (void)l;
    return CAFFE_NOTHING;
}

/* --- inputs ------------------------------------------------------------------------------------------------------- */

bool caffe_input(struct caffe_blob *top, const struct caffe_layer *l, const int *dims, int count) {
    if (count < 3 || count > 4)
        return caffe_error(l, "its shape has %d dimensions (expected batch, channels, height and width)", count);
    const int *chw = dims + count - 3;
    made(top, sketch_add(l->in->sketch, l->name, l->line, "input", NULL, 0, "c=%d h=%d w=%d", chw[0], chw[1], chw[2]));
    top->channels = chw[0];
    return true;
}

static enum caffe_result make_input(struct caffe_blob *top, const struct caffe_layer *l) {
    const struct textproto *t = &l->in->model;
    const uint32_t shape = textproto_first(t, caffe_message(l, "input_param"), "shape");
    int dims[4], count = 0;
    for (uint32_t d = shape ? textproto_first(t, shape, "dim") : 0; d && count < 4; d = textproto_after(t, d)) {
        const char *text = textproto_value(t, d);
        long value = 0;
        if (!text || sscanf(text, "%9ld", &value) != 1 || value < 0)
            return caffe_error(l, "`dim: %.40s` (expected a number)", text ? text : "{...}"), CAFFE_FAILED;
        dims[count++] = (int)value;
    }
    return caffe_input(top, l, dims, count) ? CAFFE_MADE : CAFFE_FAILED;
}

/* A data base, whose images have no stated size unless they are cropped. */
static enum caffe_result make_data(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t transform = caffe_message(l, "transform_param"), memory = caffe_message(l, "memory_data_param");
    int dims[4] = {1, 3, 0, 0};
    bool grey;
    if (memory != TEXTPROTO_EMPTY) {
        if (!caffe_int(&dims[1], l, memory, "channels", -1) || !caffe_int(&dims[2], l, memory, "height", -1) ||
            !caffe_int(&dims[3], l, memory, "width", -1))
            return CAFFE_FAILED;
    } else {
        if (!caffe_int(&dims[2], l, transform, "crop_size", 0) || !caffe_flag(&grey, l, transform, "force_gray", false))
            return CAFFE_FAILED;
        if (dims[2] == 0)
            return caffe_error(l, "the size of its images is not stated (expected an Input layer, or a crop_size)"),
                   CAFFE_FAILED;
        dims[1] = grey ? 1 : 3;
        dims[3] = dims[2];
    }
    return caffe_input(top, l, dims, 4) ? CAFFE_MADE : CAFFE_FAILED;
}

/* --- convolutions and products ------------------------------------------------------------------------------------ */

static const char *const kernel_names[] = {"kernel_size", "kernel_h", "kernel_w"};
static const char *const stride_names[] = {"stride", "stride_h", "stride_w"};
static const char *const pad_names[] = {"pad", "pad_h", "pad_w"};
static const char *const dilation_names[] = {"dilation", NULL, NULL};

static bool read_window(struct window *w, const struct caffe_layer *l, uint32_t of) {
    int kernel[2], stride[2], pad[2], dilation[2];
    if (!caffe_pair(kernel, l, of, kernel_names, -1) || !caffe_pair(stride, l, of, stride_names, 1) ||
        !caffe_pair(pad, l, of, pad_names, 0) || !caffe_pair(dilation, l, of, dilation_names, 1))
        return false;
    *w = (struct window){{kernel[0], kernel[1]},
                         {stride[0], stride[1]},
                         {dilation[0], dilation[1]},
                         {pad[0], pad[1], pad[0], pad[1]},
                         false};
    return true;
}

static enum caffe_result convolution(struct caffe_blob *top, const struct caffe_layer *l, const char *op,
                                     bool depthwise) {
    const uint32_t of = caffe_message(l, "convolution_param");
    struct window w;
    int outputs, groups, axis;
    bool bias;
    char keys[WINDOW_TEXT], dilation[WINDOW_TEXT];
    if (!caffe_int(&outputs, l, of, "num_output", -1) || !caffe_int(&groups, l, of, "group", depthwise ? outputs : 1) ||
        !caffe_flag(&bias, l, of, "bias_term", true) || !read_window(&w, l, of) || !caffe_int(&axis, l, of, "axis", 1))
        return CAFFE_FAILED;
    if (axis != 1) return caffe_error(l, "axis %d (expected 1, the channels)", axis), CAFFE_FAILED;
    return weighted(top, l, outputs,
                    sketch_add(l->in->sketch, l->name, l->line, op, l->input, 1, "m=%d %s %s g=%d bias=%d", outputs,
                               window_keys(keys, &w), window_dilation(dilation, &w),
                               depthwise && groups == 1 ? outputs : groups, bias));
}

static enum caffe_result make_convolution(struct caffe_blob *top, const struct caffe_layer *l) {
    return convolution(top, l, "conv", false);
}

static enum caffe_result make_depthwise(struct caffe_blob *top, const struct caffe_layer *l) {
    return convolution(top, l, "conv", true);
}

static enum caffe_result make_deconvolution(struct caffe_blob *top, const struct caffe_layer *l) {
    return convolution(top, l, "deconv", false);
}

static enum caffe_result make_product(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t of = caffe_message(l, "inner_product_param");
    int outputs, axis;
    bool bias;
    if (!caffe_int(&outputs, l, of, "num_output", -1) || !caffe_flag(&bias, l, of, "bias_term", true) ||
        !caffe_int(&axis, l, of, "axis", 1))
        return CAFFE_FAILED;
    if (axis != 1) return caffe_error(l, "axis %d (expected 1: all of an image)", axis), CAFFE_FAILED;
    return weighted(top, l, outputs,
                    sketch_add(l->in->sketch, l->name, l->line, "fc", l->input, 1, "m=%d bias=%d", outputs, bias));
}

/* --- pools -------------------------------------------------------------------------------------------------------- */

/* Caffe rounds sizes up, and counts the padding in a mean. */
static enum caffe_result make_pool(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t of = caffe_message(l, "pooling_param");
    const char *kind = caffe_word(l, of, "pool", "MAX"), *round = caffe_word(l, of, "round_mode", "CEIL");
    const bool mean = strcmp(kind, "AVE") == 0 || strcmp(kind, "1") == 0;
    const bool down = strcmp(round, "FLOOR") == 0 || strcmp(round, "1") == 0;
    const char *op = mean ? "avgpool" : "maxpool";
    struct window w;
    bool global, ceil;
    char keys[WINDOW_TEXT];
    if (!mean && strcmp(kind, "MAX") != 0 && strcmp(kind, "0") != 0)
        return caffe_error(l, "pool %.40s (expected MAX or AVE)", kind), CAFFE_FAILED;
    if (!caffe_flag(&global, l, of, "global_pooling", false) || !caffe_flag(&ceil, l, of, "ceil_mode", !down))
        return CAFFE_FAILED;
    if (global) return made(top, sketch_add(l->in->sketch, l->name, l->line, op, l->input, 1, "global=1"));
    if (!read_window(&w, l, of)) return CAFFE_FAILED;
    return made(
        top, sketch_add(l->in->sketch, l->name, l->line, op, l->input, 1, "%s ceil=%d", window_keys(keys, &w), ceil));
}

/* --- normalisation ------------------------------------------------------------------------------------------------ */

static enum caffe_result make_lrn(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t of = caffe_message(l, "lrn_param");
    const char *region = caffe_word(l, of, "norm_region", "ACROSS_CHANNELS");
    const bool within = strcmp(region, "WITHIN_CHANNEL") == 0 || strcmp(region, "1") == 0;
    int size;
    double alpha, beta, bias;
    if (!caffe_int(&size, l, of, "local_size", 5) || !caffe_real(&alpha, l, of, "alpha", 1) ||
        !caffe_real(&beta, l, of, "beta", 0.75) || !caffe_real(&bias, l, of, "k", 1))
        return CAFFE_FAILED;
    if (within) /* Caffe ignores k there */
        return made(top, sketch_add(l->in->sketch, l->name, l->line, "lrn_within", l->input, 1,
                                    "size=%d alpha=%.9g beta=%.9g", size, alpha, beta));
    return made(top, sketch_add(l->in->sketch, l->name, l->line, "lrn", l->input, 1,
                                "size=%d alpha=%.9g beta=%.9g bias=%.9g", size, alpha, beta, bias));
}

static enum caffe_result make_batchnorm(struct caffe_blob *top, const struct caffe_layer *l) {
    double epsilon;
    if (!caffe_real(&epsilon, l, caffe_message(l, "batch_norm_param"), "eps", 1e-5)) return CAFFE_FAILED;
    plain(top, l, "batchnorm");
    weighted(top, l, 0, top->layer);
    caffe_origin(l, top->layer)->epsilon = epsilon;
    top->batchnorm = true;
    return CAFFE_MADE;
}

/* Right after a batch norm, which then nothing else reads, it is the second half of what `batchnorm` means in a .net. */
static enum caffe_result make_scale(struct caffe_blob *top, const struct caffe_layer *l) {
    int axis;
    if (!caffe_int(&axis, l, caffe_message(l, "scale_param"), "axis", 1)) return CAFFE_FAILED;
    if (axis != 1) return caffe_error(l, "axis %d (expected 1, the channels)", axis), CAFFE_FAILED;
    if (l->bottoms == 2) return plain(top, l, "mul"); /* by what another layer made */
    const bool second = l->bottom[0].batchnorm && l->bottom[0].layer == l->in->sketch->layers - 1;
    if (second)
        made(top, l->bottom[0].layer);
    else
        plain(top, l, "batchnorm");
    caffe_origin(l, top->layer)->scale = l->name;
    return CAFFE_MADE;
}

/* --- the rest ------------------------------------------------------------------------------------------------------ */

/* Works element by element: a vector remains one. */
static enum caffe_result elementwise(struct caffe_blob *top, const struct caffe_layer *l, const char *op) {
    plain(top, l, op);
    top->flat = l->bottom[0].flat;
    return CAFFE_MADE;
}

/* An activation with one parameter: `given` in message `of`, `key` in a .net. */
static enum caffe_result activation(struct caffe_blob *top, const struct caffe_layer *l, const char *op, double value,
                                    const char *key) {
    made(top, sketch_add(l->in->sketch, l->name, l->line, op, l->input, 1, "%s=%.9g", key, value));
    top->flat = l->bottom[0].flat;
    return CAFFE_MADE;
}

static enum caffe_result make_relu(struct caffe_blob *top, const struct caffe_layer *l) {
    double slope;
    if (!caffe_real(&slope, l, caffe_message(l, "relu_param"), "negative_slope", 0)) return CAFFE_FAILED;
    return slope != 0 ? activation(top, l, "leakyrelu", slope, "slope") : elementwise(top, l, "relu");
}

static enum caffe_result make_prelu(struct caffe_blob *top, const struct caffe_layer *l) {
    bool shared;
    if (!caffe_flag(&shared, l, caffe_message(l, "prelu_param"), "channel_shared", false)) return CAFFE_FAILED;
    if (shared) return caffe_error(l, "one slope for all channels (expected one for each)"), CAFFE_FAILED;
    plain(top, l, "prelu");
    weighted(top, l, 0, top->layer);
    top->flat = l->bottom[0].flat;
    return CAFFE_MADE;
}

static enum caffe_result make_relu6(struct caffe_blob *top, const struct caffe_layer *l) {
    return elementwise(top, l, "relu6");
}

static enum caffe_result make_clip(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t of = caffe_message(l, "clip_param");
    double low, high;
    if (!caffe_real(&low, l, of, "min", -1e9) || !caffe_real(&high, l, of, "max", 1e9)) return CAFFE_FAILED;
    if (low == 0 && high == 6) return elementwise(top, l, "relu6");
    made(top, sketch_add(l->in->sketch, l->name, l->line, "clip", l->input, 1, "low=%.9g high=%.9g", low, high));
    top->flat = l->bottom[0].flat;
    return CAFFE_MADE;
}

static enum caffe_result make_elu(struct caffe_blob *top, const struct caffe_layer *l) {
    double alpha;
    if (!caffe_real(&alpha, l, caffe_message(l, "elu_param"), "alpha", 1)) return CAFFE_FAILED;
    return activation(top, l, "elu", alpha, "alpha");
}

static enum caffe_result make_sigmoid(struct caffe_blob *top, const struct caffe_layer *l) {
    return elementwise(top, l, "sigmoid");
}

static enum caffe_result make_tanh(struct caffe_blob *top, const struct caffe_layer *l) {
    return elementwise(top, l, "tanh");
}

static enum caffe_result make_swish(struct caffe_blob *top, const struct caffe_layer *l) {
    double beta;
    if (!caffe_real(&beta, l, caffe_message(l, "swish_param"), "beta", 1)) return CAFFE_FAILED;
    return beta != 1 ? CAFFE_UNSUPPORTED : elementwise(top, l, "silu");
}

static enum caffe_result make_dropout(struct caffe_blob *top, const struct caffe_layer *l) {
    return elementwise(top, l, "dropout");
}

static enum caffe_result make_softmax(struct caffe_blob *top, const struct caffe_layer *l) {
    int axis;
    if (!caffe_int(&axis, l, caffe_message(l, "softmax_param"), "axis", 1)) return CAFFE_FAILED;
    if (axis != 1) return caffe_error(l, "axis %d (expected 1, the channels)", axis), CAFFE_FAILED;
    made(top, sketch_add(l->in->sketch, l->name, l->line, "softmax", l->input, 1, "%s", ""));
    return CAFFE_MADE;
}

static enum caffe_result make_shuffle(struct caffe_blob *top, const struct caffe_layer *l) {
    int groups;
    if (!caffe_int(&groups, l, caffe_message(l, "shuffle_channel_param"), "group", 1)) return CAFFE_FAILED;
    return made(top, sketch_add(l->in->sketch, l->name, l->line, "shuffle", l->input, 1, "groups=%d", groups));
}

static enum caffe_result make_concat(struct caffe_blob *top, const struct caffe_layer *l) {
    const uint32_t of = caffe_message(l, "concat_param");
    int axis;
    if (!caffe_int(&axis, l, of, textproto_first(&l->in->model, of, "axis") ? "axis" : "concat_dim", 1))
        return CAFFE_FAILED;
    if (axis != 1) return caffe_error(l, "axis %d (expected 1, the channels)", axis), CAFFE_FAILED;
    if (l->bottoms == 1) return same(top, l);
    plain(top, l, "concat");
    int64_t channels = 0, unknown = 0;
    for (int i = 0; i < l->bottoms; i++) channels += l->bottom[i].channels, unknown += l->bottom[i].channels <= 0;
    top->channels = unknown || channels > 1 << 20 ? -1 : (int)channels;
    return CAFFE_MADE;
}

/* Channels [from, to) of the bottom. */
static struct caffe_blob part(const struct caffe_layer *l, int from, int to) {
    const int layer =
        sketch_add(l->in->sketch, l->name, l->line, "slice", l->input, 1, "from=%d m=%d", from, to - from);
    return (struct caffe_blob){.layer = layer, .channels = to - from};
}

/* Cut at the points given, or in equal parts, one for each top. */
static enum caffe_result make_slice(struct caffe_blob *top, const struct caffe_layer *l) {
    const struct textproto *t = &l->in->model;
    const uint32_t of = caffe_message(l, "slice_param");
    const int channels = l->bottom[0].channels;
    uint32_t point = textproto_first(t, of, "slice_point");
    int axis, tops = 0, from = 0;
    if (!caffe_int(&axis, l, of, textproto_first(t, of, "axis") ? "axis" : "slice_dim", 1)) return CAFFE_FAILED;
    for (uint32_t f = textproto_first(t, l->field, "top"); f; f = textproto_after(t, f)) tops++;
    if (axis != 1 || channels < 1 || tops < 1 || tops > CAFFE_TOPS || (!point && channels % tops != 0))
        return caffe_error(l, "axis %d, %d parts of %d channels (expected 1, and at most %d parts)", axis, tops,
                           channels > 0 ? channels : 0, CAFFE_TOPS),
               CAFFE_FAILED;
    const bool points = point != 0;
    for (int i = 0; i < tops; i++) {
        int to = points ? channels : channels / tops * (i + 1);
        if (points && i + 1 < tops && !point)
            return caffe_error(l, "fewer than %d points (expected one between two parts)", tops - 1), CAFFE_FAILED;
        if (points && i + 1 < tops && !caffe_whole(&to, l, "slice_point", textproto_value(t, point)))
            return CAFFE_FAILED;
        if (to <= from || to > channels - (tops - 1 - i))
            return caffe_error(l, "slice_point %d (expected %d to %d)", to, from + 1, channels - (tops - 1 - i)),
                   CAFFE_FAILED;
        l->top[i] = part(l, from, to);
        from = to;
        if (points && i + 1 < tops) point = textproto_after(t, point);
    }
    *top = l->top[0];
    return CAFFE_MADE;
}

static enum caffe_result make_eltwise(struct caffe_blob *top, const struct caffe_layer *l) {
    const struct textproto *t = &l->in->model;
    const uint32_t of = caffe_message(l, "eltwise_param");
    const char *operation = caffe_word(l, of, "operation", "SUM");
    if ((strcmp(operation, "PROD") == 0 || strcmp(operation, "0") == 0) && l->bottoms == 2) return plain(top, l, "mul");
    if (strcmp(operation, "SUM") != 0 && strcmp(operation, "1") != 0)
        return caffe_error(l, "operation %.40s (expected SUM, or PROD of two)", operation), CAFFE_FAILED;
    for (uint32_t f = textproto_first(t, of, "coeff"); f; f = textproto_after(t, f)) {
        const char *text = textproto_value(t, f);
        if (!text || strspn(text, "1.0") != strlen(text) || strtod(text, NULL) != 1)
            return caffe_error(l, "coefficient %.40s (expected 1)", text ? text : "{...}"), CAFFE_FAILED;
    }
    return plain(top, l, "add");
}

static enum caffe_result make_flat(struct caffe_blob *top, const struct caffe_layer *l) {
    same(top, l);
    top->flat = true;
    top->batchnorm = false;
    return CAFFE_MADE;
}

static const struct caffe_kind kinds[] = {
    {"Input", NULL, make_input, 0, 0, false, false},
    {"Data", "DATA", make_data, 0, 0, false, false},
    {"ImageData", "IMAGE_DATA", make_data, 0, 0, false, false},
    {"HDF5Data", "HDF5_DATA", make_data, 0, 0, false, false},
    {"MemoryData", "MEMORY_DATA", make_data, 0, 0, false, false},
    {"WindowData", "WINDOW_DATA", make_data, 0, 0, false, false},
    {"Convolution", "CONVOLUTION", make_convolution, 1, 1, false, false},
    {"ConvolutionDepthwise", NULL, make_depthwise, 1, 1, false, false},
    {"DepthwiseConvolution", NULL, make_depthwise, 1, 1, false, false},
    {"Deconvolution", "DECONVOLUTION", make_deconvolution, 1, 1, false, false},
    {"InnerProduct", "INNER_PRODUCT", make_product, 1, 1, true, false},
    {"Pooling", "POOLING", make_pool, 1, 1, false, false},
    {"LRN", "LRN", make_lrn, 1, 1, false, false},
    {"BatchNorm", NULL, make_batchnorm, 1, 1, false, false},
    {"Scale", NULL, make_scale, 1, 2, false, false},
    {"ShuffleChannel", NULL, make_shuffle, 1, 1, false, false},
    {"ReLU", "RELU", make_relu, 1, 1, true, false},
    {"PReLU", NULL, make_prelu, 1, 1, true, false},
    {"ReLU6", NULL, make_relu6, 1, 1, true, false},
    {"Clip", NULL, make_clip, 1, 1, true, false},
    {"ELU", NULL, make_elu, 1, 1, true, false},
    {"Sigmoid", "SIGMOID", make_sigmoid, 1, 1, true, false},
    {"TanH", "TANH", make_tanh, 1, 1, true, false},
    {"Swish", NULL, make_swish, 1, 1, true, false},
    {"Dropout", "DROPOUT", make_dropout, 1, 1, true, false},
    {"Softmax", "SOFTMAX", make_softmax, 1, 1, false, false},
    {"SoftmaxWithLoss", "SOFTMAX_LOSS", make_softmax, 1, 2, false, true},
    {"Slice", "SLICE", make_slice, 1, 1, false, false},
    {"Concat", "CONCAT", make_concat, 1, CAFFE_BOTTOMS, false, false},
    {"Eltwise", "ELTWISE", make_eltwise, 2, CAFFE_BOTTOMS, false, false},
    {"Split", "SPLIT", same, 1, 1, true, false},
    {"Flatten", "FLATTEN", make_flat, 1, 1, true, false},
    {"Accuracy", "ACCURACY", nothing, 1, 2, true, true},
    {"Silence", "SILENCE", nothing, 0, CAFFE_BOTTOMS, true, true},
    {"EuclideanLoss", "EUCLIDEAN_LOSS", nothing, 1, 3, true, true},
    {"SigmoidCrossEntropyLoss", "SIGMOID_CROSS_ENTROPY_LOSS", nothing, 1, 2, true, true},
};

const struct caffe_kind *caffe_kind_find(const char *type) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].type, type) == 0 || (kinds[i].old && strcmp(kinds[i].old, type) == 0)) return &kinds[i];
    return NULL;
}
