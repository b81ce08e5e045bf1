/* error.h - one failure, reported in one line.
 *
 * A function that can fail because of a file, a user or the machine returns bool and takes a `struct error *` last. On
 * false the error holds one sentence without a newline: `FILE:LINE: problem (expected ..., got ...)`. Callers may put
 * context in front on the way up; only main prints it. Infeasible, unbounded and over budget are outcomes, not
 * errors. */
#ifndef SOLVER_BASE_ERROR_H
#define SOLVER_BASE_ERROR_H
#include <stdbool.h>
#include <stdio.h>

struct error {
    char text[1024]; /* empty: no failure; long messages are truncated */
};

/* All return false, so that `return error_set(err, ...)` reads well. */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "FILE:LINE: ..."; line 0 leaves the line out. */
bool error_at(struct error *err, const char *file, long line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts "CONTEXT: " in front of the present text. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "FILE:LINE: warning: ..." on `warnings` (NULL: none), and true; with `strict` it is the error. */
bool error_warn(struct error *err, bool strict, FILE *warnings, const char *file, long line, const char *text);

#endif
