/* runner_up.h - what would be selected if a primitive were unavailable in a layer: for `taso explain`. */
#ifndef EXPERIMENTS_COMMANDS_RUNNER_UP_H
#define EXPERIMENTS_COMMANDS_RUNNER_UP_H
#include "baselines/methods.h"

/* The fastest within q's budgets: by labels if layers may run by rows or flash is bounded, otherwise by dynamic
 * programming; where these decline, by the integer program. */
bool runner_up_fastest(struct answer *a, const struct instance *g, const struct request *q, struct error *err);
/* The same if layer v could not use `primitive`, neither as a whole nor by rows. *choice: what it uses then, one of g's;
 * NULL: nothing fits. */
bool runner_up_layer(const struct choice **choice, int64_t *time_ns, const struct instance *g, const struct request *q,
                     int v, const struct primitive *primitive, struct error *err);

#endif
