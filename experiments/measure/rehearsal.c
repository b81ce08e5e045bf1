#include "experiments/measure/rehearsal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/acts.h"
#include "experiments/measure/foreseen.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/stage.h"
#include "experiments/measure/wanted.h"
#include "formulation/plan.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

#define TURNS      12 /* of new frontiers, per network and round: far more than ever needed */
#define LEAST_RUNS 2  /* of a plan, timed */
#define SLOW_PLAN  3  /* times the fastest: it is run once, and cold code and tables matter little */

/* --- one network in one round ------------------------------------------------------------------------------------ */

struct visit {
    struct rehearsal *r;
    struct stage *stage;
    struct instance *g;
    struct wanted wanted;
    int round, runs;
    int **row;     /* [nodes][choices] of the profile; -1: none, as for the image */
    int *choice;   /* [nodes] to run next */
    bool *pending; /* [rows] this run will time it */
};

static int visit_find(const struct visit *v, enum profile_kind kind, const char *scenario, const char *name,
                      enum layout from, enum layout to) {
    const struct profile *p = v->r->samples->profile;
    const struct profile_row *row = profile_find(p, kind, scenario, name, from, to);
    return row ? (int)(row - p->row) : -1;
}

static bool visit_lacks(const struct visit *v, int row) {
    return row >= 0 && samples_lacks(v->r->samples, row, v->round);
}

static int visit_choice_row(const struct visit *v, const struct node *n, const struct choice *c) {
    char text[OPERATOR_TEXT > SCENARIO_TEXT ? OPERATOR_TEXT : SCENARIO_TEXT];
    if (n->layer->kind == LAYER_CONV) {
        scenario_print(text, &n->layer->scenario);
        return c->primitive ? visit_find(v, PROFILE_CONV, text, c->primitive->name, c->in, c->out) : -1;
    }
    operator_print(text, &n->layer->shape_of);
    return visit_find(v, PROFILE_LAYER, text, operator_names[n->layer->shape_of.kind], c->in, c->out);
}

/* An instance at the prices of the moment, and what its frontiers use. */
static bool visit_open(struct visit *v, struct error *err) {
    const struct samples *s = v->r->samples;
    v->g = instance_new(v->stage->network, s->profile, v->r->measure->threads, err);
    if (!v->g) return false;
    if (!wanted_init(&v->wanted, v->g, v->r->measure->effort->missed, v->r->interrupt, err)) return false;
    v->row = MEMORY_NEW(int *, v->g->nodes);
    v->choice = MEMORY_NEW(int, v->g->nodes);
    v->pending = MEMORY_NEW(bool, s->profile->rows);
    for (int n = 0; n < v->g->nodes; n++) {
        v->row[n] = MEMORY_NEW(int, v->g->node[n].choices);
        for (int c = 0; c < v->g->node[n].choices; c++)
            v->row[n][c] = v->wanted.choice[n][c] ? visit_choice_row(v, &v->g->node[n], &v->g->node[n].choice[c]) : -1;
    }
    return true;
}

static void visit_close(struct visit *v) {
    for (int n = 0; v->row && n < v->g->nodes; n++) free(v->row[n]);
    free(v->row);
    free(v->choice);
    free(v->pending);
    if (v->wanted.g) wanted_free(&v->wanted);
    instance_free(v->g);
    v->g = NULL, v->row = NULL, v->choice = NULL, v->pending = NULL;
}

/* The fastest choice of the node among those that frontiers use and that lack a time; -1: there is none. */
static int visit_lacking(const struct visit *v, int n) {
    int best = -1;
    for (int c = 0; c < v->g->node[n].choices; c++) {
        const int row = v->row[n][c];
        if (!visit_lacks(v, row) || v->pending[row]) continue;
        if (best < 0 || v->g->node[n].choice[c].time_ns < v->g->node[n].choice[best].time_ns) best = c;
    }
    return best;
}

/* A selection that frontiers have with a conversion that lacks a time; NULL: there is none. */
static const int *visit_carrier(const struct visit *v) {
    char text[64];
    for (int e = 0; e < v->g->edges; e++) {
        const struct edge *edge = &v->g->edge[e];
        const struct shape s = v->g->node[edge->from].layer->out;
        snprintf(text, sizeof text, "%d,%d,%d", s.C, s.H, s.W);
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++) {
                const int *carrier = v->wanted.carrier[(e * LAYOUTS + a) * LAYOUTS + b];
                for (enum layout at = (enum layout)a; carrier && at != (enum layout)b; at = edge->via[at][b])
                    if (!edge->alike[at][edge->via[at][b]] && /* no plan has a step for that, which would be timed */
                        visit_lacks(v, visit_find(v, PROFILE_CONVERT, text, "convert", at, edge->via[at][b])))
                        return carrier;
            }
    }
    return NULL;
}

/* The next selection to run: the fastest, with rows that lack a time where there are any. false: none does. */
static bool visit_next(struct visit *v) {
    bool any = false;
    if (!v->wanted.fastest) return false; /* interrupted */
    memory_clear(v->pending, (size_t)v->r->samples->profile->rows * sizeof *v->pending);
    for (int n = 0; n < v->g->nodes; n++) {
        const int lacking = visit_lacking(v, n);
        v->choice[n] = lacking < 0 ? v->wanted.fastest[n] : lacking;
        if (lacking >= 0) v->pending[v->row[n][lacking]] = any = true;
    }
    const int *carrier = any ? NULL : visit_carrier(v);
    if (carrier) memory_copy(v->choice, carrier, (size_t)v->g->nodes * sizeof *carrier);
    return any || carrier;
}

static int visit_step_row(const struct visit *v, const struct plan_step *s) {
    return visit_find(v, s->kind, s->scenario, s->name, s->from, s->to);
}

/* Adds the times of the steps to those rows that lacked them. */
static void visit_take(struct visit *v, const struct plan *p, const int64_t *step_ns) {
    struct samples *s = v->r->samples;
    int *row = MEMORY_NEW(int, p->steps), taken = 0;
    for (int i = 0; i < p->steps; i++) {
        row[i] = visit_step_row(v, &p->step[i]);
        if (!visit_lacks(v, row[i])) row[i] = -1;
        for (int k = 0; row[i] >= 0 && k < v->runs; k++) {
            int64_t ns = step_ns[(size_t)k * (size_t)p->steps + (size_t)i];
            samples_add(s, row[i], &ns, 1);
        }
    }
    for (int i = 0; i < p->steps; i++) {
        if (row[i] < 0) continue;
        s->series[row[i]].round = v->round;
        samples_price(s, row[i]);
        taken++;
    }
    assert(taken > 0); /* or the same plan would be run for ever */
    free(row);
}

/* Takes the plan over. */
static bool visit_plan(struct visit *v, struct plan *p, int64_t fastest_ns, struct error *err) {
    const struct effort *effort = v->r->measure->effort;
    const bool slow = p->time_ns > SLOW_PLAN * fastest_ns, warm = !slow && p->time_ns < effort->warm_ns;
    assert(fastest_ns > 0);
    v->runs = slow ? 1 : LEAST_RUNS;
    while (!slow && v->runs < effort->most_runs && v->runs * p->time_ns < effort->network_ns) v->runs++;
    int64_t *step_ns = MEMORY_NEW(int64_t, (size_t)v->runs * (size_t)p->steps);
    const struct stage_runs of = {.warm = warm, .runs = v->runs, .step_ns = step_ns};
    bool good = stage_run(v->stage, &of, p, v->r->measure, err);
    if (good) visit_take(v, p, step_ns);
    v->r->runs += v->runs;
    free(step_ns);
    return good;
}

static bool visit_turn(struct visit *v, bool *any, struct error *err) {
    bool good = visit_open(v, err);
    *any = false;
    while (good && !*v->r->interrupt && visit_next(v)) {
        *any = true;
        good = visit_plan(v,
                          plan_new(v->g, v->choice, v->g->network->name, "rehearsal", MEMORY_WORKSPACE,
                                   CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET),
                          v->wanted.time_ns, err);
    }
    visit_close(v);
    return good;
}

/* --- segments ---------------------------------------------------------------------------------------------------- */

#define STREAM_VISITS 12 /* streamed plans of one network per round, at most: a frontier with segments has many rows */
#define STREAM_POINTS 6  /* run per frontier */

static struct plan *stream_plan(const struct visit *v, const struct frontier_point *point) {
    return plan_new_streamed(v->g, point->choice, &point->streams, v->g->network->name, "rehearsal", MEMORY_PEAK,
                             CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
}

static int stream_lacks(const struct visit *v, const struct frontier_point *point) {
    struct plan *p = stream_plan(v, point);
    int lacks = 0;
    for (int i = 0; i < p->steps; i++) lacks += visit_lacks(v, visit_step_row(v, &p->step[i]));
    plan_free(p);
    return lacks;
}

/* Runs the points of the frontier that lack most rows. *any: there was one. */
static bool stream_points(struct visit *v, const struct frontier *f, bool *any, struct error *err) {
    bool good = true;
    *any = false;
    for (int i = 0; i < STREAM_POINTS && good && !*v->r->interrupt; i++) {
        const struct frontier_point *most = NULL;
        int lacks = 0;
        for (int k = 0; k < f->points; k++) {
            const int here = stream_lacks(v, &f->point[k]);
            if (here > lacks) most = &f->point[k];
            lacks = here > lacks ? here : lacks;
        }
        if (!most) return true;
        *any = true;
        good = visit_plan(v, stream_plan(v, most), f->point[f->points - 1].time_ns, err);
    }
    return good;
}

static bool visit_streams(struct visit *v, struct error *err) {
    bool good = true, any = true;
    for (int i = 0; good && any && i < STREAM_VISITS && !*v->r->interrupt; i += STREAM_POINTS) {
        struct frontier f = {0};
        v->g = instance_new(v->stage->network, v->r->samples->profile, v->r->measure->threads, err);
        if (v->g) instance_stream(v->g);
        good = v->g && wanted_streamed(&f, v->g, v->r->measure->effort->missed, v->r->interrupt, err);
        if (good) good = stream_points(v, &f, &any, err);
        frontier_free(&f);
        visit_close(v);
    }
    return good;
}

/* --- rounds ------------------------------------------------------------------------------------------------------ */

static bool visit_layers(struct rehearsal *r, const struct network *folded, int round, bool strips, struct error *err) {
    struct stage stage;
    struct visit v = {.r = r, .round = round, .stage = &stage};
    if (!stage_init(&stage, folded, r->measure->threads, err)) return false;
    bool good = true, any = true;
    for (int i = 0; good && any && i < TURNS && !*r->interrupt; i++) good = visit_turn(&v, &any, err);
    if (good && strips && !*r->interrupt) good = visit_streams(&v, err);
    stage_free(&stage);
    return good;
}

bool rehearsal_concerns(const struct network *n) {
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].kind == LAYER_CONV) return true;
    return false;
}

static bool visit_network(struct rehearsal *r, const struct network *folded, int round, bool strips,
                          struct error *err) {
    const struct effort *e = r->measure->effort;
    const bool last = round == e->rounds, whole = e->act_bytes == ACTS_ANY;
    struct acts acts;
    bool good = true;
    acts_init(&acts, folded, strips ? ACTS_ANY : e->act_bytes); /* segments may cross what acts are divided at */
    for (int i = 0; i < acts.count && good && !*r->interrupt; i++)
        if (rehearsal_concerns(&acts.of[i]) || (last && !whole))
            good = visit_layers(r, &acts.of[i], round, strips, err);
    if (good && whole && last && acts.count > 1 && !*r->interrupt) good = visit_layers(r, folded, round, strips, err);
    acts_free(&acts);
    return good;
}

/* What is known of the time that networks take: planned seconds at first, then those of their last visit. */
struct rounds {
    double *next_s;           /* [networks] their next visit */
    double planned_s, took_s; /* of visits in the first round */
};

#define DOUBTED_S 10 /* of the plan: until so much is done, one network says little about the others */

static void rounds_replan(const struct rehearsal *r, const struct rounds *at, int round, int network) {
    const int rounds = r->measure->effort->rounds;
    const double scale = (at->took_s + DOUBTED_S) / (at->planned_s + DOUBTED_S);
    double rest = 0;
    for (int i = 0; i < r->workload->networks; i++) {
        const bool visited = round > 1 || i < network;
        const int left = rounds - round + (i >= network);
        const double next = at->next_s[i] * (visited ? 1 : scale);
        rest += visited ? next * left : next * (left > 0 ? 1 + foreseen_later(r->measure->effort) * (left - 1) : 0);
    }
    estimate_replan(r->estimate, WORK_REHEARSAL, rest);
}

static void rounds_visited(struct rehearsal *r, struct rounds *at, int round, int network, double took_s) {
    if (round == 1) at->planned_s += at->next_s[network], at->took_s += took_s;
    at->next_s[network] = round == 1 ? took_s * foreseen_later(r->measure->effort) : took_s;
    estimate_did(r->estimate, WORK_REHEARSAL, took_s, took_s);
    rounds_replan(r, at, round, network + 1);
}

static void rehearsal_progress(const struct rehearsal *r, int round, int network) {
    char what[96];
    const double left = estimate_left(r->estimate, WORK_REHEARSAL, 0), spent = estimate_spent(r->estimate);
    snprintf(what, sizeof what, "in networks, round %d of %d: %s", round, r->measure->effort->rounds,
             r->workload->network[network]->name);
    progress_at(spent / (spent + left + 1e-9), left, what);
}

static enum rehearsal_end rehearsal_round(struct rehearsal *r, struct rounds *rounds, int round, struct yardstick *at,
                                          struct error *err) {
    const struct workload *w = r->workload;
    samples_reopen(r->samples, round);
    for (int i = 0; i < w->networks; i++) {
        const double begun = clock_wall();
        int runs = r->runs;
        rehearsal_progress(r, round, i);
        at[i] = yardstick_measure(r->measure);
        if (rehearsal_concerns(w->network[i])) {
            if (!visit_network(r, w->network[i], round, w->strips, err)) return REHEARSAL_FAILED;
            if (r->path && r->runs > runs && !samples_write(r->samples, r->path, err)) return REHEARSAL_FAILED;
        }
        rounds_visited(r, rounds, round, i, clock_wall() - begun);
        if (*r->interrupt) return REHEARSAL_INTERRUPTED;
    }
    return REHEARSAL_DONE;
}

#define CLOSINGS 2 /* of segments, which would move for ever by the noise of their many rows */

/* Networks share rows: times of one's last visit may have moved another's frontiers. Each pass that runs anything times a
 * row for the first time in this round, so there are few. */
static enum rehearsal_end rehearsal_close(struct rehearsal *r, struct error *err) {
    const struct workload *w = r->workload;
    for (int k = 0, runs = -1; runs != r->runs && w->networks > 1; k++) {
        runs = r->runs;
        for (int i = 0; i < w->networks; i++) {
            if (rehearsal_concerns(w->network[i]) &&
                !visit_network(r, w->network[i], r->measure->effort->rounds, w->strips && k < CLOSINGS, err))
                return REHEARSAL_FAILED;
            if (*r->interrupt) return REHEARSAL_INTERRUPTED;
        }
    }
    return REHEARSAL_DONE;
}

enum rehearsal_end rehearsal_run(struct rehearsal *r, struct error *err) {
    const int count = r->measure->effort->rounds, networks = r->workload->networks;
    struct yardstick *at = MEMORY_NEW(struct yardstick, count * networks);
    struct rounds rounds = {.next_s = foreseen_visits(r->workload, r->measure->effort)};
    int64_t *ns = MEMORY_NEW(int64_t, count * networks);
    enum rehearsal_end end = REHEARSAL_DONE;
    assert(count >= 1 && networks >= 1);
    for (int k = 0; k < count && end == REHEARSAL_DONE; k++)
        end = rehearsal_round(r, &rounds, k + 1, at + (size_t)k * (size_t)networks, err);
    if (end == REHEARSAL_DONE) end = rehearsal_close(r, err);
    for (int i = 0; i < count * networks; i++) ns[i] = at[i].compute_ns;
    r->compute = measure_summary(ns, count * networks);
    for (int i = 0; i < count * networks; i++) ns[i] = at[i].memory_ns;
    r->memory = measure_summary(ns, count * networks);
    free(at);
    free(ns);
    free(rounds.next_s);
    return end;
}
