/* The paper without LaTeX: every number of its text is a macro, every macro that is made is used and defined once, braces
 * and environments are closed, what is cited and referred to exists, and so does every file that it includes. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char paper[1 << 16], numbers[sizeof o.out];

static void slurp(char *text, size_t room, const char *path) {
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    const size_t length = fread(text, 1, room, file);
    ck_assert_uint_lt(length, room);
    text[length] = '\0';
    fclose(file);
}

/* Comments are blanked out. */
static void enter(void) {
    slurp(paper, sizeof paper, "paper/paper.tex");
    for (char *c = paper; *c; c++)
        for (bool comment = *c == '%' && (c == paper || c[-1] != '\\'); comment && *c != '\n'; c++) *c = ' ';
    harness_shell(&o, "awk -f experiments/tables/columns.awk -f paper/numbers.awk results/reference/saved.tsv "
                      "results/reference/streamed.tsv results/reference/back-to-back.tsv results/summary/gaps.tsv");
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(numbers, sizeof numbers, "%s", o.out);
}

/* The first digit that a reader would see; NULL: none. Skips formulas, and the arguments of commands that print nothing. */
static const char *typed_number(const char *at) {
    static const char *const silent[] = {"\\includegraphics", "\\cite",           "\\ref",
                                         "\\label",           "\\begin{tabular}", "\\rows"};
    for (bool formula = false; *at; at++) {
        if (strncmp(at, "\\begin{align}", 13) == 0 || strncmp(at, "\\begin{equation}", 16) == 0)
            at = strstr(at, at[7] == 'a' ? "\\end{align}" : "\\end{equation}") + 5;
        for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
            if (strncmp(at, silent[i], strlen(silent[i])) == 0) at += strcspn(at, "\n");
        if (!*at) break;
        if (*at == '$') formula = !formula;
        if (strncmp(at, "VGG-16", 6) == 0) at += 6;
        if (!formula && isdigit((unsigned char)*at)) return at;
    }
    return NULL;
}

START_TEST(no_number_is_typed) {
    ck_assert_ptr_nonnull(typed_number("saves 3 times"));
    ck_assert_ptr_null(typed_number("saves $3$ times \\cite{a2}\n VGG-16"));
    const char *at = typed_number(strstr(paper, "\\begin{abstract}"));
    ck_assert_msg(!at, "typed: %.60s", at ? at : "");
}
END_TEST

START_TEST(every_number_is_made_once_and_used) {
    int macros = 0;
    for (const char *at = numbers; (at = strstr(at, "\\newcommand{")); macros++) {
        char name[64], use[80], define[96];
        at += strlen("\\newcommand{");
        ck_assert_int_eq(sscanf(at, "%63[^}]", name), 1);
        ck_assert_msg(strspn(name + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(name) - 1,
                      "%s", name);
        snprintf(define, sizeof define, "{%s}{", name);
        ck_assert_ptr_null(strstr(at + strlen(name), define));
        const char *value = strchr(at, '{') + 1;
        ck_assert_msg(isdigit((unsigned char)*value), "%s is %.10s", name, value);
        snprintf(use, sizeof use, "%s{}", name);
        if (!strstr(name, "runRatioMean")) ck_assert_msg(strstr(paper, use) != NULL, "%s is not used", name);
    }
    ck_assert_int_gt(macros, 15);
}
END_TEST

/* A macro that is followed by {} is one of ours. */
START_TEST(every_macro_of_the_text_is_defined) {
    for (const char *at = strstr(paper, "\\begin{abstract}"); (at = strchr(at, '\\')); at++) {
        char define[128];
        const size_t length = 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (strncmp(at + length, "{}", 2) != 0) continue;
        snprintf(define, sizeof define, "\\newcommand{%.*s}", (int)length, at);
        ck_assert_msg(strstr(numbers, define) != NULL, "%s is missing", define);
    }
}
END_TEST

START_TEST(braces_and_environments_are_closed) {
    char open[16][32];
    int braces = 0, depth = 0;
    for (const char *at = paper; *at; at++) {
        braces += (*at == '{') - (*at == '}');
        ck_assert_int_ge(braces, 0);
        if (strncmp(at, "\\begin{", 7) == 0) {
            ck_assert_int_lt(depth, 16);
            ck_assert_int_eq(sscanf(at + 7, "%31[^}]", open[depth++]), 1);
        } else if (strncmp(at, "\\end{", 5) == 0) {
            ck_assert_int_gt(depth--, 0);
            ck_assert_msg(strncmp(at + 5, open[depth], strlen(open[depth])) == 0, "%.30s ends %s", at, open[depth]);
        }
    }
    ck_assert_int_eq(braces, 0);
    ck_assert_int_eq(depth, 0);
}
END_TEST

/* For each \command{NAME}: `format` of NAME is in `text`. */
static void each_is_in(const char *command, const char *text, const char *before, const char *after) {
    int found = 0;
    for (const char *at = paper; (at = strstr(at, command)); found++) {
        char name[128], want[160];
        at += strlen(command);
        ck_assert_int_eq(sscanf(at, "%127[^},]", name), 1);
        snprintf(want, sizeof want, "%s%s%s", before, name, after);
        ck_assert_msg(strstr(text, want) != NULL, "%s%s} has no %s", command, name, want);
    }
    ck_assert_int_gt(found, 0);
}

START_TEST(what_is_cited_and_referred_to_exists) {
    static char bib[1 << 14];
    slurp(bib, sizeof bib, "paper/paper.bib");
    each_is_in("\\cite{", bib, "{", ",");
    each_is_in("\\ref{", paper, "\\label{", "}");
}
END_TEST

START_TEST(every_file_that_is_included_exists) {
    static const char *const commands[] = {"\\includegraphics{\\results/", "\\rows{\\results/"};
    for (int i = 0; i < 2; i++)
        for (const char *at = paper; (at = strstr(at, commands[i]));) {
            char name[128], path[160];
            at += strlen(commands[i]);
            ck_assert_int_eq(sscanf(at, "%127[^}]", name), 1);
            snprintf(path, sizeof path, "results/%s", name);
            FILE *file = fopen(path, "r");
            ck_assert_msg(file != NULL, "%s", path);
            fclose(file);
        }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("paper");
    TCase *tc = tcase_create("paper");
    tcase_add_unchecked_fixture(tc, enter, NULL);
    tcase_add_test(tc, no_number_is_typed);
    tcase_add_test(tc, every_number_is_made_once_and_used);
    tcase_add_test(tc, every_macro_of_the_text_is_defined);
    tcase_add_test(tc, braces_and_environments_are_closed);
    tcase_add_test(tc, what_is_cited_and_referred_to_exists);
    tcase_add_test(tc, every_file_that_is_included_exists);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
