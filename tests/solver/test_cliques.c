/* The clique table, compared with enumeration, and what propagation deduces from it that rows do not. */
#include "solver/base/random.h"
#include "solver/search/clique_table.h"
#include "solver/search/domain.h"
#include "tests/support/program.h"

enum { COLS = 9, PROGRAMS = 60 };

struct made { /* a program and its table */
    struct model *m;
    struct rows rows;
    struct clique_table table;
};

static struct made finish(struct model *m, const struct implications *implied) {
    struct made p = {.m = program_finish(m)};
    rows_make(&p.rows, m);
    clique_table_init(&p.table, m, &p.rows, implied, m->lower, m->upper);
    return p;
}

static void forget(struct made *p) {
    clique_table_free(&p->table);
    rows_free(&p->rows);
    model_free(p->m);
}

static bool literal(const double *x, int l) {
    return l % 2 ? x[l / 2] == 0 : x[l / 2] == 1;
}

START_TEST(no_solution_has_two_literals_of_a_clique) {
    int pairs = 0, flipped = 0;
    for (long seed = 1; seed <= PROGRAMS; seed++) {
        struct random r = {(uint64_t)seed * 31 + 5};
        struct model *m = program_of(COLS, 1, 0, 1, true);
        for (int i = 0; i < 3; i++) {
            double value[COLS];
            for (int j = 0; j < COLS; j++) value[j] = random_int(&r, 0, 1) ? random_int(&r, -3, 9) : 0;
            double side = random_int(&r, 0, 10);
            program_row(m, i == 2 ? side : -MODEL_INFINITY, value, i == 2 ? MODEL_INFINITY : side);
        }
        struct implications none = {NULL, 0, 0};
        struct made p = finish(m, &none);
        for (int a = 0; a < 2 * COLS; a++)
            for (int b = a + 1; b < 2 * COLS; b++) {
                if (!clique_table_exclusive(&p.table, a, b)) continue;
                pairs++;
                flipped += a % 2 || b % 2;
                for (int point = 0; point < 1 << COLS; point++) {
                    double x[COLS];
                    for (int j = 0; j < COLS; j++) x[j] = point >> j & 1;
                    ck_assert_msg(!literal(x, a) || !literal(x, b) || model_violation(m, x) > 0,
                                  "seed %ld: point %d has literals %d and %d", seed, point, a, b);
                }
            }
        forget(&p);
    }
    ck_assert_int_ge(pairs, 404);
    ck_assert_int_ge(flipped, 136);
}
END_TEST

START_TEST(packing_one_hot_and_knapsack_rows_are_cliques) {
    struct model *m = program_of(6, 1, 0, 1, true);
    program_row(m, -MODEL_INFINITY, (double[]){1, 1, 1, 0, 0, 0}, 1);
    program_row(m, 1, (double[]){0, 0, 0, 1, 1, 0}, 1);
    program_row(m, -MODEL_INFINITY, (double[]){5, 0, 0, 4, 0, 3},
                7); /* 5 and 4 are too heavy together, 4 and 3 are not */
    struct implications none = {NULL, 0, 0};
    struct made p = finish(m, &none);
    static const struct {
        int a, b;
        bool exclusive;
    } expected[] = {{0, 2, true}, {0, 4, true},   {2, 4, true},   {6, 8, true},  {7, 9, true},
                    {0, 6, true}, {6, 10, false}, {2, 10, false}, {1, 3, false}, {0, 8, false}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++)
        ck_assert_msg(clique_table_exclusive(&p.table, expected[k].a, expected[k].b) == expected[k].exclusive,
                      "literals %d and %d", expected[k].a, expected[k].b);
    forget(&p);
}
END_TEST

/* x0 = 1 makes x1 = x2 = 1, and these make x3 = 0. No row says what x3 = 1 does to x0. */
static struct made chain(struct implications *implied) {
    struct model *m = program_of(4, 1, 0, 1, true);
    program_row(m, 0, (double[]){-1, 1, 0, 0}, MODEL_INFINITY);
    program_row(m, 0, (double[]){-1, 0, 1, 0}, MODEL_INFINITY);
    program_row(m, -MODEL_INFINITY, (double[]){0, 1, 1, 1}, 2);
    return finish(m, implied);
}

static struct implication x0_excludes_x3 = {0, 3, 1, 1, 0};

START_TEST(a_probed_implication_works_backwards) {
    struct implications implied = {&x0_excludes_x3, 1, 1};
    struct made p = chain(&implied);
    ck_assert(clique_table_exclusive(&p.table, 0, 6));
    for (int with = 0; with < 2; with++) {
        struct domain d;
        domain_init(&d, p.m, &p.rows);
        if (with) d.cliques = &p.table;
        domain_raise_lower(&d, 3, 1);
        ck_assert(domain_propagate(&d, 1000));
        ck_assert_double_eq(d.upper[0], with ? 0 : 1);
        domain_free(&d);
    }
    forget(&p);
}
END_TEST

START_TEST(neighbours_that_are_both_set_are_infeasible_and_the_domain_recovers) {
    struct implications implied = {&x0_excludes_x3, 1, 1};
    struct made p = chain(&implied);
    struct domain d;
    domain_init(&d, p.m, &p.rows);
    d.cliques = &p.table;
    domain_raise_lower(&d, 3, 1);
    domain_raise_lower(&d, 0, 1);
    ck_assert(!domain_propagate(&d, 1000));
    d.infeasible = false;
    for (int j = 0; j < p.m->cols; j++) domain_set(&d, j, 0, 1);
    ck_assert(domain_propagate(&d, 1000)); /* nothing is queued */
    for (int j = 0; j < p.m->cols; j++) ck_assert(d.lower[j] == 0 && d.upper[j] == 1);
    domain_raise_lower(&d, 0, 1);
    ck_assert(domain_propagate(&d, 1000));
    ck_assert_double_eq(d.upper[3], 0);
    domain_free(&d);
    forget(&p);
}
END_TEST

int main(void) {
    Suite *s = suite_create("cliques");
    TCase *t = tcase_create("cliques");
    tcase_add_test(t, no_solution_has_two_literals_of_a_clique);
    tcase_add_test(t, packing_one_hot_and_knapsack_rows_are_cliques);
    tcase_add_test(t, a_probed_implication_works_backwards);
    tcase_add_test(t, neighbours_that_are_both_set_are_infeasible_and_the_domain_recovers);
    suite_add_tcase(s, t);
    return harness_run(s);
}
