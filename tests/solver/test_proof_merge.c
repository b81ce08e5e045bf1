/* Rows of products that a proof merges: one row for each pair of classes of equal cost, derived in the file; the claim is
 * that of enumeration, and products that may pay, or that more than one row holds, stay as they are. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/proof_internal.h"
#include "tests/support/proven.h"

enum { GROUPS = 3, CHOICES = 6, CLASSES = 3, PAIRS = CHOICES * CHOICES };

/* What is odd about the products of the first two groups. */
enum odd { PLAIN, PAYING, SHORT, HELD, WEIGHED, COUNTED, ALIKE /* weighed, and all pairs cost the same */, ODDITIES };

/* Choices x of groups, one of each, with weights within a budget, and y >= x_a + x_b - 1 of neighbours' pairs, whose cost
 * depends on the choices' classes. */
struct pairs {
    struct model *m;
    int cost[GROUPS][CHOICES], weight[GROUPS][CHOICES], budget, extra;
    int between[GROUPS - 1][CLASSES][CLASSES];
    enum odd odd;
};

static int choice(int group, int k) {
    return group * CHOICES + k;
}

static void add_pair(struct pairs *p, int g, int a, int b) {
    struct model *m = p->m;
    const bool odd = g == 0;
    const int cost = p->between[g][a % CLASSES][b % CLASSES];
    if (cost == 0) return;
    const int row = model_add_row(m, NULL, -MODEL_INFINITY, 1);
    const int y = model_add_column(m, NULL, odd && p->odd == PAYING ? -cost : cost, 0, odd && p->odd == SHORT ? 0.5 : 1,
                                   odd && p->odd == COUNTED);
    model_add_entry(m, row, choice(g, a), 1);
    model_add_entry(m, row, choice(g + 1, b), 1);
    model_add_entry(m, row, y, -1);
    if (odd && (p->odd == WEIGHED || p->odd == ALIKE)) model_add_entry(m, p->extra, y, 1);
    if (odd && p->odd == HELD) model_add_entry(m, p->extra, y, -1);
}

/* Rows: a group each, the budget, another over products. */
static void make_pairs(struct pairs *p, struct random *r, enum odd odd) {
    struct error err;
    p->m = model_new();
    p->odd = odd;
    for (int g = 0; g < GROUPS; g++) model_add_row(p->m, NULL, 1, 1);
    p->budget = random_int(r, 2, 16);
    const int budget = model_add_row(p->m, NULL, -MODEL_INFINITY, p->budget);
    p->extra = model_add_row(p->m, NULL, -MODEL_INFINITY, odd == HELD ? -0.25 : 1.5);
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < CHOICES; k++) {
            p->cost[g][k] = random_int(r, 0, 9);
            p->weight[g][k] = random_int(r, 1, 8);
            const int j = model_add_column(p->m, NULL, p->cost[g][k], 0, 1, true);
            model_add_entry(p->m, g, j, 1);
            model_add_entry(p->m, budget, j, p->weight[g][k]);
        }
    for (int g = 0; g + 1 < GROUPS; g++) {
        for (int k = 0; k < CLASSES * CLASSES; k++)
            p->between[g][k / CLASSES][k % CLASSES] = odd == ALIKE ? 4 : k % (CLASSES + 1) ? random_int(r, 1, 9) : 0;
        for (int k = 0; k < PAIRS; k++) add_pair(p, g, k / CHOICES, k % CHOICES);
    }
    ck_assert_msg(model_finish(p->m, &err), "%s", err.text);
}

/* Of plain, weighed (each product is worth at most 1) and counted ones. */
static double best_of(const struct pairs *p) {
    double best = INFINITY;
    for (int a = 0; a < CHOICES; a++)
        for (int b = 0; b < CHOICES; b++)
            for (int c = 0; c < CHOICES; c++) {
                if (p->weight[0][a] + p->weight[1][b] + p->weight[2][c] > p->budget) continue;
                best =
                    fmin(best, p->cost[0][a] + p->cost[1][b] + p->cost[2][c] + p->between[0][a % CLASSES][b % CLASSES] +
                                   p->between[1][b % CLASSES][c % CLASSES]);
            }
    return best;
}

/* Merges alone, and how many rows with entries and sides are left. */
static int rows_left(const struct model *m, struct proof *s) {
    static const struct options o;
    *s = (struct proof){.options = &o, .limits = NEVER};
    proof_program_init(&s->program, m);
    proof_merge(s);
    const struct proof_program *p = &s->program;
    bool *given = MEMORY_NEW(bool, m->rows), *filled = MEMORY_NEW(bool, m->rows);
    int left = 0;
    for (long k = 0; k < m->entries; k++) given[m->index[k]] = true;
    for (long k = 0; k < p->m->entries; k++) filled[p->m->index[k]] = true;
    for (int i = 0; i < m->rows; i++) {
        ck_assert(filled[i] || !given[i] || (p->row_lower[i].row < 0 && p->row_upper[i].row < 0));
        left += filled[i];
    }
    free(given);
    free(filled);
    return left;
}

static int products_of(const struct pairs *p, int g) {
    int count = 0;
    for (int k = 0; k < PAIRS; k++) count += p->between[g][k / CHOICES % CLASSES][k % CHOICES % CLASSES] != 0;
    return count;
}

/* Costs that differ between pairs of classes: one row for each pair that costs something. */
START_TEST(a_row_is_left_for_each_pair_of_classes) {
    struct random r = {3};
    for (int round = 0; round < 50; round++) {
        struct pairs p;
        struct proof s;
        make_pairs(&p, &r, PLAIN);
        for (int g = 0; g + 1 < GROUPS; g++) ck_assert_int_eq(products_of(&p, g), 24);
        struct model *m = p.m;
        for (int j = GROUPS * CHOICES; j < m->cols; j++) {
            const int a = m->index[m->start[j]]; /* its row: costs by the row's first two columns, all different */
            int sum = 0;
            for (int x = 0; x < GROUPS * CHOICES; x++)
                for (long k = m->start[x]; k < m->start[x + 1]; k++)
                    if (m->index[k] == a) sum += x / CHOICES == 0 ? 100 * (x % CLASSES + 1) : 0;
            for (int x = 0; x < GROUPS * CHOICES; x++)
                for (long k = m->start[x]; k < m->start[x + 1]; k++)
                    if (m->index[k] == a) sum += (x / CHOICES == 2 ? 1 : 10) * (x % CLASSES + 1);
            m->cost[j] = sum;
        }
        const int kept = rows_left(m, &s), classes = CLASSES * (CLASSES - 1);
        ck_assert_int_eq(kept, GROUPS + 1 + (GROUPS - 1) * classes); /* the groups, the budget */
        ck_assert_int_ge(s.program.merges, 2 * classes);
        ck_assert(s.program.m == s.program.merged && model_check(s.program.m));
        proof_program_free(&s.program);
        model_free(m);
    }
}
END_TEST

/* Negative costs, bounds below what a row may ask, products that another row asks for as well. */
START_TEST(products_that_are_not_free_to_follow_their_row_stay) {
    static const enum odd odd[] = {PAYING, SHORT, HELD};
    struct random r = {5};
    struct pairs p;
    struct proof s;
    make_pairs(&p, &r, odd[_i]);
    rows_left(p.m, &s);
    const struct model *m = s.program.m;
    for (int i = GROUPS + 2; i < GROUPS + 2 + products_of(&p, 0); i++)
        ck_assert(s.program.row_upper[i].row == s.program.row_upper[i].given && m->row_upper[i] == 1);
    proof_program_free(&s.program);
    model_free(p.m);
}
END_TEST

/* All products of a pair of groups become one, at most 1: so their sum is, and that row is dropped, too. */
START_TEST(a_row_that_merged_columns_satisfy_is_dropped) {
    struct random r = {13};
    struct pairs p;
    struct proof s;
    make_pairs(&p, &r, ALIKE);
    ck_assert_int_eq(rows_left(p.m, &s), GROUPS + 1 + GROUPS - 1);
    ck_assert_int_lt(s.program.row_upper[p.extra].row, 0);
    proof_program_free(&s.program);
    model_free(p.m);
}
END_TEST

START_TEST(rows_that_the_bounds_imply_are_dropped) {
    struct model *m = model_new();
    struct error err;
    const int twice = model_add_row(m, NULL, -MODEL_INFINITY, 2), once = model_add_row(m, NULL, -MODEL_INFINITY, 3);
    const int least = model_add_row(m, NULL, 1, MODEL_INFINITY), most = model_add_row(m, NULL, -MODEL_INFINITY, 1);
    const int x = model_add_column(m, NULL, 1, 0, 1, true), y = model_add_column(m, NULL, 1, 0, 1, true);
    const int z = model_add_column(m, NULL, 1, 0, 9, false);
    for (int k = 0; k < 2; k++) model_add_entry(m, twice, k ? y : x, 1); /* implied by bounds */
    for (int k = 0; k < 2; k++) model_add_entry(m, once, k ? y : x, 2);  /* not implied */
    model_add_entry(m, least, z, 1);                                     /* z >= 1 */
    model_add_entry(m, most, x, 2);                                      /* 2 x - z <= 1: implied by that */
    model_add_entry(m, most, z, -1);
    ck_assert(model_finish(m, &err));
    struct proof s;
    ck_assert_int_eq(rows_left(m, &s), 2);
    ck_assert(s.program.row_upper[once].row >= 0 && s.program.row_lower[least].row >= 0);
    proof_program_free(&s.program);
    model_free(m);
}
END_TEST

START_TEST(proofs_with_merged_rows_are_accepted_and_claim_what_enumeration_finds) {
    struct random r = {11};
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("merge.vipr", NULL));
    int merged = 0, infeasible = 0;
    for (int round = 0; round < 60; round++) {
        const enum odd odd = (enum odd)(round % ODDITIES);
        struct pairs p;
        make_pairs(&p, &r, odd);
        const struct vipr_verdict v = proven_answer(path, p.m);
        if (odd == PLAIN || odd == WEIGHED || odd == COUNTED || odd == ALIKE) {
            const double best = best_of(&p);
            ck_assert_int_eq(v.claim == VIPR_INFEASIBLE, best == INFINITY);
            if (best < INFINITY) ck_assert(v.lower == best && v.upper == best);
            infeasible += best == INFINITY;
        }
        merged += proof_lines(path, "^d.*uns.* -1$") > 10;
        model_free(p.m);
        harness_forget(path);
    }
    ck_assert_int_gt(merged, 20);
    ck_assert_int_gt(infeasible, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("proof_merge");
    TCase *c = tcase_create("proof_merge");
    tcase_add_test(c, a_row_is_left_for_each_pair_of_classes);
    tcase_add_loop_test(c, products_that_are_not_free_to_follow_their_row_stay, 0, 3);
    tcase_add_test(c, a_row_that_merged_columns_satisfy_is_dropped);
    tcase_add_test(c, rows_that_the_bounds_imply_are_dropped);
    tcase_add_test(c, proofs_with_merged_rows_are_accepted_and_claim_what_enumeration_finds);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
