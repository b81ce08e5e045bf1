/* merge.h - shards of a profile (experiments/measure/shard.h) as one profile: the rows that one run would have. All
 * shards are needed, each once, measured with the same settings by the same sources on machines of the same kind. */
#ifndef EXPERIMENTS_MEASURE_MERGE_H
#define EXPERIMENTS_MEASURE_MERGE_H
#include "formulation/profile.h"

/* NULL and an error: a part is missing, given twice or does not fit, or a file cannot be read. */
struct profile *merge_profiles(char *const *path, int count, struct error *err);

#endif
