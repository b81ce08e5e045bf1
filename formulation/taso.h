/* taso.h - the paper's methods on the integer linear program of formulation/ilp.h; rows of baselines/methods.def. */
#ifndef FORMULATION_TASO_H
#define FORMULATION_TASO_H
#include "formulation/ilp.h"

/* (8) fastest within the budget. */
bool taso_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
              struct error *err);
/* (9) least memory for at most q->slack more time than the fastest within the budget; ties by time. */
bool taso_memory_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                     struct error *err);
/* (10) min (1 - a) T/T* + a M/M*. */
bool taso_weighted_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err);

/* The final program of a method, for other solvers: taso's (8); taso-memory's least M for its T; taso-weighted's. *core
 * is the reduced instance (the caller frees it); its `feasible` is false if nothing fits. T* and M* come from programs
 * that are solved on the way. false: another method, a limit, or an error. */
bool taso_question(struct core **core, struct ilp_goal *goal, const struct instance *g, const struct request *q,
                   const char *method, struct error *err);

#endif
