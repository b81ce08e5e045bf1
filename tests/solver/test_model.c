/* Models built through the interface, and the table of options. */
#include <math.h>
#include <string.h>

#include "solver/base/names.h"
#include "solver/base/numbers.h"
#include "solver/base/options.h"
#include "solver/base/random.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

START_TEST(entries_come_back_by_columns_in_the_order_given_without_zeros) {
    struct model *m = model_new();
    struct error err;
    for (int i = 0; i < 3; i++) model_add_row(m, NULL, 0, 1);
    for (int j = 0; j < 3; j++) model_add_column(m, NULL, j, 0, 1, false);
    model_add_entry(m, 2, 1, 5);
    model_add_entry(m, 0, 0, 0);
    model_add_entry(m, 0, 1, 7);
    model_add_entry(m, 1, 0, 3);
    ck_assert(model_finish(m, &err));
    ck_assert_int_eq(m->entries, 3);
    ck_assert_int_eq(m->start[1], 1);
    ck_assert_int_eq(m->start[2], 3);
    ck_assert_int_eq(m->index[1], 2);
    ck_assert_int_eq(m->index[2], 0);
    ck_assert(m->value[0] == 3 && m->value[1] == 5 && m->value[2] == 7);
    struct model *c = model_copy(m);
    ck_assert(c->value[2] == 7 && c->start[3] == 3 && c->value != m->value);
    model_free(m);
    model_free(c);
}
END_TEST

START_TEST(rows_appended_to_a_finished_model_are_as_if_added_before) {
    enum { COLS = 5, MOST = 4 };
    for (int seed = 1; seed <= 50; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = model_new(), *whole = model_new();
        struct error err;
        int rows = random_int(&r, 0, MOST), more = random_int(&r, 0, MOST), start[MOST + 1] = {0}, index[MOST * COLS];
        double value[MOST * COLS], lower[MOST], upper[MOST];
        for (int j = 0; j < COLS; j++)
            model_add_column(m, NULL, j, 0, 1, false), model_add_column(whole, NULL, j, 0, 1, false);
        for (int i = 0; i < rows + more; i++) {
            double low = -random_int(&r, 0, 3), high = i % 2 ? 2e20 : 5;
            int k = i - rows, at = k < 0 ? 0 : start[k];
            model_add_row(whole, NULL, low, high);
            if (k < 0) model_add_row(m, NULL, low, high);
            for (int j = 0; j < COLS; j++) {
                if (random_int(&r, 0, 1)) continue;
                double v = random_int(&r, 1, 9);
                model_add_entry(whole, i, j, v);
                if (k < 0) model_add_entry(m, i, j, v);
                if (k >= 0) index[at] = j, value[at++] = v;
            }
            if (k >= 0) start[k + 1] = at, lower[k] = low, upper[k] = high;
        }
        ck_assert(model_finish(m, &err) && model_finish(whole, &err));
        model_append_rows(m, more, start, index, value, lower, upper);
        ck_assert(model_check(m) && m->rows == whole->rows && m->entries == whole->entries);
        ck_assert(memcmp(m->start, whole->start, sizeof(long[COLS + 1])) == 0);
        for (long k = 0; k < m->entries; k++)
            ck_assert(m->index[k] == whole->index[k] && m->value[k] == whole->value[k]);
        for (int i = 0; i < m->rows; i++)
            ck_assert(m->row_lower[i] == whole->row_lower[i] && m->row_upper[i] == whole->row_upper[i]);
        model_free(m);
        model_free(whole);
    }
}
END_TEST

static const struct {
    double cost, lower, upper, side, value;
    int row, times;
    const char *says;
} faults[] = {{NAN, 0, 1, 0, 1, 0, 1, "x1"},           {INFINITY, 0, 1, 0, 1, 0, 1, "cost"},
              {0, NAN, 1, 0, 1, 0, 1, "not a number"}, {0, 1e20, 1e20, 0, 1, 0, 1, "+infinity"},
              {0, 0, -1e30, 0, 1, 0, 1, "-infinity"},  {0, 0, 1, 1e20, 1, 0, 1, "r1"},
              {0, 0, 1, NAN, 1, 0, 1, "side"},         {0, 0, 1, 0, NAN, 0, 1, "coefficient"},
              {0, 0, 1, 0, INFINITY, 0, 1, "r1"},      {0, 0, 1, 0, 1, 4, 1, "row 5"},
              {0, 0, 1, 0, 1, 0, 2, "twice"}};

START_TEST(what_cannot_be_a_model_is_named) {
    struct model *m = model_new();
    struct error err = {{0}};
    model_add_row(m, NULL, faults[_i].side, MODEL_INFINITY);
    model_add_column(m, NULL, faults[_i].cost, faults[_i].lower, faults[_i].upper, false);
    for (int k = 0; k < faults[_i].times; k++) model_add_entry(m, faults[_i].row, 0, faults[_i].value);
    ck_assert(!model_finish(m, &err));
    ck_assert_msg(strstr(err.text, faults[_i].says) != NULL, "expected '%s' in '%s'", faults[_i].says, err.text);
    model_free(m);
}
END_TEST

START_TEST(an_empty_model_is_a_model) {
    struct model *m = model_new();
    struct error err;
    ck_assert(model_finish(m, &err));
    ck_assert_int_eq(m->rows + m->cols, 0);
    ck_assert(model_objective(m, NULL) == 0 && model_violation(m, NULL) == 0);
    struct model *c = model_copy(m);
    model_free(c);
    model_free(m);
}
END_TEST

START_TEST(violation_is_the_largest_of_rows_bounds_and_integrality) {
    struct model *m = model_new();
    struct error err;
    int row = model_add_row(m, "sum", -MODEL_INFINITY, 3);
    for (int j = 0; j < 2; j++) model_add_entry(m, row, model_add_column(m, NULL, 1, 0, 2, j == 0), 1);
    m->offset = 10;
    m->maximize = true;
    ck_assert(model_finish(m, &err));
    ck_assert(model_violation(m, (double[]){1, 2}) == 0);
    ck_assert(model_violation(m, (double[]){2, 1.5}) == 0.5);
    ck_assert(model_violation(m, (double[]){1, -0.25}) == 0.25);
    ck_assert(model_violation(m, (double[]){0.75, 0}) == 0.25);
    ck_assert(isinf(model_violation(m, (double[]){NAN, 0})));
    ck_assert(model_objective(m, (double[]){1, 2}) == 13);
    model_free(m);
}
END_TEST

START_TEST(a_bound_that_is_none_is_infinite_for_arithmetic_and_one_number_in_a_model) {
    static const double bounds[][3] = {/* given, model_bound, model_unbounded */
                                       {INFINITY, MODEL_INFINITY, INFINITY},
                                       {MODEL_INFINITY, MODEL_INFINITY, INFINITY},
                                       {-2 * MODEL_INFINITY, -MODEL_INFINITY, -INFINITY},
                                       {-MODEL_INFINITY, -MODEL_INFINITY, -INFINITY},
                                       {0.5 * MODEL_INFINITY, 0.5 * MODEL_INFINITY, 0.5 * MODEL_INFINITY},
                                       {-3, -3, -3}};
    for (size_t k = 0; k < sizeof bounds / sizeof bounds[0]; k++) {
        ck_assert(model_bound(bounds[k][0]) == bounds[k][1]);
        ck_assert(model_unbounded(bounds[k][0]) == bounds[k][2]);
    }
}
END_TEST

START_TEST(options_are_set_by_name_and_refused_with_the_values_expected) {
    struct options o = options_default();
    struct error err;
    ck_assert(o.presolve && o.threads == 1 && o.gap_rel == 1e-9);
    ck_assert(options_set(&o, "presolve=off", &err) && !o.presolve);
    ck_assert(options_set(&o, " threads = 3 ", &err) && o.threads == 3);
    ck_assert(options_set(&o, "time_limit=2.5", &err) && o.time_limit == 2.5);
    ck_assert(options_set(&o, "branching=fractional", &err) && o.branching == 2);
    static const char *const bad[][2] = {{"presolve=maybe", "on or off"},
                                         {"threads=0", "from 1 to 64"},
                                         {"threads=2.5", "whole number"},
                                         {"threads=", "whole number"},
                                         {"time_limit=nan", "number of at least 0"},
                                         {"time_limit=-1", "number of at least 0"},
                                         {"branching=best", "reliability"},
                                         {"branching=", "reliability"},
                                         {"colour=red", "unknown"},
                                         {"threads", "NAME=VALUE"},
                                         {"=1", "unknown"}};
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        ck_assert_msg(!options_set(&o, bad[k][0], &err), "%s", bad[k][0]);
        ck_assert_msg(strstr(err.text, bad[k][1]) != NULL, "%s: %s", bad[k][0], err.text);
    }
    ck_assert_int_eq(o.threads, 3);
}
END_TEST

START_TEST(option_files_have_comments_and_report_the_line_of_an_error) {
    struct options o = options_default();
    struct error err;
    const char *path = harness_scratch("good.opt", "# mine\nthreads = 2   # both cores\n\npresolve=off\n");
    ck_assert_msg(options_read(&o, path, &err), "%s", err.text);
    ck_assert(o.threads == 2 && !o.presolve);
    harness_forget(path);
    path = harness_scratch("bad.opt", "threads=2\nspeed=high\n");
    ck_assert(!options_read(&o, path, &err));
    ck_assert_msg(strstr(err.text, "bad.opt:2:") != NULL, "%s", err.text);
    harness_forget(path);
    ck_assert(!options_read(&o, "/nowhere/at/all", &err));
}
END_TEST

START_TEST(names_are_found_among_many) {
    static char text[20000][12];
    struct names t = {NULL, 0, 0};
    for (int k = 0; k < 20000; k++) {
        snprintf(text[k], sizeof text[k], "n%d", k * 7);
        ck_assert_int_eq(names_add(&t, text[k], k), -1);
    }
    for (int k = 0; k < 20000; k++) ck_assert_int_eq(names_find(&t, text[k]), k);
    ck_assert_int_eq(names_add(&t, "n7", 5), 1);
    ck_assert_int_eq(names_find(&t, "n8"), -1);
    names_free(&t);
    ck_assert_int_eq(names_find(&t, "n7"), -1);
}
END_TEST

START_TEST(printed_numbers_read_back_as_the_same_bits) {
    struct random r = {5};
    for (int k = 0; k < 100000; k++) {
        union {
            uint64_t bits;
            double value;
        } u = {random_bits(&r)}, back;
        char spare[40];
        if (!isfinite(u.value)) continue;
        ck_assert(numbers_read(&back.value, numbers_print(spare, u.value)));
        ck_assert_msg(back.bits == u.bits || (u.value == 0 && back.value == 0), "%s", spare);
    }
}
END_TEST

START_TEST(numbers_are_c_or_fortran_and_nothing_else) {
    static const struct {
        const char *text;
        double value;
    } good[] = {{"1.5", 1.5},      {"-2D3", -2000},          {"1.0d-2", 0.01}, {"+7", 7},
                {"Inf", INFINITY}, {"-infinity", -INFINITY}, {".5", .5}};
    static const char *const bad[] = {"", "nan", "0x10", "1e", "1.5x", " 1", "1 ", "d5", "--1", "1e5e"};
    double value;
    for (size_t k = 0; k < sizeof good / sizeof good[0]; k++)
        ck_assert_msg(numbers_read(&value, good[k].text) && value == good[k].value, "%s", good[k].text);
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) ck_assert_msg(!numbers_read(&value, bad[k]), "%s", bad[k]);
}
END_TEST

int main(void) {
    Suite *s = suite_create("model");
    TCase *t = tcase_create("model");
    tcase_add_test(t, entries_come_back_by_columns_in_the_order_given_without_zeros);
    tcase_add_test(t, rows_appended_to_a_finished_model_are_as_if_added_before);
    tcase_add_loop_test(t, what_cannot_be_a_model_is_named, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(t, an_empty_model_is_a_model);
    tcase_add_test(t, violation_is_the_largest_of_rows_bounds_and_integrality);
    tcase_add_test(t, a_bound_that_is_none_is_infinite_for_arithmetic_and_one_number_in_a_model);
    tcase_add_test(t, options_are_set_by_name_and_refused_with_the_values_expected);
    tcase_add_test(t, option_files_have_comments_and_report_the_line_of_an_error);
    tcase_add_test(t, names_are_found_among_many);
    tcase_add_test(t, printed_numbers_read_back_as_the_same_bits);
    tcase_add_test(t, numbers_are_c_or_fortran_and_nothing_else);
    suite_add_tcase(s, t);
    return harness_run(s);
}
