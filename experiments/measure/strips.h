/* strips.h - how long layers take by rows: rows of kind strip and move.
 *
 * A streamed layer (formulation/segment.h) runs as many calls. Before each of them other layers of the segment have run:
 * the rows that it reads were just written, but its weights were last touched a call ago, and have been pushed out of
 * the nearest caches. So each call is timed by itself, after a sweep that reads as much other memory as L2 holds and
 * then the call's window; the row's time is the sum over all calls, of which a few represent many that are alike. Moving
 * rows in the block is not part of it: segments count the bytes that they move (rows of kind move).
 *
 * Only what can be part of a best plan is timed: of the primitives whose input and output have the same layout with
 * contiguous rows, those that no other one beats in time (as a whole layer, by more than a tolerance), workspace and
 * stored weights, one of those that need the same bytes, at most WORKLOAD_STRIPS per layout; and only rows of a call that
 * give the bits of the whole layer (primitive_row_step). Where one call makes all rows, the layer's own times are
 * taken. */
#ifndef EXPERIMENTS_MEASURE_STRIPS_H
#define EXPERIMENTS_MEASURE_STRIPS_H
#include "experiments/measure/measuring.h"
#include "experiments/measure/pooled.h"

/* Adds the rows of a unit of kind strip; the whole layer's are in the profile. false: interrupted. */
bool strips_measure(struct profiler *p, struct pooled *b, const struct unit *u);
/* The row of kind move: PROFILE_MOVED bytes in pieces of some rows, each over itself. */
bool strips_measure_move(struct profiler *p, struct pooled *b, const struct unit *u);

#endif
