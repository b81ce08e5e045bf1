/* skyline.h - the state of a search for arena offsets: blocks are laid on a skyline from below, and taken back.
 *
 * Time is cut into sections between which nothing begins or ends. In section s
 *
 *     base[s]    the top of the highest block laid there
 *     floor[s]   >= base[s]; no block that is still to be laid lies below it. The space between is given up
 *     rest[s]    bytes still to be laid, `left` blocks
 *     low[j]     the lowest aligned offset of block j: at least every floor of its sections
 *
 * and a state is refused where it cannot be completed:
 *
 *     floor[s] + rest[s] <= capacity, with floor[s] >= min low[j] over the blocks j left in s      (1)
 *     no block left fits between base and floor of all of its sections                             (2)
 *
 * (1) is a bound. (2) is dominance: such a block could fall, and of all packings only those need be searched in which
 * the sum of offsets is least. `need` is the least value of floor + rest that (1) refused: with any capacity below it,
 * the search would take the same course, so that no arena of fewer than `need` bytes exists once it has ended.
 *
 * Each change is written to a trail; skyline_undo takes back all since a mark. */
#ifndef EXPERIMENTS_RUNTIME_SKYLINE_H
#define EXPERIMENTS_RUNTIME_SKYLINE_H
#include <stddef.h>

#include "experiments/runtime/arena_buffer.h"

struct skyline_block {
    int buffer;     /* index in the caller's array */
    int first, end; /* sections first .. end - 1 */
    int64_t bytes, alignment;
    int64_t low, offset; /* offset: once laid */
    bool laid;
    int twin; /* block of the same times, size and alignment that is laid before this one; -1: none */
};

struct skyline_section {
    int64_t floor, base, rest;
    int left;
    int64_t refusals; /* how often (1) failed here; never taken back */
};

struct skyline {
    int blocks, sections;
    struct skyline_block *block;
    struct skyline_section *section;
    int *cover, *first_cover; /* blocks of section s: cover[first_cover[s] .. first_cover[s + 1]) */
    int *rival, *first_rival; /* blocks that share a section with block i */
    struct skyline_change {
        enum skyline_what { SKYLINE_LOW, SKYLINE_FLOOR, SKYLINE_BASE, SKYLINE_LAID } what;
        int index;
        int64_t before;
    } * change;
    size_t changes, room;
    int64_t capacity, need; /* need: INT64_MAX if nothing was refused */
};

/* NULL where that would take too much memory (SKYLINE_MOST). Buffers of 0 bytes are left out. */
struct skyline *skyline_new(const struct arena_buffer *b, int buffers);
#define SKYLINE_MOST ((size_t)1 << 20) /* entries of cover, and of rival */
void skyline_free(struct skyline *s);
void skyline_empty(struct skyline *s, int64_t capacity); /* no block is laid, nothing has been refused */
/* Lays the block at its low; false: the state is refused. Both ways it is undone by skyline_undo. */
bool skyline_lay(struct skyline *s, int block);
/* Gives up the space of a section below `floor`. */
bool skyline_give_up(struct skyline *s, int section, int64_t floor);
/* The lowest offset above its floor at which a block could come to lie next in the section: on a block that is still to
 * be laid, or on what is laid already. INT64_MAX: none. */
int64_t skyline_next(const struct skyline *s, int section);
bool skyline_refuse(struct skyline *s, int section, int64_t floor); /* always false */
void skyline_undo(struct skyline *s, size_t mark);                  /* back to when `changes` was `mark` */
bool skyline_check(const struct skyline *s);                        /* the definitions above, recomputed */

#endif
