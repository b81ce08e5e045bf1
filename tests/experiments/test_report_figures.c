/* taso report --results: figures are as the tables say, measured on the paths of the pictures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/invented_profile.h"

#define TINY "tests/data/tiny.net"

static struct harness_output o;
static char folder[256], profile[320], page[320];
static char html[1 << 20];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(profile, sizeof profile, "%s/p.tsv", folder);
    snprintf(page, sizeof page, "%s/page.html", folder);
    profile_free(invented_rows(profile, TINY, true, 11));
}

static void leave(void) {
    harness_remove_folder(folder);
}

static int report(void) {
    return harness_taso(&o, "report --quiet %s -o %s --network " TINY " --maps 0 --results %s", profile, page, folder);
}

static void report_read(void) {
    ck_assert_msg(report() == 0, "%s", o.err);
    harness_read(html, sizeof html, page);
}

/* --- stacks --- */

#define ALONG                                                                                                          \
    "# format: taso-table 1\nnetwork\texecution\tstep\tactivations_bytes\tconversions_bytes\tblock_bytes\t"            \
    "workspace_bytes\tweights_bytes\n"

/* What a closed path of M, H, V and Z encloses, by the shoelace formula. */
static double area_of(const char *d) {
    double x = 0, y = 0, first_x = 0, first_y = 0, sum = 0;
    while (*d != '"') {
        char *end;
        const char command = *d++;
        double to_x = x, to_y = y;
        if (command == 'Z') {
            to_x = first_x, to_y = first_y;
        } else {
            *(command == 'V' ? &to_y : &to_x) = strtod(d, &end);
            ck_assert(strchr("MHV", command) && end > d);
            d = end;
        }
        if (command == 'M') {
            first_x = to_x, first_y = to_y = strtod(d, &end);
            d = end;
        } else {
            sum += x * to_y - to_x * y;
        }
        x = to_x, y = to_y;
    }
    return fabs(sum) / 2;
}

/* The area of the n-th path of this part in the picture of a network; of panels in which the part is 0 there is no path. */
static double part_area(const char *network, const char *part, int n) {
    char text[64];
    snprintf(text, sizeof text, "<figcaption>%s</figcaption>", network);
    const char *at = harness_after(harness_after(html, "<section id=\"memory-along\">"), text);
    snprintf(text, sizeof text, "<path class=\"%s\" d=\"", part);
    while (n-- >= 0) at = harness_after(at, text);
    return area_of(at);
}

START_TEST(an_area_is_as_large_as_its_bytes) {
    static const struct {
        const char *network, *part;
        int n;      /* which of the part's paths */
        double sum; /* of the part, in that panel */
    } parts[] = {{"a", "activations", 0, 600}, {"a", "workspace", 0, 200}, {"a", "conversions", 0, 30},
                 {"a", "activations", 1, 80},  {"a", "block", 0, 90},      {"a", "workspace", 1, 55}};
    harness_put(folder, "along.tsv",
                ALONG "a\twhole\t0\t100\t0\t0\t0\t7\na\twhole\t1\t300\t30\t0\t50\t0\na\twhole\t2\t200\t0\t0\t150\t9\n"
                      "a\tstreamed\t0\t40\t0\t90\t55\t7\na\tstreamed\t1\t40\t0\t0\t0\t7\n"
                      "b\twhole\t0\t1000\t0\t0\t1000\t1\nb\tstreamed\t0\t1\t0\t0\t0\t1\n");
    report_read();
    const double unit = part_area("a", "activations", 0) / 600;
    ck_assert_double_gt(unit, 1);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const double area = part_area(parts[i].network, parts[i].part, parts[i].n) / parts[i].sum;
        ck_assert_msg(fabs(area - unit) < 0.03 * unit, "%s %d of %s: %g per byte (expected %g)", parts[i].part,
                      parts[i].n, parts[i].network, area, unit);
    }
    ck_assert_double_eq_tol(part_area("b", "activations", 0), part_area("b", "workspace", 0), 20);
    ck_assert_double_eq_tol(part_area("a", "weights", 1) / part_area("a", "weights", 0), 14.0 / 16.0, 0.05);
}
END_TEST

/* --- marks --- */

#define EFFORT "network\tmemory_model\tformulation\tcolumns\troot_gap_percent\toutcome\tnodes\tpivots\n"

/* The marks of a series in the n-th of its panels, from left to right as in the table. Returns how many. */
static int marks_of(double x[8], double y[8], const char *section, int series, int n) {
    char text[64];
    int marks = 0;
    snprintf(text, sizeof text, "<section id=\"%s\">", section);
    const char *at = harness_after(html, text);
    snprintf(text, sizeof text, "<path class=\"mark m%d\" d=\"", series);
    while (n-- >= 0) at = harness_after(at, text);
    for (const char *end = strchr(at, '"'); (at = strchr(at, 'M')) && at < end; marks++) {
        ck_assert_int_lt(marks, 8);
        ck_assert_int_eq(sscanf(at++, "M%lf %lf", &x[marks], &y[marks]), 2);
    }
    return marks;
}

START_TEST(a_mark_lies_where_its_row_says) {
    double x[8], y[8];
    harness_put(folder, "effort.tsv",
                EFFORT "a\tpeak\tflow\t100\t0.0000\toptimal\t1\t20\nb\tpeak\tflow\t1000\t0.5\toptimal\t1\t200\n"
                       "c\tpeak\tflow\t300\tnan\tlimit\t9\t9000\nd\tpeak\tflow\t10000\t5\toptimal\t7\t2000\n"
                       "a\tfootprint\tproduct\t100\t0\toptimal\t1\t20\n");
    report_read();
    ck_assert_int_eq(marks_of(x, y, "solver-effort", 0, 0), 3); /* root gaps; not the one that was not solved */
    ck_assert(x[0] < x[1] && x[1] < x[2] && y[0] > y[1] && y[1] > y[2]);
    ck_assert_double_eq_tol(x[1] - x[0], x[2] - x[1], 1);       /* powers of ten are equally far apart */
    ck_assert_int_eq(marks_of(x, y, "solver-effort", 0, 1), 3); /* nodes */
    ck_assert(y[0] == y[1] && y[1] > y[2]);
    ck_assert_int_eq(marks_of(x, y, "solver-effort", 0, 2), 3); /* pivots */
    ck_assert_double_eq_tol(y[0] - y[1], y[1] - y[2], 4);
    const double flow = x[0], pivots = y[0];
    ck_assert_int_eq(marks_of(x, y, "solver-effort", 0, 3), 0); /* of the other formulation */
    ck_assert_int_eq(marks_of(x, y, "solver-effort", 1, 5), 1);
    ck_assert(x[0] > flow && y[0] == pivots); /* in the second panel, on the same axis */
}
END_TEST

START_TEST(a_series_is_a_plan) {
    double x[8], y[8], low[8];
    harness_put(
        folder, "layers.tsv",
        "network\tslack\tconvolution\tworkspace_bytes\na\t0\t1\t0\na\t0\t2\t1048576\na\t0.15\t1\t0\na\t0.15\t2\t0\n");
    report_read();
    ck_assert_int_eq(marks_of(x, y, "workspace-by-layer", 0, 0), 2);
    ck_assert(x[0] < x[1] && y[0] > y[1]);
    ck_assert_int_eq(marks_of(x, low, "workspace-by-layer", 1, 0), 2);
    ck_assert(low[0] == low[1] && low[0] == y[0]);
    ck_assert_ptr_nonnull(strstr(html, "> 0.15</span>"));
}
END_TEST

/* --- tables that are not right --- */

static const struct {
    const char *file, *text, *says;
} wrong[] = {
    {"along.tsv", "", "has no rows"},
    {"along.tsv", "network\n", NULL}, /* a table without rows: a figure without pictures */
    {"along.tsv", "network\texecution\tstep\na\twhole\t0\n", "has no column `activations_bytes`"},
    {"along.tsv", "network\tstep\na\t0\n", "has no column `execution`"},
    {"along.tsv", ALONG "a\twhole\t0\t1\t2\n", "along.tsv:3: wrong number of fields (expected 8, got 5)"},
    {"along.tsv", ALONG "a\twhole\t0\t1\t2\t3\tx\t5\n", "along.tsv:3: column workspace_bytes: `x` is wrong"},
    {"along.tsv", ALONG "a\twhole\t0\t1\t2\t3\t-4\t5\n", "along.tsv:3: column workspace_bytes: `-4` is wrong"},
    {"effort.tsv", EFFORT "a\tpeak\tflow\t1\tnan\toptimal\t1\t20\n", "effort.tsv:2: column root_gap_percent: `nan`"},
    {"else.tsv", "a\n", "has no table of a figure (expected along.tsv, for example)"},
};

START_TEST(bad_tables_are_one_line_and_no_page) {
    harness_put(folder, wrong[_i].file, wrong[_i].text);
    const int status = report();
    if (!wrong[_i].says) {
        ck_assert_int_eq(status, 0);
        return;
    }
    ck_assert_int_eq(status, 2);
    ck_assert_msg(strstr(o.err, wrong[_i].says) != NULL, "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
    ck_assert_ptr_null(fopen(page, "r"));
}
END_TEST

START_TEST(a_table_that_is_missing_is_named) {
    harness_put(folder, "along.tsv", ALONG "a\twhole\t0\t1\t2\t3\t4\t5\n");
    ck_assert_int_eq(
        harness_taso(&o, "report %s -o %s --network " TINY " --maps 0 --results %s", profile, page, folder), 0);
    ck_assert_ptr_nonnull(strstr(o.err, "left out: Workspace by layer, as "));
    ck_assert_ptr_null(strstr(o.err, "left out: Memory along"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("report_figures");
    TCase *tc = tcase_create("figures");
    tcase_add_checked_fixture(tc, enter, leave);
    tcase_add_test(tc, an_area_is_as_large_as_its_bytes);
    tcase_add_test(tc, a_mark_lies_where_its_row_says);
    tcase_add_test(tc, a_series_is_a_plan);
    tcase_add_loop_test(tc, bad_tables_are_one_line_and_no_page, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tc, a_table_that_is_missing_is_named);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
