/* Fully connected: out = W x. Every weight is read once, so memory bandwidth is the limit; the weights are stored in
 * the order in which they are read: panels of PANEL outputs, each with the PANEL weights of input 0, of input 1, ... in
 * the input's own layout. The last panel has the outputs that remain, so that nothing but weights is stored. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/arithmetic.h"
#include "kernels/operator.h"
#include "kernels/parallel.h"

#define PANEL 16
#define CHUNK 48 /* inputs summed in float, the rest in double: the error of a sum grows with its length */

typedef float fc_vector __attribute__((vector_size(16), aligned(4), may_alias));
typedef double fc_doubles __attribute__((vector_size(32), aligned(8), may_alias));
#define VECTORS (PANEL / 4)

static int fc_panels(const struct operator_shape *s) {
    return divide_up(s->M, PANEL);
}

static size_t fc_inputs(const struct operator_shape *s) {
    return (size_t)s->C[0] * (size_t)s->H * (size_t)s->W;
}

static size_t fc_raw(const struct operator_shape *s) {
    return (size_t)s->M * fc_inputs(s);
}

static size_t fc_weights(const struct operator_shape *s, enum layout layout) {
    (void)layout;
    return sizeof(float) * fc_raw(s);
}

/* Outputs of panel p. */
static int fc_outputs(const struct operator_shape *s, int p) {
    return least_of(PANEL, s->M - p * PANEL);
}

static void fc_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    const int C = s->C[0], H = s->H, W = s->W;
    const size_t inputs = fc_inputs(s);
    float *panel = stored;
    for (int p = 0; p < fc_panels(s); p++, panel += PANEL * inputs, weights += PANEL * inputs) {
        const size_t outputs = (size_t)fc_outputs(s, p);
        size_t from = 0;
        for (int c = 0; c < C; c++)
            for (int h = 0; h < H; h++)
                for (int w = 0; w < W; w++, from++) {
                    float *to = panel + layout_index(layout, C, H, W, c, h, w) * outputs;
                    for (size_t m = 0; m < outputs; m++) to[m] = weights[m * inputs + from];
                }
    }
}

/* Adds PANEL dot products of at most CHUNK inputs to sum. Even and odd inputs have separate sums, or the latency of the
 * addition would be the limit. */
static void fc_chunk(double sum[PANEL], const float *restrict w, const float *restrict x, size_t n) {
    fc_vector even[VECTORS] = {{0}}, odd[VECTORS] = {{0}};
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const fc_vector *row = (const fc_vector *)(const void *)(w + i * PANEL);
        for (int v = 0; v < VECTORS; v++) even[v] += row[v] * x[i];
        for (int v = 0; v < VECTORS; v++) odd[v] += row[VECTORS + v] * x[i + 1];
    }
    if (i < n)
        for (int v = 0; v < VECTORS; v++) even[v] += ((const fc_vector *)(const void *)(w + i * PANEL))[v] * x[i];
    for (int v = 0; v < VECTORS; v++) {
        fc_doubles *total = (fc_doubles *)(void *)(sum + 4 * v);
        *total += __builtin_convertvector(even[v] + odd[v], fc_doubles);
    }
}

/* The same for a panel of fewer outputs. */
static void fc_chunk_of(double sum[PANEL], const float *restrict w, const float *restrict x, size_t n, int outputs) {
    float part[2][PANEL] = {{0}}; /* even, odd */
    for (size_t i = 0; i < n; i++, w += outputs)
        for (int m = 0; m < outputs; m++) part[i % 2][m] += w[m] * x[i];
    for (int m = 0; m < outputs; m++) sum[m] += (double)(part[0][m] + part[1][m]);
}

static void fc_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                   const void *stored, const float *bias, void *workspace, int threads) {
    (void)layout, (void)workspace;
    const size_t inputs = fc_inputs(s);
    const int panels = fc_panels(s);
    const float *w = stored, *x = in[0];
    assert(s->OH == 1 && s->OW == 1 && panels * PANEL >= s->M && (panels - 1) * PANEL < s->M);
    PARALLEL_FOR
    for (int p = 0; p < panels; p++) {
        const int outputs = fc_outputs(s, p), first = p * PANEL, last = first + outputs;
        const float *panel = w + (size_t)first * inputs;
        double sum[PANEL] = {0};
        for (size_t k = 0; k < inputs; k += CHUNK, panel += CHUNK * outputs) {
            const size_t n = inputs - k < CHUNK ? inputs - k : CHUNK;
            if (outputs == PANEL)
                fc_chunk(sum, panel, x + k, n);
            else
                fc_chunk_of(sum, panel, x + k, n, outputs);
        }
        for (int m = first; m < last; m++) out[m] = (float)(sum[m - first] + (bias ? (double)bias[m] : 0.0));
        activation_run(s->activation, out + first, out + first, (size_t)(last - first));
    }
}

enum { FC_M }; /* keys: m, bias */

static bool fc_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    s->M = (int)l->value[FC_M];
    s->OH = s->OW = 1;
    if (4 * (int64_t)fc_inputs(s) * s->M < (int64_t)1 << 40) return true;
    snprintf(wrong, OPERATOR_WRONG, "the weights take 2^40 bytes or more");
    return false;
}

static int fc_print(char *text, size_t room, const struct operator_shape *s) {
    return snprintf(text, room, ",m=%d,relu=%d", s->M, s->activation.kind != ACTIVATION_NONE);
}

const struct operator_contract operator_fc = {
    .help = "fully connected: weights x input + bias",
    .syntax = {1, 1, {{"m", KEY_SIZE, NAN, false}, {"bias", KEY_FLAG, 1, false}}},
    .bias_key = "bias",
    .fuses = true,
    .stack = 256,
    .shape = fc_shape,
    .print = fc_print,
    .raw = fc_raw,
    .weights = fc_weights,
    .prepare = fc_prepare,
    .run = fc_run};
