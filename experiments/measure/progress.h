/* progress.h - one line on standard error with the progress of a long command and an estimate of the time left. Shown
 * only if standard error is a terminal, --quiet is not given, and the work has taken over two seconds; updated at most
 * ten times a second. */
#ifndef EXPERIMENTS_MEASURE_PROGRESS_H
#define EXPERIMENTS_MEASURE_PROGRESS_H
#include <stdbool.h>

void progress_quiet(bool quiet);
/* A line on standard error, unless --quiet. */
void progress_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_begin(void); /* work begins now */
/* `done` of `total`, in any unit proportional to time (0 <= done <= total, up to rounding); what: the current item. */
void progress_show(double done, double total, const char *what);
/* For work that has its own estimate: the share done, and seconds left. */
void progress_at(double share, double left_s, const char *what);
void progress_end(void); /* wipes the line; harmless without a begin */
/* Time left, estimated from the time passed: "3 min 20 s". */
void progress_left(char text[32], double passed_s, double done, double total);

#endif
