/* What the paper includes: the formulas of workspaces against the program's function, one number and one table by hand,
 * and rows that say too little are errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;
static char folder[512];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
}

static void leave(void) {
    harness_remove_folder(folder);
}

/* --- formulas --- */

#define PANEL_MOST (4 * 768 * 64) /* bytes of a packed panel of a product: kernels/gemm/README.md */

struct formula {
    char primitive[64], packing[8], scenarios[128], bytes[160], weights[512];
};

/* Field `column` (from 0) of a line. */
static void field(char *to, size_t room, const char *line, int column) {
    while (column-- > 0) line = strchr(line, '\t') + 1;
    snprintf(to, room, "%.*s", (int)strcspn(line, "\t\n"), line);
}

/* The formula for these sizes, by awk. */
static double worth(const char *formula, const char *scenario) {
    char line[2048];
    snprintf(
        line, sizeof line,
        "awk 'function up(x) { return x == int(x) ? x : int(x) + 1 } BEGIN { split(\"%s\", v, \",\"); C = v[1]; H = "
        "v[2]; W = v[3]; M = v[4]; K = v[5]; S = v[6]; P = v[7]; OH = int((H + 2 * P - K) / S) + 1; OW = "
        "int((W + 2 * P - K) / S) + 1; printf \"%%.0f\", %s }'",
        scenario, formula);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s: %s", formula, o.err);
    return atof(o.out);
}

/* The program's bytes: workspace and weights of the primitive. */
static void program(double *workspace, double *weights, const char *primitive, const char *scenario) {
    char start[80], text[64];
    ck_assert_int_eq(harness_taso(&o, "primitives --scenario %s", scenario), 0);
    snprintf(start, sizeof start, "\n%s\t", primitive);
    const char *row = strstr(o.out, start);
    ck_assert_msg(row != NULL, "%s does not apply to %s", primitive, scenario);
    field(text, sizeof text, row + 1, 4);
    *workspace = atof(text);
    field(text, sizeof text, row + 1, 5);
    *weights = atof(text);
}

static void formula_holds(const struct formula *f) {
    char scenarios[sizeof f->scenarios];
    snprintf(scenarios, sizeof scenarios, "%s", f->scenarios);
    for (char *s = strtok(scenarios, " "); s; s = strtok(NULL, " ")) {
        double workspace, weights;
        program(&workspace, &weights, f->primitive, s);
        const double rest = workspace - worth(f->bytes, s);
        if (strcmp(f->packing, "none") == 0)
            ck_assert_msg(rest == 0, "%s of %s: %.0f bytes more than the formula", f->primitive, s, rest);
        else
            ck_assert_msg(rest > 0 && rest <= PANEL_MOST, "%s of %s: %.0f bytes of packing", f->primitive, s, rest);
        ck_assert_msg(weights == worth(f->weights, s), "%s of %s: weights of %.0f bytes", f->primitive, s, weights);
    }
}

START_TEST(formulas_are_what_the_program_computes) {
    char line[2048];
    int rows = 0;
    FILE *file = fopen("paper/workspaces.tsv", "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file)) {
        struct formula f;
        if (line[0] == '#' || strncmp(line, "family\t", 7) == 0) continue;
        field(f.primitive, sizeof f.primitive, line, 1);
        field(f.packing, sizeof f.packing, line, 2);
        field(f.scenarios, sizeof f.scenarios, line, 3);
        field(f.bytes, sizeof f.bytes, line, 4);
        field(f.weights, sizeof f.weights, line, 5);
        formula_holds(&f);
        rows++;
    }
    fclose(file);
    ck_assert_int_gt(rows, 10);
}
END_TEST

/* --- numbers and tables --- */

#define NUMBER_HEAD "macro\tfile\twhere\tversus\tcolumn\taggregate\ttimes\tformat\n"
#define TABLE_HEAD  "table\tfile\twhere\trows\tcolumns\tcell\n"

static void make(const char *script, const char *head, const char *row) {
    char text[512], line[2048];
    snprintf(text, sizeof text, "%s%s\n", head, row);
    harness_put(folder, "rows.tsv", text);
    harness_put(folder, "t.tsv",
                "# host: a & b\nnetwork\tform\tcolumns\tsaved\nm\tflow\t10\t2\nm\tproduct\t40\tinf\nn\tflow\t30\t8\n"
                "n\tproduct\t30\tnan\n");
    snprintf(line, sizeof line,
             "awk -v results=%1$s -v made=%1$s -f experiments/tables/columns.awk -f experiments/tables/query.awk -f "
             "paper/words.awk -f paper/%2$s.awk %1$s/rows.tsv",
             folder, script);
    harness_shell(&o, line);
}

START_TEST(a_number_is_asked_of_its_rows) {
    static const struct {
        const char *row, *value;
    } numbers[] = {
        {"a\tresults/t.tsv\t-\t-\tcolumns\tmost\t1\t%d", "{40}"},
        {"a\tmade/t.tsv\tform=product\tform=flow\tcolumns\tgeomean\t1\t%.1f", "{2.0}"}, /* sqrt(4 * 1) */
        {"a\tresults/t.tsv\tform=flow\t-\tsaved\tleast\t100\t%.0f", "{200}"},
        {"a\tresults/t.tsv\tnetwork=m\t-\tnetwork\tcell\t1\t-", "{m}"},
        {"a\tresults/t.tsv\t-\t-\thost\tnote\t1\t-", "{a \\& b}"},
    };
    for (int i = 0; i < (int)(sizeof numbers / sizeof numbers[0]); i++) {
        make("numbers", NUMBER_HEAD, numbers[i].row);
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_msg(strstr(o.out, numbers[i].value) != NULL, "no %s in %s", numbers[i].value, o.out);
    }
}
END_TEST

START_TEST(a_number_without_a_value_is_an_error) {
    static const struct {
        const char *row, *said;
    } bad[] = {
        {"a\tresults/t.tsv\tnetwork=q\t-\tcolumns\tmost\t1\t%d", "no value for \\a"},
        {"a\tresults/t.tsv\tform=product\t-\tsaved\tmost\t1\t%d", "no value for \\a"}, /* inf and nan are none */
        {"a\tresults/t.tsv\t-\t-\tload\tnote\t1\t-", "no value for \\a"},
        {"a\tresults/t.tsv\t-\t-\tnetwork\tcell\t1\t-", "expected one word in all rows"},
        {"a\tresults/t.tsv\t-\t-\trows\tmost\t1\t%d", "no column `rows`"},
        {"a\telsewhere/t.tsv\t-\t-\tcolumns\tmost\t1\t%d", "expected results/... or made/..."},
        {"a\tresults/none.tsv\t-\t-\tcolumns\tmost\t1\t%d", "cannot be read"},
        {"a1\tresults/t.tsv\t-\t-\tcolumns\tmost\t1\t%d", "expected a new name of letters"},
        {"a\tresults/t.tsv\t-\t-\tcolumns\tmost\t1\t%d\na\tresults/t.tsv\t-\t-\tcolumns\tmost\t1\t%d",
         "expected a new name of letters"},
    };
    for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {
        make("numbers", NUMBER_HEAD, bad[i].row);
        ck_assert_int_eq(o.status, 2);
        ck_assert_msg(strstr(o.err, bad[i].said) != NULL, "no `%s` in: %s", bad[i].said, o.err);
        ck_assert_str_eq(o.out, "");
    }
}
END_TEST

static const char *table(const char *row) {
    char line[2048];
    make("tables", TABLE_HEAD, row);
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(line, sizeof line, "cat %s/x.tex", folder);
    harness_shell(&o, line);
    return o.out;
}

START_TEST(a_table_lists_or_crosses_rows) {
    ck_assert_str_eq(table("x\tresults/t.tsv\tform=flow\t-\t-\t{network} & {columns/10:%.1f} & {saved:%d}"),
                     "m & 1.0 & 2 \\\\\nn & 3.0 & 8 \\\\\n");
    ck_assert_str_eq(table("x\tresults/t.tsv\t-\t{network}\tform\t{saved:%d}"),
                     " & flow & product \\\\ \\midrule\nm & 2 & $\\infty$ \\\\\nn & 8 & -- \\\\\n"); /* nan: a dash */
}
END_TEST

START_TEST(a_table_without_rows_is_an_error) {
    make("tables", TABLE_HEAD, "x\tresults/t.tsv\tform=none\t-\t-\t{network}");
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "no rows for table `x`"));
    make("tables", TABLE_HEAD, "x\tresults/t.tsv\t-\tall\tform\t{saved:%d}");
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "two rows for all, flow"));
}
END_TEST

START_TEST(a_difference_is_quoted_to_the_end_of_its_paragraph) {
    char line[2048];
    harness_put(folder, "s.h",
                "/* x. DEVIATION: 50 % more\n * of {it}. */\nint a_b;\n/*\n * DEVIATION: less.\n *\n * y */\n");
    snprintf(line, sizeof line, "cd %s && awk -f \"$OLDPWD\"/paper/differences.awk s.h", folder);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "\\item \\texttt{s.h}: 50 \\% more of \\{it\\}.\n\\item \\texttt{s.h}: less.\n");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("paper_made");
    TCase *tc = tcase_create("paper_made");
    tcase_add_checked_fixture(tc, enter, leave);
    tcase_add_test(tc, formulas_are_what_the_program_computes);
    tcase_add_test(tc, a_number_is_asked_of_its_rows);
    tcase_add_test(tc, a_number_without_a_value_is_an_error);
    tcase_add_test(tc, a_table_lists_or_crosses_rows);
    tcase_add_test(tc, a_table_without_rows_is_an_error);
    tcase_add_test(tc, a_difference_is_quoted_to_the_end_of_its_paragraph);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
