/* planned.h - a plan as the commands take it that run or emit one: read, with its network, and held to what it states.
 *
 * All bytes are recomputed. Its times are compared where the profile that it names is at hand and still has its digest;
 * elsewhere only with each other, since a plan is meant to be taken along without its profile. */
#ifndef EXPERIMENTS_COMMANDS_PLANNED_H
#define EXPERIMENTS_COMMANDS_PLANNED_H
#include "formulation/plan.h"

/* Both are the caller's to free, also after false; NULL where there is none. */
bool planned_open(struct plan **plan, struct network **folded, const char *path, struct error *err);

#endif
