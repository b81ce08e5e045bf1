#include "formulation/segment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/strip.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

const int segment_rows[SEGMENT_ROWS] = {1, 2, 4, 6, 8};

/* --- a layer by rows --------------------------------------------------------------------------------------------- */

bool segment_accumulates(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    return l->kind == LAYER_OPERATOR && operator_state(&l->shape_of) > 0;
}

bool segment_streams(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    if (l->kind == LAYER_CONV) return !l->scenario.same;
    return segment_accumulates(n, v) || (operators[l->shape_of.kind]->by_rows && l->shape_of.H > 0 && strip_every_operator(&l->shape_of));
}

int segment_height(const struct network *n, int v) {
    return segment_accumulates(n, v) ? n->layer[n->layer[v].input[0]].out.H : n->layer[v].out.H;
}

int segment_batch(const struct network *n, int v, int rows) {
    const int height = segment_height(n, v);
    return rows < height ? rows : height;
}

static int64_t layer_row_bytes(const struct network *n, int v) {
    const struct shape s = n->layer[v].out;
    return (int64_t)s.C * s.W * (int64_t)sizeof(float);
}

/* How the windows of a layer go down its input. */
struct windows {
    int stride, extent, top, H;
};

static struct windows layer_windows(const struct layer *l) {
    if (l->kind == LAYER_CONV) {
        const struct scenario *s = &l->scenario;
        return (struct windows){s->stride, s->dilation * (s->KH - 1) + 1, s->pad.top, s->H};
    }
    const struct operator_shape *s = &l->shape_of;
    const bool pools = s->stride > 0 && s->kernel > 0;
    return (struct windows){pools ? s->stride : 1, pools ? s->kernel : 1, pools ? s->pad.top : 0, s->H};
}

static int windows_low(const struct windows *w, int from) {
    const int low = from * w->stride - w->top;
    return low < 0 ? 0 : low < w->H ? low : w->H;
}

static int windows_high(const struct windows *w, int to) {
    const int high = (to - 1) * w->stride - w->top + w->extent;
    return high < 0 ? 0 : high < w->H ? high : w->H;
}

void segment_window(int *low, int *high, const struct network *n, int v, int from, int to) {
    const struct windows w = layer_windows(&n->layer[v]);
    *low = windows_low(&w, from);
    *high = windows_high(&w, to);
}

int segment_end_of(const struct layer *l, int height, int from, int rows) {
    const struct windows w = layer_windows(l);
    int to = from + rows < height ? from + rows : height;
    while (to < height && windows_high(&w, to) <= windows_low(&w, from)) to++; /* above the image */
    if (to < height && windows_low(&w, to) >= w.H) to = height;                /* what remains lies below it */
    return to;
}

int segment_end(const struct network *n, int v, int from, int rows) {
    return segment_end_of(&n->layer[v], segment_height(n, v), from, rows);
}

/* --- cuts -------------------------------------------------------------------------------------------------------- */

bool segment_cut(const struct network *n, int v) {
    for (int r = v + 1; r < n->layers; r++)
        for (int i = 0; i < n->layer[r].inputs; i++)
            if (n->layer[r].input[i] < v) return false;
    return true;
}

bool segment_possible(const struct network *n, int first, int last) {
    if (first < 1 || last < first || last >= n->layers) return false;
    for (int v = first; v <= last; v++)
        if (!segment_streams(n, v) || (v < last && segment_accumulates(n, v))) return false;
    return segment_cut(n, first - 1) && segment_cut(n, last);
}

/* --- windows: the rows that are held ----------------------------------------------------------------------------- */

struct window {
    int64_t row_bytes;
    int low, made;  /* rows held: [low, made) */
    int64_t offset; /* of row `low`; without meaning while nothing is held */
};

/* How far windows can be pushed: the free space right of window k if k .. k + i are pushed to the left is [left[i], ...),
 * and if the i windows on its right are pushed to the right it ends at right[i]. cost: the bytes that move. */
struct pushes {
    int lefts, rights;
    int64_t *left, *left_cost, *right, *right_cost; /* [windows + 1] */
};

/* Index 0 is the tensor at the first cut, index k that of layer first - 1 + k. */
struct puller {
    struct segment *s;
    int windows;
    struct window *window;
    int *consumed;              /* [windows] rows made by each layer: `made`, also of an accumulating one */
    int *first_reader, *reader; /* within the segment, by window */
    struct pushes push;         /* scratch */
    size_t call_room, move_room;
    bool places; /* second pass: the block's size is known, and offsets are assigned */
};

static int64_t window_bytes(const struct window *w) {
    return (w->made - w->low) * w->row_bytes;
}

static int puller_at(const struct puller *p, int v) {
    assert(v >= p->s->first - 1 && v <= p->s->last);
    return v - (p->s->first - 1);
}

static void puller_readers(struct puller *p) {
    const struct network *n = p->s->network;
    p->first_reader = MEMORY_NEW(int, p->windows + 1);
    for (int v = p->s->first; v <= p->s->last; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) p->first_reader[puller_at(p, n->layer[v].input[i]) + 1]++;
    for (int k = 0; k < p->windows; k++) p->first_reader[k + 1] += p->first_reader[k];
    p->reader = MEMORY_NEW(int, p->first_reader[p->windows]);
    int *next = MEMORY_NEW(int, p->windows);
    for (int v = p->s->first; v <= p->s->last; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) {
            const int u = puller_at(p, n->layer[v].input[i]);
            p->reader[p->first_reader[u] + next[u]++] = v;
        }
    free(next);
}

/* low of (17). */
static int puller_low(const struct puller *p, int k) {
    int least = p->window[k].made;
    if (k == p->windows - 1) return 0;
    for (int r = p->first_reader[k]; r < p->first_reader[k + 1]; r++) {
        const int v = p->reader[r], from = p->consumed[puller_at(p, v)];
        int low, high;
        if (from == segment_height(p->s->network, v)) continue;
        segment_window(&low, &high, p->s->network, v, from, from + 1);
        least = low < least ? low : least;
    }
    return least;
}

static void puller_release(struct puller *p, int k) {
    struct window *w = &p->window[k];
    const int low = puller_low(p, k);
    assert(low >= w->low && low <= w->made);
    w->offset += (low - w->low) * w->row_bytes;
    w->low = low;
}

/* --- where they lie ---------------------------------------------------------------------------------------------- */

/* In memory, from left to right, stand the windows windows - 1, ..., 1, 0. The first and the last never move. */
static int64_t puller_left_end(const struct puller *p, int k) { /* of the free space left of window k's place */
    for (int i = k + 1; i < p->windows; i++)
        if (window_bytes(&p->window[i]) > 0) return p->window[i].offset + window_bytes(&p->window[i]);
    return p->s->state_bytes;
}

static int64_t puller_right_end(const struct puller *p, int k) { /* where the next window on the right begins */
    for (int i = k - 1; i >= 0; i--)
        if (window_bytes(&p->window[i]) > 0) return p->window[i].offset;
    return p->s->block_bytes;
}

static void puller_move(struct puller *p, int k, int64_t to) {
    struct segment *s = p->s;
    struct window *w = &p->window[k];
    if (window_bytes(w) == 0 || w->offset == to) return;
    s->move = memory_grow(s->move, &p->move_room, (size_t)s->moves + 1, sizeof *s->move);
    s->move[s->moves++] = (struct segment_move){w->offset, to, window_bytes(w)};
    s->moved_bytes += window_bytes(w);
    w->offset = to;
}

static void puller_pushes(struct puller *p, int k) {
    struct pushes *push = &p->push;
    int64_t cost = 0;
    push->left[0] = window_bytes(&p->window[k]) ? p->window[k].offset + window_bytes(&p->window[k]) : puller_left_end(p, k);
    push->left_cost[0] = 0;
    push->lefts = 1;
    for (int a = k; a <= p->windows - 2; a++) {
        cost += window_bytes(&p->window[a]);
        if (window_bytes(&p->window[a]) == 0 && a > k) continue; /* as without it */
        push->left[push->lefts] = puller_left_end(p, a) + cost;
        push->left_cost[push->lefts++] = cost;
    }
    cost = 0;
    push->right[0] = puller_right_end(p, k);
    push->right_cost[0] = 0;
    push->rights = 1;
    for (int b = k - 1; b >= 1; b--) {
        cost += window_bytes(&p->window[b]);
        if (window_bytes(&p->window[b]) == 0) continue;
        push->right[push->rights] = puller_right_end(p, b) - cost;
        push->right_cost[push->rights++] = cost;
    }
}

/* Room for `bytes` right of window k: of all pairs of pushes that give enough, the one that moves the fewest bytes. */
static void puller_make_room(struct puller *p, int k, int64_t bytes) {
    struct pushes *push = &p->push;
    puller_pushes(p, k);
    int64_t best = INT64_MAX, best_left = 0, best_right = 0;
    for (int i = 0, j = push->rights - 1; i < push->lefts; i++) {
        while (j > 0 && push->right[j - 1] - push->left[i] >= bytes) j--;
        if (push->right[j] - push->left[i] < bytes || push->left_cost[i] + push->right_cost[j] >= best) continue;
        best = push->left_cost[i] + push->right_cost[j];
        best_left = push->left_cost[i];
        best_right = push->right_cost[j];
    }
    assert(best < INT64_MAX); /* the block is large enough for all that is held */
    int a = k - 1, b = k;
    for (int64_t sum = 0; sum < best_left;) sum += window_bytes(&p->window[++a]);
    for (int64_t sum = 0; sum < best_right;) sum += window_bytes(&p->window[--b]);
    int64_t at = a >= k ? puller_left_end(p, a) : 0;
    for (int i = a; i >= k; at += window_bytes(&p->window[i]), i--) puller_move(p, i, at);
    at = puller_right_end(p, b);
    for (int i = b; i < k; i++) puller_move(p, i, at -= window_bytes(&p->window[i]));
}

/* Where the next `bytes` of window k go. */
static int64_t puller_place(struct puller *p, int k, int64_t bytes) {
    struct window *w = &p->window[k];
    const int64_t held = window_bytes(w);
    int64_t end = held ? w->offset + held : puller_left_end(p, k);
    if (puller_right_end(p, k) - end < bytes) puller_make_room(p, k, bytes);
    if (held == 0) w->offset = k == p->windows - 1 ? p->s->state_bytes : puller_right_end(p, k) - bytes;
    return w->offset + held;
}

/* --- the calls, by pulling --------------------------------------------------------------------------------------- */

static void puller_measure(struct puller *p) {
    int64_t held = p->s->state_bytes;
    for (int k = 0; k < p->windows; k++) held += window_bytes(&p->window[k]);
    if (held > p->s->block_bytes) p->s->block_bytes = held;
}

static void puller_record(struct puller *p, int v, int from, int to, int first_move, int64_t out_offset) {
    struct segment *s = p->s;
    const struct layer *l = &s->network->layer[v];
    int low, high;
    s->call = memory_grow(s->call, &p->call_room, (size_t)s->calls + 1, sizeof *s->call);
    struct segment_call *c = &s->call[s->calls++];
    *c = (struct segment_call){v, from, to, first_move, s->moves, out_offset, {0}};
    segment_window(&low, &high, s->network, v, from, to);
    for (int i = 0; i < l->inputs; i++) {
        const struct window *w = &p->window[puller_at(p, l->input[i])];
        assert(w->low <= low && high <= w->made);
        c->in_offset[i] = w->offset + (low - w->low) * w->row_bytes;
    }
}

static void puller_call(struct puller *p, int v) {
    const struct network *n = p->s->network;
    const int k = puller_at(p, v), from = p->consumed[k], to = segment_end(n, v, from, p->s->rows);
    const int made = segment_accumulates(n, v) ? 1 : to; /* an accumulating layer's output is there from its first call */
    const int64_t bytes = (made - p->window[k].made) * p->window[k].row_bytes;
    assert(to > from && p->s->first <= v);
    if (p->places) {
        const int first_move = p->s->moves;
        int64_t at = bytes ? puller_place(p, k, bytes) : p->window[k].offset;
        puller_record(p, v, from, to, first_move, at);
    }
    p->window[k].made = made;
    if (!p->places) puller_measure(p);
    p->consumed[k] = to;
    for (int i = 0; i < n->layer[v].inputs; i++) puller_release(p, puller_at(p, n->layer[v].input[i]));
}

static void puller_ensure(struct puller *p, int v, int rows) {
    const struct network *n = p->s->network;
    while (p->consumed[puller_at(p, v)] < rows) {
        int low, high;
        const int from = p->consumed[puller_at(p, v)];
        segment_window(&low, &high, n, v, from, segment_end(n, v, from, p->s->rows));
        for (int i = 0; i < n->layer[v].inputs; i++) puller_ensure(p, n->layer[v].input[i], high);
        puller_call(p, v);
    }
}

static void puller_run(struct puller *p, bool places) {
    const struct network *n = p->s->network;
    const int in = p->s->first - 1;
    p->places = places;
    for (int k = 0; k < p->windows; k++) {
        p->window[k] = (struct window){.row_bytes = layer_row_bytes(n, in + k)};
        p->consumed[k] = 0;
    }
    p->window[0].made = p->consumed[0] = n->layer[in].out.H;
    p->window[0].offset = p->s->block_bytes - window_bytes(&p->window[0]);
    if (!places) puller_measure(p);
    puller_ensure(p, p->s->last, segment_height(n, p->s->last));
    assert(p->window[p->windows - 1].made == n->layer[p->s->last].out.H);
}

struct segment *segment_new(const struct network *n, int first, int last, int rows) {
    struct segment *s = MEMORY_NEW(struct segment, 1);
    assert(rows >= 1 && segment_possible(n, first, last));
    *s = (struct segment){.network = n, .first = first, .last = last, .rows = rows};
    if (segment_accumulates(n, last)) s->state_bytes = (int64_t)operator_state(&n->layer[last].shape_of);
    struct puller p = {.s = s, .windows = last - first + 2};
    p.window = MEMORY_NEW(struct window, p.windows);
    p.consumed = MEMORY_NEW(int, p.windows);
    int64_t *scratch = MEMORY_NEW(int64_t, 4 * (size_t)(p.windows + 1));
    p.push = (struct pushes){0, 0, scratch, scratch + p.windows + 1, scratch + 2 * (p.windows + 1), scratch + 3 * (p.windows + 1)};
    puller_readers(&p);
    puller_run(&p, false);
    puller_run(&p, true);
    free(scratch);
    free(p.window);
    free(p.consumed);
    free(p.first_reader);
    free(p.reader);
    CHECK(segment_check(s));
    return s;
}

void segment_free(struct segment *s) {
    if (!s) return;
    free(s->call);
    free(s->move);
    free(s);
}

bool segment_check(const struct segment *s) { return s->calls > 0; }
