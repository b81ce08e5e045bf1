/* command.h - the commands of `taso`: one table (experiments/commands/commands.def), one row and one file cmd_NAME.c
 * each.
 *
 * A command is data: its flags with their defaults make the parser and --help alike. main parses into a copy of
 * `preset` and calls `run`, so that a command reads its struct and nothing of argv. Adding one: COMMAND(name) in
 * commands.def, and in cmd_name.c a `const struct command command_name`.
 *
 *     struct given { const char *network; int64_t budget_bytes; };
 *     static const struct given preset = {.budget_bytes = METHOD_NO_BUDGET};
 *     static const struct flag flags[] = {
 *         {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or a .net file", .required =
 * true},
 *         {"budget", FLAG_BYTES, offsetof(struct given, budget_bytes), "BYTES", "largest memory", .none = true},
 *         {0}};
 *
 * Results go to standard output, everything else to standard error. A command says what went wrong in `err` and returns
 * STATUS_BAD; main prints it once, as one line `taso: ...`. */
#ifndef EXPERIMENTS_COMMANDS_COMMAND_H
#define EXPERIMENTS_COMMANDS_COMMAND_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/error.h"

enum status { STATUS_DONE = 0, STATUS_LIMIT = 1, STATUS_BAD = 2, STATUS_INFEASIBLE = 3 };

enum flag_type {
    FLAG_SWITCH, /* bool: given or not */
    FLAG_TEXT,   /* const char *, points into argv */
    FLAG_IN,     /* const char *: a file that is read */
    FLAG_OUT,    /* const char *: a file that is written, by the rule of solver/base/output.h */
    FLAG_FOLDER, /* const char *: a folder that is written into */
    FLAG_INT,    /* int, least..most (both 0: any) */
    FLAG_REAL,   /* double, least..most (both 0: any) */
    FLAG_SHARE,  /* double 0..1, or a percentage as 15% */
    FLAG_BYTES,  /* int64_t >= 0: a number with K, M or G */
    FLAG_WORD    /* int or enum: index into words[count] */
};

struct flag {
    const char *name; /* without --; NULL ends the table */
    enum flag_type type;
    size_t field; /* offset in the command's struct */
    const char *argument, *help;
    double least, most;
    const char *const *words;
    int count;
    bool required;
    bool measures;     /* FLAG_OUT: holds what is measured; the command itself decides whether it may be replaced */
    bool none;         /* FLAG_BYTES: `none` is INT64_MAX, which is the default */
    bool reports;      /* FLAG_OUT: results go to standard output too, which is then refused for this one */
    bool existing;     /* FLAG_OUT: a regular file that exists is read instead */
    const char *needs; /* does nothing without this flag, or (FLAG_OPERAND) without an operand */
    const char *not_beside; /* does nothing beside this flag */
};
#define FLAG_OPERAND "-"

struct call {
    const void *given; /* the command's struct, filled in */
    int operands;
    char **operand;
    const struct command *command;
    const bool *seen;            /* [flags] which were given */
    bool quiet;                  /* --quiet: no progress, no remarks */
    const atomic_int *interrupt; /* set by SIGINT and SIGTERM: stop soon, keep what is safe */
};

struct command {
    const char *name, *operands; /* "PLAN", "[NAME]", or "" */
    int least_operands, most_operands;
    const char *summary, *help; /* one line; and what a newcomer needs to know, with an example */
    const struct flag *flags;
    const void *preset; /* the struct's defaults, `size` bytes */
    size_t size;
    bool stops; /* looks at call->interrupt; else SIGINT and SIGTERM end the program */
    enum status (*run)(const struct call *call, struct error *err);
};

#define FLAGS_MOST 32
/* Fills `given` from argv[0..argc) and seen[FLAGS_MOST]; operands are moved to the front of argv, their number goes to
 * *operands. */
bool flags_parse(void *given, bool *seen, int *operands, const struct command *c, int argc, char **argv,
                 struct error *err);
bool flags_given(const struct call *call, const char *name); /* was --NAME given? */
void flags_help(const struct command *c);                    /* to standard output */
/* "64K" -> 65536; with `none`, "none" -> INT64_MAX. NULL, or what was expected. */
const char *flags_bytes(int64_t *bytes, const char *text, bool none);

#endif
