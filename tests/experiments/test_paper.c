/* The paper without LaTeX: every number of its text is a macro, every macro that is made is used and defined once, braces
 * and environments are closed, what is cited and referred to exists, and so does every file that it includes. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char paper[1 << 17], numbers[sizeof o.out], made[512];

/* Comments are blanked out. */
static void enter(void) {
    char line[1200], path[600];
    harness_read(paper, sizeof paper, "paper/paper.tex");
    for (char *c = paper; *c; c++)
        for (bool comment = *c == '%' && (c == paper || c[-1] != '\\'); comment && *c != '\n'; c++) *c = ' ';
    snprintf(made, sizeof made, "%s", harness_folder());
    snprintf(line, sizeof line, "paper/made.sh %s results %s", harness_program("taso"), made);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(path, sizeof path, "%s/numbers.tex", made);
    harness_read(numbers, sizeof numbers, path);
}

static void leave(void) {
    harness_remove_folder(made);
}

/* A formula of figures alone is a number that is typed. `end` is its closing $. */
static bool formula_of_figures(const char *at, const char *end) {
    bool digits = false;
    for (; at < end; at++) {
        if (*at == '\\')
            at += strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        else if (isalpha((unsigned char)*at))
            return false;
        else
            digits |= isdigit((unsigned char)*at) != 0;
    }
    return digits;
}

/* Behind what prints no number of a reader's: displayed formulas, and the arguments of silent commands. */
static const char *skip_silent(const char *at) {
    static const char *const silent[] = {"\\includegraphics", "\\cite", "\\ref",      "\\label",
                                         "\\begin{tabular}",  "\\rows", "\\setlength"};
    for (int i = 0; i < 2; i++) {
        static const char *const shown[][2] = {{"\\begin{align}", "\\end{align}"},
                                               {"\\begin{equation}", "\\end{equation}"}};
        if (strncmp(at, shown[i][0], strlen(shown[i][0])) == 0) return strstr(at, shown[i][1]);
    }
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        if (strncmp(at, silent[i], strlen(silent[i])) == 0)
            return at + strcspn(at, i < 4 ? "}" : "\n"); /* the later ones end a line */
    return at;
}

/* The first number that a reader would see as typed; NULL: none. A word that begins with a letter is a name (VGG-16, im2col). */
static const char *typed_number(const char *at) {
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    while (*(at = skip_silent(at))) {
        if (*at == '$') {
            const char *end = strchr(at + 1, '$');
            if (!end || formula_of_figures(at + 1, end)) return at;
            at = end + 1;
        } else if (isdigit((unsigned char)*at)) {
            return at;
        } else {
            at += isalpha((unsigned char)*at) ? strspn(at, word) : 1;
        }
    }
    return NULL;
}

START_TEST(no_number_is_typed) {
    static const char *const typed[] = {"saves 3 times", "saves $3$ times", "by $2.5\\times$ more", "\\label{a2} 7",
                                        "2x"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
        ck_assert_msg(typed_number(typed[i]) != NULL, "%s", typed[i]);
    ck_assert_ptr_null(typed_number("saves $3n$ times \\cite{a2}\n VGG-16, im2col"));
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
        ck_assert_int_ne(strchr(at, '{')[1], '}');
        snprintf(use, sizeof use, "%s{}", name);
        ck_assert_msg(strstr(paper, use) != NULL, "%s is not used", name);
    }
    ck_assert_int_gt(macros, 50);
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

/* For each NAME of \\command{NAME,NAME}: it is in `text`, with `before` and `after` around it. */
static void each_is_in(const char *command, const char *text, const char *before, const char *after) {
    int found = 0;
    for (const char *at = paper; (at = strstr(at, command));)
        for (at += strlen(command) - 1; *at != '}'; found++) {
            char name[128], want[160];
            ck_assert_int_eq(sscanf(++at, "%127[^},]", name), 1);
            snprintf(want, sizeof want, "%s%s%s", before, name, after);
            ck_assert_msg(strstr(text, want) != NULL, "%s%s} has no %s", command, name, want);
            at += strlen(name);
        }
    ck_assert_int_gt(found, 0);
}

START_TEST(what_is_cited_and_referred_to_exists) {
    static char bib[1 << 15];
    harness_read(bib, sizeof bib, "paper/paper.bib");
    each_is_in("\\cite{", bib, "{", ",");
    each_is_in("\\ref{", paper, "\\label{", "}");
    for (const char *at = paper; (at = strstr(at, "\\label{")); at++) {
        char label[80];
        ck_assert_int_eq(sscanf(at, "%79[^}]", label), 1);
        const char *again = strstr(at + 1, label);
        ck_assert_msg(!again || again[strlen(label)] != '}', "%s} is there twice", label);
    }
    for (const char *at = bib; (at = strstr(at, "\n@")); at++) {
        char name[64];
        bool cited = false;
        ck_assert_int_eq(sscanf(strchr(at, '{') + 1, "%63[^,]", name), 1);
        for (const char *c = paper; !cited && (c = strstr(c, "\\cite{")); c++) {
            const char *in = strstr(c, name), *end = strchr(c, '}');
            cited = in && in < end && strchr(",{", in[-1]) && strchr(",}", in[strlen(name)]);
        }
        ck_assert_msg(cited, "%s is not cited", name);
    }
}
END_TEST

/* The environment `kind` from its begin at or after `at`: its end, or NULL. */
static const char *environment(const char **begin, const char *at, const char *kind) {
    char text[64];
    snprintf(text, sizeof text, "\\begin{%s", kind);
    *begin = strstr(at, text);
    snprintf(text, sizeof text, "\\end{%s", kind);
    return *begin ? strstr(*begin, text) : NULL;
}

START_TEST(every_figure_and_table_is_referred_to) {
    static const char *const kinds[] = {"figure", "table"};
    for (int i = 0; i < 2; i++) {
        const char *begin, *end = paper;
        while ((end = environment(&begin, end, kinds[i]))) {
            char name[64], use[80];
            const char *label = strstr(begin, "\\label{");
            ck_assert_msg(label && label < end, "no label: %.80s", begin);
            ck_assert_int_eq(sscanf(label, "\\label{%63[^}]", name), 1);
            snprintf(use, sizeof use, "\\ref{%s}", name);
            ck_assert_msg(strstr(paper, use) != NULL, "%s is not referred to", name);
        }
    }
}
END_TEST

static int ampersands(const char *line) {
    int n = 0;
    for (; *line && *line != '\n'; line++) n += *line == '&' && line[-1] != '\\';
    return n;
}

/* Columns of \\begin{tabular}{@{}lrr@{}}. */
static int columns_of(const char *tabular) {
    int n = 0;
    for (const char *c = strstr(tabular, "{@{}") + 4; *c != '@'; c++) {
        ck_assert_msg(strchr("lr", *c) != NULL, "column %c", *c);
        n++;
    }
    return n;
}

START_TEST(rows_have_as_many_cells_as_their_table_has_columns) {
    const char *begin, *end = paper;
    int tables = 0;
    for (; (end = environment(&begin, end, "tabular")); tables++) {
        static char rows[1 << 15];
        char name[64], path[600];
        const int columns = columns_of(begin);
        const char *head = strstr(begin, "\\toprule\n") + 9, *included = strstr(begin, "\\rows{\\made/");
        ck_assert_msg(included && included < end, "no rows: %.80s", begin);
        if (head[0] != '\\' || strncmp(head, "\\rows", 5) != 0) ck_assert_int_eq(ampersands(head), columns - 1);
        ck_assert_int_eq(sscanf(included, "\\rows{\\made/%63[^}]", name), 1);
        snprintf(path, sizeof path, "%s/%s", made, name);
        harness_read(rows, sizeof rows, path);
        ck_assert_int_ne(rows[0], '\0');
        for (const char *row = rows; *row; row = strchr(row, '\n') + 1)
            ck_assert_msg(ampersands(row) == columns - 1, "%s, %d columns: %.90s", name, columns, row);
    }
    ck_assert_int_gt(tables, 5);
}
END_TEST

START_TEST(every_picture_exists) {
    for (const char *at = paper; (at = strstr(at, "\\includegraphics{\\results/"));) {
        char name[128], path[512];
        at += strlen("\\includegraphics{\\results/");
        ck_assert_int_eq(sscanf(at, "%127[^}]", name), 1);
        snprintf(path, sizeof path, "results/%s", name);
        FILE *file = fopen(path, "r");
        ck_assert_msg(file != NULL, "%s", path);
        fclose(file);
    }
}
END_TEST

START_TEST(every_marked_deviation_is_listed) {
    char line[1400];
    snprintf(line, sizeof line,
             "grep -rho --include='*.[ch]' --include='*.inc' --include='*.def' 'DEVIATION: ' solver formulation "
             "baselines kernels experiments | wc -l; grep -c '^.item ' %s/differences.tex",
             made);
    harness_shell(&o, line);
    int marked, listed;
    ck_assert_int_eq(sscanf(o.out, "%d %d", &marked, &listed), 2);
    ck_assert_int_gt(marked, 0);
    ck_assert_int_eq(listed, marked);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("paper");
    TCase *tc = tcase_create("paper");
    tcase_add_unchecked_fixture(tc, enter, leave);
    tcase_add_test(tc, no_number_is_typed);
    tcase_add_test(tc, every_number_is_made_once_and_used);
    tcase_add_test(tc, every_macro_of_the_text_is_defined);
    tcase_add_test(tc, braces_and_environments_are_closed);
    tcase_add_test(tc, what_is_cited_and_referred_to_exists);
    tcase_add_test(tc, every_figure_and_table_is_referred_to);
    tcase_add_test(tc, rows_have_as_many_cells_as_their_table_has_columns);
    tcase_add_test(tc, every_picture_exists);
    tcase_add_test(tc, every_marked_deviation_is_listed);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
