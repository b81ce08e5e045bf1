/* lpfile.h - the common subset of CPLEX's LP format: objective, Subject To, ranges (l <= row <= u), Bounds, General, Binary, End, comments. */
#ifndef SOLVER_LPFILE_H
#define SOLVER_LPFILE_H
#include "solver/model.h"

struct model *lpfile_read(const char *path, struct error *err);
/* Reads back into the same program with its columns in the same order (names that the format cannot hold become x1.., r1..). */
bool lpfile_write(const char *path, const struct model *m, struct error *err);
bool lpfile_is_section_word(const char *name);

#endif
