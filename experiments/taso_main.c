/* taso - the testbed: networks, measured costs, selection methods, experiments. Each command is a row of commands.def.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/measure/precious.h"
#include "experiments/measure/progress.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/provenance.h"
#include "solver/base/similar.h"

#define COMMAND(name) extern const struct command command_##name;
#include "experiments/commands/commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "experiments/commands/commands.def"
#undef COMMAND
};
#define COMMANDS ((int)(sizeof commands / sizeof commands[0]))

static atomic_int interrupt;
static volatile sig_atomic_t stops; /* the command looks at `interrupt` */

static void stop(int number) {
    if (interrupt++ || !stops) { /* asked twice, or of a command that goes on to its end: at once */
        output_remove_all();
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void help(void) {
    printf("taso: choose a convolution primitive for every layer of a CNN, fastest within a memory budget\n\n"
           "Usage: taso COMMAND [OPTION]...\n\nCommands, in the order in which an experiment uses them:\n");
    for (int i = 0; i < COMMANDS; i++) printf("  %-16s %s\n", commands[i]->name, commands[i]->summary);
    printf("\n`taso COMMAND --help` teaches a command. Every command takes --quiet.\n"
           "Exit status: 0 a conclusive answer, 1 stopped at a limit, 2 bad input or usage, 3 infeasible.\n\n"
           "A first walk:\n"
           "  taso networks                                               what is built in\n"
           "  taso profile --network squeezenet1.1 -o s.tsv --quick       measure its costs here (a minute)\n"
           "  taso select --network squeezenet1.1 --profile s.tsv --method taso --budget 256K\n"
           "  taso frontier --network squeezenet1.1 --profile s.tsv       time against memory, exactly\n");
}

static int fail(const char *text) {
    fprintf(stderr, "taso: %s\n", text);
    return STATUS_BAD;
}

/* Results that did not reach standard output are a failure of the command. */
static int finish(enum status status, const struct error *err) {
    progress_end();
    if (status == STATUS_BAD) return fail(err->text);
    if (fflush(stdout) != 0 || ferror(stdout)) return fail("standard output cannot be written");
    return status;
}

/* Takes --quiet and --help out of argv, wherever they stand before a `--`. A second --quiet stays, and is refused as
 * unknown flags are. */
static int take_common(bool *quiet, bool *wants_help, int argc, char **argv) {
    int kept = 0, i = 0;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--quiet") == 0 && !*quiet)
            *quiet = true;
        else if (strcmp(argv[i], "--help") == 0)
            *wants_help = true;
        else
            argv[kept++] = argv[i];
    }
    for (; i < argc; i++) argv[kept++] = argv[i];
    return kept;
}

/* No command but the one that measures writes over measured times. */
static bool spare_measured(const struct command *c, const void *given, struct error *err) {
    for (const struct flag *f = c->flags; f && f->name; f++) {
        const char *path = NULL;
        if (f->type != FLAG_OUT || f->measures) continue;
        memcpy(&path, (const char *)given + f->field, sizeof path);
        if (path && precious_measured(path))
            return error_at(err, path, 0, "holds measured times (expected another name for --%s)", f->name);
    }
    return true;
}

static int run(const struct command *c, int argc, char **argv) {
    struct error err = {""};
    bool wants_help = false, seen[FLAGS_MOST] = {false};
    struct call call = {.operand = argv, .command = c, .seen = seen, .interrupt = &interrupt};
    argc = take_common(&call.quiet, &wants_help, argc, argv);
    if (wants_help) {
        flags_help(c);
        return finish(STATUS_DONE, &err);
    }
    void *given = memory_new(1, c->size);
    call.given = given;
    enum status status = STATUS_BAD;
    if (flags_parse(given, seen, &call.operands, c, argc, argv, &err) && spare_measured(c, given, &err)) {
        progress_quiet(call.quiet);
        stops = c->stops;
        status = c->run(&call, &err);
    }
    free(given);
    return finish(status, &err);
}

static int unknown(const char *name) {
    struct error err;
    char hint[SIMILAR_HINT];
    struct similar near = similar_begin(name);
    for (int i = 0; i < COMMANDS; i++) similar_try(&near, commands[i]->name);
    error_set(&err, "unknown command '%s'%s, see taso --help", name, similar_hint(hint, &near, ""));
    return fail(err.text);
}

int main(int argc, char **argv) {
    struct error none = {""};
    provenance_begin(argc, argv);
    struct sigaction action = {.sa_handler = stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its writer */
    if (argc < 2) return fail("a command is missing, see taso --help");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help();
        return finish(STATUS_DONE, &none);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("taso %s (%s)\n", TASO_VERSION, build_commit);
        return finish(STATUS_DONE, &none);
    }
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i]->name) == 0) return run(commands[i], argc - 2, argv + 2);
    return unknown(argv[1]);
}
