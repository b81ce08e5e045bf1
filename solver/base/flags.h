/* flags.h - a command line as data: the one parser of `milp` and of the commands of `taso`.
 *
 * Grammar: `--flag VALUE` or `--flag=VALUE`; `-o` is `--output`; `-` alone is an operand (standard input); after `--`
 * everything is an operand. `--quiet` and `--help` are common to all command lines. Each flag may be given once, unless
 * it repeats. A flag that would change nothing is an error, and so is an output that cannot be written or that is also
 * read: both are found before any work is done.
 *
 *     struct given { const char *network; int64_t budget_bytes; };
 *     static const struct given preset = {.budget_bytes = METHOD_NO_BUDGET};
 *     static const struct flag flags[] = {
 *         {"network", FLAG_TEXT, offsetof(struct given, network), "N", "built-in name or .net file", .required = true},
 *         {"budget", FLAG_BYTES, offsetof(struct given, budget_bytes), "BYTES", "largest memory", .none = true},
 *         {0}};
 *
 * Errors are one line that names the flag, what was given and what is expected, with the nearest name for a typing
 * error. */
#ifndef SOLVER_BASE_FLAGS_H
#define SOLVER_BASE_FLAGS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/error.h"

enum flag_type {
    FLAG_SWITCH, /* bool: given or not */
    FLAG_TEXT,   /* const char *, points into argv */
    FLAG_IN,     /* const char *: a file that is read */
    FLAG_OUT,    /* const char *: a file that is written (solver/base/output.h) */
    FLAG_FOLDER, /* const char *: a folder that is written to */
    FLAG_INT,    /* int, least..most (both 0: any) */
    FLAG_REAL,   /* double, least..most (both 0: any); `none` for no limit where most is FLAGS_UNLIMITED */
    FLAG_SHARE,  /* double 0..1, or a percentage such as 15% */
    FLAG_BYTES,  /* int64_t >= 0: a number, optionally with K, M or G */
    FLAG_WORD,   /* int or enum: index into words[count] */
    FLAG_OWN     /* anything else: `take` stores the value */
};
#define FLAGS_UNLIMITED 1e20 /* a range that ends here does not end */

struct flag {
    const char *name; /* without --; NULL ends the table */
    enum flag_type type;
    size_t field; /* offset in the struct that is filled */
    const char *argument, *help;
    double least, most;
    const char *const *words;
    int count;
    bool required;
    bool measures;        /* FLAG_OUT: holds measurements; the command decides whether it may be replaced */
    bool none;            /* FLAG_BYTES: `none` is INT64_MAX, which is the default */
    bool reports;         /* FLAG_OUT: results also go to standard output, so this file may not be `-` */
    bool existing;        /* FLAG_OUT: if the file exists, it is read instead */
    bool reads;           /* FLAG_TEXT: names, or files that are read, separated by commas */
    bool repeats;         /* may be given more than once */
    const char *needs;    /* has no effect without this flag, or (FLAG_OPERAND) without an operand */
    const char *not_with; /* has no effect together with any of these flags, separated by blanks */
    bool (*take)(void *given, const struct flag *f, const char *value, struct error *err); /* FLAG_OWN */
};
#define FLAG_OPERAND "-"

/* A whole command line. */
struct flags {
    const char *program;  /* as typed: "milp", "taso select" */
    const char *operands; /* "PLAN", "[NAME]", or "" */
    int least_operands, most_operands;
    const char *summary, *help; /* one line; then what a newcomer needs to know, with an example */
    const struct flag *flag;    /* at most FLAGS_MOST rows; NULL: none */
    const void *preset;         /* the struct's defaults, `size` bytes */
    size_t size;
    bool version;       /* takes --version */
    void (*more)(void); /* NULL, or prints the rest of --help */
};
#define FLAGS_MOST 32

/* The result of parsing it. */
struct flags_line {
    const struct flags *flags;
    bool seen[FLAGS_MOST];     /* which flags were given, in the order of the table */
    bool quiet, help, version; /* with help or version, nothing else has been parsed */
    int operands;
    char **operand; /* the front of argv */
};

/* Copies the preset to `given` and fills it from argv[0..argc), which is reordered. */
bool flags_parse(void *given, struct flags_line *line, const struct flags *flags, int argc, char **argv,
                 struct error *err);
/* false: some output is the file of that name, which is read. A word without a folder and an ending is a name. */
bool flags_spare(const void *given, const struct flags_line *line, const char *path, struct error *err);
bool flags_given(const struct flags_line *line, const char *name); /* was --NAME given? */
void flags_help(const struct flags *flags);                        /* to standard output */
/* "64K" -> 65536; with `none`, "none" -> INT64_MAX. Returns NULL, or "(expected ...)". */
const char *flags_bytes(int64_t *bytes, const char *text, bool none);
/* Whether the table is well formed: rows, references to names, fields within the struct; only our own mistake breaks
 * this. */
bool flags_check(const struct flags *flags);

#endif
