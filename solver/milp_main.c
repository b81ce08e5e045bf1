/* milp - a model in, an answer out. Scripts rely on what it prints and on its exit status (README.md). */
#include <assert.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "solver/base/clock.h"
#include "solver/base/keys.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/text.h"
#include "solver/command.h"
#include "solver/io/bas.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/milp.h"
#include "solver/model/logic.h"
#include "solver/proof.h"
#include "solver/report.h"
#include "solver/report_vipr.h"
#include "solver/sensitivity.h"
#include "solver/solution.h"
#include "solver/start.h"
#include "solver/verify.h"

enum { MAIN_CONCLUSIVE = 0, MAIN_LIMIT = 1, MAIN_USAGE = 2 };

static atomic_int main_interrupt;

static volatile sig_atomic_t main_searching;

/* The first signal ends a search with the best solution found; a second one, or one outside a search, ends the program
 * at once. */
static void main_on_signal(int number) {
    if (main_interrupt || !main_searching) {
        output_remove_all();
        signal(number, SIG_DFL);
        raise(number);
    }
    main_interrupt = 1;
}

static struct model *main_read(const struct arguments *a, double begun, struct error *err) {
    bool lp = a->format == COMMAND_LP || (a->format == COMMAND_BY_NAME && lpfile_is_named(a->model));
    struct model *m = lp ? lpfile_read(a->model, a->strict, a->quiet ? NULL : stderr, err)
                         : mps_read(a->model, a->strict, a->quiet ? NULL : stderr, err);
    struct rusage used;
    if (m && a->log && getrusage(RUSAGE_SELF, &used) == 0)
        fprintf(stderr,
                a->quiet ? "entries\t%ld\nread_seconds\t%.3f\nread_peak_kib\t%ld\n"
                         : "Read         %ld entries in %.3f s, with %ld KiB of memory\n",
                m->entries, clock_wall() - begun, used.ru_maxrss);
    return m;
}

struct main_shown {
    double time_limit;
    bool terminal, any;
};

static void main_progress(void *context, const struct search_progress *p) {
    struct main_shown *shown = context;
    if (!shown->terminal || p->seconds < 2) return;
    shown->any = true;
    if (p->nodes == 0 && fabs(p->objective) >= MODEL_INFINITY)
        fprintf(stderr, "\rrelaxation: %lld pivots, %.0f s", (long long)p->iterations, p->seconds);
    else
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

static bool main_is_vipr(const char *path) {
    return text_ends_with(path, ".vipr") || text_ends_with(path, ".vipr.gz");
}

static struct limits main_limits(const struct arguments *a, double begun) {
    struct limits limits = limits_none();
    limits.deadline = begun + a->options.time_limit;
    limits.nodes = a->options.node_limit;
    limits.interrupt = &main_interrupt;
    return limits;
}

static bool main_certify(const struct arguments *a, const struct model *m, const struct milp_result *r, double begun,
                         struct error *err) {
    struct limits limits = main_limits(a, begun);
    if (main_is_vipr(a->certificate)) return proof_write(a->certificate, m, r, &a->options, &limits, err);
    return solution_write_certificate(a->certificate, m, r, a->relax, err);
}

static bool main_solution(const struct arguments *a, const struct model *m, const struct milp_result *r, double begun,
                          struct error *err) {
    struct limits limits = main_limits(a, begun);
    struct duals d;
    duals_init(&d, m, r, &a->options, &limits);
    bool good = solution_write(a->solution, m, r, &d, err);
    duals_free(&d);
    return good;
}

/* --- bases --- */

/* A flag that needs an optimal basis, or NULL. */
static const char *main_basis_flag(const struct arguments *a) {
    if (a->sensitivity) return "--sensitivity";
    return a->basis ? "--basis" : a->basis_in ? "--basis-in" : a->basis_out ? "--basis-out" : NULL;
}

/* *place: the basis to start from, or NULL. */
static bool main_basis_read(unsigned char **place, const struct arguments *a, const struct model *m,
                            struct error *err) {
    const char *flag = main_basis_flag(a), *path = a->basis && output_exists(a->basis) ? a->basis : a->basis_in;
    *place = NULL;
    for (int j = 0; flag && j < m->cols; j++)
        if (m->integer[j])
            return error_set(
                err, "%s: the program has integers, whose optimum has no basis (expected --relax, or none)", flag);
    if (!path) return true;
    *place = MEMORY_NEW(unsigned char, m->cols + m->rows);
    if (bas_read(*place, path, m, err)) return true;
    free(*place);
    return false;
}

static bool main_basis_write(const struct arguments *a, const struct model *m, const struct milp_result *r,
                             struct error *err) {
    const char *out = a->basis ? a->basis : a->basis_out, *in = a->basis ? a->basis : a->basis_in;
    if (r->repaired > 0 && !a->quiet)
        fprintf(stderr, "%s: warning: the basis is singular: rows took the places of %d of its columns\n", in,
                r->repaired);
    if (!out) return true;
    if (!r->place) return error_at(err, out, 0, "no basis for the answer '%s'", milp_status_names[r->status]);
    return bas_write(out, m, r->place, err);
}

static bool main_sensitivity(struct keys *k, const struct arguments *a, const struct model *m,
                             const struct milp_result *r, double begun, struct error *err) {
    struct limits limits = main_limits(a, begun);
    struct sensitivity s;
    if (r->status != MILP_OPTIMAL) return true;
    bool good = sensitivity_init(&s, m, r, &a->options, &limits, err);
    if (good) sensitivity_print(k, &s);
    sensitivity_free(&s);
    return good;
}

/* The time limit counts from `begun`: reading is part of it. */
static int main_solve(const struct arguments *a, struct model *m, const double *start, double begun,
                      struct error *err) {
    struct options o = a->options;
    o.time_limit = fmax(0, o.time_limit - (clock_wall() - begun));
    struct main_shown shown = {o.time_limit, !a->quiet && !a->log && isatty(2), false};
    unsigned char *place;
    if (!main_basis_read(&place, a, m, err)) return MAIN_USAGE;
    struct milp_control control = {.start = start,
                                   .basis = place,
                                   .interrupt = &main_interrupt,
                                   .progress = main_progress,
                                   .context = &shown,
                                   .log = a->log && !a->quiet ? stderr : NULL,
                                   .statistics = a->log && a->quiet ? stderr : NULL};
    main_searching = 1;
    struct milp_result *r = milp_solve(m, &o, &control);
    if (shown.any) fprintf(stderr, "\n");
    struct keys k;
    keys_begin(&k, a->json);
    report_result(&k, r, a->log);
    bool good = !a->sensitivity || main_sensitivity(&k, a, m, r, begun, err);
    keys_end(&k);
    if (good) good = main_basis_write(a, m, r, err);
    if (good) good = !a->solution || main_solution(a, m, r, begun, err);
    if (good && a->certificate) good = main_certify(a, m, r, begun, err);
    int status = good ? milp_exit_status[r->status] : MAIN_USAGE;
    milp_result_free(r);
    free(place);
    return status;
}

static int main_verify_vipr(const struct arguments *a, const struct model *m, const struct limits *limits,
                            struct error *err) {
    bool proven;
    if (!report_vipr(&proven, a->verify, a->json, m, limits, err)) return MAIN_USAGE;
    return proven ? MAIN_CONCLUSIVE : MAIN_LIMIT;
}

/* Checks what the certificate proves of the model as read (with --relax: of its relaxation). */
static int main_verify(const struct arguments *a, const struct model *m, double begun, struct error *err) {
    struct certificate c;
    struct verify_verdict v;
    struct keys k;
    char claim[64];
    struct limits limits = main_limits(a, begun);
    if (main_is_vipr(a->verify)) return main_verify_vipr(a, m, &limits, err);
    if (!solution_certificate(&c, a->verify, m, err)) return MAIN_USAGE;
    verify_certificate(&v, m, &c, &limits);
    snprintf(claim, sizeof claim, "%s%s", milp_status_names[c.kind], c.relaxation ? " (relaxation)" : "");
    keys_begin(&k, a->json);
    keys_text(&k, "claim", claim);
    keys_text(&k, "proven", verify_names[v.proven]);
    if (v.has_bound) keys_real(&k, "bound", v.bound, 'g', 17);
    if (v.why.text[0]) keys_text(&k, "reason", v.why.text);
    keys_end(&k);
    solution_certificate_clear(&c);
    return v.proven == VERIFY_YES ? MAIN_CONCLUSIVE : MAIN_LIMIT;
}

/* An unusable start is reported, and the search begins without one. */
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
    if (a->relax) {
        memory_clear(m->integer, (size_t)m->cols * sizeof *m->integer);
        logic_drop(m->logic);
    }
    if (a->start) start = MEMORY_NEW(double, m->cols);
    if (a->verify)
        status = main_verify(a, m, begun, err);
    else if (a->write)
        status =
            (lpfile_is_named(a->write) ? lpfile_write : mps_write)(a->write, m, err) ? MAIN_CONCLUSIVE : MAIN_USAGE;
    else if (!start || (solution_read(start, a->start, m, err) && main_start(a, m, start, err)))
        status = main_solve(a, m, start, begun, err);
    free(start);
    model_free(m);
    return status;
}

int main(int argc, char **argv) {
    struct arguments a;
    struct flags_line line;
    struct error err = {{0}};
    int status = MAIN_USAGE;
    main_catch_signals();
    if (flags_parse(&a, &line, &command_flags, argc - 1, argv + 1, &err)) {
        status = MAIN_CONCLUSIVE;
        a.model = line.operands ? line.operand[0] : NULL;
        a.quiet = line.quiet;
        if (line.help)
            flags_help(&command_flags);
        else if (line.version)
            printf("milp %s\n", TASO_VERSION);
        else
            status = command_settings(&a, &err) ? main_model(&a, &err) : MAIN_USAGE;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        error_set(&err, "standard output cannot be written");
        status = MAIN_USAGE;
    }
    assert((status == MAIN_USAGE) == (err.text[0] != 0)); /* a failure has a reason, and a reason is a failure */
    if (err.text[0]) fprintf(stderr, "milp: %s\n", err.text);
    return status;
}
