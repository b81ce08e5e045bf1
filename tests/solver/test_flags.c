/* A command line as data: what each type of flag accepts and stores, and the one line that refuses anything else. */
#include "tests/support/harness.h"

#include <stdio.h>
#include <string.h>

#include "solver/base/flags.h"

struct given {
    bool fast;
    const char *name, *in, *out;
    int count, colour;
    double rate, limit, share;
    int64_t bytes;
};
static const struct given preset = {.count = 7, .rate = 0.5, .limit = 1e20, .share = 0.25, .bytes = INT64_MAX};
static const char *const colours[] = {"red", "green", "blue"};
#define AT(field) offsetof(struct given, field)
static const struct flag flag[] = {{"fast", FLAG_SWITCH, AT(fast), NULL, "do it fast", .not_with = "count rate"},
                                   {"name", FLAG_TEXT, AT(name), "NAME", "its name"},
                                   {"in", FLAG_IN, AT(in), "FILE", "read"},
                                   {"output", FLAG_OUT, AT(out), "FILE", "written", .reports = true, .needs = "name"},
                                   {"count", FLAG_INT, AT(count), "N", "how many", 1, 9},
                                   {"rate", FLAG_REAL, AT(rate), "R", "how often", 0, 2, .needs = FLAG_OPERAND},
                                   {"limit", FLAG_REAL, AT(limit), "S", "seconds", 0, FLAGS_UNLIMITED},
                                   {"share", FLAG_SHARE, AT(share), "P", "how much"},
                                   {"bytes", FLAG_BYTES, AT(bytes), "B", "how large", .none = true},
                                   {"colour", FLAG_WORD, AT(colour), "C", "which", .words = colours, .count = 3},
                                   {0}};
static const struct flags flags = {"taso paint", "[WALL]",      0,    1,   "paint a wall", "Paints.", flag,
                                   &preset,      sizeof preset, true, NULL};

static struct given g;
static struct flags_line line;
static struct error err;

static bool parse(const char *words) {
    static char copy[512], *argv[16];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = strtok(copy, " "); w; w = strtok(NULL, " ")) argv[argc++] = w;
    err.text[0] = '\0';
    return flags_parse(&g, &line, &flags, argc, argv, &err);
}

static const struct {
    const char *text;
    int64_t bytes; /* -1: refused */
} sizes[] = {{"0", 0},
             {"1", 1},
             {"4K", 4096},
             {"1.5M", 1572864},
             {"2G", 2147483648},
             {"9007199254740993", 9007199254740993},
             {"0.3K", 307},
             {"none", INT64_MAX},
             {"", -1},
             {"K", -1},
             {"-1", -1},
             {"-1K", -1},
             {"1.5", -1},
             {"4k", -1},
             {"4KK", -1},
             {"0x4K", -1},
             {"nanK", -1},
             {"infG", -1},
             {"4294967296G", -1}, /* 2^62 */
             {"4294967295G", 4611686017353646080},
             {"9223372036854775808", -1},
             {"1111111111111111111111111111111111111111111111111111111111111111K", -1}};

START_TEST(sizes_are_numbers_with_a_power_of_1024) {
    int64_t bytes = -1;
    const char *expected = flags_bytes(&bytes, sizes[_i].text, true);
    ck_assert_msg((expected == NULL) == (sizes[_i].bytes >= 0), "'%s'", sizes[_i].text);
    if (!expected) ck_assert_int_eq(bytes, sizes[_i].bytes);
    if (expected) ck_assert_str_eq(expected, "(expected a size in bytes, with K, M or G for powers of 1024, or none)");
    expected = flags_bytes(&bytes, sizes[_i].text, false);
    ck_assert_int_eq(expected == NULL, sizes[_i].bytes >= 0 && strcmp(sizes[_i].text, "none") != 0);
    if (expected) ck_assert_str_eq(expected, "(expected a size in bytes, with K, M or G for powers of 1024)");
}
END_TEST

START_TEST(values_are_stored_where_the_table_says_and_the_rest_is_preset) {
    ck_assert_msg(parse("--fast wall --name=n --in i --limit none --share 15% --bytes=2K --colour blue --quiet"), "%s",
                  err.text);
    ck_assert(g.fast && strcmp(g.name, "n") == 0 && strcmp(g.in, "i") == 0 && !g.out && g.count == 7 && g.rate == 0.5);
    ck_assert(g.limit == FLAGS_UNLIMITED && g.share == 0.15 && g.bytes == 2048 && g.colour == 2);
    ck_assert(line.quiet && !line.help && !line.version && line.operands == 1 && strcmp(line.operand[0], "wall") == 0);
    ck_assert(flags_given(&line, "fast") && flags_given(&line, "colour") && !flags_given(&line, "count"));
    ck_assert_msg(parse("--count 1 --rate 2 -o /tmp/never --name - -- --quiet"), "%s", err.text);
    ck_assert(g.count == 1 && g.rate == 2 && strcmp(g.out, "/tmp/never") == 0 && strcmp(g.name, "-") == 0 && !g.fast);
    ck_assert(!line.quiet && line.operands == 1 && strcmp(line.operand[0], "--quiet") == 0 && g.share == 0.25);
    ck_assert(parse("--nonsense --help --quiet") && line.help && line.quiet);
    ck_assert(parse("--version --count") && line.version && !line.help);
    ck_assert(parse("-") && line.operands == 1);
    ck_assert(parse("--count 9 --limit 0 --share 1") && g.count == 9 && g.limit == 0 && g.share == 1);
    ck_assert(parse("--share 100%") && g.share == 1);
}
END_TEST

static const struct {
    const char *words, *problem;
} refused[] = {
    {"--quiet --quiet", "--quiet is given twice (expected once)"},
    {"--count 1 --count 2", "--count is given twice (expected once)"},
    {"--coutn=2", "unknown option --coutn=2 (did you mean --count?); see taso paint --help"},
    {"--qiet", "unknown option --qiet (did you mean --quiet?); see taso paint --help"},
    {"--verison", "unknown option --verison (did you mean --version?); see taso paint --help"},
    {"-c", "unknown option -c; see taso paint --help"},
    {"--fast=yes", "--fast takes no value"},
    {"--count", "--count: N is missing"},
    {"--count 1x", "--count: '1x' is not a whole number"},
    {"--count 99999999999", "--count: '99999999999' is not a whole number"},
    {"--count 0", "--count: 0 is out of range (expected 1 to 9)"},
    {"--count 10", "--count: 10 is out of range (expected 1 to 9)"},
    {"--rate 0x1 w", "--rate: '0x1' is not a number (expected R: how often)"},
    {"--rate none w", "--rate: 'none' is not a number (expected R: how often)"},
    {"--rate 2.5 w", "--rate: 2.5 is out of range (expected 0 to 2)"},
    {"--limit -1", "--limit: -1 is out of range (expected at least 0)"},
    {"--share ten", "--share: 'ten' is not a number (expected a share as 0.15, or a percentage as 15%)"},
    {"--share %", "--share: '%' is not a number (expected a share as 0.15, or a percentage as 15%)"},
    {"--share 15", "--share: 15 is out of range (expected 0 to 1; did you mean 15%?)"},
    {"--share 101", "--share: 101 is out of range (expected 0 to 1, or 0% to 100%)"},
    {"--share 101%", "--share: 101% is out of range (expected 0 to 1, or 0% to 100%)"},
    {"--share -1%", "--share: -1% is out of range (expected 0 to 1, or 0% to 100%)"},
    {"--bytes 4k",
     "--bytes: '4k' is not a size (expected a size in bytes, with K, M or G for powers of 1024, or none)"},
    {"--colour gren", "--colour: unknown word 'gren' (expected red, green or blue) (did you mean green?)"},
    {"--name=", "--name is empty (expected NAME)"},
    {"one two", "unexpected argument 'two' (expected one [WALL]); see taso paint --help"},
    {"--fast --count 3", "--fast does nothing with --count; see taso paint --help"},
    {"--fast --rate 1 w", "--fast does nothing with --rate; see taso paint --help"},
    {"--rate 1", "--rate does nothing without [WALL]; see taso paint --help"},
    {"--output o", "--output does nothing without --name; see taso paint --help"},
    {"--output - --name n", "--output: the results of taso paint go to standard output (expected a file)"},
    {"--output /tmp/x --name n --in /tmp/x", "--output and --in name the same file, /tmp/x (expected two)"},
    {"--output /tmp/x --name n /tmp/x", "--output: /tmp/x is read (expected another file)"},
};

START_TEST(anything_else_is_refused_in_one_line) {
    bool good = parse(refused[_i].words);
    ck_assert_str_eq(err.text, refused[_i].problem);
    ck_assert(!good);
}
END_TEST

static bool take(void *given, const struct flag *f, const char *value, struct error *e) {
    (void)given, (void)f, (void)value, (void)e;
    return true;
}

/* Each edit of one row breaks one rule of the table. */
START_TEST(a_table_with_a_mistake_is_noticed) {
    struct flag copy[sizeof flag / sizeof flag[0]];
    struct flags f = flags;
    f.flag = copy;
    memcpy(copy, flag, sizeof flag);
    ck_assert(flags_check(&f));
    for (int edit = 0; edit < 11; edit++) {
        memcpy(copy, flag, sizeof flag);
        switch (edit) {
        case 0: copy[1].name = "fast"; break;
        case 1: copy[1].help = NULL; break;
        case 2: copy[1].field = sizeof preset - sizeof(char *) + 1; break;
        case 3: copy[1].argument = NULL; break;
        case 4: copy[1].type = FLAG_OWN; break;
        case 5: copy[9].count = 0; break;
        case 6: copy[1].count = 2; break;
        case 7: copy[4].least = 10; break;
        case 8: copy[4].repeats = true; break;
        case 9: copy[3].needs = "nothing"; break;
        default: copy[1].take = take; break;
        }
        ck_assert_msg(!flags_check(&f), "edit %d", edit);
    }
    memcpy(copy, flag, sizeof flag);
    copy[1].field = sizeof preset - sizeof(char *); /* the last that fits */
    ck_assert(flags_check(&f));
    f.most_operands = 0;
    ck_assert(!flags_check(&f));
    f = flags;
    f.least_operands = 2;
    ck_assert(!flags_check(&f));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("flags");
    TCase *tests = tcase_create("flags");
    tcase_add_loop_test(tests, sizes_are_numbers_with_a_power_of_1024, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(tests, values_are_stored_where_the_table_says_and_the_rest_is_preset);
    tcase_add_loop_test(tests, anything_else_is_refused_in_one_line, 0, sizeof refused / sizeof refused[0]);
    tcase_add_test(tests, a_table_with_a_mistake_is_noticed);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
