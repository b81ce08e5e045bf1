/* planned.h - a plan for the commands that run or emit it: read, with its network, and held to what it states.
 *
 * All bytes are recomputed. Its times are compared where the profile that it names is at hand and still has its digest;
 * otherwise only with each other, since a plan may travel without its profile. */
#ifndef EXPERIMENTS_COMMANDS_PLANNED_H
#define EXPERIMENTS_COMMANDS_PLANNED_H
#include "formulation/plan.h"

/* The caller frees both, also after false; NULL where there is none. */
bool planned_open(struct plan **plan, struct network **folded, const char *path, struct error *err);

#endif
