/* The command milp: a model in, an answer out. interfaces.md fixes what it prints and with which status it ends. */
#include <assert.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "solver/clock.h"
#include "solver/lpfile.h"
#include "solver/memory.h"
#include "solver/milp.h"
#include "solver/mps.h"
#include "solver/solution.h"
#include "solver/start.h"
#include "solver/verify.h"

enum { MAIN_CONCLUSIVE = 0, MAIN_LIMIT = 1, MAIN_USAGE = 2 };

struct arguments {
    const char *model, *solution, *write, *start, *certificate, *verify;
    bool relax, strict, log, quiet, help, version;
    struct options options;
    bool given[32]; /* by the flag's place in the table */
    const char *set[64];
    int sets;
};

static volatile int main_interrupted;

static void main_on_signal(int number) {
    (void)number;
    main_interrupted = 1;
}

static const struct flag {
    const char *name, *argument, *help;
    enum { FLAG_SWITCH, FLAG_OPTION, FLAG_SET, FLAG_FILE } kind;
    size_t offset;      /* of a switch or a file, in struct arguments */
    const char *option; /* of FLAG_OPTION: its name in the table of options */
} flags[] = {
    {"--relax", NULL, "leave integrality out", FLAG_SWITCH, offsetof(struct arguments, relax), NULL},
    {"--time-limit", "S", "stop after S seconds", FLAG_OPTION, 0, "time_limit"},
    {"--node-limit", "N", "stop after N nodes", FLAG_OPTION, 0, "node_limit"},
    {"--gap-rel", "G", "stop at this relative gap", FLAG_OPTION, 0, "gap_rel"},
    {"--threads", "N", "search with N threads; deterministic for each N", FLAG_OPTION, 0, "threads"},
    {"--solution", "FILE", "write the solution", FLAG_FILE, offsetof(struct arguments, solution), NULL},
    {"--write", "FILE", "write the model as .mps or .lp, .gz or not, and stop", FLAG_FILE,
     offsetof(struct arguments, write), NULL},
    {"--start", "FILE", "begin with the solution in this file", FLAG_FILE, offsetof(struct arguments, start), NULL},
    {"--certificate", "FILE", "write the proof of an answer without integers (or of a relaxation)", FLAG_FILE,
     offsetof(struct arguments, certificate), NULL},
    {"--verify", "FILE", "check such a proof in exact arithmetic, and stop", FLAG_FILE,
     offsetof(struct arguments, verify), NULL},
    {"--options", "FILE", "read options, a NAME=VALUE a line", FLAG_SET, 1, NULL},
    {"--set", "NAME=VALUE", "set an option, see below", FLAG_SET, 0, NULL},
    {"--strict", NULL, "treat ambiguous constructs as errors, not as warnings", FLAG_SWITCH,
     offsetof(struct arguments, strict), NULL},
    {"--log", NULL, "tell on standard error how the search goes, and its statistics", FLAG_SWITCH,
     offsetof(struct arguments, log), NULL},
    {"--quiet", NULL, "no warnings and no progress", FLAG_SWITCH, offsetof(struct arguments, quiet), NULL},
    {"--help", NULL, "this", FLAG_SWITCH, offsetof(struct arguments, help), NULL},
    {"--version", NULL, "the version", FLAG_SWITCH, offsetof(struct arguments, version), NULL},
};

enum { FLAGS = sizeof flags / sizeof flags[0] };
static_assert(FLAGS <= sizeof((struct arguments *)NULL)->given, "a place for each flag");

static void main_help(void) {
    printf(
        "usage: milp MODEL.mps[.gz] | MODEL.lp[.gz] [flags]\n\nSolves a linear or mixed-integer linear program.\n\n");
    for (int k = 0; k < FLAGS; k++) {
        char head[64];
        snprintf(head, sizeof head, "%s %s", flags[k].name, flags[k].argument ? flags[k].argument : "");
        printf("  %-22s %s\n", head, flags[k].help);
    }
    printf("\nExit status:\n  0  optimal, or the file is written, or the proof holds\n"
           "  1  stopped at a limit (the best solution found is printed), or the proof does not hold\n"
           "  2  bad input or usage\n  3  infeasible\n  4  unbounded\n  5  numerical trouble\n\n"
           "Options for --set and --options:\n");
    options_help(stdout);
}

/* A flag given twice, or an option set twice, is an error: which one was meant is anyone's guess. */
static bool main_once(struct arguments *a, const struct flag *f, const char *value, struct error *err) {
    if (f->kind != FLAG_SET) {
        bool twice = a->given[f - flags];
        a->given[f - flags] = true;
        return !twice || error_set(err, "flag %s is given twice (expected once)", f->name);
    }
    if (f->offset) return true;
    size_t length = strcspn(value, "=");
    for (int k = 0; k < a->sets; k++)
        if (strcspn(a->set[k], "=") == length && strncmp(a->set[k], value, length) == 0)
            return error_set(err, "option '%.*s' is set twice (expected once)", (int)(length < 99 ? length : 99),
                             value);
    if (a->sets < (int)(sizeof a->set / sizeof a->set[0])) a->set[a->sets++] = value;
    return true;
}

static bool main_flag(struct arguments *a, const struct flag *f, const char *value, struct error *err) {
    char assignment[256];
    if (!main_once(a, f, value, err)) return false;
    switch (f->kind) {
    case FLAG_SWITCH: *(bool *)((char *)a + f->offset) = true; return true;
    case FLAG_FILE: *(const char **)((char *)a + f->offset) = value; return true;
    case FLAG_OPTION:
        snprintf(assignment, sizeof assignment, "%s=%.200s", f->option, value);
        return options_set(&a->options, assignment, err);
    case FLAG_SET: return f->offset ? options_read(&a->options, value, err) : options_set(&a->options, value, err);
    }
    return false;
}

static const struct flag *main_find(const char *text, size_t length) {
    for (int k = 0; k < FLAGS; k++)
        if (strlen(flags[k].name) == length && strncmp(flags[k].name, text, length) == 0) return &flags[k];
    return NULL;
}

static bool main_arguments(struct arguments *a, int argc, char **argv, struct error *err) {
    bool only_names = false;
    for (int k = 1; k < argc; k++) {
        char *text = argv[k];
        if (!only_names && strcmp(text, "--") == 0) {
            only_names = true;
            continue;
        }
        if (only_names || text[0] != '-' || text[1] == '\0') {
            if (a->model)
                return error_set(err, "'%.100s': one model was expected, '%.100s' is there already", text, a->model);
            a->model = text;
            continue;
        }
        size_t length = strcspn(text, "=");
        const struct flag *f = main_find(text, length);
        if (!f) return error_set(err, "flag '%.100s' is unknown; milp --help lists them", text);
        const char *value = text[length] ? text + length + 1 : NULL;
        if (!f->argument && value) return error_set(err, "flag %s takes no value", f->name);
        if (f->argument && !value && ++k == argc)
            return error_set(err, "flag %s: %s was expected", f->name, f->argument);
        if (f->argument && !value) value = argv[k];
        if (!main_flag(a, f, value, err)) return false;
    }
    if (a->help || a->version || a->model) return true;
    return error_set(err, "MODEL.mps or MODEL.lp was expected; milp --help tells more");
}

static bool main_is_lp(const char *path) {
    size_t length = strlen(path);
    if (length > 3 && strcmp(path + length - 3, ".gz") == 0) length -= 3;
    return length > 3 && strncmp(path + length - 3, ".lp", 3) == 0;
}

static struct model *main_read(const struct arguments *a, double begun, struct error *err) {
    struct model *m = main_is_lp(a->model) ? lpfile_read(a->model, a->strict, a->quiet ? NULL : stderr, err)
                                           : mps_read(a->model, a->strict, a->quiet ? NULL : stderr, err);
    struct rusage used;
    if (m && a->log && getrusage(RUSAGE_SELF, &used) == 0)
        fprintf(stderr, "entries\t%ld\nread_seconds\t%.3f\nread_peak_kib\t%ld\n", m->entries, clock_wall() - begun,
                used.ru_maxrss);
    return m;
}

static void main_print(const struct model *m, const struct milp_result *r) {
    (void)m;
    printf("status: %s\n", milp_status_names[r->status]);
    if (r->x && r->status != MILP_UNBOUNDED) printf("objective: %.12g\n", r->objective);
    if (fabs(r->bound) < MODEL_INFINITY) printf("bound: %.12g\n", r->bound);
    if (r->x && fabs(r->bound) < MODEL_INFINITY) printf("gap: %.3e\n", r->gap);
    printf("nodes: %lld\niterations: %lld\nseconds: %.3f\n", (long long)r->nodes, (long long)r->iterations, r->seconds);
    if (r->x) printf("max-violation: %.1e\n", r->violation);
}

struct main_shown {
    double time_limit;
    bool terminal, any;
};

static void main_progress(void *context, const struct milp_progress *p) {
    struct main_shown *shown = context;
    if (!shown->terminal || p->seconds < 2) return;
    shown->any = true;
    fprintf(stderr, "\r%lld nodes, %lld open, bound %.8g, best %.8g, %.0f s", (long long)p->nodes,
            (long long)p->open_nodes, p->bound, p->objective, p->seconds);
    if (shown->time_limit < MODEL_INFINITY) fprintf(stderr, ", at most %.0f s left", shown->time_limit - p->seconds);
    fprintf(stderr, "   ");
}

static void main_catch_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = main_on_signal;
    action.sa_flags = (int)SA_RESETHAND; /* the second one ends the program */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* The time limit counts from `begun`: reading is part of it. */
static int main_solve(const struct arguments *a, struct model *m, const double *start, double begun,
                      struct error *err) {
    struct options o = a->options;
    o.time_limit = fmax(0, o.time_limit - (clock_wall() - begun));
    struct main_shown shown = {o.time_limit, !a->quiet && !a->log && isatty(2), false};
    struct milp_control control = {.start = start,
                                   .interrupted = &main_interrupted,
                                   .progress = main_progress,
                                   .context = &shown,
                                   .log = a->log ? stderr : NULL};
    main_catch_signals();
    struct milp_result *r = milp_solve(m, &o, &control);
    if (shown.any) fprintf(stderr, "\n");
    main_print(m, r);
    bool good = !a->solution || solution_write(a->solution, m, r, err);
    if (good && a->certificate) good = solution_write_certificate(a->certificate, m, r, a->relax, err);
    int status = good ? milp_exit_status[r->status] : MAIN_USAGE;
    milp_result_free(r);
    return status;
}

/* What the certificate proves of the model as read (with --relax: of its relaxation). */
static int main_verify(const struct arguments *a, const struct model *m, double begun, struct error *err) {
    struct certificate c;
    struct verify_verdict v;
    if (!solution_certificate(&c, a->verify, m, err)) return MAIN_USAGE;
    verify_certificate(&v, m, &c, begun + a->options.time_limit);
    printf("claim: %s%s\nproven: %s\n", milp_status_names[c.kind], c.relaxation ? " (relaxation)" : "",
           verify_names[v.proven]);
    if (v.has_bound) printf("bound: %.17g\n", v.bound);
    if (v.why.text[0]) printf("reason: %s\n", v.why.text);
    solution_certificate_clear(&c);
    return v.proven == VERIFY_YES ? MAIN_CONCLUSIVE : MAIN_LIMIT;
}

/* A start that cannot be used is reported: the search begins without one. */
static bool main_start(const struct arguments *a, const struct model *m, const double *start, struct error *err) {
    struct error why = {{0}};
    if (start_usable(m, start, &a->options, &why)) return true;
    return error_warn(err, a->strict, a->quiet ? NULL : stderr, a->start, 0, why.text);
}

static int main_model(const struct arguments *a, struct error *err) {
    double begun = clock_wall();
    struct model *m = main_read(a, begun, err);
    if (!m) return MAIN_USAGE;
    int status = MAIN_USAGE;
    double *start = NULL;
    if (a->relax) memset(m->integer, 0, (size_t)m->cols * sizeof *m->integer);
    if (a->start) start = MEMORY_NEW(double, m->cols);
    if (a->verify)
        status = main_verify(a, m, begun, err);
    else if (a->write)
        status = (main_is_lp(a->write) ? lpfile_write : mps_write)(a->write, m, err) ? MAIN_CONCLUSIVE : MAIN_USAGE;
    else if (!start || (solution_read(start, a->start, m, err) && main_start(a, m, start, err)))
        status = main_solve(a, m, start, begun, err);
    free(start);
    model_free(m);
    return status;
}

int main(int argc, char **argv) {
    struct arguments a = {.options = options_default()};
    struct error err = {{0}};
    int status = MAIN_USAGE;
    if (main_arguments(&a, argc, argv, &err)) {
        status = MAIN_CONCLUSIVE;
        if (a.help)
            main_help();
        else if (a.version)
            printf("milp %s\n", TASO_VERSION);
        else
            status = main_model(&a, &err);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        error_set(&err, "standard output cannot be written");
        status = MAIN_USAGE;
    }
    if (err.text[0]) fprintf(stderr, "milp: %s\n", err.text);
    return status;
}
