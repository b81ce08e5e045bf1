/* Symmetries of programs made of identical blocks: that all exchanges of blocks are found, that nothing else is, and
 * that a search which uses them proves what enumeration and a search without them find. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/milp.h"
#include "solver/search/symmetry.h"
#include "tests/support/program.h"

/* `blocks` copies of the same columns and rows, and rows over all copies; columns and rows in random order. Columns of
 * a block differ by their costs unless `plain`. */
struct shape {
    int blocks, cols, rows, shared, upper;
    bool plain, continuous; /* continuous: each block's last column */
};

static void shuffle(struct random *r, int *place, int count) {
    for (int k = 0; k < count; k++) place[k] = k;
    for (int k = count - 1; k > 0; k--) {
        int other = random_int(r, 0, k), kept = place[k];
        place[k] = place[other];
        place[other] = kept;
    }
}

static struct model *blocks_program(struct random *r, const struct shape *s) {
    int cols = s->blocks * s->cols, rows = s->blocks * s->rows + s->shared, col[64], row[64], cost[16];
    struct model *m = model_new();
    shuffle(r, col, cols);
    shuffle(r, row, rows);
    double *value = MEMORY_NEW(double, rows *cols), *upper = MEMORY_NEW(double, rows);
    for (int c = 0; c < s->cols; c++) cost[c] = s->plain ? -1 : -1 - 3 * c - random_int(r, 0, 2);
    for (int i = 0; i < s->rows + s->shared; i++) {
        bool shared = i >= s->rows;
        double side = random_int(r, 3, 5 + s->upper * (shared ? s->blocks : 1) * s->cols);
        for (int c = 0; c < s->cols; c++) {
            double v = random_int(r, 0, 9) < (shared ? 9 : 7) ? random_int(r, 1, 5) : 0;
            for (int b = 0; b < s->blocks; b++) {
                int at = row[shared ? s->blocks * s->rows + i - s->rows : b * s->rows + i];
                value[at * cols + col[b * s->cols + c]] = v;
                upper[at] = side;
            }
        }
    }
    int *kind = MEMORY_NEW(int, cols);
    for (int k = 0; k < cols; k++) kind[col[k]] = k % s->cols;
    for (int j = 0; j < cols; j++)
        model_add_column(m, NULL, cost[kind[j]], 0, s->upper, !s->continuous || kind[j] < s->cols - 1);
    for (int i = 0; i < rows; i++) {
        int at = model_add_row(m, NULL, -MODEL_INFINITY, upper[i]);
        for (int j = 0; j < cols; j++)
            if (value[i * cols + j] != 0) model_add_entry(m, at, j, value[i * cols + j]);
    }
    free(value);
    free(upper);
    free(kind);
    return program_finish(m);
}

static int moved_to(const struct symmetry *s, int j, int k) {
    return s->image[j * s->count + k];
}

/* Whether moving columns as permutation k does, row i becomes row other. */
static bool becomes(const struct model *m, const struct symmetry *s, int k, int i, int other) {
    if (m->row_lower[i] != m->row_lower[other] || m->row_upper[i] != m->row_upper[other]) return false;
    for (int j = 0; j < m->cols; j++)
        if (program_entry(m, i, j) != program_entry(m, other, moved_to(s, j, k))) return false;
    return true;
}

static void check_permutation(const struct model *m, const struct symmetry *s, int k) {
    bool hit[64] = {false}, moves = false;
    for (int j = 0; j < m->cols; j++) {
        int to = moved_to(s, j, k);
        ck_assert(to >= 0 && to < m->cols && !hit[to]);
        hit[to] = true;
        moves |= to != j;
        ck_assert(m->cost[j] == m->cost[to] && m->upper[j] == m->upper[to] && m->integer[j] == m->integer[to]);
    }
    ck_assert(moves);
    for (int i = 0; i < m->rows; i++) {
        bool some = false;
        for (int other = 0; other < m->rows && !some; other++) some = becomes(m, s, k, i, other);
        ck_assert_msg(some, "permutation %d: row %d is lost", k, i);
    }
}

START_TEST(all_exchanges_of_blocks_are_found_and_hold) {
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed};
        struct shape shape = {2 + seed % 5, 2 + seed % 4, 2, 2, 3, false, seed % 3 == 0};
        struct model *m = blocks_program(&r, &shape);
        struct rows rows;
        struct symmetry s;
        rows_init(&rows, m);
        symmetry_find(&s, m, &rows);
        ck_assert_int_ge(s.generators, shape.blocks - 1);
        ck_assert_int_ge(s.count, shape.blocks * (shape.blocks - 1) / 2);
        for (int k = 0; k < s.count; k++) check_permutation(m, &s, k);
        symmetry_free(&s);
        rows_free(&rows);
        model_free(m);
    }
}
END_TEST

START_TEST(programs_that_only_look_alike_have_no_symmetry) {
    int found = 0;
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed * 17};
        struct model *m = program_of(10, -1, 0, 1, true);
        for (int i = 0; i < 8; i++) { /* three columns a row, as in a regular graph, but at random */
            double value[PROGRAM_WIDTH] = {0};
            for (int k = 0; k < 3; k++) value[random_int(&r, 0, 9)] = 1;
            program_row(m, -MODEL_INFINITY, value, 1);
        }
        program_finish(m);
        struct rows rows;
        struct symmetry s;
        rows_init(&rows, m);
        symmetry_find(&s, m, &rows);
        for (int k = 0; k < s.count; k++) check_permutation(m, &s, k);
        found += s.count > 0;
        symmetry_free(&s);
        rows_free(&rows);
        model_free(m);
    }
    ck_assert_int_ge(found, 80);
    ck_assert_int_lt(found, 200);
}
END_TEST

struct pairs {
    int count, leader[256], other[256];
};

static void note(void *context, int leader, int other) {
    struct pairs *p = context;
    p->leader[p->count] = leader;
    p->other[p->count++] = other;
}

/* Leaders sort the blocks. */
START_TEST(every_point_has_an_image_that_keeps_the_rows_of_the_leaders) {
    for (int seed = 1; seed <= 60; seed++) {
        struct random r = {(uint64_t)seed * 31};
        struct shape shape = {3 + seed % 3, 1 + seed % 3, 1, 1, 4, false, false};
        struct model *m = blocks_program(&r, &shape);
        struct rows rows;
        struct symmetry s;
        struct clique_table cliques;
        struct implications none = {0};
        struct pairs pairs = {0};
        rows_init(&rows, m);
        symmetry_find(&s, m, &rows);
        clique_table_init(&cliques, m, &rows, &none, m->lower, m->upper);
        const bool one_hot[64] = {false};
        const struct symmetry_program p = {m, m->lower, m->upper, &cliques, one_hot};
        symmetry_lead(&s, &p);
        symmetry_rows(&s, note, &pairs);
        ck_assert_int_ge(s.leaders, shape.blocks - 1); /* more where columns of one block are alike, too */
        ck_assert_int_ge(pairs.count, shape.blocks * (shape.blocks - 1) / 2);
        double x[64], given[64];
        for (int j = 0; j < m->cols; j++) x[j] = given[j] = random_int(&r, 0, 4);
        symmetry_represent(&s, x);
        ck_assert_double_eq_tol(model_objective(m, x), model_objective(m, given), 1e-9);
        ck_assert_double_eq_tol(model_violation(m, x), model_violation(m, given), 1e-9);
        for (int k = 0; k < pairs.count; k++) ck_assert_double_ge(x[pairs.leader[k]], x[pairs.other[k]]);
        ck_assert(!symmetry_represent(&s, x));
        clique_table_free(&cliques);
        symmetry_free(&s);
        rows_free(&rows);
        model_free(m);
    }
}
END_TEST

START_TEST(bounds_are_shared_within_an_orbit) {
    struct random r = {5};
    struct shape shape = {4, 2, 1, 1, 3, false, false};
    struct model *m = blocks_program(&r, &shape);
    struct rows rows;
    struct symmetry s;
    double lower[8] = {0}, upper[8];
    rows_init(&rows, m);
    symmetry_find(&s, m, &rows);
    for (int j = 0; j < m->cols; j++) upper[j] = 3;
    upper[0] = 1;
    ck_assert(symmetry_share_bounds(&s, lower, upper));
    for (int j = 0; j < m->cols; j++) ck_assert_double_eq(upper[j], m->cost[j] == m->cost[0] ? 1 : 3);
    ck_assert(!symmetry_share_bounds(&s, lower, upper));
    symmetry_free(&s);
    rows_free(&rows);
    model_free(m);
}
END_TEST

/* --- whole searches --- */

static struct milp_result *solve(const struct model *m, bool symmetry, int variant) {
    struct options o = options_default();
    o.symmetry = symmetry;
    o.presolve = variant & 1;
    o.probing = variant & 1;
    o.cut_rounds = variant & 2 ? 10 : 0;
    o.set_branching = variant & 4;
    o.threads = variant & 8 ? 2 : 1;
    return milp_solve(m, &o, NULL);
}

static double enumerated(const struct model *m) {
    double x[64], best = MODEL_INFINITY;
    memcpy(x, m->lower, (size_t)m->cols * sizeof *x);
    do {
        double objective = model_objective(m, x);
        if (objective < best && model_violation(m, x) <= 1e-9) best = objective;
    } while (program_next_point(x, m->lower, m->upper, m->cols));
    return best;
}

START_TEST(the_optimum_is_that_of_enumeration) {
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed * 101};
        struct shape shape = {3, 3, 2, 2, 1 + seed % 2, seed % 3 == 0, false};
        struct model *m = blocks_program(&r, &shape);
        struct milp_result *found = solve(m, true, seed % 16);
        double best = enumerated(m);
        ck_assert_int_eq(found->status, MILP_OPTIMAL);
        ck_assert_msg(fabs(found->objective - best) < 1e-6, "seed %d: %g, not %g", seed, found->objective, best);
        ck_assert_double_le(model_violation(m, found->x), 1e-6);
        milp_result_free(found);
        model_free(m);
    }
}
END_TEST

START_TEST(larger_programs_have_the_same_optimum_and_smaller_trees) {
    int64_t with = 0, without = 0;
    for (int seed = 1; seed <= 120; seed++) {
        struct random r = {(uint64_t)seed * 1009};
        struct shape shape = {4 + seed % 2, 5, 4, 3, 2 + seed % 3, false, seed % 4 == 0};
        struct model *m = blocks_program(&r, &shape);
        struct milp_result *one = solve(m, true, seed % 16), *other = solve(m, false, seed % 16);
        ck_assert_int_eq(one->status, MILP_OPTIMAL);
        ck_assert_int_eq(other->status, MILP_OPTIMAL);
        ck_assert_msg(fabs(one->objective - other->objective) < 1e-6, "seed %d: %.12g, not %.12g", seed, one->objective,
                      other->objective);
        with += one->nodes;
        without += other->nodes;
        milp_result_free(one);
        milp_result_free(other);
        model_free(m);
    }
    ck_assert_int_lt(2 * with, without);
}
END_TEST

int main(void) {
    Suite *s = suite_create("symmetry");
    TCase *t = tcase_create("symmetry");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, all_exchanges_of_blocks_are_found_and_hold);
    tcase_add_test(t, programs_that_only_look_alike_have_no_symmetry);
    tcase_add_test(t, every_point_has_an_image_that_keeps_the_rows_of_the_leaders);
    tcase_add_test(t, bounds_are_shared_within_an_orbit);
    tcase_add_test(t, the_optimum_is_that_of_enumeration);
    tcase_add_test(t, larger_programs_have_the_same_optimum_and_smaller_trees);
    suite_add_tcase(s, t);
    return harness_run(s);
}
