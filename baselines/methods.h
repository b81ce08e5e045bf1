/* methods.h - all methods, one table (baselines/methods.def and a family-F for each algorithm of the primitive
 * table). */
#ifndef BASELINES_METHODS_H
#define BASELINES_METHODS_H
#include "formulation/method.h"

int methods_count(void);
const struct method *methods_get(int i);
/* NULL and a line that names them all. */
const struct method *methods_find(const char *name, struct error *err);
/* "labels, exhaustive": those that read any of `uses` (METHOD_USES_...); all for METHOD_USES_NOTHING. */
#define METHODS_NAMES 768
const char *methods_names(char text[METHODS_NAMES], unsigned uses);
/* Runs it and completes the answer: bound and least start at -1; an answer without proof is graded feasible or
 * over-budget by the judge, against the request's budgets. */
bool methods_run(struct answer *out, const struct method *m, const struct instance *g, const struct request *q,
                 struct error *err);
/* The defaults of a request: workspace, no budget, slack 0.15, weight 0.5, per-edge, flow, no time limit, one
 * thread. */
struct request methods_request(void);

/* Their functions: one prototype per row. */
#define METHOD(name, function, variant, uses, proof, help)                                                             \
    bool function(struct answer *out, const struct instance *g, const struct request *q, const char *,                 \
                  struct error *err);
#include "baselines/methods.def"
bool family_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err);
#define METHODS_FAMILY_HELP "only primitives of one family, six loops where none fits; best layouts"

#endif
