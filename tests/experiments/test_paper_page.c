/* The paper as a page, without LaTeX: the whole text, each construct by itself, and an error for all that is not known. */
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char made[512];

static void enter(void) {
    char line[1200];
    snprintf(made, sizeof made, "%s", harness_folder());
    snprintf(line, sizeof line, "paper/made.sh %s results %s", harness_program("taso"), made);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(made);
}

/* Makes made/page.html of the file; then what `show` prints of it. The exit status is that of html.awk. */
static void page(const char *text, const char *show) {
    char line[2048];
    snprintf(line, sizeof line,
             "m=%s; awk -v results=results -v made=$m -v css=experiments/report/page/page.css -f paper/math.awk -f "
             "paper/bib.awk -f paper/html.awk $m/numbers.tex paper/paper.bib %s >$m/page.html; s=$?; "
             "sed -n '/<body>/,$p' $m/page.html | %s; exit $s",
             made, text, show);
    harness_shell(&o, line);
}

static void short_page(const char *text) {
    char path[600];
    harness_put(made, "page.tex", text);
    snprintf(path, sizeof path, "%s/page.tex", made);
    page(path, "cat");
}

#define BODY(text) "\\begin{document}\n" text "\n\\end{document}\n"

START_TEST(the_text_becomes_a_page) {
    page("paper/paper.tex", "sed 's/data:[^\"]*//' | grep -c '[\\\\$]' || true");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "0\n"); /* nothing of LaTeX is left */
    short_page(BODY("\\section{A}\\label{a}\nSee~\\ref{a}, \\emph{now}, 5\\,\\% of $x_{ab}'\\le 2$ \\cite{taso}."));
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "<h2 id=\"a\">1 A</h2>"));
    ck_assert_ptr_nonnull(
        strstr(o.out, "See&nbsp;<a href=\"#a\">1</a>, <em>now</em>, 5&#x202f;% of <math><mrow><msub>"));
    ck_assert_ptr_nonnull(strstr(o.out, "<mo>&#x2264;</mo><mn>2</mn></mrow></math> [<a href=\"#cite-taso\">"));
}
END_TEST

START_TEST(what_the_page_does_not_know_is_an_error) {
    static const struct {
        const char *text, *said;
    } bad[] = {
        {BODY("\\pargraph{x} y"), "\\pargraph (expected a command"},
        {BODY("$\\summ x$"), "formula with \\summ"},
        {BODY("$x"), "a formula does not end"},
        {BODY("$x_{2$"), "a formula ends within braces"},
        {BODY("\\emph{x"), "a group does not end"},
        {BODY("\\cite{nobody}"), "\\cite{nobody} is not in paper.bib"},
        {BODY("\\ref{nowhere}"), "\\ref{nowhere} leads nowhere"},
        {BODY("\\notMade{}"), "\\notMade{} is not defined"},
        {BODY("\\begin{itemize} \\item x"), "no \\end{itemize}"},
    };
    for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {
        short_page(bad[i].text);
        ck_assert_msg(o.status == 2, "%s: status %d", bad[i].text, o.status);
        ck_assert_msg(strstr(o.err, bad[i].said) != NULL, "no `%s` in: %s", bad[i].said, o.err);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("paper_page");
    TCase *tc = tcase_create("paper_page");
    tcase_add_unchecked_fixture(tc, enter, leave);
    tcase_add_test(tc, the_text_becomes_a_page);
    tcase_add_test(tc, what_the_page_does_not_know_is_an_error);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
