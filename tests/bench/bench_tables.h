/* bench_tables.h - the output of the kernel benchmark: kernels.tsv (one row per layer), kernels-networks.tsv (one row
 * per network) and kernels.md, for readers, which begins with the main findings. */
#ifndef TESTS_BENCH_BENCH_TABLES_H
#define TESTS_BENCH_BENCH_TABLES_H
#include "solver/base/error.h"
#include "solver/base/text.h"
#include "tests/bench/bench_layer.h"

struct network_bench {
    const char *name;
    double direct_ms, best_ms, small_ms, tiny_ms, im2col_ms; /* sums over the convolutions */
    double peer_ms[PEERS], peer_direct_ms[PEERS];
    double winograd4_ms, winograd4_direct_ms, winograd4_least_ratio; /* over those of 3 x 3 with CHANNELS and up */
};

struct bench_results {
    const struct layer_bench *layer;
    int layers;
    const struct network_bench *network;
    int networks;
};

#define BENCH_CHANNELS 64 /* input and output channels of a group from which on a share of peak is asked */

bool bench_tables(const struct bench_results *r, const char *folder, struct error *err);

/* Where figures come from: call line() for each fact. */
void bench_tables_origin(struct text_writer *out, void (*line)(void *to, const char *key, const char *value));
void bench_tables_note(void *to, const char *key, const char *value); /* "# key: value" */
void bench_tables_item(void *to, const char *key, const char *value); /* "- key: value" */

#endif
