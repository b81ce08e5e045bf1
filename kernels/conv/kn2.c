/* kn2row and kn2col [KN2]: a K x K convolution as K^2 products of a kernel tap (M x C) with the whole image (C x
 * pixels), summed with a shift for each tap. No patch matrix. Stride 1, as in [KN2]: with a larger one most of the
 * products would be discarded.
 *
 *     full  all taps in one GEMM, then the shifted sum: workspace 4 K^2 M H W
 *     as    one tap at a time, added with its shift:    workspace 4 M H W
 *     aa    GEMM accumulates into the shifted output itself. Where the output is as wide as the image it does so in one
 *           product: what wraps around at the sides of a row is restored from columns saved beforehand: workspace
 *           4 M OH P at most
 *
 * kn2row keeps channels in rows (M x pixels), kn2col in columns (pixels x M). The output is CHW.
 * [KN2] Anderson, Vasudevan, Keane, Gregg: Low-memory GEMM-based convolution algorithms for deep neural networks,
 * 2017. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/conv/tap.h"
#include "kernels/gemm/gemm.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

enum { KN2_SUM, KN2_TRANSPOSED }; /* variant numbers */
enum { SUM_FULL, SUM_AS, SUM_AA };

extern const struct algorithm algorithm_kn2row, algorithm_kn2col;

static bool kn2_column(const struct primitive *p) {
    return p->algorithm == &algorithm_kn2col;
}

/* Output columns next to a side that a tap may reach beyond, if the output is as wide as the image. */
static int kn2_margin(const struct scenario *s) {
    const int OW = scenario_out_w(s), margin = most_of(s->pad.left, s->pad.right);
    return OW != s->W ? 0 : least_of(margin, OW);
}

static size_t kn2_buffer(const struct primitive *p, const struct scenario *s) {
    const size_t M = (size_t)(s->M / s->groups), image = (size_t)s->H * (size_t)s->W;
    switch (p->variant[KN2_SUM]) {
    case SUM_FULL: return primitive_aligned(sizeof(float) * (size_t)s->KH * (size_t)s->KW * M * image);
    case SUM_AS: return primitive_aligned(sizeof(float) * M * image);
    default: return primitive_aligned(sizeof(float) * M * (size_t)scenario_out_h(s) * (size_t)kn2_margin(s));
    }
}

static bool kn2_applies(const struct primitive *p, const struct scenario *s) {
    /* More kernel taps than pixels occur only in tests, but sizes must not overflow there either. */
    const double floats = (double)s->KH * s->KW * s->M * s->H * s->W;
    return s->stride == 1 && (p->variant[KN2_SUM] != SUM_FULL || floats < (double)((int64_t)1 << 38));
}

/* The product for `pixels` pixels: kernels (or tap) times image, or image times kernels. */
static struct gemm kn2_gemm(const struct primitive *p, const struct scenario *s, int pixels) {
    const int C = s->C / s->groups, M = s->M / s->groups, image = s->H * s->W;
    const int kernels = p->variant[KN2_SUM] == SUM_FULL ? s->KH * s->KW * M : M;
    if (kn2_column(p))
        return (struct gemm){
            .form = GEMM_AB, .m = pixels, .n = kernels, .k = C, .lda = s->C, .ldb = kernels, .ldc = kernels};
    const bool hwc = p->in == LAYOUT_HWC, transposed = p->variant[KN2_TRANSPOSED];
    return (struct gemm){.form = transposed ? (hwc ? GEMM_ATBT : GEMM_ATB) : (hwc ? GEMM_ABT : GEMM_AB),
                         .m = kernels,
                         .n = pixels,
                         .k = C,
                         .lda = transposed ? kernels : C,
                         .ldb = hwc ? s->C : image,
                         .ldc = p->variant[KN2_SUM] == SUM_AA ? scenario_out_h(s) * scenario_out_w(s) : image,
                         .accumulate = p->variant[KN2_SUM] == SUM_AA};
}

/* Pixels of the product in which a tap accumulates: all rows at once, or one row. */
static int kn2_reach(const struct scenario *s, const struct tap *t, int64_t *first) {
    const int OW = scenario_out_w(s);
    if (OW != s->W) return *first = t->ow.from, t->ow.to - t->ow.from;
    if (t->oh.from == t->oh.to || t->ow.from == t->ow.to) return 0;
    *first = (int64_t)t->oh.from * OW + t->ow.from;
    return (int)((int64_t)(t->oh.to - 1) * OW + t->ow.to - *first);
}

static size_t kn2_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    size_t packing = 0;
    if (p->variant[KN2_SUM] != SUM_AA) {
        const struct gemm g = kn2_gemm(p, s, s->H * s->W);
        return kn2_buffer(p, s) + gemm_workspace(&g, threads);
    }
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++) {
            int64_t first;
            const struct tap t = tap_of(s, kh, kw);
            const int pixels = kn2_reach(s, &t, &first);
            if (pixels == 0) continue;
            const struct gemm g = kn2_gemm(p, s, pixels);
            const size_t bytes = gemm_workspace(&g, threads);
            packing = bytes > packing ? bytes : packing;
        }
    return kn2_buffer(p, s) + packing;
}

/* Stored as [group][tap][m][c], or [group][tap][c][m] if transposed; for kn2col of all taps at once
 * [group][c][tap][m]. */
static void kn2_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const int C = s->C / s->groups, M = s->M / s->groups, taps = s->KH * s->KW;
    const bool wide = kn2_column(p) && p->variant[KN2_SUM] == SUM_FULL;
    const bool transposed = kn2_column(p) || p->variant[KN2_TRANSPOSED];
    float *to = stored;
    for (int m = 0; m < s->M; m++)
        for (int c = 0; c < C; c++)
            for (int tap = 0; tap < taps; tap++) {
                const size_t group = (size_t)(m / M) * (size_t)taps * (size_t)M * (size_t)C;
                const size_t at = wide         ? ((size_t)c * (size_t)taps + (size_t)tap) * (size_t)M + (size_t)(m % M)
                                  : transposed ? ((size_t)tap * (size_t)C + (size_t)c) * (size_t)M + (size_t)(m % M)
                                               : ((size_t)tap * (size_t)M + (size_t)(m % M)) * (size_t)C + (size_t)c;
                to[group + at] = *weights++;
            }
}

/* --- bias and activation --- */

static void kn2_begin(float *out, const float *bias, int M, size_t pixels, int threads) {
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (size_t i = 0; i < pixels; i++) out[(size_t)m * pixels + i] = bias ? bias[m] : 0.0f;
}

static void kn2_end(float *out, struct activation activation, int M, size_t pixels, int threads) {
    PARALLEL_FOR
    for (int m = 0; m < M; m++) {
        float *row = out + (size_t)m * pixels;
        activation_run(activation, row, row, pixels);
    }
}

/* --- accumulation in GEMM --- */

/* Columns [from, to) of every output row that the tap reaches, M x rows, to or from `saved`. */
static void kn2_save(float *saved, float *out, const struct scenario *s, const struct tap *t, struct span columns,
                     bool restore, int threads) {
    const int M = s->M / s->groups, OW = scenario_out_w(s), width = columns.to - columns.from,
              rows = t->oh.to - t->oh.from;
    const size_t pixels = (size_t)scenario_out_h(s) * (size_t)OW;
    PARALLEL_FOR
    for (int m = 0; m < M; m++)
        for (int r = 0; r < rows; r++) {
            float *keep = saved + ((size_t)m * (size_t)rows + (size_t)r) * (size_t)width;
            float *live = out + (size_t)m * pixels + (size_t)(t->oh.from + r) * (size_t)OW + columns.from;
            for (int i = 0; i < width; i++)
                if (restore)
                    live[i] = keep[i];
                else
                    keep[i] = live[i];
        }
}

static void kn2_accumulate(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                           const float *kernels, const struct tap *t, void *workspace, int threads) {
    const int OW = scenario_out_w(s);
    const bool whole = OW == s->W;
    void *packing = (char *)workspace + kn2_buffer(p, s);
    int64_t first;
    const int n = kn2_reach(s, t, &first);
    if (n == 0) return;
    assert(first + n <= (int64_t)(whole ? scenario_out_h(s) : 1) * OW && s->stride == 1);
    assert(!whole || kn2_margin(s) >= (t->right < 0 ? t->ow.from : OW - t->ow.to)); /* what is saved has room */
    const struct gemm g = kn2_gemm(p, s, n);
    const size_t pixel = p->in == LAYOUT_HWC ? (size_t)s->C : 1;
    /* A tap reaches beyond one side only: the columns before its span, or those after. */
    const struct span beyond = t->right < 0 ? (struct span){0, t->ow.from} : (struct span){t->ow.to, OW};
    if (whole) kn2_save(workspace, out, s, t, beyond, false, threads);
    for (int oh = whole ? 0 : t->oh.from; oh < (whole ? 1 : t->oh.to); oh++) {
        const int64_t to = (whole ? 0 : (int64_t)oh * OW) + first;
        const int64_t from = (whole ? t->down * OW : (oh + t->down) * s->W) + first + t->right;
        gemm_run(&g, out + to, kernels, in + (size_t)from * pixel, packing, threads);
    }
    if (whole) kn2_save(workspace, out, s, t, beyond, true, threads);
}

/* --- the product --- */

static void kn2_taps(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                     const float *kernels, void *workspace, int threads) {
    const struct gemm g = kn2_gemm(p, s, s->H * s->W);
    const size_t size = (size_t)(s->M / s->groups) * (size_t)(s->C / s->groups);
    float *product = workspace;
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++, kernels += size) {
            const struct tap t = tap_of(s, kh, kw);
            if (t.oh.from == t.oh.to || t.ow.from == t.ow.to) continue;
            if (p->variant[KN2_SUM] == SUM_AA) {
                kn2_accumulate(p, s, out, in, kernels, &t, workspace, threads);
                continue;
            }
            void *packing = (char *)workspace + kn2_buffer(p, s);
            if (kn2_column(p)) {
                gemm_run(&g, product, in, kernels, packing, threads);
                tap_add_columns(out, product, s, &t, threads);
            } else {
                gemm_run(&g, product, kernels, in, packing, threads);
                tap_add_rows(out, product, s, &t, threads);
            }
        }
}

static void kn2_full(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                     const float *kernels, void *workspace, int threads) {
    const struct gemm g = kn2_gemm(p, s, s->H * s->W);
    const size_t size = (size_t)(s->M / s->groups) * (size_t)s->H * (size_t)s->W;
    float *product = workspace;
    void *packing = (char *)workspace + kn2_buffer(p, s);
    if (kn2_column(p)) {
        gemm_run(&g, product, in, kernels, packing, threads);
        tap_sum_columns(out, product, s, threads);
        return;
    }
    gemm_run(&g, product, kernels, in, packing, threads);
    for (int kh = 0; kh < s->KH; kh++)
        for (int kw = 0; kw < s->KW; kw++, product += size) {
            const struct tap t = tap_of(s, kh, kw);
            tap_add_rows(out, product, s, &t, threads);
        }
}

static void kn2_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                    const void *stored, const float *bias, struct activation activation, void *workspace, int threads) {
    const int C = s->C / s->groups, M = s->M / s->groups, OH = scenario_out_h(s), OW = scenario_out_w(s);
    const size_t size = (size_t)M * (size_t)C * (size_t)s->KH * (size_t)s->KW, pixels = (size_t)OH * (size_t)OW;
    kn2_begin(out, bias, s->M, pixels, threads);
    for (int group = 0; group < s->groups; group++) {
        float *to = out + (size_t)group * (size_t)M * pixels;
        const float *from = in + layout_index(p->in, s->C, s->H, s->W, group * C, 0, 0);
        const float *kernels = (const float *)stored + (size_t)group * size;
        if (p->variant[KN2_SUM] == SUM_FULL)
            kn2_full(p, s, to, from, kernels, workspace, threads);
        else
            kn2_taps(p, s, to, from, kernels, workspace, threads);
    }
    if (activation.kind != ACTIVATION_NONE) kn2_end(out, activation, s->M, pixels, threads);
}

#define KN2_ALGORITHM(family)                                                                                          \
    {                                                                                                                  \
        .name = family, .variant_help = "sum (0 full, 1 as, 2 aa), taps (0 M x C, 1 C x M)", .tolerance = 3e-6,        \
        .applies = kn2_applies, .workspace = kn2_workspace, .weights = primitive_raw, .prepare = kn2_prepare,          \
        .run = kn2_run,                                                                                                \
    }
const struct algorithm algorithm_kn2row = KN2_ALGORITHM("kn2row");
const struct algorithm algorithm_kn2col = KN2_ALGORITHM("kn2col");
