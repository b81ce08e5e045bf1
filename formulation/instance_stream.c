/* What layers may be in a segment: the strips of their nodes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/instance.h"
#include "formulation/profile_text.h"
#include "formulation/segment.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"

/* The workspace that the largest of a layer's strips needs. */
static int64_t strip_workspace(const struct network *n, int v, const struct primitive *p, enum layout layout, int rows,
                               int threads) {
    const struct layer *l = &n->layer[v];
    const int height = segment_height(n, v);
    int64_t most = 0;
    if (segment_accumulates(n, v)) return 0;
    for (int from = 0, to; from < height; from = to) {
        to = segment_end(n, v, from, rows);
        struct scenario scenario;
        struct operator_shape shape;
        int low, high;
        int64_t bytes;
        if (l->kind == LAYER_CONV) {
            bool cut = strip_of_scenario(&scenario, &low, &high, &l->scenario, from, to);
            assert(cut); /* asked for by strip_every_scenario */
            (void)cut;
            bytes = (int64_t)primitive_workspace(p, &scenario, threads);
        } else {
            bool cut = strip_of_operator(&shape, &low, &high, &l->shape_of, from, to);
            assert(cut);
            (void)cut;
            bytes = (int64_t)operator_workspace(&shape, layout, threads);
        }
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* The profile's row for the layer at `rows` a call; NULL: it has none. */
static const struct profile_row *strip_row(const struct instance *g, int v, const char *name, enum layout layout,
                                           int rows) {
    char text[LAYER_TEXT];
    profile_text_layer(text, g->node[v].layer, rows);
    return profile_find(g->profile, PROFILE_STRIP, text, name, layout, layout);
}

static void strip_add(struct node *n, const struct instance *g, int v, const struct primitive *p, enum layout layout,
                      int rows) {
    const struct layer *l = g->node[v].layer;
    const struct profile_row *row = strip_row(g, v, p ? p->name : operator_names[l->shape_of.kind], layout, rows);
    if (!row) return;
    n->strip = memory_resize(n->strip, (size_t)n->strips + 1, sizeof *n->strip);
    n->strip[n->strips++] =
        (struct choice){p,
                        layout,
                        layout,
                        row->median_ns,
                        strip_workspace(g->network, v, p, layout, rows, g->threads),
                        (int64_t)(p ? primitive_weights(p, &l->scenario) : operator_weights(&l->shape_of, layout)),
                        rows,
                        0};
}

/* Those of layer v, into n: its node, or another one that is only looked at. */
static void instance_strips(struct node *n, const struct instance *g, int v) {
    const struct layer *l = g->node[v].layer;
    const int height = segment_height(g->network, v);
    for (int h = 0; h < SEGMENT_ROWS; h++) {
        const int rows = segment_rows[h] < height ? segment_rows[h] : height;
        if (h > 0 && segment_rows[h - 1] >= height) break; /* all rows in one call: once is enough */
        for (int i = 0; l->kind == LAYER_CONV && i < primitive_count; i++) {
            const struct primitive *p = &primitives[i];
            if (p->in == p->out && p->in != LAYOUT_CHW && primitive_applies(p, &l->scenario))
                strip_add(n, g, v, p, p->in, rows);
        }
        for (int layout = 0; l->kind == LAYER_OPERATOR && layout < LAYOUTS; layout++)
            if (layout != LAYOUT_CHW) strip_add(n, g, v, NULL, (enum layout)layout, rows);
    }
}

/* The image in another layout than its own: a conversion that needs no copy, since it is taken from the caller's. */
static void instance_image(struct instance *g) {
    struct node *n = &g->node[0];
    const struct shape s = n->layer->out;
    char text[TENSOR_TEXT];
    assert(n->choices == 1 && n->choice[0].out == LAYOUT_CHW);
    profile_text_tensor(text, s.C, s.H, s.W);
    for (int l = 0; l < LAYOUTS; l++) {
        const enum layout to = (enum layout)l;
        const struct profile_row *row = profile_find(g->profile, PROFILE_CONVERT, text, "convert", LAYOUT_CHW, to);
        if (to == LAYOUT_CHW || !row) continue;
        n->choice = memory_resize(n->choice, (size_t)n->choices + 1, sizeof *n->choice);
        n->choice[n->choices++] = (struct choice){.in = to, .out = to, .time_ns = row->median_ns};
    }
}

void instance_stream(struct instance *g) {
    assert(g->node[0].strips == 0 && g->node[0].choices == 1); /* once */
    g->memo = MEMORY_NEW(struct segment_memo, 1);
    instance_image(g);
    for (int v = 1; v < g->nodes; v++)
        if (segment_streams(g->network, v)) instance_strips(&g->node[v], g, v);
}

bool instance_can_stream(const struct instance *g) {
    struct node any = {0};
    for (int v = 1; v < g->nodes && any.strips == 0; v++)
        if (segment_streams(g->network, v)) instance_strips(&any, g, v);
    free(any.strip);
    return any.strips > 0 && instance_move_ns(g, 1) >= 0;
}

/* The time does not depend on the layout. A profile has one of them, a plan's own rows those of its segments. */
static const struct profile_row *instance_move(const struct profile *p, int64_t bytes) {
    const struct profile_row *row = NULL;
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)bytes);
    for (int l = 0; l < LAYOUTS && !row; l++)
        row = profile_find(p, PROFILE_MOVE, text, "move", (enum layout)l, (enum layout)l);
    return row;
}

int64_t instance_move_ns(const struct instance *g, int64_t bytes) {
    if (bytes == 0) return 0;
    const struct profile_row *row = instance_move(g->profile, bytes);
    if (row) return row->median_ns;
    row = instance_move(g->profile, PROFILE_MOVED);
    if (!row) return -1;
    const int64_t whole = bytes / PROFILE_MOVED, rest = bytes % PROFILE_MOVED;
    return whole * row->median_ns + (rest * row->median_ns + PROFILE_MOVED - 1) / PROFILE_MOVED;
}
