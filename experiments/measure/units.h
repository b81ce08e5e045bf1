/* units.h - the first pass: every row of a unit by itself (experiments/runtime/measure.h says how one is timed).
 *
 * Primitives are run from fast to slow, as far as is known: `rank` is the last time of each relative to the best of the
 * same scenario. The first of a scenario is then rarely a slow one, and slow ones are recognised at their first run.
 *
 * A primitive that was at least UNITS_SLOW times as slow as the best in the last scenario, and that would take longer
 * than all runs of a fast one, is judged from some of its rows: a strip of output rows in the middle (kernels/strip.h),
 * at most half of the layer, is timed once it is warm, and
 *
 *     time = time of the strip * rows of the layer / rows of the strip
 *
 * What a kernel does once for the whole layer counts several times then, so that the strip must be large enough for it
 * to matter little, unless the kernel has no workspace to prepare. A strip may find in the caches what the whole layer
 * does not (kn2col-as took half as long): a price that is too low, which the second pass corrects. Such a row has runs 1
 * and no minimum (nan). If it turns out not to be slow after all, it is timed as a whole.
 * It keeps its place in the profile: a selection may use it, and those that any frontier uses are timed again in running
 * networks (experiments/measure/rehearsal.h). No row is left out. */
#ifndef EXPERIMENTS_MEASURE_UNITS_H
#define EXPERIMENTS_MEASURE_UNITS_H
#include "experiments/measure/measuring.h"
#include "experiments/measure/pooled.h"

#define UNITS_SLOW 2.5 /* times the best */

struct ranking {
    double *rank; /* [primitives]; 0: not known */
    int *order;   /* [primitives] by rank */
};
void units_ranking_init(struct ranking *r);
void units_ranking_free(struct ranking *r);

/* Adds the unit's rows to the profile. false: interrupted, and only some of them are there. */
bool units_measure(struct profiler *p, struct pooled *b, struct ranking *r, const struct unit *u);
/* Rows of the profile that were judged from some of their rows. */
int units_judged(const struct profile *p);

#endif
