/* The changes that `make mutants` draws from: a small source has exactly those that a table lists, each changes one
 * place and keeps line numbers, and there are none in comments, strings, preprocessor lines, asserts and types. */
#include "tests/support/harness.h"
#include "tests/tools/mutations.h"

static const struct {
    const char *text, *changes; /* "before>after" of each, in order, separated by | */
} cases[] = {
    {"int f(int a) {\n    return a < 3;\n}\n", "a < 3>true|a < 3>false|<><=|<>>|3>4|3>2"},
    {"bool f(void) { return true; }", "true>false"},
    {"void f(void) {\n    act(a);\n    int k = g(a);\n}\n", "act(a)>(void)0"},
    {"void f(void) { x.y = 0; }", "x.y = 0>(void)0|0>1"},
    {"void f(void) { a = b + c; }", "a = b + c>(void)0|+>-"},
    {"void f(void) { int *p = &q, n = -m; }", ""},
    {"void f(void) { if (!a && b) break; }", "!>|&&>|||break>continue"},
    {"void f(void) { x = \"1 < 2\"; /* 3 < 4 */ c = '<'; // 5 < 6\n }", "x = \"1 < 2\">(void)0|c = '<'>(void)0"},
    {"#define LESS(a) (a < 1)\n#if A < \\\n  B\n#endif\nvoid f(void) {}\n", ""},
    {"void f(void) {\n#ifdef A\n    g();\n#endif\n}\n", "g()>(void)0"},
    {"void f(void) { assert(a < 1 && (b > 2)); g(i); }", "g(i)>(void)0|i>j"},
    {"struct a { int b[3]; };\nenum c { D = 1 };\nint e[2];\n", ""},
    {"static const struct { int a[4]; } table[] = {{1}};\n", "1>2|1>0"},
    {"static const double t = 1;\n", ""},
    {"static double f(void) { return 1e-9; }", "1e-9>true|1e-9>false|1e-9>1e9"},
    {"static double f(void) { return 2.5e3; }", "2.5e3>true|2.5e3>false|2.5e3>2.5e-3"},
    {"static double f(void) { return 0.5; }", "0.5>true|0.5>false|0.5>0.5e1"},
    {"static int f(void) { return 0x10; }", "0x10>true|0x10>false"},
    {"void f(void) { for (int k = 0; k <= n; k++) g(); }", "0>1|<=><|++>--"},
};

static void listed(char *list, size_t room, const struct mutations *m) {
    list[0] = '\0';
    for (size_t k = 0; k < m->count; k++) {
        const struct mutation *u = &m->list[k];
        size_t used = strlen(list);
        snprintf(list + used, room - used, "%s%.*s>%s", k ? "|" : "", (int)u->length, m->text + u->at, u->after);
    }
}

START_TEST(a_source_has_the_changes_that_are_listed) {
    struct mutations m;
    char list[1024];
    mutations_of(&m, cases[_i].text, strlen(cases[_i].text));
    listed(list, sizeof list, &m);
    ck_assert_str_eq(list, cases[_i].changes);
    free(m.list);
}
END_TEST

static long newlines(const char *text, size_t length) {
    long count = 0;
    for (size_t k = 0; k < length; k++) count += text[k] == '\n';
    return count;
}

/* Tried on this file. */
START_TEST(a_change_is_of_one_place_and_keeps_the_lines) {
    static char text[1 << 16];
    FILE *in = fopen(__FILE__, "rb");
    if (!in) {
        printf("SKIPPED: %s is missing\n", __FILE__);
        return;
    }
    size_t length = fread(text, 1, sizeof text - 1, in);
    fclose(in);
    struct mutations m;
    mutations_of(&m, text, length);
    ck_assert_uint_gt(m.count, 50);
    for (size_t k = 0; k < m.count; k++) {
        const struct mutation *u = &m.list[k];
        char *changed = mutations_apply(&m, u);
        size_t now = strlen(changed), rest = length - u->at - u->length;
        ck_assert_msg(strcmp(changed, text) != 0, "change %zu changes nothing", k);
        ck_assert_int_eq(memcmp(changed, text, u->at), 0);
        ck_assert_int_eq(memcmp(changed + now - rest, text + length - rest, rest), 0);
        ck_assert_int_eq(newlines(changed, now), newlines(text, length));
        ck_assert_int_eq(u->line, newlines(text, u->at) + 1);
        free(changed);
    }
    free(m.list);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("mutations");
    TCase *c = tcase_create("mutations");
    tcase_add_loop_test(c, a_source_has_the_changes_that_are_listed, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(c, a_change_is_of_one_place_and_keeps_the_lines);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
