/* bench_peers.h - the libraries that the kernels are measured against, where they are installed. Never linked into the
 * product. One thread each.
 *
 * OpenBLAS (apt-get install libopenblas-dev) multiplies matrices. The rows of tests/bench/peers.def compute
 * convolutions: each with all its implementations, in its preferred layouts, weights reordered ahead of time. The
 * Makefile looks for their headers and defines BENCH_OPENBLAS, BENCH_ONEDNN and BENCH_XNNPACK.
 *
 * All of them read and write the two tensors that they are given in conv_bind, the same for every contender. */
#ifndef TESTS_BENCH_BENCH_PEERS_H
#define TESTS_BENCH_BENCH_PEERS_H
#include <stdbool.h>
#include <stddef.h>

#include "kernels/scenario.h"

enum {
#define PEER(symbol, name, package) PEER_##symbol,
#include "tests/bench/peers.def"
    PEERS
};
#define PEER_TEXT 64

struct peer {
    void (*init)(void); /* NULL, as all others: not installed */
    void (*version)(char text[PEER_TEXT]);
    void *(*conv_new)(const struct scenario *s); /* NULL: it cannot compute this one */
    void (*conv_free)(void *conv);
    size_t (*conv_floats)(const void *conv); /* room that its input and its output need, padded layouts included */
    void (*conv_bind)(void *conv, float *in, float *out);
    int (*conv_count)(const void *conv); /* implementations */
    const char *(*conv_name)(const void *conv, int i);
    size_t (*conv_scratch)(const void *conv, int i); /* bytes */
    void (*conv_run)(void *conv, int i);
};
extern const struct peer *const peers[PEERS];
extern const char *const peer_names[PEERS];

void peers_init(void);           /* one thread for all of them; a line for each that is not installed */
const char *peer_versions(void); /* of the installed ones */

bool peer_blas_here(void);
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c); /* c = a b, row-major, no padding */

#endif
