#include "formulation/cutter.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

void cutter_strike(struct cutter *c, int v, int i) {
    assert(c->base[v] + i < c->base[v + 1] && cutter_alive(c, v, i)); /* at most once */
    c->alive[c->base[v] + i] = false;
    c->changed = true;
}

static void cutter_strike_way(struct cutter *c, int e, int from, int to) {
    if (c->core->way[e][from][to] == CORE_NONE) return;
    c->core->way[e][from][to] = CORE_NONE;
    c->changed = true;
}

bool cutter_whole(const struct cutter *c, int v) {
    for (int i = 0; i < c->g->node[v].choices; i++)
        if (cutter_alive(c, v, i)) return true;
    return false;
}

static void cutter_added(struct cutter *c, int v, int64_t added) {
    if (added < c->least_added[v]) c->least_added[v] = added;
    if (added > c->most_added[v]) c->most_added[v] = added;
}

/* Extremes per node over what is alive. false: a node has nothing left. */
static bool cutter_extremes(struct cutter *c) {
    c->sum_least_added = c->sum_most_added = 0;
    for (int v = 0; v < c->g->nodes; v++) {
        const struct node *n = &c->g->node[v];
        const bool streams = core_segments_any(c->core->segments, v);
        c->least_added[v] = INT64_MAX;
        c->most_added[v] = -1;
        c->most_step[v] = 0;
        for (int i = 0; i < n->choices; i++) {
            if (!cutter_alive(c, v, i)) continue;
            int64_t step = core_step_bytes(c->core, &n->choice[i]);
            if (step > c->most_step[v]) c->most_step[v] = step;
            cutter_added(c, v, core_added_bytes(c->core, &n->choice[i]));
        }
        for (int i = 0; i < n->strips && streams; i++) cutter_added(c, v, core_added_bytes(c->core, &n->strip[i]));
        if (c->most_added[v] < 0) return false;
        assert(c->least_added[v] >= 0 && c->least_added[v] <= c->most_added[v] && c->most_step[v] >= 0);
        c->sum_least_added += c->least_added[v];
        c->sum_most_added += c->most_added[v];
    }
    assert(c->sum_least_added <= c->sum_most_added);
    return true;
}

/* (4) and (7), no tensors: a choice must fit into what remains when all others take the least. */
static void cutter_largest(struct cutter *c) {
    const struct core *core = c->core;
    assert(!memory_model_by_step(core->model));
    int64_t slack = core->budget_bytes - c->sum_least_added;
    for (int v = 0; v < c->g->nodes; v++)
        for (int i = 0; i < c->g->node[v].choices; i++) {
            const struct choice *choice = cutter_choice(c, v, i);
            int64_t need = core_step_bytes(core, choice) + core_added_bytes(core, choice) - c->least_added[v];
            if (cutter_alive(c, v, i) && need > slack) cutter_strike(c, v, i);
        }
    for (int e = 0; e < c->g->edges; e++)
        for (int from = 0; from < LAYOUTS; from++)
            for (int to = 0; to < LAYOUTS; to++)
                if (core->way[e][from][to] != CORE_NONE &&
                    core_way_step_bytes(core, e, from, to) + core_way_added_bytes(core, e, from, to) > slack)
                    cutter_strike_way(c, e, from, to);
}

void cutter_term(int64_t *least, int64_t *most, const struct cutter *c, const struct step_term *t) {
    bool any = false;
    *least = *most = 0;
    for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
        int64_t bytes = t->bytes[i / LAYOUTS][i % LAYOUTS];
        if (c->core->way[t->edge][i / LAYOUTS][i % LAYOUTS] == CORE_NONE) continue;
        if (!any || bytes < *least) *least = bytes;
        if (!any || bytes > *most) *most = bytes;
        any = true;
    }
    assert(0 <= *least && *least <= *most);
}

static int64_t least_step_reading(const struct cutter *c, int v, int in) {
    int64_t least = INT64_MAX;
    for (int i = 0; i < c->g->node[v].choices; i++) {
        const struct choice *choice = cutter_choice(c, v, i);
        if (cutter_alive(c, v, i) && (int)choice->in == in && core_step_bytes(c->core, choice) < least)
            least = core_step_bytes(c->core, choice);
    }
    return least;
}

/* (5) and (6), one step: a choice or conversion must fit into what remains when the rest of the step takes the
 * least. */
static void cutter_step(struct cutter *c, const struct step *s) {
    const struct node *node = &c->g->node[s->node];
    int64_t least, most, terms = 0, slack = c->core->budget_bytes - s->fixed_bytes - c->sum_least_added;
    for (int t = s->first; t < s->last && !c->core->open; t++) {
        cutter_term(&least, &most, c, &c->steps->term[t]);
        terms += least;
    }
    assert(memory_model_by_step(c->core->model) && terms >= 0);
    for (int i = 0; i < node->choices; i++) {
        const struct choice *choice = cutter_choice(c, s->node, i);
        int64_t need = terms + (s->runs ? core_step_bytes(c->core, choice) : 0) + core_added_bytes(c->core, choice) -
                       c->least_added[s->node];
        if (cutter_alive(c, s->node, i) && need > slack) cutter_strike(c, s->node, i);
    }
    for (int t = s->first; t < s->last && !c->core->open; t++) {
        const struct step_term *term = &c->steps->term[t];
        cutter_term(&least, &most, c, term);
        assert(least <= terms && c->g->edge[term->edge].to == s->node);
        for (int to = 0; to < LAYOUTS; to++) {
            int64_t workspace = s->runs ? least_step_reading(c, s->node, to) : 0;
            if (workspace == INT64_MAX) continue; /* not read in that layout: cutter_ways removes it */
            for (int from = 0; from < LAYOUTS; from++)
                if (terms - least + term->bytes[from][to] + workspace > slack)
                    cutter_strike_way(c, term->edge, from, to);
        }
    }
}

/* The least of (19), over the strips that its layers may use. */
static int64_t segment_step(const struct cutter *c, const struct core_segment *s) {
    int64_t most = 0;
    for (int v = s->stream.first; v <= s->stream.last; v++) {
        int count;
        const int *strip = core_segments_strips(&count, c->core->segments, s, v);
        int64_t least = INT64_MAX;
        for (int i = 0; i < count; i++) {
            const int64_t bytes = c->g->node[v].strip[strip[i]].workspace_bytes;
            if (bytes < least) least = bytes;
        }
        assert(count > 0 && least >= 0);
        if (least > most) most = least;
    }
    return memory_model_step(c->core->model, s->block_bytes, most);
}

/* The least that its layers add, above the least that they add in any way. */
static int64_t segment_added(const struct cutter *c, const struct core_segment *s) {
    int64_t sum = 0;
    for (int v = s->stream.first; v <= s->stream.last && memory_model_adds_up(c->core->model); v++) {
        int count;
        const int *strip = core_segments_strips(&count, c->core->segments, s, v);
        int64_t least = INT64_MAX;
        for (int i = 0; i < count; i++) {
            const int64_t added = core_added_bytes(c->core, &c->g->node[v].strip[strip[i]]);
            if (added < least) least = added;
        }
        assert(least >= c->least_added[v] && least < INT64_MAX);
        sum += least - c->least_added[v];
    }
    return sum;
}

/* Segments whose step does not fit, with the least that all layers add up to, are struck out. */
static void cutter_segments(struct cutter *c) {
    struct core_segments *s = c->core->segments;
    for (int i = s ? s->count - 1 : -1; i >= 0; i--) {
        const int64_t need = segment_step(c, &s->segment[i]) + segment_added(c, &s->segment[i]);
        if (need <= c->core->budget_bytes - c->sum_least_added) continue;
        core_segments_strike(s, i);
        c->changed = true;
    }
}

/* An interval of which one layer cannot run as a whole runs in segments only. */
static void cutter_intervals(struct cutter *c) {
    const struct core_segments *s = c->core->segments;
    for (int v = 1; s && v < c->g->nodes; v++) {
        if (cutter_whole(c, v)) continue;
        for (int u = s->cut[s->interval[v]] + 1; u <= s->cut[s->interval[v] + 1]; u++)
            for (int i = 0; i < c->g->node[u].choices; i++)
                if (cutter_alive(c, u, i)) cutter_strike(c, u, i);
    }
}

/* Layouts that are neither made nor read have no conversions; choices without a conversion to a neighbour cannot be
 * chosen. A segment makes its last tensor in its own layout, and may read its first one in any layout alike. */
static void cutter_ways(struct cutter *c) {
    const struct instance *g = c->g;
    const struct core_segments *s = c->core->segments;
    bool(*makes)[LAYOUTS] = memory_new((size_t)g->nodes, sizeof *makes);
    bool(*reads)[LAYOUTS] = memory_new((size_t)g->nodes, sizeof *reads);
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].choices; i++)
            if (cutter_alive(c, v, i))
                makes[v][cutter_choice(c, v, i)->out] = reads[v][cutter_choice(c, v, i)->in] = true;
    for (int i = 0; s && i < s->count; i++) makes[s->segment[i].stream.last][s->segment[i].stream.layout] = true;
    for (int e = 0; e < g->edges; e++) {
        int u = g->edge[e].from, v = g->edge[e].to;
        bool leaves[LAYOUTS] = {false}, arrives[LAYOUTS] = {false};
        for (int l = 0; l < LAYOUTS * LAYOUTS; l++)
            if (g->edge[e].alike[l / LAYOUTS][l % LAYOUTS] && core_segments_begin(s, u, l % LAYOUTS))
                leaves[l / LAYOUTS] = true;
        for (int from = 0; from < LAYOUTS; from++)
            for (int to = 0; to < LAYOUTS; to++) {
                if (!makes[u][from] || !reads[v][to]) cutter_strike_way(c, e, from, to);
                if (c->core->way[e][from][to] != CORE_NONE) leaves[from] = arrives[to] = true;
            }
        for (int i = 0; i < g->node[u].choices; i++)
            if (cutter_alive(c, u, i) && !leaves[cutter_choice(c, u, i)->out]) cutter_strike(c, u, i);
        for (int i = 0; i < g->node[v].choices; i++)
            if (cutter_alive(c, v, i) && !arrives[cutter_choice(c, v, i)->in]) cutter_strike(c, v, i);
    }
    free(makes);
    free(reads);
}

bool cutter_run(struct cutter *c) {
    assert(c->core->budget_bytes >= 0 && (c->steps != NULL) == memory_model_by_step(c->core->model));
    do {
        c->changed = false;
        if (!cutter_extremes(c)) return false;
        if (c->core->budget_bytes != METHOD_NO_BUDGET) {
            if (!c->steps) cutter_largest(c);
            for (int s = 0; c->steps && s < c->steps->count; s++) cutter_step(c, &c->steps->step[s]);
            cutter_segments(c);
        }
        cutter_ways(c);
        cutter_intervals(c);
    } while (c->changed);
    assert(!c->changed);
    return cutter_extremes(c);
}
