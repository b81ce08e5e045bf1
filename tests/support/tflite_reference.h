/* tflite_reference.h - what TensorFlow Lite computes, in double and by plain loops over batch, height, width, channels:
 * from the words of tests/support/tflite_file.h, with none of the importer's code. */
#ifndef TESTS_SUPPORT_TFLITE_REFERENCE_H
#define TESTS_SUPPORT_TFLITE_REFERENCE_H
#include <math.h>

#include "tests/support/tflite_file.h"

struct tflite_run {
    const struct tflite_net *net;
    double *data[NET_TENSORS]; /* in the file's order; NULL: not made yet */
};

static inline double run_activation(int code, double x) {
    switch (code) {
    case 1: return fmax(x, 0);
    case 2: return fmin(fmax(x, -1), 1);
    case 3: return fmin(fmax(x, 0), 6);
    case 4: return tanh(x);
    default: return x;
    }
}

static inline const struct net_tensor *run_tensor(const struct tflite_run *r, int i) {
    return &r->net->tensor[i];
}

static inline double run_option(const struct net_op *op, int slot, double preset) {
    return op->option[slot].kind ? op->option[slot].value : preset;
}

/* Element of an image at h, w, c; 0 outside. */
static inline double run_pixel(const struct tflite_run *r, int i, int h, int w, int c) {
    const int *d = run_tensor(r, i)->dim;
    return h < 0 || w < 0 || h >= d[1] || w >= d[2] ? 0 : r->data[i][(h * d[2] + w) * d[3] + c];
}

/* Pixels before the image in one direction. */
static inline int run_before(bool same, int size, int out, int kernel, int stride, int dilation) {
    const int need = (out - 1) * stride + (kernel - 1) * dilation + 1 - size;
    return same && need > 0 ? need / 2 : 0;
}

static inline void run_conv(struct tflite_run *r, const struct net_op *op, bool depthwise) {
    const struct net_tensor *in = run_tensor(r, op->input[0]), *w = run_tensor(r, op->input[1]),
                            *out = run_tensor(r, op->output[0]);
    const bool same = run_option(op, 0, 0) == 0;
    const int s[2] = {(int)run_option(op, 2, 0), (int)run_option(op, 1, 0)}, late = depthwise ? 6 : 5;
    const int d[2] = {(int)run_option(op, late, 1), (int)run_option(op, late - 1, 1)}, M = out->dim[3];
    const int KH = w->dim[1], KW = w->dim[2], C = depthwise ? 1 : w->dim[3], groups = in->dim[3] / C;
    const int top = run_before(same, in->dim[1], out->dim[1], KH, s[0], d[0]);
    const int left = run_before(same, in->dim[2], out->dim[2], KW, s[1], d[1]);
    double *to = r->data[op->output[0]];
    for (int h = 0; h < out->dim[1]; h++)
        for (int x = 0; x < out->dim[2]; x++)
            for (int m = 0; m < M; m++) {
                double sum = op->inputs > 2 && op->input[2] >= 0 ? r->data[op->input[2]][m] : 0;
                for (int kh = 0; kh < KH; kh++)
                    for (int kw = 0; kw < KW; kw++)
                        for (int c = 0; c < C; c++)
                            sum += run_pixel(r, op->input[0], h * s[0] - top + kh * d[0], x * s[1] - left + kw * d[1],
                                             m / (M / groups) * C + c) *
                                   r->data[op->input[1]]
                                          [depthwise ? (kh * KW + kw) * M + m : ((m * KH + kh) * KW + kw) * C + c];
                *to++ = run_activation((int)run_option(op, depthwise ? 4 : 3, 0), sum);
            }
}

static inline void run_pool(struct tflite_run *r, const struct net_op *op, bool average) {
    const struct net_tensor *in = run_tensor(r, op->input[0]), *out = run_tensor(r, op->output[0]);
    const bool same = run_option(op, 0, 0) == 0;
    const int sh = (int)run_option(op, 2, 0), sw = (int)run_option(op, 1, 0);
    const int KW = (int)run_option(op, 3, 0), KH = (int)run_option(op, 4, 0);
    const int top = run_before(same, in->dim[1], out->dim[1], KH, sh, 1);
    const int left = run_before(same, in->dim[2], out->dim[2], KW, sw, 1);
    double *to = r->data[op->output[0]];
    for (int h = 0; h < out->dim[1]; h++)
        for (int x = 0; x < out->dim[2]; x++)
            for (int c = 0; c < in->dim[3]; c++) {
                double sum = 0, most = -INFINITY;
                int count = 0;
                for (int y = h * sh - top; y < h * sh - top + KH; y++)
                    for (int z = x * sw - left; z < x * sw - left + KW; z++) {
                        if (y < 0 || z < 0 || y >= in->dim[1] || z >= in->dim[2]) continue;
                        const double value = run_pixel(r, op->input[0], y, z, c);
                        sum += value, most = fmax(most, value), count++;
                    }
                *to++ = run_activation((int)run_option(op, 5, 0), average ? sum / count : most);
            }
}

static inline void run_whole(struct tflite_run *r, const struct net_op *op, bool average) {
    const int *d = run_tensor(r, op->input[0])->dim;
    for (int c = 0; c < d[3]; c++) {
        double sum = 0, most = -INFINITY;
        for (int h = 0; h < d[1]; h++)
            for (int w = 0; w < d[2]; w++) {
                sum += run_pixel(r, op->input[0], h, w, c);
                most = fmax(most, run_pixel(r, op->input[0], h, w, c));
            }
        r->data[op->output[0]][c] = average ? sum / (d[1] * d[2]) : most;
    }
}

static inline void run_fc(struct tflite_run *r, const struct net_op *op) {
    const int M = run_tensor(r, op->input[1])->dim[0], K = run_tensor(r, op->input[1])->dim[1];
    for (int m = 0; m < M; m++) {
        double sum = op->inputs > 2 && op->input[2] >= 0 ? r->data[op->input[2]][m] : 0;
        for (int k = 0; k < K; k++) sum += r->data[op->input[1]][m * K + k] * r->data[op->input[0]][k];
        r->data[op->output[0]][m] = run_activation((int)run_option(op, 0, 0), sum);
    }
}

/* Element by element; an input with fewer elements repeats: one number, one for each channel. */
static inline void run_joint(struct tflite_run *r, const struct net_op *op, const char *name) {
    const struct net_tensor *out = run_tensor(r, op->output[0]);
    for (int i = 0; i < net_count(out); i++) {
        double y = 0;
        for (int k = 0; k < op->inputs; k++) {
            const double x = r->data[op->input[k]][i % net_count(run_tensor(r, op->input[k]))];
            y = k == 0 ? x : *name == 'A' ? y + x : *name == 'M' ? y * x : *name == 'S' ? y - x : y / x;
        }
        r->data[op->output[0]][i] = run_activation((int)run_option(op, 0, 0), y);
    }
}

static inline void run_concat(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *out = run_tensor(r, op->output[0]);
    const int C = out->dim[out->rank - 1], pixels = net_count(out) / C;
    for (int p = 0, at = 0; p < pixels; p++)
        for (int k = 0; k < op->inputs; k++) {
            const int c = net_count(run_tensor(r, op->input[k])) / pixels;
            for (int i = 0; i < c; i++)
                r->data[op->output[0]][at++] =
                    run_activation((int)run_option(op, 1, 0), r->data[op->input[k]][p * c + i]);
        }
}

static inline void run_softmax(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *in = run_tensor(r, op->input[0]);
    const int C = in->dim[in->rank - 1];
    for (int p = 0; p < net_count(in); p += C) {
        double sum = 0;
        for (int c = 0; c < C; c++) sum += exp(r->data[op->input[0]][p + c]);
        for (int c = 0; c < C; c++) r->data[op->output[0]][p + c] = exp(r->data[op->input[0]][p + c]) / sum;
    }
}

static inline void run_lrn(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *in = run_tensor(r, op->input[0]);
    const int C = in->dim[3], radius = (int)run_option(op, 0, 0);
    for (int i = 0; i < net_count(in); i++) {
        double sum = 0;
        for (int c = i % C - radius; c <= i % C + radius; c++)
            if (c >= 0 && c < C) sum += pow(r->data[op->input[0]][i - i % C + c], 2);
        r->data[op->output[0]][i] =
            r->data[op->input[0]][i] * pow(run_option(op, 1, 0) + run_option(op, 2, 0) * sum, -run_option(op, 3, 0));
    }
}

static inline double run_function(const struct net_op *op, const char *name, double x) {
    if (strcmp(name, "RELU") == 0) return fmax(x, 0);
    if (strcmp(name, "RELU6") == 0) return fmin(fmax(x, 0), 6);
    if (strcmp(name, "RELU_N1_TO_1") == 0) return fmin(fmax(x, -1), 1);
    if (strcmp(name, "RELU_0_TO_1") == 0) return fmin(fmax(x, 0), 1);
    if (strcmp(name, "LOGISTIC") == 0) return 1 / (1 + exp(-x));
    if (strcmp(name, "TANH") == 0) return tanh(x);
    if (strcmp(name, "ELU") == 0) return x > 0 ? x : exp(x) - 1;
    if (strcmp(name, "HARD_SWISH") == 0) return x * fmin(fmax(x + 3, 0), 6) / 6;
    if (strcmp(name, "LEAKY_RELU") == 0) return x > 0 ? x : run_option(op, 0, 0) * x;
    ck_assert_msg(strstr("RESHAPE SQUEEZE EXPAND_DIMS DEQUANTIZE", name) != NULL, "no reference for %s", name);
    return x;
}

/* A slope for all, or one for each channel. */
static inline void run_prelu(struct tflite_run *r, const struct net_op *op) {
    const int slopes = net_count(run_tensor(r, op->input[1]));
    for (int i = 0; i < net_count(run_tensor(r, op->output[0])); i++) {
        const double x = r->data[op->input[0]][i];
        r->data[op->output[0]][i] = x > 0 ? x : r->data[op->input[1]][i % slopes] * x;
    }
}

/* Every pixel of the image adds the kernel, times itself, to the output. */
static inline void run_deconv(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *in = run_tensor(r, op->input[2]), *w = run_tensor(r, op->input[1]),
                            *out = run_tensor(r, op->output[0]);
    const bool same = run_option(op, 0, 0) == 0;
    const int s[2] = {(int)run_option(op, 2, 0), (int)run_option(op, 1, 0)};
    const int M = w->dim[0], KH = w->dim[1], KW = w->dim[2], C = w->dim[3];
    const int top = same ? ((in->dim[1] - 1) * s[0] + KH - out->dim[1]) / 2 : 0;
    const int left = same ? ((in->dim[2] - 1) * s[1] + KW - out->dim[2]) / 2 : 0;
    double *to = r->data[op->output[0]];
    for (int i = 0; i < net_count(out) && op->inputs > 3; i++) to[i] = r->data[op->input[3]][i % M];
    for (int h = 0; h < out->dim[1]; h++)
        for (int x = 0; x < out->dim[2]; x++)
            for (int kh = 0; kh < KH; kh++)
                for (int kw = 0; kw < KW; kw++) {
                    const int y = h + top - kh, z = x + left - kw; /* stride times the pixel that reaches (h, x) */
                    if (y % s[0] || z % s[1]) continue;
                    for (int m = 0; m < M; m++)
                        for (int c = 0; c < C; c++)
                            to[(h * out->dim[2] + x) * M + m] +=
                                run_pixel(r, op->input[2], y / s[0], z / s[1], c) *
                                r->data[op->input[1]][((m * KH + kh) * KW + kw) * C + c];
                }
    for (int i = 0; i < net_count(out); i++) to[i] = run_activation((int)run_option(op, 3, 0), to[i]);
}

/* Output (h, w, c) is input (h - top, w - left, c); outside 0, or input 2. */
static inline void run_pad(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *out = run_tensor(r, op->output[0]), *pads = run_tensor(r, op->input[1]);
    const int *d = run_tensor(r, op->input[0])->dim;
    double *to = r->data[op->output[0]];
    for (int h = 0; h < out->dim[1]; h++)
        for (int w = 0; w < out->dim[2]; w++)
            for (int c = 0; c < out->dim[3]; c++) {
                const int y = h - pads->number[2], x = w - pads->number[4];
                const bool outside = y < 0 || x < 0 || y >= d[1] || x >= d[2];
                *to++ = outside && op->inputs > 2 ? r->data[op->input[2]][0] : run_pixel(r, op->input[0], y, x, c);
            }
}

/* Between pixel centres, clamped at the border. */
static inline double run_between(const struct tflite_run *r, int i, double y, double x, int c) {
    const int *d = run_tensor(r, i)->dim;
    double sum = 0;
    y = fmin(fmax(y, 0), d[1] - 1), x = fmin(fmax(x, 0), d[2] - 1);
    for (int h = 0; h < d[1]; h++)
        for (int w = 0; w < d[2]; w++)
            sum += fmax(0, 1 - fabs(y - h)) * fmax(0, 1 - fabs(x - w)) * run_pixel(r, i, h, w, c);
    return sum;
}

static inline void run_resize(struct tflite_run *r, const struct net_op *op, bool linear) {
    const struct net_tensor *in = run_tensor(r, op->input[0]), *out = run_tensor(r, op->output[0]);
    const double fh = (double)in->dim[1] / out->dim[1], fw = (double)in->dim[2] / out->dim[2];
    double *to = r->data[op->output[0]];
    for (int h = 0; h < out->dim[1]; h++)
        for (int w = 0; w < out->dim[2]; w++)
            for (int c = 0; c < out->dim[3]; c++)
                *to++ = linear ? run_between(r, op->input[0], (h + 0.5) * fh - 0.5, (w + 0.5) * fw - 0.5, c)
                               : run_pixel(r, op->input[0], (int)floor(h * fh), (int)floor(w * fw), c);
}

/* Channels from `from` on of input `data`. */
static inline void run_channels(struct tflite_run *r, const struct net_op *op, int data, int output, int from) {
    const struct net_tensor *in = run_tensor(r, op->input[data]), *out = run_tensor(r, op->output[output]);
    const int all = in->dim[in->rank - 1], some = out->dim[out->rank - 1];
    for (int i = 0; i < net_count(out); i++)
        r->data[op->output[output]][i] = r->data[op->input[data]][i / some * all + from + i % some];
}

static inline void run_split(struct tflite_run *r, const struct net_op *op, int data) {
    for (int k = 0, from = 0; k < op->outputs; k++) {
        const struct net_tensor *out = run_tensor(r, op->output[k]);
        run_channels(r, op, data, k, from);
        from += out->dim[out->rank - 1];
    }
}

/* 1 H W A B to 1 H W B A; or as it is. */
static inline void run_transpose(struct tflite_run *r, const struct net_op *op) {
    const struct net_tensor *in = run_tensor(r, op->input[0]);
    const bool turned = run_tensor(r, op->input[1])->number[in->rank - 1] != in->rank - 1;
    const int A = turned ? in->dim[3] : 1, B = turned ? in->dim[4] : 1;
    for (int i = 0; i < net_count(in); i++)
        r->data[op->output[0]][i / (A * B) * A * B + i % B * A + i / B % A] = r->data[op->input[0]][i];
}

static inline void run_op(struct tflite_run *r, const struct net_op *op) {
    const char *name = op->code->name;
    for (int k = 0; k < op->outputs; k++)
        r->data[op->output[k]] = calloc((size_t)net_count(run_tensor(r, op->output[k])), sizeof(double));
    if (strcmp(name, "CONV_2D") == 0) return run_conv(r, op, false);
    if (strcmp(name, "DEPTHWISE_CONV_2D") == 0) return run_conv(r, op, true);
    if (strstr(name, "POOL_2D")) return run_pool(r, op, *name == 'A');
    if (strcmp(name, "MEAN") == 0 || strcmp(name, "REDUCE_MAX") == 0) return run_whole(r, op, *name == 'M');
    if (strcmp(name, "FULLY_CONNECTED") == 0) return run_fc(r, op);
    if (strstr("ADD_N MUL SUB DIV", name)) return run_joint(r, op, name);
    if (strcmp(name, "CONCATENATION") == 0) return run_concat(r, op);
    if (strcmp(name, "SOFTMAX") == 0) return run_softmax(r, op);
    if (strcmp(name, "LOCAL_RESPONSE_NORMALIZATION") == 0) return run_lrn(r, op);
    if (strncmp(name, "PAD", 3) == 0) return run_pad(r, op);
    if (strcmp(name, "PRELU") == 0) return run_prelu(r, op);
    if (strcmp(name, "TRANSPOSE_CONV") == 0) return run_deconv(r, op);
    if (strncmp(name, "RESIZE", 6) == 0) return run_resize(r, op, strstr(name, "BILINEAR") != NULL);
    if (strcmp(name, "SPLIT") == 0 || strcmp(name, "SPLIT_V") == 0) return run_split(r, op, name[5] ? 0 : 1);
    if (strstr(name, "SLICE")) {
        const struct net_tensor *from = run_tensor(r, op->input[1]);
        return run_channels(r, op, 0, 0, from->number[from->numbers - 1]);
    }
    if (strcmp(name, "TRANSPOSE") == 0) return run_transpose(r, op);
    for (int i = 0; i < net_count(run_tensor(r, op->output[0])); i++)
        r->data[op->output[0]][i] = run_function(op, name, r->data[op->input[0]][i]);
}

/* The network's output in the file's order for an input in the file's order; valid until tflite_run_free. */
static inline const double *tflite_run(struct tflite_run *r, const struct tflite_net *net, const float *in) {
    *r = (struct tflite_run){.net = net};
    for (int i = 0; i < net->tensors; i++) {
        const struct net_tensor *t = &net->tensor[i];
        if (i != net->input && t->kind != 'f' && t->kind != 'h') continue;
        r->data[i] = calloc((size_t)net_count(t), sizeof(double));
        for (int k = 0; k < net_count(t); k++)
            r->data[i][k] = i == net->input ? (double)in[k] : (double)tflite_number(t->name, k);
    }
    for (int i = 0; i < net->ops; i++) run_op(r, &net->op[i]);
    return r->data[net->output[0]];
}

static inline void tflite_run_free(struct tflite_run *r) {
    for (int i = 0; i < NET_TENSORS; i++) free(r->data[i]);
}

#endif
