/* bench_peers.h - the libraries that the kernels are measured against, where they are installed. Never linked into the
 * product.
 *
 * OpenBLAS: apt-get install libopenblas-dev; oneDNN (2.x): apt-get install libdnnl-dev. The Makefile looks for their
 * headers and defines BENCH_OPENBLAS and BENCH_ONEDNN. One thread each. */
#ifndef TESTS_BENCH_BENCH_PEERS_H
#define TESTS_BENCH_BENCH_PEERS_H
#include <stdbool.h>
#include <stddef.h>

#include "kernels/scenario.h"

void peers_init(void);           /* one thread for all of them */
const char *peer_versions(void); /* of the installed ones */

bool peer_blas_here(void);
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c); /* c = a b, row-major, no padding */

/* oneDNN's implementations of one convolution, each in its preferred layouts, weights reordered ahead of time. */
struct peer_conv;
bool peer_conv_here(void);
struct peer_conv *peer_conv_new(const struct scenario *s);
void peer_conv_free(struct peer_conv *c);
int peer_conv_count(const struct peer_conv *c);
const char *peer_conv_name(const struct peer_conv *c, int i);
size_t peer_conv_scratch(const struct peer_conv *c, int i); /* bytes */
void peer_conv_run(struct peer_conv *c, int i);

#endif
