/* Profiles: written and read back, look-ups against a slow search, and every kind of broken file reported with its
 * line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/profile.h"
#include "solver/base/clock.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"
#include "tests/support/refused.h"

static struct profile_row row_of(enum profile_kind kind, const char *scenario, const char *name, enum layout from,
                                 enum layout to, int64_t ns) {
    return (struct profile_row){kind,
                                (char *)(uintptr_t)scenario,
                                (char *)(uintptr_t)name,
                                from,
                                to,
                                ns,
                                ns / 2,
                                ns % 3 ? ns / 7 : PROFILE_MISSING,
                                5,
                                0,
                                ns % 2 ? 64 : PROFILE_MISSING,
                                0};
}

/* Random rows, none twice: every primitive for `scenarios` convolutions, conversions and layers besides. */
static struct profile *profile_random(int scenarios, uint64_t seed) {
    struct random r = {seed};
    struct profile *p = profile_new();
    char text[OPERATOR_TEXT];
    for (int i = 0; i < scenarios; i++) {
        int size = (i * 7919) % 100003; /* out of order, no two alike */
        snprintf(text, sizeof text, "%d,9,9,4,3,1,1", size + 1);
        for (int k = 0; k < primitive_count; k++) {
            struct profile_row row = row_of(PROFILE_CONV, text, primitives[k].name, primitives[k].in, primitives[k].out,
                                            random_int(&r, 1, 1000000));
            profile_add(p, &row);
        }
        snprintf(text, sizeof text, "%d,9,9", size + 1);
        for (int k = 0; k < 9; k++) {
            if (k % 3 == k / 3) continue;
            struct profile_row row = row_of(PROFILE_CONVERT, text, "convert", (enum layout)(k % 3),
                                            (enum layout)(k / 3), random_int(&r, 0, 1000));
            profile_add(p, &row);
        }
        snprintf(text, sizeof text, "relu:c=%d,h=9,w=9", size + 1);
        struct profile_row row = row_of(PROFILE_LAYER, text, "relu", LAYOUT_HCW, LAYOUT_HCW, random_int(&r, 0, 1000));
        profile_add(p, &row);
        snprintf(text, sizeof text, "%d,9,9,4,3,1,1@%d", size + 1, random_int(&r, 1, 9));
        row = row_of(PROFILE_STRIP, text, "direct-hwc", LAYOUT_HWC, LAYOUT_HWC, random_int(&r, 1, 1000));
        profile_add(p, &row);
        snprintf(text, sizeof text, "%d,9,9,4,3x2,1,4:1:5:1@%d", size + 1, random_int(&r, 1, 9)); /* padding per side */
        row = row_of(PROFILE_STRIP, text, "direct-hwc", LAYOUT_HWC, LAYOUT_HWC, random_int(&r, 1, 1000));
        profile_add(p, &row);
        snprintf(text, sizeof text, "relu:c=%d,h=9,w=9@%d", size + 1, random_int(&r, 1, 9));
        row = row_of(PROFILE_STRIP, text, "relu", LAYOUT_HCW, LAYOUT_HCW, random_int(&r, 0, 1000));
        profile_add(p, &row);
        snprintf(text, sizeof text, "%d", size);
        row = row_of(PROFILE_MOVE, text, "move", LAYOUT_HWC, LAYOUT_HWC, random_int(&r, 0, 1000));
        profile_add(p, &row);
    }
    notes_set(&p->notes, "command", "a\ttest\nof two lines");
    return p;
}

static void rows_equal(const struct profile_row *a, const struct profile_row *b) {
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_str_eq(a->scenario, b->scenario);
    ck_assert_str_eq(a->name, b->name);
    ck_assert(a->from == b->from && a->to == b->to && a->runs == b->runs);
    ck_assert_int_eq(a->median_ns, b->median_ns);
    ck_assert_int_eq(a->min_ns, b->min_ns);
    ck_assert_int_eq(a->spread_ns, b->spread_ns);
    ck_assert_int_eq(a->workspace_bytes, b->workspace_bytes);
    ck_assert_int_eq(a->weights_bytes, b->weights_bytes);
}

static const char *const endings[] = {"there.tsv", "there.tsv.gz"};

START_TEST(what_is_written_is_read_again) {
    struct error err = {""};
    struct profile *p = profile_random(40, 1);
    const char *path = harness_scratch(endings[_i], NULL);
    ck_assert_msg(profile_write(p, path, &err), "%s", err.text);
    struct profile *q = profile_read(path, &err);
    ck_assert_msg(q != NULL, "%s", err.text);
    ck_assert_str_eq(p->digest, q->digest);
    ck_assert_int_eq(strlen(q->digest), 16);
    ck_assert_int_eq(p->rows, q->rows);
    for (int i = 0; i < p->rows; i++) rows_equal(&p->row[i], &q->row[i]);
    ck_assert_int_eq(q->notes.count, 2);
    ck_assert_str_eq(q->notes.key[0], "format");
    ck_assert_str_eq(q->notes.value[1], "a test of two lines");
    ck_assert_str_eq(q->path, path);
    profile_free(p);
    profile_free(q);
    harness_forget(path);
}
END_TEST

START_TEST(compression_does_not_change_the_digest_but_a_digit_does) {
    struct error err = {""};
    struct profile *p = profile_random(3, 1), *q = profile_random(3, 1);
    ck_assert(profile_sort(p, &err) && profile_sort(q, &err));
    ck_assert_str_eq(p->digest, q->digest);
    q->row[1].median_ns++;
    ck_assert(profile_sort(q, &err));
    ck_assert_str_ne(p->digest, q->digest);
    profile_free(p);
    profile_free(q);
}
END_TEST

/* The order that a sort of the file's lines by bytes of (kind, scenario, name, from, to) gives. */
START_TEST(rows_are_sorted_as_bytes) {
    struct error err = {""};
    struct profile *p = profile_random(60, 2);
    ck_assert(profile_sort(p, &err));
    char before[512] = "", now[512];
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i];
        static const char *const kinds[] = {"conv", "convert", "layer", "move", "strip"};

        snprintf(now, sizeof now, "%s\001%s\001%s\001%s\001%s", kinds[r->kind], r->scenario, r->name,
                 layout_names[r->from], layout_names[r->to]);
        ck_assert_msg(strcmp(before, now) < 0, "row %d", i);
        strcpy(before, now);
    }
    profile_free(p);
}
END_TEST

START_TEST(look_up_finds_what_a_slow_search_finds) {
    struct error err = {""};
    struct profile *p = profile_random(50, 3);
    ck_assert(profile_sort(p, &err));
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i];
        ck_assert_ptr_eq(profile_find(p, r->kind, r->scenario, r->name, r->from, r->to), r);
        int first, last, count = 0;
        ck_assert(profile_rows(&first, &last, p, r->kind, r->scenario));
        for (int k = 0; k < p->rows; k++)
            count += p->row[k].kind == r->kind && strcmp(p->row[k].scenario, r->scenario) == 0;
        ck_assert_int_eq(last - first, count);
        ck_assert(first <= i && i < last);
    }
    int first, last;
    ck_assert(!profile_rows(&first, &last, p, PROFILE_CONV, "1,9,9,4,3,1,2"));
    ck_assert(!profile_rows(&first, &last, p, PROFILE_CONVERT, "1,9,9,4,3,1,1"));
    ck_assert_ptr_null(profile_find(p, PROFILE_CONVERT, "1,9,9", "convert", LAYOUT_CHW, LAYOUT_CHW));
    profile_free(p);
}
END_TEST

START_TEST(a_convolution_without_rows_is_looked_up_as_same) {
    struct error err = {""};
    struct profile *p = profile_new();
    struct profile_row same = row_of(PROFILE_CONV, "3,9,9,4,3,1,same", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW, 10);
    struct profile_row own = row_of(PROFILE_CONV, "3,9,9,4,3,1,0", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW, 20);
    profile_add(p, &same);
    profile_add(p, &own);
    ck_assert(profile_sort(p, &err));
    static const struct {
        const char *scenario;
        int64_t ns; /* 0: not covered */
    } asked[] = {{"3,9,9,4,3,1,1", 10},  {"3,9,9,4,3,1,2", 10},    {"3,9,9,4,3,1,0", 20}, {"3,9,9,4,3,1,same", 10},
                 {"3,9,9,3,3,1,1", 0},   {"3,9,9,4,3,1,1,1,2", 0}, {"3,9,9,4,3,2,1", 0},  {"3,9,9,4,3x3,1,1", 10},
                 {"4,9,9,4,3,1,1,2", 0}, {"nonsense", 0}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const struct profile_row *r =
            profile_find(p, PROFILE_CONV, asked[i].scenario, "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW);
        ck_assert_msg((r ? r->median_ns : 0) == asked[i].ns, "%s", asked[i].scenario);
    }
    profile_free(p);
}
END_TEST

#define FORMAT "# format: taso-profile 2\n"
#define HEADER                                                                                                         \
    FORMAT "# host: a machine\n"                                                                                       \
           "kind\tscenario\tname\tfrom\tto\tmedian_ns\tmin_ns\tspread_ns\truns\tworkspace_bytes\tweights_bytes\n"
#define NUMBERS "\t9\t8\t1\t3\t0\t0\n"
#define SUM2D   "conv\t3,9,9,4,3,1,1\tdirect-sum2d\tchw\tchw\t"

static const struct {
    const char *text;
    int line;
    const char *part;
} broken[] = {
    {"", 0, "ends before its header"},
    {"kind\tscenario\n", 1, "(expected `# format: taso-profile 2` in the first line"},
    {"# format: taso-profile 1\n", 1, "(expected `# format: taso-profile 2` in the first line"},
    {FORMAT "#\n", 2, "expected `# key: value`"},
    {FORMAT "# : x\n", 2, "expected `# key: value`"},
    {FORMAT "# a: b\n", 2, "ends before its header"},
    {FORMAT "kind\n", 2, "not the header"},
    {HEADER SUM2D "9\t8\t1\t3\t0\n", 4, "expected 11, got 10"},
    {HEADER SUM2D "9\t8\t1\t3\t0\t0\t0\n", 4, "too many columns"},
    {HEADER "\n", 4, "got 1)"},
    {HEADER "con\t3,9,9,4,3,1,1\tdirect-sum2d\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 1, kind: `con`"},
    {HEADER "conv\t3,9,9,4,3,1\tdirect-sum2d\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 2, scenario: `3,9,9,4,3,1`"},
    {HEADER "conv\t\tdirect-sum2d\tchw\tchw" NUMBERS, 4, "column 2, scenario: ``"},
    {HEADER "conv\t3,9,9,4,03,1,1\tdirect-sum2d\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "expected 3,9,9,4,3,1,1"},
    {HEADER "conv\t3,9,9,4,3,1,1\tdirect-sum3d\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 3, name: `direct-sum3d`"},
    {HEADER "conv\t3,9,9,4,3,1,1\tdirect-sum2d\thwc\tchw\t9\t8\t1\t3\t0\t0\n", 4,
     "column 4, from: `hwc` is wrong (expected chw"},
    {HEADER "conv\t3,9,9,4,3,1,1\tdirect-sum2d\tchw\twhc\t9\t8\t1\t3\t0\t0\n", 4, "column 5, to: `whc`"},
    {HEADER SUM2D "-9\t8\t1\t3\t0\t0\n", 4, "column 6, median_ns: `-9`"},
    {HEADER SUM2D "nan\t8\t1\t3\t0\t0\n", 4, "column 6, median_ns: `nan`"},
    {HEADER SUM2D "0\t0\t1\t3\t0\t0\n", 4, "a time of at least 1 ns"},
    {HEADER SUM2D "1.5\t1\t1\t3\t0\t0\n", 4, "column 6, median_ns: `1.5`"},
    {HEADER SUM2D "100000000000001\t1\t1\t3\t0\t0\n", 4, "from 0 to 1e14"},
    {HEADER SUM2D "99999999999999999999\t1\t1\t3\t0\t0\n", 4, "from 0 to 1e14"},
    {HEADER SUM2D "9\t10\t1\t3\t0\t0\n", 4, "column 7, min_ns: `10` is wrong (expected at most the median"},
    {HEADER SUM2D "9\t\t1\t3\t0\t0\n", 4, "column 7, min_ns: ``"},
    {HEADER SUM2D "9\t8\t-1\t3\t0\t0\n", 4, "column 8, spread_ns"},
    {HEADER SUM2D "9\t8\t1\t0\t0\t0\n", 4, "column 9, runs"},
    {HEADER SUM2D "9\t8\t1\t3\t1e3\t0\n", 4, "column 10, workspace_bytes"},
    {HEADER SUM2D "9\t8\t1\t3\t0\t-1\n", 4, "column 11, weights_bytes: `-1`"},
    {HEADER SUM2D "9\t8\t1\t3\t0\t0\n" SUM2D "7\t6\tnan\t3\t0\t0\n# rows: 2\n", 5, "is given twice, first in line 4"},
    {HEADER "convert\t3,9\tconvert\tchw\thwc\t9\t8\t1\t3\t0\t0\n", 4, "column 2, scenario: `3,9`"},
    {HEADER "convert\t3,9,0\tconvert\tchw\thwc\t9\t8\t1\t3\t0\t0\n", 4, "column 2, scenario: `3,9,0`"},
    {HEADER "convert\t3,9,9,9\tconvert\tchw\thwc\t9\t8\t1\t3\t0\t0\n", 4, "column 2, scenario: `3,9,9,9`"},
    {HEADER "convert\t3,9,9\tturn\tchw\thwc\t9\t8\t1\t3\t0\t0\n", 4, "column 3, name: `turn`"},
    {HEADER "convert\t3,9,9\tconvert\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 5, to: `chw`"},
    {HEADER "layer\trelu:c=3,h=9,w=9\trelux\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 3, name: `relux`"},
    {HEADER "layer\tadd:c=3,h=9,w=9\trelu\tchw\tchw\t9\t8\t1\t3\t0\t0\n", 4, "column 2, scenario: `add:c=3,h=9,w=9`"},
    {HEADER "layer\trelu:c=3,h=9,w=9\trelu\tchw\thwc\t9\t8\t1\t3\t0\t0\n", 4, "column 5, to: `hwc`"},
    {HEADER "strip\t3,9,9,4,3,1,1\tdirect-hwc\thwc\thwc" NUMBERS, 4, "@ and the rows of a call"},
    {HEADER "strip\t3,9,9,4,3,1,1@\tdirect-hwc\thwc\thwc" NUMBERS, 4, "@ and the rows of a call"},
    {HEADER "strip\t3,9,9,4,3,1,1@0\tdirect-hwc\thwc\thwc" NUMBERS, 4, "`3,9,9,4,3,1,1@0`"},
    {HEADER "strip\t3,9,9,4,3,1,1@02\tdirect-hwc\thwc\thwc" NUMBERS, 4, "`3,9,9,4,3,1,1@02`"},
    {HEADER "strip\t3,9,9,4,3,1,1@+2\tdirect-hwc\thwc\thwc" NUMBERS, 4, "`3,9,9,4,3,1,1@+2`"},
    {HEADER "strip\t3,9,9,4,3,1,1@-2\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario"},
    {HEADER "strip\t3,9,9,4,3,1,1@2x\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario"},
    {HEADER "strip\t3,9,9,4,3,1,1@1048577\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario"},
    {HEADER "strip\t@2\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario"},
    {HEADER "strip\t3,9,9,4,3,1@2\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario: `3,9,9,4,3,1`"},
    {HEADER "strip\t3,9,9,4,3,1,1@2@2\tdirect-hwc\thwc\thwc" NUMBERS, 4, "column 2, scenario"},
    {HEADER "strip\t3,9,9,4,3,1,1@2\tdirect-hwd\thwc\thwc" NUMBERS, 4, "column 3, name: `direct-hwd`"},
    {HEADER "strip\t3,9,9,4,3,1,1@2\tdirect-sum2d\tchw\tchw" NUMBERS, 4, "expected hwc or hcw, whose rows"},
    {HEADER "strip\t3,9,9,4,3,1,1@2\tdirect-hwc\thwc\tchw" NUMBERS, 4, "expected the same layout as `from`"},
    {HEADER "strip\t3,9,9,4,3,1,1@2\tdirect-hwc\thcw\thcw" NUMBERS, 4, "column 4, from: `hcw` is wrong (expected hwc"},
    {HEADER "strip\trelu:c=3,h=9,w=9@2\trelux\thwc\thwc" NUMBERS, 4, "column 3, name: `relux`"},
    {HEADER "strip\tadd:c=3,h=9,w=9@2\trelu\thwc\thwc" NUMBERS, 4, "column 2, scenario: `add:c=3,h=9,w=9`"},
    {HEADER "strip\trelu:c=3,h=9,w=9@2\trelu\tchw\tchw" NUMBERS, 4, "expected hwc or hcw, whose rows"},
    {HEADER "strip\tfc:c=3,h=9,w=9,m=4@2\tfc\thwc\thwc" NUMBERS, 4, "expected an operator that works by rows"},
    {HEADER "move\t1e6\tmove\thwc\thwc" NUMBERS, 4, "expected bytes from 0 to 2^50"},
    {HEADER "move\t-4\tmove\thwc\thwc" NUMBERS, 4, "expected bytes from 0 to 2^50"},
    {HEADER "move\t064\tmove\thwc\thwc" NUMBERS, 4, "`064` is wrong (expected 64)"},
    {HEADER "move\t64\tconvert\thwc\thwc" NUMBERS, 4, "column 3, name: `convert` is wrong (expected `move`)"},
    {HEADER "move\t64\tmove\thwc\thcw" NUMBERS, 4, "expected the same layout as `from`"},
    {HEADER "move\t64\tmove\thwc\thwc" NUMBERS "move\t64\tmove\thwc\thwc" NUMBERS "# rows: 2\n", 5, "is given twice"},
};

START_TEST(a_broken_profile_is_reported_with_file_and_line) {
    const char *path = harness_scratch("broken.tsv", broken[_i].text);
    struct error err = {""};
    ck_assert_ptr_null(profile_read(path, &err));
    refused_at(&err, path, broken[_i].line, broken[_i].part);
    harness_forget(path);
}
END_TEST

START_TEST(a_truncated_gzip_stream_is_reported_with_its_line) {
    struct error err = {""};
    struct profile *p = profile_random(300, 4);
    const char *path = harness_scratch("cut.tsv.gz", NULL), *cut = harness_scratch("cut2.tsv.gz", "");
    ck_assert(profile_write(p, path, &err));
    refused_half(cut, path);
    ck_assert_ptr_null(profile_read(cut, &err));
    char start[600];
    snprintf(start, sizeof start, "%s:", cut);
    ck_assert_msg(strncmp(err.text, start, strlen(start)) == 0 && strtol(err.text + strlen(start), NULL, 10) > 1, "%s",
                  err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "cut off"));
    profile_free(p);
    harness_forget(path);
    harness_forget(cut);
}
END_TEST

/* Truncated after each byte: only the whole file, or the whole without its last newline, is read. */
START_TEST(a_profile_truncated_anywhere_is_refused) {
    static const char whole[] = HEADER SUM2D "9\t8\t1\t3\t0\t0\n"
                                             "conv\t3,9,9,4,5,1,1\tdirect-sum2d\tchw\tchw\t9\t8\tnan\t1\tnan\tnan\n"
                                             "conv\t3,9,9,4,7,1,1\tdirect-sum2d\tchw\tchw\t9\t8\tnan\t1\tnan\tnan\n"
                                             "# rows: 3\n";
    char text[sizeof whole];
    for (size_t length = 0; length < sizeof whole; length++) {
        struct error err = {""};
        snprintf(text, length + 1, "%s", whole);
        const char *path = harness_scratch("cut.tsv", text);
        struct profile *p = profile_read(path, &err);
        ck_assert_msg((p != NULL) == (length + 2 >= sizeof whole), "%zu bytes: %s", length, err.text);
        ck_assert(p || strncmp(err.text, path, strlen(path)) == 0);
        profile_free(p);
        harness_forget(path);
    }
}
END_TEST

START_TEST(rows_in_any_order_are_taken) {
    const char *path = harness_scratch("order.tsv", HEADER SUM2D
                                       "9\t8\t1\t3\t0\t0\n"
                                       "conv\t1,9,9,4,3,1,1\tdirect-sum2d\tchw\tchw\t9\t8\tnan\t1\tnan\tnan\n"
                                       "# rows: 2\n");
    struct error err = {""};
    struct profile *p = profile_read(path, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    ck_assert_str_eq(p->row[0].scenario, "1,9,9,4,3,1,1");
    ck_assert_int_eq(p->row[0].spread_ns, PROFILE_MISSING);
    ck_assert_int_eq(p->row[1].line, 4);
    profile_free(p);
    harness_forget(path);
}
END_TEST

/* CPU seconds to read a profile of `rows` rows: the least of three times. */
static double seconds_to_read(int rows) {
    struct error err = {""};
    struct profile *p = profile_random(rows / (primitive_count + 10), 5);
    const char *path = harness_scratch("large.tsv.gz", NULL);
    double least = INFINITY;
    ck_assert(profile_write(p, path, &err));
    for (int turn = 0; turn < 3; turn++) {
        int64_t start = clock_thread_ns();
        struct profile *q = profile_read(path, &err);
        least = fmin(least, (double)(clock_thread_ns() - start) * 1e-9);
        ck_assert_msg(q != NULL, "%s", err.text);
        ck_assert_int_eq(q->rows, p->rows);
        profile_free(q);
    }
    profile_free(p);
    harness_forget(path);
    return least;
}

/* Eight times the rows: 64 times the seconds if rows were searched for one after the other. A ratio, for machines differ
 * and may be busy. */
START_TEST(seconds_to_read_do_not_grow_with_the_square_of_the_rows) {
    double small = seconds_to_read(25000), large = seconds_to_read(200000);
    ck_assert_msg(large < 32 * small, "%g and %g s", small, large);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("profile");
    TCase *c = tcase_create("profile");
    tcase_add_loop_test(c, what_is_written_is_read_again, 0, 2);
    tcase_add_test(c, compression_does_not_change_the_digest_but_a_digit_does);
    tcase_add_test(c, rows_are_sorted_as_bytes);
    tcase_add_test(c, look_up_finds_what_a_slow_search_finds);
    tcase_add_test(c, a_convolution_without_rows_is_looked_up_as_same);
    tcase_add_loop_test(c, a_broken_profile_is_reported_with_file_and_line, 0, (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(c, a_truncated_gzip_stream_is_reported_with_its_line);
    tcase_add_test(c, a_profile_truncated_anywhere_is_refused);
    tcase_add_test(c, rows_in_any_order_are_taken);
    tcase_add_test(c, seconds_to_read_do_not_grow_with_the_square_of_the_rows);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
