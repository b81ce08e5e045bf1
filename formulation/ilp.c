#include "formulation/ilp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/ilp_segments.h"
#include "formulation/selection.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

/* --- the expression under construction --- */

void ilp_add(struct ilp *p, int col, double value) {
    assert(col >= 0 && col < p->model->cols);
    if (!p->is_touched[col]) p->touched[p->touches++] = col;
    p->is_touched[col] = true;
    p->sum[col] += value;
}

void ilp_drop(struct ilp *p) {
    assert(p->touches <= p->model->cols);
    for (int t = 0; t < p->touches; t++) {
        p->sum[p->touched[t]] = 0;
        p->is_touched[p->touched[t]] = false;
    }
    p->touches = 0;
    p->constant = 0;
}

void ilp_row(struct ilp *p, const char *name, double lower, double upper) {
    assert(lower <= upper);
    int row = model_add_row(p->model, p->named ? name : NULL, lower > -MODEL_INFINITY ? lower - p->constant : lower,
                            upper < MODEL_INFINITY ? upper - p->constant : upper);
    for (int t = 0; t < p->touches; t++)
        if (p->sum[p->touched[t]] != 0) model_add_entry(p->model, row, p->touched[t], p->sum[p->touched[t]]);
    ilp_drop(p);
}

void ilp_objective(struct ilp *p) {
    for (int t = 0; t < p->touches; t++) p->model->cost[p->touched[t]] += p->sum[p->touched[t]];
    p->model->offset += p->constant;
    ilp_drop(p);
}

/* value times out[v,l], by a layer or a segment that ends with it, or in[v,l]. */
static void ilp_add_layout(struct ilp *p, int v, bool out, int layout, double value) {
    for (int k = 0; k < core_count(p->core, v); k++) {
        const struct choice *c = core_choice(p->core, v, k);
        if ((int)(out ? c->out : c->in) == layout) ilp_add(p, p->core->first[v] + k, value);
    }
    if (out) ilp_segments_add_end(p, v, layout, value);
}

static void ilp_add_pairs(struct ilp *p, int e, int from, int to, double value) {
    int u = p->core->g->edge[e].from, v = p->core->g->edge[e].to, cols = core_count(p->core, v);
    assert(!p->core->g->edge[e].alike[from][to]); /* such pairs have no column */
    for (int i = 0; i < core_count(p->core, u); i++)
        for (int j = 0; j < cols; j++) {
            bool meant = (int)core_choice(p->core, u, i)->out == from && (int)core_choice(p->core, v, j)->in == to;
            if (meant) ilp_add(p, p->pair[e][i * cols + j], value);
        }
}

void ilp_add_way(struct ilp *p, int e, int from, int to, double value) {
    const struct edge *edge = &p->core->g->edge[e];
    bool seen[LAYOUTS];
    assert(e >= 0 && e < p->core->g->edges);
    if (p->core->way[e][from][to] == CORE_NONE) return;
    assert((p->pair != NULL) == (p->formulation == FORMULATION_PRODUCT));
    if (p->pair) {
        ilp_add_pairs(p, e, from, to, value);
    } else if (p->y[e][from][to] >= 0) {
        ilp_add(p, p->y[e][from][to], value);
    } else if (ilp_layouts(seen, p->core, edge->from, true) > 1) {
        ilp_add_layout(p, edge->from, true, from, value);
    } else if (ilp_layouts(seen, p->core, edge->to, false) > 1) {
        ilp_add_layout(p, edge->to, false, to, value);
    } else {
        ilp_segments_add_whole(p, edge->to, value);
    }
}

void ilp_add_conversion(struct ilp *p, int e, int from, int to, double value) {
    int u = p->core->g->edge[e].from;
    if (p->core->way[e][from][to] == CORE_NONE) return;
    if (p->core->conversions == CONVERSIONS_PER_EDGE || p->z[u][from][to] == -1) {
        ilp_add_way(p, e, from, to, value);
        return;
    }
    for (int before = 0; before < e; before++) /* the first edge with this conversion pays */
        if (p->core->g->edge[before].from == u && p->core->way[before][from][to] != CORE_NONE) return;
    ilp_add(p, p->z[u][from][to], value);
}

/* --- rows --- */

static void ilp_rows_one(struct ilp *p) {
    char name[ILP_NAME], spare[ILP_NAME];
    for (int v = 0; v < p->core->g->nodes; v++) {
        if (p->named) snprintf(name, sizeof name, "one:%.200s", ilp_layer_name(p->core, v, spare));
        if (core_count(p->core, v) == 0) continue; /* in segments only */
        for (int k = 0; k < core_count(p->core, v); k++) ilp_add(p, p->core->first[v] + k, 1);
        ilp_segments_add_whole(p, v, -1);
        ilp_row(p, name, 0, 0);
    }
}

/* (2): the flow out of u in layout l is out[u,l], less what segments take (26), the flow into v in layout l' is
 * in[v,l']. */
static void ilp_rows_flow(struct ilp *p) {
    char name[ILP_NAME];
    for (int e = 0; e < p->core->g->edges; e++)
        for (int side = 0; side < 2; side++)
            for (int l = 0; l < LAYOUTS; l++) {
                int columns = 0;
                for (int other = 0; other < LAYOUTS; other++) {
                    int y = side == 0 ? p->y[e][l][other] : p->y[e][other][l];
                    if (y < 0) continue;
                    columns++;
                    ilp_add(p, y, 1);
                }
                const int from = p->core->g->edge[e].from;
                if (columns == 0 && (side == 1 || !ilp_segments_meet(p, from))) continue;
                if (side == 0) ilp_segments_add_begin(p, from, l, 1);
                ilp_add_layout(p, side == 0 ? from : p->core->g->edge[e].to, side == 0, l, -1);
                if (p->touches == 0) continue; /* a layout that nothing makes */
                ilp_edge_name(name, p, 'f', e, side == 0 ? l : -1, side == 0 ? -1 : l);
                ilp_row(p, name, 0, 0);
            }
}

/* (2'): y >= x + x - 1. */
static void ilp_rows_product(struct ilp *p) {
    const struct core *core = p->core;
    char name[ILP_NAME];
    for (int e = 0; e < core->g->edges; e++) {
        int u = core->g->edge[e].from, v = core->g->edge[e].to, cols = core_count(core, v);
        for (int i = 0; i < core_count(core, u); i++)
            for (int j = 0; j < cols; j++) {
                int y = p->pair[e][i * cols + j];
                bool no_way = core->way[e][core_choice(core, u, i)->out][core_choice(core, v, j)->in] == CORE_NONE;
                if (y < 0 && !no_way) continue;
                ilp_add(p, core->first[u] + i, 1);
                ilp_add(p, core->first[v] + j, 1);
                if (y >= 0) ilp_add(p, y, -1);
                if (p->named) snprintf(name, sizeof name, "p:%d:%d:%d", e, i, j);
                ilp_row(p, name, -MODEL_INFINITY, 1);
            }
    }
}

static void ilp_rows_tensor(struct ilp *p) {
    const struct instance *g = p->core->g;
    char name[ILP_NAME];
    for (int e = 0; e < g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int from = i / LAYOUTS, to = i % LAYOUTS, z = p->z[g->edge[e].from][from][to];
            if (z < 0 || p->core->way[e][from][to] == CORE_NONE) continue;
            ilp_edge_name(name, p, 't', e, from, to);
            ilp_add(p, z, -1);
            ilp_add_way(p, e, from, to, 1);
            ilp_row(p, name, -MODEL_INFINITY, 0);
        }
}

void ilp_add_layers(struct ilp *p, ilp_measure *measure, bool moves, int64_t unit, double price) {
    const struct core *core = p->core;
    int64_t constant = 0, *least = MEMORY_NEW(int64_t, core->g->nodes); /* 0 for what runs in segments only */
    for (int v = 0; v < core->g->nodes; v++) {
        for (int k = 0; k < core_count(core, v); k++) {
            const int64_t value = measure(core, core_choice(core, v, k));
            if (k == 0 || value < least[v]) least[v] = value;
        }
        for (int k = 0; k < core_count(core, v); k++) {
            const int64_t value = measure(core, core_choice(core, v, k)) - least[v];
            assert(value >= 0 && value % unit == 0);
            ilp_add(p, core->first[v] + k, price * (double)(value / unit));
        }
        assert(least[v] >= 0 && least[v] < CORE_NONE && least[v] % unit == 0);
        constant += least[v] / unit;
    }
    if (p->segments) ilp_segments_add(p, measure, least, moves, unit, price);
    p->constant += price * (double)constant;
    free(least);
}

static int64_t time_measure(const struct core *core, const struct choice *c) {
    (void)core;
    return c->time_ns;
}

/* (3) with (16), times `price`. */
static void ilp_add_time(struct ilp *p, double price) {
    const struct core *core = p->core;
    ilp_add_layers(p, time_measure, true, 1, price);
    for (int e = 0; e < core->g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int from = i / LAYOUTS, to = i % LAYOUTS;
            if (core->way[e][from][to] != CORE_NONE && core->way[e][from][to] > 0)
                ilp_add_conversion(p, e, from, to, price * (double)core->way[e][from][to]);
        }
}

static void ilp_rows(struct ilp *p) {
    ilp_rows_one(p);
    if (p->pair)
        ilp_rows_product(p);
    else
        ilp_rows_flow(p);
    ilp_rows_tensor(p);
    if (p->segments) ilp_segments_rows(p);
    if (p->goal.aim == ILP_TIME || p->goal.aim == ILP_WEIGHTED) {
        ilp_add_time(p, p->goal.aim == ILP_TIME ? 1 : p->goal.time_price);
        ilp_objective(p);
    } else if (p->goal.most_ns != INT64_MAX) {
        ilp_add_time(p, 1);
        ilp_row(p, "time", -MODEL_INFINITY, (double)p->goal.most_ns);
    }
    ilp_memory_rows(p);
}

/* One row (1) per layer, x first among the columns and binary, and no unfinished expression. */
static bool check_ilp(const struct ilp *p) {
    const int kept = p->core->first[p->core->g->nodes], integers = kept + (p->segments ? p->segments->integers : 0);
    assert(p->model->cols >= kept && (p->segments || p->model->rows >= p->core->g->nodes));
    assert(!p->segments || p->segments->first == kept);
    assert(p->touches == 0 && p->constant == 0 && p->unit > 0);
    for (int j = 0; j < p->model->cols; j++) {
        assert(p->sum[j] == 0 && !p->is_touched[j]);
        assert(p->model->integer[j] == (j < integers));
        assert(p->model->lower[j] == 0 && (p->model->upper[j] == 1 || j == p->memory));
    }
    return true;
}

struct ilp *ilp_new(const struct core *core, const struct ilp_goal *goal, enum formulation formulation, bool named,
                    struct error *err) {
    if (core->open && formulation == FORMULATION_PRODUCT) {
        error_set(
            err,
            "the memory model %s with conversions per tensor is not formulated as products; use flow, or exhaustive, which can on small "
            "networks",
            memory_model_names[core->model]);
        return NULL;
    }
    if (core->segments && formulation == FORMULATION_PRODUCT) {
        error_set(err, "streamed segments are not formulated as products; use flow");
        return NULL;
    }
    assert(core->feasible && (goal->aim == ILP_TIME || core->weigh_memory));
    struct ilp *p = MEMORY_NEW(struct ilp, 1);
    *p = (struct ilp){.core = core,
                      .goal = *goal,
                      .formulation = formulation,
                      .model = model_new(),
                      .memory = -1,
                      .unit = 1,
                      .named = named};
    ilp_columns(p);
    ilp_memory_columns(p);
    p->sum = MEMORY_NEW(double, p->model->cols);
    p->touched = MEMORY_NEW(int, p->model->cols);
    p->is_touched = MEMORY_NEW(bool, p->model->cols);
    ilp_rows(p);
    CHECK(check_ilp(p));
    if (model_finish(p->model, err)) return p;
    ilp_free(p);
    return NULL;
}

void ilp_free(struct ilp *p) {
    if (!p) return;
    for (int e = 0; p->pair && e < p->core->g->edges; e++) free(p->pair[e]);
    free(p->pair);
    ilp_tensor_free(p);
    ilp_segments_free(p);
    free(p->y);
    free(p->z);
    free(p->sum);
    free(p->touched);
    free(p->is_touched);
    model_free(p->model);
    free(p);
}

void ilp_decode(int *choice, struct streams *streams, const struct ilp *p, const double *x) {
    for (int v = 0; v < p->core->g->nodes; v++) {
        int best = 0;
        for (int k = 1; k < core_count(p->core, v); k++)
            if (x[p->core->first[v] + k] > x[p->core->first[v] + best]) best = k;
        assert(p->segments || (core_count(p->core, v) > 0 && x[p->core->first[v] + best] > 0.5)); /* (1), and whole */
        choice[v] = core_count(p->core, v) > 0 ? p->core->kept[p->core->first[v] + best] : 0;
    }
    *streams = (struct streams){0, NULL};
    ilp_segments_decode(choice, streams, p, x);
}
