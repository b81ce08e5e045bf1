/* core.h - an instance reduced by its budget: a smaller problem with the same optimum, which methods then solve.
 *
 * Removed, in this order and until nothing changes: choices and conversions that are in no selection within the budget
 * (equations (4) to (7); in each step the rest is taken to need the least it can), then those without a conversion to a
 * neighbour. Then, per node and pair (input layout, output layout), every choice that another one beats in all that
 * still counts: its time, and its workspace and stored weights where a constraint that still binds contains them. Under
 * (4) at most 9 choices per node remain. */
#ifndef FORMULATION_CORE_H
#define FORMULATION_CORE_H
#include "formulation/core_segments.h"
#include "formulation/method.h"
#include "formulation/steps.h"

#define CORE_NONE (INT64_MAX / 4) /* no way; sums of two stay below INT64_MAX */

struct core {
    const struct instance *g;
    enum memory_model model;
    enum conversions conversions;
    int64_t budget_bytes, flash_bytes; /* B; F, METHOD_NO_BUDGET: any */
    bool feasible;                     /* false: some node has nothing left, so nothing fits */
    int *first;                        /* [nodes + 1]: node v keeps kept[first[v] .. first[v + 1]) */
    int *kept;                         /* indices into node[v].choice, ascending */
    int64_t (*way)[LAYOUTS][LAYOUTS];  /* [edges] time, or CORE_NONE: removed, or a layout that no kept choice has */
    struct steps *steps;               /* those that still bind, if the model has steps (per edge); else NULL */
    bool sum_binds;                    /* the sum over the layers still binds */
    bool open;         /* conversions per tensor: when copies are made matters, and `steps` cannot say it */
    bool weigh_memory; /* memory is minimised or weighed, not only bounded: constraints that do not bind were kept */
    struct core_segments *segments; /* those that may fit (core_new_streamed); NULL: all layers run as a whole */
};

/* With `weigh_memory` a choice is dropped only if another needs no more memory either, and all steps are kept. */
struct core *core_new(const struct instance *g, const struct request *q, bool weigh_memory);
/* The same, with segments if the request has streaming on and live tensors count. A node that can be in a segment may
 * then have no choice left; so have all of its interval. */
struct core *core_new_streamed(const struct instance *g, const struct request *q, bool weigh_memory);
void core_free(struct core *c);
static inline const struct choice *core_choice(const struct core *c, int v, int k) { /* k < number kept by v */
    return &c->g->node[v].choice[c->kept[c->first[v] + k]];
}
/* What a choice needs in its step, without tensors. */
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
