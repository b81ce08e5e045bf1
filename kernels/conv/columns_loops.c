/* The loops of the convolution by columns, compiled once for each instruction set. */
#include <assert.h>
#include <string.h>

#include "kernels/conv/columns.h"
#include "kernels/curve.h"
#include "kernels/isa.h"
#include "kernels/unroll.h"

/* A block of adjacent output pixels. in: its first column, of the first kernel row inside, which is row `top`. */
struct columns_block {
    const float *in;
    size_t line;  /* floats from one row of the input to the next */
    size_t pixel; /* floats from one pixel to the next */
    float *out;
    bool foresee;    /* without groups of few channels: input is fetched ahead */
    int columns;     /* of a row of the input */
    int group, row;  /* of the input: the first */
    int top, rows;   /* of the kernel that lie in the image */
    int first, last; /* columns inside: [first, last) */
};
typedef void columns_kernel(const struct columns *d, const struct columns_block *b, int first, int last);

/* Of output row oh, at the first pixel of the image's row. */
static struct columns_block columns_block_of(const struct columns *d, int oh) {
    const struct scenario *s = d->s;
    const int h = oh * s->stride - s->pad.top;
    struct columns_block b = {.line = (size_t)s->W * (size_t)s->C,
                              .pixel = (size_t)s->C,
                              .columns = s->W,
                              .top = most_of(0, least_of(s->KH, -h))};
    b.rows = most_of(0, least_of(s->KH, s->H - h) - b.top);
    b.row = b.rows > 0 ? h + b.top : 0;
    b.in = d->in + (size_t)b.row * b.line;
    b.out = d->out + (size_t)oh * (size_t)d->OW * (size_t)s->M;
    return b;
}

/* Which lanes a block has: those of the only group, those of groups, those of the only group of which the last is a
 * half, or a half one, which is all there is. */
enum { COLUMNS_ONE, COLUMNS_GROUPS, COLUMNS_TAIL, COLUMNS_HALF };
#define COLUMNS_HAS(kind)                                                                                              \
    ((kind) == COLUMNS_ONE || ((kind) == COLUMNS_GROUPS && COLUMNS_USED_GROUPS) ||                                     \
     ((kind) >= COLUMNS_TAIL && COLUMNS_V == 16))

/* Pixels, lanes and kind of a block. With 32 registers each weight of one lane is loaded for more
 * sums; two lanes of 14 pixels are no faster than of 7, and slower where memory counts. Measured. */
#define COLUMNS_TALLEST(V, N) ((N) == 1 ? ((V) == 16 ? COLUMNS_MOST : 8) : (N) == 2 ? ((V) == 16 ? 7 : 6) : COLUMNS_FEW)
#define COLUMNS_PAIRS(kind)                                                                                            \
    COLUMNS_BLOCKS(4, 2, kind)                                                                                         \
    COLUMNS_BLOCKS(5, 2, kind) COLUMNS_BLOCKS(6, 2, kind) COLUMNS_BLOCKS(7, 2, kind)
#define COLUMNS_SINGLES(kind)                                                                                          \
    COLUMNS_BLOCKS(4, 1, kind)                                                                                         \
    COLUMNS_BLOCKS(5, 1, kind)                                                                                         \
    COLUMNS_BLOCKS(6, 1, kind)                                                                                         \
    COLUMNS_BLOCKS(7, 1, kind)                                                                                         \
    COLUMNS_BLOCKS(8, 1, kind)                                                                                         \
    COLUMNS_BLOCKS(10, 1, kind)                                                                                        \
    COLUMNS_BLOCKS(12, 1, kind) COLUMNS_BLOCKS(16, 1, kind) COLUMNS_BLOCKS(24, 1, kind)
#define COLUMNS_SIZES                                                                                                  \
    COLUMNS_SINGLES(COLUMNS_ONE)                                                                                       \
    COLUMNS_SINGLES(COLUMNS_HALF)                                                                                      \
    COLUMNS_PAIRS(COLUMNS_ONE)                                                                                         \
    COLUMNS_BLOCKS(4, 3, COLUMNS_ONE)                                                                                  \
    COLUMNS_PAIRS(COLUMNS_GROUPS) COLUMNS_BLOCKS(4, 3, COLUMNS_GROUPS) COLUMNS_PAIRS(COLUMNS_TAIL)

/* Blocks of one lane of first layers with 3 columns: channels, stride, pixels. 3 C weights stay in registers, too. */
#define COLUMNS_SHORT_BLOCKS(C, S)                                                                                     \
    COLUMNS_SHORT(C, S, 4)                                                                                             \
    COLUMNS_SHORT(C, S, 5)                                                                                             \
    COLUMNS_SHORT(C, S, 6)                                                                                             \
    COLUMNS_SHORT(C, S, 7)                                                                                             \
    COLUMNS_SHORT(C, S, 8) COLUMNS_SHORT(C, S, 10) COLUMNS_SHORT(C, S, 12) COLUMNS_SHORT(C, S, 16)
#define COLUMNS_SHORTS                                                                                                 \
    COLUMNS_SHORT_BLOCKS(1, 1)                                                                                         \
    COLUMNS_SHORT(1, 1, 24)                                                                                            \
    COLUMNS_SHORT_BLOCKS(1, 2) COLUMNS_SHORT(1, 2, 24) COLUMNS_SHORT_BLOCKS(3, 1) COLUMNS_SHORT_BLOCKS(3, 2)

/* The address of a column is made from the one before it. Left alone, compilers keep a dozen multiples of the step on
 * the stack and read one for each column; if not volatile, all columns of a row are loaded once for all channels, and
 * kept on the stack. */
#if defined(__GNUC__)
#define COLUMNS_KEEP(x) __asm__ volatile("" : "+r"(x))
#else
#define COLUMNS_KEEP(x) (void)0
#endif

/* Instances that are compiled: kernels/instances.def. */
#ifndef COLUMNS_USED
#define COLUMNS_USED(K, S, grouped) 1
#endif
#define COLUMNS_USED_WIDTH(K) (COLUMNS_USED(K, 1, 1) || COLUMNS_USED(K, 2, 1))
#define COLUMNS_USED_GROUPS   (COLUMNS_USED_WIDTH(3) || COLUMNS_USED_WIDTH(5) || COLUMNS_USED_WIDTH(7))

/* K, S, groups that share a lane, at an edge. */
#define COLUMNS_EDGES(K, S, packed) COLUMNS_INSTANCE(K, S, packed, 0) COLUMNS_INSTANCE(K, S, packed, 1)
#define COLUMNS_STRIDES(K, packed)  COLUMNS_EDGES(K, 1, packed) COLUMNS_EDGES(K, 2, packed)
#define COLUMNS_WIDTHS              COLUMNS_STRIDES(3, 1) COLUMNS_STRIDES(5, 1) COLUMNS_STRIDES(7, 1)

/* The packing of a layout, hence its kernels. */
#define COLUMNS_INSTANCES_8  COLUMNS_WIDTHS COLUMNS_STRIDES(3, 2)
#define COLUMNS_INSTANCES_16 COLUMNS_WIDTHS COLUMNS_STRIDES(3, 2) COLUMNS_STRIDES(3, 4)

#if ISA_HAS_LAYOUT(0) || ISA_HAS_LAYOUT(1)
#define COLUMNS_NAME(x) columns_4_plain_##x
#define COLUMNS_TARGET
#define COLUMNS_V         4
#define COLUMNS_INSTANCES COLUMNS_WIDTHS
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"
#endif

#if ISA_HAS_LAYOUT(2) && ISA_HAS_AVX2
#define COLUMNS_NAME(x)   columns_8_avx2_##x
#define COLUMNS_TARGET    ISA_TARGET_AVX2
#define COLUMNS_V         8
#define COLUMNS_INSTANCES COLUMNS_INSTANCES_8
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"
#endif

#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX512
#define COLUMNS_NAME(x)   columns_16_avx512_##x
#define COLUMNS_TARGET    ISA_TARGET_AVX512
#define COLUMNS_V         16
#define COLUMNS_INSTANCES COLUMNS_INSTANCES_16
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"
#endif

/* --- a layout of another CPU --- */

/* One output pixel of a lane, whatever the vector. */
static void columns_any_pixel(const struct columns *d, int lane, int oh, int ow) {
    const struct scenario *s = d->s;
    const int V = d->family->vector, h = oh * s->stride - s->pad.top, w = ow * s->stride - s->pad.left;
    const struct columns_lane at = columns_lane_of(d, lane);
    float sum[COLUMNS_LINE] = {0}, *out = d->out + ((size_t)oh * (size_t)d->OW + (size_t)ow) * (size_t)s->M + at.m;
    assert(V <= COLUMNS_LINE);
    for (int j = 0; d->bias && j < d->count; j++) sum[j] = d->bias[at.m + j];
    for (int kh = most_of(0, -h); kh < least_of(s->KH, s->H - h); kh++)
        for (int kw = most_of(0, -w); kw < least_of(s->KW, s->W - w); kw++)
            for (int c = 0; c < d->C; c++) {
                const float *x = d->in + ((size_t)(h + kh) * (size_t)s->W + (size_t)(w + kw)) * (size_t)s->C + at.c + c;
                const int tap = d->dense ? (kh * s->KW + kw) * d->C + c : (kh * d->C + c) * s->KW + kw;
                const float *weight = d->weights + (size_t)lane * d->size + (size_t)tap * (size_t)V;
                for (int j = 0; j < d->count; j++) sum[j] += x[j / d->M * d->C] * weight[j];
            }
    for (int j = 0; j < d->count; j++)
        out[j] =
            activation_bounds(d->activation) ? activation_bounded(sum[j], d->activation.a, d->activation.b) : sum[j];
    if (activation_curves(d->activation)) curve_block(d->activation, out, (size_t)s->M, 1, d->count);
}

static void columns_any(const struct columns *d, const struct columns_part *part) {
    for (int oh = part->from; oh < part->to; oh++)
        for (int ow = 0; ow < d->OW; ow++)
            for (int lane = part->first; lane < part->last; lane++) columns_any_pixel(d, lane, oh, ow);
}

static const struct columns_family columns_8_any_family = {8, columns_any, columns_any},
                                   columns_16_any_family = {16, columns_any, columns_any};

const struct columns_family *columns_current(void) {
    const enum isa layout = isa_current();
    assert(isa_code() <= layout);
#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX512
    if (layout == ISA_AVX512 && isa_code() == ISA_AVX512) return &columns_16_avx512_family;
#endif
#if ISA_HAS_LAYOUT(2) && ISA_HAS_AVX2
    if (layout == ISA_AVX2 && isa_code() == ISA_AVX2) return &columns_8_avx2_family;
#endif
#if ISA_HAS_LAYOUT(0) || ISA_HAS_LAYOUT(1)
    if (layout <= ISA_SSE2) return &columns_4_plain_family;
#endif
    return layout == ISA_AVX512 ? &columns_16_any_family : &columns_8_any_family;
}
