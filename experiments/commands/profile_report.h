/* profile_report.h - the end of `taso profile`: selections run as a whole, next to their predictions; what to do where
 * times are noisy. Shared by `taso profile` and its tests.
 *
 * Standard output: each network's fastest selection, one row. `plans`: every selection that was run
 * (experiments/measure/premieres.h), a table taso-plans 1 (formulation/FORMATS.md). Standard error: how far off the
 * slowest and the fastest predictions are, and warnings. */
#ifndef EXPERIMENTS_COMMANDS_PROFILE_REPORT_H
#define EXPERIMENTS_COMMANDS_PROFILE_REPORT_H
#include "experiments/measure/measuring.h"

#define REPORT_OFF    0.05 /* measured over predicted, of a fastest selection, that is warned of */
#define REPORT_SPREAD 0.05 /* interquartile range over median */

/* plans NULL: no table. json: for standard output. */
bool profile_report(struct profiler *p, const char *plans, bool json, struct error *err);
/* Median of interquartile range over median, of the rows with more than one run; 0 without such rows. */
double profile_report_spread(const struct profile *p);

#endif
