/* The calls of a segment: rows are pulled through the layers from the end, twice. The first time what is held is counted,
 * which is the block's size; the second time everything gets its place. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/segment_block.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

struct puller {
    struct segment *s;
    int last_rows;               /* of the last layer that are wanted */
    int64_t enough, enough_kept; /* no more is counted than that */
    bool full;                   /* so much is held */
    int64_t inner_bytes;         /* the most held without the first and the last tensor */
    int64_t kept_bytes;          /* the most held without the last tensor */
    int *held;                   /* rows of each tensor when most is held; NULL: not wanted */
    int tensors;                 /* of layers first - 1 .. last; below, [tensors] by layer */
    struct block block;
    int *window;                /* its window in the block */
    int *batch;                 /* rows of its calls; of the tensor before the segment 0 */
    int *replaces;              /* the layer whose rows its own take the place of; -1: none */
    int *consumed;              /* rows that it has made; an accumulating layer: taken */
    int *wanted;                /* rows that it makes in all: none that only rows read which nothing reads */
    int *first_reader, *reader; /* reader[first_reader[k] .. first_reader[k + 1]) read the tensor */
    size_t call_room;
};

static int puller_at(const struct puller *p, int v) {
    assert(v >= p->s->first - 1 && v <= p->s->last);
    return v - (p->s->first - 1);
}

static struct block_window *puller_window(const struct puller *p, int v) {
    return &p->block.window[p->window[puller_at(p, v)]];
}

/* Where the call of layer v that begins at row `from` ends. */
static int puller_end(const struct puller *p, int v, int from) {
    return segment_end(p->s->network, v, from, p->batch[puller_at(p, v)]);
}

/* --- what reads what, and what lies next to what ------------------------------------------------------------------ */

static void puller_readers(struct puller *p) {
    const struct network *n = p->s->network;
    p->first_reader = MEMORY_NEW(int, p->tensors + 1);
    for (int v = p->s->first; v <= p->s->last; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) p->first_reader[puller_at(p, n->layer[v].input[i]) + 1]++;
    for (int k = 0; k < p->tensors; k++) p->first_reader[k + 1] += p->first_reader[k];
    p->reader = MEMORY_NEW(int, p->first_reader[p->tensors]);
    int *next = MEMORY_NEW(int, p->tensors);
    for (int v = p->s->first; v <= p->s->last; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) {
            const int u = puller_at(p, n->layer[v].input[i]);
            p->reader[p->first_reader[u] + next[u]++] = v;
        }
    free(next);
}

/* An operator that works in place takes the rows of an input that nothing else reads. */
static int puller_replaced(const struct puller *p, int v) {
    const struct layer *l = &p->s->network->layer[v];
    if (l->kind != LAYER_OPERATOR) return -1;
    for (int i = 0; i < operators[l->shape_of.kind]->in_place && i < l->inputs; i++) {
        const int u = l->input[i], k = puller_at(p, u);
        bool twice = false;
        for (int j = 0; j < i; j++) twice = twice || l->input[j] == u;
        if (u >= p->s->first && p->first_reader[k + 1] - p->first_reader[k] == 1 && !twice) return u;
    }
    return -1;
}

/* From left to right: the last layer first, each followed by the one whose rows it takes. */
static void puller_order(struct puller *p) {
    int next = p->tensors - 1;
    for (int k = 0; k < p->tensors; k++) p->window[k] = -1;
    for (int v = p->s->last; v >= p->s->first - 1; v--)
        for (int u = v; u >= 0 && p->window[puller_at(p, u)] < 0; u = p->replaces[puller_at(p, u)]) {
            p->replaces[puller_at(p, u)] = u >= p->s->first ? puller_replaced(p, u) : -1;
            p->window[puller_at(p, u)] = next--;
        }
    assert(next == -1 && p->window[0] == 0 && p->window[p->tensors - 1] == p->tensors - 1);
}

/* The last calls of the readers say how far. */
static void puller_wanted(struct puller *p) {
    const struct network *n = p->s->network;
    for (int v = p->s->last; v >= p->s->first; v--) {
        int *wanted = &p->wanted[puller_at(p, v)], from = 0, to = 0, low, high;
        if (v == p->s->last) *wanted = p->last_rows;
        while (to < *wanted) from = to, to = puller_end(p, v, from);
        *wanted = to;
        assert(to > 0 && segment_streams(n, v)); /* a layer that nothing reads is the network's last */
        segment_window(&low, &high, n, v, from, to);
        for (int i = 0; i < n->layer[v].inputs; i++) {
            int *of = &p->wanted[puller_at(p, n->layer[v].input[i])];
            *of = high > *of ? high : *of;
        }
    }
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

/* The first row that a call to come reads; INT_MAX: none. */
static int puller_next_read(const struct puller *p, int u) {
    const int k = puller_at(p, u);
    int least = INT_MAX;
    for (int r = p->first_reader[k]; r < p->first_reader[k + 1]; r++) {
        const int v = p->reader[r], from = p->consumed[puller_at(p, v)];
        int low, high;
        if (from == p->wanted[puller_at(p, v)]) continue;
        segment_window(&low, &high, p->s->network, v, from, from + 1);
        least = low < least ? low : least;
    }
    return least;
}

/* low of (17). */
static int puller_low(const struct puller *p, int u) {
    const int next = puller_next_read(p, u), made = puller_window(p, u)->made;
    if (u == p->s->last) return 0;
    return next < made ? next : made;
}

/* Where the inputs' rows lie after the call's moves; those of layer `replaced` are where they are written. */
static void puller_inputs(struct segment_call *c, const struct puller *p, int replaced) {
    const struct layer *l = &p->s->network->layer[c->node];
    int low, high;
    segment_window(&low, &high, p->s->network, c->node, c->from, c->to);
    for (int i = 0; i < l->inputs; i++) {
        const struct block_window *w = puller_window(p, l->input[i]);
        assert(l->input[i] == replaced || (w->low <= low && high <= w->made));
        c->in_offset[i] = l->input[i] == replaced ? c->out_offset : w->offset + (low - w->low) * w->row_bytes;
    }
}

static void puller_record(struct puller *p, const struct segment_call *c) {
    struct segment *s = p->s;
    s->call = memory_grow(s->call, &p->call_room, (size_t)s->calls + 1, sizeof *s->call);
    s->call[s->calls++] = *c;
}

/* An accumulating layer's output is there from its first call on. */
static int puller_new_rows(const struct puller *p, int v, int from, int to) {
    return !segment_accumulates(p->s->network, v) ? to - from : from == 0;
}

static void puller_count(struct puller *p) {
    const struct block_window *last = puller_window(p, p->s->last), *first = &p->block.window[0];
    const int64_t kept = p->block.held - p->block.begin - (last->made - last->low) * last->row_bytes;
    assert(kept >= 0);
    const int64_t inner = kept - (first->made - first->low) * first->row_bytes;
    p->kept_bytes = kept > p->kept_bytes ? kept : p->kept_bytes;
    p->inner_bytes = inner > p->inner_bytes ? inner : p->inner_bytes;
    p->full = p->full || p->block.held >= p->enough || p->kept_bytes >= p->enough_kept;
    if (p->block.held <= p->s->block_bytes) return;
    p->s->block_bytes = p->block.held;
    for (int k = 0; p->held && k < p->tensors; k++) {
        const struct block_window *w = &p->block.window[p->window[k]];
        p->held[k] = w->made - w->low;
    }
}

/* Rows of the image up to `to`, without those that nothing reads. */
static void puller_image(struct puller *p, int to) {
    const int made = p->consumed[0], next = puller_next_read(p, 0), from = next > made ? next : made;
    const int moves = p->block.moves;
    assert(p->s->image_by_rows && from < to);
    if (from > made) segment_block_skip(&p->block, 0, from);
    const int64_t at = segment_block_grow(&p->block, 0, to - from);
    if (p->block.places) {
        const struct segment_call c = {0, from, to, moves, p->block.moves, at, {0}};
        puller_record(p, &c);
    } else {
        puller_count(p);
    }
    p->consumed[0] = to;
}

static void puller_call(struct puller *p, int v) {
    const struct network *n = p->s->network;
    const int k = puller_at(p, v), from = p->consumed[k], to = puller_end(p, v, from);
    const int rows = puller_new_rows(p, v, from, to), moves = p->block.moves;
    assert(to > from && p->s->first <= v);
    int64_t at = p->replaces[k] < 0 ? segment_block_grow(&p->block, p->window[k], rows)
                                    : segment_block_replace(&p->block, p->window[k], rows);
    if (p->block.places) {
        struct segment_call c = {.node = v, .from = from, .to = to, .first_move = moves, .last_move = p->block.moves};
        c.out_offset = rows > 0 ? at : puller_window(p, v)->offset;
        puller_inputs(&c, p, p->replaces[k]);
        puller_record(p, &c);
    } else {
        puller_count(p);
    }
    p->consumed[k] = to;
    segment_block_release(&p->block, p->window[k], puller_low(p, v)); /* rows between windows, which nothing reads */
    for (int i = 0; i < n->layer[v].inputs; i++)
        segment_block_release(&p->block, p->window[puller_at(p, n->layer[v].input[i])],
                              puller_low(p, n->layer[v].input[i]));
}

static void puller_ensure(struct puller *p, int v, int rows) {
    const struct network *n = p->s->network;
    while (p->consumed[puller_at(p, v)] < rows && !p->full) {
        int low, high;
        const int from = p->consumed[puller_at(p, v)];
        if (v < p->s->first) {
            puller_image(p, rows);
            continue;
        }
        segment_window(&low, &high, n, v, from, puller_end(p, v, from));
        for (int i = 0; i < n->layer[v].inputs; i++) puller_ensure(p, n->layer[v].input[i], high);
        if (!p->full) puller_call(p, v);
    }
}

static void puller_run(struct puller *p, bool places) {
    const struct segment *s = p->s;
    segment_block_begin(&p->block, places, s->block_bytes);
    memset(p->consumed, 0, (size_t)p->tensors * sizeof *p->consumed);
    if (!s->image_by_rows) {
        p->consumed[0] = s->network->layer[s->first - 1].out.H;
        segment_block_grow(&p->block, 0, p->consumed[0]);
    }
    if (!places) puller_count(p);
    puller_ensure(p, s->last, p->last_rows);
    assert(!places || puller_window(p, s->last)->made == s->network->layer[s->last].out.H);
    for (int k = 1; k < p->tensors; k++) assert(p->full || p->consumed[k] == p->wanted[k]);
}

static void puller_init(struct puller *p, struct segment *s, const struct network *n, int first, int last,
                        struct segment_pace pace, bool image_by_rows) {
    assert(pace.rows >= 1 && 1 <= first && first <= last && (first == 1 || !image_by_rows));
    *s = (struct segment){.network = n, .first = first, .last = last, .pace = pace, .image_by_rows = image_by_rows};
    s->state_bytes = segment_state_bytes(n, last);
    *p = (struct puller){.s = s, .last_rows = segment_height(n, last), .tensors = last - first + 2};
    p->enough = p->enough_kept = INT64_MAX;
    p->window = MEMORY_NEW(int, 5 * p->tensors);
    p->replaces = p->window + p->tensors;
    p->consumed = p->replaces + p->tensors;
    p->wanted = p->consumed + p->tensors;
    p->batch = p->wanted + p->tensors;
    for (int v = first; v <= last; v++) p->batch[puller_at(p, v)] = segment_call_rows(n, v, pace);
    segment_block_init(&p->block, p->tensors, s->state_bytes);
    p->block.fed = image_by_rows;
    puller_readers(p);
    puller_order(p);
    for (int v = first - 1; v <= last; v++) puller_window(p, v)->row_bytes = segment_row_bytes(n, v);
}

static void puller_free(struct puller *p) {
    segment_block_free(&p->block);
    free(p->window);
    free(p->first_reader);
    free(p->reader);
}

static struct segment *puller_segment(const struct network *n, int first, int last, struct segment_pace pace,
                                      bool image_by_rows) {
    struct segment *s = MEMORY_NEW(struct segment, 1);
    struct puller p;
    assert(segment_possible(n, first, last));
    puller_init(&p, s, n, first, last, pace, image_by_rows);
    puller_wanted(&p);
    puller_run(&p, false);
    puller_run(&p, true);
    s->move = p.block.move;
    s->moves = p.block.moves;
    for (int i = 0; i < s->moves; i++) s->moved_bytes += s->move[i].bytes;
    puller_free(&p);
    CHECK(segment_check(s));
    return s;
}

struct segment *segment_new(const struct network *n, int first, int last, struct segment_pace pace) {
    return puller_segment(n, first, last, pace, false);
}

struct segment *segment_new_image_by_rows(const struct network *n, int last, struct segment_pace pace) {
    return puller_segment(n, 1, last, pace, true);
}

void segment_measure(struct segment_extent *out, int *held, const struct network *n, const struct segment_span *span) {
    struct segment s;
    struct puller p;
    puller_init(&p, &s, n, span->first, span->last, span->pace, span->image_by_rows && span->first == 1);
    assert(0 < span->last_rows && span->last_rows <= p.last_rows);
    p.last_rows = span->last_rows;
    p.enough = span->enough;
    p.enough_kept = span->enough_kept;
    p.held = held;
    puller_wanted(&p);
    puller_run(&p, false);
    *out = (struct segment_extent){s.block_bytes, s.state_bytes, p.kept_bytes, p.inner_bytes};
    puller_free(&p);
}

void segment_free(struct segment *s) {
    if (!s) return;
    free(s->call);
    free(s->move);
    free(s);
}
