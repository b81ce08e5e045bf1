/* Is a segment's list right? Replayed with nothing of what made it: every row of every tensor has a place, moves carry
 * it, calls read rows where they are and write them where nothing lies that is still needed. */
#include <assert.h>
#include <stdlib.h>

#include "formulation/segment.h"
#include "solver/base/memory.h"

#define NOWHERE (-1)

struct replay {
    const struct segment *s;
    int *first;     /* [tensors + 1] rows of tensor k: place[first[k] .. first[k + 1]) */
    int64_t *place; /* offset of each row in the block, or NOWHERE: not made yet, or overwritten */
    int *done;      /* [tensors] rows that layer k has made, or taken */
    int *last;      /* [tensors] the same at the end of the list */
};

static int replay_rows(const struct replay *r, int v) {
    return r->s->network->layer[v].out.H;
}

static int64_t *replay_place(const struct replay *r, int v, int row) {
    return &r->place[r->first[v - (r->s->first - 1)] + row];
}

/* Is the row still needed: by a call to come, or as part of the output? */
static bool replay_needed(const struct replay *r, int v, int row) {
    const struct segment *s = r->s;
    if (v == s->last) return true;
    for (int reader = s->first; reader <= s->last; reader++)
        for (int i = 0; i < s->network->layer[reader].inputs; i++) {
            const int done = r->done[reader - (s->first - 1)], end = r->last[reader - (s->first - 1)];
            int low, high;
            if (s->network->layer[reader].input[i] != v || done >= end) continue;
            segment_window(&low, &high, s->network, reader, done, end);
            if (low <= row && row < high) return true;
        }
    return false;
}

/* Whatever lay in [offset, offset + bytes) is gone; false: something that is needed. */
static bool replay_overwrite(struct replay *r, int64_t offset, int64_t bytes) {
    const struct segment *s = r->s;
    if (offset < 0 || offset + bytes > s->block_bytes) return false;
    for (int v = s->first - 1; v <= s->last; v++)
        for (int row = 0; row < replay_rows(r, v); row++) {
            int64_t *place = replay_place(r, v, row);
            if (*place == NOWHERE || *place >= offset + bytes || *place + segment_row_bytes(s->network, v) <= offset)
                continue;
            if (replay_needed(r, v, row)) return false;
            *place = NOWHERE;
        }
    return true;
}

/* Rows that lie in what is moved go with it; what lay where they come to is overwritten. */
static bool replay_move(struct replay *r, const struct segment_move *m) {
    const struct segment *s = r->s;
    int64_t *to = MEMORY_NEW(int64_t, r->first[s->last - s->first + 2]);
    for (int v = s->first - 1; v <= s->last; v++)
        for (int row = 0; row < replay_rows(r, v); row++) {
            int64_t *place = replay_place(r, v, row);
            const bool within = *place != NOWHERE && *place >= m->from &&
                                *place + segment_row_bytes(s->network, v) <= m->from + m->bytes;
            to[place - r->place] = within ? *place + m->to - m->from : NOWHERE;
            if (within) *place = NOWHERE;
        }
    bool good = m->from >= 0 && m->from + m->bytes <= s->block_bytes && replay_overwrite(r, m->to, m->bytes);
    for (int i = 0; i < r->first[s->last - s->first + 2]; i++)
        if (to[i] != NOWHERE) r->place[i] = to[i];
    free(to);
    return good;
}

/* Rows follow each other, but for those of the image that nothing reads. */
static bool replay_follows(const struct replay *r, const struct segment_call *c) {
    const int done = r->done[c->node - (r->s->first - 1)];
    if (c->node >= r->s->first) return c->from == done;
    for (int row = done; row < c->from; row++)
        if (replay_needed(r, c->node, row)) return false;
    return r->s->image_by_rows && c->from >= done;
}

static bool replay_call(struct replay *r, const struct segment_call *c) {
    const struct segment *s = r->s;
    const struct network *n = s->network;
    const struct layer *l = &n->layer[c->node];
    int low, high, *done = &r->done[c->node - (s->first - 1)];
    if (!replay_follows(r, c) || c->to <= c->from || c->to > segment_height(n, c->node)) return false;
    segment_window(&low, &high, n, c->node, c->from, c->to);
    for (int i = 0; i < l->inputs; i++)
        for (int row = low; row < high; row++)
            if (*replay_place(r, l->input[i], row) != c->in_offset[i] + (row - low) * segment_row_bytes(n, l->input[i]))
                return false;
    *done = c->to;
    const bool sums = segment_accumulates(n, c->node);
    const int first = sums ? 0 : c->from, last = sums ? 1 : c->to;
    const int64_t bytes = segment_row_bytes(n, c->node);
    if (sums && c->from > 0) return *replay_place(r, c->node, 0) == c->out_offset;
    if (!replay_overwrite(r, c->out_offset, (last - first) * bytes)) return false;
    for (int row = first; row < last; row++) *replay_place(r, c->node, row) = c->out_offset + (row - first) * bytes;
    return true;
}

/* The whole output, dense, after the state. */
static bool replay_ends(const struct replay *r) {
    const struct segment *s = r->s;
    for (int v = s->first; v <= s->last; v++)
        if (r->done[v - (s->first - 1)] != segment_height(s->network, v) && v == s->last) return false;
    for (int row = 0; row < replay_rows(r, s->last); row++)
        if (*replay_place(r, s->last, row) != s->state_bytes + row * segment_row_bytes(s->network, s->last))
            return false;
    return true;
}

bool segment_check(const struct segment *s) {
    const int tensors = s->last - s->first + 2, in = s->first - 1;
    struct replay r = {.s = s, .first = MEMORY_NEW(int, tensors + 1), .done = MEMORY_NEW(int, 2 * tensors)};
    r.last = r.done + tensors;
    for (int i = 0; i < s->calls; i++) r.last[s->call[i].node - in] = s->call[i].to;
    for (int k = 0; k < tensors; k++) r.first[k + 1] = r.first[k] + replay_rows(&r, in + k);
    r.place = MEMORY_NEW(int64_t, r.first[tensors]);
    for (int i = 0; i < r.first[tensors]; i++) r.place[i] = NOWHERE;
    for (int row = 0; row < replay_rows(&r, in) && !s->image_by_rows; row++)
        *replay_place(&r, in, row) = s->block_bytes - (replay_rows(&r, in) - row) * segment_row_bytes(s->network, in);
    bool good = true;
    int move = 0;
    for (int i = 0; i < s->calls && good; i++) {
        good = s->call[i].first_move == move;
        for (; move < s->call[i].last_move && good; move++) good = replay_move(&r, &s->move[move]);
        good = good && replay_call(&r, &s->call[i]);
    }
    good = good && move == s->moves && replay_ends(&r);
    free(r.first);
    free(r.place);
    free(r.done);
    return good;
}
