/* The table of cliques against pairs of literals that a row alone excludes, and propagation against the table read pair
 * by pair. That no solution has two literals of a clique is tests/solver/test_cliques.c. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>

#include "solver/search/clique_table.h"
#include "solver/search/domain.h"
#include "tests/support/hold.h"
#include "tests/support/program.h"

enum { COLS = 8, LITERALS = 2 * COLS };

struct scene {
    struct model *m;
    struct rows rows;
    struct clique_table t;
};

static void scene_random(struct scene *s, struct random *r, const struct implications *implied) {
    s->m = program_of(COLS, 0, 0, 1, true);
    for (int i = 0; i < 4; i++) {
        double value[COLS] = {0};
        for (int j = 0; j < COLS; j++)
            if (random_int(r, 0, 1)) value[j] = i < 2 ? (random_int(r, 0, 1) ? 1 : -1) : random_int(r, -9, 9);
        double side = random_int(r, -2, 6);
        program_row(s->m, random_int(r, 0, 2) ? -MODEL_INFINITY : side - 3, value, side);
    }
    program_finish(s->m);
    rows_make(&s->rows, s->m);
    clique_table_init(&s->t, s->m, &s->rows, implied, s->m->lower, s->m->upper);
}

static void scene_close(struct scene *s) {
    clique_table_free(&s->t);
    rows_free(&s->rows);
    model_free(s->m);
}

/* sign * row <= side with two literals at 1 and every other column at its best bound. */
static bool row_allows(const struct model *m, int i, double sign, double side, int a, int b) {
    double least = 0;
    for (int j = 0; j < m->cols; j++) {
        double v = sign * program_entry(m, i, j);
        bool fixed = j == a / 2 || j == b / 2;
        double x = j == a / 2 ? a % 2 == 0 : b % 2 == 0;
        least += fixed ? v * x : fmin(v, 0);
    }
    return least <= side;
}

static bool some_row_excludes(const struct model *m, int a, int b) {
    for (int i = 0; i < m->rows; i++) {
        if (m->row_upper[i] < MODEL_INFINITY && !row_allows(m, i, 1, m->row_upper[i], a, b)) return true;
        if (m->row_lower[i] > -MODEL_INFINITY && !row_allows(m, i, -1, -m->row_lower[i], a, b)) return true;
    }
    return false;
}

START_TEST(every_pair_of_a_clique_is_excluded_by_a_row) {
    int pairs = 0;
    for (int seed = 1; seed <= 500; seed++) {
        struct random r = {(uint64_t)seed};
        struct implications none = {NULL, 0, 0};
        struct scene s;
        scene_random(&s, &r, &none);
        ck_assert_int_eq(s.t.literals, LITERALS);
        for (int c = 0; c < s.t.cliques; c++) {
            HOLDS(s.t.start[c + 1] - s.t.start[c] >= 2);
            for (long p = s.t.start[c]; p < s.t.start[c + 1]; p++)
                for (long q = s.t.start[c]; q < p; q++, pairs++) {
                    HOLDS(s.t.literal[p] != s.t.literal[q]);
                    HOLDS(some_row_excludes(s.m, s.t.literal[p], s.t.literal[q]));
                }
        }
        scene_close(&s);
    }
    ck_assert_int_ge(pairs, 3923);
}
END_TEST

/* sum of literals <= 1 excludes all its pairs; a knapsack row excludes at least its heaviest pair, if any. */
START_TEST(a_row_of_equal_weights_is_a_clique_as_a_whole) {
    int packed = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct model *m = program_of(COLS, 0, 0, 1, true);
        double value[COLS], side = 1;
        bool in[LITERALS] = {false};
        for (int j = 0; j < COLS; j++) {
            value[j] = random_int(&r, -1, 1);
            if (value[j] < 0) side--;
            in[2 * j] = value[j] > 0;
            in[2 * j + 1] = value[j] < 0;
        }
        if (seed % 2) {
            program_row(m, -MODEL_INFINITY, value, side);
        } else { /* the same row, negated */
            for (int j = 0; j < COLS; j++) value[j] = -2.5 * value[j];
            program_row(m, -2.5 * side, value, MODEL_INFINITY);
        }
        program_finish(m);
        struct implications none = {NULL, 0, 0};
        struct rows rows;
        struct clique_table t;
        rows_make(&rows, m);
        clique_table_init(&t, m, &rows, &none, m->lower, m->upper);
        for (int a = 0; a < LITERALS; a++)
            for (int b = 0; b < a; b++) {
                HOLDS(clique_table_exclusive(&t, a, b) == (in[a] && in[b]));
                HOLDS(clique_table_exclusive(&t, b, a) == (in[a] && in[b]));
                packed += in[a] && in[b];
            }
        clique_table_free(&t);
        rows_free(&rows);
        model_free(m);
    }
    ck_assert_int_ge(packed, 3712);
}
END_TEST

static struct implication *random_implications(struct random *r, size_t count) {
    struct implication *item = calloc(count, sizeof *item);
    for (size_t k = 0; k < count; k++) {
        int a = random_int(r, 0, COLS - 1), b = (a + random_int(r, 1, COLS - 1)) % COLS;
        int upper = random_int(r, 0, 1);
        item[k] = (struct implication){a, b, (signed char)random_int(r, 0, 1), (signed char)upper, upper ? 0 : 1};
    }
    return item;
}

START_TEST(members_are_the_cliques_of_each_literal_and_implications_are_pairs) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 5};
        size_t count = (size_t)random_int(&r, 0, 12);
        struct implications implied = {random_implications(&r, count), count, count};
        struct scene s;
        scene_random(&s, &r, &implied);
        bool exclusive[LITERALS][LITERALS] = {{false}};
        for (int c = 0; c < s.t.cliques; c++)
            for (long p = s.t.start[c]; p < s.t.start[c + 1]; p++)
                for (long q = s.t.start[c]; q < s.t.start[c + 1]; q++)
                    if (p != q) exclusive[s.t.literal[p]][s.t.literal[q]] = true;
        for (int a = 0; a < LITERALS; a++) {
            for (int b = 0; b < LITERALS; b++)
                if (a != b) HOLDS(clique_table_exclusive(&s.t, a, b) == exclusive[a][b]);
            long members = s.t.member_start[a], expected = 0;
            for (int c = 0; c < s.t.cliques; c++)
                for (long p = s.t.start[c]; p < s.t.start[c + 1]; p++)
                    if (s.t.literal[p] == a) {
                        HOLDS(s.t.member[members + expected] == c);
                        expected++;
                    }
            HOLDS(s.t.member_start[a + 1] - members == expected);
        }
        for (size_t k = 0; k < count; k++) { /* x_col = value makes x_other 0 (upper) or 1 */
            const struct implication *i = &implied.item[k];
            int a = 2 * i->col + (i->value == 0), b = 2 * i->other + (i->upper == 0);
            HOLDS(exclusive[a][b]);
        }
        free(implied.item);
        scene_close(&s);
    }
}
END_TEST

START_TEST(columns_that_are_not_free_binaries_are_in_no_clique) {
    struct model *m = program_of(4, 0, 0, 1, true);
    m->upper[1] = 2;
    m->integer[2] = false;
    program_row(m, -MODEL_INFINITY, (double[]){1, 1, 1, 1}, 1);
    program_finish(m);
    struct implications none = {NULL, 0, 0};
    struct rows rows;
    struct clique_table t;
    double upper[] = {1, 2, 1, 0}; /* the last one is fixed */
    rows_make(&rows, m);
    clique_table_init(&t, m, &rows, &none, m->lower, m->upper);
    ck_assert(clique_table_exclusive(&t, 0, 6));
    ck_assert_int_eq(t.start[t.cliques], 2);
    clique_table_free(&t);
    clique_table_init(&t, m, &rows, &none, m->lower, upper);
    ck_assert_int_eq(t.cliques, 0);
    clique_table_free(&t);
    rows_free(&rows);
    model_free(m);
}
END_TEST

START_TEST(neighbours_of_a_literal_that_is_1_become_0_and_no_others) {
    int moved = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 7};
        size_t count = (size_t)random_int(&r, 0, 8);
        struct implications implied = {random_implications(&r, count), count, count};
        struct scene s;
        struct domain d;
        scene_random(&s, &r, &implied);
        int literal = random_int(&r, 0, LITERALS - 1);
        bool clash = false;
        for (int b = 0; b < LITERALS; b += 2)
            clash |= clique_table_exclusive(&s.t, literal, b) && clique_table_exclusive(&s.t, literal, b + 1);
        domain_init(&d, s.m, &s.rows);
        domain_set(&d, literal / 2, literal % 2 == 0, literal % 2 == 0);
        long read = clique_table_propagate(&s.t, &d, literal), most = 1;
        for (long p = s.t.member_start[literal]; p < s.t.member_start[literal + 1]; p++)
            most += s.t.start[s.t.member[p] + 1] - s.t.start[s.t.member[p]];
        HOLDS(clash ? read <= most : read == most);
        HOLDS(!clash || d.infeasible);
        for (int b = 0; b < LITERALS && !d.infeasible; b++) {
            if (b / 2 == literal / 2) continue;
            bool zero = b % 2 ? d.lower[b / 2] == 1 : d.upper[b / 2] == 0;
            HOLDS(zero == clique_table_exclusive(&s.t, literal, b));
            moved += zero;
        }
        domain_free(&d);
        free(implied.item);
        scene_close(&s);
    }
    ck_assert_int_ge(moved, 304);
}
END_TEST

int main(void) {
    Suite *s = suite_create("clique_table");
    TCase *t = tcase_create("clique_table");
    tcase_add_test(t, every_pair_of_a_clique_is_excluded_by_a_row);
    tcase_add_test(t, a_row_of_equal_weights_is_a_clique_as_a_whole);
    tcase_add_test(t, members_are_the_cliques_of_each_literal_and_implications_are_pairs);
    tcase_add_test(t, columns_that_are_not_free_binaries_are_in_no_clique);
    tcase_add_test(t, neighbours_of_a_literal_that_is_1_become_0_and_no_others);
    suite_add_tcase(s, t);
    return harness_run(s);
}
