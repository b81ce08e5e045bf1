/* Tiles by layout (kernels/isa.h): as many accumulators as registers allow, wide rather than tall, since a row may be
 * any pixel. A layout whose vectors are longer than the registers is computed in pieces. */
#include "kernels/gemm/micro.h"

#include <string.h>

#include "kernels/isa.h"
#include "kernels/unroll.h"

/* s + x v. For a float vector gcc uses 32-bit Arm's NEON by intrinsics only, as NEON flushes denormals to zero. */
#if defined(__ARM_NEON) && !defined(__aarch64__)
#include <arm_neon.h>
#define MICRO_FMA(s, x, v) ((__typeof__(s))vmlaq_n_f32((float32x4_t)(s), (float32x4_t)(v), (x)))
#else
#define MICRO_FMA(s, x, v) ((s) + (x) * (v))
#endif

/* The epilogue of a tile, or of a piece that begins at column `first`, that does not fill its panel: `whole` is
 * [mr][width], of which the columns up to t->columns are stored. */
static __attribute__((noinline)) void micro_finish(const struct micro_tile *t, int first, int mr, int width,
                                                   float *restrict whole) {
    const int columns = t->columns - first;
    for (int i = 0; i < mr; i++) {
        float *c = t->c + (size_t)i * t->ldc + first, *restrict x = whole + i * width;
        const float *bias = t->bias_col ? t->bias_col + first : NULL;
        for (int j = 0; j < columns && t->accumulate; j++) x[j] += c[j];
        for (int j = 0; j < columns && t->bias_row; j++) x[j] += t->bias_row[i];
        for (int j = 0; j < columns && bias; j++) x[j] += bias[j];
        for (int j = 0; j < columns && activation_bounds(t->activation); j++)
            x[j] = activation_bounded(x[j], t->activation.a, t->activation.b);
        memcpy(c, x, 4 * (size_t)columns);
    }
}

#if ISA_HAS_LAYOUT(0)
#define MICRO_NAME(x) micro_portable_##x
#define MICRO_TARGET
#define MICRO_MR   4
#define MICRO_TALL 4
#define MICRO_V    4
#define MICRO_NV   2
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(1)
#define MICRO_NAME(x) micro_sse2_##x
#define MICRO_TARGET
#define MICRO_MR   6
#define MICRO_TALL 6
#define MICRO_V    4
#define MICRO_NV   2
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(2) && ISA_HAS_PLAIN
#define MICRO_NAME(x) micro_avx2_plain_##x
#define MICRO_TARGET
#define MICRO_MR       6
#define MICRO_TALL     6
#define MICRO_V        4
#define MICRO_NV       2
#define MICRO_PANEL_V  8
#define MICRO_PANEL_NV 2
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(2) && ISA_HAS_AVX2
#define MICRO_NAME(x) micro_avx2_##x
#define MICRO_TARGET  ISA_TARGET_AVX2
#define MICRO_MR      6
#define MICRO_TALL    12
#define MICRO_V       8
#define MICRO_NV      2
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(3) && ISA_HAS_PLAIN
#define MICRO_NAME(x) micro_avx512_plain_##x
#define MICRO_TARGET
#define MICRO_MR   6
#define MICRO_TALL 6
#define MICRO_V    4
#ifdef __aarch64__ /* 32 registers */
#define MICRO_NV 4
#else
#define MICRO_NV 2
#endif
#define MICRO_PANEL_V  16
#define MICRO_PANEL_NV 4
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX2
#define MICRO_NAME(x)  micro_avx512_avx2_##x
#define MICRO_TARGET   ISA_TARGET_AVX2
#define MICRO_MR       6
#define MICRO_TALL     6
#define MICRO_V        8
#define MICRO_NV       2
#define MICRO_PANEL_V  16
#define MICRO_PANEL_NV 4
#include "kernels/gemm/micro.inc"
#endif

#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX512
#define MICRO_NAME(x) micro_avx512_##x
#define MICRO_TARGET  ISA_TARGET_AVX512
#define MICRO_MR      6
#define MICRO_TALL    12
#define MICRO_V       16
#define MICRO_NV      4
#include "kernels/gemm/micro.inc"
#endif

/* [layout][code]; NULL: not in this program. */
static const struct micro *const micro_families[][4] = {
#if ISA_HAS_LAYOUT(0)
    [ISA_PORTABLE][ISA_PORTABLE] = &micro_portable_family,
#endif
#if ISA_HAS_LAYOUT(1)
    [ISA_SSE2] = {&micro_sse2_family, &micro_sse2_family},
#endif
#if ISA_HAS_LAYOUT(2) && ISA_HAS_PLAIN
    [ISA_AVX2][ISA_PORTABLE] = &micro_avx2_plain_family,
    [ISA_AVX2][ISA_SSE2] = &micro_avx2_plain_family,
#endif
#if ISA_HAS_LAYOUT(2) && ISA_HAS_AVX2
    [ISA_AVX2][ISA_AVX2] = &micro_avx2_family,
#endif
#if ISA_HAS_LAYOUT(3) && ISA_HAS_PLAIN
    [ISA_AVX512][ISA_PORTABLE] = &micro_avx512_plain_family,
    [ISA_AVX512][ISA_SSE2] = &micro_avx512_plain_family,
#endif
#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX2
    [ISA_AVX512][ISA_AVX2] = &micro_avx512_avx2_family,
#endif
#if ISA_HAS_LAYOUT(3) && ISA_HAS_AVX512
    [ISA_AVX512][ISA_AVX512] = &micro_avx512_family,
#endif
};

const struct micro *micro_current(void) {
    const struct micro *m = micro_families[isa_current()][isa_code()];
    assert(m);
    return m;
}
