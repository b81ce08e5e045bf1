/* Protocol buffers in text form: every way to write a field, and every way to get one wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/textproto.h"
#include "tests/support/harness.h"

static void append(char *out, const struct textproto *t, uint32_t field) {
    const char *value = textproto_value(t, field);
    sprintf(out + strlen(out), "%s@%ld", textproto_name(t, field), textproto_line(t, field));
    if (value) {
        sprintf(out + strlen(out), "=[%s] ", value);
        return;
    }
    strcat(out, "{ ");
    for (uint32_t f = t->field[field].first; f; f = t->field[f].next) append(out, t, f);
    strcat(out, "} ");
}

static const struct {
    const char *text, *tree;
} forms[] = {
    {"", ""},
    {"# only a comment", ""},
    {"a: 1", "a@1=[1] "},
    {"a:1 a : -2.5e-3\n\n b: TRUE", "a@1=[1] a@1=[-2.5e-3] b@3=[TRUE] "},
    {"a { b: 1 } c: { d: 2 }", "a@1{ b@1=[1] } c@1{ d@1=[2] } "},
    {"a < b: 1 > c {}", "a@1{ b@1=[1] } c@1{ } "},
    {"a: 1, b: 2; c { d: 3, }", "a@1=[1] b@1=[2] c@1{ d@1=[3] } "},
    {"a: [1, 2,3] b: []", "a@1=[1] a@1=[2] a@1=[3] "},
    {"a: [{b: 1}, <c: 2>]", "a@1{ b@1=[1] } a@1{ c@1=[2] } "},
    {"a: \"x y\" 'z'\n\"w\" b: ''", "a@1=[x yzw] b@2=[] "},
    {"a: \"q\\\"\\'\\\\\\n\\101\\x\"", "a@1=[q\"'\\\nA"
                                       "x] "},
    {"a: \"# no comment\" # one\nb: 2", "a@1=[# no comment] b@2=[2] "},
};

START_TEST(every_form_of_a_field_is_read) {
    const char *path = harness_scratch("form.prototxt", forms[_i].text);
    struct error err = {""};
    struct textproto t;
    char tree[512] = "";
    ck_assert_msg(textproto_read(&t, path, &err), "%s", err.text);
    for (uint32_t f = t.field[0].first; f; f = t.field[f].next) append(tree, &t, f);
    ck_assert_str_eq(tree, forms[_i].tree);
    textproto_free(&t);
    harness_forget(path);
}
END_TEST

static const struct {
    const char *text, *error;
} wrong[] = {
    {"a", ":1: the file ends too early (expected `:` or `{`)"},
    {"a:", ":1: the file ends too early (expected a value)"},
    {"a {\n b: 1\n", ":2: the file ends too early (expected a name or `}`)"},
    {"a {\n b: 1 >", ":2: unexpected `>` (expected a name or `}`)"},
    {"a: 1 }", ":1: unexpected `}` (expected a name)"},
    {"a: : 1", ":1: unexpected `:` (expected a value)"},
    {"a 1", ":1: unexpected `1` (expected `:` or `{`)"},
    {"\na: [1 2]", ":2: unexpected `2` (expected `,` or `]`)"},
    {"a: \"x\n\"", ":1: a string does not end in its line (expected \")"},
    {"a: \"x\\", ":1: a string does not end in its line (expected \")"},
    {"a: 1 $", ":1: unexpected character `$` (expected `name: value` or `name {`)"},
    {"a: \xc3\xa4", ":1: unexpected character `?` (expected `name: value` or `name {`)"},
};

static void refused(const char *text, const char *message) {
    const char *path = harness_scratch("wrong.prototxt", text);
    struct error err = {""};
    struct textproto t;
    char expected[512];
    ck_assert(!textproto_read(&t, path, &err));
    snprintf(expected, sizeof expected, "%s%s", path, message);
    ck_assert_str_eq(err.text, expected);
    harness_forget(path);
}

START_TEST(a_mistake_is_named_with_its_line) {
    refused(wrong[_i].text, wrong[_i].error);
}
END_TEST

START_TEST(messages_nest_up_to_the_limit) {
    char text[4 * TEXTPROTO_DEPTH + 16];
    for (size_t depth = TEXTPROTO_DEPTH; depth <= TEXTPROTO_DEPTH + 1; depth++) {
        char *c = text;
        for (size_t i = 0; i < depth; i++) c += sprintf(c, "a{");
        memset(c, '}', depth);
        c[depth] = '\0';
        if (depth > TEXTPROTO_DEPTH) {
            refused(text, ":1: messages are nested too deeply (expected at most 64)");
            continue;
        }
        const char *path = harness_scratch("deep.prototxt", text);
        struct error err = {""};
        struct textproto t;
        ck_assert_msg(textproto_read(&t, path, &err), "%s", err.text);
        ck_assert_uint_eq(t.fields, TEXTPROTO_DEPTH + 2);
        textproto_free(&t);
        harness_forget(path);
    }
}
END_TEST

START_TEST(a_file_with_weights_in_it_is_refused) {
    char *text = malloc(TEXTPROTO_BYTES + 16);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', TEXTPROTO_BYTES);
    strcpy(text + TEXTPROTO_BYTES - 5, "a: 1");
    const char *path = harness_scratch("large.prototxt", text);
    struct error err = {""};
    struct textproto t;
    ck_assert_msg(textproto_read(&t, path, &err), "%s", err.text);
    textproto_free(&t);
    harness_forget(path);
    strcpy(text + TEXTPROTO_BYTES - 5, "a: 12");
    refused(text, ":1: the file is larger than 8 MiB (expected a network in text form, without weights)");
    free(text);
}
END_TEST

START_TEST(fields_are_found_by_name) {
    const char *path = harness_scratch("found.prototxt", "a: 1 b: 2 a: 3 c { a: 4 }");
    struct error err = {""};
    struct textproto t;
    ck_assert_msg(textproto_read(&t, path, &err), "%s", err.text);
    uint32_t a = textproto_first(&t, 0, "a");
    ck_assert_str_eq(textproto_value(&t, a), "1");
    a = textproto_after(&t, a);
    ck_assert_str_eq(textproto_value(&t, a), "3");
    ck_assert_uint_eq(textproto_after(&t, a), 0);
    ck_assert_uint_eq(textproto_first(&t, 0, "d"), 0);
    ck_assert_str_eq(textproto_value(&t, textproto_first(&t, textproto_first(&t, 0, "c"), "a")), "4");
    ck_assert_uint_eq(textproto_first(&t, TEXTPROTO_EMPTY, "a"), 0);
    textproto_free(&t);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("textproto");
    TCase *reading = tcase_create("reading");
    tcase_add_loop_test(reading, every_form_of_a_field_is_read, 0, sizeof forms / sizeof forms[0]);
    tcase_add_loop_test(reading, a_mistake_is_named_with_its_line, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(reading, messages_nest_up_to_the_limit);
    tcase_add_test(reading, a_file_with_weights_in_it_is_refused);
    tcase_add_test(reading, fields_are_found_by_name);
    suite_add_tcase(suite, reading);
    return harness_run(suite);
}
