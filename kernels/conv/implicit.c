/* Implicit GEMM: the product that im2col makes of a convolution, C = kernels (M x K) x patches (K x pixels), K = C KH
 * KW, but without a patch matrix: its panels are built when the product packs them. Input in CHW or HCW, where a row of
 * the image lies together. The kernels are read in place, as they are.
 *
 * Output in CHW: one product for each group. Output in HWC: the pixels of one panel at a time, into a buffer of M x
 * columns that is then transposed. Workspace, floats: CHW the product's; HWC lanes * (the product's + M / G * columns),
 * lanes: panels in flight. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm/micro.h"
#include "kernels/layout/transpose.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define IMPLICIT_RUNS 64 /* most columns of a panel: each may be a row of the output */

struct implicit {
    const struct scenario *s;
    const float *in;      /* of the group */
    size_t channel, line; /* floats from channel to channel, from row to row */
    int OH, OW;
    int first; /* pixel that is column 0 */
};

/* Columns of a panel that lie in one row of the output. */
struct implicit_run {
    int oh, ow, columns;
};

typedef float implicit_vector __attribute__((vector_size(16), aligned(4), may_alias));

static struct implicit implicit_plan(const struct primitive *p, const struct scenario *s, const float *in, int group) {
    struct implicit i = {.s = s, .OH = scenario_out_h(s), .OW = scenario_out_w(s)};
    const bool chw = p->in == LAYOUT_CHW;
    i.channel = chw ? (size_t)s->H * (size_t)s->W : (size_t)s->W;
    i.line = chw ? (size_t)s->W : (size_t)s->C * (size_t)s->W;
    if (in) i.in = in + (size_t)group * (size_t)(s->C / s->groups) * i.channel;
    return i;
}

/* to[i] = row[w + i * stride], 0 outside the row. */
static inline void implicit_copy(float *to, const float *row, int64_t w, int count, int stride, int W) {
    if (w < 0 || w + (int64_t)(count - 1) * stride >= W) {
        for (int i = 0; i < count; i++, w += stride) to[i] = w >= 0 && w < W ? row[w] : 0;
        return;
    }
    int i = 0;
    row += w;
    if (stride == 1)
        for (; i + 4 <= count; i += 4)
            *(implicit_vector *)(void *)(to + i) = *(const implicit_vector *)(const void *)(row + i);
    for (; i < count; i++) to[i] = row[(size_t)i * (size_t)stride];
}

static int implicit_runs(const struct implicit *m, struct implicit_run *run, int pixel, int columns) {
    int runs = 0;
    for (int oh = pixel / m->OW, ow = pixel % m->OW; columns > 0; oh++, ow = 0) {
        run[runs] = (struct implicit_run){oh, ow, least_of(m->OW - ow, columns)};
        columns -= run[runs++].columns;
    }
    return runs;
}

static void implicit_source(void *context, float *panel, int k0, int depth, int j0, int columns, int width) {
    const struct implicit *m = context;
    const struct scenario *s = m->s;
    struct implicit_run run[IMPLICIT_RUNS];
    assert(columns <= IMPLICIT_RUNS && columns <= width && m->first + j0 + columns <= m->OH * m->OW);
    const int runs = implicit_runs(m, run, m->first + j0, columns);
    int kw = k0 % s->KW, kh = k0 / s->KW % s->KH, c = k0 / (s->KW * s->KH);
    for (int k = 0; k < depth; k++, panel += width) {
        const float *image = m->in + (size_t)c * m->channel;
        float *to = panel;
        for (int r = 0; r < runs; to += run[r++].columns) {
            const int64_t h = (int64_t)run[r].oh * s->stride - s->pad.top + (int64_t)kh * s->dilation;
            const int64_t w =
                (int64_t)run[r].ow * scenario_stride_w(s) - s->pad.left + (int64_t)kw * scenario_dilation_w(s);
            if (h < 0 || h >= s->H)
                memset(to, 0, sizeof(float) * (size_t)run[r].columns);
            else
                implicit_copy(to, image + (size_t)h * m->line, w, run[r].columns, scenario_stride_w(s), s->W);
        }
        for (int j = columns; j < width; j++) panel[j] = 0;
        if (++kw == s->KW) kw = 0, kh++;
        if (kh == s->KH) kh = 0, c++;
    }
}

static bool implicit_applies(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return (int64_t)(s->C / s->groups) * s->KH * s->KW < 1 << 30 &&
           (int64_t)scenario_out_h(s) * scenario_out_w(s) < 1 << 30;
}

/* The product for `pixels` columns from the source's first. */
static struct gemm implicit_gemm(struct implicit *m, int pixels, int ldc) {
    const struct scenario *s = m->s;
    const int K = s->C / s->groups * s->KH * s->KW;
    return (struct gemm){.form = GEMM_AB,
                         .m = s->M / s->groups,
                         .n = pixels,
                         .k = K,
                         .lda = K,
                         .ldc = ldc,
                         .source = implicit_source,
                         .context = m};
}

struct implicit_lanes {
    int columns, panels, lanes;
    size_t product, each; /* floats: a product's workspace, a lane's */
};

static struct implicit_lanes implicit_lanes(struct implicit *m, int threads) {
    struct implicit_lanes l = {.columns = least_of(micro_nr(micro_current()), m->OH * m->OW)};
    l.panels = divide_up(m->OH * m->OW, l.columns);
    l.lanes = least_of(threads, l.panels);
    const struct gemm g = implicit_gemm(m, l.columns, l.columns);
    l.product = gemm_workspace(&g, 1) / sizeof(float);
    assert(l.lanes >= 1 && l.panels * l.columns >= m->OH * m->OW);
    l.each = l.product + (size_t)g.m * (size_t)l.columns;
    return l;
}

static size_t implicit_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    struct implicit m = implicit_plan(p, s, NULL, 0);
    if (p->out == LAYOUT_HWC) {
        const struct implicit_lanes l = implicit_lanes(&m, threads);
        return sizeof(float) * (size_t)l.lanes * l.each;
    }
    const struct gemm g = implicit_gemm(&m, m.OH * m.OW, m.OH * m.OW);
    return gemm_workspace(&g, threads);
}

static void implicit_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    memcpy(stored, weights, primitive_raw(p, s));
}

/* Panels of one group, each computed in CHW and transposed into place. */
static void implicit_turned(const struct implicit *m, float *out, const float *kernels, const float *bias,
                            struct activation activation, float *workspace, int threads) {
    struct implicit first = *m;
    const struct implicit_lanes l = implicit_lanes(&first, threads);
    const int pixels = m->OH * m->OW, M = m->s->M / m->s->groups;
    threads = l.lanes;
    PARALLEL_FOR
    for (int lane = 0; lane < l.lanes; lane++) {
        float *product = workspace + (size_t)lane * l.each, *block = product + l.product;
        struct implicit mine = *m;
        for (int panel = parallel_first(l.panels, lane, l.lanes); panel < parallel_first(l.panels, lane + 1, l.lanes);
             panel++) {
            mine.first = panel * l.columns;
            const int columns = least_of(l.columns, pixels - mine.first);
            struct gemm g = implicit_gemm(&mine, columns, columns);
            g.bias_row = bias, g.activation = activation;
            gemm_run(&g, block, kernels, NULL, product, 1);
            transpose_run(out + (size_t)mine.first * (size_t)m->s->M, (size_t)m->s->M, block, (size_t)columns, M,
                          columns);
        }
    }
}

static void implicit_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                         const void *stored, const float *bias, struct activation activation, void *workspace,
                         int threads) {
    const int M = s->M / s->groups;
    const size_t kernels = primitive_raw(p, s) / sizeof(float) / (size_t)s->groups;
    for (int group = 0; group < s->groups; group++) {
        struct implicit m = implicit_plan(p, s, in, group);
        const float *kernel = (const float *)stored + (size_t)group * kernels, *add = bias ? bias + group * M : NULL;
        if (p->out == LAYOUT_HWC) {
            implicit_turned(&m, out + group * M, kernel, add, activation, workspace, threads);
            continue;
        }
        const int pixels = m.OH * m.OW;
        struct gemm g = implicit_gemm(&m, pixels, pixels);
        g.bias_row = add, g.activation = activation;
        gemm_run(&g, out + (size_t)group * (size_t)M * (size_t)pixels, kernel, NULL, workspace, threads);
    }
}

const struct algorithm algorithm_implicit = {
    .name = "implicit",
    .variant_help = "none",
    .tolerance = 3e-6,
    .per_axis = true,
    .applies = implicit_applies,
    .workspace = implicit_workspace,
    .weights = primitive_raw,
    .prepare = implicit_prepare,
    .run = implicit_run,
};
