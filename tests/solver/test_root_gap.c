/* How much of the gap between relaxation and optimum the root closes, on generated networks with fixed charges and lot
 * sizing: what cuts are for. */
#include "tests/support/harness.h"

#include <string.h>

#include "solver/base/random.h"
#include "solver/milp.h"

enum { WIDEST = 8 };

/* A row whose entries follow. */
struct line {
    struct model *m;
    int row;
};

static struct line line(struct model *m, double lower, double upper) {
    return (struct line){m, model_add_row(m, NULL, lower, upper)};
}

static void term(struct line r, int col, double value) {
    if (value != 0) model_add_entry(r.m, r.row, col, value);
}

/* --- networks: flows of each commodity from a source to a sink, on arcs that are opened --- */

struct network {
    int nodes, arcs, commodities, most; /* demand */
    bool strong;                        /* a row for each flow as well */
};

static void network_arcs(const struct network *n, int (*end)[2], struct random *r) {
    for (int a = 0; a < n->arcs; a++) {
        end[a][0] = a % n->nodes;
        end[a][1] = (end[a][0] + (a < n->nodes ? 1 : random_int(r, 1, n->nodes - 1))) % n->nodes;
    }
}

/* Columns: flows by commodity, then binaries. */
static struct model *network_program(const struct network *n, struct random *r) {
    struct model *m = model_new();
    int end[64][2], source[WIDEST], sink[WIDEST], demand[WIDEST], all = 0, open = n->commodities * n->arcs;
    ck_assert_int_le(n->arcs, 64);
    network_arcs(n, end, r);
    for (int k = 0; k < n->commodities; k++) {
        source[k] = random_int(r, 0, n->nodes - 1);
        sink[k] = (source[k] + random_int(r, 1, n->nodes - 1)) % n->nodes;
        all += demand[k] = random_int(r, n->most / 3, n->most);
    }
    for (int j = 0; j < open; j++) model_add_column(m, NULL, random_int(r, 1, 3), 0, MODEL_INFINITY, false);
    for (int a = 0; a < n->arcs; a++) model_add_column(m, NULL, random_int(r, 50, 200), 0, 1, true);
    for (int k = 0; k < n->commodities; k++)
        for (int p = 0; p < n->nodes; p++) {
            double side = p == sink[k] ? demand[k] : p == source[k] ? -demand[k] : 0;
            struct line balance = line(m, side, side);
            for (int a = 0; a < n->arcs; a++) term(balance, k * n->arcs + a, (end[a][1] == p) - (end[a][0] == p));
        }
    for (int a = 0; a < n->arcs; a++) {
        int capacity = random_int(r, all / 5, all / 2);
        struct line shared = line(m, -MODEL_INFINITY, 0);
        for (int k = 0; k < n->commodities; k++) term(shared, k * n->arcs + a, 1);
        term(shared, open + a, -capacity);
        for (int k = 0; n->strong && k < n->commodities; k++) {
            struct line own = line(m, -MODEL_INFINITY, 0);
            term(own, k * n->arcs + a, 1);
            term(own, open + a, -(capacity < demand[k] ? capacity : demand[k]));
        }
    }
    return m;
}

static struct model *charges(struct random *r) { /* every commodity has arcs of its own: it is one, to several sinks */
    enum { NODES = 16, ARCS = 48 };
    const struct network n = {NODES, ARCS, 1, 20, false};
    struct model *m = model_new();
    int end[ARCS][2], demand[NODES], all = 0;
    network_arcs(&n, end, r);
    for (int p = 1; p < NODES; p++) all += demand[p] = random_int(r, 0, n.most);
    demand[0] = -all;
    for (int a = 0; a < ARCS; a++) model_add_column(m, NULL, random_int(r, 1, 3), 0, MODEL_INFINITY, false);
    for (int a = 0; a < ARCS; a++) model_add_column(m, NULL, random_int(r, 50, 200), 0, 1, true);
    for (int p = 0; p < NODES; p++) {
        struct line balance = line(m, demand[p], demand[p]);
        for (int a = 0; a < ARCS; a++) term(balance, a, (end[a][1] == p) - (end[a][0] == p));
    }
    for (int a = 0; a < ARCS; a++) {
        struct line own = line(m, -MODEL_INFINITY, 0);
        term(own, a, 1);
        term(own, ARCS + a, -(a < NODES ? all : random_int(r, all / 5, all / 2)));
    }
    return m;
}

static struct model *shared(struct random *r) {
    return network_program(&(struct network){9, 32, 7, 30, false}, r);
}

static struct model *shared_strong(struct random *r) {
    return network_program(&(struct network){9, 32, 7, 30, true}, r);
}

/* --- lot sizing: items share the capacity of each period, with setup times and backlog --- */

enum { ITEMS = 4, PERIODS = 10, KINDS = 4 };
static int lot(int kind, int item, int period) { /* 0 made, 1 in stock, 2 late, 3 set up */
    return (kind * ITEMS + item) * PERIODS + period;
}

static struct model *lots(struct random *r) {
    struct model *m = model_new();
    const int cost[KINDS][2] = {{0, 0}, {1, 3}, {4, 9}, {80, 250}};
    int setup[ITEMS], capacity = 45 * ITEMS;
    for (int j = 0; j < KINDS * ITEMS * PERIODS; j++) {
        int kind = j / (ITEMS * PERIODS);
        model_add_column(m, NULL, random_int(r, cost[kind][0], cost[kind][1]), 0, kind == 3 ? 1 : MODEL_INFINITY,
                         kind == 3);
    }
    for (int i = 0; i < ITEMS; i++) {
        setup[i] = random_int(r, 10, 30);
        for (int t = 0; t < PERIODS; t++) {
            int demand = random_int(r, 0, 60);
            struct line balance = line(m, demand, demand), opened = line(m, -MODEL_INFINITY, 0);
            if (t > 0) term(balance, lot(1, i, t - 1), 1), term(balance, lot(2, i, t - 1), -1);
            term(balance, lot(0, i, t), 1);
            term(balance, lot(1, i, t), -1);
            term(balance, lot(2, i, t), 1);
            term(opened, lot(0, i, t), 1);
            term(opened, lot(3, i, t), setup[i] - capacity);
        }
    }
    for (int t = 0; t < PERIODS; t++) {
        struct line all = line(m, -MODEL_INFINITY, capacity);
        for (int i = 0; i < ITEMS; i++) term(all, lot(0, i, t), 1), term(all, lot(3, i, t), setup[i]);
    }
    return m;
}

/* --- the share --- */

static const struct {
    const char *name;
    struct model *(*make)(struct random *r);
    double least; /* share of the gaps of all seeds */
} families[] = {{"fixed charges", charges, 0.96},
                {"commodities", shared, 0.99},
                {"commodities, a row for each flow", shared_strong, 0.99},
                {"lot sizing", lots, 0.93}};

/* The bound where the root is left, or with `optimum` that of the optimum. */
static double bound(const struct model *m, bool optimum) {
    struct options o = options_default();
    if (!optimum) o.node_limit = 2;
    struct milp_result *r = milp_solve(m, &o, NULL);
    ck_assert(!optimum || r->status == MILP_OPTIMAL);
    double value = r->bound;
    milp_result_free(r);
    return value;
}

START_TEST(the_root_closes_most_of_the_gap) {
    double gap = 0, closed = 0;
    for (int seed = 1; seed <= 4; seed++) {
        struct random r = {(uint64_t)seed};
        struct error err;
        struct model *m = families[_i].make(&r);
        ck_assert_msg(model_finish(m, &err), "%s", err.text);
        double root = bound(m, false), best = bound(m, true);
        memset(m->integer, 0, (size_t)m->cols * sizeof *m->integer);
        double relaxed = bound(m, true);
        ck_assert_double_le(root, best + 1e-6 * best);
        gap += best - relaxed, closed += root - relaxed;
        model_free(m);
    }
    ck_assert_msg(gap > 0 && closed >= families[_i].least * gap, "%s: %.4f", families[_i].name, closed / gap);
}
END_TEST

int main(void) {
    Suite *s = suite_create("root_gap");
    TCase *t = tcase_create("root_gap");
    tcase_add_loop_test(t, the_root_closes_most_of_the_gap, 0, sizeof families / sizeof *families);
    suite_add_tcase(s, t);
    return harness_run(s);
}
