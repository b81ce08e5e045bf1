/* The LP reader. */
#include <math.h>
#include <unistd.h>

#include "solver/io/lpfile.h"
#include "tests/support/model_files.h"

static struct error failure;

static char warnings[2048];

static struct model *read_how(const char *text, bool strict) {
    return read_model(lpfile_read, "model.lp", text, strict, warnings, sizeof warnings, &failure);
}

static struct model *read_text(const char *text) {
    return read_how(text, false);
}

static const char *const example = "\\ a comment\n"
                                   "Maximize\n"
                                   " profit: 3 x + 2.5 y - z + 4\n"
                                   "Subject To\n"
                                   " c1: x + y + z <= 10\n"
                                   " c2: -2 <= x - y <= 8 \\ a range\n"
                                   " 2 x + 3 y\n"
                                   "   - z >= -4\n"
                                   " c4: x + 3 z = 7\n"
                                   "Bounds\n"
                                   " x <= 4\n"
                                   " -1 <= y <= 5.5\n"
                                   " z free\n"
                                   " b <= 1\n"
                                   "General\n"
                                   " y\n"
                                   "Binary\n"
                                   " x\n"
                                   "End\n";

START_TEST(sections_make_the_model) {
    char text[1024];
    snprintf(text, sizeof text, "%s", example);
    memmove(strstr(text, " b <= 1\n"), strstr(text, "General"), strlen(strstr(text, "General")) + 1);
    struct model *m = read_text(text);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert(m->maximize && m->offset == 4 && m->rows == 4 && m->cols == 3);
    ck_assert_str_eq(m->objective_name, "profit");
    ck_assert(m->cost[0] == 3 && m->cost[1] == 2.5 && m->cost[2] == -1);
    ck_assert(m->row_lower[0] == -MODEL_INFINITY && m->row_upper[0] == 10);
    ck_assert(m->row_lower[1] == -2 && m->row_upper[1] == 8);
    ck_assert(m->row_lower[2] == -4 && m->row_upper[2] == MODEL_INFINITY);
    ck_assert(m->row_lower[3] == 7 && m->row_upper[3] == 7);
    ck_assert(m->integer[0] && m->integer[1] && !m->integer[2]);
    ck_assert(m->lower[0] == 0 && m->upper[0] == 1 && m->lower[1] == -1 && m->upper[1] == 5.5);
    ck_assert(m->lower[2] == -MODEL_INFINITY && m->upper[2] == MODEL_INFINITY);
    ck_assert_str_eq(m->row_name[1], "c2");
    ck_assert_ptr_null(m->row_name[2]);
    model_free(m);
}
END_TEST

/* An objective and a row, and the row's coefficients of x and y and its sides. */
static const struct {
    const char *row;
    double x, y, lower, upper;
} rows[] = {
    {"x + y <= 3", 1, 1, -MODEL_INFINITY, 3},
    {"x + y =< 3", 1, 1, -MODEL_INFINITY, 3},
    {"x + y < 3", 1, 1, -MODEL_INFINITY, 3},
    {"x + y => 3", 1, 1, 3, MODEL_INFINITY},
    {"x + y > -3", 1, 1, -3, MODEL_INFINITY},
    {"3x - 2e1y = 1.5e2", 3, -20, 150, 150},
    {"x + x + y >= 2", 2, 1, 2, MODEL_INFINITY},
    {"- - 2 x + y - y + y >= 2", 2, 1, 2, MODEL_INFINITY},
    {"x + y + 4 <= 3", 1, 1, -MODEL_INFINITY, -1},
    {"3 >= x + y", 1, 1, -MODEL_INFINITY, 3},
    {"3 <= x + y", 1, 1, 3, MODEL_INFINITY},
    {"3 = x + y", 1, 1, 3, 3},
    {"9 >= x + y >= 3", 1, 1, 3, 9},
    {"r: x + y >= -inf", 1, 1, -MODEL_INFINITY, MODEL_INFINITY},
    {"-infinity <= x + y <= 2", 1, 1, -MODEL_INFINITY, 2},
    {"x + y <= 1e30", 1, 1, -MODEL_INFINITY, MODEL_INFINITY},
    {"r1: x\n + y\n <= \n 3", 1, 1, -MODEL_INFINITY, 3},
};

START_TEST(rows_in_every_form) {
    char text[512];
    snprintf(text, sizeof text, "min\n x + y\nst\n %s\nend\n", rows[_i].row);
    struct model *m = read_text(text);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_int_eq(m->rows, 1);
    ck_assert_msg(m->row_lower[0] == rows[_i].lower && m->row_upper[0] == rows[_i].upper, "[%g, %g]", m->row_lower[0],
                  m->row_upper[0]);
    ck_assert_int_eq(m->entries, 2);
    ck_assert(m->value[0] == rows[_i].x && m->value[1] == rows[_i].y);
    model_free(m);
}
END_TEST

static const struct {
    const char *bound;
    double lower, upper;
} bounds[] = {
    {"x <= 4", 0, 4},
    {"x >= 4", 4, MODEL_INFINITY},
    {"x = 4", 4, 4},
    {"4 >= x", 0, 4},
    {"4 <= x", 4, MODEL_INFINITY},
    {"-3 <= x <= 4", -3, 4},
    {"4 >= x >= -3", -3, 4},
    {"x FREE", -MODEL_INFINITY, MODEL_INFINITY},
    {"x >= -inf", -MODEL_INFINITY, MODEL_INFINITY},
    {"-inf <= x <= -4", -MODEL_INFINITY, -4},
    {"x <= +Infinity", 0, MODEL_INFINITY},
    {"x >= -5\n x <= -4", -5, -4},
    {"x <= 0", 0, 0},
};

START_TEST(bounds_in_every_form) {
    char text[512];
    snprintf(text, sizeof text, "Minimum\n x + y\nSUCH THAT\n x + y >= 1\nBounds\n %s\nEnd\n", bounds[_i].bound);
    struct model *m = read_text(text);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_msg(m->lower[0] == bounds[_i].lower && m->upper[0] == bounds[_i].upper, "[%g, %g]", m->lower[0],
                  m->upper[0]);
    model_free(m);
}
END_TEST

static const struct {
    const char *text, *says;
    int line;
} broken[] = {
    {"", "Minimize or Maximize", 0},
    {"Bounds\nEnd\n", "Minimize or Maximize", 1},
    {"min\n x\nst\n x >= 1\n", "the file ends", 0},
    {"min\n x\nst\n c: x >= 1\n c: x <= 2\nend\n", "twice", 5},
    {"min\n x\nst\n x + y\nend\n", "<=, >= or =", 5},
    {"min\n x\nst\n x >= y\nend\n", "a number", 4},
    {"min\n x^2\nst\n x >= 1\nend\n", "'^'", 2},
    {"min\n [ x * y ]\nst\n x >= 1\nend\n", "'['", 2},
    {"min\n x\nst\n x >= 1\nbounds\n -3 >= x\nend\n", "negative upper bound", 6},
    {"min\n x\nst\n x >= 1\nbounds\n x <= -3\nbinary\n x\nend\n", "negative upper bound", 6},
    {"min\n x\nst\n x >= 1\nbounds\n x <= 5\n x <= -3\nend\n", "negative upper bound", 7},
    {"min\n x\nst\n x >= 1e\nend\n", "'1e' is not a number", 4},
    {"min\n 2e + x\nst\n x >= 1\nend\n", "'2e' is not a number", 2},
    {"min\n 2e+ x\nst\n x >= 1\nend\n", "'2e' is not a number", 2},
    {"min\n x\nst\n x >= 1.2.3\nend\n", "'1.2.3' is not a number", 4},
    {"min\n x\nst\n x <> 1\nend\n", "'<>'", 4},
    {"min\n x\nst\n x >< 1\nend\n", "'><'", 4},
    {"min\n x\nst\n x <<= 1\nend\n", "'<<='", 4},
    {"min\n x\nst\n x - inf >= 1\nend\n", "infinite constant", 4},
    {"min\n x + inf\nst\n x >= 1\nend\n", "infinite constant", 2},
    {"min\n x / 2\nst\n x >= 1\nend\n", "'/'", 2},
    {"min\n x\nst\n x > = 1\nend\n", "'='", 4},
    {"min\n x\nst\n 3 x >= 4 x\nend\n", "more than a number on its right-hand side", 4},
    {"min\n x\nst\n c: y = 4 z\n d: x + y >= 2\nend\n", "row 'c' has more than a number", 4},
    {"min\n x\nst\n y = 4 z\n x + y >= 2\nend\n", "more than a number on its right-hand side", 4},
    {"min\n x\nst\n y <= 4 + 3 \\ < 9\n x >= 1\nend\n", "more than a number on its right-hand side", 4},
    {"min\n x\nst\n x >=\n -4 2\n x >= 1\nend\n", "more than a number on its right-hand side", 5},
    {"min\n x\nst\n r: 1 <= x <= 4 y\nend\n", "row 'r' has more than a number", 4},
    {"min\n x\nst\n x >= 1\nbounds\n x <= 4 y\nend\n", "bound of column 'x' with more than a number", 6},
    {"min\n x\nst\n x >= 1\nbounds\n 1 <= x <= 4 + 2\nend\n", "bound of column 'x' with more than a number", 6},
    {"min\n x\nst\n x >= 1\ngeneral\n x\nBinarys\n x\nend\n",
     "'Binarys' is neither a column nor a section (did you mean binary?)", 7},
    {"min\n x\nst\n x >= 1\nBonds\n x <= 4\nend\n", "'Bonds' is neither a column nor a section (did you mean bounds?)",
     5},
    {"min\n x\nst\n x >= 1\nbounds\n x <= 4\nGenral \\ integers\n x\nend\n", "(did you mean general?)", 7},
    {"\xff\xfem\n", "UTF-16", 1},
    {"\xfe\xffm\n", "UTF-16", 1},
    {"\xef\xbb\xbf\xef\xbb\xbfmin\n x\nst\n x >= 1\nend\n", "no meaning", 1},
    {"min\n x\nst\n x >= 1\nbounds\n x <= -3\nend\n", "negative upper bound", 6},
    {"min\n x\nst\n x >= 1\nbounds\n x <= inf >= 3\nend\n", "'>'", 6},
    {"min\n x\nst\n x >= 1\nbounds\n x >= 1e21\nend\n", "wrong side", 6},
    {"min\n x\nst\n x >= 1\nSOS2\n [\nend\n", "'['", 6},
    {"min\n x\nst\n x >= 1\nlazy constraints\n x\nend\n", "section 'lazy constraints' is not supported", 5},
    {"min\n x\nst\n x >= 1\nsemi\n", "the file ends", 0},
    {"min\n x\nst\n 1 <= x >= 3\nend\n", "same sense", 4},
    {"min\n x\nst\n x >= 1\nst\n x >= 2\nend\n", "once", 5},
    {"min\n x\nmax\n x\nend\n", "another section", 3},
    {"min\n x + \nst\n x >= 1\nend\n", "a number or a name", 3},
    {"min\n 1e999 x\nst\n x >= 1\nend\n", "coefficient inf (expected a finite number)", 0},
};

START_TEST(broken_files_are_refused_with_file_and_line) {
    char place[32];
    struct model *m = read_text(broken[_i].text);
    ck_assert_msg(m == NULL, "read: %s", broken[_i].text);
    ck_assert_msg(strstr(failure.text, broken[_i].says) != NULL, "expected '%s' in '%s'", broken[_i].says,
                  failure.text);
    snprintf(place, sizeof place, broken[_i].line ? "model.lp:%d: " : "model.lp", broken[_i].line);
    ck_assert_msg(strstr(failure.text, place) != NULL, "expected '%s' in '%s'", place, failure.text);
}
END_TEST

/* Sections after the rows of `min -x, x + y <= 9`, the bounds of x that follow, and a word of the warning. */
static const struct {
    const char *tail;
    double lower, upper;
    bool integer;
    const char *warning;
} types[] = {
    {"bounds\n x = 0\nbinary\n x\n", 0, 0, true, NULL},
    {"bounds\n x = 1\nbinary\n x\n", 1, 1, true, NULL},
    {"bounds\n x <= 0\nbinary\n x\n", 0, 0, true, NULL},
    {"bounds\n x <= 0.5\nbinary\n x\n", 0, 0.5, true, NULL},
    {"bounds\n x = 0.5\nBIN\n x\n", 0.5, 0.5, true, NULL},
    {"bounds\n 0 <= x <= 1\nbinaries\n x\n", 0, 1, true, NULL},
    {"bounds\n x >= 1\nbinary\n x\n", 1, 1, true, NULL},
    {"bounds\n x <= 5\nbinary\n x\n", 0, 1, true, "declared binary after"},
    {"bounds\n -1 <= x <= 3\nbinary\n x\n", 0, 1, true, "declared binary after"},
    {"bounds\n x free\nbinary\n x\n", 0, 1, true, "declared binary after"},
    {"bounds\n x >= 2\nbinary\n x\n", 2, 1, true, "declared binary after"},
    {"bounds\n -4 <= x <= -3\nbinary\n x\n", 0, -3, true, "declared binary after"},
    {"binary\n x\nbounds\n x = 0\n", 0, 0, true, NULL},
    {"binary\n x\nbounds\n x = 0.5\n", 0.5, 0.5, true, NULL},
    {"binary\n x\nbounds\n x <= 5\n", 0, 5, true, "afterwards"},
    {"binary\n x\nbounds\n x free\n", -MODEL_INFINITY, MODEL_INFINITY, true, "afterwards"},
    {"binary\n x\n", 0, 1, true, NULL},
    {"binary\n x x\nbinary\n x\n", 0, 1, true, NULL},
    {"bounds\n x = 0\nbinary\n x\nbinary\n x\ngeneral\n x\n", 0, 0, true, NULL},
    {"binary\n x\ngeneral\n x\n", 0, 1, true, NULL},
    {"general\n x\nbinary\n x\n", 0, 1, true, NULL},
    {"bounds\n x <= 4\nbounds\n x >= 2\ngeneral\n x\n", 2, 4, true, NULL},
    {"bounds\n x <= 0.5\ngeneral\n x\n", 0, 0.5, true, NULL},
    {"integer\n x\nbounds\n x = 3\n", 3, 3, true, NULL},
    {"semi\nbounds\n x <= 7\nsemi-continuous\n\nsos\nsos1\nsos2\ngeneral\nbinary\n", 0, 7, false, NULL},
    {"bounds\n x <= -3\n x <= 5\n", 0, 5, false, NULL},
    {"bounds\n x <= -3\n x free\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
};

/* The same program, min x + y with x + y >= 2 and x binary, in other words. */
static const char *const spellings[] = {
    "Minimize\n obj: x + y\nSubject To\n c: x + y >= 2\nBinary\n x\nEnd\n",
    "MINIMISE\nx\n+\ny\nSUCH THAT\nx\n+ y\n>=\n2\nBINARIES x\nEND",
    "minimum x+y\nSubject   To: x+y=>2\nbin\nx\nend\n",
    "min \\ one\n\\ two\n x + y \\ three\ns.t. \\ four\n 1x+1y>2\nBin x\nbinary\nend\nmax @\n",
    "min\r\n obj : 1 x + 1.0 y\r\nst.\r\n c : .5e1 x + 5. y >= 10\r\nbound\r\n x <= 1\r\ngenerals\r\n x\r\nend\r\n",
    "min\n x + y\nst\n 2 <= x + y\nbounds\n y >= -0\n y <= +InFiNiTy\n 0 <= x <= 1\nINT\n x\nSEMI\nend\n",
    "min\n x + y\nst\n x + y >= 2\nbounds\n x <= 1 y >= 0\ngen x\nsemi-continuous\nSOS\nend\n",
    "min\n + x + + y\nst\n - - x - - y >= - - 2\nbinary\n x\nend\n",
};

START_TEST(one_program_in_many_spellings) {
    struct model *m = read_how(spellings[_i], true);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert(!m->maximize && m->rows == 1 && m->cols == 2 && m->entries == 2 && m->offset == 0);
    ck_assert(m->cost[0] == 1 && m->cost[1] == 1 && m->integer[0] && !m->integer[1]);
    ck_assert(m->lower[0] == 0 && m->upper[0] == 1 && m->lower[1] == 0 && m->upper[1] == MODEL_INFINITY);
    ck_assert(m->value[0] == m->value[1] && m->row_lower[0] == 2 * m->value[0] && m->row_upper[0] == MODEL_INFINITY);
    model_free(m);
}
END_TEST

START_TEST(a_type_section_never_widens_bounds) {
    char text[512];
    snprintf(text, sizeof text, "min\n -1 x\nst\n x + y <= 9\n%send\n", types[_i].tail);
    struct model *m = read_text(text);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_msg(m->lower[0] == types[_i].lower && m->upper[0] == types[_i].upper, "[%g, %g] after %s", m->lower[0],
                  m->upper[0], types[_i].tail);
    ck_assert(m->integer[0] == types[_i].integer);
    model_free(m);
    const char *says = types[_i].warning;
    ck_assert_msg(says ? strstr(warnings, says) != NULL : !warnings[0], "'%s' after %s", warnings, types[_i].tail);
    m = read_how(text, true);
    ck_assert_msg((m == NULL) == (says != NULL), "strict, after %s", types[_i].tail);
    if (says) ck_assert_ptr_nonnull(strstr(failure.text, says));
    model_free(m);
}
END_TEST

/* Names that look like section words, and rows that share a line. */
static const char *const accepted[] = {
    "min\nBonds\nst\nBonds\n>= 1\nbinary\nBonds\nend\n",
    "min\n x\nst\n x >= 1\ngeneral\n binarys\nend\n",
    "min\n x\nst\n x >= 1\ngeneral\nbin2\nend\n",
    "min\n x\nst\n x >= 1\ngeneral\nquantity\nend\n",
    "min\n x\nst\n x >= 1 y <= 2\nend\n",
    "min\n x\nst\n a: x >= 1 b: y\n <= 2\nend\n",
    "min\n x\nst\n x >= 1\nbounds\n x <= 4 y free z >= 1\nend\n",
    "min\n x\nst\n x >= 1 \\ y\n + 2 y <= 4\nend\n",
};

START_TEST(names_near_section_words_and_rows_on_one_line_are_accepted) {
    struct model *m = read_how(accepted[_i], true);
    ck_assert_msg(m != NULL, "%s", failure.text);
    model_free(m);
}
END_TEST

/* C's hexadecimal numbers are not numbers here. */
START_TEST(a_zero_before_a_name_with_x_is_a_coefficient) {
    struct model *m = read_how("min\n y + 0x10 + 0X2z\nst\n y + 2 x10 + 0x1 >= 1\nend\n", true);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_int_eq(m->cols, 4);
    ck_assert_str_eq(m->col_name[1], "x10");
    ck_assert_str_eq(m->col_name[2], "X2z");
    ck_assert_str_eq(m->col_name[3], "x1");
    for (int j = 1; j < m->cols; j++) ck_assert(m->cost[j] == 0);
    model_free(m);
}
END_TEST

START_TEST(columns_named_only_in_later_sections_have_no_coefficients) {
    struct model *m =
        read_how("min\n x\nst\n x + y >= 1\nbounds\n z <= 4\n w free\ngeneral\n v\nbinary\n u\nend\n", true);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert(m->cols == 6 && m->entries == 2);
    ck_assert(m->upper[2] == 4 && m->lower[3] == -MODEL_INFINITY && m->integer[4] && m->integer[5]);
    ck_assert(m->upper[4] == MODEL_INFINITY && m->upper[5] == 1);
    for (int j = 2; j < 6; j++) ck_assert(m->cost[j] == 0 && m->start[j] == m->start[j + 1]);
    model_free(m);
}
END_TEST

/* A row of x and y, a word of the warning, and its sides. */
static const struct {
    const char *objective, *row, *warning;
    double lower, upper;
} remarks[] = {
    {"x", "x + y - 1 >= 2", "a constant", 3, MODEL_INFINITY},
    {"x", "2 >= x + y - 1", "a constant", -MODEL_INFINITY, 3},
    {"x", "1 + x + y <= 2", "a constant", -MODEL_INFINITY, 1},
    {"x", "1 <= x + y + 2 <= 4", "a constant", -1, 2},
    {"x", "x + y + 0 >= 2", NULL, 2, MODEL_INFINITY},
    {"x", "x + y + x >= 2", "twice", 2, MODEL_INFINITY},
    {"x + x", "x + y >= 2", "twice", 2, MODEL_INFINITY},
    {"x", "x y >= 2", "without + or -", 2, MODEL_INFINITY},
    {"3 x 2 y", "x + y >= 2", "without + or -", 2, MODEL_INFINITY},
    {"x + 4", "x + y >= 2", NULL, 2, MODEL_INFINITY},
    {"x", "x + y >= .5", NULL, 0.5, MODEL_INFINITY},
    {"x", "x + y >= 5.", NULL, 5, MODEL_INFINITY},
    {"x", "1x+1y>=5.e0", NULL, 5, MODEL_INFINITY},
    {"x", "x + y == 5", NULL, 5, 5},
    {"", "x + y >= 1E+1", NULL, 10, MODEL_INFINITY},
    {"obj:", "0 <= x + y", NULL, 0, MODEL_INFINITY},
};

START_TEST(what_readers_disagree_on_is_read_with_a_warning) {
    char text[512];
    snprintf(text, sizeof text, "\xef\xbb\xbfmin\n %s\nst\n %s\nend\n", remarks[_i].objective, remarks[_i].row);
    struct model *m = read_text(text);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_msg(m->row_lower[0] == remarks[_i].lower && m->row_upper[0] == remarks[_i].upper, "[%g, %g]",
                  m->row_lower[0], m->row_upper[0]);
    model_free(m);
    const char *says = remarks[_i].warning;
    ck_assert_msg(says ? strstr(warnings, says) != NULL : !warnings[0], "'%s'", warnings);
    m = read_how(text, true);
    ck_assert((m == NULL) == (says != NULL));
    model_free(m);
}
END_TEST

START_TEST(spoiled_files_never_crash_the_reader) {
    long count = getenv("TEST_EFFORT") ? 3000 * atol(getenv("TEST_EFFORT")) : 3000, good = 0;
    for (long seed = 0; seed < count; seed++) {
        struct random r = {(uint64_t)seed};
        char *bad = spoiled(example, &r);
        struct model *m = read_text(bad);
        ck_assert_msg(m || strstr(failure.text, "model.lp"), "seed %ld: '%s'", seed, failure.text);
        good += m != NULL;
        model_free(m);
        free(bad);
    }
    ck_assert_int_lt(good, count);
}
END_TEST

int main(void) {
    Suite *s = suite_create("lpfile");
    TCase *t = tcase_create("lpfile");
    tcase_add_test(t, sections_make_the_model);
    tcase_add_loop_test(t, rows_in_every_form, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(t, bounds_in_every_form, 0, sizeof bounds / sizeof bounds[0]);
    tcase_add_loop_test(t, broken_files_are_refused_with_file_and_line, 0, sizeof broken / sizeof broken[0]);
    tcase_add_loop_test(t, one_program_in_many_spellings, 0, sizeof spellings / sizeof spellings[0]);
    tcase_add_loop_test(t, a_type_section_never_widens_bounds, 0, sizeof types / sizeof types[0]);
    tcase_add_loop_test(t, names_near_section_words_and_rows_on_one_line_are_accepted, 0,
                        sizeof accepted / sizeof accepted[0]);
    tcase_add_test(t, a_zero_before_a_name_with_x_is_a_coefficient);
    tcase_add_test(t, columns_named_only_in_later_sections_have_no_coefficients);
    tcase_add_loop_test(t, what_readers_disagree_on_is_read_with_a_warning, 0, sizeof remarks / sizeof remarks[0]);
    tcase_add_test(t, spoiled_files_never_crash_the_reader);
    suite_add_tcase(s, t);
    return harness_run(s);
}
