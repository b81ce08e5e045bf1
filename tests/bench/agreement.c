/* agreement - do the exact methods agree? Points of labels' frontiers are sampled; at the bytes of each, and at one byte
 * less, the integer program has to find the same time, and so has dynamic programming where it can. One row per profile,
 * network, memory model and streaming. A program that its limit of CPU time stops is counted as such and not as equal,
 * but its bound and its selection must not contradict the frontier. Exit status: 1 if any two answers differ. */
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "baselines/methods.h"
#include "experiments/commands/selecting.h"
#include "formulation/labels/labels.h"
#include "formulation/profile_import.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

enum part { PART_ALL, PART_WHOLE, PART_STREAMED, PART_PUBLISHED };
static const char *const part_names[] = {"all", "whole", "streamed", "published"};

struct given {
    const char *profile, *data, *network;
    enum part part;
    int points, more;
    double limit_s;
};
static const struct given preset = {
    .profile = "results/reference/profile.tsv.gz", .points = 300, .more = 60, .limit_s = 5};

static const struct flag flags[] = {
    {"profile", FLAG_IN, offsetof(struct given, profile), "PROFILE", "measured costs; default: those of the reference"},
    {"data", FLAG_TEXT, offsetof(struct given, data), "FOLDER", "has trinnity/T.csv.gz, the published tables"},
    {"network", FLAG_TEXT, offsetof(struct given, network), "N", "only this built-in network; default: all"},
    {"part", FLAG_WORD, offsetof(struct given, part), "W",
     "what is compared: layers as a whole, segments by rows, published tables", .words = part_names, .count = 4},
    {"points", FLAG_INT, offsetof(struct given, points), "N", "sampled with layers as a whole", .least = 1,
     .most = 1e6},
    {"more", FLAG_INT, offsetof(struct given, more), "N", "sampled with segments by rows, and of each published table",
     .least = 1, .most = 1e6},
    {"time-limit", FLAG_REAL, offsetof(struct given, limit_s), "S", "CPU seconds for one program", .least = 0.01,
     .most = 1e6},
    {0}};

static const struct flags line_of = {
    .program = "agreement",
    .operands = "",
    .summary = "labels, integer programs and dynamic programming at sampled points of the frontiers",
    .help =
        "Samples points of all networks and memory models, evenly along each frontier, and solves each twice: with its\n"
        "bytes as the budget, and with one byte less. Exit status 1 if any two methods differ.\n"
        "\n"
        "A long comparison can be made in pieces, --network by --network: the points are then shared by its frontiers.\n"
        "\n"
        "Example: make agreement ARGS='--points 100'\n"
        "         make agreement ARGS='--part streamed --network resnet50 --more 4 --time-limit 120'",
    .flag = flags,
    .preset = &preset,
    .size = sizeof preset};

/* What was compared. */
struct tally {
    int points, budgets, equal, stopped, differ; /* integer programs */
    int swept;                                   /* answers of dynamic programming, all equal but for those in differ */
    double seconds;                              /* CPU, of the integer programs */
};

/* One frontier, and how many of its points are to be sampled. */
struct job {
    const char *table;
    struct selecting *s;
    struct request q;
    struct frontier f;
    int sample;
};

struct jobs {
    struct job *job;
    int count;
    size_t room;
};

static const char *streaming_of(const struct job *j) {
    return streaming_names[j->q.streaming];
}

static void tally_add(struct tally *sum, const struct tally *t) {
    sum->points += t->points, sum->budgets += t->budgets, sum->equal += t->equal;
    sum->stopped += t->stopped, sum->differ += t->differ, sum->swept += t->swept;
    sum->seconds += t->seconds;
}

/* --- one budget --- */

static void complain(struct tally *t, const struct job *j, int64_t budget, const char *method, const struct answer *a,
                     int64_t expected) {
    t->differ++;
    printf("DIFFERS: %s %s %s streaming %s, %lld bytes: %s says %s, bound %lld ns, least %lld bytes (expected %lld)\n",
           j->table, j->s->network->name, memory_model_names[j->q.model], streaming_of(j), (long long)budget, method,
           outcome_names[a->outcome], (long long)a->bound_ns, (long long)a->least_bytes, (long long)expected);
}

/* Is the answer that of the frontier: T = time, or with time < 0 infeasible below `least`? */
static bool answer_equal(const struct answer *a, const struct job *j, int64_t time, int64_t least) {
    if (time < 0) return a->outcome == OUTCOME_INFEASIBLE && a->least_bytes == least;
    if (a->outcome != OUTCOME_OPTIMAL || a->bound_ns != time) return false;
    const struct evaluation e =
        selection_evaluate_streamed(j->s->g, a->choice, &a->streams, j->q.model, j->q.conversions);
    return e.possible && e.time_ns == time;
}

/* Was the search, or that for the least memory, stopped without contradicting the frontier? */
static bool answer_stopped(const struct answer *a, const struct job *j, int64_t time) {
    if (time < 0) {
        const bool open = a->outcome == OUTCOME_INFEASIBLE && a->least_bytes < 0;
        return !a->choice && (open || a->outcome == OUTCOME_INTERRUPTED);
    }
    if (a->outcome != OUTCOME_INTERRUPTED || a->bound_ns > time) return false;
    return !a->choice ||
           selection_evaluate_streamed(j->s->g, a->choice, &a->streams, j->q.model, j->q.conversions).time_ns >= time;
}

/* CPU seconds, so that a program gets as far in the background of a busy machine: the system says when they are over. */
static atomic_int over;

static void clock_over(int signal) {
    (void)signal;
    atomic_store(&over, 1);
}

static void clock_begin(double limit_s) {
    const struct itimerval limit = {{0, 0}, {(time_t)limit_s, (suseconds_t)(1e6 * (limit_s - floor(limit_s)))}};
    atomic_store(&over, 0);
    signal(SIGPROF, clock_over);
    setitimer(ITIMER_PROF, &limit, NULL);
}

static bool ask(struct answer *a, const char *method, const struct job *j, int64_t budget, double limit_s) {
    struct error err = {""};
    struct request q = j->q;
    q.budget_bytes = budget;
    q.interrupt = &over;
    clock_begin(limit_s);
    const bool ok = methods_run(a, methods_find(method, &err), j->s->g, &q, &err);
    if (!ok) printf("FAILED: %s\n", err.text);
    return ok;
}

static void answer_free(struct answer *a) {
    free(a->choice);
    selection_streams_free(&a->streams);
}

static void budget_is_met(struct tally *t, const struct job *j, int64_t budget, int64_t time, double limit_s) {
    const int64_t least = j->f.point[0].memory_bytes, start = clock_thread_ns();
    struct answer a = {0};
    const bool ok = ask(&a, "taso", j, budget, limit_s);
    t->seconds += 1e-9 * (double)(clock_thread_ns() - start);
    t->budgets++;
    if (ok && answer_equal(&a, j, time, least))
        t->equal++;
    else if (ok && answer_stopped(&a, j, time))
        t->stopped++;
    else
        complain(t, j, budget, "taso", &a, time < 0 ? least : time);
    answer_free(&a);
    if (memory_model_adds_up(j->q.model) || j->q.streaming == STREAMING_ON) return; /* dynamic programming cannot */
    a = (struct answer){0};
    t->swept++;
    if (!ask(&a, "dynamic", j, budget, limit_s) || !answer_equal(&a, j, time, least))
        complain(t, j, budget, "dynamic", &a, time < 0 ? least : time);
    answer_free(&a);
}

/* --- frontiers --- */

static struct tally job_run(const struct job *j, double limit_s) {
    struct tally t = {0};
    for (int i = 0; i < j->sample; i++) {
        const int last = j->f.points - 1, at = j->sample > 1 ? (int)((int64_t)i * last / (j->sample - 1)) : last;
        const int64_t bytes = j->f.point[at].memory_bytes;
        budget_is_met(&t, j, bytes, j->f.point[at].time_ns, limit_s);
        if (bytes > 0) budget_is_met(&t, j, bytes - 1, at > 0 ? j->f.point[at - 1].time_ns : -1, limit_s);
        t.points++;
    }
    return t;
}

static bool job_add(struct jobs *jobs, const char *table, struct selecting *s, enum memory_model model,
                    enum streaming streaming, struct error *err) {
    struct job j = {.table = table, .s = s, .q = methods_request()};
    j.q.model = model;
    j.q.streaming = streaming;
    if (!labels_frontier(&j.f, s->g, &j.q, 0, err)) return false;
    jobs->job = memory_grow(jobs->job, &jobs->room, (size_t)jobs->count + 1, sizeof *jobs->job);
    jobs->job[jobs->count++] = j;
    return true;
}

/* In turn one point more of each frontier that has one, until there are `points`. */
static void jobs_share(struct jobs *jobs, int points) {
    for (bool more = true; more && points > 0;) {
        more = false;
        for (int i = 0; i < jobs->count && points > 0; i++) {
            struct job *j = &jobs->job[i];
            if (j->sample == j->f.points) continue;
            j->sample++;
            points--;
            more = true;
        }
    }
}

static void row_print(const char *table, const char *network, const char *model, const char *streaming,
                      const struct tally *t) {
    printf("%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f\n", table, network, model, streaming, t->points, t->budgets,
           t->equal, t->stopped, t->differ, t->swept, t->seconds);
    fflush(stdout);
}

static void jobs_run(struct tally *sum, struct jobs *jobs, double limit_s) {
    struct tally all = {0};
    for (int i = 0; i < jobs->count; i++) {
        struct job *j = &jobs->job[i];
        const struct tally t = job_run(j, limit_s);
        if (j->sample > 0)
            row_print(j->table, j->s->network->name, memory_model_names[j->q.model], streaming_of(j), &t);
        tally_add(&all, &t);
        frontier_free(&j->f);
    }
    if (jobs->count > 0) row_print(jobs->job[0].table, "all", "all", streaming_of(&jobs->job[0]), &all);
    tally_add(sum, &all);
    free(jobs->job);
}

/* --- tables of costs --- */

struct table {
    const char *name;
    struct selecting *network; /* those of which it has costs */
    int networks;
};

/* `only`: of this network; NULL: of all. */
static void table_init(struct table *t, const char *name, const struct profile *p, const char *only) {
    *t = (struct table){name, MEMORY_NEW(struct selecting, network_builtin_count()), 0};
    for (int i = 0; i < network_builtin_count(); i++) {
        struct error none = {""};
        if (only && strcmp(only, network_builtin_name(i)) != 0) continue;
        t->networks += selecting_init(&t->network[t->networks], network_builtin_name(i), p, &none);
    }
}

static void table_free(struct table *t) {
    for (int i = 0; i < t->networks; i++) selecting_free(&t->network[i]);
    free(t->network);
}

static bool table_whole(struct tally *sum, struct table *t, int points, double limit_s, struct error *err) {
    struct jobs jobs = {0};
    bool ok = true;
    for (int i = 0; i < t->networks; i++)
        for (int m = 0; m < MEMORY_MODELS && ok; m++)
            ok = job_add(&jobs, t->name, &t->network[i], (enum memory_model)m, STREAMING_OFF, err);
    jobs_share(&jobs, points);
    jobs_run(sum, &jobs, limit_s);
    return ok;
}

static bool table_streamed(struct tally *sum, struct table *t, int points, double limit_s, struct error *err) {
    struct jobs jobs = {0};
    bool ok = true;
    for (int i = 0; i < t->networks && ok; i++) {
        ok = selecting_stream(&t->network[i], STREAMING_ON, err);
        for (int m = 0; m < MEMORY_MODELS && ok; m++)
            if (memory_models[m].live)
                ok = job_add(&jobs, t->name, &t->network[i], (enum memory_model)m, STREAMING_ON, err);
    }
    jobs_share(&jobs, points);
    jobs_run(sum, &jobs, limit_s);
    return ok;
}

static bool reference(struct tally *sum, const struct given *given, struct error *err) {
    struct table t = {0};
    struct profile *p = profile_read(given->profile, err);
    if (!p) return false;
    table_init(&t, "reference", p, given->network);
    bool ok = t.networks > 0 || error_set(err, "%s: has no costs of %s", given->profile,
                                          given->network ? given->network : "any built-in network");
    if (ok && given->part != PART_STREAMED) ok = table_whole(sum, &t, given->points, given->limit_s, err);
    if (ok && given->part != PART_WHOLE) ok = table_streamed(sum, &t, given->more, given->limit_s, err);
    table_free(&t);
    profile_free(p);
    return ok;
}

static bool published(struct tally *sum, const char *name, const struct given *given, struct error *err) {
    struct table t = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/trinnity/%s.csv.gz", given->data ? given->data : "", name);
    if (!given->data || access(path, R_OK) != 0) {
        printf("SKIPPED: the published table %s is not at hand (expected %s; --data FOLDER)\n", name, path);
        return true;
    }
    struct profile *p = profile_import_table(path, NULL, err);
    if (!p) return false;
    table_init(&t, name, p, given->network);
    if (t.networks == 0) printf("SKIPPED: the published table %s has no costs of what was asked for\n", name);
    bool ok = t.networks > 0 || given->network || error_set(err, "%s: has no costs of any built-in network", path);
    ok = ok && table_whole(sum, &t, given->more, given->limit_s, err);
    table_free(&t);
    profile_free(p);
    return ok;
}

int main(int argc, char **argv) {
    static const char *const tables[] = {"intel", "amd", "arm"};
    struct given given;
    struct flags_line line;
    struct error err = {""};
    struct tally sum = {0};
    bool ok = flags_parse(&given, &line, &line_of, argc - 1, argv + 1, &err);
    if (ok && line.help) return flags_help(&line_of), 0;
    if (ok) printf("table\tnetwork\tmodel\tstreaming\tpoints\tbudgets\tequal\tstopped\tdiffer\tdynamic\tilp_seconds\n");
    if (ok && given.part != PART_PUBLISHED) ok = reference(&sum, &given, &err);
    for (int i = 0; i < 3 && ok && (given.part == PART_ALL || given.part == PART_PUBLISHED); i++)
        ok = published(&sum, tables[i], &given, &err);
    if (!ok) return fprintf(stderr, "agreement: %s\n", err.text), 2;
    printf(
        "%d points, %d budgets: %d programs equal, %d stopped by the limit of %g s, %d of dynamic programming compared; "
        "%d differ\n",
        sum.points, sum.budgets, sum.equal, sum.stopped, given.limit_s, sum.swept, sum.differ);
    return sum.differ > 0;
}
