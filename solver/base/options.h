/* options.h - the solver's options, one table (solver/base/options.def): struct, parser and help are made from it. */
#ifndef SOLVER_BASE_OPTIONS_H
#define SOLVER_BASE_OPTIONS_H
#include <stdbool.h>
#include <stdio.h>

#include "solver/base/error.h"

#define OPTION_TYPE_bool   bool
#define OPTION_TYPE_int    int
#define OPTION_TYPE_real   double
#define OPTION_TYPE_choice int

struct options {
#define OPTION(name, type, preset, least, most, words, help) OPTION_TYPE_##type name;
#include "solver/base/options.def"
#undef OPTION
};

struct options options_default(void);
/* "name=value"; an unknown name, a value of the wrong type or out of range is an error that names the expected
 * values. */
/* The option of `name=value`: an index below OPTIONS_MOST; -1: none. */
#define OPTIONS_MOST 128
int options_index(const char *assignment);
bool options_set(struct options *o, const char *assignment, struct error *err);
bool options_read(struct options *o, const char *path, struct error *err); /* one per line, none twice, # comments */
void options_help(FILE *out);

#endif
