/* sweep_merge.h - the shards of a sweep (`taso sweep --shard I/N`), merged into the table of one run.
 *
 * A series is the rows of one network and method; a shard has every N-th one, from the I-th on. So the whole is the
 * shards' first series in order, then their second ones, and so on. */
#ifndef EXPERIMENTS_COMMANDS_SWEEP_MERGE_H
#define EXPERIMENTS_COMMANDS_SWEEP_MERGE_H
#include <stdbool.h>

#include "solver/base/error.h"

bool sweep_merge_is(const char *path); /* does it begin as a sweep does? */
/* false: a part that is missing, given twice or of another sweep, or a file that cannot be read or written. */
bool sweep_merge(const char *output, char *const *path, int count, struct error *err);

#endif
