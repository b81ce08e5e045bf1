/* arena.h - offsets in one block of memory for buffers with known lifetimes (offline dynamic storage allocation).
 *
 * A buffer is alive from step `first` to step `last`, both included; two that are alive at the same step must not
 * overlap. No arena is smaller than the most bytes alive at one step (arena_bound); finding the smallest is NP-hard
 * (Garey and Johnson, SR2). So buffers are placed one after another, in several orders (most aligned, largest,
 * longest-lived, by step), each at the lowest or the highest free offset below the bound; then the order is improved by
 * moving to the front what did not fit, and at random (fixed seed), until the bound or the number of rounds is reached.
 *
 * Invariants (arena_check, pair by pair): aligned offsets, no overlap in time and space. The size returned is the end
 * of the highest buffer. A drawing: experiments/runtime/README.md. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_H
#define EXPERIMENTS_RUNTIME_ARENA_H
#include <stdbool.h>
#include <stdint.h>

struct arena_buffer {
    int64_t bytes; /* 0: takes no space */
    int first, last;
    int64_t alignment; /* of the offset; a power of 2 */
    int64_t offset;    /* out */
};

int64_t arena_bound(const struct arena_buffer *b, int buffers);
/* Sets the offsets; returns the arena's size, at least arena_bound. */
int64_t arena_plan(struct arena_buffer *b, int buffers);
/* false: b[*i] and b[*j] overlap in time and space, or, with *i == *j, the offset of b[*i] is not aligned. */
bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers);

#endif
