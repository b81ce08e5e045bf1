/* output.h - how both programs write files, text and binary.
 *
 * A regular file is written to a temporary file in the same folder, flushed, synced and renamed on close: a reader sees
 * the old file or the whole new one. Symbolic links are followed: their target is replaced, the link stays; and so do
 * the permissions of a file that is replaced. A FIFO or a character device is written directly and stays what it is;
 * `-`, /dev/stdout, /dev/fd/N and /proc/self/fd/N are descriptors that are already open. Folders, block devices,
 * sockets and files without write permission are refused. If writing fails or is abandoned, or a signal ends the
 * program (output_remove_all), no temporary file remains. */
#ifndef SOLVER_BASE_OUTPUT_H
#define SOLVER_BASE_OUTPUT_H
#include <stdbool.h>
#include <stdio.h>

#include "solver/base/error.h"

struct output {
    FILE *file;      /* NULL: not open */
    char *path;      /* as given, for messages */
    char *target;    /* the path with links followed */
    char *temporary; /* renamed to `target`; NULL: written directly */
};

bool output_open(struct output *o, const char *path, struct error *err);
/* `good`: every write succeeded. Otherwise, or if flushing or renaming fails, reports why and leaves no file. */
bool output_close(struct output *o, bool good, struct error *err);
void output_abandon(struct output *o); /* the reason has been reported */
/* Whether `path` can be written, as far as is known without opening it; called before long work. */
bool output_check(const char *path, struct error *err);
bool output_exists(const char *path); /* whether there is a regular file of that name */
/* Whether these are two names of one regular file. */
bool output_same(const char *path, const char *other);
void output_remove_all(void); /* for signal handlers: removes the temporary files that are open */

#endif
