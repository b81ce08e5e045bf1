/* bench_layer.h - one convolution: our primitives, the implementations of every peer, im2col with OpenBLAS and the plain
 * products, measured in turn as tests/bench/bench_turns.h says, all with the same input, output and bias.
 *
 * Of our primitives each runs by itself first (again, as all others do, unless that took twice the best so far), and the fastest are
 * compared, with all implementations of the peers within TURNS_SLOW times the best. direct-sum2d is left out: it is
 * never close. */
#ifndef TESTS_BENCH_BENCH_LAYER_H
#define TESTS_BENCH_BENCH_LAYER_H
#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "tests/bench/bench_peers.h"

#define BENCH_TINY     (4 << 10) /* bytes of workspace for "tiny" */
#define BENCH_SMALL    (1 << 20) /* for "small" */
#define BENCH_WINOGRAD (5 << 20) /* and for Winograd's F(4) */

struct bench_one {
    const struct primitive *p; /* NULL: none applies */
    double ms;
    size_t workspace, weights;
};

struct bench_peer {
    double ms; /* of its implementations the best; NAN: not measured, or it cannot compute this layer */
    char name[PEER_TEXT];
    size_t scratch;   /* bytes */
    double direct_ms; /* the best that is not Winograd: little scratch; NAN: none */
};

struct layer_bench {
    struct scenario s;
    /* Of ours: all; workspace at most BENCH_SMALL; at most BENCH_TINY; F(4 x 4, 3 x 3); direct-hwc. */
    struct bench_one best, small, tiny, winograd4, direct;
    double direct_avx2_ms; /* direct-hwc forced to AVX2; NAN here and below: not measured */
    struct bench_peer peer[PEERS];
    double im2col_ms;
    double gemm_ms, blas_ms; /* C (M x pixels) = weights (M x K, packed ahead) x patches (K x pixels), of one group */
};

extern int bench_rounds;       /* three times as many where a layer takes under 2 ms */
extern const char *bench_only; /* families that take part; NULL: all */

struct layer_bench bench_layer_new(const struct scenario *s);
void bench_layer_convolutions(struct layer_bench *l);
void bench_layer_products(struct layer_bench *l);

double bench_layer_share(const struct layer_bench *l, double ms, enum isa isa); /* of the measured peak of `isa` */
double bench_layer_rival(const struct layer_bench *l); /* ms of the fastest convolution of a peer; NAN: none */

#endif
