/* restrict.h - an instance with fewer choices, its best layouts by graph reduction, and the indices back. A heuristic
 * fixes its decisions in this way, and what it leaves open (the layouts of pools and the like) is decided here, at the
 * least cost of conversions. */
#ifndef BASELINES_RESTRICT_H
#define BASELINES_RESTRICT_H
#include "formulation/method.h"

/* May node v take its choice i? If a node may take none, it may take all. */
typedef bool (*restrict_rule)(const void *context, const struct node *n, int v, int i);

/* The fastest selection that the rule allows, by pbqp_run, ignoring the budget: out->choice in g's own indices, or NULL
 * with OUTCOME_STUCK; FEASIBLE else, for the judge to grade. */
bool restrict_fastest(struct answer *out, const struct instance *g, const struct request *q, restrict_rule rule,
                      const void *context, struct error *err);

#endif
