/* Labels on whole networks: the committed frontiers, dynamic programming and the integer program say the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "tests/support/costed.h"
#include "tests/support/harness.h"

static struct request request(enum memory_model model, enum conversions conversions) {
    struct request q = methods_request();
    q.model = model;
    q.conversions = conversions;
    return q;
}

static int64_t labels_ns; /* CPU time of the latest frontier, without what is checked of it here */

static struct frontier by_labels(const struct instance *g, const struct request *q) {
    struct error err = {""};
    struct frontier f;
    const int64_t before = clock_thread_ns();
    ck_assert_msg(labels_frontier(&f, g, q, 0, &err), "%s", err.text);
    labels_ns = clock_thread_ns() - before;
    ck_assert(f.complete && f.points > 0);
    for (int i = 0; i < f.points; i++) {
        struct evaluation e = selection_evaluate(g, f.point[i].choice, q->model, q->conversions);
        ck_assert(e.possible);
        ck_assert_int_eq(e.memory_bytes, f.point[i].memory_bytes);
        ck_assert_int_eq(e.time_ns, f.point[i].time_ns);
    }
    return f;
}

/* Every network of a table under every model; returns how many networks there are. */
static int all_complete(const struct profile *p, const char *table) {
    int64_t all = 0, worst = 0;
    int networks = 0, points = 0;
    for (int i = 0; i < network_builtin_count(); i++) {
        struct costed j;
        if (costed_join(&j, network_builtin_name(i), p)) {
            networks++;
            for (int model = 0; model < MEMORY_MODELS; model++) {
                struct request q = request((enum memory_model)model, CONVERSIONS_PER_EDGE);
                struct frontier f = by_labels(j.g, &q);
                all += labels_ns;
                if (labels_ns > worst) worst = labels_ns;
                points += f.points;
                frontier_free(&f);
            }
        }
        costed_free(&j);
    }
    printf("%s: %d networks x %d models, %d points, CPU seconds: %.2f, the slowest %.2f\n", table, networks,
           (int)MEMORY_MODELS, points, (double)all / 1e9, (double)worst / 1e9);
    return networks;
}

START_TEST(every_frontier_of_the_committed_profile_is_complete) {
    struct profile *p = costed_committed();
    if (p) ck_assert_int_eq(all_complete(p, "reference"), network_builtin_count());
    profile_free(p);
}
END_TEST

static const char *const tables[] = {"intel", "amd", "arm"};

START_TEST(every_frontier_of_the_published_tables_is_complete) {
    struct profile *p = costed_published(tables[_i]);
    if (p) ck_assert_int_ge(all_complete(p, tables[_i]), 13);
    profile_free(p);
}
END_TEST

/* The rows of one network in results/reference/frontier.tsv, which the sweep over workspaces wrote. */
static void same_as_rows(const struct frontier *f, const char *network, FILE *file) {
    char line[256], name[64];
    int64_t bytes, ns;
    int rows = 0;
    rewind(file);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%63s %" SCNd64 " %" SCNd64, name, &bytes, &ns) == 3 && strcmp(name, network) == 0) {
            ck_assert_int_lt(rows, f->points);
            ck_assert_int_eq(f->point[rows].memory_bytes, bytes);
            ck_assert_int_eq(f->point[rows++].time_ns, ns);
        }
    ck_assert_int_eq(rows, f->points);
}

START_TEST(the_committed_frontiers_are_found_again) {
    struct profile *p = costed_committed();
    FILE *file = p ? fopen("results/reference/frontier.tsv", "r") : NULL;
    ck_assert(!p || file);
    for (int i = 0; p && i < network_builtin_count(); i++) {
        struct costed j;
        struct request q = request(MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE);
        ck_assert(costed_join(&j, network_builtin_name(i), p));
        struct frontier f = by_labels(j.g, &q);
        same_as_rows(&f, network_builtin_name(i), file);
        frontier_free(&f);
        costed_free(&j);
    }
    if (file) fclose(file);
    profile_free(p);
}
END_TEST

static void same_frontier(const struct frontier *a, const struct frontier *b) {
    ck_assert(a->complete && b->complete);
    ck_assert_int_eq(a->points, b->points);
    for (int i = 0; i < a->points; i++) {
        ck_assert_int_eq(a->point[i].memory_bytes, b->point[i].memory_bytes);
        ck_assert_int_eq(a->point[i].time_ns, b->point[i].time_ns);
    }
}

/* Wherever dynamic programming can: workspace with both conversions, peak per edge. */
START_TEST(the_sweep_agrees_where_it_applies) {
    static const struct {
        enum memory_model model;
        enum conversions conversions;
    } cases[] = {{MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE},
                 {MEMORY_WORKSPACE, CONVERSIONS_PER_TENSOR},
                 {MEMORY_PEAK, CONVERSIONS_PER_EDGE}};
    struct profile *p = costed_committed();
    for (int i = 0; p && i < network_builtin_count(); i++) {
        struct costed j;
        bool any = costed_join(&j, network_builtin_name(i), p) && j.g->nodes < 100;
        for (size_t c = 0; any && c < sizeof cases / sizeof cases[0]; c++) {
            struct request q = request(cases[c].model, cases[c].conversions);
            struct frontier sweep, labels = by_labels(j.g, &q);
            struct error err = {""};
            ck_assert_msg(frontier_sweep(&sweep, j.g, &q, costed_method("dynamic"), &err), "%s", err.text);
            same_frontier(&labels, &sweep);
            frontier_free(&sweep);
            frontier_free(&labels);
        }
        costed_free(&j);
    }
    profile_free(p);
}
END_TEST

/* At the bytes of a point the integer program takes as long, one byte below as long as the point before. */
static void program_agrees_at(const struct frontier *f, int at, const struct instance *g, struct request q) {
    for (int below = 0; below < 2; below++) {
        struct answer a;
        struct error err = {""};
        q.budget_bytes = f->point[at].memory_bytes - below;
        if (q.budget_bytes < 0) continue;
        ck_assert_msg(methods_run(&a, costed_method("taso"), g, &q, &err), "%s", err.text);
        if (at < below) {
            ck_assert_int_eq(a.outcome, OUTCOME_INFEASIBLE);
            ck_assert_int_eq(a.least_bytes, f->point[0].memory_bytes);
        } else {
            ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
            ck_assert_int_eq(a.bound_ns, f->point[at - below].time_ns);
        }
        free(a.choice);
        selection_streams_free(&a.streams);
    }
}

START_TEST(the_integer_program_agrees_at_sampled_points) {
    static const char *const networks[] = {"alexnet", "squeezenet1.1", "resnet18"};
    struct profile *p = costed_committed();
    for (int n = 0; p && n < 3; n++) {
        struct costed j;
        ck_assert(costed_join(&j, networks[n], p));
        for (int model = 0; model < MEMORY_MODELS; model++) {
            struct request q = request((enum memory_model)model, (enum conversions)_i);
            struct frontier f = by_labels(j.g, &q);
            program_agrees_at(&f, 0, j.g, q);
            if (f.points > 1) program_agrees_at(&f, f.points - 1, j.g, q);
            if (f.points > 2) program_agrees_at(&f, f.points * 3 / 5, j.g, q);
            frontier_free(&f);
        }
        costed_free(&j);
    }
    profile_free(p);
}
END_TEST

/* One byte below the largest footprint of squeezenet1.1, integers that are off by 1e-6 let a selection over its budget:
 * it is sought again (TASO_WHOLE, formulation/taso_program.c). */
START_TEST(the_integer_program_agrees_with_segments) {
    static const char *const networks[] = {"alexnet", "squeezenet1.1"};
    struct profile *p = costed_committed();
    for (int n = 0; p && n < 2; n++) {
        struct costed j;
        ck_assert(costed_join(&j, networks[n], p));
        instance_stream(j.g);
        for (int model = 0; model < MEMORY_MODELS; model++) {
            struct request q = request((enum memory_model)model, CONVERSIONS_PER_EDGE);
            struct error err = {""};
            struct frontier f;
            if (!memory_models[model].live) continue;
            q.streaming = STREAMING_ON;
            ck_assert_msg(labels_frontier(&f, j.g, &q, 0, &err), "%s", err.text);
            program_agrees_at(&f, f.points - 1, j.g, q);
            program_agrees_at(&f, f.points / 2, j.g, q);
            frontier_free(&f);
        }
        costed_free(&j);
    }
    profile_free(p);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_networks");
    TCase *tests = tcase_create("labels_networks");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_frontier_of_the_committed_profile_is_complete);
    tcase_add_loop_test(tests, every_frontier_of_the_published_tables_is_complete, 0, 3);
    tcase_add_test(tests, the_committed_frontiers_are_found_again);
    tcase_add_test(tests, the_sweep_agrees_where_it_applies);
    tcase_add_loop_test(tests, the_integer_program_agrees_at_sampled_points, 0, CONVERSIONS);
    tcase_add_test(tests, the_integer_program_agrees_with_segments);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
