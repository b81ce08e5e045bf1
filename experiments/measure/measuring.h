/* measuring.h - a profile that is being measured: what is asked for, the rows so far, how far it is. Shared by the parts
 * of the profiler. */
#ifndef EXPERIMENTS_MEASURE_MEASURING_H
#define EXPERIMENTS_MEASURE_MEASURING_H
#include "experiments/measure/estimate.h"
#include "experiments/measure/host.h"
#include "experiments/measure/shard.h"
#include "experiments/measure/workload.h"
#include "experiments/runtime/measure.h"
#include <stdatomic.h>

struct profiler {
    const struct workload *workload;
    struct measure measure;
    const char *path;
    struct shard shard; /* whose units the workload has; count 0: all, and the second pass */
    bool resume, force;
    bool plans; /* plans are run as a whole all along frontiers, not the fastest alone */
    const atomic_int *interrupt;
    struct profile *profile;  /* the rows so far */
    int taken_over, measured; /* units: kept from earlier runs, measured in this one */
    struct estimate estimate; /* of the time left */
    char what[128];           /* is being measured, in words */
    double unit_begun_s, unit_planned_s;
    struct host_share threads_share; /* of the last moments */
    bool warned;
    double share;  /* out: of a processor, of all the time; 1 with several threads */
    int rehearsed; /* rows whose times are those of running networks */
};

struct measured {     /* a row of a unit */
    const char *name; /* of the primitive, of the operator, "convert" or "move" */
    enum layout from, to;
    struct timing took;
    size_t workspace, weights; /* bytes */
};
/* Shows how far it is: planned seconds of the unit at hand are done. */
void measuring_show(const struct profiler *p, enum work kind, double within_s);
/* Adds it to the profile. */
void measuring_add(struct profiler *p, const struct unit *u, const struct measured *m);

#endif
