/* dynamic.c - exact dynamic programming over layouts: the optimum of (8) if a budget only removes choices or couples
 * those of neighbours, along a tree decomposition (baselines/elimination.h). Variables are the layouts that a node
 * reads and makes. */
#include <assert.h>
#include <stdlib.h>

#include "baselines/elimination.h"
#include "baselines/methods.h"
#include "formulation/core.h"
#include "formulation/least.h"
#include "solver/base/memory.h"

#define DYNAMIC_ENTRIES 1e6 /* largest table: 8 MB */
#define DYNAMIC_SCOPE   24

struct layouts { /* one variable: value i means layout[i] */
    int count;
    enum layout layout[LAYOUTS];
};

struct dynamic {
    const struct core *core;
    int *in, *out; /* [nodes] variables; the same one where every choice keeps its layout */
    struct layouts *value;
    struct elimination *p;
    const struct step **own; /* [nodes] the node's own step, where it binds */
};

static int dynamic_variable(struct dynamic *d, int *variables, int v, bool out) {
    struct layouts *value = &d->value[*variables];
    bool seen[LAYOUTS] = {false};
    for (int k = 0; k < core_count(d->core, v); k++) {
        const struct choice *c = core_choice(d->core, v, k);
        seen[out ? c->out : c->in] = true;
    }
    for (int l = 0; l < LAYOUTS; l++)
        if (seen[l]) value->layout[value->count++] = (enum layout)l;
    assert(value->count > 0); /* at least one kept choice each */
    return (*variables)++;
}

static void dynamic_variables(struct dynamic *d) {
    const struct instance *g = d->core->g;
    int variables = 0;
    d->in = MEMORY_NEW(int, g->nodes);
    d->out = MEMORY_NEW(int, g->nodes);
    d->value = MEMORY_NEW(struct layouts, 2 * g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        bool keeps = true;
        for (int k = 0; k < core_count(d->core, v); k++)
            keeps = keeps && core_choice(d->core, v, k)->in == core_choice(d->core, v, k)->out;
        d->in[v] = dynamic_variable(d, &variables, v, false);
        d->out[v] = keeps ? d->in[v] : dynamic_variable(d, &variables, v, true);
    }
    assert(variables <= 2 * g->nodes);
    d->p = elimination_new(variables);
    for (int i = 0; i < variables; i++) d->p->size[i] = d->value[i].count;
}

/* A factor over some variables in any order; entries are found through the layouts of all variables. */
struct scope {
    int count, variable[DYNAMIC_SCOPE];
};

static void scope_add(struct scope *s, int variable) {
    int at = 0;
    while (at < s->count && s->variable[at] < variable) at++;
    if (at < s->count && s->variable[at] == variable) return;
    assert(s->count < DYNAMIC_SCOPE);
    for (int i = s->count++; i > at; i--) s->variable[i] = s->variable[i - 1];
    s->variable[at] = variable;
}

static double scope_entries(const struct scope *s, const struct dynamic *d) {
    double entries = 1;
    for (int i = 0; i < s->count; i++) entries *= d->p->size[s->variable[i]];
    return entries;
}

/* Entry `at` of a table over s: the layout of each variable into layout[variable]. */
static void scope_decode(enum layout *layout, size_t at, const struct scope *s, const struct dynamic *d) {
    for (int i = s->count - 1; i >= 0; i--) {
        size_t size = (size_t)d->p->size[s->variable[i]];
        layout[s->variable[i]] = d->value[s->variable[i]].layout[at % size];
        at /= size;
    }
    assert(at == 0); /* the entry was one of the table */
}

typedef int64_t (*entry_fn)(const struct dynamic *d, const enum layout *layout, int which);

static bool dynamic_factor(struct dynamic *d, enum layout *layout, const struct scope *s, entry_fn entry, int which) {
    double entries = scope_entries(s, d);
    assert(s->count > 0 && entries >= 1);
    if (entries > DYNAMIC_ENTRIES) return false;
    struct factor *f = elimination_add(d->p, s->count, s->variable, 0);
    for (size_t at = 0; at < (size_t)entries; at++) {
        scope_decode(layout, at, s, d);
        f->table[at] = entry(d, layout, which);
    }
    return true;
}

/* --- the entries --- */

static int64_t step_terms(const struct dynamic *d, const struct step *s, const enum layout *layout) {
    int64_t bytes = 0;
    for (int t = s->first; t < s->last; t++) {
        const struct step_term *term = &d->core->steps->term[t];
        const struct edge *e = &d->core->g->edge[term->edge];
        bytes += term->bytes[layout[d->out[e->from]]][layout[d->in[e->to]]];
    }
    return bytes;
}

/* The fastest kept choice of v between the layouts that its step has room for; -1: none. */
static int dynamic_best(const struct dynamic *d, const enum layout *layout, int v) {
    int64_t room = METHOD_NO_BUDGET;
    int best = -1;
    if (d->own[v]) room = d->core->budget_bytes - d->own[v]->fixed_bytes - step_terms(d, d->own[v], layout);
    for (int k = 0; k < core_count(d->core, v); k++) {
        const struct choice *c = core_choice(d->core, v, k);
        if (c->in != layout[d->in[v]] || c->out != layout[d->out[v]] || core_step_bytes(d->core, v, c) > room) continue;
        if (best < 0 || c->time_ns < core_choice(d->core, v, best)->time_ns) best = k;
    }
    return best;
}

static int64_t entry_node(const struct dynamic *d, const enum layout *layout, int v) {
    int best = dynamic_best(d, layout, v);
    return best < 0 ? ELIMINATION_NONE : core_choice(d->core, v, best)->time_ns;
}

static int64_t entry_step(const struct dynamic *d, const enum layout *layout, int s) {
    const struct step *step = &d->core->steps->step[s];
    return step->fixed_bytes + step_terms(d, step, layout) > d->core->budget_bytes ? ELIMINATION_NONE : 0;
}

static int64_t entry_edge(const struct dynamic *d, const enum layout *layout, int e) {
    const struct edge *edge = &d->core->g->edge[e];
    int64_t time = d->core->way[e][layout[d->out[edge->from]]][layout[d->in[edge->to]]];
    return time == CORE_NONE ? ELIMINATION_NONE : time;
}

/* Per tensor: converted once to each layout that some reader needs. */
static int64_t entry_tensor(const struct dynamic *d, const enum layout *layout, int u) {
    const struct instance *g = d->core->g;
    bool paid[LAYOUTS] = {false};
    int64_t sum = 0;
    for (int e = 0; e < g->edges; e++) {
        if (g->edge[e].from != u) continue;
        enum layout in = layout[d->in[g->edge[e].to]];
        int64_t time = entry_edge(d, layout, e);
        if (time == ELIMINATION_NONE) return time;
        if (!paid[in]) sum += time;
        paid[in] = true;
    }
    return sum;
}

/* --- putting it together --- */

static bool dynamic_conversions(struct dynamic *d, enum layout *layout) {
    const struct instance *g = d->core->g;
    bool per_tensor = d->core->conversions == CONVERSIONS_PER_TENSOR;
    for (int u = 0; per_tensor && u < g->nodes; u++) {
        struct scope s = {1, {d->out[u]}};
        for (int e = 0; e < g->edges; e++) {
            if (g->edge[e].from != u) continue;
            if (s.count == DYNAMIC_SCOPE) return false;
            scope_add(&s, d->in[g->edge[e].to]);
        }
        if (!dynamic_factor(d, layout, &s, entry_tensor, u)) return false;
    }
    for (int e = 0; !per_tensor && e < g->edges; e++) {
        struct scope s = {1, {d->out[g->edge[e].from]}};
        scope_add(&s, d->in[g->edge[e].to]);
        if (!dynamic_factor(d, layout, &s, entry_edge, e)) return false;
    }
    return true;
}

static bool dynamic_scope_of(struct scope *s, const struct dynamic *d, const struct step *step) {
    assert(d->core->steps); /* one of them is the node's */
    for (int t = step->first; t < step->last; t++) {
        if (s->count == DYNAMIC_SCOPE) return false;
        scope_add(s, d->out[d->core->g->edge[d->core->steps->term[t].edge].from]);
    }
    return true;
}

static bool dynamic_factors(struct dynamic *d, enum layout *layout) {
    const struct core *core = d->core;
    d->own = MEMORY_NEW(const struct step *, core->g->nodes);
    for (int i = 0; core->steps && i < core->steps->count; i++) {
        const struct step *step = &core->steps->step[i];
        struct scope s = {1, {d->in[step->node]}};
        if (step->runs)
            d->own[step->node] = step;
        else if (!dynamic_scope_of(&s, d, step) || !dynamic_factor(d, layout, &s, entry_step, i))
            return false;
    }
    for (int v = 0; v < core->g->nodes; v++) {
        struct scope s = {1, {d->in[v]}};
        scope_add(&s, d->out[v]);
        if (d->own[v] && !dynamic_scope_of(&s, d, d->own[v])) return false;
        if (!dynamic_factor(d, layout, &s, entry_node, v)) return false;
    }
    return dynamic_conversions(d, layout);
}

static void dynamic_answer(struct answer *out, const struct dynamic *d, const int *x, enum layout *layout) {
    const struct core *core = d->core;
    for (int i = 0; i < d->p->variables; i++) layout[i] = d->value[i].layout[x[i]];
    out->choice = MEMORY_NEW(int, core->g->nodes);
    for (int v = 0; v < core->g->nodes; v++) {
        int best = dynamic_best(d, layout, v);
        assert(best >= 0); /* the sum was finite, so each of its terms was */
        out->choice[v] = core->kept[core->first[v] + best];
    }
}

static bool dynamic_core(struct answer *out, const struct core *core, struct error *err) {
    struct dynamic d = {.core = core};
    assert(core->feasible && !core->sum_binds && !core->open);
    dynamic_variables(&d);
    enum layout *layout = MEMORY_NEW(enum layout, d.p->variables);
    int *x = MEMORY_NEW(int, d.p->variables);
    bool fits = dynamic_factors(&d, layout);
    double entries = fits ? elimination_estimate(d.p) : 0;
    fits = fits && entries <= DYNAMIC_ENTRIES;
    if (fits) {
        int64_t time = elimination_run(x, d.p);
        out->outcome = time >= ELIMINATION_NONE ? OUTCOME_INFEASIBLE : OUTCOME_OPTIMAL;
        if (out->outcome == OUTCOME_OPTIMAL) {
            dynamic_answer(out, &d, x, layout);
            out->bound_ns = time;
        }
    }
    elimination_free(d.p);
    free(layout);
    free(x);
    free(d.in);
    free(d.out);
    free(d.value);
    free(d.own);
    return fits ||
           error_set(err,
                     "the graph is too wide: it needs a table of %.3g entries (expected at most %.3g); method taso can",
                     entries, DYNAMIC_ENTRIES);
}

static bool dynamic_solve(struct answer *out, const struct instance *g, const struct request *q, struct error *err) {
    struct core *core = core_new(g, q, false);
    bool ok = true;
    if (!core->feasible)
        out->outcome = OUTCOME_INFEASIBLE;
    else if (core->sum_binds || core->open)
        ok = error_set(err, "the memory model %s%s joins all layers under this budget; methods taso and exhaustive can",
                       memory_model_names[q->model], core->open ? " with conversions per tensor" : "");
    else
        ok = dynamic_core(out, core, err);
    core_free(core);
    return ok;
}

bool dynamic_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                 struct error *err) {
    (void)variant;
    return least_complete(dynamic_solve(out, g, q, err), out, g, q, dynamic_solve, err);
}
