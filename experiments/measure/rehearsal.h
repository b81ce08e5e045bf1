/* rehearsal.h - what a selection may come to rest on, measured again where it will run: in the whole network.
 *
 * A first pass times every row by itself. The least of a hundred such medians is too low by its luck, and no sweep
 * leaves the caches quite as the layers before do. So: for each network, the rows that any point of its frontier (12)
 * uses, without a budget or with one, are run in the network itself, by the runtime, and their times there take the
 * place of the first ones. New prices make a new frontier; this goes on until every row on it has been seen in this
 * round. A row that is never seen was too slow even at its optimistic price. Rounds go over all networks in turn, so
 * that minutes in which the machine is slow fall on all rows alike; the medians are of all rounds.
 *
 * One run of a network serves many rows: each layer takes one of those that it lacks; layers of one scenario take
 * different ones. */
#ifndef EXPERIMENTS_MEASURE_REHEARSAL_H
#define EXPERIMENTS_MEASURE_REHEARSAL_H
#include "experiments/measure/samples.h"
#include "experiments/measure/workload.h"
#include "experiments/measure/yardstick.h"
#include "experiments/runtime/measure.h"
#include <stdatomic.h>

struct rehearsal {
    const struct workload *workload;
    const struct measure *measure;
    struct samples *samples;
    const char *path; /* where the samples are kept after each network; NULL: nowhere */
    const atomic_int *interrupt;
    double done, total;            /* for the time left */
    int runs;                      /* of whole networks */
    struct timing compute, memory; /* out: the yardsticks, measured before each network */
};

enum rehearsal_end { REHEARSAL_DONE, REHEARSAL_INTERRUPTED, REHEARSAL_FAILED };
enum rehearsal_end rehearsal_run(struct rehearsal *r, struct error *err);

/* The fastest selection by the profile, run afresh. */
struct premiere {
    int steps;
    int64_t predicted_ns, predicted_conv_ns;
    struct timing measured;   /* whole runs */
    int64_t measured_conv_ns; /* sum of the convolutions' medians */
};
/* false: nothing to run (no convolution), or an error (err->text set). */
bool rehearsal_premiere(struct premiere *out, const struct network *folded, const struct profile *p,
                        const struct measure *m, struct error *err);

#endif
