/* bench_layer.h - one convolution: our primitives, oneDNN's implementations, im2col with OpenBLAS and the plain
 * products, measured in turn.
 *
 * The candidates run in turn, round after round, so that a change of the machine's speed affects all equally; times are
 * medians of thread CPU time over the rounds, one thread, caches warm. Of our primitives each runs by itself first
 * (again, unless that is twice the best so far), and the fastest are compared, with all implementations of oneDNN
 * within three times its best. direct-sum2d is left out: it is never close. */
#ifndef TESTS_BENCH_BENCH_LAYER_H
#define TESTS_BENCH_BENCH_LAYER_H
#include "kernels/primitive.h"

#define BENCH_ROUNDS_MAX 301
#define BENCH_SMALL      (1 << 20) /* bytes of workspace for "small" */
#define BENCH_WINOGRAD   (5 << 20) /* and for Winograd's F(4) */

struct bench_one {
    const struct primitive *p; /* NULL: none applies */
    double ms;
    size_t workspace, weights;
};

struct layer_bench {
    struct scenario s;
    struct bench_one best, small, winograd4,
        direct;                  /* of ours: all; workspace at most BENCH_SMALL; F(4 x 4, 3 x 3); direct-hwc */
    double direct_avx2_ms;       /* direct-hwc forced to AVX2; NAN here and below: not measured */
    double onednn_ms, im2col_ms; /* of oneDNN's implementations the best */
    char onednn[64];
    size_t onednn_scratch;
    double gemm_ms, blas_ms; /* C (M x pixels) = weights (M x K, packed ahead) x patches (K x pixels), of one group */
};

extern int bench_rounds;       /* three times as many where a layer takes under 2 ms */
extern const char *bench_only; /* families that take part; NULL: all */

struct layer_bench bench_layer_new(const struct scenario *s);
void bench_layer_convolutions(struct layer_bench *l);
void bench_layer_products(struct layer_bench *l);

#endif
