/* profiler.h - measures a workload into a profile, and keeps what it has if it is killed.
 *
 * First every row by itself, scenario by scenario; then the rows that selections may rely on, in running networks
 * (experiments/measure/rehearsal.h). After each scenario, or after several where writing takes long, the rows so far are
 * written to PROFILE.part: under another name first, synced and then renamed, so that it is never incomplete. At the end
 * PROFILE is written and the part removed.
 *
 * A part measured with the same settings by the same program is resumed automatically; any other is an error, since its
 * rows would not be comparable. The program is the same if its measuring sources are the same
 * (experiments/measure/measured_by.sh), whatever the commit. An existing PROFILE is an error too, unless `resume` keeps
 * its rows, so that networks can be added, or `force` replaces them; it remains until the new one is complete. With
 * `force`, a part that does not match is dropped. A file of another kind is never overwritten. After an interruption
 * at most one scenario is measured again; after a crash those of the last moments, too. */
#ifndef EXPERIMENTS_MEASURE_PROFILER_H
#define EXPERIMENTS_MEASURE_PROFILER_H
#include "experiments/measure/measuring.h"

enum profiler_end { PROFILER_DONE, PROFILER_INTERRUPTED, PROFILER_FAILED };
enum profiler_end profiler_run(struct profiler *p, struct error *err);

#endif
