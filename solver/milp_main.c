/* The command milp: a model in, an answer out. interfaces.md fixes what it prints and with which status it ends. */
#include <assert.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/similar.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/milp.h"
#include "solver/solution.h"
#include "solver/start.h"
#include "solver/verify.h"

enum { MAIN_CONCLUSIVE = 0, MAIN_LIMIT = 1, MAIN_USAGE = 2 };

struct arguments {
    const char *model, *settings, *solution, *write, *start, *certificate, *verify;
    bool relax, strict, log, quiet, help, version;
    struct options options;
};

static atomic_int main_interrupt;

static volatile sig_atomic_t main_searching;

/* A search ends with the best found, when asked once; anything else at once. */
static void main_on_signal(int number) {
    if (main_interrupt || !main_searching) {
        output_remove_all();
        signal(number, SIG_DFL);
        raise(number);
    }
    main_interrupt = 1;
}

/* What a call does, and so which flags mean anything. */
enum { MODE_SOLVE = 1, MODE_WRITE = 2, MODE_VERIFY = 4, MODE_ANY = 7 };

static const struct flag {
    const char *name, *argument, *help;
    enum { FLAG_SWITCH, FLAG_OPTION, FLAG_SET, FLAG_IN, FLAG_OUT } kind;
    size_t offset;      /* of a switch or a file, in struct arguments */
    const char *option; /* of FLAG_OPTION: its name in the table of options */
    int modes;
} flags[] = {
    {"--relax", NULL, "leave integrality out", FLAG_SWITCH, offsetof(struct arguments, relax), NULL, MODE_ANY},
    {"--time-limit", "S", "stop after S seconds", FLAG_OPTION, 0, "time_limit", MODE_SOLVE | MODE_VERIFY},
    {"--node-limit", "N", "stop after N nodes", FLAG_OPTION, 0, "node_limit", MODE_SOLVE},
    {"--gap-rel", "G", "stop at this relative gap; 0.01 is 1 %", FLAG_OPTION, 0, "gap_rel", MODE_SOLVE},
    {"--threads", "N", "search with N threads; deterministic for each N", FLAG_OPTION, 0, "threads", MODE_SOLVE},
    {"--solution", "FILE", "write the solution", FLAG_OUT, offsetof(struct arguments, solution), NULL, MODE_SOLVE},
    {"--write", "FILE", "write the model as .mps or .lp, optionally .gz, and exit", FLAG_OUT,
     offsetof(struct arguments, write), NULL, MODE_WRITE},
    {"--start", "FILE", "begin with the solution in this file", FLAG_IN, offsetof(struct arguments, start), NULL,
     MODE_SOLVE},
    {"--certificate", "FILE", "write the proof of an answer without integers (or of a relaxation)", FLAG_OUT,
     offsetof(struct arguments, certificate), NULL, MODE_SOLVE},
    {"--verify", "FILE", "check such a proof in exact arithmetic, and exit", FLAG_IN,
     offsetof(struct arguments, verify), NULL, MODE_VERIFY},
    {"--options", "FILE", "read options, one NAME=VALUE per line", FLAG_SET, 1, NULL, MODE_SOLVE | MODE_VERIFY},
    {"--set", "NAME=VALUE", "set an option, see below; over what --options says", FLAG_SET, 0, NULL,
     MODE_SOLVE | MODE_VERIFY},
    {"--strict", NULL, "treat ambiguous constructs as errors, not as warnings", FLAG_SWITCH,
     offsetof(struct arguments, strict), NULL, MODE_ANY},
    {"--log", NULL, "log search progress and statistics to standard error", FLAG_SWITCH,
     offsetof(struct arguments, log), NULL, MODE_ANY},
    {"--quiet", NULL, "no warnings and no progress", FLAG_SWITCH, offsetof(struct arguments, quiet), NULL, MODE_ANY},
    {"--help", NULL, "this", FLAG_SWITCH, offsetof(struct arguments, help), NULL, MODE_ANY},
    {"--version", NULL, "the version", FLAG_SWITCH, offsetof(struct arguments, version), NULL, MODE_ANY},
};

enum { FLAGS = sizeof flags / sizeof flags[0] };

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

/* What was on the command line: nothing may be there twice. */
struct main_seen {
    bool flag[FLAGS], option[OPTIONS_MOST];
    int assignments;
    char assignment[OPTIONS_MOST][256]; /* of options, in order */
};

static bool main_option(struct arguments *a, struct main_seen *seen, const char *assignment, struct error *err) {
    int k = options_index(assignment);
    if (k >= 0 && seen->option[k]) return error_set(err, "option '%.100s' is given twice (expected once)", assignment);
    if (!options_set(&a->options, assignment, err)) return false;
    seen->option[k] = true;
    snprintf(seen->assignment[seen->assignments++], sizeof seen->assignment[0], "%.255s", assignment);
    return true;
}

static bool main_flag(struct arguments *a, struct main_seen *seen, const struct flag *f, const char *value,
                      struct error *err) {
    char assignment[256];
    bool again = seen->flag[f - flags], file = f->kind == FLAG_SET && f->offset;
    seen->flag[f - flags] = true;
    if (again && (f->kind != FLAG_SET || file)) return error_set(err, "%s is given twice (expected once)", f->name);
    switch (f->kind) {
    case FLAG_SWITCH: *(bool *)((char *)a + f->offset) = true; return true;
    case FLAG_IN:
    case FLAG_OUT:
        if (!value[0]) return error_set(err, "%s: is empty (expected %s)", f->name, f->argument);
        *(const char **)((char *)a + f->offset) = value;
        return true;
    case FLAG_OPTION:
        snprintf(assignment, sizeof assignment, "%s=%.200s", f->option, value);
        return main_option(a, seen, assignment, err);
    case FLAG_SET:
        if (file) return a->settings = value, true;
        return main_option(a, seen, value, err);
    }
    return false;
}

static const struct flag *main_find(const char *text, size_t length) {
    for (int k = 0; k < FLAGS; k++)
        if (strlen(flags[k].name) == length && strncmp(flags[k].name, text, length) == 0) return &flags[k];
    return NULL;
}

static bool main_unknown(const char *text, size_t length, struct error *err) {
    char word[100], hint[SIMILAR_HINT];
    snprintf(word, sizeof word, "%.*s", (int)(length < 99 ? length : 99), text);
    struct similar near = similar_begin(word);
    for (int k = 0; k < FLAGS; k++) similar_try(&near, flags[k].name);
    return error_set(err, "flag '%s' is unknown%s; milp --help lists them", word, similar_hint(hint, &near, ""));
}

static const char *main_path(const struct arguments *a, const struct flag *f) {
    bool file = f->kind == FLAG_IN || f->kind == FLAG_OUT;
    return file ? *(const char *const *)(const void *)((const char *)a + f->offset) : NULL;
}

/* Every output: can it be written, and is it another file than all that is read or written besides? */
static bool main_outputs(const struct arguments *a, struct error *err) {
    for (const struct flag *f = flags; f < flags + FLAGS; f++) {
        const char *path = f->kind == FLAG_OUT ? main_path(a, f) : NULL, *other;
        if (!path) continue;
        if (!output_check(path, err)) return false;
        if (output_same(path, a->model))
            return error_set(err, "%s: %s is what is read (expected another file)", f->name, path);
        for (const struct flag *g = flags; g < flags + FLAGS; g++)
            if (g != f && (other = main_path(a, g)) && output_same(path, other))
                return error_set(err, "%s and %s name the same file, %s (expected two)", f->name, g->name, path);
    }
    return true;
}

/* A flag that changes nothing is not what the user thinks it is. */
static bool main_useful(const struct arguments *a, const struct main_seen *seen, struct error *err) {
    int mode = a->write ? MODE_WRITE : a->verify ? MODE_VERIFY : MODE_SOLVE;
    for (int k = 0; k < FLAGS; k++)
        if (seen->flag[k] && !(flags[k].modes & mode))
            return error_set(err, "%s does nothing beside %s", flags[k].name, a->write ? "--write" : "--verify");
    return true;
}

/* The file's options come first, wherever it stands: what the command line says itself, counts. */
static bool main_settings(struct arguments *a, const struct main_seen *seen, struct error *err) {
    if (!a->settings) return true;
    a->options = options_default();
    bool good = options_read(&a->options, a->settings, err);
    for (int k = 0; k < seen->assignments && good; k++) good = options_set(&a->options, seen->assignment[k], err);
    return good;
}

static bool main_arguments(struct arguments *a, int argc, char **argv, struct error *err) {
    bool only_names = false;
    struct main_seen seen = {.assignments = 0};
    for (int k = 1; k < argc; k++) {
        char *text = argv[k];
        if (!only_names && strcmp(text, "--") == 0) {
            only_names = true;
            continue;
        }
        if (only_names || text[0] != '-' || text[1] == '\0') {
            if (a->model)
                return error_set(err, "unexpected argument '%.100s' (expected one model, got '%.100s' before)", text,
                                 a->model);
            a->model = text;
            continue;
        }
        size_t length = strcspn(text, "=");
        const struct flag *f = main_find(text, length);
        if (!f) return main_unknown(text, length, err);
        const char *value = text[length] ? text + length + 1 : NULL;
        if (!f->argument && value) return error_set(err, "flag %s takes no value", f->name);
        if (f->argument && !value && ++k == argc) return error_set(err, "flag %s: %s is missing", f->name, f->argument);
        if (f->argument && !value) value = argv[k];
        if (!main_flag(a, &seen, f, value, err)) return false;
    }
    if (a->help || a->version) return true;
    if (!a->model) return error_set(err, "MODEL.mps or MODEL.lp is missing; milp --help says more");
    return main_useful(a, &seen, err) && main_outputs(a, err) && main_settings(a, &seen, err);
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

static void main_progress(void *context, const struct search_progress *p) {
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
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its writer */
}

/* The time limit counts from `begun`: reading is part of it. */
static int main_solve(const struct arguments *a, struct model *m, const double *start, double begun,
                      struct error *err) {
    struct options o = a->options;
    o.time_limit = fmax(0, o.time_limit - (clock_wall() - begun));
    struct main_shown shown = {o.time_limit, !a->quiet && !a->log && isatty(2), false};
    struct milp_control control = {.start = start,
                                   .interrupt = &main_interrupt,
                                   .progress = main_progress,
                                   .context = &shown,
                                   .log = a->log ? stderr : NULL};
    main_searching = 1;
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
    struct limits limits = limits_none();
    limits.deadline = begun + a->options.time_limit;
    limits.interrupt = &main_interrupt;
    verify_certificate(&v, m, &c, &limits);
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
    main_catch_signals();
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
