/* arena.h - offsets in one block of memory for buffers with known lifetimes (offline dynamic storage allocation).
 *
 * A buffer is alive from step `first` to step `last`, both included. With an offset o_b >= 0 for each buffer b, a
 * multiple of its alignment:
 *
 *     minimise  max o_b + bytes_b
 *     subject to  o_a + bytes_a <= o_b  or  o_b + bytes_b <= o_a     for a and b that are alive at the same step
 *
 * No arena is smaller than the most bytes alive at one step (arena_bound); finding the smallest is NP-hard (Garey and
 * Johnson, SR2). First buffers are placed one after another, in several orders (most aligned, largest, longest-lived,
 * by step), each at the lowest or the highest free offset below the bound; then the order is improved by moving to the
 * front what did not fit, and at random (fixed seed). If that does not reach the bound, an exact search
 * (experiments/runtime/arena_search.h) looks for a smaller arena, or proves a larger bound.
 *
 * Buffers that are tied together (experiments/runtime/arena_buffer.h) are placed together. The exact search then takes
 * the rectangle around them for one buffer, and proves nothing.
 *
 * Invariants (arena_check, pair by pair): aligned offsets, no overlap in time and space. The size returned is the end
 * of the highest buffer. A drawing: experiments/runtime/README.md. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_H
#define EXPERIMENTS_RUNTIME_ARENA_H
#include "experiments/runtime/arena_buffer.h"
#include "solver/base/limits.h"

/* Sets the offsets; returns the arena's size, at least arena_bound. Same buffers, same offsets: the search is limited
 * by nodes, never by time. */
int64_t arena_plan(struct arena_buffer *b, int buffers);

struct arena_result {
    int buffers;
    int64_t bound_bytes; /* no arena is smaller: proven */
    int64_t size_bytes;  /* of the offsets found; the least there is if it equals bound_bytes */
    int64_t nodes;
    /* LIMITS_RUNNING: ended by itself. LIMITS_NODES also where there are too many buffers to search, or tied ones. */
    enum limits_stop stopped;
};

/* Sets the best offsets found within the limits (nodes, deadline, interrupt). enough > 0: stops as soon as an arena of
 * that many bytes is found (size_bytes <= enough) or proven not to exist (bound_bytes > enough). */
struct arena_result arena_solve(struct arena_buffer *b, int buffers, int64_t enough, const struct limits *limits);

#endif
