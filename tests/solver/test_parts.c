/* The parts of the readers of model files: lines of MPS files as fields (mps_internal.h), LP files as tokens and
 * expressions (lpfile_internal.h), and files without zlib (plain.h). */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/plain.h"
#include "solver/base/random.h"
#include "solver/io/lpfile_internal.h"
#include "solver/io/mps_internal.h"

/* --- mps_internal.h --- */

START_TEST(free_fields_are_the_words_between_blanks) {
    static const struct {
        const char *line;
        int count;
        const char *field[MPS_FIELDS];
    } lines[] = {{"", 0, {NULL}},
                 {" \t ", 0, {NULL}},
                 {"a", 1, {"a"}},
                 {"  x1 \t r1  -1.5 ", 3, {"x1", "r1", "-1.5"}},
                 {"1 2 3 4 5 6 7 8", 8, {"1", "2", "3", "4", "5", "6", "7", "8"}},
                 {"1 2 3 4 5 6 7 8 9", MPS_FIELDS + 1, {NULL}}};
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        char line[64], *field[MPS_FIELDS];
        strcpy(line, lines[k].line);
        ck_assert_int_eq(mps_fields_free(line, field), lines[k].count);
        for (int f = 0; f < lines[k].count && lines[k].count <= MPS_FIELDS; f++)
            ck_assert_str_eq(field[f], lines[k].field[f]);
    }
}
END_TEST

/* Fields at columns 2-3, 5-12, 15-22, 25-36, 40-47, 50-61: put there, and found again, with names that hold blanks. */
START_TEST(fixed_fields_are_the_text_in_their_columns) {
    static const int from[] = {1, 4, 14, 24, 39, 49}, width[] = {2, 8, 8, 12, 8, 12};
    struct mps_reader *reader = calloc(1, sizeof *reader);
    struct random r = {1};
    for (int round = 0; round < 3000; round++) {
        char line[64], text[6][16], *field[MPS_FIELDS];
        int fields = random_int(&r, 2, 6), first = random_int(&r, 0, 1);
        memset(line, ' ', sizeof line);
        for (int f = first; f < fields; f++) {
            int length = random_int(&r, 1, width[f]);
            for (int c = 0; c < length; c++) text[f][c] = (char)random_int(&r, 'a', 'z');
            if (length > 2) text[f][length / 2] = ' ';
            text[f][length] = '\0';
            memcpy(line + from[f], text[f], (size_t)length);
        }
        line[63] = '\0';
        int count = mps_fields_fixed(reader, line, first == 0, field);
        ck_assert_int_eq(count, fields - first);
        for (int f = first; f < fields; f++) ck_assert_str_eq(field[f - first], text[f]);
    }
    char *field[MPS_FIELDS];
    ck_assert_int_eq(mps_fields_fixed(reader, "    x1        r1\t1.5", false, field), 3); /* a tab: column 25 */
    ck_assert_str_eq(field[2], "1.5");
    ck_assert_int_eq(mps_fields_fixed(reader, "    long_name1 r1", false, field), MPS_FIELDS + 1);
    free(reader);
}
END_TEST

START_TEST(a_dollar_begins_a_comment_unless_a_row_has_that_name) {
    struct mps_reader *reader = calloc(1, sizeof *reader);
    char *field[] = {"x", "r1", "1", "$that", "is"}, *other[] = {"x", "$row", "1", "$row", "2"};
    names_add(&reader->rows.names, "$row", 0);
    ck_assert_int_eq(mps_fields_comment(reader, field, 5, 1), 3);
    ck_assert_int_eq(mps_fields_comment(reader, other, 5, 1), 5);
    names_free(&reader->rows.names);
    ck_assert_int_eq(mps_fields_comment(reader, other, 5, 1), 1);
    free(reader);
}
END_TEST

/* --- lpfile_internal.h --- */

static void lp_open(struct lpfile_reader *r, struct error *err, const char *text) {
    *r = (struct lpfile_reader){.err = err, .model = model_new()};
    const char *path = harness_scratch("parts.lp", text);
    ck_assert_msg(text_open(&r->in, path, err), "%s", err->text);
    harness_forget(path);
}

static void lp_close(struct lpfile_reader *r) {
    text_free(&r->in);
    names_free(&r->cols.names);
    names_free(&r->rows);
    model_free(r->model);
    free(r->cols.given);
    free(r->cols.upper_line);
    free(r->sum.col);
    free(r->sum.place);
    free(r->sum.coefficient);
}

START_TEST(tokens_come_in_order_with_what_they_say) {
    static const char text[] =
        "\\ a comment\nMinimise\n obj: 2.5x - 3 y\\ rest\nSubject   To\nmin: x >= -1e3 =< .5\nst.x = 0x1\nEND";
    static const struct {
        enum lpfile_kind token;
        const char *name;
        double number;
    } tokens[] = {{LPFILE_SECTION, NULL, LPFILE_MINIMIZE},
                  {LPFILE_NAME, "obj", 0},
                  {LPFILE_COLON, NULL, 0},
                  {LPFILE_NUMBER, NULL, 2.5},
                  {LPFILE_NAME, "x", 0},
                  {LPFILE_SIGN, NULL, -1},
                  {LPFILE_NUMBER, NULL, 3},
                  {LPFILE_NAME, "y", 0},
                  {LPFILE_SECTION, NULL, LPFILE_ROWS},
                  {LPFILE_NAME, "min", 0},
                  {LPFILE_COLON, NULL, 0},
                  {LPFILE_NAME, "x", 0},
                  {LPFILE_SENSE, NULL, '>'},
                  {LPFILE_SIGN, NULL, -1},
                  {LPFILE_NUMBER, NULL, 1000},
                  {LPFILE_SENSE, NULL, '<'},
                  {LPFILE_NUMBER, NULL, 0.5},
                  {LPFILE_NAME, "st.x", 0},
                  {LPFILE_SENSE, NULL, '='},
                  {LPFILE_NUMBER, NULL, 0},
                  {LPFILE_NAME, "x1", 0},
                  {LPFILE_SECTION, NULL, LPFILE_STOP},
                  {LPFILE_END, NULL, 0}};
    struct lpfile_reader r;
    struct error err;
    lp_open(&r, &err, text);
    for (size_t k = 0; k < sizeof tokens / sizeof *tokens; k++) {
        ck_assert_msg(lpfile_scan(&r), "%s", err.text);
        ck_assert_msg(r.token.kind == tokens[k].token, "token %zu is of kind %d", k, r.token.kind);
        if (tokens[k].name) ck_assert_str_eq(r.token.name, tokens[k].name);
        if (r.token.kind == LPFILE_NUMBER || r.token.kind == LPFILE_SIGN)
            ck_assert_double_eq(r.token.number, tokens[k].number);
        if (r.token.kind == LPFILE_SECTION) ck_assert_int_eq(r.token.section, (int)tokens[k].number);
        if (r.token.kind == LPFILE_SENSE) ck_assert_int_eq(r.token.sense, (int)tokens[k].number);
        ck_assert(lpfile_scan_label(&r) == (k == 1 || k == 9));
    }
    lp_close(&r);
}
END_TEST

START_TEST(impossible_characters_and_names_are_errors_with_their_line) {
    static char longer[700] = "min\n";
    memset(longer + 4, 'n', 600);
    static const char *const texts[] = {"min\n x ^ 2", "min\n [x]", "min\n x * y", longer};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct lpfile_reader r;
        struct error err = {""};
        lp_open(&r, &err, texts[k]);
        bool good = true;
        for (int token = 0; good && token < 10; token++) good = lpfile_scan(&r);
        ck_assert_msg(!good && strstr(err.text, ":2: "), "text %zu: '%s'", k, err.text);
        lp_close(&r);
    }
}
END_TEST

/* Coefficients of a repeated name are added up; numbers by themselves make the constant. */
START_TEST(expressions_are_sums_of_terms) {
    static const char *const names[] = {"x", "y", "z"};
    struct random r = {2};
    for (int round = 0; round < 200; round++) {
        char text[512] = "";
        double sum[3] = {0}, constant = 0;
        for (int t = random_int(&r, 1, 8); t > 0; t--) {
            int which = random_int(&r, 0, 3), number = random_int(&r, 1, 9), minus = random_int(&r, 0, 1);
            bool bare = which < 3 && random_int(&r, 0, 2) == 0;
            char *at = text + strlen(text);
            if (bare)
                sprintf(at, " %c %s", minus ? '-' : '+', names[which]);
            else
                sprintf(at, " %c %d %s", minus ? '-' : '+', number, which < 3 ? names[which] : "");
            double value = (minus ? -1 : 1) * (bare ? 1 : number);
            if (which < 3)
                sum[which] += value;
            else
                constant += value;
        }
        strcat(text, " >= 7");
        struct lpfile_reader reader;
        struct error err;
        lp_open(&reader, &err, text);
        ck_assert(lpfile_scan(&reader));
        ck_assert_msg(lpfile_expression(&reader), "%s: %s", text, err.text);
        ck_assert_int_eq(reader.token.kind, LPFILE_SENSE);
        ck_assert_double_eq(reader.sum.constant, constant);
        for (int t = 0; t < reader.sum.count; t++) {
            int column = reader.sum.col[t], which = 0;
            while (which < 3 && names_find(&reader.cols.names, names[which]) != column) which++;
            ck_assert_int_lt(which, 3);
            ck_assert_double_eq(reader.sum.coefficient[t], sum[which]);
            sum[which] = 0;
        }
        for (int k = 0; k < 3; k++) ck_assert_double_eq(sum[k], 0); /* all were there, or cancelled */
        lpfile_expression_clear(&reader);
        ck_assert(reader.sum.count == 0 && reader.sum.constant == 0);
        lp_close(&reader);
    }
}
END_TEST

/* --- plain.h --- */

static int print_plain(gzFile file, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int wrote = gzvprintf(file, format, args);
    va_end(args);
    return wrote;
}

START_TEST(files_without_zlib_are_files) {
    const char *path = harness_scratch("plain.txt", NULL);
    char line[16];
    int code = -9;
    gzFile file = gzopen(path, "wb9");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzbuffer(file, 4096), 0);
    ck_assert_int_eq(print_plain(file, "one %d\n%s", 2, "three"), 11);
    ck_assert_int_eq(gzclose(file), Z_OK);
    file = gzopen(path, "rb");
    ck_assert(!plain_is_gzip(file));
    ck_assert_str_eq(gzgets(file, line, sizeof line), "one 2\n");
    ck_assert(!gzeof(file));
    ck_assert_str_eq(gzgets(file, line, sizeof line), "three");
    ck_assert(gzeof(file) && !gzgets(file, line, sizeof line));
    ck_assert(gzerror(file, &code) && code == Z_OK);
    ck_assert_int_eq(gzclose(file), Z_OK);
    harness_forget(path);
    path = harness_scratch("plain.gz", "\x1f\x8b");
    file = gzopen(path, "rb");
    ck_assert(plain_is_gzip(file));
    ck_assert_int_eq(gzclose(file), Z_OK);
    harness_forget(path);
    path = harness_scratch("empty.txt", "");
    file = gzopen(path, "rb");
    ck_assert(!plain_is_gzip(file));
    ck_assert_int_eq(gzclose(file), Z_OK);
    harness_forget(path);
    ck_assert_ptr_null(gzopen("/nowhere/at/all", "rb"));
}
END_TEST

int main(void) {
    Suite *s = suite_create("parts");
    TCase *t = tcase_create("parts");
    tcase_add_test(t, free_fields_are_the_words_between_blanks);
    tcase_add_test(t, fixed_fields_are_the_text_in_their_columns);
    tcase_add_test(t, a_dollar_begins_a_comment_unless_a_row_has_that_name);
    tcase_add_test(t, tokens_come_in_order_with_what_they_say);
    tcase_add_test(t, impossible_characters_and_names_are_errors_with_their_line);
    tcase_add_test(t, expressions_are_sums_of_terms);
    tcase_add_test(t, files_without_zlib_are_files);
    suite_add_tcase(s, t);
    return harness_run(s);
}
