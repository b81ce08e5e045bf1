/* Keys and tables, as text and as JSON: what is printed, to the byte. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/keys.h"
#include "tests/support/harness.h"
#include "tests/support/json.h"

static char printed[1 << 14];

/* Standard output of what `body` prints; of this test's process alone. */
static void capture(void (*body)(struct keys *), bool json) {
    struct keys k;
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("keys.txt", NULL));
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    keys_begin(&k, json);
    body(&k);
    keys_end(&k);
    ck_assert_int_eq(fclose(stdout), 0);
    harness_read(printed, sizeof printed, path);
    harness_forget(path);
    struct json j = {.at = printed};
    ck_assert_msg(!json || json_read(&j), "not JSON at: %.40s", j.at);
}

static void all_kinds(struct keys *k) {
    keys_text(k, "a\"b", "c\\d\n\x01");
    keys_line(k, "left", "%s", "out");
    keys_number(k, "n", INT64_MIN);
    keys_real(k, "small", 1.25e-9, 'e', 2);
    keys_real(k, "fixed", 2.0 / 3, 'f', 3);
    keys_real(k, "short", 1e22, 'g', 12);
    keys_real(k, "infinite", INFINITY, 'g', 12);
    keys_missing(k, "bound", "nan");
    keys_open(k, "e", '[');
    keys_number(k, NULL, -7);
    keys_open(k, NULL, '{');
    keys_close(k);
    keys_close(k);
    keys_yes(k, "f", true);
}

START_TEST(every_kind_of_value_has_its_form_in_json) {
    capture(all_kinds, true);
    ck_assert_str_eq(printed,
                     "{\n  \"a\\\"b\": \"c\\\\d\\u000a\\u0001\",\n  \"n\": -9223372036854775808,\n"
                     "  \"small\": 1.25e-09,\n  \"fixed\": 0.667,\n  \"short\": 1e+22,\n  \"infinite\": null,\n"
                     "  \"bound\": null,\n  \"e\": [-7, {}],\n  \"f\": true\n}\n");
}
END_TEST

START_TEST(text_has_a_line_for_each_key_and_none_for_lists) {
    capture(all_kinds, false);
    ck_assert_str_eq(printed, "a\"b: c\\d\n\x01\nleft: out\nn: -9223372036854775808\nsmall: 1.25e-09\nfixed: 0.667\n"
                              "short: 1e+22\ninfinite: inf\nbound: nan\nf: yes\n");
}
END_TEST

static void odd_names(struct keys *k) {
    keys_text(k, "latin", "caf\xe9 x");
    keys_text(k, "utf8", "caf\xc3\xa9 \xf0\x9f\x99\x82");
    keys_text(k, "cut", "\xf0\x9f\x99");
}

START_TEST(bytes_that_are_not_utf8_are_replaced_in_json_alone) {
    capture(odd_names, true);
    ck_assert_str_eq(printed, "{\n  \"latin\": \"caf\\ufffd x\",\n  \"utf8\": \"caf\xc3\xa9 \xf0\x9f\x99\x82\",\n"
                              "  \"cut\": \"\\ufffd\\ufffd\\ufffd\"\n}\n");
    capture(odd_names, false);
    ck_assert_str_eq(printed, "latin: caf\xe9 x\nutf8: caf\xc3\xa9 \xf0\x9f\x99\x82\ncut: \xf0\x9f\x99\n");
}
END_TEST

static void two_tables(struct keys *k) {
    k->comment = true;
    keys_text(k, "network", "n");
    keys_table(k, "layers", "layer\tns\tbudget");
    for (int i = 0; i < 2; i++) {
        keys_row(k);
        keys_text(k, NULL, i ? "b" : "a");
        keys_number(k, NULL, i);
        keys_missing(k, NULL, "none");
        keys_row_end(k);
    }
    keys_table_end(k);
    keys_table(k, "empty", "x");
    keys_table_end(k);
}

START_TEST(tables_have_a_head_and_an_empty_line_between_them) {
    capture(two_tables, false);
    ck_assert_str_eq(printed, "# network: n\nlayer\tns\tbudget\na\t0\tnone\nb\t1\tnone\n\nx\n");
}
END_TEST

START_TEST(tables_are_lists_of_objects_in_json) {
    capture(two_tables, true);
    ck_assert_str_eq(printed, "{\n  \"network\": \"n\",\n  \"layers\": [\n"
                              "    {\"layer\": \"a\", \"ns\": 0, \"budget\": null},\n"
                              "    {\"layer\": \"b\", \"ns\": 1, \"budget\": null}],\n  \"empty\": []\n}\n");
}
END_TEST

START_TEST(a_table_in_a_file_is_text) {
    struct text_writer out;
    struct error err = {""};
    struct keys k;
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("keys.tsv", NULL));
    ck_assert(text_create(&out, path, &err));
    keys_begin_file(&k, &out);
    two_tables(&k);
    keys_end(&k);
    ck_assert(text_close(&out, &err));
    harness_read(printed, sizeof printed, path);
    harness_forget(path);
    ck_assert_str_eq(printed, "# network: n\nlayer\tns\tbudget\na\t0\tnone\nb\t1\tnone\n\nx\n");
}
END_TEST

/* --- the reader that other tests trust --- */

static const char *const refused[] = {
    "",     "{",      "{\"a\": 1,}", "[1 2]",       "[1,]",  "{a: 1}",    "01",  "1.", ".5",  "-",  "1e",     "nan",
    "True", "\"\t\"", "\"\\x\"",     "\"\\u12g4\"", "{} {}", "{\"a\" 1}", "'a'", "[1", "\"a", "+1", "{1: 2}",
};
static const char *const read[] = {"{}",   " [ ] ",          "-0.5e+7",
                                   "null", "\"\\u0041\\n\"", "{\"a\": [1, {\"b\": false}]}\n"};

START_TEST(the_reader_takes_json_and_nothing_else) {
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct json j = {.at = refused[i]};
        ck_assert_msg(!json_read(&j), "reads %s", refused[i]);
    }
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        struct json j = {.at = read[i]};
        ck_assert_msg(json_read(&j), "does not read %s", read[i]);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("keys");
    TCase *tc = tcase_create("keys");
    tcase_add_test(tc, every_kind_of_value_has_its_form_in_json);
    tcase_add_test(tc, text_has_a_line_for_each_key_and_none_for_lists);
    tcase_add_test(tc, bytes_that_are_not_utf8_are_replaced_in_json_alone);
    tcase_add_test(tc, tables_have_a_head_and_an_empty_line_between_them);
    tcase_add_test(tc, tables_are_lists_of_objects_in_json);
    tcase_add_test(tc, a_table_in_a_file_is_text);
    tcase_add_test(tc, the_reader_takes_json_and_nothing_else);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
