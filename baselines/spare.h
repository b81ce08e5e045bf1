/* spare.h - a flash budget (21) for methods that go layer by layer: what is left of it beyond the least weights of every
 * layer. A choice fits if it takes no more than that, so that the layers to come always fit as well. */
#ifndef BASELINES_SPARE_H
#define BASELINES_SPARE_H
#include "formulation/method.h"

/* At the start; negative: nothing fits. */
int64_t spare_flash(const struct instance *g, const struct request *q);
/* The least weights of node n: what a choice has beyond them, it takes. */
int64_t spare_least(const struct node *n);
/* What a choice of node n takes; >= 0. */
int64_t spare_taken(const struct node *n, const struct choice *c);

#endif
