/* The LP writer: round trips, names that the format cannot hold, lengths of lines. */
#include <unistd.h>

#include "solver/io/lpfile.h"
#include "tests/support/model_files.h"

START_TEST(what_is_written_reads_back_the_same) {
    char path[256];
    struct error err;
    snprintf(path, sizeof path, "%s", harness_scratch(_i ? "trip.lp.gz" : "trip.lp", NULL));
    for (int seed = 0; seed < 400; seed++) {
        struct random r = {(uint64_t)seed + 2000000};
        struct model *m = random_file_model(&r);
        ck_assert_msg(lpfile_write(path, m, &err), "%s", err.text);
        struct model *back = lpfile_read(path, true, NULL, &err);
        ck_assert_msg(back != NULL, "seed %d: %s", seed, err.text);
        struct model *split = sides_split(m);
        const char *difference = models_differ(split, back, false);
        ck_assert_msg(!difference, "seed %d: %s differ", seed, difference);
        ck_assert_msg(names_equal(split, back), "seed %d: names differ", seed);
        model_free(split);
        model_free(m);
        model_free(back);
    }
    unlink(path);
}
END_TEST

START_TEST(a_name_that_the_format_cannot_hold_changes_alone) {
    static const char *const names[][2] = {
        {"a b", "a_b"},     {"2x", "n_2x"},         {"e5", "n_e5"},         {"E", "n_E"},
        {"st", "n_st"},     {"free", "n_free"},     {"a+b", "a_b"},         {"x^2", "x_2"},
        {"inf", "n_inf"},   {"End", "n_End"},       {"kept", "kept_2"},     {"", "n_"},
        {"a/b", "a_b"},     {".5", "n_.5"},         {"Bounds", "n_Bounds"}, {"<=", "__"},
        {"a:b", "a_b"},     {"a\nb", "a_b"},        {"other!", "other!"},   {"a\\b", "a_b"},
        {"\xc3\xa4", "__"}, {"taken-", "taken__2"},
    };
    char path[256];
    struct error err;
    snprintf(path, sizeof path, "%s", harness_scratch("names.lp", NULL));
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        struct model *m = model_new();
        model_add_row(m, "kept", 0, MODEL_INFINITY);
        model_add_row(m, names[k][0], 0, MODEL_INFINITY);
        model_add_row(m, "taken_", 0, MODEL_INFINITY);
        model_add_column(m, "kept", 1, 0, 1, false);
        model_add_column(m, names[k][0], 1, 0, 1, false);
        model_add_column(m, "taken_", 1, 0, 1, false);
        model_add_entry(m, 0, 1, 1);
        ck_assert(model_finish(m, &err));
        ck_assert(lpfile_write(path, m, &err));
        struct model *back = lpfile_read(path, true, NULL, &err);
        ck_assert_msg(back != NULL, "%s", err.text);
        ck_assert_ptr_null(models_differ(m, back, false));
        ck_assert_str_eq(back->col_name[0], "kept");
        ck_assert_str_eq(back->row_name[0], "kept");
        ck_assert_str_eq(back->col_name[1], names[k][1]);
        ck_assert_str_eq(back->row_name[1], names[k][1]);
        ck_assert_str_eq(back->col_name[2], "taken_");
        model_free(m);
        model_free(back);
    }
    unlink(path);
}
END_TEST

START_TEST(lines_stay_below_510_characters_whatever_the_names) {
    char path[256], name[260], line[8192];
    struct error err;
    snprintf(path, sizeof path, "%s", harness_scratch("long.lp", NULL));
    struct model *m = model_new();
    for (int i = 0; i < 3; i++) {
        memset(name, 'a' + i, 255);
        name[255] = '\0';
        model_add_row(m, name, -1.0 / 3, 1.0 / 3);
        model_add_column(m, name, -1.0 / 3, -1.0 / 3, 1e19 / 3, false);
        for (int j = 0; j <= i; j++) model_add_entry(m, i, j, -1e-7 / 3);
    }
    for (int j = 3; j < 500; j++) {
        model_add_column(m, NULL, 1.0 / j, 0, 1, j % 2);
        model_add_entry(m, 0, j, 1.0 / j);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    ck_assert(lpfile_write(path, m, &err));
    FILE *in = fopen(path, "r");
    while (fgets(line, sizeof line, in)) ck_assert_msg(strlen(line) < 510, "%zu: %s", strlen(line), line);
    fclose(in);
    struct model *back = lpfile_read(path, true, NULL, &err), *split = sides_split(m);
    ck_assert_msg(back != NULL, "%s", err.text);
    ck_assert_ptr_null(models_differ(split, back, false));
    model_free(m);
    model_free(back);
    model_free(split);
    unlink(path);
}
END_TEST

int main(void) {
    Suite *s = suite_create("lpfile_write");
    TCase *t = tcase_create("lpfile_write");
    tcase_add_loop_test(t, what_is_written_reads_back_the_same, 0, 2);
    tcase_add_test(t, a_name_that_the_format_cannot_hold_changes_alone);
    tcase_add_test(t, lines_stay_below_510_characters_whatever_the_names);
    suite_add_tcase(s, t);
    return harness_run(s);
}
