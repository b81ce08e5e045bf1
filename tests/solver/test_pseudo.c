/* Pseudo-costs against the plain mean of a list of all observations. */
#include "tests/support/harness.h"

#include <math.h>

#include "solver/base/random.h"
#include "solver/search/pseudo.h"

enum { COLS = 5, LESSONS = 300 };

struct lesson {
    int col;
    bool up;
    double distance, rise;
};

/* Halves and quarters, so that every sum is exact. */
static struct lesson lesson_random(struct random *r) {
    static const double distances[] = {0.25, 0.5, 1, 2};
    return (struct lesson){random_int(r, 0, COLS - 2), random_int(r, 0, 1), distances[random_int(r, 0, 3)],
                           random_int(r, -3, 12) / 4.0};
}

static void learn(struct pseudo *p, const struct lesson *l) {
    pseudo_learn(p, l->col, l->up, l->distance, l->rise);
}

/* Mean rise per unit over lessons of that direction, of `col` or (col < 0) of all; 1 where there are none. */
static double mean(const struct lesson *l, int count, int col, bool up, int *trials) {
    double sum = 0;
    *trials = 0;
    for (int k = 0; k < count; k++) {
        if (l[k].up != up || (col >= 0 && l[k].col != col)) continue;
        sum += (l[k].rise > 0 ? l[k].rise : 0) / l[k].distance;
        ++*trials;
    }
    return *trials ? sum / *trials : 1;
}

static void check_against_lessons(const struct pseudo *p, const struct lesson *l, int count) {
    for (int col = 0; col < COLS; col++) {
        int trials[2], all;
        for (int up = 0; up < 2; up++) {
            double expected = mean(l, count, col, up, &trials[up]);
            if (trials[up] == 0) expected = mean(l, count, -1, up, &all);
            ck_assert_double_eq_tol(pseudo_rise(p, col, up, 1), expected, 1e-12 * (1 + expected));
            ck_assert_double_eq_tol(pseudo_rise(p, col, up, 0.375), 0.375 * expected, 1e-12 * (1 + expected));
        }
        ck_assert_int_eq(pseudo_trials(p, col), trials[0] < trials[1] ? trials[0] : trials[1]);
    }
}

START_TEST(an_expected_rise_is_the_mean_of_the_column_or_of_all_columns) {
    for (int seed = 1; seed <= 40; seed++) {
        struct random r = {(uint64_t)seed};
        struct lesson l[LESSONS];
        struct pseudo p;
        pseudo_init(&p, COLS);
        for (int k = 0; k < LESSONS; k++) {
            if (k < 20 || k % 50 == 0) check_against_lessons(&p, l, k);
            l[k] = lesson_random(&r);
            learn(&p, &l[k]);
        }
        check_against_lessons(&p, l, LESSONS);
        pseudo_free(&p);
    }
}
END_TEST

START_TEST(steps_too_short_to_measure_teach_nothing) {
    struct pseudo p;
    pseudo_init(&p, COLS);
    pseudo_learn(&p, 0, true, 1e-7, 5);
    pseudo_learn(&p, 0, true, 0, 5);
    pseudo_learn(&p, 0, true, NAN, 5);
    ck_assert(pseudo_rise(&p, 0, true, 0.5) == 0.5);
    pseudo_learn(&p, 0, true, 0.5, 4);
    ck_assert(pseudo_rise(&p, 0, true, 0.5) == 4);
    pseudo_free(&p);
}
END_TEST

/* Two workers, each beginning with a copy, together have the observations of one. */
START_TEST(merging_workers_is_learning_everything_in_one_place) {
    for (int seed = 1; seed <= 40; seed++) {
        struct random r = {(uint64_t)seed * 11};
        struct lesson l[LESSONS];
        struct pseudo tree, before, worker[2];
        struct pseudo *const all[] = {&tree, &before, &worker[0], &worker[1]};
        for (int k = 0; k < 4; k++) pseudo_init(all[k], COLS);
        for (int k = 0; k < LESSONS; k++) l[k] = lesson_random(&r);
        for (int k = 0; k < 30; k++) learn(&tree, &l[k]);
        for (int k = 1; k < 4; k++) pseudo_copy(all[k], &tree);
        for (int k = 30; k < LESSONS; k++) learn(&worker[k % 2], &l[k]);
        check_against_lessons(&before, l, 30);
        for (int k = 0; k < 2; k++) pseudo_merge(&tree, &worker[k], &before);
        check_against_lessons(&tree, l, LESSONS);
        for (int k = 0; k < 4; k++) pseudo_free(all[k]);
    }
}
END_TEST

START_TEST(a_score_is_the_product_of_rises_that_count_as_the_least_at_least) {
    ck_assert(pseudo_score(2, 3, 1) == 6);
    ck_assert(pseudo_score(0, 3, 0.5) == 1.5);
    ck_assert(pseudo_score(2, 0, 0.5) == 1);
    ck_assert(pseudo_score(0, 0, 0.5) == 0.25);
}
END_TEST

int main(void) {
    Suite *s = suite_create("pseudo");
    TCase *t = tcase_create("pseudo");
    tcase_add_test(t, an_expected_rise_is_the_mean_of_the_column_or_of_all_columns);
    tcase_add_test(t, steps_too_short_to_measure_teach_nothing);
    tcase_add_test(t, merging_workers_is_learning_everything_in_one_place);
    tcase_add_test(t, a_score_is_the_product_of_rises_that_count_as_the_least_at_least);
    suite_add_tcase(s, t);
    return harness_run(s);
}
