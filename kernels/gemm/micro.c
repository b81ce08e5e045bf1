/* Tiles by instruction set: as many accumulators as registers allow, wide rather than tall, since a row may be any
 * pixel. */
#include "kernels/gemm/micro.h"

#include "kernels/isa.h"
#include "kernels/unroll.h"

/* The epilogue of a tile that does not fill its panel: `whole` is [mr][width], of which t->columns are stored. */
static void micro_finish(const struct micro_tile *t, int mr, int width, const float *whole) {
    for (int i = 0; i < mr; i++)
        for (int j = 0; j < t->columns; j++) {
            float *c = t->c + (size_t)i * t->ldc + j, x = whole[i * width + j];
            if (t->accumulate) x += *c;
            if (t->bias_row) x += t->bias_row[i];
            if (t->bias_col) x += t->bias_col[j];
            *c = activation_bounds(t->activation) ? activation_bounded(x, t->activation.a, t->activation.b) : x;
        }
}

#define MICRO_NAME(x) micro_portable_##x
#define MICRO_TARGET
#define MICRO_MR 4
#define MICRO_V  4
#define MICRO_NV 2
#include "kernels/gemm/micro.inc"

#if defined(__x86_64__)
#define MICRO_NAME(x) micro_sse2_##x
#define MICRO_TARGET
#define MICRO_MR 6
#define MICRO_V  4
#define MICRO_NV 2
#include "kernels/gemm/micro.inc"

#define MICRO_NAME(x) micro_avx2_##x
#define MICRO_TARGET  ISA_TARGET_AVX2
#define MICRO_MR      6
#define MICRO_V       8
#define MICRO_NV      2
#include "kernels/gemm/micro.inc"

#define MICRO_NAME(x) micro_avx512_##x
#define MICRO_TARGET  ISA_TARGET_AVX512
#define MICRO_MR      6
#define MICRO_V       16
#define MICRO_NV      4
#include "kernels/gemm/micro.inc"
#endif

const struct micro *micro_current(void) {
#if defined(__x86_64__)
    switch (isa_current()) {
    case ISA_PORTABLE: break;
    case ISA_SSE2: return &micro_sse2_family;
    case ISA_AVX2: return &micro_avx2_family;
    case ISA_AVX512: return &micro_avx512_family;
    }
#endif
    return &micro_portable_family;
}
