/* cutter.h - between core.c and cutter.c: an instance while choices and conversions are struck out of it. */
#ifndef FORMULATION_CUTTER_H
#define FORMULATION_CUTTER_H
#include "formulation/core.h"

struct cutter {
    const struct instance *g;
    struct core *core;
    int *base;                 /* [nodes + 1] node v's choices are alive[base[v] .. base[v + 1]) */
    bool *alive;               /* [choices] */
    int64_t *least_w, *most_w; /* [nodes] over what is alive */
    int64_t *least_k, *most_k; /* [nodes] */
    int64_t sum_least_w, sum_most_w, sum_least_k, sum_most_k;
    struct steps *steps;
    bool changed;
};

static inline const struct choice *cutter_choice(const struct cutter *c, int v, int i) {
    return &c->g->node[v].choice[i];
}

static inline bool cutter_alive(const struct cutter *c, int v, int i) {
    return c->alive[c->base[v] + i];
}

void cutter_strike(struct cutter *c, int v, int i);
/* Strikes out all that no selection within the core's budget can hold, and what has no way, until nothing changes; the
 * extremes are then those of what is left. false: a node has nothing left. */
bool cutter_run(struct cutter *c);
/* Least and most that a term adds over the conversions that are still there; 0, 0 if there are none. */
void cutter_term(int64_t *least, int64_t *most, const struct cutter *c, const struct step_term *t);

#endif
