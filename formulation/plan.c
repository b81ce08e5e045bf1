#include "formulation/plan.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan_text.h"
#include "formulation/profile_text.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

void plan_free(struct plan *p) {
    if (!p) return;
    for (int i = 0; i < p->steps; i++) {
        free(p->step[i].layer);
        free(p->step[i].name);
        free(p->step[i].scenario);
    }
    char *const texts[] = {p->path, p->network, p->profile, p->digest, p->method};
    for (int i = 0; i < 5; i++) free(texts[i]);
    notes_free(&p->notes);
    free(p->step);
    free(p);
}

struct plan_step *plan_text_add(struct plan *p, const struct plan_step *step) {
    p->step = memory_grow(p->step, &p->capacity, (size_t)p->steps + 1, sizeof *p->step);
    assert((step->slot >= 0) == (step->kind == PROFILE_CONVERT));
    assert(step->time_ns >= 0 && step->workspace_bytes >= 0 && step->weights_bytes >= 0);
    struct plan_step *s = &p->step[p->steps++];
    *s = *step;
    s->layer = memory_string(step->layer);
    s->name = memory_string(step->name);
    s->scenario = memory_string(step->scenario);
    return s;
}

static char *plan_text(const char *text) {
    return (char *)(uintptr_t)text;
} /* plan_text_add copies it */

static void plan_convert(struct plan *p, const struct instance *g, const struct edge *e, enum layout from,
                         enum layout to) {
    enum layout stop[LAYOUTS], at = from;
    char text[TENSOR_TEXT];
    struct shape tensor = g->network->layer[e->from].out;
    int legs = selection_legs(stop, e, from, to);
    profile_text_tensor(text, tensor.C, tensor.H, tensor.W);
    for (int i = 0; i < legs; at = stop[i++]) {
        /* A free step between layouts with the same bytes has no row: the row names the layout that has a direct
         * conversion. */
        if (e->alike[at][e->via[at][to]]) at = e->via[at][to];
        assert(at != stop[i] && e->time_ns[at][stop[i]] != INSTANCE_NO_WAY && !e->alike[at][stop[i]]);
        struct plan_step s = {PROFILE_CONVERT,
                              g->node[e->to].layer->name,
                              e->slot,
                              plan_text("convert"),
                              text,
                              at,
                              stop[i],
                              e->time_ns[at][stop[i]],
                              e->workspace_bytes[at][stop[i]],
                              0,
                              0};
        plan_text_add(p, &s);
    }
}

static void plan_node(struct plan *p, const struct instance *g, int v, const struct choice *c) {
    const struct layer *l = g->node[v].layer;
    char text[LAYER_TEXT];
    const char *name = PLAN_UNCOVERED;
    profile_text_layer(text, l, c->rows);
    if (l->kind == LAYER_OPERATOR) name = operator_names[l->shape_of.kind];
    assert(l->kind == LAYER_CONV || (l->kind == LAYER_OPERATOR && c->in == c->out));
    if (c->primitive) name = c->primitive->name;
    struct plan_step s = {c->rows > 0             ? PROFILE_STRIP
                          : l->kind == LAYER_CONV ? PROFILE_CONV
                                                  : PROFILE_LAYER,
                          l->name,
                          -1,
                          plan_text(name),
                          text,
                          c->in,
                          c->out,
                          c->time_ns,
                          c->workspace_bytes,
                          c->weights_bytes,
                          0};
    plan_text_add(p, &s);
}

static void plan_segment(struct plan *p, const struct instance *g, const int *choice, const struct stream *stream) {
    struct segment *segment = selection_segment(g->network, stream);
    const int64_t moved = selection_moved_bytes(segment);
    char text[24];
    for (int v = stream->first; v <= stream->last; v++) plan_node(p, g, v, &g->node[v].strip[choice[v]]);
    snprintf(text, sizeof text, "%" PRId64, moved);
    struct plan_step s = {PROFILE_MOVE,
                          g->node[stream->last].layer->name,
                          -1,
                          plan_text("move"),
                          text,
                          stream->layout,
                          stream->layout,
                          instance_move_ns(g, moved),
                          0,
                          0,
                          0};
    plan_text_add(p, &s);
    segment_free(segment);
}

/* The steps' times are the judge's. */
static bool check_times(const struct plan *p) {
    int64_t sum = 0;
    for (int i = 0; i < p->steps; i++) sum += p->step[i].time_ns;
    assert(sum == p->time_ns);
    return true;
}

struct plan *plan_new(const struct instance *g, const int *choice, const char *network, const char *method,
                      enum memory_model model, enum conversions conversions, int64_t budget_bytes) {
    return plan_new_streamed(g, choice, &(struct streams){0, NULL}, network, method, model, conversions, budget_bytes);
}

static struct plan *plan_head(const struct instance *g, const char *network, const char *method) {
    struct plan *p = MEMORY_NEW(struct plan, 1);
    p->path = memory_string("memory");
    p->network = memory_string(network);
    p->profile = memory_string(g->profile ? g->profile->path : "none");
    p->digest = memory_string(g->profile && g->profile->digest ? g->profile->digest : "none");
    p->method = memory_string(method);
    assert(g->threads > 0);
    p->threads = g->threads;
    p->isa = isa_current();
    return p;
}

/* The conversions of v's inputs. copied [nodes x LAYOUTS]: per tensor, the copy in that layout was made. from[nodes]:
 * the layout of each output so far. */
static void plan_inputs(struct plan *p, const struct instance *g, int v, enum layout in, bool *copied,
                        const enum layout *from) {
    for (int i = g->node[v].first_in; i < g->node[v].last_in; i++) {
        const struct edge *e = &g->edge[i];
        bool *had = &copied[e->from * LAYOUTS + (int)in];
        if (p->conversions == CONVERSIONS_PER_TENSOR && *had) continue;
        *had = true;
        plan_convert(p, g, e, from[e->from], in);
    }
}

struct plan *plan_new_streamed(const struct instance *g, const int *choice, const struct streams *streams,
                               const char *network, const char *method, enum memory_model model,
                               enum conversions conversions, int64_t budget_bytes) {
    struct evaluation cost = selection_evaluate_streamed(g, choice, streams, model, conversions);
    assert(cost.possible && budget_bytes >= 0);
    struct plan *p = plan_head(g, network, method);
    p->model = model;
    p->conversions = conversions;
    p->budget_bytes = budget_bytes;
    p->time_ns = cost.time_ns;
    p->memory_bytes = cost.memory_bytes;
    p->apart = g->apart;
    p->stream_input = selection_image_by_rows(streams);
    bool *copied = MEMORY_NEW(bool, (size_t)g->nodes *LAYOUTS);
    enum layout *out = MEMORY_NEW(enum layout, g->nodes);
    for (int v = 0, k = 0; v < g->nodes; v++) {
        if (k < streams->count && streams->stream[k].first == v) {
            const struct stream *s = &streams->stream[k++];
            plan_segment(p, g, choice, s);
            while (v < s->last) out[v++] = s->layout;
            out[v] = s->layout;
            continue;
        }
        const struct choice *c = &g->node[v].choice[choice[v]];
        plan_inputs(p, g, v, c->in, copied, out);
        plan_node(p, g, v, c);
        out[v] = c->out;
    }
    free(copied);
    free(out);
    assert(p->steps >= g->nodes);
    CHECK(check_times(p));
    return p;
}

int64_t plan_flash_bytes(const struct plan *p) {
    int64_t sum = 0;
    for (int i = 0; i < p->steps; i++) {
        assert(p->step[i].weights_bytes <= INT64_MAX - sum);
        sum += p->step[i].weights_bytes;
    }
    return sum;
}

void plan_state_flash(struct plan *p, int64_t budget_bytes) {
    assert(budget_bytes >= 0 && p->steps > 0);
    p->flash = (struct plan_flash){.stated = true, .budget_bytes = budget_bytes, .bytes = plan_flash_bytes(p)};
}

static bool pace_fits(const struct network *n, const struct plan_step *strip, int first, int last,
                      struct segment_pace pace) {
    for (int v = first; v <= last; v++)
        if (plan_text_rows(&strip[v - first]) != segment_call_rows(n, v, pace)) return false;
    return true;
}

struct segment_pace plan_pace(const struct network *n, const struct plan_step *strip, int first, int last) {
    struct segment_pace pace = segment_pace_even(1);
    assert(1 <= first && first <= last && last < n->layers);
    for (int v = first; v <= last; v++) {
        const int rows = plan_text_rows(&strip[v - first]);
        pace.rows = rows > pace.rows ? rows : pace.rows;
    }
    for (int i = 0; i < SEGMENT_PACES && !pace_fits(n, strip, first, last, pace); i++)
        if (pace_fits(n, strip, first, last, segment_pace(i))) pace = segment_pace(i);
    return pace;
}

void plan_streams(struct streams *out, const struct plan *p, const struct network *n) {
    *out = (struct streams){0, NULL};
    for (int i = 0, v = 0, first = 0; i < p->steps; i++) {
        const struct plan_step *s = &p->step[i];
        if (s->kind == PROFILE_CONVERT) continue;
        if (s->kind == PROFILE_STRIP) {
            first = first ? first : v;
        } else if (s->kind == PROFILE_MOVE) {
            assert(0 < first && first < v);
            const struct segment_pace pace = plan_pace(n, s - (v - first), first, v - 1);
            out->stream = memory_resize(out->stream, (size_t)out->count + 1, sizeof *out->stream);
            out->stream[out->count++] = (struct stream){first, v - 1, pace, s->to, first == 1 && p->stream_input};
            first = 0;
            continue;
        }
        v++;
    }
}
