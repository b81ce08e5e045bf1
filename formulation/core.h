/* core.h - what a budget leaves of an instance: the smaller problem with the same optimum that methods then solve.
 *
 * Struck out, in this order and until nothing changes: choices and conversions that no selection within the budget can
 * hold (equations 4 to 7, each step bounded by the least that the rest of it needs), then those without a conversion to
 * a neighbour. Then, per node and pair (input layout, output layout), every choice that another one beats in all that
 * still counts: its time, its workspace where a row that still binds counts it, its stored weights likewise. Under (4)
 * that leaves at most 9 choices per node. */
#ifndef FORMULATION_CORE_H
#define FORMULATION_CORE_H
#include "formulation/method.h"
#include "formulation/steps.h"

#define CORE_NONE (INT64_MAX / 4) /* no way; sums of two stay below INT64_MAX */

struct core {
    const struct instance *g;
    enum memory_model model;
    enum conversions conversions;
    int64_t budget_bytes;
    bool feasible;                    /* false: some node has nothing left, so nothing fits */
    int *first;                       /* [nodes + 1]: node v keeps kept[first[v] .. first[v + 1]) */
    int *kept;                        /* indices into node[v].choice, ascending */
    int64_t (*way)[LAYOUTS][LAYOUTS]; /* [edges] time, or CORE_NONE: struck out, or a layout that no kept choice has */
    struct steps *steps;              /* where the model looks at steps: those that still bind (per edge); else NULL */
    bool sum_binds;                   /* the sum over the layers still counts */
    bool open;         /* steps, per tensor: they depend on when copies are made, which is not in `steps` */
    bool weigh_memory; /* memory is minimised or weighed, not only bounded: nothing was dropped as not binding */
};

/* With `weigh_memory` nothing that needs less memory than others is dropped, and all steps are kept. */
struct core *core_new(const struct instance *g, const struct request *q, bool weigh_memory);
void core_free(struct core *c);
static inline const struct choice *core_choice(const struct core *c, int v, int k) { /* k < number kept by v */
    return &c->g->node[v].choice[c->kept[c->first[v] + k]];
}
/* What a choice needs in its step, tensors apart. */
static inline int64_t core_step_bytes(const struct core *c, const struct choice *choice) {
    return memory_model_step(c->model, 0, choice->workspace_bytes);
}
/* What a choice adds to the sum over the layers. */
static inline int64_t core_added_bytes(const struct core *c, const struct choice *choice) {
    return memory_model_added(c->model, choice->workspace_bytes, choice->weights_bytes);
}
/* The same for the conversion from -> to on edge e. */
static inline int64_t core_way_step_bytes(const struct core *c, int e, int from, int to) {
    return memory_model_step(c->model, 0,
                             selection_legs_bytes(&c->g->edge[e], (enum layout)from, (enum layout)to, false));
}
static inline int64_t core_way_added_bytes(const struct core *c, int e, int from, int to) {
    return memory_model_added(c->model, selection_legs_bytes(&c->g->edge[e], (enum layout)from, (enum layout)to, true),
                              0);
}
static inline int core_count(const struct core *c, int v) {
    return c->first[v + 1] - c->first[v];
}

#endif
