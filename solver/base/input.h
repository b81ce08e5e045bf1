/* input.h - opens a binary file for reading; text files are opened by solver/base/text.h. */
#ifndef SOLVER_BASE_INPUT_H
#define SOLVER_BASE_INPUT_H
#include <stdbool.h>
#include <stdio.h>

#include "solver/base/error.h"

/* NULL and an error: the file does not exist, may not be read, or is a folder; with `seeks` also if it is a FIFO or a
 * device, which cannot be read by position. */
FILE *input_open(const char *path, bool seeks, struct error *err);

#endif
