#include "kernels/curve.h"

#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/isa.h"

#define INLINE static inline __attribute__((always_inline))

/* Element k of the columns from `first` on: [rows][columns - first]. */
INLINE float *curve_at(float *c, size_t ldc, int first, int columns, int k) {
    const int across = columns - first;
    return c + (size_t)(k / across) * ldc + first + k % across;
}

/* The columns beyond the last whole block, of all rows together. */
INLINE void curve_rest(struct activation f, float *c, size_t ldc, int rows, int first, int columns) {
    const int count = rows * (columns - first);
    for (int k = 0; k < count; k += CURVE_LANES) {
        const int few = least_of(CURVE_LANES, count - k);
        float at[CURVE_LANES] = {0};
        for (int i = 0; i < few; i++) at[i] = *curve_at(c, ldc, first, columns, k + i);
        curve_lanes(f, at, at);
        for (int i = 0; i < few; i++) *curve_at(c, ldc, first, columns, k + i) = at[i];
    }
}

INLINE void curve_body(struct activation f, float *c, size_t ldc, int rows, int columns) {
    const int whole = columns / CURVE_LANES * CURVE_LANES;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < whole; j += CURVE_LANES) curve_lanes(f, c + (size_t)i * ldc + j, c + (size_t)i * ldc + j);
    if (whole < columns) curve_rest(f, c, ldc, rows, whole, columns);
}

#define CURVE_INSTANCE(isa, target)                                                                                    \
    target static void curve_block_##isa(struct activation f, float *c, size_t ldc, int rows, int columns) {           \
        curve_body(f, c, ldc, rows, columns);                                                                          \
    }
CURVE_INSTANCE(plain, )
#if defined(__x86_64__)
CURVE_INSTANCE(avx2, ISA_TARGET_AVX2)
CURVE_INSTANCE(avx512, ISA_TARGET_AVX512)
#endif

void curve_block(struct activation f, float *c, size_t ldc, int rows, int columns) {
    assert(rows >= 1 && columns >= 1 && (rows == 1 || ldc >= (size_t)columns));
#if defined(__x86_64__)
    if (isa_current() == ISA_AVX512) {
        curve_block_avx512(f, c, ldc, rows, columns);
        return;
    }
    if (isa_current() == ISA_AVX2) {
        curve_block_avx2(f, c, ldc, rows, columns);
        return;
    }
#endif
    curve_block_plain(f, c, ldc, rows, columns);
}
