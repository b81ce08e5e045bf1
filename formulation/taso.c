#include "formulation/taso.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/least.h"
#include "formulation/sizes.h"
#include "formulation/taso_program.h"
#include "solver/base/clock.h"

bool taso_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
              struct error *err) {
    (void)variant;
    if (!taso_solve(out, g, q, err)) return false;
    if (out->outcome != OUTCOME_INFEASIBLE) return true;
    const bool together = memory_model_adds_up(q->model) || q->streaming == STREAMING_ON;
    if (!together && q->flash_bytes == METHOD_NO_BUDGET) return least_complete(true, out, g, q, taso_solve, err);
    struct request any = *q;
    struct solved least;
    any.budget_bytes = METHOD_NO_BUDGET;
    if (!taso_least(&least, out, g, &any, INT64_MAX, err)) return false;
    if (least.outcome == OUTCOME_OPTIMAL)
        out->least_bytes = taso_judged(g, least.choice, &least.streams, q).memory_bytes;
    assert(out->least_bytes < 0 || out->least_bytes > q->budget_bytes); /* or it would not have been infeasible */
    taso_solved_free(&least);
    return true;
}

/* --- several programs in a row: one deadline for all --- */

struct series {
    const struct instance *g;
    struct request q; /* the budget is that of the next program */
    double deadline;
    struct answer *count;
};

static struct series series_begin(struct answer *out, const struct instance *g, const struct request *q) {
    return (struct series){g, *q, clock_wall() + q->time_limit_s, out};
}

/* (8) under `budget`; *at is what it costs if there is a choice. The counts add up. */
static bool series_fastest(struct answer *a, struct evaluation *at, struct series *s, int64_t budget,
                           struct error *err) {
    *a = (struct answer){.bound_ns = -1, .least_bytes = -1};
    assert(budget >= 0 && !s->count->choice); /* the answer has counts, but no choice yet */
    s->q.budget_bytes = budget;
    s->q.time_limit_s = fmax(s->deadline - clock_wall(), 0);
    if (!taso_solve(a, s->g, &s->q, err)) return false;
    s->count->nodes += a->nodes;
    s->count->iterations += a->iterations;
    if (a->choice) *at = taso_judged(s->g, a->choice, &a->streams, &s->q);
    return true;
}

static void answer_drop(struct answer *a) {
    free(a->choice);
    selection_streams_free(&a->streams);
    a->choice = NULL;
}

static void answer_replace(struct answer *a, struct answer *by) {
    assert(a != by); /* the choice moves, if there is one */
    answer_drop(a);
    *a = *by;
    by->choice = NULL;
    by->streams = (struct streams){0, NULL};
}

/* (4): bisection over the distinct sizes; *best remains the fastest within the least size known to be fast enough. */
static bool series_halve(struct answer *best, struct evaluation *at, struct series *s, int64_t most_ns,
                         struct error *err) {
    int count, low = 0, high;
    int64_t *size = sizes_workspaces(&count, s->g);
    bool ok = true;
    for (high = count - 1; high > 0 && size[high - 1] >= at->memory_bytes;) high--;
    while (ok && low < high && best->outcome == OUTCOME_OPTIMAL) {
        int middle = low + (high - low) / 2;
        struct answer a;
        struct evaluation e = {0};
        ok = series_fastest(&a, &e, s, size[middle], err);
        assert(!ok || !a.choice || (e.possible && e.memory_bytes <= size[middle]));
        bool enough = ok && a.outcome == OUTCOME_OPTIMAL && e.time_ns <= most_ns;
        if (enough) {
            *at = e;
            answer_replace(best, &a);
            while (high > low && size[high] > e.memory_bytes) high--;
        } else {
            low = middle + 1;
            if (ok && a.outcome != OUTCOME_OPTIMAL && a.outcome != OUTCOME_INFEASIBLE) best->outcome = a.outcome;
        }
        answer_drop(&a);
    }
    assert(low >= 0 && high < count);
    free(size);
    assert(!ok || best->outcome != OUTCOME_OPTIMAL || at->time_ns <= most_ns);
    return ok;
}

/* The other models: one program for the least memory, one for the least time with it. */
static bool series_program(struct answer *best, struct evaluation *at, struct series *s, int64_t most_ns,
                           struct error *err) {
    struct solved least;
    struct answer a;
    s->q.budget_bytes = METHOD_NO_BUDGET;
    s->q.time_limit_s = fmax(s->deadline - clock_wall(), 0);
    if (!taso_least(&least, s->count, s->g, &s->q, most_ns, err)) return false;
    enum outcome outcome = least.outcome;
    if (outcome == OUTCOME_OPTIMAL) {
        int64_t bytes = taso_judged(s->g, least.choice, &least.streams, &s->q).memory_bytes;
        assert(bytes <= at->memory_bytes); /* the fastest was one of the selections */
        if (!series_fastest(&a, at, s, bytes, err)) {
            taso_solved_free(&least);
            return false;
        }
        answer_replace(best, &a);
    } else {
        best->outcome = outcome == OUTCOME_INFEASIBLE ? best->outcome : outcome;
    }
    taso_solved_free(&least);
    return true;
}

static int64_t time_with_slack(int64_t fastest_ns, double slack) {
    assert(fastest_ns >= 0 && slack >= 0);
    double more = slack * (double)fastest_ns;
    return more >= 0x1p62 ? INT64_MAX / 2 : fastest_ns + (int64_t)floor(more);
}

/* Two stages, for (9) and (10): the fastest without a budget, then the least memory within the slack. */
static bool series_memory(struct answer *best, struct evaluation *at, int64_t *fastest_ns, struct series *s,
                          double slack, struct error *err) {
    if (!series_fastest(best, at, s, METHOD_NO_BUDGET, err)) return false;
    if (best->outcome != OUTCOME_OPTIMAL) return true;
    assert(at->possible);
    *fastest_ns = at->time_ns;
    int64_t most_ns = time_with_slack(*fastest_ns, slack);
    bool halve = memory_model_is_a_size(s->q.model);
    return halve ? series_halve(best, at, s, most_ns, err) : series_program(best, at, s, most_ns, err);
}

static void series_finish(struct answer *out, const struct answer *best, int64_t bound_ns) {
    assert(best->outcome != OUTCOME_OPTIMAL || best->choice);
    out->outcome = best->outcome;
    out->choice = best->choice;
    out->streams = best->streams;
    out->bound_ns = bound_ns;
    out->least_bytes = best->least_bytes;
}

bool taso_memory_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                     struct error *err) {
    struct series s = series_begin(out, g, q);
    struct answer best = {0};
    struct evaluation at = {0};
    int64_t fastest_ns = -1;
    (void)variant;
    if (!series_memory(&best, &at, &fastest_ns, &s, q->slack, err)) {
        answer_drop(&best);
        return false;
    }
    if (best.outcome == OUTCOME_OPTIMAL && at.memory_bytes > q->budget_bytes) { /* nothing as fast fits */
        answer_drop(&best);
        best = (struct answer){.outcome = OUTCOME_INFEASIBLE, .least_bytes = at.memory_bytes};
    }
    if (best.outcome != OUTCOME_INFEASIBLE) best.least_bytes = -1;
    series_finish(out, &best, fastest_ns);
    return true;
}

/* --- (10) --- */

struct knob {
    double time_price, memory_price;
};

static double knob_value(const struct knob *k, const struct evaluation *e) {
    return k->time_price * (double)e->time_ns + k->memory_price * (double)e->memory_bytes;
}

/* Down the frontier: times rise as budgets fall, so once time alone costs more than the best, nothing better
 * follows. */
static bool series_walk(struct answer *best, struct series *s, const struct knob *k, int64_t budget,
                        struct error *err) {
    double least = INFINITY;
    for (;;) {
        struct answer a;
        struct evaluation e = {0};
        if (!series_fastest(&a, &e, s, budget, err)) return false;
        if (a.outcome != OUTCOME_OPTIMAL) {
            if (a.outcome != OUTCOME_INFEASIBLE || !best->choice) best->outcome = a.outcome;
            answer_drop(&a);
            return true;
        }
        double value = knob_value(k, &e);
        if (value < least) {
            least = value;
            answer_replace(best, &a);
        }
        answer_drop(&a);
        if (e.memory_bytes == 0 || k->time_price * (double)e.time_ns >= least) return true;
        assert(e.memory_bytes <= budget);
        budget = e.memory_bytes - 1;
    }
}

static bool series_weigh(struct answer *best, struct series *s, const struct knob *k, int64_t budget,
                         struct error *err) {
    struct ilp_goal goal = {.aim = ILP_WEIGHTED, .time_price = k->time_price, .memory_price = k->memory_price};
    struct solved solved;
    s->q.budget_bytes = budget;
    s->q.time_limit_s = fmax(s->deadline - clock_wall(), 0);
    struct core *core = core_new_streamed(s->g, &s->q, true);
    bool ok = taso_program(&solved, s->count, core, &goal, &s->q, err);
    core_free(core);
    *best = (struct answer){.outcome = solved.outcome, .choice = solved.choice, .streams = solved.streams};
    return ok;
}

/* M* is the memory of the fastest selection, so both terms are 1 there. DEVIATION: the paper leaves M* open. The
 * objective is in ns of the fastest, so that solver tolerances mean the same as elsewhere. */
static struct knob knob_of(const struct request *q, const struct evaluation *fastest) {
    assert(q->weight >= 0 && q->weight <= 1);
    double bytes = fastest->memory_bytes > 0 ? (double)fastest->memory_bytes : 1;
    return (struct knob){1 - q->weight, q->weight * (double)fastest->time_ns / bytes};
}

bool taso_weighted_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err) {
    struct series s = series_begin(out, g, q);
    struct answer best = {0};
    struct evaluation at = {0};
    int64_t fastest_ns = -1;
    bool ok = series_memory(&best, &at, &fastest_ns, &s, 0, err);
    (void)variant;
    if (ok && best.outcome == OUTCOME_OPTIMAL && at.memory_bytes > 0) {
        struct knob k = knob_of(q, &at);
        answer_drop(&best);
        best = (struct answer){.outcome = OUTCOME_INFEASIBLE};
        ok = memory_model_adds_up(q->model) ? series_weigh(&best, &s, &k, q->budget_bytes, err)
                                            : series_walk(&best, &s, &k, q->budget_bytes, err);
    }
    if (!ok) {
        answer_drop(&best);
        return false;
    }
    best.least_bytes = -1;
    series_finish(out, &best, fastest_ns);
    if (out->outcome != OUTCOME_INFEASIBLE) return true;
    return taso_run(out, g, q, NULL, err); /* with the least budget that suffices */
}

bool taso_question(struct core **core, struct ilp_goal *goal, const struct instance *g, const struct request *q,
                   const char *method, struct error *err) {
    bool memory = strcmp(method, "taso-memory") == 0, weighted = strcmp(method, "taso-weighted") == 0;
    struct answer count = {0}, best = {0};
    struct evaluation at = {0};
    struct series s = series_begin(&count, g, q);
    int64_t fastest_ns = 0;
    *goal = (struct ilp_goal){.aim = ILP_TIME, .most_ns = INT64_MAX};
    if (!memory && !weighted && strcmp(method, "taso") != 0)
        return error_set(err, "%s is not an integer program (expected taso, taso-memory or taso-weighted)", method);
    if (memory || weighted) {
        bool ok = series_memory(&best, &at, &fastest_ns, &s, 0, err);
        answer_drop(&best);
        if (!ok) return false;
        if (best.outcome != OUTCOME_OPTIMAL && best.outcome != OUTCOME_INFEASIBLE)
            return error_set(err, "the time limit ended the search for T* and M*");
        struct knob k = knob_of(q, &at);
        *goal =
            memory ? (struct ilp_goal){.aim = ILP_MEMORY, .most_ns = time_with_slack(fastest_ns, q->slack)}
                   : (struct ilp_goal){.aim = ILP_WEIGHTED, .time_price = k.time_price, .memory_price = k.memory_price};
    }
    *core = core_new_streamed(g, q, memory || weighted);
    return true;
}
