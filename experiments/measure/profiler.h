/* profiler.h - measures a workload into a profile, and keeps what it has if it is killed.
 *
 * First every row by itself, scenario by scenario; then what selections may rest on, in running networks
 * (experiments/measure/rehearsal.h). After every scenario the rows so far are written, whole and synced, to
 * PROFILE.part (written beside it and renamed, so that it is never torn); the end renames nothing but the finished
 * PROFILE and removes the part. A part that was begun with the same settings by the same program is resumed without
 * being asked to; one that was not is an error, since its rows would not be comparable. The program is the same where
 * its measuring sources are (experiments/measure/measured_by.sh), whatever the commit. A finished PROFILE is an error
 * too, unless `resume` takes over its rows, so that networks can be added to it, or `force` measures them afresh; it
 * stays until the new one is whole. With `force` a part that does not agree is dropped. A file of another kind is never
 * overwritten. Interrupted in the middle, at most the scenario that was being measured is measured again. */
#ifndef EXPERIMENTS_MEASURE_PROFILER_H
#define EXPERIMENTS_MEASURE_PROFILER_H
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
    int taken_over, measured; /* units */
    double done, total;       /* work of the units to be measured and of the rehearsal, for the time left */
    int rehearsed;            /* rows whose times are those of running networks */
};

enum profiler_end { PROFILER_DONE, PROFILER_INTERRUPTED, PROFILER_FAILED };
enum profiler_end profiler_run(struct profiler *p, struct error *err);

#endif
