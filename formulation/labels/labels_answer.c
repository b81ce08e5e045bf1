#include "formulation/labels/labels_answer.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

struct labels_question labels_answer_question(const struct request *q, double start) {
    struct labels_question out = {.memory = LABELS_MEMORY};
    assert(q->budget_bytes >= 0);
    out.most = q->budget_bytes < LABELS_MOST ? q->budget_bytes : LABELS_MOST;
    out.limits = limits_none();
    if (q->time_limit_s < LIMITS_NO_DEADLINE) out.limits.deadline = start + q->time_limit_s;
    out.limits.interrupt = q->interrupt;
    return out;
}

int64_t labels_answer_fastest(int64_t *time, const struct labels_graph *g) {
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

int *labels_answer_choice(struct streams *streams, const struct labels_search *s,
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
        assert(streams->stream[streams->count].first == v + streams->stream[streams->count].image_by_rows);
        streams->count++;
    }
    free(way);
    return choice;
}

static enum outcome answer_outcome(enum labels_stop stop, bool any) {
    switch (stop) {
    case LABELS_FINISHED: return any ? OUTCOME_OPTIMAL : OUTCOME_INFEASIBLE;
    case LABELS_STOP_INTERRUPT: return OUTCOME_INTERRUPTED;
    case LABELS_STOP_MEMORY: return OUTCOME_MEMORY_LIMIT;
    case LABELS_STOP_TIME: break;
    }
    return OUTCOME_TIME_LIMIT;
}

void labels_answer_fill(struct answer *out, const struct labels_graph *graph, const struct labels_segments *segments,
                        const struct instance *g, const struct labels_question *question) {
    struct labels_search *s = labels_search_new(graph, question);
    bool any = s->stairs.corners > 0;
    assert(s->stairs.corners <= 1);
    out->nodes = s->labels;
    out->outcome = answer_outcome(s->stop, any);
    if (any) out->choice = labels_answer_choice(&out->streams, s, segments, 0, g->nodes);
    int64_t bound = labels_search_bound(s);
    if (bound == LABELS_NONE) out->outcome = OUTCOME_INFEASIBLE; /* proven before any search */
    if (out->outcome != OUTCOME_INFEASIBLE) out->bound_ns = bound;
    assert(out->outcome != OUTCOME_OPTIMAL || out->bound_ns == s->stairs.corner[0].t);
    labels_search_free(s);
}
