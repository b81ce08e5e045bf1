/* Proofs with columns that are fixed by reduced costs, all by one row: they hold, and with that row changed they do not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/lpfile.h"
#include "tests/support/proven.h"
#include "tests/support/small_milp.h"

enum { LAYERS = 10, CHOICES = 4, ROOM = 1 << 22 };
#define BEST 128 /* three layers are fast */

static char path[512], text[ROOM];

static void setup(void) {
    snprintf(path, sizeof path, "%s", harness_scratch("proof.vipr", NULL));
}

/* Equal layers under one budget: fast and large, slow and small, and two choices that are far too slow. */
static struct model *layers(void) {
    static const double cost[CHOICES] = {10, 14, 101, 200}, size[CHOICES] = {3, 1, 0, 0};
    struct model *m = model_new();
    int budget = model_add_row(m, "budget", -MODEL_INFINITY, 17);
    for (int l = 0; l < LAYERS; l++) {
        int one = model_add_row(m, NULL, 1, 1);
        for (int i = 0; i < CHOICES; i++) {
            int col = model_add_column(m, NULL, cost[i], 0, 1, true);
            model_add_entry(m, one, col, 1);
            if (size[i] > 0) model_add_entry(m, budget, col, size[i]);
        }
    }
    return milp_finished(m);
}

static void write_proof(const struct model *m, bool fixing, int64_t nodes) {
    struct options o = options_default();
    struct limits limits = *NEVER;
    struct error err = {""};
    struct milp_result *r = milp_solve(m, &o, NULL);
    o.reduced_cost_fixing = fixing;
    limits.nodes = nodes;
    ck_assert_msg(proof_write(path, m, r, &o, &limits, &err), "%s", err.text);
    harness_read(text, sizeof text, path);
    milp_result_free(r);
}

static struct vipr_verdict check(const struct model *m) {
    struct vipr_verdict v = verdict_of(path, m);
    harness_forget(path);
    return v;
}

/* All slow choices, in one row that the cut-off implies. */
START_TEST(columns_are_fixed_by_one_row) {
    struct model *m = layers();
    write_proof(m, true, 100); /* at first a tenth: without sums of twins every choice of layers is a node */
    const char *cutoff = strstr(text, "L 128 OBJ { sol } -1\n"),
               *row = cutoff ? strstr(cutoff, " L 0 20 2 1 3 1 6 1 ") : NULL;
    ck_assert_msg(row && strstr(row, "{ rnd "), "%s", strstr(text, "DER"));
    struct vipr_verdict v = check(m);
    ck_assert_msg(v.proven && v.lower == BEST && v.upper == BEST, "%s", v.why.text);
    write_proof(m, false, 20000);
    ck_assert(!strstr(text, "{ sol }"));
    ck_assert(check(m).proven);
    model_free(m);
}
END_TEST

/* `from`, which follows the cut-off, becomes `to`. */
static void write_changed(const char *from, const char *to) {
    static char copy[ROOM + 64];
    const char *at = strstr(strstr(text, "OBJ { sol }") - 8, from);
    ck_assert_msg(at != NULL, "%s", from);
    snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    snprintf(path, sizeof path, "%s", harness_scratch("proof.vipr", copy));
}

START_TEST(a_changed_fixing_is_refused) {
    static const struct {
        const char *what, *from, *to;
    } changes[] = {{"one more is rounded off", " L 0 20 2 1 3 1", " L -1 20 2 1 3 1"},
                   {"a column that is not dear enough", " L 0 20 2 1 3 1", " L 0 21 1 1 2 1 3 1"},
                   {"a column that may be 1 is left out of the sum", " L 0 20 2 1 3 1", " L 0 20 2 2 3 1"},
                   {"a cut-off below the best solution", "L 128 OBJ { sol }", "L 126 OBJ { sol }"},
                   {"a sum instead of a rounded one", "{ rnd ", "{ lin "}};
    struct model *m = layers();
    write_proof(m, true, 100);
    for (int k = 0; k < (int)(sizeof changes / sizeof *changes); k++) {
        write_changed(changes[k].from, changes[k].to);
        ck_assert_msg(!check(m).proven, "%s: proven", changes[k].what);
    }
    model_free(m);
}
END_TEST

/* The lines of the affine space of 27 points, each to be met (Fulkerson, Nemhauser & Trotter 1974): a leaf often does
 * without some of its branchings, and then their other sides are not searched. With them there are 4100 branchings. */
START_TEST(sides_that_are_not_needed_are_left_out) {
    enum { POINTS = 27, FEW = 4000 };
    struct model *m = model_new();
    for (int j = 0; j < POINTS; j++) model_add_column(m, NULL, 1, 0, 1, true);
    for (int a = 0; a < POINTS; a++)
        for (int b = a + 1; b < POINTS; b++) {
            int c = 0;
            for (int power = 1; power < POINTS; power *= 3) c += (6 - a / power % 3 - b / power % 3) % 3 * power;
            if (c <= b) continue;
            int row = model_add_row(m, NULL, 1, MODEL_INFINITY);
            for (int k = 0; k < 3; k++) model_add_entry(m, row, k == 0 ? a : k == 1 ? b : c, 1);
        }
    milp_finished(m);
    write_proof(m, true, 100000);
    int branchings = 0;
    for (const char *at = text; (at = strstr(at, "{ asm }")); at++) branchings++;
    struct vipr_verdict v = check(m);
    ck_assert_msg(v.proven && v.lower == 18 && v.upper == 18, "%s", v.why.text);
    ck_assert_msg(branchings > 0 && branchings < FEW, "%d branchings", branchings);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("proof_fix");
    TCase *t = tcase_create("proof_fix");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, columns_are_fixed_by_one_row);
    tcase_add_test(t, a_changed_fixing_is_refused);
    tcase_add_test(t, sides_that_are_not_needed_are_left_out);
    suite_add_tcase(s, t);
    return harness_run(s);
}
