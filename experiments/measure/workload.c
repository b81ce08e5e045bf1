#include "experiments/measure/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/profile_text.h"
#include "formulation/segment.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

static void workload_add(struct workload *w, const struct unit *u, const char *text) {
    for (int i = 0; i < w->units; i++)
        if (w->unit[i].kind == u->kind && strcmp(w->unit[i].text, text) == 0) return;
    w->unit = memory_grow(w->unit, &w->capacity, (size_t)w->units + 1, sizeof *w->unit);
    w->unit[w->units] = *u;
    w->unit[w->units++].text = memory_string(text);
}

static int unit_applicable(const struct unit *u) {
    int count = 0;
    for (int i = 0; i < primitive_count; i++) count += primitive_applies(&primitives[i], &u->scenario);
    assert(count >= 1); /* sum2d computes everything */
    return count;
}

static void workload_add_layer(struct workload *w, const struct layer *l) {
    struct unit u = {0};
    char text[OPERATOR_TEXT > SCENARIO_TEXT ? OPERATOR_TEXT : SCENARIO_TEXT];
    if (l->kind == LAYER_CONV) {
        u.kind = PROFILE_CONV;
        u.scenario = l->scenario;
        /* The unit of work is a primitive on a tiny layer; to it come repeated runs at some 10^10 multiply-adds per
         * second. */
        u.work = unit_applicable(&u) * (1 + 3e-8 * (double)scenario_macs(&u.scenario));
        scenario_print(text, &u.scenario);
    } else if (l->kind == LAYER_OPERATOR && operators[l->shape_of.kind]->run) {
        u.kind = PROFILE_LAYER;
        u.operator= l->shape_of;
        u.work = LAYOUTS * (1 + 1e-7 * (double)operator_weights(&u.operator, LAYOUT_CHW));
        operator_print(text, &u.operator);
    } else {
        return;
    }
    workload_add(w, &u, text);
}

static void workload_add_tensor(struct workload *w, struct shape s) {
    if (s.C == 1 || (int64_t)s.H * s.W == 1) return;
    struct unit u = {.kind = PROFILE_CONVERT, .tensor = s, .work = LAYOUTS * (LAYOUTS - 1)};
    char text[SCENARIO_TEXT];
    snprintf(text, sizeof text, "%d,%d,%d", s.C, s.H, s.W);
    workload_add(w, &u, text);
}

/* A layer at every number of rows of a call, each once. */
static void workload_add_strips(struct workload *w, const struct network *folded, int v) {
    const struct layer *l = &folded->layer[v];
    const int height = segment_height(folded, v);
    if (v == 0 || !segment_streams(folded, v)) return;
    for (int h = 0; h < SEGMENT_ROWS && (h == 0 || segment_rows[h - 1] < height); h++) {
        struct unit u = {.kind = PROFILE_STRIP, .layer = *l, .rows = segment_batch(folded, v, segment_rows[h])};
        char text[LAYER_TEXT];
        u.work = l->kind == LAYER_CONV ? WORKLOAD_STRIPS * (1 + 3e-8 * (double)scenario_macs(&l->scenario)) : 2;
        if (u.rows == height) u.work = 0.01;
        profile_text_layer(text, l, u.rows);
        workload_add(w, &u, text);
    }
}

static int unit_compare(const void *a, const void *b) {
    const struct unit *u = a, *v = b;
    if (u->kind != v->kind) return u->kind < v->kind ? -1 : 1;
    if (u->kind == PROFILE_CONV) {
        int64_t x = scenario_macs(&u->scenario), y = scenario_macs(&v->scenario);
        if (x != y) return x < y ? -1 : 1;
    }
    return strcmp(u->text, v->text);
}

static bool workload_add_network(struct workload *w, const char *name, bool strips, struct error *err) {
    struct network *n = network_open(name, err);
    if (!n) return false;
    struct network *folded = network_fold(n);
    network_free(n);
    w->network[w->networks++] = folded;
    for (int v = 0; v < folded->layers; v++) {
        const struct layer *l = &folded->layer[v];
        workload_add_layer(w, l);
        for (int i = 0; i < l->inputs; i++) workload_add_tensor(w, folded->layer[l->input[i]].out);
        if (strips) workload_add_strips(w, folded, v);
    }
    return true;
}

static void workload_add_move(struct workload *w) {
    struct unit u = {.kind = PROFILE_MOVE, .work = 1};
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, PROFILE_MOVED);
    workload_add(w, &u, text);
}

bool workload_init(struct workload *w, const char *names, bool strips, struct error *err) {
    *w = (struct workload){.strips = strips};
    char *list = memory_string(names), *rest = list, *name;
    int room = network_builtin_every() + 1, from, to;
    for (const char *c = names; *c; c++) room += *c == ',';
    w->network = MEMORY_NEW(struct network *, room);
    bool good = true;
    if (network_builtin_several(&from, &to, names)) {
        for (int i = from; good && i < to; i++) good = workload_add_network(w, network_builtin_name(i), strips, err);
    } else {
        while (good && (name = text_field(&rest, ','))) good = workload_add_network(w, name, strips, err);
    }
    free(list);
    if (good && w->units == 0)
        good = error_set(err, "--network: %s has nothing to measure (expected a convolution or another layer)", names);
    assert(!good || w->networks < room);
    if (good && strips) workload_add_move(w);
    if (good) memory_sort(w->unit, (size_t)w->units, sizeof *w->unit, unit_compare);
    if (!good) workload_free(w);
    return good;
}

void workload_free(struct workload *w) {
    for (int i = 0; i < w->networks; i++) network_free(w->network[i]);
    for (int i = 0; i < w->units; i++) free(w->unit[i].text);
    free(w->network);
    free(w->unit);
    *w = (struct workload){0};
}

int workload_rows(const struct unit *u) {
    switch (u->kind) {
    case PROFILE_CONV: return unit_applicable(u);
    case PROFILE_CONVERT: return LAYOUTS * (LAYOUTS - 1);
    case PROFILE_LAYER: return LAYOUTS;
    case PROFILE_STRIP:
    case PROFILE_MOVE: return 1;
    }
    return 0;
}

bool workload_complete(const struct unit *u, const struct profile *p) {
    int first, last;
    if (!profile_rows(&first, &last, p, u->kind, u->text)) return false;
    return u->kind == PROFILE_STRIP ? last - first >= workload_rows(u) : last - first == workload_rows(u);
}
