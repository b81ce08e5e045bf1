#include "kernels/curve.h"

#include <assert.h>

#include "kernels/isa.h"

#define INLINE static inline __attribute__((always_inline))

/* The columns that are no whole block are done in a buffer: one call of curve_lanes, which is long. */
INLINE void curve_body(struct activation f, float *c, size_t ldc, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j += CURVE_LANES) {
            float rest[CURVE_LANES] = {0}, *const place = c + (size_t)i * ldc + j;
            const size_t left = (size_t)(columns - j), few = left < CURVE_LANES ? left : 0; /* 0: a whole block */
            float *const block = few ? rest : place;
            if (few) memcpy(rest, place, few * sizeof *rest);
            curve_lanes(f, block);
            if (few) memcpy(place, rest, few * sizeof *rest);
        }
    }
}

#define CURVE_INSTANCE(isa, target)                                                                                    \
    target static void curve_block_##isa(struct activation f, float *c, size_t ldc, int rows, int columns) {           \
        curve_body(f, c, ldc, rows, columns);                                                                          \
    }
CURVE_INSTANCE(plain, )
#if ISA_HAS_AVX2
CURVE_INSTANCE(avx2, ISA_TARGET_AVX2)
#endif
#if ISA_HAS_AVX512
CURVE_INSTANCE(avx512, ISA_TARGET_AVX512)
#endif

void curve_block(struct activation f, float *c, size_t ldc, int rows, int columns) {
    assert(rows >= 1 && columns >= 1 && (rows == 1 || ldc >= (size_t)columns));
    if (ldc == (size_t)columns) columns *= rows, rows = 1; /* one row without gaps */
#if ISA_HAS_AVX512
    if (isa_code() == ISA_AVX512) {
        curve_block_avx512(f, c, ldc, rows, columns);
        return;
    }
#endif
#if ISA_HAS_AVX2
    if (isa_code() == ISA_AVX2) {
        curve_block_avx2(f, c, ldc, rows, columns);
        return;
    }
#endif
    curve_block_plain(f, c, ldc, rows, columns);
}
