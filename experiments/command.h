/* command.h - the commands of `taso`: one table (experiments/commands.def), one row and one file cmd_NAME.c each.
 *
 * A command is data: its flags with their defaults make the parser and --help alike. main parses into a copy of `preset` and
 * calls `run`, so that a command reads its struct and nothing of argv. Adding one: COMMAND(name) in commands.def, and in
 * cmd_name.c a `const struct command command_name`.
 *
 *     struct given { const char *network; int64_t budget_bytes; };
 *     static const struct given preset = {.budget_bytes = METHOD_NO_BUDGET};
 *     static const struct flag flags[] = {
 *         {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or a .net file", .required = true},
 *         {"budget", FLAG_BYTES, offsetof(struct given, budget_bytes), "BYTES", "largest memory, with K, M or G"},
 *         {0}};
 *
 * Results go to standard output, everything else to standard error. A command says what went wrong in `err` and returns
 * STATUS_BAD; main prints it once, as one line `taso: ...`. */
#ifndef EXPERIMENTS_COMMAND_H
#define EXPERIMENTS_COMMAND_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/error.h"

enum status { STATUS_DONE = 0, STATUS_LIMIT = 1, STATUS_BAD = 2, STATUS_INFEASIBLE = 3 };

enum flag_type {
    FLAG_SWITCH, /* bool: given or not */
    FLAG_TEXT,   /* const char *, points into argv */
    FLAG_INT,    /* int, least..most (both 0: any) */
    FLAG_REAL,   /* double, least..most (both 0: any) */
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
    bool required, writes; /* writes: names a file that the command writes */
};

struct call {
    const void *given; /* the command's struct, filled in */
    int operands;
    char **operand;
    bool quiet;                      /* --quiet: no progress, no remarks */
    const volatile int *interrupted; /* set by SIGINT and SIGTERM: stop soon, keep what is safe */
};

struct command {
    const char *name, *operands; /* "PLAN", "[NAME]", or "" */
    int least_operands, most_operands;
    const char *summary, *help; /* one line; and what a newcomer needs to know, with an example */
    const struct flag *flags;
    const void *preset; /* the struct's defaults, `size` bytes */
    size_t size;
    enum status (*run)(const struct call *call, struct error *err);
};

/* Fills `given` from argv[0..argc); operands are moved to the front of argv, their number goes to *operands. */
bool flags_parse(void *given, int *operands, const struct command *c, int argc, char **argv, struct error *err);
void flags_help(const struct command *c); /* to standard output */
/* "64K" -> 65536. NULL, or what was expected. */
const char *flags_bytes(int64_t *bytes, const char *text);

#endif
