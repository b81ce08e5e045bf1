#include "baselines/streamer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

static void state_copy(struct streamer_state *out, const struct streamer_state *in, int nodes) {
    *out = (struct streamer_state){.choice = MEMORY_NEW(int, nodes), .streams = {in->streams.count, NULL}};
    memory_copy(out->choice, in->choice, (size_t)nodes * sizeof *out->choice);
    out->streams.stream = MEMORY_NEW(struct stream, in->streams.count + 1); /* room for one more */
    memory_copy(out->streams.stream, in->streams.stream, (size_t)in->streams.count * sizeof *in->streams.stream);
}

void streamer_state_free(struct streamer_state *s) {
    free(s->choice);
    selection_streams_free(&s->streams);
}

static struct evaluation state_grade(const struct streamer *s, const struct streamer_state *state) {
    return selection_evaluate_streamed(s->g, state->choice, &state->streams, s->q->model, s->q->conversions);
}

/* The stream that layer v is in; NULL: none. */
static const struct stream *state_stream(const struct streamer_state *state, int v) {
    for (int i = 0; i < state->streams.count; i++)
        if (state->streams.stream[i].first <= v && v <= state->streams.stream[i].last) return &state->streams.stream[i];
    return NULL;
}

static enum layout state_out(const struct streamer *s, const struct streamer_state *state, int v) {
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

static void cuts_prepare(struct streamer *s) {
    s->cut = MEMORY_NEW(int, s->g->nodes);
    if (s->q->streaming != STREAMING_ON) return;
    bool *cuts = segment_cuts(s->g->network);
    for (int v = 0; v < s->g->nodes; v++)
        if (cuts[v]) s->cut[s->cuts++] = v;
    free(cuts);
}

void streamer_init(struct streamer *s, const struct instance *g, const struct request *q) {
    *s = (struct streamer){.g = g, .q = q};
    steps_prepare(s);
    cuts_prepare(s);
}

void streamer_free(struct streamer *s) {
    steps_free(s->steps);
    free(s->first_step);
    free(s->cut);
}

void streamer_start(struct streamer *s, int *choice) {
    s->now = (struct streamer_state){.choice = choice};
    s->now.graded = state_grade(s, &s->now);
}

void streamer_take(struct streamer *s, struct streamer_state *state) {
    streamer_state_free(&s->now);
    s->now = *state;
}

int64_t streamer_fixed(const struct streamer *s, int v) {
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

int64_t streamer_block_bytes(const struct streamer *s, const struct stream *stream) {
    return segment_memo_figures(s->g->memo, s->g->network, stream->first, stream->last, stream->pace, false)
        .block_bytes;
}

int64_t streamer_step(const struct streamer *s, const struct streamer_state *state, const struct stream *stream) {
    int64_t workspace = 0;
    for (int v = stream->first; v <= stream->last; v++) {
        const int64_t bytes = s->g->node[v].strip[state->choice[v]].workspace_bytes;
        workspace = bytes > workspace ? bytes : workspace;
    }
    return memory_model_step(s->q->model, streamer_block_bytes(s, stream), workspace);
}

int64_t streamer_largest(int *first, int *last, const struct streamer *s) {
    int64_t most = -1;
    for (int v = 0; v < s->g->nodes; v++) {
        const struct stream *stream = state_stream(&s->now, v);
        const int64_t bytes = stream ? streamer_step(s, &s->now, stream) : step_whole(s, v);
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

/* What a strip may need. */
struct room {
    int64_t workspace, weights; /* bytes */
};

static bool room_fits(const struct room *r, const struct choice *c) {
    return c->workspace_bytes <= r->workspace && c->weights_bytes <= r->weights;
}

/* The fastest strip that fits, or else the one with the least workspace; -1: none. */
static int strip_pick(const struct node *n, const struct stream *s, int rows, const struct room *room) {
    int best = -1;
    for (int i = 0; i < n->strips; i++) {
        const struct choice *c = &n->strip[i], *b = best < 0 ? NULL : &n->strip[best];
        if (c->in != s->layout || c->rows != rows) continue;
        const bool fits = room_fits(room, c);
        const bool best_fits = b && room_fits(room, b);
        if (!b || (fits && !best_fits) || (fits && c->time_ns < b->time_ns) ||
            (!fits && !best_fits && c->workspace_bytes < b->workspace_bytes))
            best = i;
    }
    return best;
}

/* The layer before a segment has to leave its tensor in the segment's layout. */
static bool state_lead(struct streamer_state *state, const struct streamer *s, const struct stream *stream) {
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
static bool state_absorb(struct streamer_state *state, const struct stream *stream) {
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

/* No more weights than layer v has now, where they have a budget. */
static struct room state_room(const struct streamer *s, int v, int64_t workspace) {
    struct room out = {workspace, INT64_MAX};
    const struct node *n = &s->g->node[v];
    const struct choice *now = state_stream(&s->now, v) ? n->strip : n->choice;
    if (s->q->flash_bytes != METHOD_NO_BUDGET) out.weights = now[s->now.choice[v]].weights_bytes;
    return out;
}

static bool state_allowed(const struct streamer *s, const struct streamer_state *state) {
    const int64_t bytes = state->graded.weights_bytes;
    return state->graded.possible && (bytes <= s->q->flash_bytes || bytes <= s->now.graded.weights_bytes);
}

bool streamer_with(struct streamer_state *out, const struct streamer *s, const struct stream *stream,
                   int64_t workspace) {
    state_copy(out, &s->now, s->g->nodes);
    bool good = state_absorb(out, stream) && state_lead(out, s, stream);
    for (int v = stream->first; v <= stream->last && good; v++) {
        const int rows = segment_call_rows(s->g->network, v, stream->pace);
        const struct room room = state_room(s, v, workspace);
        out->choice[v] = strip_pick(&s->g->node[v], stream, rows, &room);
        good = out->choice[v] >= 0;
    }
    if (good) {
        int at = out->streams.count++;
        for (; at > 0 && out->streams.stream[at - 1].first > stream->last; at--)
            out->streams.stream[at] = out->streams.stream[at - 1];
        out->streams.stream[at] = *stream;
        out->graded = state_grade(s, out);
        good = state_allowed(s, out);
    }
    if (!good) streamer_state_free(out);
    return good;
}
