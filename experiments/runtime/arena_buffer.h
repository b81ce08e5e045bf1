/* arena_buffer.h - buffers with lifetimes and offsets: what a layout is, and whether one is valid.
 *
 * A buffer is alive from step `first` to step `last`, both included. Two that are alive at the same step must not
 * overlap, and an offset is a multiple of its buffer's alignment. How offsets are found: experiments/runtime/arena.h.
 */
#ifndef EXPERIMENTS_RUNTIME_ARENA_BUFFER_H
#define EXPERIMENTS_RUNTIME_ARENA_BUFFER_H
#include <stdbool.h>
#include <stdint.h>

struct arena_buffer {
    int64_t bytes; /* 0: takes no space */
    int first, last;
    int64_t alignment; /* of the offset; a power of 2 */
    int64_t offset;    /* out */
};

int64_t arena_bound(const struct arena_buffer *b, int buffers); /* the most bytes alive at one step */
int64_t arena_end(const struct arena_buffer *b, int buffers);   /* where the highest ends: the arena's size */
/* false: b[*i] and b[*j] overlap in time and space, or, with *i == *j, the offset of b[*i] is not aligned. */
bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers);

#endif
