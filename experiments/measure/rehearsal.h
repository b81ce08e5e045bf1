/* rehearsal.h - the rows that a selection may rely on, measured again where they will run: in the whole network.
 *
 * The first pass times every row by itself. The minimum of a hundred such medians is biased low, no sweep of the caches
 * quite imitates the previous layers, and slow rows are run once, cold, or judged from a part. So, for each network, the
 * rows used by any point of any of its frontiers, under every memory model (experiments/measure/wanted.h), are run in
 * the network itself, by the runtime, and these times replace the first ones. New times make new frontiers; this is
 * repeated until every row on them has been timed: in each round, or, if it is slow (experiments/measure/samples.h), in
 * one. A row that is never timed was too slow even at its optimistic price. Rounds visit all networks in turn, so that
 * slow minutes of the machine affect all rows alike; medians are over all rounds.
 *
 * Acts (acts.h) without a convolution, which are large fully connected layers, are run in the last round only. Unless the
 * effort asks for acts of few bytes, the last round runs the whole network instead, for no act is known to be enough.
 *
 * One run of a network serves many rows: each layer uses one that it lacks; layers of the same scenario use different
 * ones. */
#ifndef EXPERIMENTS_MEASURE_REHEARSAL_H
#define EXPERIMENTS_MEASURE_REHEARSAL_H
#include "experiments/measure/estimate.h"
#include "experiments/measure/samples.h"
#include "experiments/measure/workload.h"
#include "experiments/measure/yardstick.h"
#include "experiments/runtime/measure.h"
#include <stdatomic.h>

struct rehearsal {
    const struct workload *workload;
    const struct measure *measure;
    struct samples *samples;
    const char *path; /* file for the samples, written after each network; NULL: none */
    const atomic_int *interrupt;
    struct estimate *estimate;     /* for the time left */
    int runs;                      /* of whole networks */
    struct timing compute, memory; /* out: the yardsticks, measured before each network */
};

enum rehearsal_end { REHEARSAL_DONE, REHEARSAL_INTERRUPTED, REHEARSAL_FAILED };
enum rehearsal_end rehearsal_run(struct rehearsal *r, struct error *err);
/* Nothing can be selected in a network without a convolution. */
bool rehearsal_concerns(const struct network *n);

#endif
