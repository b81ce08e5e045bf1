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
        scenario_print(text, &u.scenario);
    } else if (l->kind == LAYER_OPERATOR && operators[l->shape_of.kind]->run) {
        u.kind = PROFILE_LAYER;
        u.operator= l->shape_of;
        operator_print(text, &u.operator);
    } else {
        return;
    }
    workload_add(w, &u, text);
}

static void workload_add_tensor(struct workload *w, struct shape s) {
    if (s.C == 1 || (int64_t)s.H * s.W == 1) return;
    struct unit u = {.kind = PROFILE_CONVERT, .tensor = s};
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
    struct unit u = {.kind = PROFILE_MOVE};
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, PROFILE_MOVED);
    workload_add(w, &u, text);
}

/* Networks by name, in the order of LIST, which is taken apart; a name that comes again adds nothing. */
static bool workload_add_listed(struct workload *w, char *list, int room, bool strips, struct error *err) {
    const char **name = MEMORY_NEW(const char *, room);
    int names = 0, same;
    bool good = true;
    while (good && (name[names] = text_field(&list, ','))) {
        for (same = 0; strcmp(name[same], name[names]) != 0;) same++;
        if (same < names) continue;
        good = workload_add_network(w, name[names++], strips, err);
    }
    free(name);
    return good;
}

bool workload_init(struct workload *w, const char *names, bool strips, struct error *err) {
    *w = (struct workload){.names = memory_string(names), .strips = strips};
    char *list = memory_string(names);
    int room = network_builtin_every() + 1, from, to;
    for (const char *c = names; *c; c++) room += *c == ',';
    w->network = MEMORY_NEW(struct network *, room);
    bool good = true;
    if (network_builtin_several(&from, &to, names)) {
        for (int i = from; good && i < to; i++) good = workload_add_network(w, network_builtin_name(i), strips, err);
    } else {
        good = workload_add_listed(w, list, room, strips, err);
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
    free(w->names);
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

/* --- what it costs ----------------------------------------------------------------------------------------------- */

#define ROW_S         3e-4 /* caches, clock and book-keeping around the runs of a row */
#define FLOATS_PER_S  1e9  /* read and written */
#define WEIGHTS_PER_S 2e9
#define CALL_S        5e-5 /* caches around a call of a layer by rows */
#define CONV          0.15 /* of what all runs of every primitive would take: most are judged after one or two */
#define LIGHT         0.05 /* the same of conversions and other layers, as measured */
#define CALLS         10   /* timed of a layer by rows, at most about */

/* All runs of a row whose kernel takes so long. A long one is mostly not among the fastest, and is run once or twice. */
static double row_seconds(double once_s, const struct effort *e) {
    const double enough_s = (double)e->enough_ns * 1e-9;
    double runs = enough_s / once_s;
    if (runs < 1) return ROW_S + once_s * (1 + 0.2 * e->least_runs);
    if (runs < e->least_runs) runs = e->least_runs;
    return ROW_S + once_s * (1 + (runs < e->most_runs ? runs : e->most_runs));
}

static double shape_floats(struct shape s) {
    return (double)s.C * s.H * s.W;
}

static double operator_seconds(const struct operator_shape *s) {
    double floats = shape_floats((struct shape){s->M, s->OH, s->OW});
    for (int i = 0; i < s->inputs; i++) floats += shape_floats((struct shape){s->C[i], s->H, s->W});
    return 5e-6 + floats / FLOATS_PER_S + (double)operator_weights(s, LAYOUT_CHW) / 4 / WEIGHTS_PER_S;
}

static double strip_seconds(const struct unit *u, const struct effort *e) {
    const struct layer *l = &u->layer;
    const bool conv = l->kind == LAYER_CONV;
    const double calls = (double)l->out.H / u->rows, timed = calls < CALLS ? calls : CALLS;
    const double whole_s =
        conv ? 1.5 * (double)scenario_macs(&l->scenario) / WORKLOAD_MACS_PER_S : operator_seconds(&l->shape_of);
    if (calls <= 1) return 1e-4;
    return (conv ? WORKLOAD_STRIPS : 1) * (LAYOUTS - 1) * row_seconds(whole_s * timed / calls + CALL_S * timed, e);
}

double workload_seconds(const struct unit *u, const struct effort *e) {
    switch (u->kind) {
    case PROFILE_CONV:
        return CONV * unit_applicable(u) *
               row_seconds(1e-5 + 2 * (double)scenario_macs(&u->scenario) / WORKLOAD_MACS_PER_S, e);
    case PROFILE_CONVERT:
        return LIGHT * LAYOUTS * (LAYOUTS - 1) * row_seconds(shape_floats(u->tensor) / FLOATS_PER_S, e);
    case PROFILE_LAYER: return LIGHT * LAYOUTS * row_seconds(operator_seconds(&u->operator), e);
    case PROFILE_STRIP: return strip_seconds(u, e);
    case PROFILE_MOVE: return row_seconds(1e-4, e);
    }
    return 0;
}

static void scenario_words(char *text, size_t room, const struct scenario *s) {
    snprintf(text, room, "%dx%dx%d %dx%d", s->C, s->H, s->W, s->KH, s->KW);
}

void workload_words(char text[WORKLOAD_WORDS], const struct unit *u) {
    char of[WORKLOAD_WORDS / 2];
    switch (u->kind) {
    case PROFILE_CONV: scenario_words(text, WORKLOAD_WORDS, &u->scenario); return;
    case PROFILE_CONVERT:
        snprintf(text, WORKLOAD_WORDS, "layouts of %dx%dx%d", u->tensor.C, u->tensor.H, u->tensor.W);
        return;
    case PROFILE_LAYER: snprintf(text, WORKLOAD_WORDS, "%.80s", operator_names[u->operator.kind]);
        return;
    case PROFILE_STRIP:
        if (u->layer.kind == LAYER_CONV)
            scenario_words(of, sizeof of, &u->layer.scenario);
        else
            snprintf(of, sizeof of, "%.40s", operator_names[u->layer.shape_of.kind]);
        snprintf(text, WORKLOAD_WORDS, "%s by %d rows", of, u->rows);
        return;
    case PROFILE_MOVE: snprintf(text, WORKLOAD_WORDS, "moves"); return;
    }
}
