/* mps.h - MPS files, fixed and free, gzip or not (solver/io/README.md lists the dialect: RANGES, every BOUNDS type,
 * negative UP, MARKER INTORG, OBJSENSE, RHS of the objective, further N rows, names with blanks in fixed form,
 * semi-continuous columns, special ordered sets and indicators, which become rows: solver/model/logic.h). */
#ifndef SOLVER_IO_MPS_H
#define SOLVER_IO_MPS_H
#include <stdio.h>

#include "solver/model/model.h"

/* A finished model, or NULL and a line that names file and line. Warnings go to `warnings` (NULL: none); with `strict`
 * they are errors. */
struct model *mps_read(const char *path, bool strict, FILE *warnings, struct error *err);
/* Free MPS that mps_read reads back into the same model, bit for bit (%.17g where needed). A maximised objective is
 * written negated, to be minimised, and a constant as a column fixed at 1; comments say so, and mps_read undoes
 * both. */
bool mps_write(const char *path, const struct model *m, struct error *err);

#endif
