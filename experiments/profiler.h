/* profiler.h - measures a workload into a profile, and keeps what it has if it is killed.
 *
 * First every row by itself, scenario by scenario; then what selections may rest on, in running networks (experiments/rehearsal.h).
 * After every scenario the rows so far are written, whole and synced, to PROFILE.part (written beside it and renamed, so that it is never torn);
 * the end renames nothing but the finished PROFILE and removes the part. A part that was begun with the same settings by the same program
 * is gone on with, without being asked to; one that was not is an error, since its rows would not be comparable. `resume` takes over
 * the rows of a finished PROFILE too, so that networks can be added to it. Interrupted in the middle, at most the scenario that
 * was being measured is measured again. */
#ifndef EXPERIMENTS_PROFILER_H
#define EXPERIMENTS_PROFILER_H
#include "experiments/measure.h"
#include "experiments/workload.h"

struct profiler {
    const struct workload *workload;
    struct measure measure;
    const char *path;
    bool resume;
    const volatile int *interrupted;
    struct profile *profile;  /* the rows so far */
    int taken_over, measured; /* units */
    double done, total;       /* work of the units to be measured and of the rehearsal, for the time left */
    int rehearsed;            /* rows whose times are those of running networks */
};

enum profiler_end { PROFILER_DONE, PROFILER_INTERRUPTED, PROFILER_FAILED };
enum profiler_end profiler_run(struct profiler *p, struct error *err);

/* Memory that a unit's kernels work in: each part as large as the largest need so far, aligned to 64 bytes, its pages touched. */
struct pool {
    float *input, *output, *stored, *workspace, *raw, *bias;
    size_t input_bytes, output_bytes, stored_bytes, workspace_bytes, raw_bytes, bias_bytes;
};
void pool_need(float **part, size_t *have, size_t bytes); /* fills new memory with small random numbers */
void pool_free(struct pool *b);

#endif
