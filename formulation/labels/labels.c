#include "formulation/labels/labels.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_answer.h"
#include "formulation/labels/labels_device.h"
#include "formulation/labels/labels_states.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

static int point_order(const void *a, const void *b) {
    const struct frontier_point *x = a, *y = b;
    if (x->memory_bytes != y->memory_bytes) return x->memory_bytes < y->memory_bytes ? -1 : 1;
    return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* The corners as points, graded by the judge. Of a search that was not finished, a path may count more than the judge
 * (formulation/labels/labels_states.h), so that points may move and beat each other. */
static void frontier_points(struct frontier *out, const struct labels_search *s, const struct labels_segments *segments,
                            const struct instance *g, const struct request *q) {
    int corners = s->stairs.corners;
    out->point = memory_grow(NULL, &out->room, (size_t)corners + 1, sizeof *out->point);
    for (int i = 0; i < corners; i++) {
        struct frontier_point *p = &out->point[i];
        p->choice = labels_answer_choice(&p->streams, s, segments, i, g->nodes);
        struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        assert(e.possible && e.time_ns == s->stairs.corner[i].t && e.memory_bytes <= s->stairs.corner[i].m);
        assert(e.memory_bytes == s->stairs.corner[i].m || !out->complete);
        p->memory_bytes = e.memory_bytes;
        p->time_ns = e.time_ns;
    }
    memory_sort(out->point, (size_t)corners, sizeof *out->point, point_order);
    for (int i = 0; i < corners; i++) {
        bool beaten = out->points > 0 && out->point[i].time_ns >= out->point[out->points - 1].time_ns;
        if (beaten) {
            free(out->point[i].choice);
            selection_streams_free(&out->point[i].streams);
        } else {
            out->point[out->points++] = out->point[i];
        }
    }
    assert(!out->complete || out->points == corners);
}

bool labels_frontier(struct frontier *out, const struct instance *g, const struct request *q, double epsilon,
                     struct error *err) {
    struct labels_question question = labels_answer_question(q, clock_wall());
    struct labels_segments segments = {.barred = q->barred};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    assert(epsilon >= 0);
    *out = (struct frontier){.complete = true};
    if (!graph) {
        labels_segments_free(&segments);
        return false;
    }
    if (graph->least_peak[0] != LABELS_NONE) {
        int64_t fastest_ns, most = labels_answer_fastest(&fastest_ns, graph);
        question.slack = (int64_t)(epsilon * (double)fastest_ns);
        if (most < question.most) question.most = most;
        labels_graph_cut(graph, question.most);
    }
    if (graph->least_peak[0] != LABELS_NONE) {
        struct labels_search *s = labels_search_new(graph, &question);
        out->missed_ns = s->missed == LABELS_GAP_UNKNOWN ? FRONTIER_UNKNOWN : s->missed;
        out->complete = out->missed_ns == 0;
        out->stopped = s->stop != LABELS_FINISHED;
        out->nodes = s->labels;
        frontier_points(out, s, &segments, g, q);
        labels_search_free(s);
    }
    labels_graph_free(graph);
    labels_segments_free(&segments);
    return true;
}

/* --- the method --- */

/* The least memory of any path; -1: a limit came first. */
static bool graph_least(int64_t *least, const struct instance *g, const struct request *q,
                        struct labels_question question, struct error *err) {
    struct labels_segments segments = {.barred = q->barred};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    *least = -1;
    labels_segments_free(&segments); /* only bytes are asked for */
    if (!graph) return false;
    assert(question.least == question.most);
    if (graph->least_peak[0] != LABELS_NONE) {
        question.least = 0;
        question.most = LABELS_MOST;
        question.slack = LABELS_GAP_UNKNOWN - 1;
        struct labels_search *s = labels_search_new(graph, &question);
        if (s->stop == LABELS_FINISHED) *least = s->stairs.corner[0].m;
        labels_search_free(s);
    }
    labels_graph_free(graph);
    return true;
}

bool labels_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    (void)variant;
    if (q->flash_bytes != METHOD_NO_BUDGET) return labels_device_run(out, g, q, err);
    struct labels_question question = labels_answer_question(q, clock_wall());
    struct labels_segments segments = {.barred = q->barred};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    if (!graph) {
        labels_segments_free(&segments);
        return false;
    }
    question.least = question.most;
    if (graph->least_peak[0] != LABELS_NONE) labels_graph_cut(graph, question.most);
    out->outcome = OUTCOME_INFEASIBLE;
    if (graph->least_peak[0] != LABELS_NONE) labels_answer_fill(out, graph, &segments, g, &question);
    labels_graph_free(graph);
    labels_segments_free(&segments);
    return out->outcome != OUTCOME_INFEASIBLE || graph_least(&out->least_bytes, g, q, question, err);
}
