#include "formulation/taso_program.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/milp.h"

void taso_solved_free(struct solved *s) {
    free(s->choice);
    selection_streams_free(&s->streams);
    s->choice = NULL;
}

struct evaluation taso_judged(const struct instance *g, const int *choice, const struct streams *streams,
                              const struct request *q) {
    return selection_evaluate_streamed(g, choice, streams, q->model, q->conversions);
}

/* Whole-number objectives are proven when solution and bound differ by less than one unit. */
#define TASO_GAP 0.9
/* Rows of bytes have coefficients of millions of units, which an integer that is off by the solver's usual 1e-6 moves by
 * a unit and more: its selection may then exceed the budget. If it does, the program is solved again with integers that
 * are off by this at most, at several times the cost. */
#define TASO_WHOLE 1e-9

static enum outcome taso_outcome(enum milp_status status) {
    switch (status) {
    case MILP_OPTIMAL: return OUTCOME_OPTIMAL;
    case MILP_INFEASIBLE: return OUTCOME_INFEASIBLE;
    case MILP_INTERRUPTED: return OUTCOME_INTERRUPTED;
    case MILP_TIME_LIMIT:
    case MILP_NODE_LIMIT:
    case MILP_ITERATION_LIMIT:
    case MILP_UNBOUNDED:
    case MILP_NUMERICAL: break;
    }
    return OUTCOME_TIME_LIMIT;
}

static struct milp_result *taso_milp(const struct ilp *p, const struct request *q, bool whole, double deadline) {
    struct options options = q->solver ? *q->solver : options_default();
    struct milp_control control = {.interrupt = q->interrupt};
    options.time_limit = fmax(deadline - clock_wall(), 0);
    options.threads = q->threads > 0 ? q->threads : 1;
    if (whole) options.integrality = TASO_WHOLE;
    if (p->goal.aim != ILP_WEIGHTED) {
        options.gap_rel = 0;
        options.gap_abs = TASO_GAP;
    }
    return milp_solve(p->model, &options, &control);
}

/* Is a selection that costs `found` the optimum of a program in whole numbers? Its columns that are not whole may be
 * larger than they need, so that it costs less than the program says; but no less than the bound, nor a unit more. */
static bool taso_proven(const struct solved *s, double found) {
    return found < s->objective + 0.5 && found > s->bound - 0.5 && found < s->bound + 1;
}

/* Compares the program's claim with the judge: a difference is our mistake, and never returned as an answer. */
static bool taso_check(const struct solved *s, const struct core *core, const struct ilp_goal *goal,
                       const struct ilp *p, struct error *err) {
    struct evaluation e = selection_evaluate_streamed(core->g, s->choice, &s->streams, core->model, core->conversions);
    assert(p->core == core && p->unit > 0);
    double found = goal->aim == ILP_TIME ? (double)e.time_ns : (double)(e.memory_bytes / p->unit);
    if (!e.possible || e.memory_bytes > core->budget_bytes || e.weights_bytes > core->flash_bytes ||
        (goal->aim == ILP_MEMORY && e.time_ns > goal->most_ns))
        return error_set(err, "numerical trouble: the program's solution does not keep its own rows");
    if (goal->aim == ILP_WEIGHTED || s->outcome != OUTCOME_OPTIMAL || taso_proven(s, found)) return true;
    return error_set(err, "numerical trouble: the program says %.17g, at least %.17g, its selection costs %.17g",
                     s->objective, s->bound, found);
}

/* One solution of the program. false: it does not hold. */
static bool taso_attempt(struct solved *out, struct answer *count, const struct ilp *p, const struct request *q,
                         bool whole, double deadline, struct error *err) {
    struct milp_result *r = taso_milp(p, q, whole, deadline);
    assert(r->status != MILP_OPTIMAL || r->x);
    bool ok = r->status != MILP_NUMERICAL && r->status != MILP_UNBOUNDED;
    *out = (struct solved){.outcome = taso_outcome(r->status), .objective = r->objective, .bound = r->bound};
    count->nodes += r->nodes;
    count->iterations += r->iterations;
    if (!ok) error_set(err, "numerical trouble: the solver makes no claim (%s)", milp_status_names[r->status]);
    if (ok && r->x) {
        out->choice = MEMORY_NEW(int, p->core->g->nodes);
        ilp_decode(out->choice, &out->streams, p, r->x);
        ok = taso_check(out, p->core, &p->goal, p, err);
    }
    if (!ok) taso_solved_free(out);
    milp_result_free(r);
    return ok;
}

bool taso_program(struct solved *out, struct answer *count, const struct core *core, const struct ilp_goal *goal,
                  const struct request *q, struct error *err) {
    const double deadline = clock_wall() + q->time_limit_s;
    struct error first = {""};
    *out = (struct solved){.outcome = OUTCOME_INFEASIBLE};
    if (!core->feasible) return true;
    struct ilp *p = ilp_new(core, goal, q->formulation, false, err);
    if (!p) return false;
    const bool ok =
        taso_attempt(out, count, p, q, false, deadline, &first) || taso_attempt(out, count, p, q, true, deadline, err);
    assert(!ok || out->choice || out->outcome != OUTCOME_OPTIMAL);
    ilp_free(p);
    return ok;
}

bool taso_solve(struct answer *out, const struct instance *g, const struct request *q, struct error *err) {
    struct core *core = core_new_streamed(g, q, false);
    struct solved s;
    bool ok = taso_program(&s, out, core, &(struct ilp_goal){.aim = ILP_TIME}, q, err);
    core_free(core);
    assert(s.outcome != OUTCOME_INFEASIBLE || !s.choice);
    out->outcome = s.outcome;
    out->choice = s.choice;
    out->streams = s.streams;
    out->bound_ns = -1;
    if (ok && s.outcome == OUTCOME_OPTIMAL)
        out->bound_ns = taso_judged(g, s.choice, &s.streams, q).time_ns;
    else if (ok && s.outcome != OUTCOME_INFEASIBLE && s.bound > 0)
        out->bound_ns = (int64_t)ceil(s.bound - 1e-3);
    return ok;
}

bool taso_least(struct solved *out, struct answer *count, const struct instance *g, const struct request *q,
                int64_t most_ns, struct error *err) {
    assert(most_ns >= 0);
    struct core *core = core_new_streamed(g, q, true);
    bool ok = taso_program(out, count, core, &(struct ilp_goal){.aim = ILP_MEMORY, .most_ns = most_ns}, q, err);
    core_free(core);
    return ok;
}
