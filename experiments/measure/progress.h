/* progress.h - one line on standard error that tells how far a long command is, with an estimate of the time left.
 * Shown only where standard error is a terminal, --quiet is not given and the work has taken over two seconds; at most
 * ten times a second. */
#ifndef EXPERIMENTS_MEASURE_PROGRESS_H
#define EXPERIMENTS_MEASURE_PROGRESS_H
#include <stdbool.h>

void progress_quiet(bool quiet);
void progress_begin(void); /* work begins now */
/* `done` of `total` in any unit of work that is fair to time (0 <= done <= total); what: what is being done now. */
void progress_show(double done, double total, const char *what);
void progress_end(void); /* wipes the line; harmless without a begin */
/* Time left in words, from what has passed: "3 min 20 s". */
void progress_left(char text[32], double passed_s, double done, double total);

#endif
