/* ilp_memory.c - equations (4) to (7) as rows: a budget that binds, or M in the objective. */
#include <assert.h>
#include <stdio.h>

#include "formulation/ilp_segments.h"
#include "formulation/selection.h"
#include "kernels/arithmetic.h"

static bool ilp_way(const struct ilp *p, int e, int i) {
    return p->core->way[e][i / LAYOUTS][i % LAYOUTS] != CORE_NONE;
}

static int64_t ilp_leg_bytes(const struct ilp *p, int e, int i, bool sum) {
    return selection_legs_bytes(&p->core->g->edge[e], (enum layout)(i / LAYOUTS), (enum layout)(i % LAYOUTS), sum);
}

/* The greatest common divisor of every size that may stand in a row. */
static int64_t ilp_unit(const struct ilp *p) {
    const struct core *core = p->core;
    int64_t unit = 0;
    for (int v = 0; v < core->g->nodes; v++)
        for (int k = 0; k < core_count(core, v); k++) {
            unit = common_divisor(unit, core_choice(core, v, k)->workspace_bytes);
            unit = common_divisor(unit, core_choice(core, v, k)->weights_bytes);
        }
    for (int v = 0; v < core->g->nodes && core->steps; v++) unit = common_divisor(unit, core->g->node[v].out_bytes);
    for (int e = 0; e < core->g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++)
            if (ilp_way(p, e, i)) {
                unit = common_divisor(unit, ilp_leg_bytes(p, e, i, false));
                unit = common_divisor(unit, ilp_leg_bytes(p, e, i, true));
            }
    for (int s = 0; core->steps && s < core->steps->count; s++) {
        unit = common_divisor(unit, core->steps->step[s].fixed_bytes);
        for (int t = core->steps->step[s].first; t < core->steps->step[s].last; t++)
            for (int i = 0; i < LAYOUTS * LAYOUTS; i++)
                unit = common_divisor(unit, core->steps->term[t].bytes[i / LAYOUTS][i % LAYOUTS]);
    }
    unit = ilp_segments_unit(p, unit);
    return unit ? unit : 1;
}

void ilp_memory_columns(struct ilp *p) {
    const bool most = ilp_segments_measured(p);
    p->unit = ilp_unit(p);
    assert(p->unit > 0 && p->memory < 0);
    if (p->core->open) ilp_tensor_columns(p);
    if (most) p->memory = model_add_column(p->model, p->named ? "m" : NULL, 0, 0, MODEL_INFINITY, false);
}

/* What node v needs in its step, without tensors. */
static void ilp_add_step(struct ilp *p, int v) {
    for (int k = 0; k < core_count(p->core, v); k++)
        ilp_add(p, p->core->first[v] + k, ilp_units(p, core_step_bytes(p->core, core_choice(p->core, v, k))));
}

/* (4): m is at least each workspace. */
static void ilp_rows_largest(struct ilp *p) {
    const struct core *core = p->core;
    assert(!core->steps && p->memory >= 0);
    for (int v = 0; v < core->g->nodes; v++) {
        ilp_add_step(p, v);
        ilp_add(p, p->memory, -1);
        ilp_row(p, NULL, -MODEL_INFINITY, 0);
    }
    for (int e = 0; e < core->g->edges; e++) {
        int64_t most = 0;
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int64_t bytes = ilp_way(p, e, i) ? core_way_step_bytes(core, e, i / LAYOUTS, i % LAYOUTS) : 0;
            if (bytes > most) most = bytes;
            if (bytes > 0) ilp_add_way(p, e, i / LAYOUTS, i % LAYOUTS, ilp_units(p, bytes));
        }
        if (most == 0) continue;
        ilp_add(p, p->memory, -1);
        ilp_row(p, NULL, -MODEL_INFINITY, 0);
    }
}

void ilp_row_step(struct ilp *p, const char *name, int v, int64_t fixed_bytes) {
    ilp_segments_add_whole(p, v, ilp_units(p, fixed_bytes));
    if (p->memory >= 0)
        ilp_add(p, p->memory, -1);
    else
        ilp_segments_add_whole(p, v, -(double)(p->core->budget_bytes / p->unit));
    ilp_row(p, name, -MODEL_INFINITY, 0);
}

/* (5): one row per step, bounded by the budget or by m. */
static void ilp_rows_steps(struct ilp *p) {
    const struct core *core = p->core;
    char name[32];
    assert(!core->open && (p->memory >= 0 || core->budget_bytes != METHOD_NO_BUDGET || core->steps->count == 0));
    for (int s = 0; s < core->steps->count; s++) {
        const struct step *step = &core->steps->step[s];
        if (step->runs) ilp_add_step(p, step->node);
        for (int t = step->first; t < step->last; t++) {
            const struct step_term *term = &core->steps->term[t];
            for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
                int64_t bytes = term->bytes[i / LAYOUTS][i % LAYOUTS];
                if (bytes > 0) ilp_add_way(p, term->edge, i / LAYOUTS, i % LAYOUTS, ilp_units(p, bytes));
            }
        }
        snprintf(name, sizeof name, "step:%d", s);
        ilp_row_step(p, name, step->node, step->fixed_bytes);
    }
}

static int64_t added_measure(const struct core *core, const struct choice *c) {
    return core_added_bytes(core, c);
}

static int64_t weights_measure(const struct core *core, const struct choice *c) {
    (void)core;
    return c->weights_bytes;
}

/* The sum over layers and conversions, in units, times `price`: (6) weights, (7) workspaces. */
static void ilp_add_sum(struct ilp *p, double price) {
    const struct core *core = p->core;
    ilp_add_layers(p, added_measure, false, p->unit, price);
    for (int e = 0; e < core->g->edges; e++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int64_t bytes = ilp_way(p, e, i) ? core_way_added_bytes(core, e, i / LAYOUTS, i % LAYOUTS) : 0;
            if (bytes > 0) ilp_add_conversion(p, e, i / LAYOUTS, i % LAYOUTS, price * ilp_units(p, bytes));
        }
}

void ilp_memory_rows(struct ilp *p) {
    const struct core *core = p->core;
    bool adds_up = memory_model_adds_up(core->model);
    assert(p->touches == 0 && p->constant == 0);
    if (p->goal.aim != ILP_TIME) {
        double price = p->goal.aim == ILP_MEMORY ? 1 : p->goal.memory_price * (double)p->unit;
        if (p->memory >= 0) ilp_add(p, p->memory, price);
        if (adds_up) ilp_add_sum(p, price);
        ilp_objective(p);
    }
    if (!memory_model_by_step(core->model) && p->memory >= 0) ilp_rows_largest(p);
    if (core->open)
        ilp_tensor_rows(p);
    else if (core->steps)
        ilp_rows_steps(p);
    if (p->segments && p->memory >= 0) ilp_segments_steps(p);
    if (adds_up && core->sum_binds && core->budget_bytes != METHOD_NO_BUDGET) {
        ilp_add_sum(p, 1);
        if (p->memory >= 0) ilp_add(p, p->memory, 1);
        ilp_row(p, "budget", -MODEL_INFINITY, (double)(core->budget_bytes / p->unit));
    }
    if (core->flash_bytes != METHOD_NO_BUDGET) {
        ilp_add_layers(p, weights_measure, false, p->unit, 1);
        ilp_row(p, "flash", -MODEL_INFINITY, (double)(core->flash_bytes / p->unit));
    }
}
