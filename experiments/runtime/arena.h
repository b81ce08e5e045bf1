/* arena.h - offsets for buffers that live for a while in one block of memory (dynamic storage allocation, known in
 * advance).
 *
 * A buffer lives from step `first` to step `last`, both included. Two that are alive at one step must not overlap. The
 * least that any arena can do with is the most bytes alive at one step (arena_bound); finding the least arena is
 * NP-hard (Garey and Johnson, SR2), so: buffers are placed one after the other, by several orders (largest first;
 * longest-lived first; by step), each at the lowest or the highest free place under the size aimed at; then the order
 * is improved by moving what would not fit to the front, and at random (fixed seed), until the bound is reached or the
 * rounds are used up. The result is checked pair by pair. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_H
#define EXPERIMENTS_RUNTIME_ARENA_H
#include <stdbool.h>
#include <stdint.h>

struct arena_buffer {
    int64_t bytes; /* 0: takes no place */
    int first, last;
    int64_t alignment; /* of the offset; a power of 2 */
    int64_t offset;    /* out */
};

int64_t arena_bound(const struct arena_buffer *b, int buffers);
/* Sets the offsets; returns the arena's size, at least arena_bound. */
int64_t arena_plan(struct arena_buffer *b, int buffers);
/* First pair that lives and lies together (b[*i], b[*j]), or an offset that is not aligned (*i == *j). true: none. */
bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers);

#endif
