#include "experiments/measure/wanted.h"

#include <assert.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "experiments/measure/progress.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_device.h"
#include "solver/base/memory.h"

static int carrier_at(int edge, enum layout from, enum layout to) {
    return (edge * LAYOUTS + (int)from) * LAYOUTS + (int)to;
}

static void wanted_point(struct wanted *w, const int *choice) {
    const struct instance *g = w->g;
    for (int v = 0; v < g->nodes; v++) {
        assert(choice[v] >= 0 && choice[v] < g->node[v].choices);
        w->choice[v][choice[v]] = true;
    }
    for (int e = 0; e < g->edges; e++) {
        const struct edge *edge = &g->edge[e];
        const enum layout from = g->node[edge->from].choice[choice[edge->from]].out;
        const enum layout to = g->node[edge->to].choice[choice[edge->to]].in;
        int **carrier = &w->carrier[carrier_at(e, from, to)];
        if (!edge->alike[from][to] && !*carrier) *carrier = memory_duplicate(choice, (size_t)g->nodes * sizeof *choice);
    }
}

/* The fastest of all questions' points is listed last by each; takes its points. */
static void wanted_points(struct wanted *w, const struct frontier *f) {
    for (int i = f->points - 1; i >= 0; i--) {
        const struct frontier_point *at = &f->point[i];
        assert(at->streams.count == 0);
        if (!w->fastest || at->time_ns < w->time_ns) {
            free(w->fastest);
            w->fastest = memory_duplicate(at->choice, (size_t)w->g->nodes * sizeof *w->fastest);
            w->time_ns = at->time_ns;
        }
        wanted_point(w, at->choice);
    }
}

static void wanted_told(const struct frontier *f, const struct instance *g, double missed,
                        const atomic_int *interrupt) {
    const double least_ns = f->points > 0 ? (double)f->point[f->points - 1].time_ns : 0;
    const bool within = f->missed_ns != FRONTIER_UNKNOWN && (double)f->missed_ns <= missed * least_ns;
    if (!f->complete && !within && !*interrupt)
        progress_say("%s: a frontier takes over %d s; rows that only the rest of it uses keep their first times",
                     g->network->name, WANTED_LIMIT_S);
}

bool wanted_frontier(struct frontier *out, const struct instance *g, enum memory_model model, bool streaming,
                     double missed, const atomic_int *interrupt, struct error *err) {
    struct request q = methods_request();
    q.model = model;
    q.streaming = streaming ? STREAMING_ON : STREAMING_OFF;
    q.interrupt = interrupt;
    q.time_limit_s = WANTED_LIMIT_S;
    if (!labels_frontier(out, g, &q, missed, err)) return false;
    wanted_told(out, g, missed, interrupt);
    return true;
}

static bool wanted_device(struct frontier *out, const struct instance *g, const atomic_int *interrupt,
                          struct error *err) {
    struct request q = methods_request();
    q.model = MEMORY_PEAK;
    q.interrupt = interrupt;
    q.time_limit_s = WANTED_LIMIT_S;
    if (!labels_device_frontier(out, g, &q, err)) return false;
    wanted_told(out, g, 0, interrupt);
    return true;
}

bool wanted_streamed(struct frontier *out, const struct instance *g, double missed, const atomic_int *interrupt,
                     struct error *err) {
    return wanted_frontier(out, g, MEMORY_PEAK, true, missed, interrupt, err);
}

bool wanted_init(struct wanted *w, const struct instance *g, double missed, const atomic_int *interrupt,
                 struct error *err) {
    *w = (struct wanted){
        .g = g, .choice = MEMORY_NEW(bool *, g->nodes), .carrier = MEMORY_NEW(int *, g->edges *LAYOUTS *LAYOUTS)};
    bool good = true;
    for (int v = 0; v < g->nodes; v++) w->choice[v] = MEMORY_NEW(bool, g->node[v].choices);
    for (int m = 0; good && m <= MEMORY_MODELS; m++) {
        struct frontier f = {0};
        good = m < MEMORY_MODELS ? wanted_frontier(&f, g, (enum memory_model)m, false, missed, interrupt, err)
                                 : wanted_device(&f, g, interrupt, err);
        if (good) wanted_points(w, &f);
        frontier_free(&f);
    }
    if (!good) wanted_free(w);
    return good;
}

void wanted_free(struct wanted *w) {
    for (int v = 0; w->choice && v < w->g->nodes; v++) free(w->choice[v]);
    for (int i = 0; w->carrier && i < w->g->edges * LAYOUTS * LAYOUTS; i++) free(w->carrier[i]);
    free(w->choice);
    free(w->carrier);
    free(w->fastest);
    *w = (struct wanted){0};
}
