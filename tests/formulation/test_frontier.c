/* The frontier, computed in two ways and by two methods, against all selections. */
#include <string.h>

#include "baselines/methods.h"
#include "formulation/frontier.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

static struct instance *any_instance(struct random *r) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 6), 4,
                               random_unit(r) < 0.2 ? 0.3 : 0.0};
    return random_instance(r, &spec);
}

static bool next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

#define MOST 8192

/* Pareto points by enumeration: all (memory, time), then those that none beats. */
static int oracle_points(struct frontier_point *point, const struct instance *g, enum memory_model model) {
    static struct frontier_point all[MOST];
    int choice[16] = {0}, count = 0, points = 0;
    do {
        struct evaluation e = selection_evaluate(g, choice, model, CONVERSIONS_PER_EDGE);
        if (e.possible) all[count++] = (struct frontier_point){e.memory_bytes, e.time_ns, NULL};
        ck_assert_int_lt(count, MOST);
    } while (next(choice, g));
    int64_t bytes = -1;
    for (;;) { /* the least memory above `bytes` that is faster than all below */
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (all[i].memory_bytes <= bytes) continue;
            if (points > 0 && all[i].time_ns >= point[points - 1].time_ns) continue;
            if (best < 0 || all[i].memory_bytes < all[best].memory_bytes ||
                (all[i].memory_bytes == all[best].memory_bytes && all[i].time_ns < all[best].time_ns))
                best = i;
        }
        if (best < 0) return points;
        point[points++] = all[best];
        bytes = all[best].memory_bytes;
    }
}

static void check(const struct frontier *f, const struct frontier_point *point, int points, const struct instance *g,
                  enum memory_model model) {
    ck_assert(f->complete);
    ck_assert_int_eq(f->points, points);
    for (int i = 0; i < points; i++) {
        ck_assert_int_eq(f->point[i].memory_bytes, point[i].memory_bytes);
        ck_assert_int_eq(f->point[i].time_ns, point[i].time_ns);
        struct evaluation e = selection_evaluate(g, f->point[i].choice, model, CONVERSIONS_PER_EDGE);
        ck_assert_int_eq(e.memory_bytes, point[i].memory_bytes);
        ck_assert_int_eq(e.time_ns, point[i].time_ns);
    }
}

static int compare_with_everything(const char *name, enum memory_model model, uint64_t seed, int trials) {
    struct random r = {seed};
    static struct frontier_point point[MOST];
    int several = 0;
    for (int trial = 0; trial < trials; trial++) {
        struct instance *g = any_instance(&r);
        struct request q = methods_request();
        struct error err = {""};
        struct frontier f;
        q.model = model;
        int points = oracle_points(point, g, model);
        ck_assert_msg(frontier_walk(&f, g, &q, methods_find(name, &err), &err), "%s", err.text);
        check(&f, point, points, g, model);
        frontier_free(&f);
        ck_assert_msg(frontier_sweep(&f, g, &q, methods_find(name, &err), &err), "%s", err.text);
        check(&f, point, points, g, model);
        frontier_free(&f);
        several += points > 2;
        instance_free(g);
    }
    return several;
}

START_TEST(dynamic_programming_finds_every_point) {
    ck_assert_int_ge(compare_with_everything("dynamic", MEMORY_WORKSPACE, 31, 300), 67);
    ck_assert_int_ge(compare_with_everything("dynamic", MEMORY_PEAK, 32, 300), 47);
}
END_TEST

START_TEST(the_integer_program_finds_every_point_under_every_model) {
    for (int model = 0; model < MEMORY_MODELS; model++)
        ck_assert_int_ge(compare_with_everything("taso", (enum memory_model)model, 33, 60), 14);
}
END_TEST

START_TEST(a_heuristic_makes_no_frontier_complete) {
    struct random r = {34};
    int incomplete = 0;
    for (int trial = 0; trial < 200; trial++) {
        struct random_spec spec = {RANDOM_DAG, 7, 4, 0};
        struct instance *g = random_instance(&r, &spec);
        struct request q = methods_request();
        struct error err = {""};
        struct frontier f;
        ck_assert(frontier_walk(&f, g, &q, methods_find("pbqp-budget", &err), &err));
        for (int i = 1; i < f.points; i++) {
            ck_assert_int_gt(f.point[i].memory_bytes, f.point[i - 1].memory_bytes);
            ck_assert_int_lt(f.point[i].time_ns, f.point[i - 1].time_ns);
        }
        incomplete += !f.complete;
        frontier_free(&f);
        instance_free(g);
    }
    ck_assert_int_ge(incomplete, 77);
    ck_assert_int_lt(incomplete, 200);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("frontier");
    TCase *tests = tcase_create("frontier");
    tcase_add_test(tests, dynamic_programming_finds_every_point);
    tcase_add_test(tests, the_integer_program_finds_every_point_under_every_model);
    tcase_add_test(tests, a_heuristic_makes_no_frontier_complete);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
