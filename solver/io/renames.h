/* renames.h - names made valid for a file format. A valid name stays; any other, and the second of two equal ones, is
 * changed: to the same name without the characters that the format lacks, with a number behind it if that is taken. */
#ifndef SOLVER_IO_RENAMES_H
#define SOLVER_IO_RENAMES_H
#include <stdbool.h>

#include "solver/base/names.h"
#include "solver/base/text.h"

enum { RENAMES_LONGEST = 255 }; /* characters that every known reader accepts */

struct renames {
    bool (*usable)(const char *name);
    char **name; /* [count], then the further ones */
    int count, further;
    struct names taken;
};

/* given[k] may be NULL: then the name is `letter` and k + 1, if free. */
void renames_make(struct renames *r, char *const *given, int count, char letter, bool (*usable)(const char *name));
/* A further name, as near to `wish` as possible; owned by `r`. At most `count` + 2 of them. */
const char *renames_further(struct renames *r, const char *wish);
/* A comment for each name that was changed: MARK WHAT 'given' is written as NAME. */
void renames_comment(const struct renames *r, struct text_writer *out, char *const *given, char mark, const char *what);
void renames_free(struct renames *r);

#endif
