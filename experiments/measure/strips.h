/* strips.h - how long layers take by rows: rows of kind strip and move.
 *
 * A streamed layer (formulation/segment.h) runs as many calls, each on a window of rows of which most were just
 * written. So here all calls of a layer are timed together, one after the other, in one window: before each call the
 * rows that stay are moved to the window's front, as happens in a segment, and the output always goes to the same
 * rows. What the caches hold before the first call is set as for whole layers (experiments/runtime/measure.h); from
 * then on the layer finds its weights where its previous call left them.
 *
 * Only what can be part of a best plan is timed: of the primitives whose input and output have the same layout with
 * contiguous rows, those that no other one beats in time (as a whole layer, by more than a tolerance), workspace and
 * stored weights, at most STRIPS_MOST per layout; and only rows of a call that give the bits of the whole layer
 * (primitive_row_step). Where one call makes all rows, the layer's own times are taken. */
#ifndef EXPERIMENTS_MEASURE_STRIPS_H
#define EXPERIMENTS_MEASURE_STRIPS_H
#include "experiments/measure/pooled.h"
#include "experiments/measure/profiler.h"

#define STRIPS_MOST 4

/* Adds the rows of a unit of kind strip; the whole layer's are in the profile. false: interrupted. */
bool strips_measure(struct profiler *p, struct pooled *b, const struct unit *u);
/* The row of kind move: PROFILE_MOVED bytes in pieces of some rows, each over itself. */
bool strips_measure_move(struct profiler *p, struct pooled *b, const struct unit *u);

#endif
