#include "experiments/measure/premieres.h"

#include <assert.h>
#include <stdlib.h>

#include "experiments/measure/acts.h"
#include "experiments/measure/foreseen.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/measure/stage.h"
#include "experiments/measure/wanted.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"

#define MOST_RUNS  9
#define LEAST_RUNS 3
#define BETWEEN    2

const char *const premiere_words[] = {"fastest", "between", "least"};

double premiere_ratio(const struct premiere *p) {
    assert(p->predicted_ns > 0);
    return (double)p->measured.median_ns / (double)p->predicted_ns;
}

void premieres_free(struct premieres *p) {
    free(p->row);
    *p = (struct premieres){0};
}

struct troupe { /* what all selections of a network share */
    struct premieres *out;
    const struct instance *g;
    const struct measure *m;
    struct stage stage;
};

static int troupe_runs(const struct measure *m, int64_t predicted_ns) {
    int runs = LEAST_RUNS;
    while (runs < MOST_RUNS && runs * predicted_ns < m->effort->network_ns) runs++;
    return runs;
}

static void conv_times(struct premiere *of, const struct plan *p, const int64_t *step_ns, int runs) {
    int64_t one[MOST_RUNS];
    for (int i = 0; i < p->steps; i++) {
        if (p->step[i].kind != PROFILE_CONV) continue;
        for (int k = 0; k < runs; k++) one[k] = step_ns[(size_t)k * (size_t)p->steps + (size_t)i];
        of->measured_conv_ns += measure_summary(one, runs).median_ns;
        of->predicted_conv_ns += p->step[i].time_ns;
    }
}

static bool troupe_plan(struct troupe *t, struct premiere *of, struct plan *p, struct error *err) {
    const int runs = troupe_runs(t->m, p->time_ns), steps = p->steps;
    int64_t whole_ns[MOST_RUNS], *step_ns = NULL;
    if (of->which == PREMIERE_FASTEST) step_ns = MEMORY_NEW(int64_t, (size_t)runs * (size_t)steps);
    const struct stage_runs how = {.warm = 1, .runs = runs, .step_ns = step_ns, .whole_ns = whole_ns};
    of->steps = steps;
    of->predicted_ns = p->time_ns;
    const bool good = stage_run(&t->stage, &how, p, t->m, err); /* the plan is the stage's now */
    if (good) of->measured = measure_summary(whole_ns, runs);
    if (good && step_ns) conv_times(of, t->stage.plan, step_ns, runs);
    free(step_ns);
    return good;
}

static bool troupe_point(struct troupe *t, const struct frontier_point *at, struct premiere of, struct error *err) {
    const char *name = t->g->network->name;
    of.memory_bytes = at->memory_bytes;
    struct plan *p =
        of.streamed ? plan_new_streamed(t->g, at->choice, &at->streams, name, "premiere", of.model,
                                        CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET)
                    : plan_new(t->g, at->choice, name, "premiere", of.model, CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
    if (!troupe_plan(t, &of, p, err)) return false;
    struct premieres *out = t->out;
    out->row = memory_grow(out->row, &out->capacity, (size_t)out->count + 1, sizeof *out->row);
    out->row[out->count++] = of;
    return true;
}

/* Of a frontier's points, from fast to small: the fastest if wanted, so many in between, the least. */
static bool troupe_frontier(struct troupe *t, enum memory_model model, bool streamed, bool fastest, int between,
                            const atomic_int *interrupt, struct error *err) {
    struct frontier f = {0};
    struct premiere of = {.model = model, .streamed = streamed, .which = PREMIERE_FASTEST};
    bool good = wanted_frontier(&f, t->g, model, streamed, 0, interrupt, err);
    if (good && fastest && f.points > 0) good = troupe_point(t, &f.point[f.points - 1], of, err);
    for (int i = between, last = f.points - 1; good && i >= 1 && !*interrupt; i--) {
        const int at = i * (f.points - 1) / (between + 1);
        of.which = PREMIERE_BETWEEN;
        if (at < 1 || at >= last) continue;
        good = troupe_point(t, &f.point[last = at], of, err);
    }
    of.which = PREMIERE_LEAST;
    if (good && f.points > 1 - !fastest && !*interrupt) good = troupe_point(t, &f.point[0], of, err);
    frontier_free(&f);
    return good;
}

/* The fastest alone, if the others are not wanted. */
static bool troupe_fastest(struct troupe *t, const atomic_int *interrupt, struct error *err) {
    struct frontier f = {0};
    const struct premiere of = {.model = MEMORY_WORKSPACE, .which = PREMIERE_FASTEST};
    bool good = wanted_frontier(&f, t->g, of.model, false, 0, interrupt, err);
    if (good && f.points > 0) good = troupe_point(t, &f.point[f.points - 1], of, err);
    frontier_free(&f);
    return good;
}

static bool troupe_all(struct troupe *t, bool strips, const atomic_int *interrupt, struct error *err) {
    bool good = troupe_frontier(t, MEMORY_WORKSPACE, false, true, BETWEEN, interrupt, err);
    for (int m = 0; m < MEMORY_MODELS && good && !*interrupt; m++)
        if (m != MEMORY_WORKSPACE) good = troupe_frontier(t, (enum memory_model)m, false, false, 0, interrupt, err);
    if (good && strips && !*interrupt) good = troupe_frontier(t, MEMORY_PEAK, true, false, 1, interrupt, err);
    return good;
}

/* Of a network, or of one of its acts. */
static bool premieres_act(struct premieres *out, const struct network *act, const struct profile *p,
                          const struct measure *m, bool all, bool strips, const atomic_int *interrupt,
                          struct error *err) {
    struct instance *g = instance_new(act, p, m->threads, err);
    struct troupe t = {.out = out, .g = g, .m = m};
    if (!g) return false;
    if (strips) instance_stream(g);
    bool good = stage_init(&t.stage, act, m->threads, err);
    if (good) good = all ? troupe_all(&t, strips, interrupt, err) : troupe_fastest(&t, interrupt, err);
    stage_free(&t.stage);
    instance_free(g);
    return good;
}

/* One after the other: their times are summed. */
static void premiere_join(struct premiere *to, const struct premiere *next) {
    assert(to->model == next->model && to->which == next->which);
    to->steps += next->steps;
    to->memory_bytes = to->memory_bytes > next->memory_bytes ? to->memory_bytes : next->memory_bytes;
    to->predicted_ns += next->predicted_ns, to->predicted_conv_ns += next->predicted_conv_ns;
    to->measured.median_ns += next->measured.median_ns, to->measured.min_ns += next->measured.min_ns;
    to->measured.spread_ns += next->measured.spread_ns;
    to->measured_conv_ns += next->measured_conv_ns;
}

static bool premieres_acts(struct premieres *out, const struct network *folded, const struct profile *p,
                           const struct measure *m, const atomic_int *interrupt, struct error *err) {
    struct acts acts;
    bool good = true;
    acts_init(&acts, folded, m->effort->act_bytes);
    for (int i = 0; i < acts.count && good && !*interrupt; i++)
        good = premieres_act(out, &acts.of[i], p, m, false, false, interrupt, err);
    const bool all = out->count == acts.count; /* some acts alone say nothing */
    for (int i = 1; all && i < out->count; i++) premiere_join(&out->row[0], &out->row[i]);
    out->count = all;
    acts_free(&acts);
    return good;
}

bool premieres_run(struct premieres *out, const struct network *folded, const struct profile *p,
                   const struct measure *m, bool all, bool strips, const atomic_int *interrupt, struct error *err) {
    *out = (struct premieres){0};
    if (!rehearsal_concerns(folded)) return true;
    const bool whole = all || m->effort->act_bytes == ACTS_ANY;
    const bool good = whole ? premieres_act(out, folded, p, m, all, strips, interrupt, err)
                            : premieres_acts(out, folded, p, m, interrupt, err);
    if (!good) premieres_free(out);
    return good;
}

#define SHARE   0.5 /* of a visit of the rehearsal: fewer plans, more runs of each */
#define FASTEST 0.1 /* the same for the fastest alone */

double premieres_seconds(const struct network *n, const struct effort *e, bool all, bool strips) {
    const double share = all ? SHARE * (strips ? 1.5 : 1) : FASTEST;
    return rehearsal_concerns(n) ? share * foreseen_network(n, e) : 0;
}
