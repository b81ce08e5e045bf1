/* streamed.h - random small networks, and random selections of theirs with segments that run by rows: for tests of what
 * executes them. */
#ifndef TESTS_SUPPORT_STREAMED_H
#define TESTS_SUPPORT_STREAMED_H
#include <stdarg.h>

#include "formulation/profile_text.h"
#include "tests/support/paces.h"
#include "tests/support/world.h"

/* --- networks --- */

struct segment_sketch {
    char text[4096];
    size_t used;
    struct random *r;
    int layers, C, H, W; /* of the last one so far, which is called aN */
};

static inline void sketch_line(struct segment_sketch *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void sketch_line(struct segment_sketch *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    s->used += (size_t)vsnprintf(s->text + s->used, sizeof s->text - s->used, format, args);
    va_end(args);
    ck_assert_uint_lt(s->used, sizeof s->text);
}

static inline int sketch_size(int size, int extent, int stride, int pad) {
    return (size + 2 * pad - extent) / stride + 1;
}

/* Padding up to one less than the kernel's extent: so that rows are made of padding alone, too. */
static inline void sketch_conv(struct segment_sketch *s) {
    struct random *r = s->r;
    const int k = random_int(r, 0, 2) * 2 + 1, d = k > 1 && random_int(r, 0, 3) == 0 ? 2 : 1;
    const int stride = random_int(r, 1, 4) == 1 ? 2 : 1,
              pad = random_int(r, 0, 3) ? k / 2 * d : random_int(r, 0, k - 1);
    const int extent = d * (k - 1) + 1, a = s->layers;
    const bool depthwise = random_int(r, 0, 4) == 0;
    const int m = depthwise ? s->C : random_int(r, 1, 9);
    if (s->H + 2 * pad < extent || s->W + 2 * pad < extent) return;
    sketch_line(s, "a%d conv a%d m=%d k=%d s=%d p=%d d=%d g=%d bias=%d\n", a + 1, a, m, k, stride, pad, d,
                depthwise ? s->C : 1, random_int(r, 0, 1));
    s->layers++;
    s->C = m, s->H = sketch_size(s->H, extent, stride, pad), s->W = sketch_size(s->W, extent, stride, pad);
}

static inline void sketch_pool(struct segment_sketch *s) {
    const int k = random_int(s->r, 2, 3), stride = random_int(s->r, 1, 2), pad = random_int(s->r, 0, k - 1);
    const int a = s->layers;
    if (s->H + 2 * pad < k || s->W + 2 * pad < k) return;
    sketch_line(s, "a%d %s a%d k=%d s=%d p=%d\n", a + 1, random_int(s->r, 0, 1) ? "maxpool" : "avgpool", a, k, stride,
                pad);
    s->layers++;
    s->H = sketch_size(s->H, k, stride, pad), s->W = sketch_size(s->W, k, stride, pad);
}

static inline void sketch_pointwise(struct segment_sketch *s) {
    static const char *const names[] = {"relu", "lrn", "softmax"};
    sketch_line(s, "a%d %s a%d\n", s->layers + 1, names[random_int(s->r, 0, 2)], s->layers);
    s->layers++;
}

static inline void sketch_residual(struct segment_sketch *s) {
    const int a = s->layers;
    sketch_line(s, "a%d conv a%d m=%d k=3 p=1\n", a + 1, a, s->C);
    sketch_line(s, "a%d relu a%d\n", a + 2, a + 1);
    sketch_line(s, "a%d conv a%d m=%d k=%s\n", a + 3, a + 2, s->C, random_int(s->r, 0, 1) ? "3 p=1" : "1");
    sketch_line(s, "a%d add a%d,a%d\n", a + 4, a + 3, a);
    s->layers += 4;
}

static inline void sketch_inception(struct segment_sketch *s) {
    const int a = s->layers, m = random_int(s->r, 1, 5), n = random_int(s->r, 1, 5);
    sketch_line(s, "a%d conv a%d m=%d k=1\n", a + 1, a, m);
    sketch_line(s, "a%d conv a%d m=%d k=5 p=2\n", a + 2, a, n);
    sketch_line(s, "a%d maxpool a%d k=3 p=1\n", a + 3, a);
    sketch_line(s, "a%d concat a%d,a%d,a%d\n", a + 4, a + 1, a + 2, a + 3);
    s->layers += 4;
    s->C += m + n;
}

static inline void sketch_end(struct segment_sketch *s) {
    const int kind = random_int(s->r, 0, 3);
    if (kind <= 1) {
        sketch_line(s, "a%d avgpool a%d global=1\n", s->layers + 1, s->layers);
        s->layers++;
    }
    if (kind == 0) sketch_line(s, "end conv a%d m=7 k=1\n", s->layers);
    if (kind == 2) sketch_line(s, "end fc a%d m=6\n", s->layers);
}

/* A path to a network's text; harness_forget removes it. */
static inline const char *streamed_network(const char *name, struct random *r) {
    static void (*const block[])(struct segment_sketch *) = {
        sketch_conv, sketch_conv, sketch_pool, sketch_pointwise, sketch_residual, sketch_inception, sketch_conv};
    struct segment_sketch s = {.r = r, .C = random_int(r, 1, 4), .H = random_int(r, 3, 14), .W = random_int(r, 3, 9)};
    sketch_line(&s, "a0 input - c=%d h=%d w=%d\n", s.C, s.H, s.W);
    sketch_line(&s, "a1 conv a0 m=5 k=3 p=1\n");
    s.layers = 1, s.C = 5;
    for (int blocks = random_int(r, 1, 5); blocks > 0; blocks--) block[random_int(r, 0, 6)](&s);
    sketch_end(&s);
    return harness_scratch(name, s.text);
}

/* --- profiles and selections --- */

static inline void world_strip_rows(struct profile *p, const struct network *f, int v, int rows) {
    const struct layer *l = &f->layer[v];
    char text[LAYER_TEXT];
    profile_text_layer(text, l, rows);
    if (world_has(p, PROFILE_STRIP, text)) return;
    for (int i = 0; l->kind == LAYER_CONV && i < primitive_count; i++)
        if (primitives[i].in == primitives[i].out && primitives[i].in != LAYOUT_CHW)
            world_add(p, PROFILE_STRIP, text, primitives[i].name, primitives[i].in, primitives[i].out, 1);
    for (int a = LAYOUT_CHW + 1; a < LAYOUTS && l->kind != LAYER_CONV; a++)
        world_add(p, PROFILE_STRIP, text, operator_names[l->shape_of.kind], (enum layout)a, (enum layout)a, 1);
}

/* Adds rows for strips and moves, 1 ns each, to the world's profile, and strips to its instance. */
static inline void world_stream(struct world *w) {
    struct error err = {""};
    char text[24];
    for (int v = 1; v < w->net->layers; v++)
        for (int h = 0; h < SEGMENT_ROWS && segment_streams(w->net, v); h++)
            world_strip_rows(w->profile, w->net, v, segment_batch(w->net, v, segment_rows[h]));
    snprintf(text, sizeof text, "%lld", (long long)PROFILE_MOVED);
    world_add(w->profile, PROFILE_MOVE, text, "move", LAYOUT_HWC, LAYOUT_HWC, 1);
    ck_assert_msg(profile_sort(w->profile, &err), "%s", err.text);
    instance_stream(w->g);
}

/* One of the node's choices that leave the layout in which a segment begins; -1: it has none. */
static inline int choice_before(const struct node *n, enum layout layout, struct random *r) {
    int found = -1, seen = 0;
    for (int k = 0; k < n->choices; k++)
        if (instance_alike(n->layer->out, n->choice[k].out, layout) && random_int(r, 0, seen++) == 0) found = k;
    return found;
}

/* One of the node's strips of that layout and number of rows, if it has any, of the family if that is not NULL. */
static inline int choice_strip(const struct node *n, enum layout layout, int rows, const char *family,
                               struct random *r) {
    int found = -1, seen = 0;
    for (int k = 0; k < n->strips; k++) {
        const struct choice *c = &n->strip[k];
        if (c->in != layout || c->rows != rows) continue;
        if (family && c->primitive && strcmp(c->primitive->algorithm->name, family) != 0) continue;
        if (random_int(r, 0, seen++) == 0) found = k;
    }
    return found;
}

/* Chooses strips for a segment, and before it a layer that hands over its layout; false: there are none. */
static inline bool world_segment(struct world *w, struct stream s, const char *family, struct random *r) {
    const struct instance *g = w->g;
    const int before = s.first - 1, count = w->streams.count;
    const struct stream *last = count ? &w->streams.stream[count - 1] : NULL;
    int *choice = MEMORY_NEW(int, g->nodes);
    bool good = true;
    if (last && last->last == before)
        good = instance_alike(g->node[before].layer->out, last->layout, s.layout), choice[before] = w->choice[before];
    else
        good = (choice[before] = choice_before(&g->node[before], s.layout, r)) >= 0;
    for (int v = s.first; v <= s.last && good; v++) {
        choice[v] = choice_strip(&g->node[v], s.layout, paces_rows(g->network, v, s.pace), family, r);
        good = choice[v] >= 0;
    }
    if (good) {
        memcpy(w->choice + before, choice + before, sizeof *choice * (size_t)(s.last - before + 1));
        w->streams.stream = memory_resize(w->streams.stream, (size_t)count + 1, sizeof s);
        w->streams.stream[w->streams.count++] = s;
    }
    free(choice);
    return good;
}

static inline void world_streamed_plan(struct world *w, const char *network, const char *method,
                                       enum conversions conversions) {
    plan_free(w->plan);
    w->plan = plan_new_streamed(w->g, w->choice, &w->streams, network, method, MEMORY_PEAK, conversions, INT64_MAX);
}

/* Random segments of random rows and layouts, the image by rows or not, random choices elsewhere. family: of strips, or NULL for any. */
static inline void world_plan_streamed(struct world *w, const char *network, const char *family, struct random *r,
                                       enum conversions conversions) {
    const int nodes = w->g->nodes;
    selection_streams_free(&w->streams);
    for (int v = 0; v < nodes; v++) w->choice[v] = random_int(r, 0, w->g->node[v].choices - 1);
    for (int v = 1; v < nodes; v++) {
        struct stream s = {v, 0, paces_one(random_int(r, 0, PACES - 1)), random_int(r, 0, 1) ? LAYOUT_HWC : LAYOUT_HCW,
                           v == 1 && random_int(r, 0, 1)};
        for (int last = v, seen = 0; last < nodes; last++)
            if (segment_possible(w->net, v, last) && random_int(r, 0, seen++) == 0) s.last = last;
        if (s.last == 0 || !world_segment(w, s, family, r)) continue;
        v = s.last + (random_int(r, 0, 2) == 0); /* the next one begins at once, or a layer later */
    }
    world_streamed_plan(w, network, "random", conversions);
}

/* The same kernels in the same layouts, each layer as a whole. */
static inline struct plan *world_whole_plan(const struct world *w, const char *network) {
    int *choice = MEMORY_NEW(int, w->g->nodes);
    memcpy(choice, w->choice, (size_t)w->g->nodes * sizeof *choice);
    for (int k = 0; k < w->streams.count; k++)
        for (int v = w->streams.stream[k].first; v <= w->streams.stream[k].last; v++) {
            const struct node *n = &w->g->node[v];
            const struct choice *strip = &n->strip[w->choice[v]];
            int c = 0;
            while (c < n->choices && (n->choice[c].primitive != strip->primitive || n->choice[c].in != strip->in)) c++;
            ck_assert_int_lt(c, n->choices);
            choice[v] = c;
        }
    struct plan *p = plan_new(w->g, choice, network, "whole", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    free(choice);
    return p;
}

#endif
