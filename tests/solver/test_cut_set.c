/* The choice of cuts against one that compares all pairs; and that chosen cuts become the last rows of an LP. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/cut_set.h"
#include "tests/support/program.h"

enum { COLS = 7, CUTS = 24 };

/* Norm 1, a few entries; efficacies are distinct, so that the order is unique. */
static struct cut cut_random(struct random *r, int number) {
    struct cut c = {.rhs = random_int(r, -5, 5), .efficacy = 1 + (double)(number * 37 % 101) / 128, .made_by = "test"};
    double square = 0;
    c.index = MEMORY_NEW(int, COLS);
    c.value = MEMORY_NEW(double, COLS);
    for (int j = 0; j < COLS; j++) {
        if (random_int(r, 0, 2) && (c.count > 0 || j < COLS - 1)) continue;
        c.index[c.count] = j;
        c.value[c.count] = random_int(r, 1, 4) * (random_int(r, 0, 3) ? 1 : -1);
        square += c.value[c.count] * c.value[c.count];
        c.count++;
    }
    for (int k = 0; k < c.count; k++) c.value[k] /= sqrt(square);
    return c;
}

struct dense {
    double value[COLS], rhs, efficacy;
    bool taken, dropped;
};

static struct dense dense_of(const struct cut *c) {
    struct dense d = {.rhs = c->rhs, .efficacy = c->efficacy};
    for (int k = 0; k < c->count; k++) d.value[c->index[k]] = c->value[k];
    return d;
}

static double dense_cosine(const struct dense *a, const struct dense *b) {
    double dot = 0;
    for (int j = 0; j < COLS; j++) dot += a->value[j] * b->value[j];
    return dot;
}

/* Repeatedly the best that is not too parallel to one already chosen. The limit is a cosine of 1/2. */
static int dense_best(const struct dense *d, int count) {
    int best = -1;
    for (int k = 0; k < count; k++) {
        if (d[k].taken || d[k].dropped) continue;
        if (best < 0 || d[k].efficacy > d[best].efficacy) best = k;
    }
    return best;
}

static bool same(const struct cut *c, const struct dense *d) {
    struct dense mine = dense_of(c);
    for (int j = 0; j < COLS; j++)
        if (mine.value[j] != d->value[j]) return false;
    return mine.rhs == d->rhs && mine.efficacy == d->efficacy;
}

START_TEST(the_best_are_chosen_and_none_too_parallel_to_a_better_one) {
    int dropped = 0;
    for (int seed = 1; seed <= 500; seed++) {
        struct random r = {(uint64_t)seed};
        struct cut_set found = {NULL, 0, 0}, chosen = {NULL, 0, 0};
        struct dense all[CUTS];
        int count = random_int(&r, 0, CUTS), kept = random_int(&r, 0, 2);
        size_t most = (size_t)random_int(&r, 0, CUTS);
        for (int k = 0; k < kept; k++) cut_set_append(&chosen, cut_random(&r, 50 + k)); /* of an earlier choice */
        for (int k = 0; k < count; k++) {
            struct cut c = cut_random(&r, k);
            all[k] = dense_of(&c);
            cut_set_append(&found, c);
        }
        size_t made = cut_set_choose(&chosen, &found, most, COLS), taken = 0;
        ck_assert(found.count == 0 && found.item == NULL);
        for (int best; taken < most && (best = dense_best(all, count)) >= 0; taken++) {
            ck_assert_uint_lt(taken, made);
            ck_assert_msg(same(&chosen.item[(size_t)kept + taken], &all[best]), "seed %d: choice %zu is another", seed,
                          taken);
            all[best].taken = true;
            for (int k = 0; k < count; k++)
                if (!all[k].taken && dense_cosine(&all[best], &all[k]) > 0.5) dropped++, all[k].dropped = true;
        }
        ck_assert_uint_eq(made, taken);
        ck_assert_uint_eq(chosen.count, (size_t)kept + made);
        cut_set_free(&chosen);
        ck_assert(chosen.count == 0 && chosen.item == NULL);
    }
    ck_assert_int_ge(dropped, 3502);
}
END_TEST

/* The same cuts in any order give the same choice: ties are broken by the cuts' contents, not their places. */
START_TEST(the_order_in_which_cuts_were_found_does_not_matter) {
    for (int seed = 1; seed <= 200; seed++) {
        struct cut_set chosen[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
        for (int turn = 0; turn < 2; turn++) {
            struct random r = {(uint64_t)seed};
            struct cut_set found = {NULL, 0, 0};
            for (int k = 0; k < 12; k++) {
                struct cut c = cut_random(&r, k);
                c.efficacy = 1 + k % 2;
                cut_set_append(&found, c);
            }
            for (size_t k = 0; turn && k < found.count / 2; k++) {
                struct cut t = found.item[k];
                found.item[k] = found.item[found.count - 1 - k];
                found.item[found.count - 1 - k] = t;
            }
            cut_set_choose(&chosen[turn], &found, 8, COLS);
        }
        ck_assert_uint_eq(chosen[0].count, chosen[1].count);
        for (size_t k = 0; k < chosen[0].count; k++) {
            struct dense d = dense_of(&chosen[1].item[k]);
            ck_assert(same(&chosen[0].item[k], &d));
        }
        cut_set_free(&chosen[0]);
        cut_set_free(&chosen[1]);
    }
}
END_TEST

START_TEST(cuts_become_the_last_rows_of_an_lp) {
    struct model *m = program_of(2, -1, 0, 10, false);
    program_row(m, -MODEL_INFINITY, (double[]){1, 0}, 9);
    program_finish(m);
    struct options o = options_default();
    struct lp *lp = lp_new(m, &o);
    struct cut_set s = {NULL, 0, 0};
    static const double sides[] = {1, 4, 6}; /* x0 <= 1 is left out; x1 <= 4, x0 + x1 <= 6 */
    for (int k = 0; k < 3; k++) {
        struct cut c = {.count = k == 2 ? 2 : 1, .rhs = sides[k], .efficacy = 1};
        c.index = MEMORY_NEW(int, 2);
        c.value = MEMORY_NEW(double, 2);
        c.index[0] = k == 1;
        c.index[1] = 1;
        c.value[0] = c.value[1] = 1;
        cut_set_append(&s, c);
    }
    cut_set_add_rows(&s, 1, 1, lp);
    ck_assert_int_eq(lp_rows(lp), 1);
    cut_set_add_rows(&s, 1, 3, lp);
    ck_assert_int_eq(lp_rows(lp), 3);
    for (int k = 1; k < 3; k++) {
        ck_assert_double_eq(lp_upper(lp, 2 + k), sides[k]);
        ck_assert_double_le(lp_lower(lp, 2 + k), -MODEL_INFINITY);
    }
    struct lp_control control = {MODEL_INFINITY, {LIMITS_NO_DEADLINE, INT64_MAX, 1000, NULL}};
    ck_assert_int_eq(lp_solve(lp, &control), LP_OPTIMAL);
    ck_assert_double_eq_tol(lp_objective(lp), -6, 1e-9);
    lp_set_cost(lp, 1, -3);
    ck_assert_int_eq(lp_solve(lp, &control), LP_OPTIMAL);
    ck_assert_double_eq_tol(lp_x(lp)[0], 2, 1e-9);
    ck_assert_double_eq_tol(lp_x(lp)[1], 4, 1e-9);
    ck_assert_double_eq_tol(lp_x(lp)[4], 6, 1e-9);
    lp_free(lp);
    cut_set_free(&s);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("cut_set");
    TCase *t = tcase_create("cut_set");
    tcase_add_test(t, the_best_are_chosen_and_none_too_parallel_to_a_better_one);
    tcase_add_test(t, the_order_in_which_cuts_were_found_does_not_matter);
    tcase_add_test(t, cuts_become_the_last_rows_of_an_lp);
    suite_add_tcase(s, t);
    return harness_run(s);
}
