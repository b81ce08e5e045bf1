/* command.h - the command line of `milp`: its flags as a table, and what they say. */
#ifndef SOLVER_COMMAND_H
#define SOLVER_COMMAND_H
#include "solver/base/flags.h"
#include "solver/base/options.h"

/* Settings of the table of options, in the order of the command line. */
struct settings {
    const char *file; /* --options; NULL: none */
    int count;
    bool seen[OPTIONS_MOST]; /* options that the command line sets: each once */
    struct setting {
        const struct flag *flag; /* --time-limit is option time_limit; FLAG_SET: `value` is NAME=VALUE */
        const char *value;
    } setting[OPTIONS_MOST];
};

enum command_format { COMMAND_BY_NAME, COMMAND_MPS, COMMAND_LP };

struct arguments {
    enum command_format format;
    const char *solution, *write, *start, *certificate, *verify, *basis, *basis_in, *basis_out;
    bool relax, strict, log, json, sensitivity;
    struct settings settings;
    /* Not flags, filled in after parsing: */
    const char *model;
    bool quiet;
    struct options options;
};

extern const struct flags command_flags; /* for flags_parse; fills in a struct arguments */

/* a->options: those of the file first, wherever it is named, then those of the command line, which override it. */
bool command_settings(struct arguments *a, struct error *err);

#endif
