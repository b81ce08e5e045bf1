/* sizes.h - the distinct workspaces of an instance: under (4) every memory is one of them. */
#ifndef FORMULATION_SIZES_H
#define FORMULATION_SIZES_H
#include "formulation/instance.h"

/* size[count], ascending, 0 among them; the caller frees. */
int64_t *sizes_workspaces(int *count, const struct instance *g);

#endif
