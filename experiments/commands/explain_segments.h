/* explain_segments.h - the segments of a plan, one row each: what the segment is, and the runner-up: the fastest plan
 * within the same budgets in which its layers are not a segment at that many rows a call. It is found exactly, with
 * everything else reoptimised. */
#ifndef EXPERIMENTS_COMMANDS_EXPLAIN_SEGMENTS_H
#define EXPERIMENTS_COMMANDS_EXPLAIN_SEGMENTS_H
#include "formulation/method.h"
#include "solver/base/keys.h"

/* Prints the table. `planned` is what the judge says of choice and streams; q has the plan's budgets, and streaming on. */
bool explain_segments(struct keys *k, const struct instance *g, const int *choice, const struct streams *streams,
                      const struct evaluation *planned, const struct request *q, struct error *err);

#endif
