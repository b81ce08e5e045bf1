/* Whole networks on every available cost table: three exact methods that share only the reduction by the budget give
 * the same time, to the nanosecond; frontiers computed in two ways agree on every point; and the published tables give
 * the figures that were computed from them independently. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/frontier.h"
#include "solver/base/memory.h"
#include "tests/support/costed.h"
#include "tests/support/harness.h"
#include "tests/support/invented_profile.h"

#define BUDGETS 12

/* --- cost tables --- */

static struct profile *invented(void) {
    const char *path = harness_scratch("invented.tsv", NULL);
    struct profile *p = invented_profile(path, "all", 71);
    harness_forget(path);
    return p;
}

/* --- agreement --- */

/* -1: nothing fits, and *least suffices. */
static int64_t best_time(int64_t *least, const char *name, const struct instance *g, const struct request *q) {
    struct answer a;
    struct error err = {""};
    ck_assert_msg(methods_run(&a, costed_method(name), g, q, &err), "%s", err.text);
    ck_assert(!a.used_rn);
    *least = a.least_bytes;
    if (a.outcome == OUTCOME_INFEASIBLE) return -1;
    ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
    struct evaluation e = selection_evaluate(g, a.choice, q->model, q->conversions);
    ck_assert_int_le(e.memory_bytes, q->budget_bytes);
    ck_assert_int_eq(a.bound_ns, e.time_ns);
    free(a.choice);
    return e.time_ns;
}

static int64_t agree(const struct instance *g, const struct request *q) {
    int64_t least[3], time = best_time(&least[0], "taso", g, q);
    ck_assert_int_eq(best_time(&least[1], "dynamic", g, q), time);
    ck_assert_int_eq(best_time(&least[2], "pbqp-budget", g, q), time);
    ck_assert_int_eq(least[0], least[1]);
    ck_assert_int_eq(least[0], least[2]);
    return time;
}

static void same_frontier(const struct frontier *a, const struct frontier *b) {
    ck_assert(a->complete && b->complete);
    ck_assert_int_eq(a->points, b->points);
    for (int i = 0; i < a->points; i++) {
        ck_assert_int_eq(a->point[i].memory_bytes, b->point[i].memory_bytes);
        ck_assert_int_eq(a->point[i].time_ns, b->point[i].time_ns);
    }
}

/* Budgets over the frontier and beyond both its ends: the optimum of each is the point of the frontier below it. */
static void check_budgets(const struct instance *g, const struct frontier *f, enum memory_model model, int budgets) {
    struct request q = methods_request();
    const struct frontier_point *first = &f->point[0], *last = &f->point[f->points - 1];
    int64_t before = INT64_MAX;
    q.model = model;
    for (int b = 0, at = -1; b <= budgets; b++) {
        double share = (double)b * b * b / ((double)budgets * budgets * budgets);
        if (b == 0 && first->memory_bytes == 0) continue; /* no smaller budget exists */
        q.budget_bytes = b == 0         ? first->memory_bytes - 1
                         : b == budgets ? METHOD_NO_BUDGET
                                        : first->memory_bytes +
                                              (int64_t)(share * (double)(last->memory_bytes - first->memory_bytes));
        while (at + 1 < f->points && f->point[at + 1].memory_bytes <= q.budget_bytes) at++;
        int64_t time = agree(g, &q);
        ck_assert_int_eq(time, at < 0 ? -1 : f->point[at].time_ns);
        ck_assert_int_le(time, before);
        if (time >= 0) before = time;
    }
}

static void check_network(const struct instance *g, enum memory_model model, int budgets, bool both_ways) {
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f, other;
    struct answer a;
    q.model = model;
    ck_assert_msg(frontier_sweep(&f, g, &q, costed_method("dynamic"), &err), "%s", err.text);
    ck_assert(f.complete && f.points > 0);
    if (both_ways) {
        ck_assert_msg(frontier_walk(&other, g, &q, costed_method("taso"), &err), "%s", err.text);
        same_frontier(&f, &other);
        frontier_free(&other);
    }
    q.budget_bytes = 0; /* the frontier begins at the least budget that suffices */
    ck_assert(methods_run(&a, costed_method("taso"), g, &q, &err));
    ck_assert_int_eq(a.outcome == OUTCOME_INFEASIBLE ? a.least_bytes : 0, f.point[0].memory_bytes);
    free(a.choice);
    check_budgets(g, &f, model, budgets);
    frontier_free(&f);
}

static void check_profile(struct profile *p, bool all) {
    if (!p) return;
    int networks = 0;
    for (int i = 0; i < network_builtin_count(); i++) {
        struct costed j;
        if (costed_join(&j, network_builtin_name(i), p)) {
            networks++;
            check_network(j.g, MEMORY_WORKSPACE, BUDGETS, j.g->nodes < (all ? 100 : 40));
            check_network(j.g, MEMORY_PEAK, 4, j.g->nodes < (all ? 100 : 40));
        }
        costed_free(&j);
    }
    ck_assert_int_ge(networks, all ? network_builtin_count() : 13);
    profile_free(p);
}

START_TEST(three_methods_and_two_frontiers_agree_on_an_invented_table) {
    check_profile(invented(), true);
}
END_TEST

START_TEST(three_methods_and_two_frontiers_agree_on_the_committed_profile) {
    check_profile(costed_committed(), true);
}
END_TEST

static const char *const tables[] = {"intel", "amd", "arm"};

START_TEST(three_methods_and_two_frontiers_agree_on_published_tables) {
    check_profile(costed_published(tables[_i]), false);
}
END_TEST

/* --- the independent figures of the data folder's README --- */

struct figure {
    const char *table, *network;
    double best_ms, sum2d, chw; /* times of sum2d and of CHW only over the best; 0: none is given */
};

/* Theirs: the first layer's input is free of conversion, in any layout. Ours is CHW, which can only add time. */
static const struct figure figures[] = {
    {"intel", "alexnet-owt", 8.4, 36.6, 1.50}, {"intel", "vgg11", 63.1, 48.7, 1.98},
    {"intel", "vgg16", 146.0, 44.7, 1.88},     {"intel", "vgg19", 178.4, 46.5, 1.91},
    {"amd", "vgg16", 471.3, 35.0, 2.49},       {"arm", "vgg11", 1633.7, 6.5, 2.52},
    {"arm", "vgg16", 3562.4, 6.4, 2.38},       {"arm", "vgg19", 4347.5, 6.7, 2.47},
};
#define FIGURES ((int)(sizeof figures / sizeof figures[0]))

static double time_ms(const char *name, const struct instance *g) {
    struct request q = methods_request();
    struct answer a;
    struct error err = {""};
    ck_assert_msg(methods_run(&a, costed_method(name), g, &q, &err), "%s", err.text);
    ck_assert(a.choice != NULL);
    double ms = (double)selection_evaluate(g, a.choice, q.model, q.conversions).time_ns / 1e6;
    free(a.choice);
    return ms;
}

/* Within 0.5 %, and half of the last digit given. */
static void near(double ours, double theirs, double digit, const char *what, const struct figure *f) {
    ck_assert_msg(ours > theirs * 0.995 - digit / 2 && ours < theirs * 1.005 + digit / 2,
                  "%s, %s: %s %.4f, published %.4f", f->table, f->network, what, ours, theirs);
}

static void check_figure(const struct figure *f, const char *network, const struct profile *p) {
    struct costed j;
    ck_assert(costed_join(&j, network, p));
    ck_assert_int_eq(j.g->uncovered, 0);
    double best = time_ms("taso", j.g);
    near(best, f->best_ms, 0.1, "best", f);
    near(time_ms("sum2d", j.g) / best, f->sum2d, 0.1, "sum2d over best", f);
    if (f->chw > 0) near(time_ms("greedy-layout", j.g) / best, f->chw, 0.01, "CHW over best", f);
    costed_free(&j);
}

START_TEST(published_tables_give_the_figures_computed_independently) {
    struct profile *p = costed_published(tables[_i]);
    for (int i = 0; p && i < FIGURES; i++)
        if (strcmp(figures[i].table, tables[_i]) == 0) check_figure(&figures[i], figures[i].network, p);
    profile_free(p);
}
END_TEST

START_TEST(the_table_of_2018_gives_its_figure_for_alexnet_without_groups) {
    static const char text[] = "data input - c=3 h=227 w=227\n"
                               "conv1 conv data m=96 k=11 s=4\n"
                               "pool1 maxpool conv1 k=3 s=2\n"
                               "conv2 conv pool1 m=256 k=5 p=2\n"
                               "pool2 maxpool conv2 k=3 s=2\n"
                               "conv3 conv pool2 m=384 k=3 p=1\n"
                               "conv4 conv conv3 m=384 k=3 p=1\n"
                               "conv5 conv conv4 m=256 k=3 p=1\n"
                               "pool5 maxpool conv5 k=3 s=2\n";
    const struct figure f = {"i5-2500k", "alexnet, ungrouped", 31.28, 10.9, 0};
    struct profile *p = costed_published("i5-2500k-alexnet");
    if (!p) return;
    const char *path = harness_scratch("alexnet.net", text);
    check_figure(&f, path, p);
    harness_forget(path);
    profile_free(p);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("agreement");
    TCase *tests = tcase_create("agreement");
    tcase_add_test(tests, three_methods_and_two_frontiers_agree_on_an_invented_table);
    tcase_add_test(tests, three_methods_and_two_frontiers_agree_on_the_committed_profile);
    tcase_add_loop_test(tests, three_methods_and_two_frontiers_agree_on_published_tables, 0, 3);
    tcase_add_loop_test(tests, published_tables_give_the_figures_computed_independently, 0, 3);
    tcase_add_test(tests, the_table_of_2018_gives_its_figure_for_alexnet_without_groups);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
