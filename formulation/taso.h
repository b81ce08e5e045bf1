/* taso.h - the paper's methods on the integer linear program of formulation/ilp.h; rows of baselines/methods.def. */
#ifndef FORMULATION_TASO_H
#define FORMULATION_TASO_H
#include "formulation/method.h"

/* (8) fastest within the budget. */
bool taso_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
              struct error *err);
/* (9) least memory for at most q->slack more time than the fastest within the budget; ties by time. */
bool taso_memory_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                     struct error *err);
/* (10) min (1 - a) T/T* + a M/M*. */
bool taso_weighted_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err);

#endif
