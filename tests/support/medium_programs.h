/* medium_programs.h - programs of some hundred columns, of the kinds that public collections have: large enough for long runs of
 * the simplex method, trees of many nodes and every kind of cut, small enough for a second. The caller frees them. */
#ifndef TESTS_SUPPORT_MEDIUM_PROGRAMS_H
#define TESTS_SUPPORT_MEDIUM_PROGRAMS_H
#include "solver/base/random.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

static inline struct model *medium_finished(struct model *m) {
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static inline int medium_binary(struct model *m, double cost) {
    return model_add_column(m, NULL, cost, 0, 1, true);
}

/* Several products on one machine: stocks, setups that take capacity, demands by period. */
static inline struct model *medium_lots(struct random *r) {
    enum { PRODUCTS = 4, PERIODS = 7 };
    struct model *m = model_new();
    int capacity[PERIODS], stock = -1;
    for (int t = 0; t < PERIODS; t++) capacity[t] = model_add_row(m, NULL, -MODEL_INFINITY, random_int(r, 190, 240));
    for (int p = 0; p < PRODUCTS; p++) {
        int setup_time = random_int(r, 5, 20);
        for (int t = 0; t < PERIODS; t++) {
            int demand = t > 0 ? random_int(r, 10, 60) : 20, balance = model_add_row(m, NULL, demand, demand);
            int link = model_add_row(m, NULL, -MODEL_INFINITY, 0);
            int made = model_add_column(m, NULL, random_int(r, 1, 4), 0, MODEL_INFINITY, false);
            int setup = medium_binary(m, random_int(r, 40, 160));
            if (t > 0) model_add_entry(m, balance, stock, 1);
            stock = model_add_column(m, NULL, random_int(r, 1, 3), 0, MODEL_INFINITY, false);
            model_add_entry(m, balance, made, 1);
            model_add_entry(m, balance, stock, -1);
            model_add_entry(m, link, made, 1);
            model_add_entry(m, link, setup, -180);
            model_add_entry(m, capacity[t], made, 1);
            model_add_entry(m, capacity[t], setup, setup_time);
        }
    }
    return medium_finished(m);
}

/* Flows from one node to all others over arcs that must be opened. */
static inline struct model *medium_design(struct random *r) {
    enum { NODES = 10, ARCS = 34 };
    struct model *m = model_new();
    int total = 0;
    for (int i = 1; i < NODES; i++) {
        int demand = random_int(r, 1, 9);
        total += demand;
        model_add_row(m, NULL, demand, demand);
    }
    for (int a = 0; a < ARCS; a++) {
        int from = a < NODES - 1 ? random_int(r, 0, a) : random_int(r, 0, NODES - 1);
        int into = a < NODES - 1 ? a + 1 : random_int(r, 1, NODES - 1);
        int most = a < NODES - 1 ? total : random_int(r, 5, total);
        int flow = model_add_column(m, NULL, random_int(r, 1, 5), 0, most, false);
        int open = medium_binary(m, random_int(r, 15, 90)), link = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        if (from != into) {
            if (from > 0) model_add_entry(m, from - 1, flow, -1);
            model_add_entry(m, into - 1, flow, 1);
        }
        model_add_entry(m, link, flow, 1);
        model_add_entry(m, link, open, -most);
    }
    return medium_finished(m);
}

/* Machines that are alike, jobs that are not, the least last end: symmetric, with a weak relaxation. */
static inline struct model *medium_machines(struct random *r) {
    enum { MACHINES = 3, JOBS = 11 };
    struct model *m = model_new();
    int end = model_add_column(m, NULL, 1, 0, MODEL_INFINITY, false), load[MACHINES];
    for (int k = 0; k < MACHINES; k++) {
        load[k] = model_add_row(m, NULL, -MODEL_INFINITY, 0);
        model_add_entry(m, load[k], end, -1);
    }
    for (int j = 0; j < JOBS; j++) {
        int once = model_add_row(m, NULL, 1, 1), time = random_int(r, 7, 40);
        for (int k = 0; k < MACHINES; k++) {
            int x = medium_binary(m, 0);
            model_add_entry(m, once, x, 1);
            model_add_entry(m, load[k], x, time + (j % 4 == 0 ? k : 0));
        }
    }
    return medium_finished(m);
}

/* Sets that cover or part their elements. */
static inline struct model *medium_sets(struct random *r) {
    enum { ELEMENTS = 34, SETS = 90 };
    struct model *m = model_new();
    for (int i = 0; i < ELEMENTS; i++) model_add_row(m, NULL, 1, i % 3 == 0 ? 1 : MODEL_INFINITY);
    for (int j = 0; j < SETS; j++) {
        int members = j < ELEMENTS ? 1 : random_int(r, 3, 7), at = j < ELEMENTS ? j : random_int(r, 0, ELEMENTS - 1);
        int x = medium_binary(m, 10 * members + random_int(r, 0, j < ELEMENTS ? 40 : 12));
        for (int k = 0; k < members; k++) {
            model_add_entry(m, at % ELEMENTS, x, 1);
            at += random_int(r, 1, 4);
        }
    }
    return medium_finished(m);
}

/* The heaviest set of nodes no two of which are joined, in a graph with odd cycles and cliques; and general integers, which share a
 * few knapsacks with it. */
static inline struct model *medium_packing(struct random *r) {
    enum { NODES = 40, JOINED = 110, INTEGERS = 12, KNAPSACKS = 3 };
    struct model *m = model_new();
    m->maximize = true;
    for (int j = 0; j < NODES; j++) medium_binary(m, random_int(r, 3, 20));
    for (int j = 0; j < INTEGERS; j++) model_add_column(m, NULL, random_int(r, 2, 9), 0, random_int(r, 2, 6), true);
    for (int e = 0; e < JOINED; e++) {
        int a = random_int(r, 0, NODES - 1), b = (a + random_int(r, 1, 6)) % NODES;
        int row = model_add_row(m, NULL, -MODEL_INFINITY, 1);
        model_add_entry(m, row, a, 1);
        model_add_entry(m, row, b, 1);
    }
    for (int k = 0; k < KNAPSACKS; k++) {
        int row = model_add_row(m, NULL, -MODEL_INFINITY, random_int(r, 120, 170));
        for (int j = 0; j < NODES + INTEGERS; j++)
            if (random_int(r, 0, 1)) model_add_entry(m, row, j, random_int(r, 3, j < NODES ? 30 : 14));
    }
    return medium_finished(m);
}

/* A linear program in stages: what one makes the next one uses; many optima and ties. */
static inline struct model *medium_stages(struct random *r) {
    enum { STAGES = 12, WIDTH = 8 };
    struct model *m = model_new();
    for (int i = 0; i < STAGES * WIDTH; i++) {
        int side = random_int(r, 0, 12);
        model_add_row(m, NULL, side, i % 4 == 0 ? side : MODEL_INFINITY);
    }
    for (int t = 0; t < STAGES; t++) {
        for (int j = 0; j < 2 * WIDTH; j++) {
            double upper = random_int(r, 0, 3) ? MODEL_INFINITY : random_int(r, 10, 40);
            int x = model_add_column(m, NULL, random_int(r, 1, 6), 0, j < WIDTH ? MODEL_INFINITY : upper, false);
            model_add_entry(m, t * WIDTH + j % WIDTH, x, 1);
            for (int k = 0; k < WIDTH; k++) {
                if (random_int(r, 0, 3)) continue;
                if (k != j % WIDTH && j >= WIDTH) model_add_entry(m, t * WIDTH + k, x, random_int(r, 1, 2));
                if (t + 1 < STAGES) model_add_entry(m, (t + 1) * WIDTH + k, x, -random_int(r, 1, 3) / 4.0);
            }
        }
    }
    return medium_finished(m);
}

static struct model *(*const medium_families[])(struct random *r) = {medium_lots, medium_design,  medium_machines,
                                                                     medium_sets, medium_packing, medium_stages};
enum { MEDIUM_FAMILIES = sizeof medium_families / sizeof medium_families[0] };

#endif
