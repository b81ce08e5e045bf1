/* gemm.h - single-precision matrix product, row-major, blocked, on gcc vector extensions (Goto & van de Geijn 2008).
 *
 *     C (m x n, leading dimension ldc)  =  or +=  op(A) (m x k) op(B) (k x n)
 *
 * The form says how A and B lie in memory: AB: A m x k, B k x n;  ABT: B n x k;  ATB: A k x m;  ATBT: both.
 * The workspace holds the packed panels. Either operand may be packed ahead of time (stored weights), which takes its panels out
 * of the workspace. The epilogue adds bias by row (m) or by column (n) and applies ReLU, on the last update of C only. */
#ifndef KERNELS_GEMM_H
#define KERNELS_GEMM_H
#include <stdbool.h>
#include <stddef.h>

enum gemm_form { GEMM_AB, GEMM_ABT, GEMM_ATB, GEMM_ATBT };

struct gemm {
    enum gemm_form form;
    int m, n, k;
    int lda, ldb, ldc;
    bool packed_a, packed_b; /* a or b points to panels made by gemm_pack_a / gemm_pack_b */
    bool accumulate;         /* C += instead of C = */
    const float *bias_row;   /* [m] or NULL */
    const float *bias_col;   /* [n] or NULL */
    bool relu;
};

size_t gemm_workspace(const struct gemm *g, int threads); /* bytes, exact */
size_t gemm_packed_a_bytes(int m, int k);
size_t gemm_packed_b_bytes(int k, int n);
void gemm_pack_a(float *packed, const float *a, const struct gemm *g);
void gemm_pack_b(float *packed, const float *b, const struct gemm *g);
void gemm_run(const struct gemm *g, float *c, const float *a, const float *b, void *workspace, int threads);

#endif
