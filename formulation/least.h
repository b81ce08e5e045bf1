/* least.h - the least memory that any selection needs, found with any exact method: what an infeasible budget should
 * have been. */
#ifndef FORMULATION_LEAST_H
#define FORMULATION_LEAST_H
#include "formulation/method.h"

/* Solves (8) to the end for a budget; on OUTCOME_INFEASIBLE it need not fill in least_bytes. */
typedef bool (*least_solver)(struct answer *out, const struct instance *g, const struct request *q, struct error *err);

/* A lower bound that ignores layouts: each node, or step, by itself. */
int64_t least_bound(const struct instance *g, enum memory_model model);
/* *least: the least budget under which `solve` finds a selection; -1 if none does, or `solve` stopped at a limit.
 * false: `solve` failed. */
bool least_bytes(int64_t *least, const struct instance *g, const struct request *q, least_solver solve,
                 struct error *err);
/* For methods: on OUTCOME_INFEASIBLE fills in out->least_bytes by least_bytes. Returns `ok`, or false if that fails. */
bool least_complete(bool ok, struct answer *out, const struct instance *g, const struct request *q, least_solver solve,
                    struct error *err);

#endif
