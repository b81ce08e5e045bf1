#include "formulation/selection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

const char *const conversion_names[CONVERSIONS] = {"per-edge", "per-tensor"};

int selection_legs(enum layout stop[LAYOUTS], const struct edge *e, enum layout from, enum layout to) {
    int legs = 0;
    assert(e->time_ns[from][to] != INSTANCE_NO_WAY);
    for (enum layout at = from; at != to;) {
        enum layout next = e->via[at][to];
        assert(next != at && e->time_ns[at][next] != INSTANCE_NO_WAY);
        if (!e->alike[at][next]) stop[legs++] = next;
        at = next;
        assert(legs < LAYOUTS);
    }
    return legs;
}

int64_t selection_legs_bytes(const struct edge *e, enum layout from, enum layout to, bool sum) {
    enum layout stop[LAYOUTS];
    int64_t total = 0;
    int legs = selection_legs(stop, e, from, to);
    for (int i = 0; i < legs; from = stop[i++]) {
        int64_t bytes = e->workspace_bytes[from][stop[i]];
        total = sum ? total + bytes : bytes > total ? bytes : total;
    }
    return total;
}

/* The run of a network, step by step, as bytes. Edges are in execution order (by reader, then slot), so positions in
 * time are 2e for the conversion of edge e and 2e + 1 for its reader. */
struct walk {
    const struct instance *g;
    const struct streams *streams;
    const struct stream **stream; /* [nodes] the segment of each, or NULL */
    const struct choice **chosen; /* [nodes] */
    enum memory_model model;
    int *first;     /* [edges] the edge whose copy edge e reads: itself, or per tensor an earlier one in that layout */
    int *copy_last; /* [edges] last edge that reads the copy made for edge e */
    int *original_last; /* [nodes] position of the last step that reads the tensor itself; -1: none, it is an output */
    int64_t live;       /* bytes of the tensors that are alive */
    int64_t high;       /* the largest step so far */
    int64_t added;      /* the sum over layers and conversions so far */
    struct evaluation out;
};

static int walk_legs(enum layout stop[LAYOUTS], const struct walk *w, int e) {
    const struct edge *edge = &w->g->edge[e];
    const enum layout from = w->chosen[edge->from]->out, to = w->chosen[edge->to]->in;
    return from == to ? 0 : selection_legs(stop, edge, from, to);
}

static bool walk_possible(const struct walk *w) {
    for (int e = 0; e < w->g->edges; e++) {
        const struct edge *edge = &w->g->edge[e];
        if (edge->time_ns[w->chosen[edge->from]->out][w->chosen[edge->to]->in] == INSTANCE_NO_WAY) return false;
        if (w->stream[edge->to] && !edge->alike[w->chosen[edge->from]->out][w->chosen[edge->to]->in])
            return false; /* segments convert nothing */
    }
    return true;
}

/* Which copy each edge reads, and how long copies and originals are needed. */
static void walk_lives(struct walk *w, enum conversions conversions) {
    const struct instance *g = w->g;
    enum layout stop[LAYOUTS];
    int *made = memory_new((size_t)g->nodes * LAYOUTS, sizeof *made); /* 1 + edge that made (node, layout) */
    for (int v = 0; v < g->nodes; v++) w->original_last[v] = -1;
    for (int e = 0; e < g->edges; e++) {
        int u = g->edge[e].from, *copy = &made[u * LAYOUTS + (int)w->chosen[g->edge[e].to]->in];
        w->first[e] = e;
        if (walk_legs(stop, w, e) == 0) {
            w->original_last[u] = 2 * e + 1;
        } else if (conversions == CONVERSIONS_PER_TENSOR && *copy) {
            w->first[e] = *copy - 1;
        } else {
            *copy = e + 1;
            w->original_last[u] = 2 * e;
        }
        w->copy_last[w->first[e]] = e;
        assert(w->first[e] <= e && w->original_last[u] < 2 * (e + 1)); /* a copy is made before it is read */
    }
    free(made);
}

static void walk_step(struct walk *w, int64_t made_bytes, int64_t workspace_bytes) {
    assert(w->live >= 0 && made_bytes >= 0 && workspace_bytes >= 0);
    w->live += made_bytes;
    int64_t step = memory_model_step(w->model, w->live, workspace_bytes);
    if (step > w->high) w->high = step;
    w->added += memory_model_added(w->model, workspace_bytes, 0);
}

static void walk_convert(struct walk *w, int e) {
    const struct edge *edge = &w->g->edge[e];
    enum layout stop[LAYOUTS], at = w->chosen[edge->from]->out;
    int legs = walk_legs(stop, w, e);
    if (legs == 0 || w->first[e] != e) return;
    for (int i = 0; i < legs; at = stop[i++]) {
        walk_step(w, edge->bytes, edge->workspace_bytes[at][stop[i]]);
        if (i > 0 || w->original_last[edge->from] == 2 * e) w->live -= edge->bytes;
    }
    w->out.conversions += legs;
    w->out.conversion_ns += edge->time_ns[w->chosen[edge->from]->out][w->chosen[edge->to]->in];
}

static void walk_release(struct walk *w, int e) {
    const struct edge *edge = &w->g->edge[e];
    enum layout stop[LAYOUTS];
    if (walk_legs(stop, w, e) == 0) {
        if (w->original_last[edge->from] == 2 * e + 1) w->live -= edge->bytes;
    } else if (w->copy_last[w->first[e]] == e) {
        w->live -= edge->bytes;
    }
    assert(w->live >= 0);
}

/* Only the outputs are alive after the last step, since nothing reads them. */
static bool check_only_outputs_live(const struct walk *w) {
    int64_t outputs = 0;
    for (int v = 0; v < w->g->nodes; v++)
        if (w->original_last[v] == -1) outputs += w->g->node[v].out_bytes;
    assert(w->live == outputs);
    return true;
}

struct segment *selection_segment(const struct network *n, const struct stream *s) {
    assert(!s->image_by_rows || s->first == 1);
    return s->image_by_rows ? segment_new_image_by_rows(n, s->last, s->pace)
                            : segment_new(n, s->first, s->last, s->pace);
}

/* inner: by moves within the block. */
static int64_t moved_bytes(const struct network *n, int first, int last, bool image_by_rows, int64_t inner) {
    const int64_t in = image_by_rows ? 0 : shape_bytes(n->layer[first - 1].out);
    return in + inner + shape_bytes(n->layer[last].out);
}

int64_t selection_moved_bytes(const struct segment *s) {
    return moved_bytes(s->network, s->first, s->last, s->image_by_rows, s->moved_bytes);
}

/* All layers of a segment, as one step. */
static void walk_segment(struct walk *w, const struct stream *s) {
    const struct instance *g = w->g;
    const struct segment_figures segment =
        segment_memo_figures(g->memo, g->network, s->first, s->last, s->pace, s->image_by_rows);
    int64_t workspace = 0;
    assert(w->live == (s->image_by_rows ? 0 : g->node[s->first - 1].out_bytes)); /* it begins after a cut */
    for (int v = s->first; v <= s->last; v++) {
        const struct choice *c = w->chosen[v];
        assert(c->rows == segment_call_rows(g->network, v, s->pace) && c->in == s->layout);
        workspace = c->workspace_bytes > workspace ? c->workspace_bytes : workspace;
        w->out.time_ns += c->time_ns;
        w->added += memory_model_added(w->model, c->workspace_bytes, c->weights_bytes);
        w->out.weights_bytes += c->weights_bytes;
    }
    const int64_t step = memory_model_step(w->model, segment.block_bytes, workspace);
    if (step > w->high) w->high = step;
    w->live = g->node[s->last].out_bytes;
    w->out.time_ns +=
        instance_move_ns(g, moved_bytes(g->network, s->first, s->last, s->image_by_rows, segment.moved_bytes));
}

static void walk_run(struct walk *w) {
    for (int v = 0; v < w->g->nodes; v++) {
        if (w->stream[v]) {
            walk_segment(w, w->stream[v]);
            v = w->stream[v]->last;
            continue;
        }
        const struct node *node = &w->g->node[v];
        const struct choice *c = w->chosen[v];
        for (int e = node->first_in; e < node->last_in; e++) walk_convert(w, e);
        const int64_t made = node->out_bytes - c->reused_bytes;
        walk_step(w, v == 0 && selection_image_by_rows(w->streams) ? 0 : made, c->workspace_bytes);
        const int64_t before = w->live;
        for (int e = node->first_in; e < node->last_in; e++) walk_release(w, e);
        assert(before - w->live >= c->reused_bytes); /* (28), (29): the inputs that it lies on are not read again */
        w->live += c->reused_bytes;
        w->out.time_ns += c->time_ns;
        w->added += memory_model_added(w->model, 0, c->weights_bytes);
        w->out.weights_bytes += c->weights_bytes;
    }
    w->out.time_ns += w->out.conversion_ns;
    assert(w->out.time_ns >= w->out.conversion_ns && w->out.conversion_ns >= 0 && w->added >= 0);
    CHECK(check_only_outputs_live(w));
}

void selection_streams_free(struct streams *s) {
    free(s->stream);
    *s = (struct streams){0, NULL};
}

bool selection_image_by_rows(const struct streams *s) {
    return s->count > 0 && s->stream[0].image_by_rows;
}

bool selection_is_barred(const struct stream *barred, const struct instance *g, int first, int last,
                         struct segment_pace pace) {
    assert(first <= last);
    return barred->pace.rows > 0 && barred->first == first && barred->last == last &&
           segment_pace_alike(g->network, first, last, barred->pace, pace);
}

struct evaluation selection_evaluate(const struct instance *g, const int *choice, enum memory_model model,
                                     enum conversions conversions) {
    return selection_evaluate_streamed(g, choice, &(struct streams){0, NULL}, model, conversions);
}

/* Segments are disjoint and ascending, begin and end at cuts, and each node's choice exists. */
static void walk_streams(struct walk *w, const int *choice) {
    const struct instance *g = w->g;
    int end = -1;
    for (int i = 0; i < w->streams->count; i++) {
        const struct stream *s = &w->streams->stream[i];
        assert(s->first > end && (s->first == 1 || !s->image_by_rows));
        assert(segment_possible(g->network, s->first, s->last));
        for (int v = s->first; v <= s->last; v++) w->stream[v] = s;
        end = s->last;
    }
    for (int v = 0; v < g->nodes; v++) {
        const struct node *n = &g->node[v];
        assert(choice[v] >= 0 && choice[v] < (w->stream[v] ? n->strips : n->choices));
        w->chosen[v] = w->stream[v] ? &n->strip[choice[v]] : &n->choice[choice[v]];
    }
}

struct evaluation selection_evaluate_streamed(const struct instance *g, const int *choice,
                                              const struct streams *streams, enum memory_model model,
                                              enum conversions conversions) {
    struct walk w = {.g = g, .streams = streams, .model = model};
    w.stream = MEMORY_NEW(const struct stream *, g->nodes);
    w.chosen = MEMORY_NEW(const struct choice *, g->nodes);
    int *work = memory_new((size_t)g->edges * 2 + (size_t)g->nodes, sizeof *work);
    w.first = work;
    w.copy_last = work + g->edges;
    w.original_last = work + 2 * g->edges;
    walk_streams(&w, choice);
    w.out.possible = walk_possible(&w);
    if (w.out.possible) {
        walk_lives(&w, conversions);
        walk_run(&w);
        assert(w.high >= 0 && w.high <= INT64_MAX - w.added);
        w.out.memory_bytes = w.high + w.added;
    }
    free(w.stream);
    free(w.chosen);
    free(work);
    return w.out;
}
