#include "formulation/labels/labels.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_answer.h"
#include "formulation/labels/labels_bands.h"
#include "formulation/labels/labels_beyond.h"
#include "formulation/labels/labels_device.h"
#include "formulation/labels/labels_states.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

static int point_order(const void *a, const void *b) {
    const struct frontier_point *x = a, *y = b;
    if (x->memory_bytes != y->memory_bytes) return x->memory_bytes < y->memory_bytes ? -1 : 1;
    return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* Keeps of the points, in any order, those that no other one beats. */
static void frontier_sort(struct frontier *out) {
    const int points = out->points;
    out->points = 0;
    memory_sort(out->point, (size_t)points, sizeof *out->point, point_order);
    for (int i = 0; i < points; i++) {
        struct frontier_point *p = &out->point[i];
        if (out->points > 0 && p->time_ns >= out->point[out->points - 1].time_ns) {
            free(p->choice);
            selection_streams_free(&p->streams);
        } else {
            out->point[out->points++] = *p;
        }
    }
}

/* The search's own corners as points, graded by the judge. A path may count more there (labels_bands.h; before the
 * search is finished, labels_states.h), so that points may move and beat each other. */
static void frontier_add(struct frontier *out, const struct labels_search *s, const struct labels_segments *segments,
                         const struct instance *g, const struct request *q) {
    for (int i = 0; i < s->stairs.corners; i++) {
        const struct labels_corner *c = &s->stairs.corner[i];
        if (c->label < 0) continue; /* a point already */
        struct frontier_point p = {.time_ns = c->t};
        p.choice = labels_answer_choice(&p.streams, s, segments, i, g->nodes);
        struct evaluation e = selection_evaluate_streamed(g, p.choice, &p.streams, q->model, q->conversions);
        assert(e.possible && e.time_ns == c->t && e.memory_bytes <= c->m);
        p.memory_bytes = e.memory_bytes;
        out->point = memory_grow(out->point, &out->room, (size_t)out->points + 1, sizeof *out->point);
        out->point[out->points++] = p;
    }
    frontier_sort(out);
}

/* The points so far, for a search to begin with. */
static struct labels_corner *frontier_known(const struct frontier *f) {
    struct labels_corner *known = MEMORY_NEW(struct labels_corner, f->points);
    for (int i = 0; i < f->points; i++)
        known[i] = (struct labels_corner){f->point[i].memory_bytes, f->point[i].time_ns, -1, i};
    return known;
}

static void frontier_missed(struct frontier *out, const struct labels_search *s) {
    const int64_t missed = s->missed == LABELS_GAP_UNKNOWN ? FRONTIER_UNKNOWN : s->missed;
    if (out->missed_ns != FRONTIER_UNKNOWN && (missed == FRONTIER_UNKNOWN || missed > out->missed_ns))
        out->missed_ns = missed;
    out->stopped = out->stopped || s->stop != LABELS_FINISHED;
    out->nodes += s->labels;
}

/* Adds the paths whose largest step is in the band. */
static bool frontier_band(struct frontier *out, const struct labels_graph *graph, int64_t low, int64_t high,
                          struct labels_question question, const struct labels_segments *segments,
                          const struct instance *g, const struct request *q, struct error *err) {
    struct labels_graph *band = labels_bands_graph(graph, low, high, err);
    if (!band) return false;
    if (band->least_peak[0] != LABELS_NONE) labels_graph_cut(band, question.most);
    if (band->least_peak[0] != LABELS_NONE) {
        struct labels_corner *known = frontier_known(out);
        question.known = known;
        question.knowns = out->points;
        struct labels_search *s = labels_search_new(band, &question);
        frontier_missed(out, s);
        frontier_add(out, s, segments, g, q);
        labels_search_free(s);
        free(known);
    }
    labels_graph_free(band);
    return true;
}

static bool frontier_find(struct frontier *out, const struct labels_graph *graph, struct labels_question *question,
                          const struct labels_segments *segments, const struct instance *g, const struct request *q,
                          struct error *err) {
    int64_t end[LABELS_BANDS];
    const int bands = labels_bands_ends(end, graph);
    for (int b = bands - 1; b >= 0; b--) /* the fast ones first */
        if (!frontier_band(out, graph, b > 0 ? end[b - 1] : -1, end[b], *question, segments, g, q, err)) return false;
    out->complete = out->missed_ns == 0;
    return true;
}

/* Finishes the graph. */
static bool frontier_within(struct frontier *out, struct labels_graph *graph, struct labels_question *question,
                            const struct labels_segments *segments, const struct instance *g, const struct request *q,
                            double epsilon, struct error *err) {
    if (!labels_graph_finish(graph, err)) return false;
    if (graph->least_peak[0] != LABELS_NONE) {
        int64_t fastest_ns, most = labels_answer_fastest(&fastest_ns, graph);
        question->slack = (int64_t)(epsilon * (double)fastest_ns);
        if (most < question->most) question->most = most;
        labels_graph_cut(graph, question->most);
    }
    return graph->least_peak[0] == LABELS_NONE || frontier_find(out, graph, question, segments, g, q, err);
}

bool labels_frontier(struct frontier *out, const struct instance *g, const struct request *q, double epsilon,
                     struct error *err) {
    struct error wide = {""};
    struct labels_question question = labels_answer_question(q, clock_wall());
    struct labels_segments segments = {.barred = q->barred, .traded = true, .image_by_rows = q->stream_input};
    struct labels_graph *graph =
        labels_states_build(g, q->model, q->conversions, q->streaming ? &segments : NULL, &wide);
    bool good = true;
    assert(epsilon >= 0);
    *out = (struct frontier){.complete = true};
    if (graph)
        good = frontier_within(out, graph, &question, &segments, g, q, epsilon, err);
    else
        good = q->stream_input ? error_set(err, "%s", wide.text) : labels_beyond_frontier(out, g, q, err);
    labels_graph_free(graph);
    labels_segments_free(&segments);
    if (!good) frontier_free(out);
    return good;
}

/* --- the method --- */

/* The least memory of any path of the whole graph; -1: there is none, or a limit came first. */
static int64_t graph_least(const struct labels_graph *graph, const struct labels_question *asked) {
    struct labels_question question = *asked;
    assert(question.least == question.most);
    if (graph->least_peak[0] == LABELS_NONE) return -1;
    question.least = 0;
    question.most = LABELS_MOST;
    question.slack = LABELS_GAP_UNKNOWN - 1;
    struct labels_search *s = labels_search_new(graph, &question);
    const int64_t least = s->stop == LABELS_FINISHED ? s->stairs.corner[0].m : -1;
    labels_search_free(s);
    return least;
}

bool labels_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    (void)variant;
    if (q->flash_bytes != METHOD_NO_BUDGET) return labels_device_run(out, g, q, err);
    struct labels_question question = labels_answer_question(q, clock_wall());
    struct labels_segments segments = {.barred = q->barred, .traded = true, .image_by_rows = q->stream_input};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    if (graph) {
        struct labels_graph *within = labels_graph_copy(graph); /* the whole one says what the least is */
        question.least = question.most;
        if (within->least_peak[0] != LABELS_NONE) labels_graph_cut(within, question.most);
        out->outcome = OUTCOME_INFEASIBLE;
        if (within->least_peak[0] != LABELS_NONE) labels_answer_fill(out, within, &segments, g, &question);
        if (out->outcome == OUTCOME_INFEASIBLE) out->least_bytes = graph_least(graph, &question);
        labels_graph_free(within);
    }
    labels_graph_free(graph);
    labels_segments_free(&segments);
    return graph != NULL;
}
