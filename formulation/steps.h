/* steps.h - equation (5) as linear expressions: the memory of every step of a run, conversions per edge.
 *
 *     memory(step) = fixed + [runs] s(x_node) + sum over terms  bytes[out of edge.from][in of edge.to]
 *
 * fixed is the size of the tensors that are live for any selection (and, when the node runs, the least that its output
 * adds to them: what no choice finds where inputs lie, formulation/overlay.h); s of a choice is what it adds to that, its
 * workspace, and what it finds less than others (steps_choice_bytes). A
 * converted copy replaces its tensor where that is read for the last time, so a term costs only where the tensor lives
 * on, or while both exist. The judge (formulation/selection.h) simulates a run instead; tests compare the two. */
#ifndef FORMULATION_STEPS_H
#define FORMULATION_STEPS_H
#include "formulation/instance.h"
#include "formulation/memory_model.h"

struct step_term {
    int edge;
    int64_t bytes[LAYOUTS][LAYOUTS]; /* [l][l'], >= 0; 0 where no conversion exists */
};

struct step {
    int node;
    bool runs; /* the node itself; else a leg of the conversion of one of its inputs */
    int64_t fixed_bytes;
    int first, last; /* term[first .. last) */
};

struct steps {
    int count, terms;
    struct step *step;
    struct step_term *term;
};

/* The workspaces of conversions are in the terms if the model counts them in steps. */
struct steps *steps_new(const struct instance *g, enum memory_model model);
void steps_free(struct steps *s);

/* What a choice of the node needs in the step that runs it, besides fixed_bytes. */
static inline int64_t steps_choice_bytes(enum memory_model model, const struct node *n, const struct choice *c) {
    return memory_model_step(model, n->reused_bytes - c->reused_bytes, c->workspace_bytes);
}

#endif
