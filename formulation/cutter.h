/* cutter.h - shared by core.c and cutter.c: an instance while choices and conversions are removed from it. */
#ifndef FORMULATION_CUTTER_H
#define FORMULATION_CUTTER_H
#include "formulation/core.h"

struct cutter {
    const struct instance *g;
    struct core *core;
    int *base;   /* [nodes + 1] node v's choices are alive[base[v] .. base[v + 1]) */
    bool *alive; /* [choices] */
    /* [nodes] over what is alive: the most that a choice needs in its step (core_step_bytes; 0: none is left), the least
     * and the most that one adds to the sum (core_added_bytes), strips of nodes that can be in segments among them */
    int64_t *most_step, *least_added, *most_added;
    int64_t sum_least_added, sum_most_added; /* over the nodes, without conversions */
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
/* Has node v a choice left, so that it can run as a whole? */
bool cutter_whole(const struct cutter *c, int v);
/* Removes all that is in no selection within the core's budget, and all that has no conversion, until nothing changes;
 * the extremes are then those of what is left. false: a node has nothing left. */
bool cutter_run(struct cutter *c);
/* Least and most that a term adds, over the conversions that remain; 0, 0 if none do. */
void cutter_term(int64_t *least, int64_t *most, const struct cutter *c, const struct step_term *t);

#endif
