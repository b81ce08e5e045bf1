/* taso - the testbed: networks, measured costs, selection methods, experiments. Each command is a row of
 * experiments/commands/commands.def. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static const char *name_of(const struct command *c) {
    static const char program[] = "taso ";
    assert(strncmp(c->flags.program, program, strlen(program)) == 0);
    return c->flags.program + strlen(program);
}

static void stop(int number) {
    if (interrupt++ || !stops) { /* the second request, or the command does not look: at once */
        output_remove_all();
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void help(void) {
    printf("taso: choose a convolution primitive for every layer of a CNN, fastest within a memory budget\n\n"
           "Usage: taso COMMAND [OPTION]...\n\nCommands, in the order in which an experiment uses them:\n");
    for (int i = 0; i < COMMANDS; i++) printf("  %-16s %s\n", name_of(commands[i]), commands[i]->flags.summary);
    printf(
        "\n`taso COMMAND --help` documents a command. Every command takes --quiet.\n"
        "Exit status: 0 conclusive, 1 stopped at a limit, 2 bad input or usage, 3 infeasible.\n\n"
        "To get started:\n"
        "  taso networks                                               list the built-in networks\n"
        "  taso profile --network squeezenet1.1 -o s.tsv --quick       measure its costs on this machine (a minute)\n"
        "  taso select --network squeezenet1.1 --profile s.tsv --method taso --budget 256K\n"
        "  taso frontier --network squeezenet1.1 --profile s.tsv       the exact time-memory trade-off\n");
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

/* Measured times are overwritten by no command but the one that measures. */
static bool spare_measured(const struct command *c, const void *given, struct error *err) {
    for (const struct flag *f = c->flags.flag; f && f->name; f++) {
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
    void *given = memory_new(1, c->flags.size);
    struct call call = {.given = given, .interrupt = &interrupt};
    enum status status = STATUS_BAD;
    bool good = flags_parse(given, &call.line, &c->flags, argc, argv, &err);
    if (good && call.line.help) {
        flags_help(&c->flags);
        status = STATUS_DONE;
    } else if (good && spare_measured(c, given, &err)) {
        progress_quiet(call.line.quiet);
        stops = c->stops;
        status = c->run(&call, &err);
        assert((status == STATUS_BAD) == (err.text[0] != 0)); /* a failure has a reason, and a reason is a failure */
    }
    free(given);
    return finish(status, &err);
}

static int unknown(const char *name) {
    struct error err;
    char hint[SIMILAR_HINT];
    struct similar near;
    similar_init(&near, name);
    for (int i = 0; i < COMMANDS; i++) similar_try(&near, name_of(commands[i]));
    error_set(&err, "unknown command '%s'%s; see taso --help", name, similar_hint(hint, &near, ""));
    return fail(err.text);
}

#define SPINS "2000" /* some tens of us: from one layer to the next, but not for as long as another process runs */

/* Threads that wait for each other would spin for milliseconds, and where others need the processors, that is the time
 * in which the awaited one cannot run. libgomp reads its environment before main begins, so the program is started
 * again with a smaller number, unless the user has chosen. Where that cannot be done, they spin for longer. */
static void spin_briefly(char **argv) {
    bool threads = false;
    for (char **a = argv; *a; a++) threads = threads || strncmp(*a, "--threads", strlen("--threads")) == 0;
    if (!threads || getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY")) return;
    char self[4096];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length <= 0 || length == (ssize_t)sizeof self || setenv("GOMP_SPINCOUNT", SPINS, 1) != 0) return;
    self[length] = 0;
    execv(self, argv);
}

int main(int argc, char **argv) {
    struct error none = {""};
    spin_briefly(argv);
    provenance_begin(argc, argv);
    struct sigaction action = {.sa_handler = stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its writer */
    if (argc < 2) return fail("a command is missing; see taso --help");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help();
        return finish(STATUS_DONE, &none);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("taso %s (%s)\n", TASO_VERSION, build_commit);
        return finish(STATUS_DONE, &none);
    }
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], name_of(commands[i])) == 0) return run(commands[i], argc - 2, argv + 2);
    return unknown(argv[1]);
}
