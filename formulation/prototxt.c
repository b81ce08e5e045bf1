#include "formulation/prototxt.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/text.h"

struct printing {
    struct text_writer out;
    const struct network *n;
    const char *path;
    struct error *err;
};

static bool refuse(const struct printing *p, const struct layer *l, const char *what) {
    return error_at(p->err, p->path, 0, "layer `%.80s`: Caffe has no %s", l->name, what);
}

/* One layer; `parameters`: printf, "" for none. */
static void layer(struct printing *p, const struct layer *l, const char *type, const char *parameters, ...)
    __attribute__((format(printf, 4, 5)));
static void layer(struct printing *p, const struct layer *l, const char *type, const char *parameters, ...) {
    char text[256];
    va_list values;
    va_start(values, parameters);
    vsnprintf(text, sizeof text, parameters, values);
    va_end(values);
    text_write(&p->out, "layer { name: \"%s\" type: \"%s\"", l->name, type);
    for (int i = 0; i < l->inputs; i++) text_write(&p->out, " bottom: \"%s\"", p->n->layer[l->input[i]].name);
    text_write(&p->out, " top: \"%s\"%s%s }\n", l->name, *text ? " " : "", text);
}

/* "NAME: 3", or for each direction: Caffe's names with _h and _w. */
static void pair(char *text, size_t room, const char *name, const char *both, int down, int across) {
    const size_t used = strlen(text);
    if (down == across)
        snprintf(text + used, room - used, " %s: %d", both, down);
    else
        snprintf(text + used, room - used, " %s_h: %d %s_w: %d", name, down, name, across);
}

/* The window of a convolution or a pool; false: one side is padded otherwise than the opposite one. */
static bool window(char text[256], const struct padding *pad, const int kernel[2], const int stride[2]) {
    text[0] = '\0';
    pair(text, 256, "kernel", "kernel_size", kernel[0], kernel[1]);
    pair(text, 256, "stride", "stride", stride[0], stride[1]);
    pair(text, 256, "pad", "pad", pad->top, pad->left);
    return pad->top == pad->bottom && pad->left == pad->right;
}

/* Dilations of convolutions have no _h and _w, but may be repeated. */
static bool print_conv(struct printing *p, const struct layer *l, const char *type, const struct scenario *s) {
    char keys[256];
    const int down = s->dilation, across = scenario_dilation_w(s);
    if (!window(keys, &s->pad, (const int[]){s->KH, s->KW}, (const int[]){s->stride, scenario_stride_w(s)}))
        return refuse(p, l, "padding of one side");
    layer(p, l, type, "convolution_param { num_output: %d%s dilation: %d dilation: %d group: %d bias_term: %s }", s->M,
          keys, down, across, s->groups, l->bias ? "true" : "false");
    return true;
}

/* Caffe counts the padding in a mean, which only matters where there is some. */
static bool print_pool(struct printing *p, const struct layer *l, const struct operator_shape *s) {
    const char *kind = s->kind == OPERATOR_MAXPOOL ? "MAX" : "AVE";
    char keys[256];
    if (s->kernel == 0) {
        layer(p, l, "Pooling", "pooling_param { pool: %s global_pooling: true }", kind);
        return true;
    }
    if (!window(keys, &s->pad, (const int[]){s->kernel, operator_kernel_w(s)},
                (const int[]){s->stride, operator_stride_w(s)}))
        return refuse(p, l, "padding of one side");
    if (s->kind == OPERATOR_AVGPOOL && !s->count_pad && !padding_is_all(&s->pad, 0))
        return refuse(p, l, "mean that leaves out the padding");
    layer(p, l, "Pooling", "pooling_param { pool: %s%s round_mode: %s }", kind, keys, s->ceil ? "CEIL" : "FLOOR");
    return true;
}

static bool print_activation(struct printing *p, const struct layer *l, struct activation f) {
    const double a = (double)f.a, b = (double)f.b;
    switch ((int)f.kind) { /* others are not Caffe's */
    case ACTIVATION_RELU: layer(p, l, "ReLU", "%s", ""); return true;
    case ACTIVATION_RELU6: layer(p, l, "Clip", "clip_param { min: 0 max: 6 }"); return true;
    case ACTIVATION_CLIP: layer(p, l, "Clip", "clip_param { min: %.9g max: %.9g }", a, b); return true;
    case ACTIVATION_LEAKY_RELU: layer(p, l, "ReLU", "relu_param { negative_slope: %.9g }", a); return true;
    case ACTIVATION_ELU: layer(p, l, "ELU", "elu_param { alpha: %.9g }", a); return true;
    case ACTIVATION_SIGMOID: layer(p, l, "Sigmoid", "%s", ""); return true;
    case ACTIVATION_TANH: layer(p, l, "TanH", "%s", ""); return true;
    case ACTIVATION_SILU: layer(p, l, "Swish", "%s", ""); return true;
    default: return refuse(p, l, operator_names[l->shape_of.kind]);
    }
}

static bool print_lrn(struct printing *p, const struct layer *l, const struct operator_shape *s) {
    const bool within = s->kind == OPERATOR_LRN_WITHIN;
    layer(p, l, "LRN", "lrn_param { local_size: %d alpha: %.9g beta: %.9g k: %.9g%s }", s->size, (double)s->alpha,
          (double)s->beta, (double)s->bias, within ? " norm_region: WITHIN_CHANNEL" : "");
    return true;
}

static bool print_deconv(struct printing *p, const struct layer *l, const struct operator_shape *s) {
    struct scenario as = {.M = s->M,
                          .KH = s->kernel,
                          .KW = operator_kernel_w(s),
                          .stride = s->stride,
                          .dilation = s->dilation,
                          .groups = s->groups,
                          .pad = s->pad};
    scenario_across(&as, operator_stride_w(s), s->dilation_w ? s->dilation_w : s->dilation);
    return print_conv(p, l, "Deconvolution", &as);
}

static bool print_operator(struct printing *p, const struct layer *l) {
    const struct operator_shape *s = &l->shape_of;
    if (operators[s->kind]->activates) return print_activation(p, l, s->activation);
    switch ((int)s->kind) {
    case OPERATOR_INPUT:
        layer(p, l, "Input", "input_param { shape { dim: 1 dim: %d dim: %d dim: %d } }", s->M, s->OH, s->OW);
        return true;
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL: return print_pool(p, l, s);
    case OPERATOR_LRN:
    case OPERATOR_LRN_WITHIN: return print_lrn(p, l, s);
    case OPERATOR_CONCAT: layer(p, l, "Concat", "%s", ""); return true;
    case OPERATOR_ADD: layer(p, l, "Eltwise", "eltwise_param { operation: SUM }"); return true;
    case OPERATOR_MUL:
        if (s->broadcast) return refuse(p, l, "product with one number for each channel");
        layer(p, l, "Eltwise", "eltwise_param { operation: PROD }");
        return true;
    case OPERATOR_FC:
        layer(p, l, "InnerProduct", "inner_product_param { num_output: %d bias_term: %s }", s->M,
              l->bias ? "true" : "false");
        return true;
    case OPERATOR_SOFTMAX: layer(p, l, "Softmax", "%s", ""); return true;
    case OPERATOR_PRELU: layer(p, l, "PReLU", "%s", ""); return true;
    case OPERATOR_DECONV: return print_deconv(p, l, s);
    default: return refuse(p, l, operator_names[s->kind]); /* rearranging, and what is not Caffe's */
    }
}

/* In place: what reads the batch norm reads its scale. */
static bool print_batchnorm(struct printing *p, const struct layer *l) {
    layer(p, l, "BatchNorm", "%s", "");
    text_write(
        &p->out,
        "layer { name: \"%s/scale\" type: \"Scale\" bottom: \"%s\" top: \"%s\" scale_param { bias_term: true } }\n",
        l->name, l->name, l->name);
    return true;
}

static bool print_layer(struct printing *p, const struct layer *l) {
    switch (l->kind) {
    case LAYER_CONV: return print_conv(p, l, "Convolution", &l->scenario);
    case LAYER_OPERATOR: return print_operator(p, l);
    case LAYER_BATCHNORM: return print_batchnorm(p, l);
    case LAYER_DROPOUT: layer(p, l, "Dropout", "%s", ""); return true;
    }
    return false;
}

bool prototxt_write(const char *path, const struct network *n, struct error *err) {
    struct printing p = {.n = n, .path = path, .err = err};
    bool good = true;
    assert(n->layers > 0 && n->layer[0].inputs == 0);
    if (!text_create(&p.out, path, err)) return false;
    text_write(&p.out, "name: \"%s\"\n", n->name);
    for (int v = 0; v < n->layers && good; v++) good = print_layer(&p, &n->layer[v]);
    if (good) return text_close(&p.out, err);
    text_abandon(&p.out);
    return false;
}
