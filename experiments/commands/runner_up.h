/* runner_up.h - what would be selected if a part of a selection were unavailable: for `taso explain`. */
#ifndef EXPERIMENTS_COMMANDS_RUNNER_UP_H
#define EXPERIMENTS_COMMANDS_RUNNER_UP_H
#include "baselines/methods.h"

/* The fastest within q's budgets: by labels if layers may run by rows or flash is bounded; otherwise by dynamic
 * programming if possible, or by the integer program. */
bool runner_up_fastest(struct answer *a, const struct instance *g, const struct request *q, struct error *err);
/* The same if layer v could not use `primitive`, neither as a whole nor by rows. *choice: what it uses then, one of g's;
 * NULL: nothing fits. */
bool runner_up_layer(const struct choice **choice, int64_t *time_ns, const struct instance *g, const struct request *q,
                     int v, const struct primitive *primitive, struct error *err);
/* The same if just this segment could not be used, by the integer program. *a: its choice and segments, which the caller
 * frees; no choice: nothing fits. */
bool runner_up_segment(struct answer *a, int64_t *time_ns, const struct instance *g, const struct request *q,
                       const struct stream *s, struct error *err);

#endif
