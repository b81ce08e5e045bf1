/* 1 x 1 convolution as one matrix product for each group, in the eight forms of triNNity.
 *
 * ik: image x kernel gives HWC; ki: kernel x image gives CHW. The form says how the two operands lie in memory: an
 * image in HWC is pixels x channels, in CHW channels x pixels; the kernel is stored as M x C or, for the other form,
 * turned into C x M.
 *
 *     ik  ab: HWC, C x M    abt: HWC, M x C    atb: CHW, C x M    atbt: CHW, M x C
 *     ki  ab: M x C, CHW    abt: M x C, HWC    atb: C x M, CHW    atbt: C x M, HWC
 *
 * Where an image in HWC is the operand whose rows are read in place (ik ab, abt), a stride is only a longer step from
 * row to row: one product for each output row. Workspace: the product's. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/gemm/gemm.h"
#include "kernels/layout/transpose.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

enum { CONV1X1_FORM, CONV1X1_KI }; /* variant numbers */

static bool conv1x1_strides(const struct primitive *p) {
    return p->in == LAYOUT_HWC && !p->variant[CONV1X1_KI];
}

static bool conv1x1_applies(const struct primitive *p, const struct scenario *s) {
    return s->KH == 1 && s->KW == 1 && padding_is_all(&s->pad, 0) && (s->stride == 1 || conv1x1_strides(p)) &&
           (int64_t)s->H * s->W < 1 << 30;
}

/* Kernel turned to C x M? */
static bool conv1x1_turned(const struct primitive *p) {
    const enum gemm_form form = (enum gemm_form)p->variant[CONV1X1_FORM];
    if (p->variant[CONV1X1_KI]) return form == GEMM_ATB || form == GEMM_ATBT;
    return form == GEMM_AB || form == GEMM_ATB;
}

static struct gemm conv1x1_gemm(const struct primitive *p, const struct scenario *s) {
    const int C = s->C / s->groups, M = s->M / s->groups, OW = scenario_out_w(s), pixels = scenario_out_h(s) * OW;
    struct gemm g = {.form = (enum gemm_form)p->variant[CONV1X1_FORM], .k = C};
    const int kernel = conv1x1_turned(p) ? M : C;
    if (p->variant[CONV1X1_KI]) {
        g.m = M, g.n = pixels, g.ldc = pixels;
        g.lda = kernel, g.ldb = p->in == LAYOUT_HWC ? s->C : pixels;
        return g;
    }
    g.m = s->stride > 1 ? OW : pixels, g.n = M, g.ldc = s->M;
    g.lda = p->in == LAYOUT_HWC ? s->C * s->stride : pixels, g.ldb = kernel;
    g.share_rows = parallel_by_pixels(pixels, M);
    return g;
}

static size_t conv1x1_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct gemm g = conv1x1_gemm(p, s);
    return gemm_workspace(&g, threads);
}

static size_t conv1x1_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return sizeof(float) * (size_t)s->M * (size_t)(s->C / s->groups);
}

static void conv1x1_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const int C = s->C / s->groups, M = s->M / s->groups;
    if (!conv1x1_turned(p)) {
        memcpy(stored, weights, conv1x1_weights(p, s));
        return;
    }
    for (int g = 0; g < s->groups; g++) {
        const size_t at = (size_t)g * (size_t)M * (size_t)C;
        transpose_run((float *)stored + at, (size_t)M, weights + at, (size_t)C, M, C);
    }
}

static void conv1x1_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                        const void *stored, const float *bias, struct activation activation, void *workspace,
                        int threads) {
    const int C = s->C / s->groups, M = s->M / s->groups, OH = scenario_out_h(s), OW = scenario_out_w(s);
    const size_t pixels = (size_t)OH * (size_t)OW;
    struct gemm g = conv1x1_gemm(p, s);
    g.activation = activation;
    assert(OH == divide_up(s->H, s->stride) && OW == divide_up(s->W, s->stride)); /* no padding, no kernel to fit in */
    for (int group = 0; group < s->groups; group++) {
        const float *kernel = (const float *)stored + (size_t)group * (size_t)M * (size_t)C;
        const float *image = in + (size_t)(group * C) * (p->in == LAYOUT_HWC ? 1 : (size_t)s->H * (size_t)s->W);
        const float *add = bias ? bias + group * M : NULL;
        if (p->variant[CONV1X1_KI]) {
            g.bias_row = add;
            gemm_run(&g, out + (size_t)(group * M) * pixels, kernel, image, workspace, threads);
            continue;
        }
        g.bias_col = add;
        const size_t step = (size_t)s->stride * (size_t)s->W * (size_t)s->C;
        for (int oh = 0; oh < (s->stride > 1 ? OH : 1); oh++)
            gemm_run(&g, out + (size_t)oh * (size_t)OW * (size_t)s->M + group * M, image + (size_t)oh * step, kernel,
                     workspace, threads);
    }
}

const struct algorithm algorithm_conv1x1 = {
    .name = "conv-1x1",
    .variant_help = "form of the product (0 ab, 1 abt, 2 atb, 3 atbt), order (0 image x kernel, 1 kernel x image)",
    .tolerance = 3e-6,
    .applies = conv1x1_applies,
    .workspace = conv1x1_workspace,
    .weights = conv1x1_weights,
    .prepare = conv1x1_prepare,
    .run = conv1x1_run,
};
