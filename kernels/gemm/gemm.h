/* gemm.h - single-precision matrix product, row-major, blocked, on gcc vector extensions (after Goto & van de Geijn
 * 2008).
 *
 *     C (m x n, leading dimension ldc)  =  or +=  op(A) (m x k) op(B) (k x n)
 *
 * The form says how A and B lie in memory: AB: A m x k, B k x n;  ABT: B n x k;  ATB: A k x m;  ATBT: both. The
 * workspace (64-byte aligned) holds packed panels: one sliver of B for each thread, and a block of A if A lies
 * transposed. Either operand may be packed ahead of time (stored weights), which takes it out of the workspace. The
 * epilogue adds bias by row (m) or by column (n) and applies the activation, on the last update of C only. Results do not depend
 * on `threads`, to the bit. */
#ifndef KERNELS_GEMM_GEMM_H
#define KERNELS_GEMM_GEMM_H
#include <stdbool.h>
#include <stddef.h>

#include "kernels/activation.h"

enum gemm_form { GEMM_AB, GEMM_ABT, GEMM_ATB, GEMM_ATBT };

/* Writes rows k0 .. k0 + depth - 1 and columns j0 .. j0 + columns - 1 of a B that is made as it is packed (implicit
 * GEMM) to panel[depth][width]; columns beyond `columns` are zero. Called by several threads at once. */
typedef void gemm_source(void *context, float *panel, int k0, int depth, int j0, int columns, int width);

struct gemm {
    enum gemm_form form;
    int m, n, k;
    int lda, ldb, ldc;
    bool packed_a, packed_b; /* a or b points to panels made by gemm_pack_a / gemm_pack_b */
    bool accumulate;         /* C += instead of C = */
    bool share_rows;         /* threads share out rows rather than columns, if these divide as evenly */
    const float *bias_row;   /* [m] or NULL */
    const float *bias_col;   /* [n] or NULL */
    struct activation activation;
    gemm_source *source; /* NULL, or makes B: then b is not read and the form says AB or ATB */
    void *context;       /* source's */
};

size_t gemm_workspace(const struct gemm *g, int threads); /* bytes, exact */
size_t gemm_packed_a_bytes(int m, int k);
size_t gemm_packed_b_bytes(int k, int n);
void gemm_pack_a(float *packed, const float *a, const struct gemm *g);
void gemm_pack_b(float *packed, const float *b, const struct gemm *g);
void gemm_run(const struct gemm *g, float *c, const float *a, const float *b, void *workspace, int threads);

#endif
