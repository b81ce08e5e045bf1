#include "formulation/segment_block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void segment_block_init(struct block *b, int windows, int64_t begin) {
    assert(windows >= 2 && begin >= 0);
    *b = (struct block){.windows = windows, .begin = begin};
    b->window = MEMORY_NEW(struct block_window, windows);
    b->scratch = MEMORY_NEW(int64_t, 4 * (size_t)(windows + 1));
    int64_t *part[4];
    for (int i = 0; i < 4; i++) part[i] = b->scratch + i * (windows + 1);
    b->pushes = (struct block_pushes){0, 0, part[0], part[1], part[2], part[3]};
}

void segment_block_free(struct block *b) {
    free(b->window);
    free(b->scratch);
}

void segment_block_begin(struct block *b, bool places, int64_t bytes) {
    b->places = places;
    b->bytes = bytes;
    b->held = b->begin;
    for (int k = 0; k < b->windows; k++) b->window[k].low = b->window[k].made = 0;
}

static int64_t window_bytes(const struct block_window *w) {
    assert(w->low <= w->made);
    return (w->made - w->low) * w->row_bytes;
}

/* Where the free space left of window k begins. */
static int64_t segment_block_left(const struct block *b, int k) {
    for (int i = k + 1; i < b->windows; i++)
        if (window_bytes(&b->window[i]) > 0) return b->window[i].offset + window_bytes(&b->window[i]);
    return b->begin;
}

/* Where the next window on the right of k begins. */
static int64_t segment_block_right(const struct block *b, int k) {
    for (int i = k - 1; i >= 0; i--)
        if (window_bytes(&b->window[i]) > 0) return b->window[i].offset;
    return b->bytes;
}

static void segment_block_move(struct block *b, int k, int64_t to) {
    struct block_window *w = &b->window[k];
    if (window_bytes(w) == 0 || w->offset == to) return;
    assert((k > 0 || b->fed) && k < b->windows - 1 && to >= b->begin && to + window_bytes(w) <= b->bytes);
    b->move = memory_grow(b->move, &b->room, (size_t)b->moves + 1, sizeof *b->move);
    b->move[b->moves++] = (struct segment_move){w->offset, to, window_bytes(w)};
    w->offset = to;
}

/* Where window k ends, or would begin. */
static int64_t segment_block_end(const struct block *b, int k) {
    const struct block_window *w = &b->window[k];
    return window_bytes(w) > 0 ? w->offset + window_bytes(w) : segment_block_left(b, k);
}

/* All pushes for window k. Windows that hold nothing change nothing. */
static void segment_block_pushes(struct block *b, int k) {
    struct block_pushes *p = &b->pushes;
    int64_t cost = 0;
    *p = (struct block_pushes){1, 1, p->left, p->left_cost, p->right, p->right_cost};
    p->left[0] = segment_block_end(b, k);
    p->right[0] = segment_block_right(b, k);
    p->left_cost[0] = p->right_cost[0] = 0;
    for (int i = k; i < b->windows - 1; i++) {
        if (window_bytes(&b->window[i]) == 0) continue;
        cost += window_bytes(&b->window[i]);
        p->left[p->lefts] = segment_block_left(b, i) + cost;
        p->left_cost[p->lefts++] = cost;
    }
    cost = 0;
    for (int i = k - 1; i >= (b->fed ? 0 : 1); i--) {
        if (window_bytes(&b->window[i]) == 0) continue;
        cost += window_bytes(&b->window[i]);
        p->right[p->rights] = segment_block_right(b, i) - cost;
        p->right_cost[p->rights++] = cost;
    }
}

/* Pushes windows with `left` bytes in all, from k on, to the left, and those with `right` bytes, on its right, there. */
static void segment_block_push(struct block *b, int k, int64_t left, int64_t right) {
    int first = k - 1, last = k;
    while (left > 0) left -= window_bytes(&b->window[++first]);
    while (right > 0) right -= window_bytes(&b->window[--last]);
    assert(left == 0 && right == 0);
    if (first >= k) {
        int64_t at = segment_block_left(b, first);
        for (int i = first; i >= k; at += window_bytes(&b->window[i]), i--) segment_block_move(b, i, at);
    }
    int64_t at = segment_block_right(b, last);
    for (int i = last; i < k; i++) segment_block_move(b, i, at -= window_bytes(&b->window[i]));
}

static void segment_block_make_room(struct block *b, int k, int64_t bytes) {
    struct block_pushes *p = &b->pushes;
    segment_block_pushes(b, k);
    int64_t best = INT64_MAX;
    int left = 0, right = 0;
    for (int i = 0, j = p->rights - 1; i < p->lefts; i++) { /* the further to the left, the less to the right */
        while (j > 0 && p->right[j - 1] - p->left[i] >= bytes) j--;
        if (p->right[j] - p->left[i] < bytes || p->left_cost[i] + p->right_cost[j] >= best) continue;
        best = p->left_cost[i] + p->right_cost[j];
        left = i, right = j;
    }
    assert(best < INT64_MAX); /* the block has room for all that is held */
    segment_block_push(b, k, p->left_cost[left], p->right_cost[right]);
}

int64_t segment_block_grow(struct block *b, int k, int rows) {
    struct block_window *w = &b->window[k];
    const int64_t bytes = rows * w->row_bytes;
    int64_t at = 0;
    if (b->places && rows > 0) {
        if (segment_block_right(b, k) - segment_block_end(b, k) < bytes) segment_block_make_room(b, k, bytes);
        /* An inner window begins as far right as it can: those on its left grow next. */
        if (window_bytes(w) == 0) w->offset = k == b->windows - 1 ? b->begin : segment_block_right(b, k) - bytes;
        at = w->offset + window_bytes(w);
        assert(at + bytes <= segment_block_right(b, k));
    }
    w->made += rows;
    b->held += bytes;
    return at;
}

int64_t segment_block_replace(struct block *b, int k, int rows) {
    struct block_window *w = &b->window[k], *from = w - 1;
    int64_t at = 0;
    assert(k > 1 && w->row_bytes == from->row_bytes && from->made - from->low >= rows);
    if (b->places) {
        const bool fixed = k == b->windows - 1;
        if (window_bytes(w) == 0) w->offset = fixed ? b->begin : from->offset;
        if (!fixed && window_bytes(w) < window_bytes(from))
            segment_block_move(b, k, from->offset - window_bytes(w));
        else
            segment_block_move(b, k - 1, w->offset + window_bytes(w));
        at = w->offset + window_bytes(w);
        assert(at == from->offset);
    }
    w->made += rows;
    b->held += rows * w->row_bytes;
    segment_block_release(b, k - 1, from->low + rows);
    return at;
}

void segment_block_release(struct block *b, int k, int low) {
    struct block_window *w = &b->window[k];
    assert(low >= w->low && low <= w->made);
    w->offset += (low - w->low) * w->row_bytes;
    b->held -= (low - w->low) * w->row_bytes;
    assert(b->held >= b->begin);
    w->low = low;
}

void segment_block_skip(struct block *b, int k, int row) {
    struct block_window *w = &b->window[k];
    assert(w->low == w->made && row >= w->made);
    w->low = w->made = row;
}
