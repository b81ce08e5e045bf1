/* im2row and im2col: the patches of an image (kernels/conv/patch.h) as a matrix, times the kernels: one GEMM per group
 * and strip of rows.
 *
 *     image x kernel (ik)   out (pixels x M: HWC)  =  patches x kernels'
 *     kernel x image (ki)   out (M x pixels: CHW)  =  kernels x patches'
 *
 * with each operand as it lies, hence ab, abt, atb, atbt. In HCW each output row is an M x OW matrix: ki, row by row.
 * Workspace: the patches of one group and strip, 4 K OW rows bytes, and the packing of GEMM. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/conv/patch.h"
#include "kernels/gemm/gemm.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define IM2_OWN 12 /* least pixels that a thread makes at a time: a tile of the product */

enum { IM2_METHOD, IM2_KERNELS, IM2_STRIP };                  /* variant numbers */
enum { KERNELS_AS_READ, KERNELS_TRANSPOSED, KERNELS_PACKED }; /* M x K, K x M, panels of GEMM (ik only) */

extern const struct algorithm algorithm_im2row, algorithm_im2col;

static struct patch im2_patch(const struct primitive *p) {
    return (struct patch){p->in, p->algorithm == &algorithm_im2col, (enum patch_method)p->variant[IM2_METHOD]};
}

static int im2_strip(const struct primitive *p, const struct scenario *s) {
    const int OH = scenario_out_h(s), strip = p->variant[IM2_STRIP];
    return strip == 0 || strip > OH ? OH : strip;
}

/* The product for `rows` output rows, in HCW one at a time. The form says which operand lies transposed. */
static struct gemm im2_gemm(const struct primitive *p, const struct scenario *s, int rows) {
    const bool ik = p->out == LAYOUT_HWC, hcw = p->out == LAYOUT_HCW, columns = im2_patch(p).columns;
    const bool transposed = p->variant[IM2_KERNELS] == KERNELS_TRANSPOSED;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), M = s->M / s->groups, K = patch_size(s);
    const int pixels = hcw ? OW : rows * OW;
    struct gemm g = {.k = K};
    if (ik) {
        g.form = columns ? (transposed ? GEMM_ATB : GEMM_ATBT) : (transposed ? GEMM_AB : GEMM_ABT);
        g.m = pixels, g.n = M;
        g.lda = columns ? pixels : K, g.ldb = transposed ? M : K, g.ldc = s->M;
        g.packed_b = p->variant[IM2_KERNELS] == KERNELS_PACKED;
        g.share_rows = parallel_by_pixels((int64_t)OH * OW, M);
    } else {
        g.form = columns ? (transposed ? GEMM_ATB : GEMM_AB) : (transposed ? GEMM_ATBT : GEMM_ABT);
        g.m = M, g.n = pixels;
        g.lda = transposed ? M : K, g.ldb = columns ? rows * OW : K, g.ldc = hcw ? OW : OH * OW;
    }
    return g;
}

static bool im2_applies(const struct primitive *p, const struct scenario *s) {
    (void)s;
    return p->variant[IM2_KERNELS] != KERNELS_PACKED || p->out == LAYOUT_HWC;
}

static size_t im2_matrix(const struct primitive *p, const struct scenario *s) {
    return primitive_aligned(sizeof(float) * (size_t)patch_size(s) * (size_t)im2_strip(p, s) *
                             (size_t)scenario_out_w(s));
}

static size_t im2_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const int strip = im2_strip(p, s), rest = scenario_out_h(s) % strip;
    const struct gemm full = im2_gemm(p, s, strip), last = im2_gemm(p, s, rest ? rest : strip);
    const size_t a = gemm_workspace(&full, threads), b = gemm_workspace(&last, threads);
    return im2_matrix(p, s) + (a > b ? a : b);
}

static size_t im2_group_weights(const struct primitive *p, const struct scenario *s) {
    const int M = s->M / s->groups, K = patch_size(s);
    if (p->variant[IM2_KERNELS] != KERNELS_PACKED) return sizeof(float) * (size_t)M * (size_t)K;
    return primitive_aligned(gemm_packed_b_bytes(K, M));
}

static size_t im2_weights(const struct primitive *p, const struct scenario *s) {
    return (size_t)s->groups * im2_group_weights(p, s);
}

static void im2_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    struct gemm g = im2_gemm(p, s, im2_strip(p, s));
    for (int group = 0; group < s->groups; group++) {
        float *to = (float *)(void *)((char *)stored + (size_t)group * im2_group_weights(p, s));
        struct patch_kernels kernels = {s, weights, p->in, group, 0};
        g.source = patch_kernels_panel, g.context = &kernels;
        if (p->variant[IM2_KERNELS] == KERNELS_PACKED)
            gemm_pack_b(to, NULL, &g);
        else
            patch_kernels_copy(to, &kernels, p->variant[IM2_KERNELS] == KERNELS_TRANSPOSED);
    }
}

/* What the parts of a call share. */
struct im2_call {
    float *out, *matrix;
    const float *in, *kernels, *bias; /* kernels: of the group */
    struct activation activation;
    void *packing;
    int group; /* under way */
};

/* im2_gemm for any number of pixels, in HWC. */
static struct gemm im2_part(const struct primitive *p, const struct scenario *s, int pixels) {
    struct gemm g = im2_gemm(p, s, 1);
    g.m = pixels;
    return g;
}

/* Pixels of the patches that each of several threads has room for if they work by themselves; 0: they do not. */
static int im2_own(const struct primitive *p, const struct scenario *s, int threads) {
    const int OW = scenario_out_w(s), pixels = im2_strip(p, s) * OW, own = pixels / threads;
    if (p->out != LAYOUT_HWC || im2_patch(p).columns || threads == 1 || own < IM2_OWN) return 0;
    const struct gemm whole = im2_gemm(p, s, im2_strip(p, s)), part = im2_part(p, s, own);
    if (gemm_workspace(&part, 1) * (size_t)threads > gemm_workspace(&whole, threads)) return 0;
    return whole.share_rows ? own : 0;
}

/* Part `part` of `parts` makes its pixels from patches to output, `own` of them at a time: no part waits for another. */
static void im2_run_own(const struct primitive *p, const struct scenario *s, const struct im2_call *c, int own,
                        int part, int parts) {
    const int pixels = scenario_out_h(s) * scenario_out_w(s), last = parallel_first(pixels, part + 1, parts);
    struct gemm g = im2_part(p, s, own);
    float *matrix = c->matrix + (size_t)part * (size_t)own * (size_t)patch_size(s);
    char *packing = (char *)c->packing + (size_t)part * gemm_workspace(&g, 1);
    g.activation = c->activation, g.bias_col = c->bias ? c->bias + c->group * g.n : NULL;
    for (int first = parallel_first(pixels, part, parts); first < last; first += g.m) {
        g.m = least_of(own, last - first);
        patch_pixels(matrix, c->in, s, im2_patch(p), c->group, first, g.m);
        gemm_run(&g, c->out + (size_t)first * (size_t)s->M + c->group * g.n, matrix, c->kernels, packing, 1);
    }
}

/* One group and strip: `rows` output rows from `first` on. */
static void im2_multiply(const struct primitive *p, const struct scenario *s, const struct im2_call *c, int first,
                         int rows, int threads) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s), m = c->group * (s->M / s->groups);
    const bool columns = im2_patch(p).columns;
    struct gemm g = im2_gemm(p, s, rows);
    g.activation = c->activation;
    if (p->out == LAYOUT_HWC) {
        g.bias_col = c->bias ? c->bias + m : NULL;
        gemm_run(&g, c->out + layout_index(p->out, s->M, OH, OW, m, first, 0), c->matrix, c->kernels, c->packing,
                 threads);
        return;
    }
    g.bias_row = c->bias ? c->bias + m : NULL;
    const int products = p->out == LAYOUT_HCW ? rows : 1;
    const size_t row = (size_t)OW * (columns ? 1 : (size_t)patch_size(s));
    for (int r = 0; r < products; r++)
        gemm_run(&g, c->out + layout_index(p->out, s->M, OH, OW, m, first + r, 0), c->kernels,
                 c->matrix + (size_t)r * row, c->packing, threads);
}

static void im2_group(const struct primitive *p, const struct scenario *s, const struct im2_call *c, int threads) {
    const int OH = scenario_out_h(s), strip = im2_strip(p, s), own = im2_own(p, s, threads);
    if (own > 0) {
        PARALLEL_FOR
        for (int part = 0; part < threads; part++) im2_run_own(p, s, c, own, part, threads);
        return;
    }
    for (int first = 0; first < OH; first += strip) {
        const int rows = least_of(strip, OH - first);
        assert(sizeof(float) * (size_t)patch_size(s) * (size_t)rows * (size_t)scenario_out_w(s) <= im2_matrix(p, s));
        patch_build(c->matrix, c->in, s, im2_patch(p), c->group, first, rows, threads);
        im2_multiply(p, s, c, first, rows, threads);
    }
}

static void im2_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                    const void *stored, const float *bias, struct activation activation, void *workspace, int threads) {
    struct im2_call c = {.out = out, .in = in, .bias = bias, .activation = activation, .matrix = workspace};
    c.packing = (char *)workspace + im2_matrix(p, s);
    for (c.group = 0; c.group < s->groups; c.group++) {
        c.kernels = (const float *)((const char *)stored + (size_t)c.group * im2_group_weights(p, s));
        im2_group(p, s, &c, threads);
    }
}

#define IM2_ALGORITHM(family)                                                                                          \
    {                                                                                                                  \
        .name = family,                                                                                                \
        .variant_help =                                                                                                \
            "method (0 scan, 1 short, 2 long, 3 self), kernels (0 M x K, 1 K x M, 2 packed), rows per strip (0: all)", \
        .tolerance = 3e-6, .per_axis = true, .applies = im2_applies, .workspace = im2_workspace,                       \
        .weights = im2_weights, .prepare = im2_prepare, .run = im2_run,                                                \
    }
const struct algorithm algorithm_im2row = IM2_ALGORITHM("im2row");
const struct algorithm algorithm_im2col = IM2_ALGORITHM("im2col");
