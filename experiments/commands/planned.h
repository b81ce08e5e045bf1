/* planned.h - a plan for the commands that run or emit it: read, with its network, and checked against its figures.
 *
 * All bytes are recomputed. Its times are compared with the profile that it names if that is available and still has
 * its digest; otherwise only with each other, since a plan may be used without its profile. */
#ifndef EXPERIMENTS_COMMANDS_PLANNED_H
#define EXPERIMENTS_COMMANDS_PLANNED_H
#include "formulation/plan.h"

/* The caller frees both, also after false; NULL for none. */
bool planned_open(struct plan **plan, struct network **folded, const char *path, struct error *err);

#endif
