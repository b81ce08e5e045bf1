#include "experiments/runtime/reference_layers.h"

#include <assert.h>
#include <math.h>

#define PIECE 64 /* outputs of a row at once: their sums stay in L1 */

size_t reference_layers_index(enum layout layout, int C, int H, int W, int c, int h, int w) {
    assert(0 <= c && c < C && 0 <= h && h < H && 0 <= w && w < W);
    const size_t sizes[LAYOUTS][3] = {[LAYOUT_CHW] = {(size_t)c, (size_t)h, (size_t)w},
                                      [LAYOUT_HWC] = {(size_t)h, (size_t)w, (size_t)c},
                                      [LAYOUT_HCW] = {(size_t)h, (size_t)c, (size_t)w}};
    const size_t second = layout == LAYOUT_CHW ? (size_t)H : layout == LAYOUT_HWC ? (size_t)W : (size_t)C;
    const size_t third = layout == LAYOUT_HWC ? (size_t)C : (size_t)W;
    return (sizes[layout][0] * second + sizes[layout][1]) * third + sizes[layout][2];
}

/* The activations by their definitions. Not a number: 0 after ReLU, the lower bound after others. */
static double reference_activated(double x, struct activation f) {
    const double a = (double)f.a, b = (double)f.b;
    switch (f.kind) {
    case ACTIVATION_NONE: return x;
    case ACTIVATION_RELU: return x > 0 ? x : 0;
    case ACTIVATION_RELU6: return x > 0 ? fmin(x, 6) : 0;
    case ACTIVATION_CLIP: return fmin(fmax(x, a), b);
    case ACTIVATION_LEAKY_RELU: return fmax(x, 0) + a * fmin(x, 0);
    case ACTIVATION_ELU: return x > 0 ? x : a * expm1(x);
    case ACTIVATION_SIGMOID: return 1 / (1 + exp(-x));
    case ACTIVATION_HARD_SIGMOID: return fmin(fmax(a * x + b, 0), 1);
    case ACTIVATION_SILU: return x / (1 + exp(-x));
    case ACTIVATION_HARD_SWISH: return x < -3 ? 0 : x > 3 ? x : x * (x + 3) / 6;
    case ACTIVATION_TANH: return tanh(x);
    case ACTIVATIONS: break;
    }
    assert(false);
    return NAN;
}

static float reference_rounded(double x, struct activation f) {
    return (float)reference_activated(x, f);
}

/* --- convolution --- */

/* sum[i] += weight * x[i * stride] */
static void reference_add_scaled(double *restrict sum, const float *restrict x, double weight, int n, int stride) {
    if (stride == 1)
        for (int i = 0; i < n; i++) sum[i] += weight * (double)x[i];
    else
        for (int i = 0; i < n; i++) sum[i] += weight * (double)x[(size_t)i * (size_t)stride];
}

/* One row of the kernel over outputs [first, first + n): column kw of it meets column (first + i) * stride - pad.left +
 * kw * dilation, both across. */
static void reference_add_kernel_row(double *sum, const float *row, const struct scenario *s, const float *weights,
                                     int first, int n) {
    const int across = scenario_stride_w(s);
    for (int kw = 0; kw < s->KW; kw++) {
        const long left = (long)first * across - s->pad.left + (long)kw * scenario_dilation_w(s);
        int from = 0, to = n;
        while (from < to && left + (long)from * across < 0) from++;
        while (to > from && left + (long)(to - 1) * across >= s->W) to--;
        if (from < to)
            reference_add_scaled(sum + from, row + (left + (long)from * across), (double)weights[kw], to - from,
                                 across);
    }
}

static void reference_conv_piece(float *out, const float *in, const struct scenario *s, const float *weights,
                                 double bias, struct activation activation, int oh, int first, int n) {
    double sum[PIECE];
    assert(n >= 1 && n <= PIECE);
    for (int i = 0; i < n; i++) sum[i] = bias;
    for (int c = 0; c < s->C / s->groups; c++)
        for (int kh = 0; kh < s->KH; kh++) {
            const long h = (long)oh * s->stride - s->pad.top + (long)kh * s->dilation;
            if (h < 0 || h >= s->H) continue;
            reference_add_kernel_row(sum, in + ((long)c * s->H + h) * s->W, s, weights + ((long)c * s->KH + kh) * s->KW,
                                     first, n);
        }
    for (int i = 0; i < n; i++) out[i] = reference_rounded(sum[i], activation);
}

void reference_layers_conv(float *out, const float *in, const struct scenario *s, const float *weights,
                           const float *bias, struct activation activation, int threads) {
    const int OH = (s->H + s->pad.top + s->pad.bottom - s->dilation * (s->KH - 1) - 1) / s->stride + 1;
    const int OW =
        (s->W + s->pad.left + s->pad.right - scenario_dilation_w(s) * (s->KW - 1) - 1) / scenario_stride_w(s) + 1;
    const int M = s->M, C = s->C / s->groups, each = M / s->groups;
    assert(s->C % s->groups == 0 && M % s->groups == 0 && OH >= 1 && OW >= 1);
#pragma omp parallel for num_threads(threads)
    for (int m = 0; m < M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow += PIECE)
                reference_conv_piece(out + ((size_t)m * (size_t)OH + (size_t)oh) * (size_t)OW + ow,
                                     in + (size_t)(m / each * C) * (size_t)s->H * (size_t)s->W, s,
                                     weights + (size_t)m * (size_t)C * (size_t)s->KH * (size_t)s->KW,
                                     bias ? (double)bias[m] : 0.0, activation, oh, ow,
                                     OW - ow < PIECE ? OW - ow : PIECE);
}

/* --- the other layers --- */

static double reference_at(const float *in, const struct operator_shape *s, int c, int h, int w) {
    return (double)in[((size_t)c * (size_t)s->H + (size_t)h) * (size_t)s->W + (size_t)w];
}

/* One direction of a window: how long, from pixel `first` on, over an image of `size` with padding `after` it. */
struct reference_side {
    int kernel, first, size, after;
};

/* Pixels [from, to) of the input that the window sees, and how many it counts: up to the padding's end, or only those. */
static int reference_window(int *from, int *to, const struct operator_shape *s, struct reference_side side) {
    int counted = 0;
    *from = *to = 0;
    if (s->kernel == 0) return *to = side.size;
    for (int k = 0; k < side.kernel; k++) {
        const int x = side.first + k;
        if (x >= side.size + side.after) break;
        const bool inside = x >= 0 && x < side.size;
        if (inside && *to == 0) *from = x;
        if (inside) *to = x + 1;
        counted += inside || s->count_pad;
    }
    return counted;
}

static double reference_pooled(const float *in, const struct operator_shape *s, int c, int oh, int ow) {
    const int across = s->stride_w ? s->stride_w : s->stride, wide = s->kernel_w ? s->kernel_w : s->kernel;
    const struct reference_side down = {s->kernel, oh * s->stride - s->pad.top, s->H, s->pad.bottom},
                                beside = {wide, ow * across - s->pad.left, s->W, s->pad.right};
    int top, bottom, left, right;
    const double rows = reference_window(&top, &bottom, s, down), columns = reference_window(&left, &right, s, beside);
    double most = -INFINITY, sum = 0;
    if (top == bottom || left == right) return 0;
    for (int h = top; h < bottom; h++)
        for (int w = left; w < right; w++) {
            const double x = reference_at(in, s, c, h, w);
            most = x > most ? x : most;
            sum += x;
        }
    return s->kind == OPERATOR_MAXPOOL ? most : sum / (rows * columns);
}

/* The window of `size` channels begins (size - 1) / 2 before c. */
static double reference_normalised(const float *in, const struct operator_shape *s, int c, int h, int w) {
    const long first = (long)c - (s->size - 1) / 2, end = first + s->size;
    double sum = 0;
    for (int d = first > 0 ? (int)first : 0; d < s->C[0] && d < end; d++)
        sum += reference_at(in, s, d, h, w) * reference_at(in, s, d, h, w);
    return reference_at(in, s, c, h, w) * pow((double)s->bias + (double)s->alpha / s->size * sum, -(double)s->beta);
}

static void reference_softmax_pixel(float *out, const float *in, const struct operator_shape *s, int h, int w) {
    double most = -INFINITY, sum = 0;
    for (int c = 0; c < s->C[0]; c++) { /* not fmax(): gcc 12 for 64-bit Arm cannot compile that here */
        const double x = reference_at(in, s, c, h, w);
        most = x > most ? x : most;
    }
    for (int c = 0; c < s->C[0]; c++) sum += exp(reference_at(in, s, c, h, w) - most);
    for (int c = 0; c < s->C[0]; c++)
        out[((size_t)c * (size_t)s->H + (size_t)h) * (size_t)s->W + (size_t)w] =
            (float)(exp(reference_at(in, s, c, h, w) - most) / sum);
}

static double reference_connected(const float *in, const struct operator_shape *s, const float *weights, int m) {
    const size_t inputs = (size_t)s->C[0] * (size_t)s->H * (size_t)s->W;
    double sum = 0;
    for (size_t k = 0; k < inputs; k++) sum += (double)weights[(size_t)m * inputs + k] * (double)in[k];
    return sum;
}

static double reference_joined(const float *const *in, const struct operator_shape *s, int m, int h, int w) {
    int i = 0;
    while (m >= s->C[i]) {
        m -= s->C[i++];
        assert(i < s->inputs); /* the channels of the inputs add up to M */
    }
    return reference_at(in[i], s, m, h, w); /* inputs differ in channels only */
}

static double reference_added(const float *const *in, const struct operator_shape *s, int m, int h, int w) {
    double sum = 0;
    for (int i = 0; i < s->inputs; i++) sum += reference_at(in[i], s, m, h, w);
    return sum;
}

/* Squares of the size x size pixels around, those outside as 0. */
static double reference_normalised_within(const float *in, const struct operator_shape *s, int c, int h, int w) {
    double sum = 0;
    for (int y = h - s->size / 2; y <= h + s->size / 2; y++)
        for (int x = w - s->size / 2; x <= w + s->size / 2; x++)
            if (y >= 0 && y < s->H && x >= 0 && x < s->W)
                sum += reference_at(in, s, c, y, x) * reference_at(in, s, c, y, x);
    const double mean = sum / ((double)s->size * s->size);
    return reference_at(in, s, c, h, w) * pow((double)s->bias + (double)s->alpha * mean, -(double)s->beta);
}

/* The input at a place between pixel centres, clamped to the outermost ones. */
static double reference_between(const float *in, const struct operator_shape *s, int c, double h, double w) {
    h = fmin(fmax(h, 0), s->H - 1), w = fmin(fmax(w, 0), s->W - 1);
    const int top = (int)h, left = (int)w, bottom = top + (top < s->H - 1), right = left + (left < s->W - 1);
    const double below = h - top, after = w - left;
    return (1 - below) *
               ((1 - after) * reference_at(in, s, c, top, left) + after * reference_at(in, s, c, top, right)) +
           below * ((1 - after) * reference_at(in, s, c, bottom, left) + after * reference_at(in, s, c, bottom, right));
}

static double reference_upsampled(const float *in, const struct operator_shape *s, int m, int oh, int ow) {
    if (!s->bilinear) return reference_at(in, s, m, oh / s->factor, ow / s->factor);
    return reference_between(in, s, m, (oh + 0.5) / s->factor - 0.5, (ow + 0.5) / s->factor - 0.5);
}

/* Channel j of group i becomes channel j * groups + i. */
static int reference_shuffled(const struct operator_shape *s, int m) {
    const int each = s->C[0] / s->groups;
    for (int c = 0; c < s->C[0]; c++)
        if (c % each * s->groups + c / each == m) return c;
    assert(false);
    return -1;
}

/* Element i in the order of CHW, or of HWC: as the reshape has it. */
static double reference_reshaped(const float *in, const struct operator_shape *s, int m, int oh, int ow) {
    const size_t C = (size_t)s->C[0], W = (size_t)s->W;
    const size_t i = s->last ? ((size_t)oh * (size_t)s->OW + (size_t)ow) * (size_t)s->M + (size_t)m
                             : ((size_t)m * (size_t)s->OH + (size_t)oh) * (size_t)s->OW + (size_t)ow;
    if (!s->last) return (double)in[i];
    return reference_at(in, s, (int)(i % C), (int)(i / C / W), (int)(i / C % W));
}

static double reference_padded(const float *in, const struct operator_shape *s, int m, int oh, int ow) {
    const int h = oh - s->pad.top, w = ow - s->pad.left;
    return h < 0 || w < 0 || h >= s->H || w >= s->W ? (double)s->value : reference_at(in, s, m, h, w);
}

/* The input pixel whose kernel has its tap k at output pixel o; -1: none. */
static int reference_under(int o, int before, int k, int holes, int stride, int size) {
    const int at = o + before - k * holes;
    return at >= 0 && at % stride == 0 && at / stride < size ? at / stride : -1;
}

static double reference_deconvolved(const float *in, const struct operator_shape *s, const float *weights, int m,
                                    int oh, int ow) {
    const int C = s->C[0] / s->groups, M = s->M / s->groups, KW = s->kernel_w ? s->kernel_w : s->kernel;
    const int across = s->stride_w ? s->stride_w : s->stride, holes = s->dilation_w ? s->dilation_w : s->dilation;
    double sum = 0;
    for (int kh = 0; kh < s->kernel; kh++)
        for (int kw = 0; kw < KW; kw++) {
            const int h = reference_under(oh, s->pad.top, kh, s->dilation, s->stride, s->H),
                      w = reference_under(ow, s->pad.left, kw, holes, across, s->W);
            for (int c = m / M * C; c < m / M * C + C && h >= 0 && w >= 0; c++)
                sum +=
                    reference_at(in, s, c, h, w) *
                    (double)
                        weights[((size_t)(c * M + m % M) * (size_t)s->kernel + (size_t)kh) * (size_t)KW + (size_t)kw];
        }
    return sum;
}

static float reference_element(const float *const *in, const struct operator_shape *s, const float *weights,
                               const float *bias, int m, int oh, int ow) {
    switch (s->kind) {
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL: return (float)reference_pooled(in[0], s, m, oh, ow);
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) case OPERATOR_##symbol:
#include "kernels/activations.def"
        return reference_rounded(reference_at(in[0], s, m, oh, ow), s->activation);
    case OPERATOR_LRN: return (float)reference_normalised(in[0], s, m, oh, ow);
    case OPERATOR_CONCAT: return (float)reference_joined(in, s, m, oh, ow);
    case OPERATOR_ADD: return reference_rounded(reference_added(in, s, m, oh, ow), s->activation);
    case OPERATOR_FC:
        return reference_rounded(reference_connected(in[0], s, weights, m) + (bias ? (double)bias[m] : 0.0),
                                 s->activation);
    case OPERATOR_LRN_WITHIN: return (float)reference_normalised_within(in[0], s, m, oh, ow);
    case OPERATOR_MUL:
        return (float)(reference_at(in[0], s, m, oh, ow) *
                       (s->broadcast ? (double)in[1][m] : reference_at(in[1], s, m, oh, ow)));
    case OPERATOR_SCALE:
        return reference_rounded(
            (double)weights[m] * reference_at(in[0], s, m, oh, ow) + (bias ? (double)bias[m] : 0.0), s->activation);
    case OPERATOR_SLICE: return (float)reference_at(in[0], s, s->from + m, oh, ow);
    case OPERATOR_SHUFFLE: return (float)reference_at(in[0], s, reference_shuffled(s, m), oh, ow);
    case OPERATOR_UPSAMPLE: return (float)reference_upsampled(in[0], s, m, oh, ow);
    case OPERATOR_RESHAPE: return (float)reference_reshaped(in[0], s, m, oh, ow);
    case OPERATOR_PAD: return (float)reference_padded(in[0], s, m, oh, ow);
    case OPERATOR_PRELU: {
        const double x = reference_at(in[0], s, m, oh, ow);
        return (float)(x > 0 ? x : x * (double)weights[m]);
    }
    case OPERATOR_DECONV:
        return reference_rounded(reference_deconvolved(in[0], s, weights, m, oh, ow) + (bias ? (double)bias[m] : 0.0),
                                 s->activation);
    case OPERATOR_SOFTMAX: /* whole pixels at once */
    case OPERATOR_INPUT:
    case OPERATOR_OPAQUE: /* cmd_run refuses it */
    case OPERATORS: break;
    }
    assert(false);
    return NAN;
}

void reference_layers_operator(float *out, const float *const *in, const struct operator_shape *s, const float *weights,
                               const float *bias, int threads) {
    const int M = s->M, OH = s->OH, OW = s->OW;
    assert(M >= 1 && OH >= 1 && OW >= 1 && s->inputs <= OPERATOR_INPUTS);
    if (s->kind == OPERATOR_SOFTMAX) {
        for (int h = 0; h < OH; h++)
            for (int w = 0; w < OW; w++) reference_softmax_pixel(out, in[0], s, h, w);
        return;
    }
#pragma omp parallel for num_threads(threads)
    for (int m = 0; m < M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++)
                out[((size_t)m * (size_t)OH + (size_t)oh) * (size_t)OW + (size_t)ow] =
                    reference_element(in, s, weights, bias, m, oh, ow);
}
