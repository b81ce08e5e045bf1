/* rehearsal.h - the rows that a selection may rely on, measured again where they will run: in the whole network.
 *
 * The first pass times every row by itself. The minimum of a hundred such medians is biased low, and no sweep of the
 * caches quite imitates the previous layers. So, for each network, the rows used by any point of its frontier
 * (formulation/README.md, (12)) are run in the network itself, by the runtime, and these times replace the first ones.
 * New times make a new frontier; this is repeated until every row on it has been timed in this round. A row that is
 * never timed was too slow even at its optimistic price. Rounds visit all networks in turn, so that slow minutes of the
 * machine affect all rows alike; medians are over all rounds.
 *
 * One run of a network serves many rows: each layer uses one that it lacks; layers of the same scenario use different
 * ones. */
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
    const char *path; /* file for the samples, written after each network; NULL: none */
    const atomic_int *interrupt;
    double done, total;            /* for the time left */
    int runs;                      /* of whole networks */
    struct timing compute, memory; /* out: the yardsticks, measured before each network */
};

enum rehearsal_end { REHEARSAL_DONE, REHEARSAL_INTERRUPTED, REHEARSAL_FAILED };
enum rehearsal_end rehearsal_run(struct rehearsal *r, struct error *err);

/* The fastest selection according to the profile, re-run. */
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
