/* beside.h - a binary file that is written beside its name and renamed when it is whole, so that nobody sees half of one. */
#ifndef EXPERIMENTS_BESIDE_H
#define EXPERIMENTS_BESIDE_H
#include <stdbool.h>
#include <stdio.h>

#include "solver/error.h"

struct beside {
    FILE *out; /* NULL: could not be opened, which beside_end reports */
    const char *path;
    char *temporary;
};

struct beside beside_begin(const char *path);
/* `good`: every write succeeded. Else, or where closing or renaming fails, says why and leaves nothing. */
bool beside_end(struct beside *b, bool good, struct error *err);
void beside_abandon(struct beside *b); /* the reason has been told */

#endif
