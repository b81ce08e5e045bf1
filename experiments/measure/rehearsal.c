#include "experiments/measure/rehearsal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/measure/progress.h"
#include "experiments/runtime/image.h"
#include "experiments/runtime/runtime.h"
#include "formulation/labels/labels.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

#define MOST_VISITS 400 /* selections of one network per round, at most: far more than ever needed */
#define SLOW_POINT  2   /* times the fastest selection */
#define WHOLE       5   /* a whole network is timed this many times as long as one kernel */

/* --- running a plan --- */

/* Weights for timing: scaled so that signals neither vanish nor overflow, and quick to make. */
#define TABLE 8191
static float weights_table[TABLE];

static bool quick_weights(float *raw, float *bias, const struct layer *l, void *context, struct error *err) {
    (void)context, (void)err;
    int64_t count = weights_count(l), biases = weights_biases(l);
    float limit = (float)sqrt(3.0 * (double)l->out.C / (double)count); /* variance 1 / fan-in */
    for (int64_t at = 0; at < count; at += TABLE)
        for (int64_t i = 0; i < TABLE && at + i < count; i++) raw[at + i] = limit * weights_table[i];
    for (int64_t i = 0; i < biases; i++) bias[i] = 0.05f * weights_table[i % TABLE];
    return true;
}

struct stage { /* a network, ready to run one plan after another */
    const struct network *network;
    int threads;
    struct weights weights;
    float *in;
    struct plan *plan; /* the last one, and its runtime: most weights of the next are the same */
    struct runtime *runtime;
};

static bool stage_init(struct stage *s, const struct network *folded, int threads, struct error *err) {
    struct random random = {TABLE};
    for (int i = 0; i < TABLE; i++) weights_table[i] = (float)(2 * random_unit(&random) - 1);
    *s = (struct stage){.network = folded, .threads = threads};
    if (!weights_init(&s->weights, folded, 1, NULL, err)) return false;
    s->weights.source = quick_weights;
    s->in = MEMORY_NEW(float, shape_bytes(folded->layer[0].out) / 4);
    image_noise(s->in, folded->layer[0].out, 1);
    return true;
}

static void stage_free(struct stage *s) {
    runtime_free(s->runtime);
    plan_free(s->plan);
    weights_free(&s->weights);
    free(s->in);
}

/* step_ns[runs x steps]: times of the steps, after one run to warm up; whole_ns[runs] (or NULL): of runs in which the
 * steps are not timed. Takes the plan over. */
static bool stage_run(struct stage *s, int64_t *step_ns, int64_t *whole_ns, int runs, struct plan *plan,
                      const struct measure *m, struct error *err) {
    struct runtime *r = runtime_new_like(plan, s->network, &s->weights, s->threads, s->runtime, err);
    runtime_free(s->runtime);
    plan_free(s->plan);
    s->runtime = r, s->plan = plan;
    if (!r) return false;
    assert(runs >= 1 && r->schedule->steps == plan->steps); /* step_ns has a column for each */
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    runtime_run(r, out, s->in, NULL);
    for (int i = 0; i < runs; i++) {
        struct runtime_observer watch = {.step_ns = step_ns + (size_t)i * (size_t)plan->steps, .clock = m};
        runtime_run(r, out, s->in, &watch);
        if (!whole_ns) continue;
        int64_t begun = measure_clock_ns(m);
        runtime_run(r, out, s->in, NULL);
        whole_ns[i] = measure_since(m, begun);
    }
    free(out);
    return true;
}

/* --- what the frontier lacks --- */

struct visit { /* to one network, in one round */
    struct rehearsal *r;
    struct instance *g;
    struct frontier frontier;
    int round, runs;
    int *choice;   /* [nodes] to run next */
    bool *chosen;  /* [nodes] the choice is of a row that was lacking */
    bool *pending; /* [rows] this run will time it */
};

/* The profile's row of a step; -1: none, as for the image. */
static int visit_row(const struct visit *v, const struct plan_step *s) {
    const struct profile *p = v->r->samples->profile;
    const struct profile_row *row = profile_find(p, s->kind, s->scenario, s->name, s->from, s->to);
    return row ? (int)(row - p->row) : -1;
}

static bool visit_lacks(const struct visit *v, int row) {
    return row >= 0 && v->r->samples->series[row].round < v->round;
}

/* Takes the rows that a point of the frontier uses and that this round has not timed. *conversion: one is of a
 * conversion. */
static bool visit_point(struct visit *v, const int *choice, bool *conversion) {
    struct plan *p = plan_new(v->g, choice, v->g->network->name, "rehearsal", MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE,
                              METHOD_NO_BUDGET);
    bool lacks = false;
    *conversion = false;
    for (int i = 0, node = 0; i < p->steps; i++) {
        int row = visit_row(v, &p->step[i]), at = p->step[i].kind == PROFILE_CONVERT ? -1 : node++;
        if (!visit_lacks(v, row)) continue;
        if (at < 0) {
            *conversion = true;
            continue;
        }
        lacks = true;
        if (v->chosen[at] || v->pending[row]) continue;
        v->choice[at] = choice[at];
        v->chosen[at] = v->pending[row] = true;
    }
    plan_free(p);
    return lacks;
}

/* The next selection to run; false: every row on the frontier has been timed in this round. */
static bool visit_next(struct visit *v) {
    const struct frontier *f = &v->frontier;
    const struct frontier_point *fastest = &f->point[f->points - 1];
    bool lacks = false, conversion;
    memset(v->chosen, 0, (size_t)v->g->nodes * sizeof *v->chosen);
    memset(v->pending, 0, (size_t)v->r->samples->profile->rows * sizeof *v->pending);
    memcpy(v->choice, fastest->choice, (size_t)v->g->nodes * sizeof *v->choice);
    for (int i = f->points - 1; i >= 0; i--) lacks |= visit_point(v, f->point[i].choice, &conversion);
    /* Conversions are timed in selections that have them, unless memory is so scarce that only direct loops fit. */
    for (int i = f->points - 1; i >= 0 && !lacks && f->point[i].time_ns < SLOW_POINT * fastest->time_ns; i--) {
        visit_point(v, f->point[i].choice, &conversion);
        if (!conversion) continue;
        memcpy(v->choice, f->point[i].choice, (size_t)v->g->nodes * sizeof *v->choice);
        lacks = true;
    }
    return lacks;
}

/* Adds the times of the steps to those rows that lacked them. */
static void visit_take(struct visit *v, const struct plan *p, const int64_t *step_ns) {
    struct samples *s = v->r->samples;
    int *row = MEMORY_NEW(int, p->steps);
    for (int i = 0; i < p->steps; i++) {
        row[i] = visit_row(v, &p->step[i]);
        if (!visit_lacks(v, row[i])) row[i] = -1;
        for (int k = 0; row[i] >= 0 && k < v->runs; k++) {
            assert(s->series[row[i]].round < v->round);
            int64_t ns = step_ns[(size_t)k * (size_t)p->steps + (size_t)i];
            samples_add(s, row[i], &ns, 1);
        }
    }
    for (int i = 0; i < p->steps; i++)
        if (row[i] >= 0) s->series[row[i]].round = v->round;
    for (int i = 0; i < p->steps; i++)
        if (row[i] >= 0) samples_price(s, row[i]);
    free(row);
}

/* Takes the plan over. */
static bool visit_plan(struct visit *v, struct stage *stage, struct plan *p, struct error *err) {
    const struct effort *effort = v->r->measure->effort;
    v->runs = effort->least_runs;
    while (v->runs < effort->most_runs && v->runs * p->time_ns < WHOLE * effort->enough_ns) v->runs++;
    int64_t *step_ns = MEMORY_NEW(int64_t, (size_t)v->runs * (size_t)p->steps);
    bool good = stage_run(stage, step_ns, NULL, v->runs, p, v->r->measure, err);
    if (good) visit_take(v, p, step_ns);
    v->r->runs += v->runs;
    free(step_ns);
    return good;
}

static bool visit_run(struct visit *v, struct stage *stage, struct error *err) {
    return visit_plan(v, stage,
                      plan_new(v->g, v->choice, v->g->network->name, "rehearsal", MEMORY_WORKSPACE,
                               CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET),
                      err);
}

static bool explore(struct frontier *out, const struct instance *g, struct error *err) {
    struct request q = methods_request();
    q.model = MEMORY_WORKSPACE;
    return frontier_sweep(out, g, &q, methods_find("dynamic", err), err);
}

/* --- segments ---------------------------------------------------------------------------------------------------- */

#define STREAM_VISITS 24 /* streamed plans of one network per round, at most: a frontier with segments has many rows */
#define STREAM_POINTS 4  /* run per frontier */

static struct plan *stream_plan(const struct visit *v, const struct frontier_point *point) {
    return plan_new_streamed(v->g, point->choice, &point->streams, v->g->network->name, "rehearsal", MEMORY_PEAK,
                             CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
}

static int stream_lacks(const struct visit *v, const struct frontier_point *point) {
    struct plan *p = stream_plan(v, point);
    int lacks = 0;
    for (int i = 0; i < p->steps; i++) lacks += visit_lacks(v, visit_row(v, &p->step[i]));
    plan_free(p);
    return lacks;
}

/* Runs the points of the frontier that lack most rows. *any: there was one. */
static bool stream_points(struct visit *v, struct stage *stage, bool *any, struct error *err) {
    bool good = true;
    *any = false;
    for (int i = 0; i < STREAM_POINTS && good && !*v->r->interrupt; i++) {
        const struct frontier_point *most = NULL;
        int lacks = 0;
        for (int k = 0; k < v->frontier.points; k++) {
            const int here = stream_lacks(v, &v->frontier.point[k]);
            if (here > lacks) most = &v->frontier.point[k];
            lacks = here > lacks ? here : lacks;
        }
        if (!most) return true;
        *any = true;
        good = visit_plan(v, stage, stream_plan(v, most), err);
    }
    return good;
}

/* As visit_network, for the rows that frontiers with segments use, where live tensors count. */
static bool visit_streams(struct rehearsal *r, const struct network *folded, int round, struct stage *stage,
                          struct error *err) {
    struct visit v = {.r = r, .round = round};
    struct request q = methods_request();
    bool good = true, any = true;
    q.model = MEMORY_PEAK;
    q.streaming = STREAMING_ON;
    for (int i = 0; good && any && i < STREAM_VISITS && !*r->interrupt; i += STREAM_POINTS) {
        v.g = instance_new(folded, r->samples->profile, r->measure->threads, err);
        if (v.g) instance_stream(v.g);
        good = v.g && labels_frontier(&v.frontier, v.g, &q, 0.0, err);
        if (good) good = stream_points(&v, stage, &any, err);
        progress_show(r->done, r->total, folded->name);
        if (v.g) frontier_free(&v.frontier);
        instance_free(v.g);
    }
    return good;
}

/* --- rounds ------------------------------------------------------------------------------------------------------ */

static bool visit_network(struct rehearsal *r, const struct network *folded, int round, struct error *err) {
    struct stage stage;
    struct visit v = {.r = r, .round = round};
    if (!stage_init(&stage, folded, r->measure->threads, err)) return false;
    v.choice = MEMORY_NEW(int, folded->layers);
    v.chosen = MEMORY_NEW(bool, folded->layers);
    v.pending = MEMORY_NEW(bool, r->samples->profile->rows);
    bool good = true, more = true;
    for (int i = 0; good && more && i < MOST_VISITS && !*r->interrupt; i++) {
        v.g = instance_new(folded, r->samples->profile, r->measure->threads, err);
        good = v.g && explore(&v.frontier, v.g, err);
        more = good && visit_next(&v);
        if (more) good = visit_run(&v, &stage, err);
        progress_show(r->done, r->total, folded->name);
        frontier_free(&v.frontier);
        instance_free(v.g);
    }
    free(v.choice);
    free(v.chosen);
    free(v.pending);
    if (good && r->workload->strips) good = visit_streams(r, folded, round, &stage, err);
    stage_free(&stage);
    return good;
}

static bool has_convolution(const struct network *n) {
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].kind == LAYER_CONV) return true;
    return false;
}

static enum rehearsal_end rehearsal_round(struct rehearsal *r, int round, struct yardstick *at, struct error *err) {
    const struct workload *w = r->workload;
    double left = r->total - r->done, step = left / ((r->measure->effort->rounds - round + 1) * (double)w->networks);
    for (int i = w->networks - 1; i >= 0; i--, r->done += step) {
        int runs = r->runs;
        progress_show(r->done, r->total, w->network[i]->name);
        at[i] = yardstick_measure(r->measure);
        if (!has_convolution(w->network[i])) continue;
        if (!visit_network(r, w->network[i], round, err)) return REHEARSAL_FAILED;
        if (r->path && r->runs > runs && !samples_write(r->samples, r->path, err)) return REHEARSAL_FAILED;
        if (*r->interrupt) return REHEARSAL_INTERRUPTED;
    }
    return REHEARSAL_DONE;
}

enum rehearsal_end rehearsal_run(struct rehearsal *r, struct error *err) {
    const int rounds = r->measure->effort->rounds, networks = r->workload->networks;
    struct yardstick *at = MEMORY_NEW(struct yardstick, rounds * networks);
    int64_t *ns = MEMORY_NEW(int64_t, rounds * networks);
    enum rehearsal_end end = REHEARSAL_DONE;
    assert(rounds >= 1 && networks >= 1);
    for (int k = 0; k < rounds && end == REHEARSAL_DONE; k++)
        end = rehearsal_round(r, k + 1, at + (size_t)k * (size_t)networks, err);
    for (int i = 0; i < rounds * networks; i++) ns[i] = at[i].compute_ns;
    r->compute = measure_summary(ns, rounds * networks);
    for (int i = 0; i < rounds * networks; i++) ns[i] = at[i].memory_ns;
    r->memory = measure_summary(ns, rounds * networks);
    free(at);
    free(ns);
    return end;
}

/* --- the fastest selection, re-run --- */

#define PREMIERES 9

static bool premiere_run(struct premiere *out, struct plan *p, const struct network *folded, const struct measure *m,
                         struct error *err) {
    struct stage stage;
    int64_t whole_ns[PREMIERES], one[PREMIERES];
    int64_t *step_ns = MEMORY_NEW(int64_t, (size_t)PREMIERES * (size_t)p->steps);
    bool good =
        stage_init(&stage, folded, m->threads, err) && stage_run(&stage, step_ns, whole_ns, PREMIERES, p, m, err);
    if (good) out->measured = measure_summary(whole_ns, PREMIERES);
    out->steps = p->steps;
    out->predicted_ns = p->time_ns;
    for (int i = 0; good && i < p->steps; i++) {
        if (p->step[i].kind != PROFILE_CONV) continue;
        for (int k = 0; k < PREMIERES; k++) one[k] = step_ns[(size_t)k * (size_t)p->steps + (size_t)i];
        out->measured_conv_ns += measure_summary(one, PREMIERES).median_ns;
        out->predicted_conv_ns += p->step[i].time_ns;
    }
    free(step_ns);
    stage_free(&stage);
    return good;
}

bool rehearsal_premiere(struct premiere *out, const struct network *folded, const struct profile *p,
                        const struct measure *m, struct error *err) {
    struct frontier f = {0};
    *out = (struct premiere){0};
    if (!has_convolution(folded)) return false;
    struct instance *g = instance_new(folded, p, m->threads, err);
    bool good = g && explore(&f, g, err);
    if (good) {
        struct plan *plan = plan_new(g, f.point[f.points - 1].choice, folded->name, "premiere", MEMORY_WORKSPACE,
                                     CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
        good = premiere_run(out, plan, folded, m, err);
    }
    frontier_free(&f);
    instance_free(g);
    return good;
}
