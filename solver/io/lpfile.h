/* lpfile.h - the common subset of CPLEX's LP format: objective, Subject To, ranges (l <= row <= u), Bounds, General,
 * Binary, End, comments. A type section never widens bounds. Constructs that readers disagree on give a warning, or
 * with `strict` an error. */
#ifndef SOLVER_IO_LPFILE_H
#define SOLVER_IO_LPFILE_H
#include <stdio.h>

#include "solver/model/model.h"

/* Is this the name of such a file, by its ending: .lp or .lp.gz? */
bool lpfile_is_named(const char *path);
struct model *lpfile_read(const char *path, bool strict, FILE *warnings, struct error *err);
/* Reads back into the same program with its columns in the same order. A row r with two different sides is written as
 * the rows r (the lower one) and r_upper: its dual is the sum of theirs. Names that the format cannot hold are changed,
 * and comments say how. */
bool lpfile_write(const char *path, const struct model *m, struct error *err);
bool lpfile_is_section_word(const char *name);

#endif
