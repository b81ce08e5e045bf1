/* bench_kinds.h - the layers of tests/bench/kinds.def against every peer: kinds.tsv, a row for each layer, and kinds.md,
 * which begins with the geometric mean and the worst layer of each kind.
 *
 * A ratio is our fastest primitive's time over that of the fastest implementation of the peers. The share of peak is
 * that of tests/bench/bench_peak.h.
 *
 *     bound = max(2 macs / peak, time to read the input and write the output)                                        (1)
 *
 * is what no direct convolution can beat: the second is measured like a contender. Winograd's needs less arithmetic. */
#ifndef TESTS_BENCH_BENCH_KINDS_H
#define TESTS_BENCH_BENCH_KINDS_H
#include "solver/base/error.h"

/* Kinds whose name contains `only`; NULL: all. */
bool bench_kinds(const char *folder, const char *only, struct error *err);

#endif
