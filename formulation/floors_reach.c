#include "formulation/floors_reach.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/segment.h"
#include "solver/base/memory.h"

/* The layers between the cut so far (`from`) and the next one (`to`), and their rows. */
struct pull {
    const struct floors_reach *r;
    int from, to;
    int *made, *low, *consumed; /* [to - from + 1] of tensor from + k; rows made, given up, calls' rows done */
    int64_t earlier;            /* bytes held of the tensors before `from` */
    int64_t held;               /* of the tensors from `from` on, without `to` */
    int64_t most;               /* of both, since the last call of `to` */
    int called;                 /* calls of `from` */
    struct floors_calls out;    /* of `to` */
};

static const struct network *pull_network(const struct pull *p) {
    return p->r->map->network;
}

static void pull_raise(struct pull *p, int64_t bytes) {
    assert(bytes >= 0);
    p->most = bytes > p->most ? bytes : p->most;
}

/* Rows before `low` of tensor u are given up. */
static void pull_release(struct pull *p, int u, int low) {
    const int k = u - p->from;
    assert(low >= p->low[k] && low <= p->made[k]);
    p->held -= (low - p->low[k]) * floors_map_row_bytes(p->r->map, u);
    p->low[k] = low;
    assert(p->held >= 0);
}

static void pull_add(struct pull *p, int u, int rows) {
    p->made[u - p->from] += rows;
    p->held += rows * floors_map_row_bytes(p->r->map, u);
}

/* low of (17). */
static int pull_low(const struct pull *p, int u) {
    const struct floors_map *m = p->r->map;
    int least = p->made[u - p->from];
    for (int k = m->first_reader[u]; k < m->first_reader[u + 1]; k++) {
        const int v = m->reader[k], from = p->consumed[v - p->from];
        int low, high;
        assert(v <= p->to); /* `to` is a cut */
        if (from == segment_height(m->network, v)) continue;
        segment_window(&low, &high, m->network, v, from, from + 1);
        least = low < least ? low : least;
    }
    return least;
}

/* The next call of the cut so far, about which is known all that matters. */
static void pull_source(struct pull *p) {
    const struct floors_calls *in = &p->r->calls;
    const int k = p->called++, from = p->consumed[0];
    assert(k < in->count);
    pull_raise(p, in->before[k] + p->held);
    p->consumed[0] = segment_end(pull_network(p), p->from, from, p->r->rows);
    pull_add(p, p->from, p->consumed[0] - from);
    pull_raise(p, in->at[k] + p->held);
    p->earlier = in->after[k];
}

/* Space for one more call of `to`. */
static int pull_record(struct pull *p) {
    const int k = p->out.count++;
    assert(p->out.count <= segment_height(pull_network(p), p->to));
    p->out.before[k] = p->most;
    p->out.at[k] = p->earlier + p->held;
    p->most = 0;
    return k;
}

static void pull_call(struct pull *p, int v) {
    const struct network *n = pull_network(p);
    const struct layer *l = &n->layer[v];
    const int from = p->consumed[v - p->from], to = segment_end(n, v, from, p->r->rows);
    const int slot = floors_map_replaced(p->r->map, v, false);
    int k = -1;
    if (slot >= 0 && l->input[slot] >= p->r->first) /* the tensor before the segment is not written over */
        pull_release(p, l->input[slot], p->low[l->input[slot] - p->from] + to - from);
    if (v == p->to) {
        k = pull_record(p);
    } else {
        pull_add(p, v, to - from);
        pull_raise(p, p->earlier + p->held);
    }
    p->consumed[v - p->from] = to;
    for (int i = 0; i < l->inputs; i++) pull_release(p, l->input[i], pull_low(p, l->input[i]));
    if (k >= 0) p->out.after[k] = p->earlier + p->held;
}

/* The image's rows come one by one, and have no calls. */
static bool pull_by_rows(const struct pull *p) {
    return p->from == 0 && p->r->map->image_by_rows;
}

static void pull_image(struct pull *p) {
    pull_add(p, 0, 1);
    p->consumed[0]++;
    pull_raise(p, p->held);
}

static void pull_ensure(struct pull *p, int v, int rows) {
    const struct network *n = pull_network(p);
    while (p->consumed[v - p->from] < rows) {
        const int from = p->consumed[v - p->from];
        int low, high;
        if (v == p->from) {
            if (pull_by_rows(p))
                pull_image(p);
            else
                pull_source(p);
            continue;
        }
        segment_window(&low, &high, n, v, from, segment_end(n, v, from, p->r->rows));
        for (int i = 0; i < n->layer[v].inputs; i++) pull_ensure(p, n->layer[v].input[i], high);
        pull_call(p, v);
    }
}

static void calls_init(struct floors_calls *c, int most) {
    c->count = 0;
    c->before = MEMORY_NEW(int64_t, 3 * (size_t)most);
    c->at = c->before + most;
    c->after = c->at + most;
}

static void pull_all(struct pull *p) {
    const struct network *n = pull_network(p);
    const int tensors = p->to - p->from + 1;
    p->made = MEMORY_NEW(int, 3 * (size_t)tensors);
    p->low = p->made + tensors;
    p->consumed = p->low + tensors;
    calls_init(&p->out, segment_height(n, p->to));
    if (p->from < p->r->first && !pull_by_rows(p)) { /* all of it is there from the beginning */
        pull_add(p, p->from, n->layer[p->from].out.H);
        p->consumed[0] = n->layer[p->from].out.H;
        pull_raise(p, p->held);
    }
    pull_ensure(p, p->to, segment_height(n, p->to));
    free(p->made);
}

/* block_bytes and kept_bytes from the calls of the last layer. */
static void reach_measure(struct floors_reach *r) {
    const struct network *n = r->map->network;
    const int v = r->last;
    const bool accumulates = segment_accumulates(n, v);
    r->state_bytes = accumulates ? (int64_t)operator_state(&n->layer[v].shape_of) : 0;
    r->block_bytes = r->kept_bytes = 0;
    for (int k = 0, from = 0, to; k < r->calls.count; k++, from = to) {
        to = segment_end(n, v, from, r->rows);
        const int64_t row = floors_map_row_bytes(r->map, v);
        const int64_t before = r->calls.before[k] + (accumulates ? from > 0 : from) * row;
        const int64_t at = r->calls.at[k] + (accumulates ? 1 : to) * row, kept = r->calls.at[k];
        const int64_t most = before > at ? before : at, least = kept > r->calls.before[k] ? kept : r->calls.before[k];
        if (most > r->block_bytes) r->block_bytes = most;
        if (from < r->map->demand[v] && least > r->kept_bytes) r->kept_bytes = least;
    }
    r->block_bytes += r->state_bytes;
    assert(r->kept_bytes <= r->block_bytes);
    assert(r->block_bytes >= floors_map_bytes(r->map, r->first - 1) || (r->first == 1 && r->map->image_by_rows));
}

void floors_reach_init(struct floors_reach *r, const struct floors_map *m, int cut, int rows) {
    assert(rows >= 1 && cut >= 0 && cut < m->network->layers);
    *r = (struct floors_reach){.map = m, .first = cut + 1, .last = cut, .rows = rows};
}

bool floors_reach_extend(struct floors_reach *r) {
    const struct network *n = r->map->network;
    const int to = r->map->next_cut[r->last];
    if (to < 0 || (r->last >= r->first && segment_accumulates(n, r->last))) return false;
    for (int v = r->last + 1; v <= to; v++)
        if (!segment_streams(n, v) || (v < to && segment_accumulates(n, v))) return false;
    struct pull p = {.r = r, .from = r->last, .to = to};
    pull_all(&p);
    free(r->calls.before);
    r->calls = p.out;
    r->last = to;
    reach_measure(r);
    return true;
}

void floors_reach_free(struct floors_reach *r) {
    free(r->calls.before);
}
