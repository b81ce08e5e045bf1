/* The loops of the depthwise convolution, compiled once for each instruction set. */
#include <assert.h>
#include <string.h>

#include "kernels/arithmetic.h"
#include "kernels/conv/depthwise.h"
#include "kernels/curve.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"
#include "kernels/span.h"
#include "kernels/unroll.h"

#define DEPTHWISE_PIXELS 7 /* most pixels of a block: sizes of images are often multiples of it */

/* Most pixels of a tile by columns: as many sums as 16 registers hold next to the weights of a kernel row. */
#define DEPTHWISE_MOST(K, R, V) ((K) == 5 ? ((R) == 2 ? 5 : 7) : (V) == 1 ? 5 : (R) == 2 ? 2 : 4)

#define DEPTHWISE_FEW 4 /* least of a block that goes down the image */

/* Floats of input and output: beyond the second-level caches of today's cores, and within them. */
#define DEPTHWISE_FAR  (1 << 20)
#define DEPTHWISE_NEAR (1 << 18)

#define DEPTHWISE_COPY 512 /* floats of an input row, copied to the stack */

/* A block of output pixels in a row. in: HWC, the first column; weights: of the first kernel row inside. */
struct depthwise_block {
    const float *in, *weights;
    float *out;
    int rows;              /* of the kernel that lie in the image */
    int first, last;       /* columns, or taps of a row, inside: [first, last) */
    int channel, channels; /* [channel, channels) */
};
/* Loops of tiles of R output rows by V vectors of channels. */
struct depthwise_instance {
    depthwise_loops *run;
    int R, V;
};
typedef void depthwise_channel(const struct depthwise *d, int m, int from, int to); /* CHW: rows [from, to) */

/* Are pixels [ow, ow + count) inside the row with all their taps? */
static bool depthwise_inner(const struct depthwise *d, int ow, int count) {
    const struct scenario *s = d->s;
    return ow + count <= d->OW && ow * s->stride >= s->pad.left &&
           (ow + count - 1) * s->stride - s->pad.left + (s->KW - 1) * s->dilation < s->W;
}

/* Can rows be computed by columns: is there a kernel, and does every window begin or end inside the image? */
static bool depthwise_has_columns(const struct depthwise *d) {
    const struct scenario *s = d->s;
    return (s->KW == 3 || s->KW == 5) && s->stride <= 2 && s->dilation == 1 && s->pad.left < s->KW &&
           (d->OW - 1) * s->stride - s->pad.left < s->W && d->OW >= (s->KW == 3 ? 2 : 4);
}

/* Are two rows a tile better than one? Not where pixels are so far apart that a tile's meet in few sets of the first-level
 * cache (64 sets of 64-byte lines), nor where a row of few pixels is one tile anyway. Measured. */
static bool depthwise_pairs(const struct depthwise *d) {
    const struct scenario *s = d->s;
    return s->KH == s->KW && s->C % 512 != 0 && (s->KW == 3 || d->OW > DEPTHWISE_MOST(5, 1, 1));
}

/* Floats of input and output. */
static int64_t depthwise_floats(const struct depthwise *d) {
    return ((int64_t)d->s->H * d->s->W + (int64_t)d->OH * d->OW) * d->s->C;
}

/* Are two vectors of fewer pixels, whole lines of the cache, better than one vector of more? Where the time is that of
 * memory: with stride 2, which computes little, unless few pixels leave many over; and where input and output are beyond
 * a second-level cache. Measured. */
static bool depthwise_by_lines(const struct depthwise *d) {
    const struct scenario *s = d->s;
    return s->KW == 3 && (depthwise_floats(d) > DEPTHWISE_FAR || (s->stride == 2 && d->OW > 7));
}

/* Channels that are computed in all rows before the next are begun, a multiple of DEPTHWISE_LINE. The 25 weights of a 5 x 5
 * kernel are as much as half of a tile's input: those of few channels stay in the first-level cache for all tiles. Not
 * worth it for small images. Measured. */
static int depthwise_chunk(const struct depthwise *d) {
    const struct scenario *s = d->s;
    return s->KH == 5 && s->KW == 5 && s->W > 7 ? 4 * DEPTHWISE_LINE : s->C;
}

/* Floats of the copied row that `pixels` outputs need, of each phase of the stride. */
static int depthwise_run_length(const struct scenario *s, int pixels) {
    return pixels + (s->KW - 1) * s->dilation / s->stride + 1;
}

/* Instances that are compiled: kernels/instances.def. */
#ifndef DEPTHWISE_USED
#define DEPTHWISE_USED(K, S, hwc) 1
#endif

/* K, S, R, V: V = 2 for K = 3 only, since 10 weights would leave no room for sums. */
#define DEPTHWISE_INSTANCES                                                                                            \
    DEPTHWISE_INSTANCE(3, 1, 1, 2)                                                                                     \
    DEPTHWISE_INSTANCE(3, 1, 2, 1)                                                                                     \
    DEPTHWISE_INSTANCE(3, 1, 2, 2)                                                                                     \
    DEPTHWISE_INSTANCE(3, 2, 1, 2)                                                                                     \
    DEPTHWISE_INSTANCE(3, 2, 2, 1)                                                                                     \
    DEPTHWISE_INSTANCE(3, 2, 2, 2)                                                                                     \
    DEPTHWISE_INSTANCE(5, 1, 1, 1)                                                                                     \
    DEPTHWISE_INSTANCE(5, 1, 2, 1)                                                                                     \
    DEPTHWISE_INSTANCE(5, 2, 1, 1) DEPTHWISE_INSTANCE(5, 2, 2, 1)

/* Stride and pixels of blocks that go down the image. */
#define DEPTHWISE_DOWN_BLOCKS                                                                                          \
    DEPTHWISE_DOWN_BLOCK(1, 4)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(1, 5)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(1, 6)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(1, 7)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(2, 4)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(2, 5)                                                                                         \
    DEPTHWISE_DOWN_BLOCK(2, 6) DEPTHWISE_DOWN_BLOCK(2, 7)

/* The address of a column is made from the one before it. Left alone, compilers keep a dozen multiples of the step on the
 * stack and read one for each column. */
#if defined(__GNUC__)
#define DEPTHWISE_KEEP(x) __asm__("" : "+r"(x))
#else
#define DEPTHWISE_KEEP(x) (void)0
#endif

/* A vector of the input is loaded once. Left alone, gcc reads it for each sum that it is added to: 5 x 5 took 1.3 of the
 * time. Not with 16 registers, which sums and weights fill. */
#if defined(__GNUC__) && defined(__x86_64__)
#define DEPTHWISE_HOLD(x) __asm__("" : "+v"(x))
#else
#define DEPTHWISE_HOLD(x) (void)0
#endif

#if ISA_HAS_PLAIN
#define DEPTHWISE_NAME(x) depthwise_plain_##x
#define DEPTHWISE_TARGET
#define DEPTHWISE_V        4
#define DEPTHWISE_HAS_DOWN 0
#include "kernels/conv/depthwise_hwc.inc"

#include "kernels/conv/depthwise_chw.inc"
#endif

#if ISA_HAS_AVX2
#define DEPTHWISE_NAME(x)  depthwise_avx2_##x
#define DEPTHWISE_TARGET   ISA_TARGET_AVX2
#define DEPTHWISE_V        8
#define DEPTHWISE_HAS_DOWN 0
#include "kernels/conv/depthwise_hwc.inc"

#include "kernels/conv/depthwise_chw.inc"
#endif

#if ISA_HAS_AVX512
#define DEPTHWISE_NAME(x)  depthwise_avx512_##x
#define DEPTHWISE_TARGET   ISA_TARGET_AVX512
#define DEPTHWISE_V        16
#define DEPTHWISE_HAS_DOWN 1
#include "kernels/conv/depthwise_hwc.inc"

#include "kernels/conv/depthwise_chw.inc"
#endif

const struct depthwise_family *depthwise_current(void) {
#if ISA_HAS_AVX512
    if (isa_code() == ISA_AVX512) return &depthwise_avx512_family;
#endif
#if ISA_HAS_AVX2
    if (isa_code() == ISA_AVX2) return &depthwise_avx2_family;
#endif
#if ISA_HAS_PLAIN
    return &depthwise_plain_family;
#else
    return NULL;
#endif
}
