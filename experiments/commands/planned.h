/* planned.h - a plan for the commands that run or emit it: read, with its network, and checked against its figures.
 *
 * All bytes are recomputed. Its times are compared with the profile that it names if that is available and still has
 * its digest; otherwise only with each other, since a plan may be used without its profile. */
#ifndef EXPERIMENTS_COMMANDS_PLANNED_H
#define EXPERIMENTS_COMMANDS_PLANNED_H
#include "experiments/commands/command.h"
#include "formulation/plan.h"

/* The plan is the call's operand. false also if an output would replace the network or profile that it names. The caller
 * frees both, also after false; NULL for none. */
bool planned_open(struct plan **plan, struct network **folded, const struct call *call, struct error *err);

#endif
