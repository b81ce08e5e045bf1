/* everything.h - random small networks with costs, and everything that could be selected of them: every division into
 * layers as a whole and segments, every pace, layout and choice, each graded by the judge. */
#ifndef TESTS_SUPPORT_EVERYTHING_H
#define TESTS_SUPPORT_EVERYTHING_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/method.h"
#include "tests/support/paces.h"
#include "tests/support/sketches.h"

#define EVERYTHING_MOST 10000 /* selections that are tried of one network; larger networks are left out */

struct pair {
    int64_t m, t, weights; /* bytes of the model, ns; stored weights */
};

/* One network with costs. */
struct problem {
    struct network *net;
    struct profile *profile;
    struct instance *g;
};

/* --- costs: few choices, so that all can be tried, and times that favour none for long --- */

static inline void everything_cost(struct profile *p, struct random *r, enum profile_kind kind, const char *scenario,
                                   const char *name, enum layout from, enum layout to, int most) {
    const int64_t ns = random_int(r, 1, most);
    struct profile_row row = {
        kind, (char *)(uintptr_t)scenario, (char *)(uintptr_t)name, from, to, ns, ns, -1, 1, -1, -1, 0};
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].kind == kind && p->row[i].from == from && p->row[i].to == to &&
            strcmp(p->row[i].scenario, scenario) == 0 && strcmp(p->row[i].name, name) == 0)
            return;
    profile_add(p, &row);
}

static inline void everything_cost_conv(struct profile *p, struct random *r, const struct layer *l) {
    char text[LAYER_TEXT];
    profile_text_layer(text, l, 0);
    everything_cost(p, r, PROFILE_CONV, text, "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW, 60);
    for (int n = random_int(r, 1, 2); n > 0; n--) {
        const struct primitive *q = &primitives[random_int(r, 0, primitive_count - 1)];
        if (primitive_applies(q, &l->scenario)) everything_cost(p, r, PROFILE_CONV, text, q->name, q->in, q->out, 60);
    }
}

static inline void everything_cost_strips(struct profile *p, struct random *r, const struct network *n, int v,
                                          int rows) {
    const struct layer *l = &n->layer[v];
    char text[LAYER_TEXT];
    profile_text_layer(text, l, rows);
    if (l->kind == LAYER_CONV) {
        everything_cost(p, r, PROFILE_STRIP, text, "direct-hwc", LAYOUT_HWC, LAYOUT_HWC, 60);
        bool another = false; /* with workspace and stored weights of its own */
        for (int tries = 0; tries < 8 && !another; tries++) {
            const struct primitive *q = &primitives[random_int(r, 0, primitive_count - 1)];
            another = q->in == q->out && q->in != LAYOUT_CHW && primitive_applies(q, &l->scenario);
            if (another) everything_cost(p, r, PROFILE_STRIP, text, q->name, q->in, q->in, 60);
        }
        return;
    }
    everything_cost(p, r, PROFILE_STRIP, text, operator_names[l->shape_of.kind], LAYOUT_HWC, LAYOUT_HWC, 9);
    if (random_int(r, 0, 1))
        everything_cost(p, r, PROFILE_STRIP, text, operator_names[l->shape_of.kind], LAYOUT_HCW, LAYOUT_HCW, 9);
}

static inline struct problem everything_problem_new(struct random *r) {
    struct problem b = {sketches_network(r), profile_new(), NULL};
    const struct segment_pace pace[] = {
        {segment_rows[random_int(r, 0, 1)], SEGMENT_SLOW_NONE},
        {segment_rows[random_int(r, 2, SEGMENT_ROWS - 1)], (enum segment_slow)random_int(r, 0, SEGMENT_SLOWS - 1)}};
    struct error err = {""};
    char text[LAYER_TEXT];
    for (int v = 0; v < b.net->layers; v++) {
        const struct layer *l = &b.net->layer[v];
        if (l->kind == LAYER_CONV) everything_cost_conv(b.profile, r, l);
        snprintf(text, sizeof text, "%d,%d,%d", l->out.C, l->out.H, l->out.W);
        for (int k = 0; k < LAYOUTS * LAYOUTS; k++)
            if (k / LAYOUTS != k % LAYOUTS && random_int(r, 0, 9))
                everything_cost(b.profile, r, PROFILE_CONVERT, text, "convert", (enum layout)(k / LAYOUTS),
                                (enum layout)(k % LAYOUTS), 30);
        for (int i = 0; i < 2 && v > 0 && segment_streams(b.net, v); i++)
            if (random_int(r, 0, 7)) everything_cost_strips(b.profile, r, b.net, v, paces_rows(b.net, v, pace[i]));
    }
    snprintf(text, sizeof text, "%lld", (long long)PROFILE_MOVED);
    everything_cost(b.profile, r, PROFILE_MOVE, text, "move", LAYOUT_HWC, LAYOUT_HWC,
                    random_int(r, 0, 1) ? 100000 : 10);
    ck_assert_msg(profile_sort(b.profile, &err), "%s", err.text);
    b.g = instance_new(b.net, b.profile, 1, &err);
    ck_assert_msg(b.g != NULL, "%s", err.text);
    instance_stream(b.g);
    return b;
}

static inline void everything_problem_free(struct problem *b) {
    instance_free(b->g);
    profile_free(b->profile);
    network_free(b->net);
}

/* --- everything --- */

struct trial {
    const struct instance *g;
    int *choice;
    struct streams streams;
    int tried; /* selections so far; beyond EVERYTHING_MOST nothing more is tried */
    bool segments, image_by_rows;
    struct stream barred; /* a segment that is not tried; pace.rows 0: none */
    const struct primitive *without;
    int without_node; /* this layer may not use `without`, unless that is NULL */
    struct pair *all; /* [alls] under each model and kind of conversions */
    int alls[MEMORY_MODELS][CONVERSIONS];
};

/* Does layer `without_node` use the primitive that it may not use? */
static inline bool everything_refused(const struct trial *t) {
    const int v = t->without_node;
    bool streams = false;
    for (int i = 0; i < t->streams.count; i++)
        streams = streams || (t->streams.stream[i].first <= v && v <= t->streams.stream[i].last);
    const struct choice *c = streams ? &t->g->node[v].strip[t->choice[v]] : &t->g->node[v].choice[t->choice[v]];
    return t->without && c->primitive == t->without;
}

static inline void everything_grade(struct trial *t) {
    if (t->tried++ >= EVERYTHING_MOST || everything_refused(t)) return;
    for (int m = 0; m < MEMORY_MODELS; m++)
        for (int c = 0; c < CONVERSIONS; c++) {
            const struct evaluation e =
                selection_evaluate_streamed(t->g, t->choice, &t->streams, (enum memory_model)m, (enum conversions)c);
            if (!e.possible || (t->streams.count > 0 && !memory_models[m].live)) continue;
            t->all[(m * CONVERSIONS + c) * EVERYTHING_MOST + t->alls[m][c]++] =
                (struct pair){e.memory_bytes, e.time_ns, e.weights_bytes};
        }
}

/* The same layers in the same calls. */
static inline bool everything_bars(const struct trial *t, const struct stream *s) {
    const struct stream *b = &t->barred;
    return b->pace.rows > 0 && b->first == s->first && b->last == s->last &&
           paces_alike(t->g->network, s->first, s->last, b->pace, s->pace);
}

static inline void everything_from(struct trial *t, int v);

static inline void everything_strips(struct trial *t, const struct stream *s, int v) {
    if (v > s->last) {
        everything_from(t, v);
        return;
    }
    for (int k = 0; k < t->g->node[v].strips; k++) {
        const struct choice *c = &t->g->node[v].strip[k];
        if (c->in != s->layout || c->rows != paces_rows(t->g->network, v, s->pace)) continue;
        t->choice[v] = k;
        everything_strips(t, s, v + 1);
    }
}

/* All ways to go on from layer v. */
static inline void everything_from(struct trial *t, int v) {
    if (t->tried > EVERYTHING_MOST) return;
    if (v == t->g->nodes) {
        everything_grade(t);
        return;
    }
    for (int k = 0; k < t->g->node[v].choices; k++) {
        t->choice[v] = k;
        everything_from(t, v + 1);
    }
    for (int last = v; last < t->g->nodes && t->segments; last++)
        for (int h = 0; h < PACES && segment_possible(t->g->network, v, last); h++)
            for (int l = LAYOUT_CHW + 1; l < LAYOUTS; l++)
                for (int image = 0; image <= (v == 1 && t->image_by_rows); image++) {
                    const struct stream s = {v, last, paces_one(h), (enum layout)l, image};
                    if (!paces_differ(t->g->network, v, last, h) || everything_bars(t, &s)) continue;
                    t->streams.stream[t->streams.count++] = s;
                    everything_strips(t, &s, v);
                    t->streams.count--;
                }
}

static inline int everything_order(const void *a, const void *b) {
    const struct pair *x = a, *y = b;
    if (x->m != y->m) return x->m < y->m ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

/* Those that none beats. */
static inline const struct pair *everything_unbeaten(int *count, struct trial *t, int model, int conversions) {
    struct pair *all = t->all + (model * CONVERSIONS + conversions) * EVERYTHING_MOST;
    int n = 0;
    qsort(all, (size_t)t->alls[model][conversions], sizeof *all, everything_order);
    for (int i = 0; i < t->alls[model][conversions]; i++)
        if (n == 0 || all[i].t < all[n - 1].t) all[n++] = all[i];
    *count = n;
    return all;
}

/* false: too many. */
static inline bool everything_run(struct trial *t, const struct instance *g, bool segments, bool image_by_rows) {
    t->g = g;
    t->image_by_rows = image_by_rows;
    t->tried = 0;
    t->segments = segments;
    memset(t->alls, 0, sizeof t->alls);
    t->choice = memory_resize(t->choice, (size_t)g->nodes, sizeof *t->choice);
    t->streams.stream = memory_resize(t->streams.stream, (size_t)g->nodes, sizeof *t->streams.stream);
    everything_from(t, 0);
    return t->tried <= EVERYTHING_MOST;
}

/* Networks of 4 to 8 layers, of which everything can be tried, from a seed on; returns the seed after it. */
static inline int everything_next(struct problem *b, struct trial *t, struct random *r, int seed, bool image_by_rows) {
    for (;; seed++) {
        *r = (struct random){(uint64_t)seed};
        *b = everything_problem_new(r);
        if (b->net->layers >= 4 && b->net->layers <= 8 && everything_run(t, b->g, true, image_by_rows)) return seed + 1;
        everything_problem_free(b);
    }
}

static inline struct trial everything_new(void) {
    return (struct trial){.all = MEMORY_NEW(struct pair, (size_t)EVERYTHING_MOST * MEMORY_MODELS * CONVERSIONS)};
}

static inline void everything_free(struct trial *t) {
    free(t->all);
    free(t->choice);
    selection_streams_free(&t->streams);
}

#endif
