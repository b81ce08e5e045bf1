/* world.h - a network, a profile in which everything takes 1 ns or a random time, a random selection and its plan: for
 * tests of plans and of running them. */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/image.h"
#include "experiments/runtime/weights.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

struct world {
    char path[512]; /* of a scratch file with the network, or "" */
    struct network *raw, *net;
    struct profile *profile;
    struct instance *g;
    int *choice;
    struct streams streams; /* none, unless tests/support/streamed.h makes some */
    bool image_by_rows;     /* segments of tests/support/least_path.h that begin with the image take its rows */
    struct plan *plan;
    struct weights weights;
    float *in;
};

static inline void world_add(struct profile *p, enum profile_kind kind, const char *scenario, const char *name,
                             enum layout from, enum layout to, int64_t ns) {
    struct profile_row row = {
        kind, (char *)(uintptr_t)scenario, (char *)(uintptr_t)name, from, to, ns, ns, -1, 1, -1, -1, 0};
    profile_add(p, &row);
}

static inline bool world_has(const struct profile *p, enum profile_kind kind, const char *scenario) {
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].kind == kind && strcmp(p->row[i].scenario, scenario) == 0) return true;
    return false;
}

/* Every row takes 1 ns, or a random time; conversions between hcw and hwc exist only via chw, so that some take two
 * steps. */
static inline struct profile *world_profile(const struct network *f, struct random *times) {
    struct profile *p = profile_new();
    struct error err;
    char text[OPERATOR_TEXT];
    for (int v = 0; v < f->layers; v++) {
        const struct layer *l = &f->layer[v];
        scenario_print(text, &l->scenario);
        bool wanted = l->kind == LAYER_CONV && !world_has(p, PROFILE_CONV, text);
        for (int i = 0; wanted && i < primitive_count; i++)
            world_add(p, PROFILE_CONV, text, primitives[i].name, primitives[i].in, primitives[i].out,
                      times ? random_int(times, 1, 999) : 1);
        snprintf(text, sizeof text, "%d,%d,%d", l->out.C, l->out.H, l->out.W);
        bool had = world_has(p, PROFILE_CONVERT, text);
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++)
                if (!had && a != b && (a == LAYOUT_CHW || b == LAYOUT_CHW))
                    world_add(p, PROFILE_CONVERT, text, "convert", (enum layout)a, (enum layout)b,
                              times ? random_int(times, 1, 99) : 1);
    }
    ck_assert(profile_sort(p, &err));
    return p;
}

static inline struct world world_timed(const char *network, struct random *times) {
    struct world w = {.path = ""};
    struct error err = {""};
    w.raw = network_open(network, &err);
    ck_assert_msg(w.raw != NULL, "%s", err.text);
    w.net = network_fold(w.raw);
    w.profile = world_profile(w.net, times);
    w.g = instance_new(w.net, w.profile, 1, &err);
    ck_assert_msg(w.g != NULL, "%s", err.text);
    w.choice = MEMORY_NEW(int, w.g->nodes);
    ck_assert(weights_init(&w.weights, w.net, 1, NULL, &err));
    w.in = MEMORY_NEW(float, shape_bytes(w.net->layer[0].out) / 4);
    image_noise(w.in, w.net->layer[0].out, 2);
    return w;
}

static inline struct world world_new(const char *network) {
    return world_timed(network, NULL);
}

static inline void world_choose(struct world *w, struct random *r) {
    for (int v = 0; v < w->g->nodes; v++) w->choice[v] = random_int(r, 0, w->g->node[v].choices - 1);
}

static inline void world_plan(struct world *w, const char *network, struct random *r, enum conversions conversions) {
    world_choose(w, r);
    plan_free(w->plan);
    w->plan = plan_new(w->g, w->choice, network, "random", MEMORY_PEAK, conversions, INT64_MAX);
}

/* The first choice of each node whose primitive's family begins with `family`; elsewhere the first. */
static inline void world_plan_by(struct world *w, const char *network, const char *family) {
    for (int v = 0; v < w->g->nodes; v++) {
        w->choice[v] = 0;
        for (int k = w->g->node[v].choices - 1; k >= 0; k--) {
            const struct primitive *p = w->g->node[v].choice[k].primitive;
            if (p && strncmp(p->algorithm->name, family, strlen(family)) == 0) w->choice[v] = k;
        }
    }
    plan_free(w->plan);
    w->plan = plan_new(w->g, w->choice, network, family, MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
}

static inline void world_free(struct world *w) {
    plan_free(w->plan);
    selection_streams_free(&w->streams);
    weights_free(&w->weights);
    free(w->choice);
    free(w->in);
    instance_free(w->g);
    profile_free(w->profile);
    network_free(w->net);
    network_free(w->raw);
    if (w->path[0]) harness_forget(w->path);
}

#endif
