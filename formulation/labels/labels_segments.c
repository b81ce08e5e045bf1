#include "formulation/labels/labels_segments.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_kept.h"
#include "formulation/labels/labels_runs.h"
#include "solver/base/memory.h"

/* A strip of the present layer that no other one beats. */
struct strip_option {
    struct labels_cost cost;
    int strip; /* index into node[].strip */
};

struct adder {
    struct labels_segments *s;
    struct labels_graph *graph;
    const int *state;
    const struct instance *g;
    enum memory_model model;
    int *cut; /* [cuts] */
    int cuts;
    struct segment **segment; /* [cuts] of the first cut and rows under way: by last cut; NULL: not one to be tried */
    struct segment **image;   /* [cuts] the same with the image by rows */
    int reach;                /* last cuts < reach */
    int first, listed;        /* partial[first ...]: those that end with the layer walked last, by time; -1: of none */
    struct strip_option *option; /* [options] */
    int options;
    size_t option_room;
    struct labels_runs runs;     /* workspaces */
    struct labels_kept unbeaten; /* of few pairs, as few values of the largest workspace occur */
    bool full;
};

void labels_segments_free(struct labels_segments *s) {
    free(s->partial);
    free(s->option);
    *s = (struct labels_segments){0};
}

/* --- partial selections ------------------------------------------------------------------------------------------ */

/* What counts besides K and T: P, or what P and K come to. */
static int64_t adder_step(const struct adder *a, const struct labels_cost *c) {
    return a->s->traded ? c->p + c->k : c->p;
}

static bool adder_beats(const struct adder *a, const struct labels_cost *x, const struct labels_cost *y) {
    return x->t <= y->t && x->k <= y->k && adder_step(a, x) <= adder_step(a, y);
}

static void adder_option(struct adder *a, const struct strip_option *new) {
    int kept = 0;
    for (int i = 0; i < a->options; i++)
        if (adder_beats(a, &a->option[i].cost, &new->cost)) return;
    for (int i = 0; i < a->options; i++)
        if (!adder_beats(a, &new->cost, &a->option[i].cost)) a->option[kept++] = a->option[i];
    a->option = memory_grow(a->option, &a->option_room, (size_t)kept + 1, sizeof *a->option);
    a->option[kept] = *new;
    a->options = kept + 1;
}

static void adder_options(struct adder *a, int v, struct segment_pace pace, enum layout layout) {
    const struct node *n = &a->g->node[v];
    const int rows = segment_call_rows(a->g->network, v, pace);
    a->options = 0;
    for (int c = 0; c < n->strips; c++) {
        const struct choice *strip = &n->strip[c];
        if (strip->rows != rows || strip->in != layout) continue;
        const int64_t step = memory_model_step(a->model, 0, strip->workspace_bytes);
        const int64_t added = memory_model_added(a->model, strip->workspace_bytes, strip->weights_bytes);
        adder_option(a, &(struct strip_option){{step, added, strip->time_ns}, c});
    }
}

/* Every partial selection with one more strip: a list of its own, by time as they are. */
static void adder_extend(struct adder *a, const struct strip_option *o) {
    labels_runs_begin(&a->runs, a->listed);
    for (int at = a->first; at < a->first + a->listed; at++) {
        static const struct labels_cost none = {0, 0, 0};
        const struct labels_cost *c = at < 0 ? &none : &a->s->partial[at].cost;
        const struct labels_cost cost = {labels_larger(c->p, o->cost.p), c->k + o->cost.k, c->t + o->cost.t};
        labels_runs_add(&a->runs, &(struct labels_item){cost, o->strip, at});
    }
}

/* Extends every partial selection by layer v, and keeps those that none beats. */
static void adder_layer(struct adder *a, int v, struct segment_pace pace, enum layout layout) {
    struct labels_segments *s = a->s;
    adder_options(a, v, pace, layout);
    a->full = (int64_t)a->listed * a->options > LABELS_SEGMENTS_MOST - s->partials;
    if (a->full) return;
    a->runs.items = a->runs.runs = a->unbeaten.pairs = 0;
    for (int i = 0; i < a->options; i++) adder_extend(a, &a->option[i]);
    labels_runs_by_time_all(&a->runs);
    a->first = s->partials;
    for (int i = 0; i < a->runs.items; i++) {
        const struct labels_item *item = &a->runs.item[i];
        if (!labels_kept_add(&a->unbeaten, item->cost.k, adder_step(a, &item->cost))) continue;
        s->partial = memory_grow(s->partial, &s->partial_room, (size_t)s->partials + 1, sizeof *s->partial);
        s->partial[s->partials++] = (struct labels_partial){item->cost, v, item->way, item->link};
    }
    a->listed = s->partials - a->first;
}

/* --- arcs -------------------------------------------------------------------------------------------------------- */

/* image: the choice of layer 0, if its rows are taken by the segment; else -1. */
static void adder_ways(struct adder *a, const struct segment *segment, enum layout layout, int image) {
    const int64_t before = image < 0 ? 0 : a->g->node[0].choice[image].time_ns;
    const int64_t moved = before + instance_move_ns(a->g, selection_moved_bytes(segment));
    struct labels_segments *s = a->s;
    for (int i = 0; i < a->listed; i++) {
        const struct labels_cost *p = &s->partial[a->first + i].cost;
        const struct labels_cost cost = {segment->block_bytes + p->p, p->k, p->t + moved};
        s->option = memory_grow(s->option, &s->option_room, (size_t)s->options + 1, sizeof *s->option);
        s->option[s->options] = (struct labels_option){
            {segment->first, segment->last, segment->pace, layout, image >= 0}, a->first + i, image};
        labels_graph_way(a->graph, &cost, -1 - s->options++);
    }
    a->full = a->full || s->options > LABELS_SEGMENTS_MOST;
}

/* From every layout of the tensor at the first cut that is as good as the segment's. */
static void adder_arcs(struct adder *a, const struct segment *segment, enum layout layout) {
    const int from = segment->first - 1, to = a->state[segment->last * LAYOUTS + (int)layout];
    for (int l = 0; l < LAYOUTS && to >= 0 && a->listed > 0; l++) {
        const int state = a->state[from * LAYOUTS + l];
        if (state < 0 || !instance_alike(a->g->network->layer[from].out, (enum layout)l, layout)) continue;
        labels_graph_arc(a->graph, state, to);
        adder_ways(a, segment, layout, -1);
    }
}

/* From the start, with each way of taking the image in a layout that is as good. */
static void adder_image_arc(struct adder *a, const struct segment *segment, enum layout layout) {
    const struct node *image = &a->g->node[0];
    const int to = a->state[segment->last * LAYOUTS + (int)layout];
    assert(segment->image_by_rows && segment->first == 1);
    if (to < 0 || a->listed == 0) return;
    labels_graph_arc(a->graph, 0, to);
    for (int c = 0; c < image->choices; c++)
        if (instance_alike(image->layer->out, image->choice[c].out, layout)) adder_ways(a, segment, layout, c);
}

/* All segments that begin after cut[i], at one pace, in one layout. */
static void adder_walk(struct adder *a, int i, struct segment_pace pace, enum layout layout) {
    a->first = -1;
    a->listed = 1;
    for (int k = i + 1; k < a->reach && a->listed > 0; k++) {
        for (int v = a->cut[k - 1] + 1; v <= a->cut[k] && a->listed > 0 && !a->full; v++)
            adder_layer(a, v, pace, layout);
        if (a->full) return;
        if (a->segment[k]) adder_arcs(a, a->segment[k], layout);
        if (a->image[k]) adder_image_arc(a, a->image[k], layout);
    }
}

static bool adder_any(const struct adder *a, int first, int last, struct segment_pace pace) {
    for (int v = first; v <= last; v++) {
        bool any = false;
        for (int c = 0; c < a->g->node[v].strips && !any; c++)
            any = a->g->node[v].strip[c].rows == segment_call_rows(a->g->network, v, pace);
        if (!any) return false;
    }
    return true;
}

static void adder_from(struct adder *a, int i, int h) {
    const struct segment_pace pace = segment_pace(h);
    a->reach = i + 1;
    for (int k = i + 1; k < a->cuts; k++) a->segment[k] = a->image[k] = NULL;
    for (int k = i + 1; k < a->cuts; k++) {
        const int first = a->cut[i] + 1, last = a->cut[k];
        if (!segment_possible(a->g->network, first, last) || !adder_any(a, a->cut[k - 1] + 1, last, pace)) break;
        if (segment_pace_repeats(a->g->network, first, last, h)) continue; /* until a layer tells them apart */
        if (selection_is_barred(&a->s->barred, a->g, first, last, pace)) continue;
        a->segment[k] = segment_new(a->g->network, first, last, pace);
        if (a->s->image_by_rows && i == 0) a->image[k] = segment_new_image_by_rows(a->g->network, last, pace);
        a->reach = k + 1;
    }
    for (int l = 0; l < LAYOUTS && !a->full; l++)
        if (l != LAYOUT_CHW) adder_walk(a, i, pace, (enum layout)l);
    for (int k = i + 1; k < a->cuts; k++) segment_free(a->segment[k]), segment_free(a->image[k]);
}

bool labels_segments_add(struct labels_segments *s, struct labels_graph *graph, const int *state,
                         const struct instance *g, enum memory_model model, struct error *err) {
    struct adder a = {.s = s, .graph = graph, .state = state, .g = g, .model = model};
    if (!memory_model_by_step(model)) return true;
    a.cut = MEMORY_NEW(int, g->nodes);
    bool *cuts = segment_cuts(g->network);
    for (int v = 0; v < g->nodes; v++)
        if (cuts[v]) a.cut[a.cuts++] = v;
    free(cuts);
    a.segment = MEMORY_NEW(struct segment *, a.cuts);
    a.image = MEMORY_NEW(struct segment *, a.cuts);
    for (int i = 0; i < a.cuts; i++)
        for (int h = 0; h < SEGMENT_PACES && !a.full; h++) adder_from(&a, i, h);
    free(a.cut);
    free(a.segment);
    free(a.image);
    free(a.option);
    labels_runs_free(&a.runs);
    labels_kept_free(&a.unbeaten);
    return !a.full || error_set(err,
                                "more than %d selections of segments: the network is too long for exact streaming "
                                "(expected a smaller one, or --streaming off)",
                                LABELS_SEGMENTS_MOST);
}

void labels_segments_read(int *choice, struct stream *stream, const struct labels_segments *s, int option) {
    assert(option >= 0 && option < s->options);
    *stream = s->option[option].stream;
    int at = s->option[option].partial, v = stream->last;
    if (stream->image_by_rows) choice[0] = s->option[option].image;
    for (; at >= 0; at = s->partial[at].before, v--) {
        assert(s->partial[at].node == v);
        choice[v] = s->partial[at].choice;
    }
    assert(v == stream->first - 1);
}
