/* XNNPACK as a peer: its NHWC convolution, one implementation, chosen by the library. It has no version number. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/bench_peers.h"

#ifdef BENCH_XNNPACK
#include <xnnpack.h>

#include "tests/bench/bench_data.h"

struct xnnpack {
    xnn_operator_t convolution;
    struct scenario s;
};

static void must(enum xnn_status status, const char *what) {
    if (status == xnn_status_success) return;
    fprintf(stderr, "bench_kernels: XNNPACK: %s: status %d\n", what, (int)status);
    exit(EXIT_FAILURE);
}

static void xnnpack_init(void) {
    must(xnn_initialize(NULL), "initialisation");
}
static void xnnpack_version(char text[PEER_TEXT]) {
    snprintf(text, PEER_TEXT, "XNNPACK");
}

static void *xnnpack_new(const struct scenario *s) {
    const size_t C = (size_t)(s->C / s->groups), M = (size_t)(s->M / s->groups);
    const uint32_t S = (uint32_t)s->stride, D = (uint32_t)s->dilation;
    struct xnnpack *x = calloc(1, sizeof *x);
    if (!x) must(xnn_status_out_of_memory, "memory");
    x->s = *s;
    float *weights = bench_noise(raw_floats(s)), *bias = bench_noise((size_t)s->M);
    const enum xnn_status status = xnn_create_convolution2d_nhwc_f32(
        (uint32_t)s->pad.top, (uint32_t)s->pad.right, (uint32_t)s->pad.bottom, (uint32_t)s->pad.left, (uint32_t)s->KH,
        (uint32_t)s->KW, S, S, D, D, (uint32_t)s->groups, C, M, (size_t)s->C, (size_t)s->M, weights, bias, -INFINITY,
        INFINITY, 0, &x->convolution);
    free(weights), free(bias); /* packed by now */
    if (status == xnn_status_success) return x;
    free(x);
    return NULL;
}

static void xnnpack_free(void *conv) {
    struct xnnpack *x = conv;
    must(xnn_delete_operator(x->convolution), "deletion");
    free(x);
}
/* It reads up to XNN_EXTRA_BYTES beyond a tensor. */
static size_t xnnpack_floats(const void *conv) {
    const struct xnnpack *x = conv;
    const size_t in = in_floats(&x->s), out = out_floats(&x->s);
    return (in > out ? in : out) + XNN_EXTRA_BYTES / sizeof(float);
}
static void xnnpack_bind(void *conv, float *in, float *out) {
    struct xnnpack *x = conv;
    must(xnn_setup_convolution2d_nhwc_f32(x->convolution, 1, (size_t)x->s.H, (size_t)x->s.W, in, out, NULL), "setup");
}
static int xnnpack_count(const void *conv) {
    (void)conv;
    return 1;
}
static const char *xnnpack_name(const void *conv, int i) {
    (void)conv, (void)i;
    return "nhwc";
}
/* Its table of pointers to pixels is its own and is not reported. */
static size_t xnnpack_scratch(const void *conv, int i) {
    (void)conv, (void)i;
    return 0;
}
static void xnnpack_run(void *conv, int i) {
    struct xnnpack *x = conv;
    (void)i;
    must(xnn_run_operator(x->convolution, NULL), "run");
}

const struct peer peer_xnnpack = {
    .init = xnnpack_init,
    .version = xnnpack_version,
    .conv_new = xnnpack_new,
    .conv_free = xnnpack_free,
    .conv_floats = xnnpack_floats,
    .conv_bind = xnnpack_bind,
    .conv_count = xnnpack_count,
    .conv_name = xnnpack_name,
    .conv_scratch = xnnpack_scratch,
    .conv_run = xnnpack_run,
};
#else
const struct peer peer_xnnpack = {0};
#endif
