/* input.h - opens a binary file for reading; text files are opened by solver/base/text.h. */
#ifndef SOLVER_BASE_INPUT_H
#define SOLVER_BASE_INPUT_H
#include <stdbool.h>
#include <stdio.h>

#include "solver/base/error.h"

/* NULL and a line: it is not there, may not be read, is a folder; `seeks`: is a FIFO or a device, which cannot be read
 * by position. */
FILE *input_open(const char *path, bool seeks, struct error *err);

#endif
