/* profiler.h - measures a workload into a profile, and keeps what it has if it is killed.
 *
 * First every row by itself, scenario by scenario; then the rows that selections may rely on, in running networks
 * (experiments/measure/rehearsal.h). After each scenario, or after some where writing would take long, the rows so far
 * are written to PROFILE.part, synced, under another name first and renamed, so that it is never incomplete. At the end PROFILE is written and the part removed.
 *
 * A part measured with the same settings by the same program is resumed automatically; any other is an error, since its
 * rows would not be comparable. The program is the same if its measuring sources are the same
 * (experiments/measure/measured_by.sh), whatever the commit. An existing PROFILE is an error too, unless `resume` keeps
 * its rows, so that networks can be added, or `force` replaces them; it remains until the new one is complete. With
 * `force`, a part that does not match is dropped. A file of another kind is never overwritten. After an interruption
 * at most one scenario is measured again; after a crash those of the last moments, too. */
#ifndef EXPERIMENTS_MEASURE_PROFILER_H
#define EXPERIMENTS_MEASURE_PROFILER_H
#include "experiments/measure/estimate.h"
#include "experiments/measure/host.h"
#include "experiments/measure/workload.h"
#include "experiments/runtime/measure.h"
#include <stdatomic.h>

struct profiler {
    const struct workload *workload;
    struct measure measure;
    const char *path;
    bool resume, force;
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

enum profiler_end { PROFILER_DONE, PROFILER_INTERRUPTED, PROFILER_FAILED };
enum profiler_end profiler_run(struct profiler *p, struct error *err);

struct measured {     /* a row of a unit */
    const char *name; /* of the primitive, of the operator, "convert" or "move" */
    enum layout from, to;
    struct timing took;
    size_t workspace, weights; /* bytes */
};
/* Shows how far it is: planned seconds of the unit at hand are done. */
void profiler_show(const struct profiler *p, enum work kind, double within_s);
/* Adds it to the profile. */
void profiler_add(struct profiler *p, const struct unit *u, const struct measured *m);

#endif
