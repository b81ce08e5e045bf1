#include "kernels/curve.h"

#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/isa.h"

#define INLINE static inline __attribute__((always_inline))

/* A block of the columns that are not whole ones, of all rows together: element k is [k / across][first + k % across]. */
struct curve_rest {
    float *c;
    size_t ldc;
    int across, k, few;
};

INLINE float *curve_at(const struct curve_rest *r, int i) {
    return r->c + (size_t)((r->k + i) / r->across) * r->ldc + (r->k + i) % r->across;
}

/* Whole blocks where they lie, then the rest in a buffer: one call of curve_lanes, which is long. */
INLINE void curve_body(struct activation f, float *c, size_t ldc, int rows, int columns) {
    const int whole = columns / CURVE_LANES, across = columns % CURVE_LANES, blocks = rows * whole;
    const int more = divide_up(rows * across, CURVE_LANES);
    for (int block = 0, i = 0, j = 0; block < blocks + more; block++) {
        float at[CURVE_LANES] = {0}, *where = at;
        struct curve_rest r = {c + whole * CURVE_LANES, ldc, across, (block - blocks) * CURVE_LANES, 0};
        if (block < blocks) {
            where = c + (size_t)i * ldc + j * CURVE_LANES;
            if (++j == whole) j = 0, i++;
        } else {
            r.few = least_of(CURVE_LANES, rows * across - r.k);
        }
        for (int k = 0; k < r.few; k++) at[k] = *curve_at(&r, k);
        curve_lanes(f, where, where);
        for (int k = 0; k < r.few; k++) *curve_at(&r, k) = at[k];
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
