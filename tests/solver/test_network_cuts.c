/* Cuts of networks whose arcs are opened by binaries: they pay for whole arcs, hold for every set of open arcs, and close
 * most of the gap; likewise where commodities share the arcs' capacities. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/cuts/cuts.h"
#include "solver/cuts/mir.h"
#include "tests/support/one_worker.h"

/* Stages in a row, each with two arcs of capacity 4000 that cost 10 and 12 to open; two units have to get through. */
enum { STAGES = 3, ARCS = 2 * STAGES };
static struct model *pipeline(void) {
    struct model *m = program_of(2 * ARCS, 0, 0, 1, true); /* columns: flows, then whether arcs are open */
    for (int a = 0; a < ARCS; a++) {
        m->integer[a] = false;
        m->upper[a] = 4000;
        m->cost[ARCS + a] = 10 + 2 * (a % 2);
    }
    for (int stage = 0; stage < STAGES; stage++) {
        double flow[2 * ARCS] = {0};
        for (int a = 0; a < ARCS; a++) flow[a] = (a / 2 == stage) - (a / 2 == stage - 1);
        program_row(m, stage == 0 ? 2 : 0, flow, stage == 0 ? 2 : 0);
    }
    for (int a = 0; a < ARCS; a++) {
        double open[2 * ARCS] = {0};
        open[a] = 1;
        open[ARCS + a] = -4000;
        program_row(m, -MODEL_INFINITY, open, 0);
    }
    return program_finish(m);
}

START_TEST(a_demand_far_below_capacity_pays_for_whole_arcs_at_the_root) {
    struct model *m = pipeline();
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(one_worker_solve(&s));
    ck_assert_double_eq_tol(lp_objective(s.worker.lp), STAGES * 10 * 2 / 4000.0, 1e-9);
    cuts_run(&s.worker, NULL);
    ck_assert_int_eq(worker_solve(&s.worker, INT32_MAX), LP_OPTIMAL);
    ck_assert_double_eq_tol(lp_objective(s.worker.lp), STAGES * 10, 1e-6);
    one_worker_close(&s);
    model_free(m);
}
END_TEST

/* A network of seven nodes: node 0 supplies, some of the others have a demand, and arcs are opened at a cost. Columns:
 * flows, then binaries. */
enum { NET_NODES = 7, NET_ARCS = 12, NET_COLS = 2 * NET_ARCS };

struct net {
    int tail[NET_ARCS], head[NET_ARCS], demand[NET_NODES], capacity;
};

static struct model *net_model(struct net *net, struct random *r) {
    struct model *m = model_new();
    double value[NET_COLS];
    int all = 0;
    for (int n = 1; n < NET_NODES; n++) all += net->demand[n] = random_int(r, 0, 2);
    net->capacity = all + random_int(r, 0, 3);
    for (int a = 0; a < NET_ARCS; a++) {
        net->head[a] = a < NET_NODES - 1 ? a + 1 : random_int(r, 1, NET_NODES - 1);
        do net->tail[a] = random_int(r, 0, NET_NODES - 1);
        while (net->tail[a] == net->head[a]);
    }
    for (int a = 0; a < NET_ARCS; a++) model_add_column(m, NULL, 0, 0, net->capacity, false);
    for (int a = 0; a < NET_ARCS; a++) model_add_column(m, NULL, random_int(r, 1, 9), 0, 1, true);
    for (int n = 1; n < NET_NODES; n++) {
        int sign = random_int(r, 0, 1) ? 2 : -1; /* a row may be scaled, either way */
        for (int a = 0; a < NET_COLS; a++) value[a] = 0;
        for (int a = 0; a < NET_ARCS; a++) value[a] = sign * ((net->head[a] == n) - (net->tail[a] == n));
        program_row(m, sign * net->demand[n], value, sign * net->demand[n]);
    }
    for (int a = 0; a < NET_ARCS; a++) {
        for (int k = 0; k < NET_COLS; k++) value[k] = k == a ? 1 : k == NET_ARCS + a ? -net->capacity : 0;
        program_row(m, -MODEL_INFINITY, value, 0);
    }
    return program_finish(m);
}

/* The demands flow along the open arcs that reach each node first; false: some demand cannot. */
static bool net_flow(double *x, const struct net *net, unsigned open) {
    int by[NET_NODES];
    bool reached[NET_NODES] = {true}, more = true;
    while (more) {
        more = false;
        for (int a = 0; a < NET_ARCS; a++) {
            if (!(open >> a & 1) || !reached[net->tail[a]] || reached[net->head[a]]) continue;
            reached[net->head[a]] = more = true;
            by[net->head[a]] = a;
        }
    }
    for (int a = 0; a < NET_ARCS; a++) x[a] = 0, x[NET_ARCS + a] = open >> a & 1;
    for (int n = 1; n < NET_NODES; n++) {
        if (net->demand[n] == 0) continue;
        if (!reached[n]) return false;
        for (int at = n; at != 0; at = net->tail[by[at]]) x[by[at]] += net->demand[n];
    }
    return true;
}

/* Rounds with these cuts alone, until none is found; `hold` sees the cuts of each. */
static void rounds(struct one_worker *s, int separator, void (*hold)(const struct cut_set *, void *), void *context) {
    struct cuts c;
    int cols = s->tree.p.model->cols;
    cuts_init(&c, &s->worker, s->tree.lower, s->tree.upper);
    for (int round = 0; round < 20 && one_worker_solve(s); round++) {
        size_t variables = (size_t)cols + (size_t)lp_rows(s->worker.lp), from = s->tree.cuts.active.count;
        c.x = memory_resize(c.x, variables, sizeof *c.x);
        memcpy(c.x, lp_x(s->worker.lp), variables * sizeof *c.x);
        cuts_separate_with(&c, separator);
        if (hold) hold(&c.found, context);
        if (cut_set_choose(&s->tree.cuts.active, &c.found, 100, cols) == 0) break;
        cut_set_add_rows(&s->tree.cuts.active, from, s->tree.cuts.active.count, s->worker.lp);
    }
    cuts_free(&c);
    ck_assert_int_eq(worker_solve(&s->worker, INT32_MAX), LP_OPTIMAL);
}

static void holds(const struct cut_set *found, const double *x) {
    for (size_t k = 0; k < found->count; k++)
        ck_assert(one_worker_activity(&found->item[k], x) <= found->item[k].rhs + 1e-9);
}

struct net_check {
    const struct net *net;
    const double *cost;
    double best;
};

static void net_hold(const struct cut_set *found, void *context) {
    struct net_check *v = context;
    for (unsigned open = 0; open < 1u << NET_ARCS; open++) {
        double x[NET_COLS], sum = 0;
        if (!net_flow(x, v->net, open)) continue;
        holds(found, x);
        for (int a = 0; a < NET_ARCS; a++) sum += v->cost[NET_ARCS + a] * x[NET_ARCS + a];
        v->best = fmin(v->best, sum);
    }
}

START_TEST(minimal_cuts_close_the_gap_of_networks_with_fixed_charges) {
    double before = 0, after = 0, closed = 0;
    for (int seed = 1; seed <= 12; seed++) {
        struct random r = {(uint64_t)seed};
        struct net net = {.capacity = 0};
        struct model *m = net_model(&net, &r);
        struct one_worker s;
        one_worker_open(&s, m);
        if (one_worker_solve(&s)) {
            struct net_check v = {&net, m->cost, INFINITY};
            double first = lp_objective(s.worker.lp);
            rounds(&s, CUTS_network, net_hold, &v);
            double last = lp_objective(s.worker.lp), best = v.best;
            ck_assert_msg(last <= best + 1e-6, "seed %d: %g, optimum %g", seed, last, best);
            before += best - first, after += best - last;
            closed += last > best - 1e-6;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_msg(after < 0.1 * before && closed >= 5, "%g of %g left, %g closed", after, before, closed);
}
END_TEST

/* x0 + x1 = 5 flows into a node, x <= 10 y: an arc has to be opened, y0 + y1 >= 1, whichever of them the relaxation
 * uses now. */
START_TEST(an_arc_without_flow_is_in_the_cut_of_a_network) {
    struct model *m = program_of(4, 1, 0, 10, false);
    for (int a = 0; a < 2; a++) {
        double arc[4] = {0};
        arc[a] = 1, arc[2 + a] = -10;
        m->integer[2 + a] = true, m->upper[2 + a] = 1;
        program_row(m, -MODEL_INFINITY, arc, 0);
    }
    program_row(m, 5, (double[]){1, 1, 0, 0}, 5);
    program_finish(m);
    for (int used = 0; used < 2; used++) {
        struct one_worker s;
        one_worker_open(&s, m);
        ck_assert(one_worker_solve(&s));
        struct cuts c;
        cuts_init(&c, &s.worker, s.tree.lower, s.tree.upper);
        c.x = MEMORY_NEW(double, 4 + 3);
        c.x[used] = c.x[4 + 2] = 5, c.x[2 + used] = 0.5;
        struct mir mir;
        mir_init(&mir, &c);
        mir_add_row(&mir, 2, 1);
        ck_assert(mir_try(&mir, 0, "test"));
        bool found = false; /* both the row and its negative may give one */
        for (size_t k = 0; k < c.found.count; k++) {
            const struct cut *cut = &c.found.item[k];
            bool binaries = cut->count == 2 && cut->index[0] >= 2 && cut->index[1] >= 2;
            found |= binaries && fabs(cut->value[0] + sqrt(0.5)) < 1e-6 && fabs(cut->value[1] + sqrt(0.5)) < 1e-6 &&
                     fabs(cut->rhs + sqrt(0.5)) < 1e-6;
        }
        ck_assert(found);
        mir_free(&mir);
        cuts_free(&c);
        one_worker_close(&s);
    }
    model_free(m);
}
END_TEST

/* --- commodities --- */

/* Commodities from node 0 to others along arcs of which up to two units, `capacity` each, are opened at a cost. Columns:
 * flows of the first commodity, of the next ones, then units. */
enum { GOODS = 3, PLACES = 5, ROADS = 8, ROAD_COLS = (GOODS + 1) * ROADS, ROAD_UNITS = 2, PATHS = 64 };

struct roads {
    int tail[ROADS], head[ROADS], to[GOODS], amount[GOODS], capacity;
    unsigned path[GOODS][PATHS]; /* sets of arcs */
    int paths[GOODS];
};

static void roads_add_paths(struct roads *n, int k, int at, unsigned places, unsigned arcs) {
    if (at == n->to[k]) {
        ck_assert_int_lt(n->paths[k], PATHS);
        n->path[k][n->paths[k]++] = arcs;
        return;
    }
    for (int a = 0; a < ROADS; a++)
        if (n->tail[a] == at && !(places >> n->head[a] & 1))
            roads_add_paths(n, k, n->head[a], places | 1u << n->head[a], arcs | 1u << a);
}

static void roads_choose(struct roads *n, struct random *r) {
    *n = (struct roads){.capacity = random_int(r, 5, 9)};
    for (int a = 0; a < ROADS; a++) {
        n->head[a] = a < PLACES - 1 ? a + 1 : random_int(r, 1, PLACES - 1);
        do n->tail[a] = random_int(r, 0, a < PLACES - 1 ? a : PLACES - 1);
        while (n->tail[a] == n->head[a]);
    }
    for (int k = 0; k < GOODS; k++) {
        n->to[k] = random_int(r, 1, PLACES - 1);
        n->amount[k] = random_int(r, 2, 5);
        roads_add_paths(n, k, 0, 1, 0);
    }
}

static struct model *roads_model(const struct roads *n, struct random *r) {
    struct model *m = model_new();
    double value[ROAD_COLS];
    for (int j = 0; j < GOODS * ROADS; j++) model_add_column(m, NULL, 0, 0, MODEL_INFINITY, false);
    for (int a = 0; a < ROADS; a++) model_add_column(m, NULL, random_int(r, 3, 9), 0, ROAD_UNITS, true);
    int way = random_int(r, 0, 1) ? 1 : -1; /* out of nodes or into them */
    for (int k = 0; k < GOODS; k++) {
        int sign = random_int(r, 1, 3) * way; /* a commodity may be scaled */
        for (int p = 1; p < PLACES; p++) {
            memset(value, 0, sizeof value);
            for (int a = 0; a < ROADS; a++) value[k * ROADS + a] = sign * ((n->head[a] == p) - (n->tail[a] == p));
            double side = p == n->to[k] ? sign * n->amount[k] : 0;
            program_row(m, side, value, side);
        }
    }
    for (int a = 0; a < ROADS; a++) {
        memset(value, 0, sizeof value);
        for (int k = 0; k < GOODS; k++) value[k * ROADS + a] = 1;
        value[GOODS * ROADS + a] = -n->capacity;
        program_row(m, -MODEL_INFINITY, value, 0);
    }
    return program_finish(m);
}

/* The cheapest solution with these paths; false: it needs too many units. */
static bool roads_point(double *x, const struct roads *n, const int *path) {
    memset(x, 0, ROAD_COLS * sizeof *x);
    for (int a = 0; a < ROADS; a++) {
        double all = 0;
        for (int k = 0; k < GOODS; k++) all += x[k * ROADS + a] = n->path[k][path[k]] >> a & 1 ? n->amount[k] : 0;
        x[GOODS * ROADS + a] = ceil(all / n->capacity);
        if (x[GOODS * ROADS + a] > ROAD_UNITS) return false;
    }
    return true;
}

struct roads_check {
    const struct roads *roads;
    const struct model *m;
    double best;
};

static void roads_hold(const struct cut_set *found, void *context) {
    struct roads_check *v = context;
    const struct roads *n = v->roads;
    int path[GOODS];
    for (int k = 0; k < n->paths[0] * n->paths[1] * n->paths[2]; k++) {
        double x[ROAD_COLS];
        path[0] = k % n->paths[0], path[1] = k / n->paths[0] % n->paths[1], path[2] = k / n->paths[0] / n->paths[1];
        if (!roads_point(x, n, path)) continue;
        holds(found, x);
        v->best = fmin(v->best, search_objective(v->m, x));
        for (int a = 0; a < ROADS; a++) x[GOODS * ROADS + a] = ROAD_UNITS;
        holds(found, x);
    }
}

/* Solutions that split no commodity are some of all: the least of them is no bound on the optimum, but near it. */
START_TEST(cut_sets_of_commodities_hold_and_close_most_of_the_gap) {
    double before = 0, after = 0;
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed};
        struct roads roads;
        roads_choose(&roads, &r);
        struct model *m = roads_model(&roads, &r);
        struct one_worker s;
        one_worker_open(&s, m);
        if (one_worker_solve(&s)) {
            struct roads_check v = {&roads, m, INFINITY};
            double first = lp_objective(s.worker.lp);
            rounds(&s, CUTS_commodity, roads_hold, &v);
            double last = lp_objective(s.worker.lp);
            ck_assert_msg(last <= v.best + 1e-6, "seed %d: %g, a solution %g", seed, last, v.best);
            if (v.best < INFINITY) before += v.best - first, after += v.best - last;
        }
        one_worker_close(&s);
        model_free(m);
    }
    ck_assert_msg(before > 100 && after < 0.25 * before, "%g of %g left", after, before);
}
END_TEST

/* Four commodities of 1 come in by three arcs of capacity 3: two arcs at least, which no commodity says by itself. */
static struct model *crossing(void) {
    enum { KINDS = 4, IN = 3 };
    struct model *m = program_of(IN * KINDS + IN, 0, 0, 1, false);
    for (int k = 0; k < KINDS; k++) {
        double node[IN * KINDS + IN] = {0};
        for (int a = 0; a < IN; a++) node[k * IN + a] = 1;
        program_row(m, 1, node, 1);
    }
    for (int a = 0; a < IN; a++) {
        double share[IN * KINDS + IN] = {0};
        for (int k = 0; k < KINDS; k++) share[k * IN + a] = 1;
        share[IN * KINDS + a] = -3;
        m->cost[IN * KINDS + a] = 1, m->integer[IN * KINDS + a] = true;
        program_row(m, -MODEL_INFINITY, share, 0);
    }
    return program_finish(m);
}

START_TEST(only_all_commodities_together_pay_for_two_arcs) {
    struct model *m = crossing();
    struct one_worker s;
    one_worker_open(&s, m);
    ck_assert(one_worker_solve(&s));
    ck_assert_double_eq_tol(lp_objective(s.worker.lp), 4 / 3.0, 1e-9);
    rounds(&s, _i, NULL, NULL);
    if (_i == CUTS_commodity)
        ck_assert_double_eq_tol(lp_objective(s.worker.lp), 2, 1e-6);
    else if (_i != CUTS_gomory) /* a row of the tableau is the same sum here */
        ck_assert_msg(lp_objective(s.worker.lp) < 1.9, "%s: %g", cuts_name(_i), lp_objective(s.worker.lp));
    one_worker_close(&s);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("network_cuts");
    TCase *t = tcase_create("network_cuts");
    tcase_add_test(t, a_demand_far_below_capacity_pays_for_whole_arcs_at_the_root);
    tcase_add_test(t, minimal_cuts_close_the_gap_of_networks_with_fixed_charges);
    tcase_add_test(t, cut_sets_of_commodities_hold_and_close_most_of_the_gap);
    tcase_add_loop_test(t, only_all_commodities_together_pay_for_two_arcs, 0, CUTS_SEPARATORS);
    tcase_add_test(t, an_arc_without_flow_is_in_the_cut_of_a_network);
    suite_add_tcase(s, t);
    return harness_run(s);
}
