/* arena_buffer.h - buffers with lifetimes and offsets: what a layout is, and whether one is valid.
 *
 * A buffer is alive from step `first` to step `last`, both included. Two that are alive at the same step must not
 * overlap, and an offset is a multiple of its buffer's alignment. How offsets are found: experiments/runtime/arena.h.
 *
 * A buffer may be tied to another one, so that it lies `shift` bytes into it: of two tensors, one that is written over
 * the other or around it. Their times are apart, or their places, and what is tied has the alignment of what it is tied
 * to, which is not tied itself. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_BUFFER_H
#define EXPERIMENTS_RUNTIME_ARENA_BUFFER_H
#include <stdbool.h>
#include <stdint.h>

struct arena_buffer {
    int64_t bytes; /* 0: takes no space */
    int first, last;
    int64_t alignment; /* of the offset; a power of 2 */
    int64_t offset;    /* out */
    int tied;          /* 1 + index of the buffer that it is tied to; 0: none */
    int64_t shift;     /* its offset less that one's, >= 0 */
};

int64_t arena_bound(const struct arena_buffer *b, int buffers); /* the most bytes alive at one step */
int64_t arena_end(const struct arena_buffer *b, int buffers);   /* where the highest ends: the arena's size */
/* hull[buffers]: for each buffer that is not tied, one that contains it and all that are tied to it, in time and space;
 * for the others one of 0 bytes. */
void arena_hulls(struct arena_buffer *hull, const struct arena_buffer *b, int buffers);
/* false: b[*i] and b[*j] overlap in time and space, or, with *i == *j, the offset of b[*i] is not aligned, or not where
 * it is tied to. */
bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers);

#endif
