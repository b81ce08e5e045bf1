/* command.h - the contract of a command of `taso`: one row of experiments/commands/commands.def and one file cmd_NAME.c
 * each.
 *
 * A command is data: its command line (solver/base/flags.h), from which parser and --help are made, and a function.
 * main parses argv into a copy of the preset and calls `run`, so that a command reads its struct and nothing of argv.
 * To add one: COMMAND(name) in commands.def, and in cmd_name.c a `const struct command command_name`.
 *
 * Results go to standard output, as keys and tables or, with --json, as one object (solver/base/keys.h), everything else
 * to standard error. A command describes a failure in `err` and returns
 * STATUS_BAD; main prints it, once, as the line `taso: ...`. */
#ifndef EXPERIMENTS_COMMANDS_COMMAND_H
#define EXPERIMENTS_COMMANDS_COMMAND_H
#include <stdatomic.h>

#include "solver/base/flags.h"
#include "solver/base/keys.h"

enum status { STATUS_DONE = 0, STATUS_LIMIT = 1, STATUS_BAD = 2, STATUS_INFEASIBLE = 3 };

struct call {
    const void *given;           /* the command's struct, filled in */
    struct flags_line line;      /* operands, flags given, --quiet */
    const atomic_int *interrupt; /* set by SIGINT and SIGTERM: stop soon, keep what is safe */
};

struct command {
    struct flags flags; /* .program is "taso NAME" */
    bool stops;         /* looks at call->interrupt; otherwise SIGINT and SIGTERM end the program */
    enum status (*run)(const struct call *call, struct error *err);
};

#endif
