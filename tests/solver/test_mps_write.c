/* The MPS writer: round trips, names that free form cannot hold, what is not written. */
#include <unistd.h>

#include "solver/base/memory.h"
#include "solver/io/mps.h"
#include "tests/support/model_files.h"

START_TEST(what_is_written_reads_back_bit_for_bit) {
    char path[256];
    struct error err;
    snprintf(path, sizeof path, "%s", harness_scratch(_i ? "trip.mps.gz" : "trip.mps", NULL));
    for (int seed = 0; seed < 400; seed++) {
        struct random r = {(uint64_t)seed + 1000000};
        struct model *m = random_file_model(&r);
        ck_assert_msg(mps_write(path, m, &err), "%s", err.text);
        struct model *back = mps_read(path, true, stdout, &err);
        ck_assert_msg(back != NULL, "seed %d: %s", seed, err.text);
        const char *difference = models_differ(m, back, true);
        ck_assert_msg(!difference, "seed %d: %s differ", seed, difference);
        ck_assert_msg(names_equal(m, back), "seed %d: names differ", seed);
        model_free(m);
        model_free(back);
    }
    unlink(path);
}
END_TEST

START_TEST(a_name_that_free_form_cannot_hold_changes_alone) {
    static const char *const names[][2] = {{"a b", "a_b"}, {"", "n_"},       {"$x", "_x"},
                                           {"*x", "_x"},   {"dup", "dup_1"}, {"'MARKER'", "_MARKER_"},
                                           {"<=", "<="},   {"a\tb", "a_b"},  {"x2", "x2"}};
    char path[256];
    struct error err;
    snprintf(path, sizeof path, "%s", harness_scratch("names.mps", NULL));
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        struct model *m = model_new();
        model_add_row(m, "dup", 0, 1);
        model_add_row(m, names[k][0], 0, 1);
        model_add_column(m, "dup", 1, 0, 1, false);
        model_add_column(m, names[k][0], 1, 0, 1, false);
        model_add_entry(m, 0, 0, 1);
        ck_assert(model_finish(m, &err));
        ck_assert(mps_write(path, m, &err));
        struct model *back = mps_read(path, true, NULL, &err);
        ck_assert_msg(back != NULL, "%s", err.text);
        ck_assert_ptr_null(models_differ(m, back, true));
        ck_assert_str_eq(back->col_name[0], "dup");
        ck_assert_str_eq(back->row_name[0], "dup");
        if (strcmp(names[k][0], "dup") != 0) ck_assert_str_eq(back->col_name[1], names[k][1]);
        ck_assert_str_ne(back->col_name[1], "dup");
        ck_assert_str_eq(back->col_name[1], back->row_name[1]);
        model_free(m);
        model_free(back);
    }
    unlink(path);
}
END_TEST

START_TEST(sides_that_cross_are_not_written) {
    struct model *m = model_new();
    struct error err;
    model_add_row(m, NULL, 2, 1);
    ck_assert(model_finish(m, &err));
    const char *path = harness_scratch("cross.mps", NULL);
    ck_assert(!mps_write(path, m, &err));
    char said[512];
    snprintf(said, sizeof said, "%s: row r1: its sides cross, which MPS cannot say; LP can", path);
    ck_assert_str_eq(err.text, said);
    ck_assert_int_ne(access(path, F_OK), 0);
    model_free(m);
}
END_TEST

/* For readers that know nothing of the mark: a column that is 1, with the constant as its cost. */
START_TEST(a_constant_is_the_cost_of_a_column_fixed_at_1) {
    struct model *m = model_new();
    struct error err;
    char text[1024];
    model_add_column(m, "x", 3, 0, 4, false);
    m->offset = 7;
    m->objective_name = memory_string("goal");
    ck_assert(model_finish(m, &err));
    const char *path = harness_scratch("constant.mps", NULL);
    ck_assert_msg(mps_write(path, m, &err), "%s", err.text);
    harness_read(text, sizeof text, path);
    const char *mark = strstr(text, "* " MODEL_CONSTANT_MARK);
    char name[64], line[128];
    ck_assert_ptr_nonnull(mark);
    ck_assert_int_eq(sscanf(mark + strlen("* " MODEL_CONSTANT_MARK), "%63s", name), 1);
    snprintf(line, sizeof line, "FX BOUND  %s  1\n", name);
    ck_assert_msg(strstr(text, line) != NULL, "no `%s` in: %s", line, text);
    snprintf(line, sizeof line, "    %s  goal  7\n", name);
    ck_assert_msg(strstr(text, line) != NULL, "no `%s` in: %s", line, text);
    unlink(path);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("mps_write");
    TCase *t = tcase_create("mps_write");
    tcase_add_loop_test(t, what_is_written_reads_back_bit_for_bit, 0, 2);
    tcase_add_test(t, a_name_that_free_form_cannot_hold_changes_alone);
    tcase_add_test(t, sides_that_cross_are_not_written);
    tcase_add_test(t, a_constant_is_the_cost_of_a_column_fixed_at_1);
    suite_add_tcase(s, t);
    return harness_run(s);
}
