/* Heuristics that run segments by rows, as one would by hand. Both begin with the fastest selection in whole tensors
 * whose own steps fit the budget where they can, and stop as soon as all of it fits.
 *
 *   stream   again and again, the segment around the largest step: of all that make it smaller, the one that costs the
 *            least time per byte saved there
 *   head     as MCUNetV2 does by hand: one segment from the image on, up to the cut at which the memory is least,
 *            everything after it in whole tensors */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "formulation/steps.h"
#include "solver/base/memory.h"

#define REACH 6 /* cuts on either side of a step that a segment around it may take in */

struct state {
    int *choice; /* [nodes] */
    struct streams streams;
};

struct streamer {
    const struct instance *g;
    const struct request *q;
    struct steps *steps; /* NULL: tensors do not count */
    int *first_step;     /* [nodes + 1] */
    int *cut, cuts;
    struct state now;
    struct evaluation graded; /* of `now` */
};

static void state_copy(struct state *out, const struct state *in, int nodes) {
    *out = (struct state){MEMORY_NEW(int, nodes), {in->streams.count, NULL}};
    memory_copy(out->choice, in->choice, (size_t)nodes * sizeof *out->choice);
    out->streams.stream = MEMORY_NEW(struct stream, in->streams.count + 1); /* room for one more */
    memory_copy(out->streams.stream, in->streams.stream, (size_t)in->streams.count * sizeof *in->streams.stream);
}

static void state_free(struct state *s) {
    free(s->choice);
    selection_streams_free(&s->streams);
}

static struct evaluation state_grade(const struct streamer *s, const struct state *state) {
    return selection_evaluate_streamed(s->g, state->choice, &state->streams, s->q->model, s->q->conversions);
}

/* The stream that layer v is in; NULL: none. */
static const struct stream *state_stream(const struct state *state, int v) {
    for (int i = 0; i < state->streams.count; i++)
        if (state->streams.stream[i].first <= v && v <= state->streams.stream[i].last) return &state->streams.stream[i];
    return NULL;
}

static enum layout state_out(const struct streamer *s, const struct state *state, int v) {
    const struct stream *stream = state_stream(state, v);
    return stream ? stream->layout : s->g->node[v].choice[state->choice[v]].out;
}

/* --- steps ------------------------------------------------------------------------------------------------------- */

static void steps_prepare(struct streamer *s) {
    const int nodes = s->g->nodes;
    s->first_step = MEMORY_NEW(int, nodes + 1);
    s->steps = memory_model_by_step(s->q->model) ? steps_new(s->g, s->q->model) : NULL;
    for (int v = 0, at = 0; v < nodes; v++) {
        while (s->steps && at < s->steps->count && s->steps->step[at].node == v) at++;
        s->first_step[v + 1] = at;
    }
}

/* Tensors that are alive in any case while v runs as a whole. */
static int64_t step_fixed(const struct streamer *s, int v) {
    int64_t most = 0;
    for (int k = s->first_step[v]; k < s->first_step[v + 1]; k++)
        if (s->steps->step[k].fixed_bytes > most) most = s->steps->step[k].fixed_bytes;
    return most;
}

/* The largest step of v as a whole, or of one of its conversions. */
static int64_t step_whole(const struct streamer *s, int v) {
    const struct choice *c = &s->g->node[v].choice[s->now.choice[v]];
    int64_t most = 0;
    for (int k = s->first_step[v]; k < s->first_step[v + 1]; k++) {
        const struct step *step = &s->steps->step[k];
        int64_t bytes = step->fixed_bytes + (step->runs ? steps_choice_bytes(s->q->model, &s->g->node[v], c) : 0);
        for (int t = step->first; t < step->last; t++) {
            const struct edge *e = &s->g->edge[s->steps->term[t].edge];
            bytes += s->steps->term[t].bytes[state_out(s, &s->now, e->from)][c->in];
        }
        most = bytes > most ? bytes : most;
    }
    return most;
}

static int64_t step_streamed(const struct streamer *s, const struct state *state, const struct stream *stream) {
    struct segment *segment = segment_new(s->g->network, stream->first, stream->last, stream->rows);
    int64_t workspace = 0;
    for (int v = stream->first; v <= stream->last; v++) {
        const int64_t bytes = s->g->node[v].strip[state->choice[v]].workspace_bytes;
        workspace = bytes > workspace ? bytes : workspace;
    }
    const int64_t bytes = memory_model_step(s->q->model, segment->block_bytes, workspace);
    segment_free(segment);
    return bytes;
}

/* Layers [first, last] of the largest step: a layer, or a segment. */
static int64_t steps_largest(int *first, int *last, const struct streamer *s) {
    int64_t most = -1;
    for (int v = 0; v < s->g->nodes; v++) {
        const struct stream *stream = state_stream(&s->now, v);
        const int64_t bytes = stream ? step_streamed(s, &s->now, stream) : step_whole(s, v);
        const int begin = v;
        if (stream) v = stream->last;
        if (bytes <= most) continue;
        most = bytes;
        *first = begin;
        *last = v;
    }
    return most;
}

/* --- a segment more ---------------------------------------------------------------------------------------------- */

/* The fastest strip whose workspace fits in `room`, or else the one with the least; -1: none. */
static int strip_pick(const struct node *n, const struct stream *s, int rows, int64_t room) {
    int best = -1;
    for (int i = 0; i < n->strips; i++) {
        const struct choice *c = &n->strip[i], *b = best < 0 ? NULL : &n->strip[best];
        if (c->in != s->layout || c->rows != rows) continue;
        const bool fits = c->workspace_bytes <= room;
        const bool best_fits = b && b->workspace_bytes <= room;
        if (!b || (fits && !best_fits) || (fits && c->time_ns < b->time_ns) ||
            (!fits && !best_fits && c->workspace_bytes < b->workspace_bytes))
            best = i;
    }
    return best;
}

/* The layer before a segment has to leave its tensor in the segment's layout. */
static bool state_lead(struct state *state, const struct streamer *s, const struct stream *stream) {
    const int u = stream->first - 1;
    const struct node *n = &s->g->node[u];
    const struct shape shape = n->layer->out;
    int64_t best = INT64_MAX;
    if (instance_alike(shape, state_out(s, state, u), stream->layout)) return true;
    if (state_stream(state, u)) return false;
    for (int i = 0; i < n->choices; i++) {
        int64_t time = n->choice[i].time_ns;
        bool way = instance_alike(shape, n->choice[i].out, stream->layout);
        for (int e = n->first_in; e < n->last_in && way; e++) {
            const int64_t ns = s->g->edge[e].time_ns[state_out(s, state, s->g->edge[e].from)][n->choice[i].in];
            way = ns != INSTANCE_NO_WAY;
            time += way ? ns : 0;
        }
        if (!way || time >= best) continue;
        best = time;
        state->choice[u] = i;
    }
    return best < INT64_MAX;
}

/* Without the streams that lie within `stream`; false: one lies across its end. */
static bool state_absorb(struct state *state, const struct stream *stream) {
    int kept = 0;
    for (int i = 0; i < state->streams.count; i++) {
        const struct stream *old = &state->streams.stream[i];
        if (old->first >= stream->first && old->last <= stream->last) continue;
        if (old->first <= stream->last && old->last >= stream->first) return false;
        state->streams.stream[kept++] = *old;
    }
    state->streams.count = kept;
    return true;
}

/* What `now` becomes with that segment; false: not possible. Then nothing is to be freed. */
static bool state_with(struct state *out, const struct streamer *s, const struct stream *stream, int64_t room) {
    state_copy(out, &s->now, s->g->nodes);
    bool good = state_absorb(out, stream) && state_lead(out, s, stream);
    for (int v = stream->first; v <= stream->last && good; v++) {
        const int rows = segment_batch(s->g->network, v, stream->rows);
        out->choice[v] = strip_pick(&s->g->node[v], stream, rows, room);
        good = out->choice[v] >= 0;
    }
    if (good) {
        int at = out->streams.count++;
        for (; at > 0 && out->streams.stream[at - 1].first > stream->last; at--)
            out->streams.stream[at] = out->streams.stream[at - 1];
        out->streams.stream[at] = *stream;
        good = state_grade(s, out).possible;
    }
    if (!good) state_free(out);
    return good;
}

/* --- offers ------------------------------------------------------------------------------------------------------ */

struct offer {
    struct state state;
    int64_t saved, time_ns; /* bytes; of the whole network */
};

/* Less time per byte saved; among those that cost none, the more bytes. */
static bool offer_better(const struct offer *a, const struct offer *b, int64_t time_ns) {
    const double la = a->time_ns > time_ns ? (double)(a->time_ns - time_ns) : 0;
    const double lb = b->time_ns > time_ns ? (double)(b->time_ns - time_ns) : 0;
    assert(a->saved > 0 && b->saved > 0);
    if (la == 0 && lb == 0) return a->saved > b->saved;
    return la * (double)b->saved < lb * (double)a->saved;
}

static void offers_try(struct offer *best, const struct streamer *s, const struct stream *stream, int64_t step) {
    struct offer o = {.saved = 0};
    struct segment *segment = segment_new(s->g->network, stream->first, stream->last, stream->rows);
    const int64_t block = segment->block_bytes;
    segment_free(segment);
    if (block >= step || !state_with(&o.state, s, stream, s->q->budget_bytes - block)) return;
    o.saved = step - step_streamed(s, &o.state, stream);
    o.time_ns = state_grade(s, &o.state).time_ns;
    if (o.saved <= 0 || (best->saved > 0 && !offer_better(&o, best, s->graded.time_ns))) {
        state_free(&o.state);
        return;
    }
    if (best->saved > 0) state_free(&best->state);
    *best = o;
}

/* All segments around layers [first, last]. */
static void offers_around(struct offer *best, const struct streamer *s, int first, int last, int64_t step) {
    int before = 0, after = 0;
    while (before + 1 < s->cuts && s->cut[before + 1] < first) before++;
    while (after < s->cuts - 1 && s->cut[after] < last) after++;
    for (int i = before; i >= 0 && i > before - REACH; i--)
        for (int j = after; j < s->cuts && j < after + REACH; j++) {
            struct stream stream = {s->cut[i] + 1, s->cut[j], 0, LAYOUT_HWC};
            if (!segment_possible(s->g->network, stream.first, stream.last)) break;
            for (int h = 0; h < SEGMENT_ROWS; h++)
                for (int l = 0; l < LAYOUTS; l++) {
                    if (l == LAYOUT_CHW) continue;
                    stream.rows = segment_rows[h];
                    stream.layout = (enum layout)l;
                    offers_try(best, s, &stream, step);
                }
        }
}

static void streamer_take(struct streamer *s, struct state *state) {
    state_free(&s->now);
    s->now = *state;
    s->graded = state_grade(s, &s->now);
}

static void streamer_stream(struct streamer *s) {
    while (s->graded.memory_bytes > s->q->budget_bytes) {
        struct offer best = {.saved = 0};
        int first = 0, last = 0;
        const int64_t step = steps_largest(&first, &last, s);
        offers_around(&best, s, first, last, step);
        if (best.saved == 0) return; /* it stays over the budget */
        streamer_take(s, &best.state);
    }
}

static void streamer_head(struct streamer *s) {
    struct state least = {NULL, {0, NULL}};
    struct evaluation graded = s->graded;
    if (s->graded.memory_bytes <= s->q->budget_bytes) return;
    for (int j = 1; j < s->cuts && segment_possible(s->g->network, 1, s->cut[j]); j++)
        for (int h = 0; h < SEGMENT_ROWS; h++)
            for (int l = LAYOUT_CHW + 1; l < LAYOUTS; l++) {
                const struct stream stream = {1, s->cut[j], segment_rows[h], (enum layout)l};
                struct state state;
                if (!state_with(&state, s, &stream, s->q->budget_bytes)) continue;
                const struct evaluation e = state_grade(s, &state);
                const bool better = e.memory_bytes < graded.memory_bytes ||
                                    (e.memory_bytes == graded.memory_bytes && e.time_ns < graded.time_ns);
                if (better) graded = e;
                if (better && least.choice) state_free(&least);
                if (better)
                    least = state;
                else
                    state_free(&state);
            }
    if (least.choice) streamer_take(s, &least);
}

/* --- methods ----------------------------------------------------------------------------------------------------- */

static bool start_rule(const void *context, const struct node *n, int v, int i) {
    const struct streamer *s = context;
    return memory_model_step(s->q->model, step_fixed(s, v), 0) + steps_choice_bytes(s->q->model, n, &n->choice[i]) <=
           s->q->budget_bytes;
}

bool greedy_stream_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err) {
    struct streamer s = {.g = g, .q = q, .cut = MEMORY_NEW(int, g->nodes)};
    steps_prepare(&s);
    for (int v = 0; q->streaming == STREAMING_ON && v < g->nodes; v++)
        if (segment_cut(g->network, v)) s.cut[s.cuts++] = v;
    const bool good = restrict_fastest(out, g, q, start_rule, &s, err);
    if (good && out->choice) {
        s.now.choice = out->choice;
        s.graded = state_grade(&s, &s.now);
        if (s.steps && q->streaming == STREAMING_ON) {
            if (strcmp(variant, "head") == 0)
                streamer_head(&s);
            else
                streamer_stream(&s);
        }
        out->choice = s.now.choice;
        out->streams = s.now.streams;
    }
    steps_free(s.steps);
    free(s.first_step);
    free(s.cut);
    return good;
}
