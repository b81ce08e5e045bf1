/* npy.h - NumPy's .npy files, as far as weights need them: little-endian float32, C order (format versions 1 to 3). */
#ifndef EXPERIMENTS_RUNTIME_NPY_H
#define EXPERIMENTS_RUNTIME_NPY_H
#include <stdbool.h>
#include <stdint.h>

#include "solver/base/error.h"

#define NPY_DIMENSIONS 4

/* Reads the `count` values of an array whose shape is size[0..dimensions). Another type, order or shape, or a truncated
 * file, is an error. */
bool npy_read(float *values, const int64_t *size, int dimensions, const char *path, struct error *err);

#endif
