/* The two machines below the methods, graph reduction and elimination, by themselves: on costs that no network has, and
 * against trying everything. */
#include <stdlib.h>
#include <string.h>

#include "baselines/elimination.h"
#include "baselines/pbqp.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

#define TINY 6

struct tiny { /* a random PBQP: alternatives, vectors, and a matrix for some pairs */
    int nodes, alternatives[TINY];
    int64_t cost[TINY][3], joint[TINY][TINY][9];
    bool joined[TINY][TINY];
};

static struct tiny tiny_any(struct random *r) {
    struct tiny t = {.nodes = random_int(r, 1, TINY)};
    for (int u = 0; u < t.nodes; u++) {
        t.alternatives[u] = random_int(r, 1, 3);
        for (int i = 0; i < 3; i++) t.cost[u][i] = random_unit(r) < 0.1 ? PBQP_NONE : random_int(r, -20, 50);
        for (int v = 0; v < u; v++) {
            t.joined[v][u] = random_unit(r) < 0.6;
            for (int i = 0; i < 9; i++) t.joint[v][u][i] = random_unit(r) < 0.15 ? PBQP_NONE : random_int(r, -20, 50);
        }
    }
    return t;
}

static int64_t tiny_cost(const struct tiny *t, const int *x) {
    int64_t sum = 0;
    for (int v = 0; v < t->nodes; v++) {
        if (t->cost[v][x[v]] == PBQP_NONE) return PBQP_NONE;
        sum += t->cost[v][x[v]];
        for (int u = 0; u < v; u++) {
            if (!t->joined[u][v]) continue;
            int64_t joint = t->joint[u][v][x[u] * t->alternatives[v] + x[v]];
            if (joint == PBQP_NONE) return PBQP_NONE;
            sum += joint;
        }
    }
    return sum;
}

static int64_t tiny_least(const struct tiny *t) {
    int x[TINY] = {0}, v;
    int64_t least = PBQP_NONE;
    do {
        int64_t sum = tiny_cost(t, x);
        if (sum < least) least = sum;
        for (v = t->nodes - 1; v >= 0 && ++x[v] == t->alternatives[v]; v--) x[v] = 0;
    } while (v >= 0);
    return least;
}

START_TEST(reduction_is_exact_without_rn_and_never_better_with_it) {
    struct random r = {27};
    int exact = 0, heuristic = 0;
    int64_t lost = 0; /* by RN */
    for (int trial = 0; trial < 4000; trial++) {
        struct tiny t = tiny_any(&r);
        struct pbqp *p = pbqp_new(t.nodes);
        int x[TINY];
        bool used_rn;
        for (int v = 0; v < t.nodes; v++) pbqp_node(p, v, t.alternatives[v], t.cost[v]);
        for (int v = 0; v < t.nodes; v++)
            for (int u = 0; u < v; u++)
                if (t.joined[u][v]) pbqp_edge(p, u, v, t.joint[u][v]);
        int64_t found = pbqp_solve(x, &used_rn, p), least = tiny_least(&t);
        if (found < PBQP_NONE) ck_assert_int_eq(found, tiny_cost(&t, x));
        if (used_rn)
            ck_assert_int_ge(found, least);
        else
            ck_assert_int_eq(found, least);
        exact += !used_rn;
        heuristic += used_rn;
        if (least < PBQP_NONE) lost += found < PBQP_NONE ? found - least : 100;
        pbqp_free(p);
    }
    ck_assert_int_ge(exact, 3388);
    ck_assert_int_ge(heuristic, 612);
    ck_assert_int_le(lost, 1299);
}
END_TEST

START_TEST(elimination_is_exact_on_any_graph) {
    struct random r = {28};
    for (int trial = 0; trial < 3000; trial++) {
        struct tiny t = tiny_any(&r);
        struct elimination *p = elimination_new(t.nodes);
        int x[TINY];
        for (int v = 0; v < t.nodes; v++) p->size[v] = t.alternatives[v];
        for (int v = 0; v < t.nodes; v++) {
            struct factor *f = elimination_add(p, 1, &v, 0);
            memcpy(f->table, t.cost[v], (size_t)t.alternatives[v] * sizeof *f->table);
            for (int u = 0; u < v; u++) {
                if (!t.joined[u][v]) continue;
                f = elimination_add(p, 2, (int[]){u, v}, 0);
                memcpy(f->table, t.joint[u][v], (size_t)(t.alternatives[u] * t.alternatives[v]) * sizeof *f->table);
            }
        }
        ck_assert_double_le(elimination_estimate(p), 729);
        int64_t found = elimination_run(x, p);
        ck_assert_int_eq(found, tiny_least(&t));
        if (found < ELIMINATION_NONE) ck_assert_int_eq(found, tiny_cost(&t, x));
        elimination_free(p);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("elimination");
    TCase *tests = tcase_create("elimination");
    tcase_add_test(tests, reduction_is_exact_without_rn_and_never_better_with_it);
    tcase_add_test(tests, elimination_is_exact_on_any_graph);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
