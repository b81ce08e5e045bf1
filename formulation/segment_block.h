/* segment_block.h - where the rows of a segment lie (formulation/segment.h): windows of rows in one block, which grow at
 * their end, shrink at their front, and move aside for each other.
 *
 * Windows are numbered from the right: in memory stand, from left to right, windows - 1, ..., 1, 0. The first and the
 * last of these never move: the leftmost begins at `begin`, the rightmost ends at the block's end (unless it is `fed`
 * row by row as the others are; then it moves as they do). A window that has no
 * room to grow pushes neighbours aside, those on its right to the right, itself and those on its left to the left: of
 * all ways that give enough room, the one that moves the fewest bytes. That there is one follows from the block's size.
 *
 * Before the size is known, a block that does not place only counts what is held. */
#ifndef FORMULATION_SEGMENT_BLOCK_H
#define FORMULATION_SEGMENT_BLOCK_H
#include "formulation/segment.h"

struct block_window {
    int64_t row_bytes;
    int low, made;  /* rows held: [low, made) */
    int64_t offset; /* of row `low`; without meaning while nothing is held */
};

/* How far windows can be pushed: if the i windows from the grown one on are pushed to the left, the free space on its
 * right begins at left[i]; if the i windows on its right are pushed to the right, it ends at right[i]. cost: the bytes
 * that move. */
struct block_pushes {
    int lefts, rights;
    int64_t *left, *left_cost, *right, *right_cost; /* [windows + 1] */
};

struct block {
    bool places, fed; /* fed: window 0 grows from nothing; set after segment_block_init */
    int windows;
    struct block_window *window; /* [windows] */
    int64_t begin, bytes;
    int64_t held;              /* bytes, with `begin` */
    struct segment_move *move; /* [moves] in the order in which they are made */
    int moves;
    size_t room;
    struct block_pushes pushes;
    int64_t *scratch;
};

void segment_block_init(struct block *b, int windows, int64_t begin);
void segment_block_free(struct block *b); /* but for `move` */
/* Begins anew, with nothing held. */
void segment_block_begin(struct block *b, bool places, int64_t bytes);
/* The next rows of window k; returns where they go. */
int64_t segment_block_grow(struct block *b, int k, int rows);
/* The next rows of window k take the place of the first rows of window k - 1, which are as long, and are given up. */
int64_t segment_block_replace(struct block *b, int k, int rows);
void segment_block_release(struct block *b, int k, int low);
/* Rows up to `row` of window k, which holds nothing, are left out. */
void segment_block_skip(struct block *b, int k, int row);

#endif
