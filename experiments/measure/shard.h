/* shard.h - a part of a profile or a sweep that another process measures or computes: --shard I/N.
 *
 * Units of a workload are dealt by cost (workload_seconds), a layer together with its strips, whose times build on it:
 * the most expensive first, each to the shard with the least so far. This is the same for every shard, so none needs to
 * know the others. Their profiles have the first pass only, and the note `shard: I/N`; merged
 * (experiments/measure/merge.h), they lack the second pass, which --resume adds. */
#ifndef EXPERIMENTS_MEASURE_SHARD_H
#define EXPERIMENTS_MEASURE_SHARD_H
#include "experiments/measure/workload.h"

#define SHARD_MOST 10000
#define SHARD_TEXT 24

struct shard {
    int index, count; /* 1 .. count; count 0: the whole */
};
bool shard_parse(struct shard *s, const char *flag, const char *text, struct error *err); /* I/N */
void shard_print(char text[SHARD_TEXT], const struct shard *s);
/* Leaves only this shard's units. */
void shard_workload(struct workload *w, const struct shard *s, const struct effort *e);
/* Is the k-th of equal pieces of work this shard's? k from 0. */
bool shard_has(const struct shard *s, int k);

#endif
