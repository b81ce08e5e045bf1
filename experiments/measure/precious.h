/* precious.h - measurements are never lost: no command overwrites a measured profile, and none measures into a file
 * that holds something else. Computed files can be recomputed, and are overwritten. */
#ifndef EXPERIMENTS_MEASURE_PRECIOUS_H
#define EXPERIMENTS_MEASURE_PRECIOUS_H
#include <stdbool.h>

#include "solver/base/error.h"

/* Does the file of that name hold measured times? */
bool precious_measured(const char *path);
/* May it be written over? false if it does, and `force` does not say so. */
bool precious_replaced(const char *path, bool force, struct error *err);
/* false if `path` is a file that begins with anything but `# format: FORMAT `; true if there is no file. */
bool precious_kind(const char *path, const char *format, struct error *err);

#endif
