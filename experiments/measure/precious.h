/* precious.h - what was measured is not lost: no command writes over a profile that was measured, and none measures
 * into a file that holds something else. What is computed may be computed again, and is overwritten. */
#ifndef EXPERIMENTS_MEASURE_PRECIOUS_H
#define EXPERIMENTS_MEASURE_PRECIOUS_H
#include <stdbool.h>

#include "solver/base/error.h"

/* Does the file of that name hold measured times? */
bool precious_measured(const char *path);
/* false where `path` is a file that begins with anything but `# format: FORMAT `; true where there is no file. */
bool precious_kind(const char *path, const char *format, struct error *err);

#endif
