#include "formulation/labels/labels_device.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/labels/labels_answer.h"
#include "formulation/labels/labels_beyond.h"
#include "formulation/labels/labels_states.h"
#include "solver/base/check.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

/* All paths, before any budget: the P of a way is that of its steps, its K that of its weights. */
struct device_paths {
    const struct instance *g;
    const struct request *q;
    struct labels_graph
        *graph; /* not finished; NULL: too wide, and programs answer (formulation/labels/labels_beyond.h) */
    struct labels_segments segments;
    struct labels_question question; /* about K */
    double deadline;                 /* clock_wall() */
};

static void paths_free(struct device_paths *d) {
    labels_graph_free(d->graph);
    labels_segments_free(&d->segments);
}

/* The model that counts the same steps, and also the weights; MEMORY_MODELS: there is no such row. */
static enum memory_model model_with_weights(enum memory_model model) {
    int with = memory_model_adds_up(model) ? MEMORY_MODELS : 0;
    while (with < MEMORY_MODELS &&
           (!memory_models[with].weights || memory_models[with].live != memory_models[model].live ||
            memory_models[with].workspaces != memory_models[model].workspaces))
        with++;
    assert(with == MEMORY_MODELS || memory_model_adds_up((enum memory_model)with));
    return (enum memory_model)with;
}

/* `wide`: the graph may be too wide; else that is an error. */
static bool paths_init(struct device_paths *d, const struct instance *g, const struct request *q, bool wide,
                       struct error *err) {
    const enum memory_model model = model_with_weights(q->model);
    const double start = clock_wall();
    struct error why = {""};
    *d = (struct device_paths){.g = g,
                               .q = q,
                               .segments = {.barred = q->barred},
                               .question = labels_answer_question(q, start),
                               .deadline = start + q->time_limit_s};
    if ((int)model == MEMORY_MODELS)
        return error_set(err, "no flash budget with memory model %s (expected peak)", memory_models[q->model].name);
    assert(q->flash_bytes >= 0);
    d->question.most = q->flash_bytes < LABELS_MOST ? q->flash_bytes : LABELS_MOST;
    d->segments.image_by_rows = q->stream_input;
    d->graph = labels_states_build(g, model, q->conversions, q->streaming ? &d->segments : NULL, &why);
    if (d->graph || (wide && !q->stream_input)) return true;
    paths_free(d);
    return error_set(err, "%s", why.text);
}

static bool graph_any(const struct labels_graph *graph) {
    return graph->least_peak[0] != LABELS_NONE;
}

/* --- what would do ----------------------------------------------------------------------------------------------- */

/* The least K of the paths of P <= most_step; LABELS_NONE: no path. */
static bool paths_least_flash(int64_t *least, const struct device_paths *d, int64_t most_step, struct error *err) {
    assert(d->graph);
    struct labels_graph *graph = labels_graph_within(d->graph, most_step, err);
    if (!graph) return false;
    *least = labels_graph_least_sum(graph);
    labels_graph_free(graph);
    return true;
}

static int step_order(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The distinct P of the ways, ascending: the P of a path is one of them. */
static int64_t *paths_steps(int *count, const struct device_paths *d) {
    int64_t *step = MEMORY_NEW(int64_t, d->graph->ways);
    int n = 0;
    for (int w = 0; w < d->graph->ways; w++) step[w] = d->graph->way[w].cost.p;
    qsort(step, (size_t)d->graph->ways, sizeof *step, step_order);
    for (int w = 0; w < d->graph->ways; w++)
        if (n == 0 || step[w] != step[n - 1]) step[n++] = step[w];
    *count = n;
    return step;
}

/* The least P of the paths of K <= flash, by bisection: more P never takes more K. -1: no path. */
static bool paths_least_ram(int64_t *least, const struct device_paths *d, int64_t flash, struct error *err) {
    int steps, low = 0;
    int64_t *step = paths_steps(&steps, d), sum = 0;
    int high = steps; /* step[high] does, and all below step[low] do not; step[steps] is none */
    bool ok = true;
    while (low < high && ok) {
        const int middle = low + (high - low) / 2;
        ok = paths_least_flash(&sum, d, step[middle], err);
        if (ok && sum <= flash)
            high = middle;
        else
            low = middle + 1;
    }
    assert(!ok || low == high);
    *least = ok && high < steps ? step[high] : -1;
    free(step);
    return ok;
}

static bool device_least_by_labels(struct labels_least *out, const struct device_paths *d, struct error *err) {
    const int64_t flash_bytes = d->q->flash_bytes < LABELS_MOST ? d->q->flash_bytes : LABELS_MOST;
    const bool ok = paths_least_flash(&out->flash_bytes, d, INT64_MAX, err) &&
                    paths_least_flash(&out->flash_within, d, d->q->budget_bytes, err) &&
                    paths_least_ram(&out->ram_bytes, d, LABELS_MOST, err) &&
                    paths_least_ram(&out->ram_within, d, flash_bytes, err);
    if (ok && out->flash_bytes == LABELS_NONE) out->flash_bytes = -1;
    if (ok && out->flash_within == LABELS_NONE) out->flash_within = -1;
    return ok;
}

bool labels_device_least(struct labels_least *out, const struct instance *g, const struct request *q,
                         struct error *err) {
    struct device_paths d;
    if (!paths_init(&d, g, q, true, err)) return false;
    const bool ok = d.graph ? device_least_by_labels(out, &d, err)
                            : labels_beyond_least_flash(&out->flash_bytes, g, q, METHOD_NO_BUDGET, err) &&
                                  labels_beyond_least_flash(&out->flash_within, g, q, q->budget_bytes, err) &&
                                  labels_beyond_least_ram(&out->ram_bytes, g, q, METHOD_NO_BUDGET, err) &&
                                  labels_beyond_least_ram(&out->ram_within, g, q, q->flash_bytes, err);
    paths_free(&d);
    return ok;
}

/* --- (21) -------------------------------------------------------------------------------------------------------- */

bool labels_device_run(struct answer *out, const struct instance *g, const struct request *q, struct error *err) {
    struct device_paths d;
    if (!paths_init(&d, g, q, false, err)) return false;
    struct labels_graph *graph = labels_graph_within(d.graph, q->budget_bytes, err);
    bool ok = graph != NULL;
    out->outcome = OUTCOME_INFEASIBLE;
    d.question.least = d.question.most;
    if (ok && graph_any(graph)) labels_graph_cut(graph, d.question.most);
    if (ok && graph_any(graph)) labels_answer_fill(out, graph, &d.segments, g, &d.question);
    if (ok && out->outcome == OUTCOME_INFEASIBLE) ok = paths_least_ram(&out->least_bytes, &d, d.question.most, err);
    assert(!ok || out->least_bytes < 0 || out->least_bytes > q->budget_bytes); /* or it would have been feasible */
    labels_graph_free(graph);
    paths_free(&d);
    return ok;
}

/* --- the three-way frontier -------------------------------------------------------------------------------------- */

static void points_add(struct frontier *f, struct frontier_point *p) {
    f->point = memory_grow(f->point, &f->room, (size_t)f->points + 1, sizeof *f->point);
    f->point[f->points++] = *p;
    p->choice = NULL; /* moved */
    p->streams = (struct streams){0, NULL};
}

/* The selection of a corner, taken from the level above if it is there and within the bound. */
static void level_point(struct frontier *level, struct frontier *above, int *at, const struct device_paths *d,
                        const struct labels_search *s, int corner, int64_t bound) {
    const struct labels_corner *c = &s->stairs.corner[corner];
    while (*at < above->points && above->point[*at].flash_bytes < c->m) ++*at;
    struct frontier_point *old = *at < above->points ? &above->point[*at] : NULL;
    if (old && old->flash_bytes == c->m && old->time_ns == c->t && old->memory_bytes <= bound) {
        points_add(level, old);
        return;
    }
    struct frontier_point new = {.flash_bytes = c->m, .time_ns = c->t};
    new.choice = labels_answer_choice(&new.streams, s, &d->segments, corner, d->g->nodes);
    struct evaluation e = selection_evaluate_streamed(d->g, new.choice, &new.streams, d->q->model, d->q->conversions);
    assert(e.possible && e.time_ns == c->t && e.weights_bytes == c->m && e.memory_bytes <= bound);
    new.memory_bytes = e.memory_bytes;
    points_add(level, &new);
}

/* All (K, T) of the paths of P <= bound; by labels, K ascending. */
static bool level_find(struct frontier *level, struct frontier *above, struct device_paths *d, int64_t bound,
                       struct error *err) {
    if (!d->graph) return labels_beyond_level(level, above, d->g, d->q, bound, d->deadline, err);
    *level = (struct frontier){.complete = true};
    struct labels_graph *graph = labels_graph_within(d->graph, bound, err);
    if (!graph) return false;
    struct labels_question question = d->question;
    int64_t time;
    if (graph_any(graph)) {
        const int64_t most = labels_answer_fastest(&time, graph);
        question.most = most < question.most ? most : question.most;
        labels_graph_cut(graph, question.most);
    }
    if (graph_any(graph)) {
        struct labels_search *s = labels_search_new(graph, &question);
        level->complete = s->stop == LABELS_FINISHED;
        level->nodes = s->labels;
        assert(s->missed == 0 || !level->complete);
        for (int i = 0, at = 0; i < s->stairs.corners; i++) level_point(level, above, &at, d, s, i, bound);
        labels_search_free(s);
    }
    labels_graph_free(graph);
    return true;
}

static int point_order(const void *a, const void *b) {
    const struct frontier_point *x = a, *y = b;
    if (x->memory_bytes != y->memory_bytes) return x->memory_bytes < y->memory_bytes ? -1 : 1;
    if (x->flash_bytes != y->flash_bytes) return x->flash_bytes < y->flash_bytes ? -1 : 1;
    return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* (K, T) of what was kept so far, K ascending and T falling: whose P is no larger. */
struct kept {
    int points;
    int64_t (*point)[2];
};

/* false: some point is as good as (k, t). */
static bool kept_add(struct kept *kept, int64_t k, int64_t t) {
    int at = 0, high = kept->points; /* the first with a larger K */
    while (at < high) {
        const int middle = at + (high - at) / 2;
        if (kept->point[middle][0] <= k)
            at = middle + 1;
        else
            high = middle;
    }
    if (at > 0 && kept->point[at - 1][1] <= t) return false;
    int from = at > 0 && kept->point[at - 1][0] == k ? at - 1 : at, to = at; /* what the new one beats from now on */
    while (to < kept->points && kept->point[to][1] >= t) to++;
    memmove(kept->point + from + 1, kept->point + to, (size_t)(kept->points - to) * sizeof *kept->point);
    kept->point[from][0] = k;
    kept->point[from][1] = t;
    kept->points += 1 - (to - from);
    return true;
}

/* Sorts the points, and drops those that another one beats. */
static void points_unbeaten(struct frontier *f) {
    struct kept kept = {.point = memory_new((size_t)f->points + 2, sizeof *kept.point)};
    int points = f->points;
    f->points = 0;
    if (points > 0) qsort(f->point, (size_t)points, sizeof *f->point, point_order);
    for (int i = 0; i < points; i++) {
        struct frontier_point *p = &f->point[i];
        if (kept_add(&kept, p->flash_bytes, p->time_ns)) {
            f->point[f->points++] = *p;
        } else {
            free(p->choice);
            selection_streams_free(&p->streams);
        }
    }
    assert(kept.points <= f->points && (points == 0 || f->points > 0));
    free(kept.point);
}

static bool check_unbeaten(const struct frontier *f) {
    for (int i = 0; i < f->points; i++)
        for (int j = 0; j < i; j++)
            assert(f->point[j].flash_bytes > f->point[i].flash_bytes || f->point[j].time_ns > f->point[i].time_ns);
    return true;
}

/* The points of a level that its successor has not taken over. */
static void level_end(struct frontier *out, struct frontier *level) {
    for (int i = 0; i < level->points; i++)
        if (level->point[i].choice) points_add(out, &level->point[i]);
    frontier_free(level);
}

static int64_t level_most(const struct frontier *level) {
    int64_t most = -1;
    for (int i = 0; i < level->points; i++)
        if (level->point[i].memory_bytes > most) most = level->point[i].memory_bytes;
    return most;
}

bool labels_device_frontier(struct frontier *out, const struct instance *g, const struct request *q,
                            struct error *err) {
    struct device_paths d;
    struct frontier above = {0}, level;
    int64_t bound = q->budget_bytes;
    bool ok = true, more = true;
    *out = (struct frontier){.complete = true};
    if (!paths_init(&d, g, q, true, err)) return false;
    out->by_program = !d.graph;
    while (more && bound >= 0 && (ok = level_find(&level, &above, &d, bound, err))) {
        out->complete = level.complete;
        out->nodes += level.nodes;
        out->iterations += level.iterations;
        more = level.complete && level.points > 0;
        level_end(out, &above);
        above = level;
        assert(level_most(&above) <= bound); /* so the walk ends */
        bound = level_most(&above) - 1;
    }
    level_end(out, &above);
    points_unbeaten(out);
    CHECK(check_unbeaten(out));
    out->missed_ns = out->complete ? 0 : FRONTIER_UNKNOWN;
    out->stopped = !out->complete;
    paths_free(&d);
    if (!ok) frontier_free(out);
    return ok;
}
