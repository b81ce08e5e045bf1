#include "formulation/instance.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/overlay.h"
#include "formulation/profile_text.h"
#include "formulation/segment.h"
#include "kernels/layout/convert.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

bool instance_alike(struct shape s, enum layout a, enum layout b) {
    if (a == b || s.C == 1 || (s.H == 1 && s.W == 1)) return true;
    if (a != LAYOUT_HWC && b != LAYOUT_HWC) return s.H == 1; /* chw and hcw differ by the order of C and H */
    if (a != LAYOUT_CHW && b != LAYOUT_CHW) return s.W == 1; /* hwc and hcw differ by the order of W and C */
    return false;
}

int instance_uncovered(const struct instance *g, int from) {
    for (int v = from; v < g->nodes; v++)
        if (!g->node[v].covered && g->node[v].layer->kind == LAYER_CONV) return v;
    return -1;
}

void instance_free(struct instance *g) {
    if (!g) return;
    for (int v = 0; v < g->nodes; v++) {
        free(g->node[v].choice);
        free(g->node[v].strip);
    }
    free(g->node);
    free(g->edge);
    free(g->memo);
    free(g);
}

/* --- closure --- */

/* Shortest paths over the layouts; a direct conversion is kept if a longer path only equals it. */
static void instance_close_edge(struct edge *e) {
    for (int a = 0; a < LAYOUTS; a++)
        for (int b = 0; b < LAYOUTS; b++) {
            if (a == b) e->alike[a][b] = true;
            if (e->alike[a][b]) e->time_ns[a][b] = e->workspace_bytes[a][b] = 0;
            e->via[a][b] = (enum layout)b;
        }
    for (int k = 0; k < LAYOUTS; k++)
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++) {
                if (e->time_ns[a][k] == INSTANCE_NO_WAY || e->time_ns[k][b] == INSTANCE_NO_WAY) continue;
                if (e->time_ns[a][k] + e->time_ns[k][b] >= e->time_ns[a][b]) continue;
                int64_t first = e->workspace_bytes[a][k], second = e->workspace_bytes[k][b];
                e->time_ns[a][b] = e->time_ns[a][k] + e->time_ns[k][b];
                e->via[a][b] = e->via[a][k];
                e->workspace_bytes[a][b] = first > second ? first : second;
            }
}

/* The invariants that the comments of the structs state. */
static bool check_choices(const struct node *n) {
    assert(n->choices >= 0 && n->out_bytes >= 0); /* tests close instances without choices */
    for (int i = 0; i < n->choices; i++) {
        const struct choice *c = &n->choice[i];
        assert(c->time_ns >= 0 && c->time_ns <= PROFILE_NS_MOST);
        assert(c->workspace_bytes >= 0 && c->weights_bytes >= 0);
        assert(0 <= c->reused_bytes && c->reused_bytes <= n->reused_bytes && n->reused_bytes <= n->out_bytes);
        assert((int)c->in >= 0 && (int)c->in < LAYOUTS && (int)c->out >= 0 && (int)c->out < LAYOUTS);
    }
    return true;
}

static bool check_closed(const struct edge *e) {
    assert(e->from < e->to && e->slot >= 0 && e->bytes >= 0);
    for (int a = 0; a < LAYOUTS; a++)
        for (int b = 0; b < LAYOUTS; b++) {
            const int64_t time = e->time_ns[a][b];
            assert(time >= 0 && e->workspace_bytes[a][b] >= 0);
            assert(!e->alike[a][b] || (time == 0 && e->workspace_bytes[a][b] == 0));
            assert(a != b || e->alike[a][b]);
            if (time == INSTANCE_NO_WAY) continue;
            assert(e->time_ns[a][e->via[a][b]] <= time && e->time_ns[e->via[a][b]][b] <= time); /* a stop on the way */
            for (int k = 0; k < LAYOUTS; k++) /* no detour is shorter */
                assert(e->time_ns[b][k] == INSTANCE_NO_WAY || e->time_ns[a][k] <= time + e->time_ns[b][k]);
        }
    return true;
}

static bool check_instance(const struct instance *g) {
    for (int v = 0; v < g->nodes; v++) check_choices(&g->node[v]);
    for (int e = 0; e < g->edges; e++) {
        check_closed(&g->edge[e]);
        assert(e == 0 || g->edge[e - 1].to <= g->edge[e].to); /* in execution order */
    }
    return true;
}

static void instance_reused(struct node *n) {
    n->reused_bytes = 0;
    for (int i = 0; i < n->choices; i++)
        if (n->choice[i].reused_bytes > n->reused_bytes) n->reused_bytes = n->choice[i].reused_bytes;
}

void instance_close(struct instance *g) {
    int e = 0;
    for (int v = 0; v < g->nodes; v++) {
        instance_reused(&g->node[v]);
        g->node[v].first_in = e;
        while (e < g->edges && g->edge[e].to == v) {
            assert(g->edge[e].from < v && g->edge[e].slot == e - g->node[v].first_in);
            instance_close_edge(&g->edge[e++]);
        }
        g->node[v].last_in = e;
        assert(g->node[v].first_in <= e);
    }
    assert(e == g->edges);
    CHECK(check_instance(g));
}

/* --- choices --- */

static int instance_by_name(const void *key, const void *row) {
    return strcmp(key, ((const struct profile_row *)row)->name);
}

/* The measured primitives that apply to the layer's scenario, in the order of the table. */
static void instance_measured(struct node *n, const struct profile *p, int threads) {
    const struct scenario *s = &n->layer->scenario;
    char text[SCENARIO_TEXT];
    int first, last;
    scenario_print(text, s);
    if (!profile_rows(&first, &last, p, PROFILE_CONV, text)) return;
    assert(first < last && last <= p->rows);
    n->choice = MEMORY_NEW(struct choice, last - first);
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *q = &primitives[i];
        const struct profile_row *row =
            bsearch(q->name, p->row + first, (size_t)(last - first), sizeof *row, instance_by_name);
        if (!row || !primitive_applies(q, s)) continue;
        n->choice[n->choices++] = (struct choice){q,
                                                  q->in,
                                                  q->out,
                                                  row->median_ns,
                                                  (int64_t)primitive_workspace(q, s, threads),
                                                  (int64_t)primitive_weights(q, s),
                                                  0,
                                                  0};
    }
    assert(n->choices <= last - first);
    if (n->choices > 0) return;
    free(n->choice);
    n->choice = NULL;
}

static void instance_conv(struct node *n, const struct profile *p, int threads) {
    instance_measured(n, p, threads);
    n->covered = n->choices > 0;
    if (n->covered) return;
    n->choice = MEMORY_NEW(struct choice, LAYOUTS);
    n->choices = LAYOUTS;
    for (int l = 0; l < LAYOUTS; l++) n->choice[l].in = n->choice[l].out = (enum layout)l;
}

/* Every layout, or, if some were measured, only those: the others are unavailable rather than free. */
static void instance_operator(struct node *n, bool *measured, const struct profile *p, int threads) {
    const struct operator_shape *s = &n->layer->shape_of;
    const struct profile_row *row[LAYOUTS];
    char text[OPERATOR_TEXT];
    bool any = false, input = s->kind == OPERATOR_INPUT;
    operator_print(text, s);
    for (int l = 0; l < LAYOUTS; l++) {
        row[l] = profile_find(p, PROFILE_LAYER, text, operator_names[s->kind], (enum layout)l, (enum layout)l);
        any = any || row[l];
    }
    if (input) any = false;
    n->choice = MEMORY_NEW(struct choice, LAYOUTS);
    for (int l = 0; l < (input ? 1 : LAYOUTS); l++) { /* an image comes as CHW, which is layout 0 */
        if (any && !row[l]) continue;
        enum layout layout = (enum layout)l;
        n->choice[n->choices++] = (struct choice){NULL,
                                                  layout,
                                                  layout,
                                                  any ? row[l]->median_ns : 0,
                                                  (int64_t)operator_workspace(s, layout, threads),
                                                  (int64_t)operator_weights(s, layout),
                                                  0,
                                                  0};
    }
    assert(n->choices > 0);
    n->covered = any || !operators[s->kind]->run;
    *measured = *measured || any;
}

static void instance_overlays(struct instance *g) {
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].choices; i++) {
            struct choice *c = &g->node[v].choice[i];
            c->reused_bytes = overlay_reused(g->network, v, c->in, g->threads);
        }
}

void instance_apart(struct instance *g) {
    for (int v = 0; v < g->nodes; v++) {
        struct node *n = &g->node[v];
        for (int i = 0; i < n->choices; i++) n->choice[i].reused_bytes = 0;
        assert(n->reused_bytes >= 0);
        n->reused_bytes = 0;
    }
    g->apart = true;
}

/* --- edges --- */

static void instance_edge(struct edge *e, struct shape tensor, const struct profile *p) {
    char text[TENSOR_TEXT];
    profile_text_tensor(text, tensor.C, tensor.H, tensor.W);
    for (int a = 0; a < LAYOUTS; a++)
        for (int b = 0; b < LAYOUTS; b++) {
            enum layout from = (enum layout)a, to = (enum layout)b;
            const struct profile_row *row = profile_find(p, PROFILE_CONVERT, text, "convert", from, to);
            e->alike[a][b] = instance_alike(tensor, from, to);
            e->time_ns[a][b] = row ? row->median_ns : INSTANCE_NO_WAY;
            e->workspace_bytes[a][b] = (int64_t)convert_workspace(tensor.C, tensor.H, tensor.W, from, to);
        }
}

static void instance_edges(struct instance *g) {
    const struct network *n = g->network;
    assert(g->nodes == n->layers);
    for (int v = 0; v < n->layers; v++) g->edges += n->layer[v].inputs;
    g->edge = MEMORY_NEW(struct edge, g->edges);
    struct edge *e = g->edge;
    for (int v = 0; v < n->layers; v++)
        for (int i = 0; i < n->layer[v].inputs; i++, e++) {
            e->from = n->layer[v].input[i];
            e->to = v;
            assert(e->from < v); /* networks are in topological order */
            e->slot = i;
            e->bytes = shape_bytes(n->layer[e->from].out);
            instance_edge(e, n->layer[e->from].out, g->profile);
        }
    assert(e == g->edge + g->edges);
}

/* Has the profile rows for strips of the convolution? Those of a plan that streams all of them are its only ones. */
static bool instance_streamed(const struct layer *l, const struct profile *p) {
    char text[LAYER_TEXT];
    int first, last;
    for (int h = 0; h < SEGMENT_ROWS; h++) {
        profile_text_layer(text, l, segment_rows[h] < l->out.H ? segment_rows[h] : l->out.H);
        if (profile_rows(&first, &last, p, PROFILE_STRIP, text)) return true;
    }
    return false;
}

struct instance *instance_new(const struct network *folded, const struct profile *profile, int threads,
                              struct error *err) {
    struct instance *g = MEMORY_NEW(struct instance, 1);
    int convolutions = 0, streamed = 0;
    g->network = folded;
    g->profile = profile;
    g->threads = threads;
    g->nodes = folded->layers;
    g->node = MEMORY_NEW(struct node, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        struct node *n = &g->node[v];
        n->layer = &folded->layer[v];
        n->out_bytes = shape_bytes(n->layer->out);
        if (n->layer->kind == LAYER_CONV) {
            instance_conv(n, profile, threads);
            convolutions++;
            g->uncovered += !n->covered;
            streamed += !n->covered && instance_streamed(n->layer, profile);
        } else {
            assert(n->layer->kind == LAYER_OPERATOR); /* folded */
            instance_operator(n, &g->layers_measured, profile, threads);
        }
    }
    instance_overlays(g);
    instance_edges(g);
    assert(g->uncovered <= convolutions);
    instance_close(g);
    if (convolutions == 0 || g->uncovered < convolutions || streamed > 0) return g;
    error_at(err, profile->path, 0,
             "a profile for another network (expected rows for some of the %d convolutions of %s, got none)",
             convolutions, folded->name);
    instance_free(g);
    return NULL;
}
