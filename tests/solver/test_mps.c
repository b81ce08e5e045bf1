/* The MPS reader: every case in which readers disagree, broken files, size. */
#include <math.h>
#include <unistd.h>
#include <zlib.h>

#include "solver/base/clock.h"
#include "solver/io/mps.h"
#include "tests/support/model_files.h"
#include "tests/support/refused.h"

static struct error failure;

static struct model *read_text(const char *text, bool strict, char warnings[1024]) {
    return read_model(mps_read, "model.mps", text, strict, warnings, 1024, &failure);
}

static struct model *read_good(const char *text) {
    char warnings[1024];
    struct model *m = read_text(text, false, warnings);
    ck_assert_msg(m != NULL, "%s", failure.text);
    return m;
}

#define ROWS    "NAME t\nROWS\n N obj\n L r1\n G r2\n E r3\n"
#define COLUMNS "COLUMNS\n    x obj 1 r1 2\n    x r2 3\n    y r3 4 obj -1\n"
#define RHS     "RHS\n    RHS r1 10 r2 -2\n    RHS r3 5\n"
#define WHOLE   ROWS COLUMNS RHS

START_TEST(sections_make_the_model) {
    struct model *m =
        read_good(WHOLE "RANGES\n    RNG r1 4 r2 3\n    RNG r3 -2\nBOUNDS\n UP BND x 7\n LO BND y -1\nENDATA\n");
    ck_assert_str_eq(m->name, "t");
    ck_assert_str_eq(m->objective_name, "obj");
    ck_assert(m->rows == 3 && m->cols == 2 && m->entries == 3 && !m->maximize);
    ck_assert(m->cost[0] == 1 && m->cost[1] == -1);
    ck_assert(m->row_lower[0] == 6 && m->row_upper[0] == 10);
    ck_assert(m->row_lower[1] == -2 && m->row_upper[1] == 1);
    ck_assert(m->row_lower[2] == 3 && m->row_upper[2] == 5);
    ck_assert(m->lower[0] == 0 && m->upper[0] == 7 && m->lower[1] == -1 && m->upper[1] == MODEL_INFINITY);
    model_free(m);
}
END_TEST

/* The table "where readers disagree": bounds after WHOLE, column y as it then is, and a word of the warning. */
static const struct {
    const char *bounds;
    double lower, upper;
    bool integer;
    const char *warning;
} bound_cases[] = {
    {" UP B y -3\n", -MODEL_INFINITY, -3, false, "negative upper bound"},
    {" UP B y -3\n LO B y -9\n", -9, -3, false, NULL},
    {" LO B y 0\n UP B y -3\n", 0, -3, false, NULL},
    {" MI B y\n UP B y -3\n", -MODEL_INFINITY, -3, false, NULL},
    {" UP B y 0\n", 0, 0, false, NULL},
    {" FX B y 2.5\n", 2.5, 2.5, false, NULL},
    {" FR B y\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
    {" MI B y\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
    {" PL B y\n", 0, MODEL_INFINITY, false, NULL},
    {" BV B y\n", 0, 1, true, NULL},
    {" LI B y 2\n UI B y 9\n", 2, 9, true, NULL},
    {" UP B y 1e30\n", 0, MODEL_INFINITY, false, NULL},
    {" LO B y -Inf\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
    {" UP B y 4\n UP B y 5\n", 0, 5, false, "given again"},
    {" UP B y 4\n UP C y 5\n", 0, 4, false, "second set"},
    {" UP B y -3\n UP B y 5\n", 0, 5, false, "given again"},
    {" UI B y -3\n", -MODEL_INFINITY, -3, true, "negative upper bound"},
    {" UP B y 5\n BV B y\n", 0, 1, true, "given again"},
    {" UP B y 0\n BV B y\n", 0, 0, true, "given again"},
    {" UP B y 0.5\n BV B y\n", 0, 0.5, true, "given again"},
    {" FX B y 0\n BV B y\n", 0, 0, true, "given again"},
    {" FX B y 1\n BV B y\n", 1, 1, true, "given again"},
    {" LO B y 1\n BV B y\n", 1, 1, true, "given again"},
    {" FR B y\n BV B y\n", 0, 1, true, "given again"},
    {" BV B y\n UP B y 0\n", 0, 0, true, "given again"},
    {" BV B y\n BV B y\n", 0, 1, true, "given again"},
    {" UP y 4\n", 0, 4, false, NULL},
    {" FR y\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
    {" FR B y 0\n", -MODEL_INFINITY, MODEL_INFINITY, false, NULL},
    {" UP B y 1.5D1 $ a comment\n", 0, 15, false, NULL},
    {"\tUP\tB\ty\t6\n", 0, 6, false, NULL},
};

START_TEST(bounds_mean_what_the_table_says) {
    char text[1024], warnings[1024];
    snprintf(text, sizeof text, "%sBOUNDS\n%sENDATA\n", WHOLE, bound_cases[_i].bounds);
    struct model *m = read_text(text, false, warnings);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_msg(m->lower[1] == bound_cases[_i].lower && m->upper[1] == bound_cases[_i].upper, "[%g, %g] after%s",
                  m->lower[1], m->upper[1], bound_cases[_i].bounds);
    ck_assert(m->integer[1] == bound_cases[_i].integer);
    model_free(m);
    const char *says = bound_cases[_i].warning;
    if (!says) ck_assert_str_eq(warnings, "");
    if (says) ck_assert_msg(strstr(warnings, says) && strstr(warnings, "model.mps:"), "'%s' in '%s'", says, warnings);
    m = read_text(text, true, warnings);
    ck_assert_msg((m == NULL) == (says != NULL), "strict, after%s", bound_cases[_i].bounds);
    if (says) ck_assert_ptr_nonnull(strstr(failure.text, says));
    model_free(m);
}
END_TEST

/* Bounds of x, an integer column between markers, as given and as read, and a word of the warning. */
static const struct {
    const char *bounds;
    double lower, upper;
    const char *warning;
} marked_cases[] = {
    {"", 0, 1, "1 integer columns without bounds, 'x' the first; [0, 1]"},
    {" UP B x 5\n", 0, 5, NULL},
    {" LO B x 0\n", 0, MODEL_INFINITY, "'x' the first; the upper one is taken as infinity"},
    {" LO B x 2\n", 2, MODEL_INFINITY, "lower bound alone"},
    {" MI B x\n", -MODEL_INFINITY, MODEL_INFINITY, "lower bound alone"},
    {" LO B x 2\n UP B x 4\n", 2, 4, NULL},
    {" LO B x 2\n PL B x\n", 2, MODEL_INFINITY, NULL},
    {" LI B x 2\n", 2, MODEL_INFINITY, NULL},
    {" UI B x 2\n", 0, 2, NULL},
    {" PL B x\n", 0, MODEL_INFINITY, NULL},
    {" FR B x\n", -MODEL_INFINITY, MODEL_INFINITY, NULL},
    {" FX B x 3\n", 3, 3, NULL},
    {" BV B x\n", 0, 1, NULL},
};

START_TEST(any_bound_takes_away_the_upper_bound_of_a_marked_integer) {
    char text[1024], warnings[1024];
    snprintf(text, sizeof text, "%sCOLUMNS\n    M 'MARKER' 'INTORG'\n    x r1 1\nBOUNDS\n%sENDATA\n", ROWS,
             marked_cases[_i].bounds);
    struct model *m = read_text(text, false, warnings);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert_msg(m->lower[0] == marked_cases[_i].lower && m->upper[0] == marked_cases[_i].upper, "[%g, %g] after%s",
                  m->lower[0], m->upper[0], marked_cases[_i].bounds);
    ck_assert(m->integer[0]);
    model_free(m);
    const char *says = marked_cases[_i].warning;
    ck_assert_msg(says ? strstr(warnings, says) != NULL : !warnings[0], "'%s' after%s", warnings,
                  marked_cases[_i].bounds);
    m = read_text(text, true, warnings);
    ck_assert_msg((m == NULL) == (says != NULL), "strict, after%s", marked_cases[_i].bounds);
    model_free(m);
}
END_TEST

/* Every line ends in a note: one sign, one word, many words. */
static void noted(char *text, size_t room, const char *lines, const char *note) {
    size_t used = strlen(text);
    for (; *lines; lines++) {
        if (*lines == '\n') used += (size_t)snprintf(text + used, room - used, " %s", note);
        text[used++] = *lines;
    }
    text[used] = '\0';
}

START_TEST(a_note_after_a_bound_changes_nothing) {
    static const char *const notes[] = {"$", "$note", "$ note", "$ a longer note"};
    for (int k = 0; k < (int)(sizeof notes / sizeof notes[0]); k++) {
        char text[1024] = WHOLE "BOUNDS\n", warnings[1024];
        const char *lines = bound_cases[_i].bounds;
        if (strchr(lines, '$')) continue;
        noted(text, sizeof text, lines, notes[k]);
        strcat(text, "ENDATA\n");
        struct model *m = read_text(text, false, warnings);
        ck_assert_msg(m != NULL, "%s", failure.text);
        ck_assert_msg(m->lower[1] == bound_cases[_i].lower && m->upper[1] == bound_cases[_i].upper, "[%g, %g] after%s",
                      m->lower[1], m->upper[1], text);
        model_free(m);
    }
}
END_TEST

START_TEST(integers_between_markers_are_binary_until_a_bound_says_otherwise) {
    char warnings[1024];
    const char *marked =
        ROWS "COLUMNS\n    M1 'MARKER' 'INTORG'\n    x r1 1\n    y r2 1\n    z r2 2\n    M2 'MARKER' 'INTEND'\n"
             "    w r3 1\nBOUNDS\n LO B y 0\n PL B z\nENDATA\n";
    struct model *m = read_text(marked, false, warnings);
    ck_assert_msg(m != NULL, "%s", failure.text);
    ck_assert(m->integer[0] && m->integer[1] && m->integer[2] && !m->integer[3]);
    ck_assert(m->upper[0] == 1 && m->upper[1] == MODEL_INFINITY && m->upper[2] == MODEL_INFINITY &&
              m->upper[3] == MODEL_INFINITY);
    ck_assert_ptr_nonnull(strstr(warnings, "[0, 1]"));
    model_free(m);
    ck_assert_ptr_null(read_text(marked, true, warnings));
}
END_TEST

static const struct {
    const char *text;
    double cost, offset;
    bool maximize;
    int rows;
} dialects[] = {
    {WHOLE "ENDATA\n", 1, 0, false, 3},
    {ROWS COLUMNS "RHS\n    RHS obj -7.5\nENDATA\n", 1, 7.5, false, 3},
    {"\xef\xbb\xbf" WHOLE "ENDATA\n", 1, 0, false, 3},
    {"NAME\nOBJSENSE\n    MAX\n" ROWS COLUMNS RHS "ENDATA\n", 1, 0, true, 3},
    {"NAME t\nOBJSENSE MAX\nROWS\n N obj\n L r1\n G r2\n E r3\n" COLUMNS RHS "ENDATA\n", 1, 0, true, 3},
    {"NAME t\nOBJSENSE\n    MINIMIZE\nROWS\n N obj\n L r1\n G r2\n E r3\n" COLUMNS RHS "ENDATA\n", 1, 0, false, 3},
    {"NAME t\nOBJNAME\n    second\nROWS\n N obj\n N second\n L r1\n G r2\n E r3\nCOLUMNS\n    x second 6 obj 1\n    x "
     "r1 1\nENDATA\n",
     6, 0, false, 3},
    {"NAME t\nROWS\n N obj\n N free1\n L r1\n N free2\nCOLUMNS\n    x obj 1 free1 2\n    x r1 1 free2 9\nRHS\n    RHS "
     "free1 4 r1 1\nENDATA\n",
     1, 0, false, 1},
    {"* a comment\nNAME t\nROWS\n n obj\n l r1\n* another\n\nCOLUMNS\n    x obj 1.0D0 r1 2\nRHS\n    r1 "
     "3\nENDATA\nafterwards nothing counts\n",
     1, 0, false, 1},
    {"ROWS\n N obj\n L r1\nCOLUMNS\n\tx\tobj\t1\tr1\t2\nENDATA\n", 1, 0, false, 1},
    {"NAME t\r\nROWS\r\n N obj\r\n L r1\r\nCOLUMNS\r\n    x obj 1 r1 2\r\nENDATA\r\n", 1, 0, false, 1},
    {"NAME t\nROWS\n N obj\n L r1\nCOLUMNS\n    G 'MARKER' 'GUBORG'\n    x obj 1 r1 2\n    H 'MARKER' "
     "'GUBEND'\nENDATA\n",
     1, 0, false, 1},
    {"NAME t\nROWS\n N obj\n L $r\nCOLUMNS\n    x obj 1 $r 2\n    y $r 1 $ note\nENDATA\n", 1, 0, false, 1},
    {"NAME\nROWS\n N  COST OF\n L  ROW ONE\nCOLUMNS\n    COL A     COST OF            1.0   ROW ONE            "
     "2.0\nRHS\n              ROW ONE            4.0\nENDATA\n",
     1, 0, false, 1},
};

START_TEST(dialects_are_understood) {
    struct model *m = read_good(dialects[_i].text);
    ck_assert(m->cost[0] == dialects[_i].cost && m->offset == dialects[_i].offset);
    ck_assert(m->maximize == dialects[_i].maximize);
    ck_assert_int_eq(m->rows, dialects[_i].rows);
    model_free(m);
}
END_TEST

START_TEST(names_with_blanks_are_kept_in_fixed_form) {
    struct model *m = read_good(dialects[sizeof dialects / sizeof dialects[0] - 1].text);
    ck_assert_str_eq(m->col_name[0], "COL A");
    ck_assert_str_eq(m->row_name[0], "ROW ONE");
    ck_assert(m->row_upper[0] == 4 && m->entries == 1 && m->value[0] == 2);
    model_free(m);
}
END_TEST

static const struct {
    const char *text, *says;
    int line;
} broken[] = {
    {"", "without ENDATA", 0},
    {"hello world\n", "MPS file", 1},
    {WHOLE, "without ENDATA", 0},
    {ROWS "COLUMNS\n    x obj nan\nENDATA\n", "'nan'", 8},
    {ROWS "COLUMNS\n    x obj 1 r1 inf\nENDATA\n", "finite", 8},
    {ROWS "COLUMNS\n    x obj 1e400\nENDATA\n", "finite", 8},
    {ROWS "COLUMNS\n    x r1 1\n    x r1 2\nENDATA\n", "first on line 8", 9},
    {ROWS "COLUMNS\n    x obj 1\n    x obj 2\nENDATA\n", "first on line 8", 9},
    {ROWS "COLUMNS\n    x r1 1\n    y r1 1\n    x r2 1\nENDATA\n", "began on line 8", 10},
    {ROWS "COLUMNS\n    x r9 1\nENDATA\n", "'r9'", 8},
    {ROWS "COLUMNS\n    x r1\nENDATA\n", "2 fields", 8},
    {ROWS "COLUMNS\n    x r1 1.2.3\nENDATA\n", "1.2.3", 8},
    {ROWS "COLUMNS\n    x r1 0x10\nENDATA\n", "number", 8},
    {ROWS " L r1\nENDATA\n", "twice", 7},
    {"NAME t\nROWS\n Z r1\nENDATA\n", "one of N, L, G, E", 3},
    {WHOLE "    RHS r1 3\nENDATA\n", "first on line 12", 14},
    {WHOLE "RANGES\n    R r1 3\n    R r1 4\nENDATA\n", "first on line 15", 16},
    {WHOLE "BOUNDS\n UP B z 3\nENDATA\n", "'z'", 15},
    {WHOLE "BOUNDS\n LO B x 1e20\nENDATA\n", "+infinity", 15},
    {WHOLE "BOUNDS\n UP B x nan\nENDATA\n", "nan", 15},
    {WHOLE "QUADOBJ\nENDATA\n", "section QUADOBJ: quadratic parts are not supported", 14},
    {WHOLE "GENCONS\nENDATA\n",
     "section GENCONS is not supported (expected NAME, OBJSENSE, OBJNAME, ROWS, COLUMNS, RHS, RANGES, BOUNDS, SOS, "
     "SOS1, SOS2, INDICATORS or ENDATA)",
     14},
    {WHOLE "BOUND\n UP B x 1\nENDATA\n", "(did you mean BOUNDS?)", 14},
    {"    x obj 1\nENDATA\n", "expected a section, got 'x'", 1},
    {"NAME t\n    x obj 1\nENDATA\n", "expected a section, got 'x'", 2},
    {WHOLE "BOUNDS\n XX B x 3\nENDATA\n", "one of UP, LO, FX, FR, MI, PL, BV, LI, UI, SC, SI, got 'XX'", 15},
    {WHOLE "BOUNDS\n UP B x -1e20\nENDATA\n", "upper bound -infinity", 15},
    {WHOLE "BOUNDS\n FX B x 1e30\nENDATA\n", "column fixed at infinity", 15},
    {ROWS "COLUMNS\n    M 'MARKER' 'SOSORG'\nENDATA\n", "special ordered sets", 8},
    {"NAME t\nOBJSENSE\n    UP\nROWS\nENDATA\n", "MIN or MAX", 3},
    {"NAME t\nOBJNAME\n    cost\nROWS\n N obj\nENDATA\n", "OBJNAME cost", 0},
    {ROWS COLUMNS "RHS\n    RHS r2 1e30\nENDATA\n", "infinite right-hand side", 12},
};

START_TEST(broken_files_are_refused_with_file_and_line) {
    char warnings[1024], place[32];
    struct model *m = read_text(broken[_i].text, false, warnings);
    ck_assert_msg(m == NULL, "read: %s", broken[_i].text);
    ck_assert_msg(strstr(failure.text, broken[_i].says) != NULL, "expected '%s' in '%s'", broken[_i].says,
                  failure.text);
    snprintf(place, sizeof place, broken[_i].line ? "model.mps:%d: " : "model.mps:", broken[_i].line);
    ck_assert_msg(strstr(failure.text, place) != NULL, "expected '%s' in '%s'", place, failure.text);
}
END_TEST

START_TEST(a_file_with_a_truncated_gzip_stream_is_refused) {
    char whole[256], cut[256];
    struct error err;
    snprintf(whole, sizeof whole, "%s", harness_scratch("whole.mps.gz", NULL));
    snprintf(cut, sizeof cut, "%s", harness_scratch("cut.mps.gz", NULL));
    gzFile out = gzopen(whole, "wb");
    ck_assert_int_gt(gzputs(out, WHOLE), 0);
    for (int k = 0; k < 2000; k++) gzprintf(out, "* %ld\n", (long)k * k * 7919);
    gzputs(out, "ENDATA\n");
    gzclose(out);
    struct model *m = mps_read(whole, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    model_free(m);
    refused_half(cut, whole);
    ck_assert_ptr_null(mps_read(cut, false, NULL, &err));
    ck_assert_msg(strstr(err.text, "cut.mps.gz:") && strstr(err.text, "cut off"), "%s", err.text);
    ck_assert_ptr_null(mps_read("/nowhere/model.mps", false, NULL, &err));
    ck_assert_ptr_null(mps_read("/", false, NULL, &err));
    unlink(whole);
    unlink(cut);
}
END_TEST

START_TEST(a_constant_in_the_right_hand_side_is_read_with_a_warning_unless_it_is_0) {
    static const double constants[] = {-7.5, 1, 0};
    char warnings[1024], text[512];
    for (int k = 0; k < 3; k++) {
        snprintf(text, sizeof text, ROWS COLUMNS "RHS\n    RHS obj %g\nENDATA\n", constants[k]);
        struct model *m = read_text(text, false, warnings);
        ck_assert(m && m->offset == -constants[k] && (m->offset != 0 || !signbit(m->offset)));
        const bool warned = strstr(warnings, "model.mps:12: warning: a right-hand side of the objective") != NULL;
        ck_assert_msg(warned == (constants[k] != 0), "%g: '%s'", constants[k], warnings);
        model_free(m);
        m = read_text(text, true, warnings);
        ck_assert((m == NULL) == warned);
        model_free(m);
    }
}
END_TEST

START_TEST(a_file_in_utf_16_is_refused_as_such) {
    char warnings[1024];
    ck_assert_ptr_null(read_text("\xff\xfeN\n", false, warnings));
    ck_assert_msg(strstr(failure.text, "model.mps:1: the file is in UTF-16") != NULL, "%s", failure.text);
}
END_TEST

START_TEST(spoiled_files_never_crash_the_reader) {
    static const char text[] = WHOLE "RANGES\n    RNG r1 4 r2 3\nBOUNDS\n UP BND x 7\n BV BND y\nENDATA\n";
    char warnings[1024];
    long count = getenv("TEST_EFFORT") ? 3000 * atol(getenv("TEST_EFFORT")) : 3000, good = 0;
    for (long seed = 0; seed < count; seed++) {
        struct random r = {(uint64_t)seed};
        char *bad = spoiled(text, &r);
        struct model *m = read_text(bad, seed % 2, warnings);
        ck_assert_msg(m || strstr(failure.text, "model.mps"), "seed %ld: '%s'", seed, failure.text);
        good += m != NULL;
        model_free(m);
        free(bad);
    }
    ck_assert_int_gt(good, 0);
    ck_assert_int_lt(good, count / 2);
}
END_TEST

/* CPU seconds to read `size` rows and columns with five entries each: the least of three times. */
static double seconds_to_read(int size) {
    enum { EACH = 5, TIMES = 3 };
    double least = INFINITY;
    struct error err;
    char path[256];
    snprintf(path, sizeof path, "%s", harness_scratch("large.mps", NULL));
    FILE *out = fopen(path, "w");
    fprintf(out, "NAME large\nROWS\n N obj\n");
    for (int i = 0; i < size; i++) fprintf(out, " L row%d\n", i);
    fprintf(out, "COLUMNS\n");
    for (int j = 0; j < size; j++)
        for (int k = 0; k < EACH; k++)
            fprintf(out, "    column%d row%d %d.%d\n", j, (int)((j * 7919L + k * 104729L) % size), k + 1, j % 10);
    fprintf(out, "RHS\nENDATA\n");
    fclose(out);
    for (int turn = 0; turn < TIMES; turn++) {
        int64_t begin = clock_thread_ns();
        struct model *m = mps_read(path, false, NULL, &err);
        least = fmin(least, 1e-9 * (double)(clock_thread_ns() - begin));
        ck_assert_msg(m != NULL, "%s", err.text);
        ck_assert_int_eq(m->entries, size * EACH);
        model_free(m);
    }
    unlink(path);
    return least;
}

/* Eight times the rows and columns: 64 times the seconds if names or entries were searched for one after the other. A
 * ratio, for machines differ and may be busy. */
START_TEST(seconds_to_read_do_not_grow_with_the_square_of_the_size) {
    double small = seconds_to_read(6000), large = seconds_to_read(48000);
    printf("read in %.3f and %.3f s\n", small, large);
    ck_assert_msg(large < 32 * small, "%g and %g s", small, large);
}
END_TEST

START_TEST(the_shared_files_read_with_the_sizes_that_are_published) {
    const char *path = harness_data("lp/miplib3/optima.tsv");
    if (!path) return;
    FILE *table = fopen(path, "r");
    char line[512], file[600], name[64];
    int rows, cols, seen = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, table));
    while (fgets(line, sizeof line, table)) {
        if (sscanf(line, "%63s %*s %d %d", name, &rows, &cols) != 3 || cols > 5000) continue;
        struct error err;
        snprintf(file, sizeof file, "lp/miplib3/%s.mps.gz", name);
        struct model *m = mps_read(harness_data(file), false, NULL, &err);
        ck_assert_msg(m != NULL, "%s", err.text);
        ck_assert_msg(m->rows == rows && m->cols == cols, "%s: %d x %d", name, m->rows, m->cols);
        model_free(m);
        seen++;
    }
    fclose(table);
    ck_assert_int_gt(seen, 25);
}
END_TEST

int main(void) {
    Suite *s = suite_create("mps");
    TCase *t = tcase_create("mps");
    tcase_add_test(t, sections_make_the_model);
    tcase_add_loop_test(t, bounds_mean_what_the_table_says, 0, sizeof bound_cases / sizeof bound_cases[0]);
    tcase_add_loop_test(t, any_bound_takes_away_the_upper_bound_of_a_marked_integer, 0,
                        sizeof marked_cases / sizeof marked_cases[0]);
    tcase_add_loop_test(t, a_note_after_a_bound_changes_nothing, 0, sizeof bound_cases / sizeof bound_cases[0]);
    tcase_add_test(t, integers_between_markers_are_binary_until_a_bound_says_otherwise);
    tcase_add_loop_test(t, dialects_are_understood, 0, sizeof dialects / sizeof dialects[0]);
    tcase_add_test(t, names_with_blanks_are_kept_in_fixed_form);
    tcase_add_loop_test(t, broken_files_are_refused_with_file_and_line, 0, sizeof broken / sizeof broken[0]);
    tcase_add_test(t, a_file_with_a_truncated_gzip_stream_is_refused);
    tcase_add_test(t, a_constant_in_the_right_hand_side_is_read_with_a_warning_unless_it_is_0);
    tcase_add_test(t, a_file_in_utf_16_is_refused_as_such);
    tcase_add_test(t, spoiled_files_never_crash_the_reader);
    tcase_add_test(t, seconds_to_read_do_not_grow_with_the_square_of_the_size);
    tcase_add_test(t, the_shared_files_read_with_the_sizes_that_are_published);
    suite_add_tcase(s, t);
    return harness_run(s);
}
