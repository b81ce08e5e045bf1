/* MEC: memory-efficient convolution [MEC]. The image is lowered in one direction only: for each output column the strip
 * of input under it, over the whole padded height. The patches of an output row are then overlapping parts of the
 * lowered matrix, stride S rows of it apart, and are multiplied where they lie. Workspace 4 OW Hp KW C/G, Hp = (OH - 1)
 * S + (KH - 1) D + 1, and the packing of GEMM.
 *
 *     row-partition (HWC)  lowered [OW][Hp][KW C]: patches in rows, one GEMM per output row
 *     col (HCW)            lowered [Hp][C KW][OW]: patches in columns
 *
 * A strip of output rows may be lowered at a time: then Hp is that of the strip. With dilation the rows of a patch do
 * not lie together: one GEMM for each kernel row, accumulating. Output rows are shared among the threads, and each
 * packs for itself.
 *
 * [MEC] Cho, Brand: MEC, ICML 2017. */
#include <assert.h>

#include "kernels/conv/patch.h"
#include "kernels/gemm/gemm.h"
#include "kernels/layout/copy.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"
#include "kernels/span.h"

enum { MEC_STRIP }; /* variant number: output rows of a strip, 0: all */

static bool mec_columns(const struct primitive *p) {
    return p->in == LAYOUT_HCW;
}

static int mec_products(const struct scenario *s) {
    return s->dilation == 1 ? 1 : s->KH;
}

static int mec_strip(const struct primitive *p, const struct scenario *s) {
    const int OH = scenario_out_h(s), strip = p->variant[MEC_STRIP];
    return strip == 0 || strip > OH ? OH : strip;
}

static int64_t mec_height(const struct scenario *s, int rows) { /* rows of the padded input under `rows` output rows */
    return (int64_t)(rows - 1) * s->stride + (int64_t)(s->KH - 1) * s->dilation + 1;
}

static int64_t mec_line(const struct scenario *s) { /* floats of one lowered row at one output column */
    return (int64_t)s->KW * (s->C / s->groups);
}

static bool mec_applies(const struct primitive *p, const struct scenario *s) {
    const double line = (double)mec_height(s, mec_strip(p, s)) * (double)mec_line(s);
    return line < (double)INT32_MAX && line * scenario_out_w(s) < (double)((int64_t)1 << 38);
}

static struct gemm mec_gemm(const struct primitive *p, const struct scenario *s) {
    const int OW = scenario_out_w(s), k = patch_size(s) / mec_products(s);
    return (struct gemm){.form = mec_columns(p) ? GEMM_ATB : GEMM_AB,
                         .m = OW,
                         .n = s->M / s->groups,
                         .k = k,
                         .lda = mec_columns(p) ? OW : (int)(mec_height(s, mec_strip(p, s)) * mec_line(s)),
                         .ldc = s->M,
                         .packed_b = true};
}

static size_t mec_lowered(const struct primitive *p, const struct scenario *s) {
    const size_t height = (size_t)mec_height(s, mec_strip(p, s));
    return primitive_aligned(sizeof(float) * (size_t)scenario_out_w(s) * height * (size_t)mec_line(s));
}

static size_t mec_packing(const struct primitive *p, const struct scenario *s) {
    const struct gemm g = mec_gemm(p, s);
    return primitive_aligned(gemm_workspace(&g, 1));
}

static size_t mec_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    return mec_lowered(p, s) + (size_t)threads * mec_packing(p, s);
}

static size_t mec_product_weights(const struct scenario *s) {
    return primitive_aligned(gemm_packed_b_bytes(patch_size(s) / mec_products(s), s->M / s->groups));
}

static size_t mec_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return (size_t)s->groups * (size_t)mec_products(s) * mec_product_weights(s);
}

static void mec_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    struct gemm g = mec_gemm(p, s);
    char *to = stored;
    for (int group = 0; group < s->groups; group++)
        for (int i = 0; i < mec_products(s); i++, to += mec_product_weights(s)) {
            struct patch_kernels kernels = {s, weights, p->in, group, i * g.k};
            g.source = patch_kernels_panel, g.context = &kernels;
            gemm_pack_b((float *)(void *)to, NULL, &g);
        }
}

/* Lowered row h (of the padded image, less the padding above) at output column ow, from HWC: [kw][c]. */
static void mec_lower_line(float *to, const float *row, const struct scenario *s, int ow) {
    const int C = s->C / s->groups;
    const int64_t left = (int64_t)ow * s->stride - s->pad.left;
    const struct span kw = span_of(row ? s->KW : 0, s->dilation, left, s->W);
    copy_zeros(to, (int64_t)kw.from * C);
    if (s->dilation == 1 && s->groups == 1) {
        if (kw.from < kw.to)
            copy_floats(to + (int64_t)kw.from * C, row + (left + kw.from) * C, (int64_t)(kw.to - kw.from) * C);
    } else
        for (int k = kw.from; k < kw.to; k++)
            copy_floats(to + (int64_t)k * C, row + (left + (int64_t)k * s->dilation) * s->C, C);
    copy_zeros(to + (int64_t)kw.to * C, mec_line(s) - (int64_t)kw.to * C);
}

/* Lowered row h from HCW: [c][kw][ow]; the channels of the group begin at row. */
static void mec_lower_plane(float *to, const float *row, const struct scenario *s) {
    const int OW = scenario_out_w(s), C = s->C / s->groups;
    for (int c = 0; c < C; c++)
        for (int kw = 0; kw < s->KW; kw++, to += OW) {
            const int64_t offset = (int64_t)kw * s->dilation - s->pad.left;
            const struct span ow = span_of(row ? OW : 0, s->stride, offset, s->W);
            const float *from = row ? row + (size_t)c * (size_t)s->W : NULL;
            copy_zeros(to, ow.from);
            if (s->stride == 1 && ow.from < ow.to)
                copy_floats(to + ow.from, from + ow.from + offset, ow.to - ow.from);
            else
                for (int i = ow.from; i < ow.to; i++) to[i] = from[(int64_t)i * s->stride + offset];
            copy_zeros(to + ow.to, OW - ow.to);
        }
}

/* The input that output rows [first, first + rows) need. */
static void mec_lower(const struct primitive *p, const struct scenario *s, float *lowered, const float *in, int group,
                      int first, int rows, int threads) {
    const int OW = scenario_out_w(s), c = group * (s->C / s->groups), height = (int)mec_height(s, rows);
    const size_t line = (size_t)mec_line(s), column = line * (size_t)mec_height(s, mec_strip(p, s));
    assert(rows >= 1 && rows <= mec_strip(p, s) && first + rows <= scenario_out_h(s));
    PARALLEL_FOR
    for (int y = 0; y < height; y++) {
        const int64_t h = (int64_t)first * s->stride - s->pad.top + y;
        const float *row = h < 0 || h >= s->H ? NULL : in + layout_index(p->in, s->C, s->H, s->W, c, (int)h, 0);
        if (mec_columns(p)) {
            mec_lower_plane(lowered + (size_t)y * line * (size_t)OW, row, s);
            continue;
        }
        for (int ow = 0; ow < OW; ow++) mec_lower_line(lowered + (size_t)ow * column + (size_t)y * line, row, s, ow);
    }
}

/* Output row r of the strip, one group. */
static void mec_row(const struct primitive *p, const struct scenario *s, float *out, const float *lowered,
                    const char *kernels, const float *bias, struct activation activation, void *packing, int r) {
    const int OW = scenario_out_w(s), last = mec_products(s) - 1;
    assert((int64_t)r * s->stride + (int64_t)last * s->dilation < mec_height(s, mec_strip(p, s)));
    const size_t row = (size_t)mec_line(s) * (mec_columns(p) ? (size_t)OW : 1);
    struct gemm g = mec_gemm(p, s);
    for (int i = 0; i <= last; i++, kernels += mec_product_weights(s)) {
        g.accumulate = i > 0;
        g.bias_col = i == last ? bias : NULL;
        g.activation = activation_if(i == last, activation);
        const size_t y = (size_t)r * (size_t)s->stride + (size_t)i * (size_t)s->dilation;
        gemm_run(&g, out, lowered + y * row, (const float *)(const void *)kernels, packing, 1);
    }
}

static void mec_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                    const void *stored, const float *bias, struct activation activation, void *workspace, int threads) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), M = s->M / s->groups, strip = mec_strip(p, s);
    float *lowered = workspace;
    char *packing = (char *)workspace + mec_lowered(p, s);
    for (int group = 0; group < s->groups; group++) {
        const char *kernels = (const char *)stored + (size_t)group * (size_t)mec_products(s) * mec_product_weights(s);
        for (int first = 0; first < OH; first += strip) {
            const int rows = OH - first < strip ? OH - first : strip;
            mec_lower(p, s, lowered, in, group, first, rows, threads);
            PARALLEL_FOR
            for (int r = 0; r < rows; r++)
                mec_row(p, s, out + layout_index(LAYOUT_HWC, s->M, OH, OW, group * M, first + r, 0), lowered, kernels,
                        bias ? bias + group * M : NULL, activation,
                        packing + (size_t)parallel_thread() * mec_packing(p, s), r);
        }
    }
}

const struct algorithm algorithm_mec = {
    .name = "mec",
    .variant_help = "output rows per strip (0: all)",
    .tolerance = 3e-6,
    .applies = mec_applies,
    .workspace = mec_workspace,
    .weights = mec_weights,
    .prepare = mec_prepare,
    .run = mec_run,
};
