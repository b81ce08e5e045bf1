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
    int columns;     /* of a row of the input */
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
    b.in = d->in + (size_t)(b.rows > 0 ? h + b.top : 0) * b.line;
    b.out = d->out + (size_t)oh * (size_t)d->OW * (size_t)s->M;
    return b;
}

/* The address of a column is made from the one before it. Left alone, compilers keep a dozen multiples of the step on
 * the stack and read one for each column; if not volatile, all columns of a row are loaded once for all channels, and
 * kept on the stack. */
#if defined(__GNUC__)
#define COLUMNS_KEEP(x) __asm__ volatile("" : "+r"(x))
#else
#define COLUMNS_KEEP(x) (void)0
#endif

/* K, S, groups that share a lane, at an edge. */
#define COLUMNS_EDGES(K, S, packed) COLUMNS_INSTANCE(K, S, packed, 0) COLUMNS_INSTANCE(K, S, packed, 1)
#define COLUMNS_STRIDES(K, packed)  COLUMNS_EDGES(K, 1, packed) COLUMNS_EDGES(K, 2, packed)
#define COLUMNS_WIDTHS              COLUMNS_STRIDES(3, 1) COLUMNS_STRIDES(5, 1) COLUMNS_STRIDES(7, 1)

#define COLUMNS_NAME(x) columns_plain_##x
#define COLUMNS_TARGET
#define COLUMNS_V         4
#define COLUMNS_INSTANCES COLUMNS_WIDTHS
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"

#if defined(__x86_64__)
#define COLUMNS_NAME(x)   columns_avx2_##x
#define COLUMNS_TARGET    ISA_TARGET_AVX2
#define COLUMNS_V         8
#define COLUMNS_INSTANCES COLUMNS_WIDTHS COLUMNS_STRIDES(3, 2)
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"

#define COLUMNS_NAME(x)   columns_avx512_##x
#define COLUMNS_TARGET    ISA_TARGET_AVX512
#define COLUMNS_V         16
#define COLUMNS_INSTANCES COLUMNS_WIDTHS COLUMNS_STRIDES(3, 2) COLUMNS_STRIDES(3, 4)
#include "kernels/conv/columns_dense.inc"

#include "kernels/conv/columns_grouped.inc"
#endif

const struct columns_family *columns_current(void) {
#if defined(__x86_64__)
    if (isa_current() == ISA_AVX512) return &columns_avx512_family;
    if (isa_current() == ISA_AVX2) return &columns_avx2_family;
#endif
    return &columns_plain_family;
}
