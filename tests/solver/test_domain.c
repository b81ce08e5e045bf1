/* Propagation against interval arithmetic, row by row until nothing moves, and against enumeration. */
#include "tests/support/harness.h"

#include <math.h>
#include <string.h>

#include "solver/search/domain.h"
#include "tests/support/program.h"

enum { COLS = 6, ROWS = 4, EFFORT = 1000000 };

/* --- the oracle: whole numbers, so every sum is exact --- */

struct box {
    double lower[PROGRAM_WIDTH], upper[PROGRAM_WIDTH];
    bool empty;
};

/* Least of value x_j over the box: -INFINITY where there is none. */
static double box_least(const struct box *b, double value, int j) {
    double bound = value > 0 ? b->lower[j] : b->upper[j];
    return value == 0 ? 0 : fabs(bound) >= MODEL_INFINITY ? -INFINITY : value * bound;
}

/* sign * row <= side, for column j: false if nothing moved. */
static bool box_tighten(struct box *b, const struct model *m, int i, double sign, double side, int j) {
    double a = sign * program_entry(m, i, j), rest = 0;
    if (a == 0 || fabs(side) >= MODEL_INFINITY) return false;
    for (int k = 0; k < m->cols; k++)
        if (k != j) rest += box_least(b, sign * program_entry(m, i, k), k);
    if (rest == -INFINITY) return false;
    double limit = (side - rest) / a;
    if (a > 0 && floor(limit + 1e-9) < b->upper[j]) {
        b->upper[j] = floor(limit + 1e-9);
    } else if (a < 0 && ceil(limit - 1e-9) > b->lower[j]) {
        b->lower[j] = ceil(limit - 1e-9);
    } else {
        return false;
    }
    b->empty = b->empty || b->lower[j] > b->upper[j];
    return true;
}

static void box_propagate(struct box *b, const struct model *m) {
    for (bool moved = true; moved && !b->empty;) {
        moved = false;
        for (int i = 0; i < m->rows; i++) {
            double least = 0, most = 0;
            for (int j = 0; j < m->cols; j++) {
                least += box_least(b, program_entry(m, i, j), j);
                most -= box_least(b, -program_entry(m, i, j), j);
            }
            b->empty = b->empty || least > m->row_upper[i] || most < m->row_lower[i];
            for (int j = 0; j < m->cols && !b->empty; j++) {
                moved |= box_tighten(b, m, i, 1, m->row_upper[i], j);
                if (!b->empty) moved |= box_tighten(b, m, i, -1, -m->row_lower[i], j);
            }
        }
    }
}

/* --- programs --- */

struct scene {
    struct model *m;
    struct rows rows;
    struct domain d;
};

static void scene_open(struct scene *s, struct model *m) {
    s->m = program_finish(m);
    rows_make(&s->rows, m);
    domain_init(&s->d, m, &s->rows);
}

static void scene_close(struct scene *s) {
    domain_free(&s->d);
    rows_free(&s->rows);
    model_free(s->m);
}

static void scene_random(struct scene *s, struct random *r, bool integer, int open_percent) {
    struct model *m = model_new();
    for (int j = 0; j < COLS; j++) {
        double lower = random_int(r, -3, 2), upper = lower + random_int(r, 0, 4);
        if (random_int(r, 1, 100) <= open_percent) upper = MODEL_INFINITY;
        if (random_int(r, 1, 100) <= open_percent) lower = -MODEL_INFINITY;
        model_add_column(m, NULL, 0, lower, upper, integer);
    }
    program_random_rows(m, r, ROWS, 50, 4);
    scene_open(s, m);
}

static void box_of(struct box *b, const struct domain *d) {
    *b = (struct box){.empty = d->infeasible};
    memcpy(b->lower, d->lower, COLS * sizeof(double));
    memcpy(b->upper, d->upper, COLS * sizeof(double));
}

START_TEST(integer_bounds_end_where_interval_arithmetic_ends) {
    int moved = 0, empty = 0;
    for (int seed = 1; seed <= 4000; seed++) {
        struct random r = {(uint64_t)seed};
        struct scene s;
        struct box b;
        scene_random(&s, &r, true, 0);
        box_of(&b, &s.d);
        box_propagate(&b, s.m);
        domain_queue_all(&s.d);
        bool feasible = domain_propagate(&s.d, EFFORT);
        ck_assert_msg(feasible == !b.empty, "seed %d: %s", seed, feasible ? "must be empty" : "is not empty");
        empty += !feasible;
        moved += s.d.changes;
        for (int j = 0; j < COLS && feasible; j++)
            ck_assert_msg(s.d.lower[j] == b.lower[j] && s.d.upper[j] == b.upper[j],
                          "seed %d: x%d in [%g, %g], expected [%g, %g]", seed, j, s.d.lower[j], s.d.upper[j],
                          b.lower[j], b.upper[j]);
        scene_close(&s);
    }
    ck_assert_int_ge(moved, 4636);
    ck_assert_int_ge(empty, 3645);
}
END_TEST

/* With infinite bounds interval arithmetic need not end, so only one pass is compared. */
START_TEST(one_infinite_term_is_bounded_by_the_others_and_two_say_nothing) {
    struct model *m = program_of(3, 0, 0, 4, true);
    m->upper[0] = MODEL_INFINITY;
    m->lower[1] = -MODEL_INFINITY;
    program_row(m, -MODEL_INFINITY, (double[]){2, 0, -1}, 7);  /* x0 <= (7 + 4) / 2 */
    program_row(m, -6, (double[]){0, 3, 1}, MODEL_INFINITY);   /* x1 >= (-6 - 4) / 3 */
    program_row(m, -MODEL_INFINITY, (double[]){1, 1, 0}, 100); /* x1 has no least before row 1 */
    struct scene s;
    scene_open(&s, m);
    domain_queue_all(&s.d);
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert_double_eq(s.d.upper[0], 5);
    ck_assert_double_eq(s.d.lower[1], -3);
    ck_assert_double_eq(s.d.lower[0], 0);
    ck_assert_double_eq(s.d.upper[1], 4);
    scene_close(&s);

    m = program_of(2, 0, -MODEL_INFINITY, MODEL_INFINITY, true);
    program_row(m, 0, (double[]){1, 1}, 0);
    scene_open(&s, m);
    domain_queue_all(&s.d);
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert_int_eq(s.d.changes, 0);
    domain_raise_lower(&s.d, 0, 3);
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert_double_eq(s.d.upper[1], -3);
    ck_assert_double_eq(s.d.lower[1], -MODEL_INFINITY);
    scene_close(&s);
}
END_TEST

/* Also where bounds are infinite, coefficients no binary fractions and columns continuous. */
START_TEST(no_point_that_holds_is_cut_off) {
    int kept = 0;
    for (int seed = 1; seed <= 3000; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct scene s;
        scene_random(&s, &r, seed % 2, seed % 3 ? 20 : 0);
        double factor = seed % 5 ? 0.1 : 1, lower[COLS], upper[COLS], x[COLS];
        for (long k = 0; k < s.m->entries; k++) s.m->value[k] *= factor, s.rows.value[k] *= factor;
        for (int i = 0; i < ROWS; i++) {
            if (s.m->row_lower[i] > -MODEL_INFINITY) s.m->row_lower[i] *= factor;
            if (s.m->row_upper[i] < MODEL_INFINITY) s.m->row_upper[i] *= factor;
        }
        domain_queue_all(&s.d);
        bool feasible = domain_propagate(&s.d, EFFORT);
        for (int j = 0; j < COLS; j++) {
            lower[j] = fmax(s.m->lower[j], -3);
            upper[j] = fmin(s.m->upper[j], lower[j] + 3);
            if (upper[j] < lower[j]) lower[j] = upper[j];
            x[j] = lower[j];
        }
        do {
            if (model_violation(s.m, x) > 1e-12) continue;
            kept++;
            ck_assert_msg(feasible, "seed %d: a program with a point is called empty", seed);
            for (int j = 0; j < COLS; j++)
                ck_assert_msg(s.d.lower[j] <= x[j] && x[j] <= s.d.upper[j], "seed %d: x%d = %g is cut off", seed, j,
                              x[j]);
        } while (program_next_point(x, lower, upper, COLS));
        scene_close(&s);
    }
    ck_assert_int_ge(kept, 18566);
}
END_TEST

START_TEST(continuous_bounds_move_by_rows_but_keep_a_margin) {
    struct model *m = program_of(2, 0, 0, 10, false);
    program_row(m, -MODEL_INFINITY, (double[]){3, 1}, 12); /* x0 <= 4 */
    program_row(m, 8, (double[]){0, 1}, MODEL_INFINITY);   /* x1 >= 8, so x0 <= 4/3 */
    struct scene s;
    scene_open(&s, m);
    domain_queue_all(&s.d);
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert(s.d.upper[0] >= 4.0 / 3 && s.d.upper[0] <= 4.0 / 3 + 1e-7);
    ck_assert(s.d.lower[1] <= 8 && s.d.lower[1] >= 8 - 1e-7);
    scene_close(&s);
}
END_TEST

START_TEST(bounds_of_integers_are_rounded_inwards_from_the_start) {
    struct model *m = model_new();
    model_add_column(m, NULL, 0, -1.5, 2.5, true);
    model_add_column(m, NULL, 0, -1.5, 2.5, false);
    model_add_column(m, NULL, 0, 0.9999999, 3.0000001, true); /* a rounding error of the file, not a tighter bound */
    model_add_column(m, NULL, 0, -MODEL_INFINITY, MODEL_INFINITY, true);
    struct scene s;
    scene_open(&s, m);
    static const double expected[][2] = {{-1, 2}, {-1.5, 2.5}, {1, 3}, {-MODEL_INFINITY, MODEL_INFINITY}};
    for (int j = 0; j < 4; j++)
        ck_assert_msg(s.d.lower[j] == expected[j][0] && s.d.upper[j] == expected[j][1], "x%d", j);
    ck_assert(!s.d.infeasible);
    domain_raise_lower(&s.d, 0, 0.5);
    domain_reduce_upper(&s.d, 0, 1.5);
    domain_raise_lower(&s.d, 1, 0.5);
    ck_assert(s.d.lower[0] == 1 && s.d.upper[0] == 1 && s.d.lower[1] == 0.5);
    scene_close(&s);
    m = program_of(1, 0, 0.25, 0.75, true);
    scene_open(&s, m);
    ck_assert(s.d.infeasible);
    scene_close(&s);
}
END_TEST

START_TEST(a_bound_is_never_loosened_by_tightening_and_crossing_is_infeasible) {
    struct scene s;
    scene_open(&s, program_of(2, 0, 0, 5, true));
    domain_raise_lower(&s.d, 0, -2);
    domain_reduce_upper(&s.d, 0, 9);
    ck_assert(s.d.lower[0] == 0 && s.d.upper[0] == 5);
    ck_assert_int_eq(s.d.changes, 0);
    domain_reduce_upper(&s.d, 0, 3);
    ck_assert(!s.d.infeasible);
    domain_raise_lower(&s.d, 0, 3);
    ck_assert(!s.d.infeasible && s.d.lower[0] == 3);
    domain_raise_lower(&s.d, 0, 4);
    ck_assert(s.d.infeasible);
    ck_assert(s.d.lower[0] <= s.d.upper[0]);
    scene_close(&s);
    scene_open(&s, program_of(1, 0, 0, 5, true));
    domain_reduce_upper(&s.d, 0, -1);
    ck_assert(s.d.infeasible);
    scene_close(&s);
}
END_TEST

START_TEST(changes_name_each_moved_column_once_until_they_are_forgotten) {
    int together = 0;
    for (int seed = 1; seed <= 500; seed++) {
        struct random r = {(uint64_t)seed * 7};
        struct scene s;
        struct box before;
        scene_random(&s, &r, true, 10);
        for (int round = 0; round < 3; round++) {
            int j = random_int(&r, 0, COLS - 1), listed[COLS] = {0};
            box_of(&before, &s.d);
            if (s.d.lower[j] > -MODEL_INFINITY) domain_reduce_upper(&s.d, j, s.d.lower[j] + 1);
            if (!domain_propagate(&s.d, 60)) break;
            for (int k = 0; k < s.d.changes; k++) listed[s.d.changed[k]]++;
            for (int k = 0; k < COLS; k++) {
                bool moved = s.d.lower[k] != before.lower[k] || s.d.upper[k] != before.upper[k];
                ck_assert_msg(listed[k] == moved, "seed %d: column %d is listed %d times", seed, k, listed[k]);
            }
            together += s.d.changes > 1;
            domain_forget_changes(&s.d);
            ck_assert_int_eq(s.d.changes, 0);
        }
        scene_close(&s);
    }
    ck_assert_int_ge(together, 78);
}
END_TEST

START_TEST(loading_a_node_queues_nothing_and_leaves_nothing_behind) {
    struct model *m = program_of(2, 0, 0, 5, true);
    program_row(m, -MODEL_INFINITY, (double[]){1, 1}, 5);
    struct scene s;
    scene_open(&s, m);
    domain_set(&s.d, 0, 4, 5);
    ck_assert_int_eq(s.d.changes, 1);
    domain_set(&s.d, 0, 4, 5);
    ck_assert_int_eq(s.d.changes, 1);
    ck_assert_int_eq(s.d.waiting, 0);
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert_double_eq(s.d.upper[1], 5);
    domain_queue_all(&s.d);
    ck_assert_int_eq(s.d.waiting, 1);
    ck_assert(domain_propagate(&s.d, 0)); /* no effort: the queue is emptied nevertheless */
    ck_assert_int_eq(s.d.waiting, 0);
    ck_assert_double_eq(s.d.upper[1], 5);
    domain_queue_all(&s.d);
    int64_t before = s.d.work;
    ck_assert(domain_propagate(&s.d, EFFORT));
    ck_assert_double_eq(s.d.upper[1], 1);
    ck_assert_int_ge(s.d.work - before, 2); /* entries read */
    scene_close(&s);
}
END_TEST

int main(void) {
    Suite *s = suite_create("domain");
    TCase *t = tcase_create("domain");
    tcase_add_test(t, integer_bounds_end_where_interval_arithmetic_ends);
    tcase_add_test(t, one_infinite_term_is_bounded_by_the_others_and_two_say_nothing);
    tcase_add_test(t, no_point_that_holds_is_cut_off);
    tcase_add_test(t, continuous_bounds_move_by_rows_but_keep_a_margin);
    tcase_add_test(t, bounds_of_integers_are_rounded_inwards_from_the_start);
    tcase_add_test(t, a_bound_is_never_loosened_by_tightening_and_crossing_is_infeasible);
    tcase_add_test(t, changes_name_each_moved_column_once_until_they_are_forgotten);
    tcase_add_test(t, loading_a_node_queues_nothing_and_leaves_nothing_behind);
    suite_add_tcase(s, t);
    return harness_run(s);
}
