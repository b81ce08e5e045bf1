#include "formulation/labels/labels_states.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_tensors.h"
#include "solver/base/memory.h"

/* A choice of the present node that no other one of its layouts beats. */
struct option {
    int choice;
    int64_t step, added, time; /* bytes that it and its output add to its step, bytes that add up, ns */
};

/* The states of the stage that is being reached: packed tensors, and where each set of them is found. */
struct keys {
    int width, first, count; /* bytes per key; the state of key 0; how many */
    unsigned char *key;
    size_t room;
    int *table; /* [slots] 1 + key, or 0 */
    int slots;
};

struct reached { /* a way out of the present state */
    int to;
    struct labels_cost cost;
    int choice;
};

struct builder {
    const struct instance *g;
    enum memory_model model;
    enum conversions conversions;
    struct labels_tensors tensors;
    struct labels_graph *out;
    struct keys here, next;
    struct option *option[LAYOUTS][LAYOUTS]; /* of the present node */
    int options[LAYOUTS][LAYOUTS];
    struct labels_tensor *tensor; /* [live at the present node] while a state is followed */
    int *at;                      /* [nodes] place in tensor */
    unsigned char *key;           /* [nodes] of the state that is reached */
    struct reached *reached;
    int reaches;
    size_t reached_room;
    bool *is_cut; /* [nodes]; NULL: no segments */
    int *cut;  /* [nodes x LAYOUTS] the state after a cut, by its tensor's layout; -1: not a cut. NULL: no segments */
    bool wide; /* too many states: nothing more is looked at */
};

/* A run of the present node in one input layout, as far as it has come. */
struct stride {
    int node, in;
    int64_t live; /* bytes */
    struct labels_cost cost;
};

/* --- states by their keys --- */

static void keys_begin(struct keys *k, int width, int first) {
    assert(width >= 0 && first >= 0);
    k->width = width;
    k->first = first;
    k->count = 0;
    if (k->slots == 0) {
        k->slots = 64;
        k->table = MEMORY_NEW(int, k->slots);
    }
    memory_clear(k->table, (size_t)k->slots * sizeof *k->table);
}

static void keys_free(struct keys *k) {
    free(k->key);
    free(k->table);
}

static int keys_slot(const struct keys *k, const unsigned char *key) {
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (int i = 0; i < k->width; i++) hash = (hash ^ key[i]) * 0x100000001b3u;
    int slot = (int)((hash ^ hash >> 32) & (uint64_t)(k->slots - 1));
    while (k->table[slot] &&
           memcmp(k->key + (size_t)(k->table[slot] - 1) * (size_t)k->width, key, (size_t)k->width) != 0)
        slot = (slot + 1) & (k->slots - 1);
    return slot;
}

static void keys_double(struct keys *k) {
    free(k->table);
    k->slots *= 2;
    assert((k->slots & (k->slots - 1)) == 0);
    k->table = MEMORY_NEW(int, k->slots);
    for (int i = 0; i < k->count; i++) k->table[keys_slot(k, k->key + (size_t)i * (size_t)k->width)] = i + 1;
}

/* The number of the key; *added: it was not there. */
static int keys_find(struct keys *k, const unsigned char *key, bool *added) {
    int slot = keys_slot(k, key);
    *added = k->table[slot] == 0;
    if (!*added) return k->table[slot] - 1;
    k->key = memory_grow(k->key, &k->room, (size_t)(k->count + 1) * (size_t)k->width + 1, 1);
    memory_copy(k->key + (size_t)k->count * (size_t)k->width, key, (size_t)k->width);
    k->table[slot] = ++k->count;
    if (2 * k->count > k->slots) keys_double(k);
    return k->count - 1;
}

/* --- the choices of a node --- */

static bool option_beats(const struct option *a, const struct option *b) {
    return a->step <= b->step && a->added <= b->added && a->time <= b->time;
}

static void options_add(struct builder *b, const struct node *n, const struct choice *c, int choice) {
    const int64_t made = n->out_bytes - c->reused_bytes;
    struct option new = {choice, memory_model_step(b->model, made, c->workspace_bytes),
                         memory_model_added(b->model, c->workspace_bytes, c->weights_bytes), c->time_ns};
    struct option *list = b->option[c->in][c->out];
    int *count = &b->options[c->in][c->out], kept = 0;
    for (int i = 0; i < *count; i++)
        if (option_beats(&list[i], &new)) return;
    for (int i = 0; i < *count; i++)
        if (!option_beats(&new, &list[i])) list[kept++] = list[i];
    list[kept++] = new;
    *count = kept;
    assert(kept > 0);
}

static void options_of(struct builder *b, const struct node *n) {
    for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
        int *count = &b->options[i / LAYOUTS][i % LAYOUTS];
        struct option **list = &b->option[i / LAYOUTS][i % LAYOUTS];
        *list = memory_resize(*list, (size_t)n->choices, sizeof **list);
        *count = 0;
    }
    for (int c = 0; c < n->choices; c++) options_add(b, n, &n->choice[c], c);
}

/* --- from a state on --- */

/* The state after the node, which makes `out`. */
static int builder_state(struct builder *b, int v, int out) {
    const struct labels_tensors *t = &b->tensors;
    int width = t->first[v + 2] - t->first[v + 1];
    bool added;
    assert(width == b->next.width && width <= b->g->nodes);
    for (int i = 0; i < width; i++) {
        int u = t->live[t->first[v + 1] + i];
        struct labels_tensor made = {(unsigned char)out, labels_tensors_bit(out), labels_tensors_bit(out)};
        b->key[i] = labels_tensors_pack(u == v ? &made : &b->tensor[b->at[u]]);
    }
    int state = keys_find(&b->next, b->key, &added);
    if (added) labels_graph_state(b->out, v + 1);
    b->wide = b->next.count > LABELS_STATES_MOST || b->out->ways > LABELS_WAYS_MOST;
    return b->next.first + state;
}

/* The node has run: a way for each option. */
static void builder_arrive(struct builder *b, const struct stride *s, int64_t live_in_run) {
    assert(live_in_run >= 0);
    for (int out = 0; out < LAYOUTS && !b->wide; out++) {
        if (b->options[s->in][out] == 0) continue;
        int to = builder_state(b, s->node, out);
        for (int i = 0; i < b->options[s->in][out]; i++) {
            const struct option *o = &b->option[s->in][out][i];
            int64_t step = memory_model_step(b->model, live_in_run, 0) + o->step;
            struct labels_cost cost = {labels_larger(s->cost.p, step), s->cost.k + o->added, s->cost.t + o->time};
            b->reached = memory_grow(b->reached, &b->reached_room, (size_t)b->reaches + 1, sizeof *b->reached);
            b->reached[b->reaches++] = (struct reached){to, cost, o->choice};
        }
    }
}

/* The layout in which edge e is read: the original's, where that is the same bytes. */
static int builder_reads(const struct edge *e, const struct labels_tensor *t, int in) {
    enum layout stop[LAYOUTS];
    return selection_legs(stop, e, (enum layout)t->out, (enum layout)in) == 0 ? t->out : in;
}

/* After the node has run: from edge e on, hold on to what it read or give it up. */
static void builder_release(struct builder *b, const struct stride *s, int e) {
    const struct node *node = &b->g->node[s->node];
    if (b->wide) return;
    if (e == node->last_in) {
        builder_arrive(b, s, s->live);
        return;
    }
    const struct edge *edge = &b->g->edge[e];
    struct labels_tensor *t = &b->tensor[b->at[edge->from]], before = *t;
    bool counts = memory_model_by_step(b->model) && b->conversions == CONVERSIONS_PER_TENSOR;
    int left = b->tensors.readers_left[e];
    unsigned char read = labels_tensors_bit(builder_reads(edge, t, s->in));
    if (b->tensors.again[e] || !counts) {
        builder_release(b, s, e + 1);
        return;
    }
    assert(t->held & read);
    if (left == 0) { /* whatever else was held was held in vain */
        if (t->held == read) builder_release(b, s, e + 1);
        return;
    }
    if (labels_tensors_count(t->held) <= left) builder_release(b, s, e + 1);
    t->held &= (unsigned char)~read;
    if (t->held && labels_tensors_count(t->held) <= left) builder_release(b, s, e + 1);
    *t = before;
}

/* The legs of edge e's conversion, as the judge walks them. `last`: the original is freed after the first. */
static void builder_convert(const struct builder *b, struct stride *s, const struct edge *e, int from, bool last) {
    enum layout stop[LAYOUTS], at = (enum layout)from;
    int legs = selection_legs(stop, e, at, (enum layout)s->in);
    assert(legs > 0);
    for (int i = 0; i < legs; at = stop[i++]) {
        int64_t workspace = e->workspace_bytes[at][stop[i]];
        s->live += e->bytes;
        s->cost.p = labels_larger(s->cost.p, memory_model_step(b->model, s->live, workspace));
        s->cost.k += memory_model_added(b->model, workspace, 0);
        if (i > 0 || last) s->live -= e->bytes;
    }
    s->cost.t += e->time_ns[from][s->in];
}

static void builder_edge(struct builder *b, const struct stride *s, int e);

/* Per tensor: a copy is made here, and the original held or given up. */
static void builder_copy(struct builder *b, const struct stride *s, int e, struct labels_tensor *t) {
    const struct labels_tensor before = *t;
    int left = b->tensors.readers_left[e];
    for (int gives = 0; gives < 2; gives++) {
        if (gives ? !memory_model_by_step(b->model) : left == 0 && memory_model_by_step(b->model)) continue;
        struct stride after = *s;
        builder_convert(b, &after, &b->g->edge[e], t->out, gives);
        t->made |= labels_tensors_bit(s->in);
        t->held |= labels_tensors_bit(s->in);
        if (gives) t->held &= (unsigned char)~labels_tensors_bit(t->out);
        assert(t->held);
        builder_edge(b, &after, e + 1);
        *t = before;
    }
}

/* From the conversion of edge e on. */
static void builder_edge(struct builder *b, const struct stride *s, int e) {
    if (b->wide) return;
    if (e == b->g->node[s->node].last_in) {
        builder_release(b, s, b->g->node[s->node].first_in);
        return;
    }
    const struct edge *edge = &b->g->edge[e];
    struct labels_tensor *t = &b->tensor[b->at[edge->from]];
    if (edge->time_ns[t->out][s->in] == INSTANCE_NO_WAY) return;
    unsigned char read = labels_tensors_bit(builder_reads(edge, t, s->in)), original = labels_tensors_bit(t->out);
    assert(t->made & original);
    if (b->conversions == CONVERSIONS_PER_EDGE && read != original) {
        struct stride after = *s;
        builder_convert(b, &after, edge, t->out, b->tensors.readers_left[e] == 0);
        builder_edge(b, &after, e + 1);
    } else if (t->held & read) {
        builder_edge(b, s, e + 1);
    } else if ((t->held & original) && !(t->made & read)) {
        builder_copy(b, s, e, t);
    }
}

static int reached_order(const void *a, const void *b) {
    const struct reached *x = a, *y = b;
    return x->to != y->to ? x->to - y->to : x->choice - y->choice;
}

static void builder_arcs(struct builder *b, int from) {
    memory_sort(b->reached, (size_t)b->reaches, sizeof *b->reached, reached_order);
    for (int i = 0; i < b->reaches; i++) {
        assert(b->reached[i].to > from);
        if (i == 0 || b->reached[i].to != b->reached[i - 1].to) labels_graph_arc(b->out, from, b->reached[i].to);
        labels_graph_way(b->out, &b->reached[i].cost, b->reached[i].choice);
    }
    b->reaches = 0;
}

/* All ways out of one state of stage v. */
static void builder_expand(struct builder *b, int v, int state) {
    const struct labels_tensors *t = &b->tensors;
    const unsigned char *key = b->here.key + (size_t)state * (size_t)b->here.width;
    int64_t live = t->outputs[v];
    for (int i = 0; i < b->here.width; i++) {
        int u = t->live[t->first[v] + i];
        b->tensor[i] = labels_tensors_unpack(key[i]);
        b->at[u] = i;
        live += labels_tensors_count(b->tensor[i].held) * b->g->node[u].out_bytes;
    }
    assert(live >= 0);
    for (int in = 0; in < LAYOUTS; in++) {
        bool any = false;
        for (int out = 0; out < LAYOUTS; out++) any = any || b->options[in][out] > 0;
        struct stride s = {v, in, live, {0, 0, 0}};
        if (any) builder_edge(b, &s, b->g->node[v].first_in);
    }
    builder_arcs(b, b->here.first + state);
}

/* After cut v its tensor may be in any layout: a segment may have made it. */
static void builder_cut(struct builder *b, int v) {
    bool added;
    if (!b->is_cut || !b->is_cut[v]) return;
    assert(b->next.width <= 1);
    for (int l = 0; l < LAYOUTS; l++) {
        const struct labels_tensor made = {(unsigned char)l, labels_tensors_bit(l), labels_tensors_bit(l)};
        b->key[0] = labels_tensors_pack(&made);
        b->cut[v * LAYOUTS + l] = b->next.first + keys_find(&b->next, b->key, &added);
        if (added) labels_graph_state(b->out, v + 1);
    }
}

/* The last stage has one state, whatever tensors are left: the key is empty. */
static void builder_run(struct builder *b) {
    const struct labels_tensors *t = &b->tensors;
    bool added;
    labels_graph_state(b->out, 0);
    keys_begin(&b->here, 0, 0);
    keys_find(&b->here, b->key, &added);
    assert(added);
    for (int v = 0; v < b->g->nodes && !b->wide; v++) {
        options_of(b, &b->g->node[v]);
        keys_begin(&b->next, t->first[v + 2] - t->first[v + 1], b->here.first + b->here.count);
        for (int state = 0; state < b->here.count && !b->wide; state++) builder_expand(b, v, state);
        builder_cut(b, v);
        assert(b->here.first + b->here.count + b->next.count == b->out->states);
        struct keys swap = b->here;
        b->here = b->next;
        b->next = swap;
    }
}

static void builder_free(struct builder *b) {
    labels_tensors_free(&b->tensors);
    keys_free(&b->here);
    keys_free(&b->next);
    for (int i = 0; i < LAYOUTS * LAYOUTS; i++) free(b->option[i / LAYOUTS][i % LAYOUTS]);
    free(b->tensor);
    free(b->at);
    free(b->is_cut);
    free(b->cut);
    free(b->key);
    free(b->reached);
}

struct labels_graph *labels_states_build(const struct instance *g, enum memory_model model,
                                         enum conversions conversions, struct labels_segments *segments,
                                         struct error *err) {
    struct builder b = {.g = g, .model = model, .conversions = conversions, .out = labels_graph_new(g->nodes + 1)};
    assert(g->nodes > 0 && (int)model < MEMORY_MODELS);
    labels_tensors_init(&b.tensors, g);
    b.tensor = MEMORY_NEW(struct labels_tensor, g->nodes);
    b.at = MEMORY_NEW(int, g->nodes);
    b.key = MEMORY_NEW(unsigned char, g->nodes);
    b.is_cut = segments ? segment_cuts(g->network) : NULL;
    b.cut = segments ? MEMORY_NEW(int, (size_t)g->nodes *LAYOUTS) : NULL;
    for (int i = 0; segments && i < g->nodes * LAYOUTS; i++) b.cut[i] = -1;
    builder_run(&b);
    bool listed = b.wide || !segments || labels_segments_add(segments, b.out, b.cut, g, model, err);
    bool ok = b.wide ? error_set(err,
                                 "the graph is too wide: too many layouts of tensors that are alive together "
                                 "(expected at most %d states); method taso can",
                                 LABELS_STATES_MOST)
                     : listed;
    builder_free(&b);
    if (ok) return b.out;
    labels_graph_free(b.out);
    return NULL;
}

struct labels_graph *labels_states_graph(const struct instance *g, enum memory_model model,
                                         enum conversions conversions, struct labels_segments *segments,
                                         struct error *err) {
    struct labels_graph *graph = labels_states_build(g, model, conversions, segments, err);
    if (!graph || labels_graph_finish(graph, err)) return graph;
    labels_graph_free(graph);
    return NULL;
}
