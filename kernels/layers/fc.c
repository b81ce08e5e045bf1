/* Fully connected: out = W x. Every weight is read once, so memory bandwidth is the limit; the weights are stored in
 * the order in which they are read: panels of PANEL outputs, each with the PANEL weights of input 0, of input 1, ... in
 * the input's own layout. */
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
    return sizeof(float) * (size_t)fc_panels(s) * PANEL * fc_inputs(s);
}

/* One panel's weights of input (c, h, w), which is number `to` in the input's layout. */
static void fc_pack(float *panel, const float *weights, int rows, size_t inputs, size_t from, size_t to) {
    for (int m = 0; m < PANEL; m++)
        panel[to * PANEL + (size_t)m] = m < rows ? weights[(size_t)m * inputs + from] : 0.0f;
}

static void fc_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    const int C = s->C[0], H = s->H, W = s->W;
    const size_t inputs = fc_inputs(s);
    float *panel = stored;
    for (int p = 0; p < fc_panels(s); p++, panel += PANEL * inputs, weights += PANEL * inputs) {
        size_t from = 0;
        for (int c = 0; c < C; c++)
            for (int h = 0; h < H; h++)
                for (int w = 0; w < W; w++, from++)
                    fc_pack(panel, weights, s->M - p * PANEL, inputs, from, layout_index(layout, C, H, W, c, h, w));
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

static void fc_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                   const void *stored, const float *bias, void *workspace, int threads) {
    (void)layout, (void)workspace;
    const size_t inputs = fc_inputs(s);
    const int panels = fc_panels(s), M = s->M;
    const float *w = stored, *x = in[0];
    assert(s->OH == 1 && s->OW == 1 && panels * PANEL >= M && (panels - 1) * PANEL < M);
    PARALLEL_FOR
    for (int p = 0; p < panels; p++) {
        double sum[PANEL] = {0};
        for (size_t k = 0; k < inputs; k += CHUNK)
            fc_chunk(sum, w + ((size_t)p * inputs + k) * PANEL, x + k, inputs - k < CHUNK ? inputs - k : CHUNK);
        const int first = p * PANEL, last = least_of(M, first + PANEL);
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
