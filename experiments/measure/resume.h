/* resume.h - what earlier runs of the profiler have left in PROFILE, PROFILE.part and PROFILE.samples: whether it may
 * be replaced or added to, and which of its rows are kept. Rows are combined only if all settings in the head that
 * affect times agree. */
#ifndef EXPERIMENTS_MEASURE_RESUME_H
#define EXPERIMENTS_MEASURE_RESUME_H
#include "experiments/measure/measuring.h"

/* Rows may be combined only if all of these notes agree; `commit`, `date` and `command` may differ. */
#define RESUME_AGREE 9
extern const char *const resume_agree[RESUME_AGREE];

enum taken {
    TAKEN_NOT,
    TAKEN_PART,
    TAKEN_FINISHED
}; /* where a unit's rows come from.
 FINISHED: they have been measured in networks, too */

void resume_settings(struct profiler *p); /* notes them in the head of p->profile */
/* taken[units]. false: there is a file that must not be replaced, or has rows that cannot be combined with those of
 * this run. */
bool resume_take(struct profiler *p, const char *part, const char *kept, enum taken *taken, struct error *err);

#endif
