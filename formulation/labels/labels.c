#include "formulation/labels/labels.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_states.h"
#include "solver/base/check.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

static struct labels_question question_of(const struct request *q, double start) {
    struct labels_question out = {.memory = LABELS_MEMORY};
    assert(q->budget_bytes >= 0);
    out.most = q->budget_bytes < LABELS_MOST ? q->budget_bytes : LABELS_MOST;
    out.limits = limits_none();
    if (q->time_limit_s < LIMITS_NO_DEADLINE) out.limits.deadline = start + q->time_limit_s;
    out.limits.interrupt = q->interrupt;
    return out;
}

/* Memory of the fastest path, the smaller of two alike: no frontier has more. */
static int64_t graph_fastest(int64_t *time, const struct labels_graph *g) {
    struct labels_cost *best = MEMORY_NEW(struct labels_cost, g->states);
    for (int s = g->states - 1; s >= 0; s--) {
        best[s] = (struct labels_cost){0, 0, g->stage[s] == g->stages - 1 ? 0 : LABELS_NONE};
        for (int a = g->first_arc[s]; a < g->first_arc[s + 1]; a++) {
            const struct labels_cost *rest = &best[g->arc[a].to];
            for (int w = g->arc[a].first; w < g->arc[a].last && rest->t != LABELS_NONE; w++) {
                const struct labels_cost *c = &g->way[w].cost;
                struct labels_cost sum = {labels_larger(c->p, rest->p), c->k + rest->k, c->t + rest->t};
                if (sum.t < best[s].t || (sum.t == best[s].t && sum.p + sum.k < best[s].p + best[s].k)) best[s] = sum;
            }
        }
    }
    int64_t memory = labels_larger(best[0].p, g->least_peak[0]) + best[0].k;
    assert(best[0].t != LABELS_NONE && memory <= LABELS_MOST);
    *time = best[0].t;
    free(best);
    return memory;
}

/* The selection of a corner's path. */
static int *search_choice(struct streams *streams, const struct labels_search *s,
                          const struct labels_segments *segments, int corner, int nodes) {
    int *way = MEMORY_NEW(int, nodes), *choice = MEMORY_NEW(int, nodes), ways = labels_search_path(way, s, corner);
    *streams = (struct streams){0, NULL};
    assert(ways <= nodes);
    for (int i = 0; i < ways; i++) {
        const struct labels_way *w = &s->g->way[way[i]];
        const int v = s->g->stage[s->g->arc[w->arc].from];
        if (w->payload >= 0) {
            choice[v] = w->payload;
            continue;
        }
        streams->stream = memory_resize(streams->stream, (size_t)streams->count + 1, sizeof *streams->stream);
        labels_segments_read(choice, &streams->stream[streams->count], segments, -1 - w->payload);
        assert(streams->stream[streams->count].first == v);
        streams->count++;
    }
    free(way);
    return choice;
}

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
        p->choice = search_choice(&p->streams, s, segments, i, g->nodes);
        struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        assert(e.possible && e.time_ns == s->stairs.corner[i].t && e.memory_bytes <= s->stairs.corner[i].m);
        assert(e.memory_bytes == s->stairs.corner[i].m || !out->complete);
        p->memory_bytes = e.memory_bytes;
        p->time_ns = e.time_ns;
    }
    qsort(out->point, (size_t)corners, sizeof *out->point, point_order);
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
    struct labels_question question = question_of(q, clock_wall());
    struct labels_segments segments = {0};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    assert(epsilon >= 0);
    *out = (struct frontier){.complete = true};
    if (!graph) {
        labels_segments_free(&segments);
        return false;
    }
    if (graph->least_peak[0] != LABELS_NONE) {
        int64_t fastest_ns, most = graph_fastest(&fastest_ns, graph);
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

static enum outcome outcome_of(enum labels_stop stop, bool any) {
    switch (stop) {
    case LABELS_FINISHED: return any ? OUTCOME_OPTIMAL : OUTCOME_INFEASIBLE;
    case LABELS_STOP_INTERRUPT: return OUTCOME_INTERRUPTED;
    case LABELS_STOP_MEMORY: return OUTCOME_MEMORY_LIMIT;
    case LABELS_STOP_TIME: break;
    }
    return OUTCOME_TIME_LIMIT;
}

/* The least memory of any path; -1: a limit came first. */
static bool graph_least(int64_t *least, const struct instance *g, const struct request *q,
                        struct labels_question question, struct error *err) {
    struct labels_segments segments = {0};
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

static void graph_answer(struct answer *out, const struct labels_graph *graph, const struct labels_segments *segments,
                         const struct instance *g, const struct labels_question *question) {
    struct labels_search *s = labels_search_new(graph, question);
    bool any = s->stairs.corners > 0;
    assert(s->stairs.corners <= 1);
    out->nodes = s->labels;
    out->outcome = outcome_of(s->stop, any);
    if (any) out->choice = search_choice(&out->streams, s, segments, 0, g->nodes);
    int64_t bound = labels_search_bound(s);
    if (bound == LABELS_NONE) out->outcome = OUTCOME_INFEASIBLE; /* proven before any search */
    if (out->outcome != OUTCOME_INFEASIBLE) out->bound_ns = bound;
    assert(out->outcome != OUTCOME_OPTIMAL || out->bound_ns == s->stairs.corner[0].t);
    labels_search_free(s);
}

bool labels_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    (void)variant;
    struct labels_question question = question_of(q, clock_wall());
    struct labels_segments segments = {0};
    struct labels_graph *graph = labels_states_graph(g, q->model, q->conversions, q->streaming ? &segments : NULL, err);
    if (!graph) {
        labels_segments_free(&segments);
        return false;
    }
    question.least = question.most;
    if (graph->least_peak[0] != LABELS_NONE) labels_graph_cut(graph, question.most);
    out->outcome = OUTCOME_INFEASIBLE;
    if (graph->least_peak[0] != LABELS_NONE) graph_answer(out, graph, &segments, g, &question);
    labels_graph_free(graph);
    labels_segments_free(&segments);
    return out->outcome != OUTCOME_INFEASIBLE || graph_least(&out->least_bytes, g, q, question, err);
}
