/* Every row of the table of options: its default, its range, values beyond it, and that nothing else changes. And the
 * provenance of results (provenance.h). */
#include "tests/support/harness.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/options.h"
#include "solver/base/provenance.h"

enum type { TYPE_bool, TYPE_int, TYPE_real, TYPE_choice };

static const struct row {
    const char *name;
    enum type type;
    size_t offset, size;
    double preset, least, most;
    const char *words;
} table[] = {
#define OPTION(name, type, preset, least, most, words, help)                                                           \
    {#name, TYPE_##type, offsetof(struct options, name), sizeof(OPTION_TYPE_##type), preset, least, most, words},
#include "solver/base/options.def"
#undef OPTION
};
enum { COUNT = sizeof table / sizeof *table };

static double get(const struct options *o, const struct row *row) {
    const char *at = (const char *)o + row->offset;
    switch (row->type) {
    case TYPE_bool: return *(const bool *)at;
    case TYPE_real: return *(const double *)at;
    case TYPE_int:
    case TYPE_choice: break;
    }
    return *(const int *)at;
}

static bool set(struct options *o, const struct row *row, const char *value, struct error *err) {
    char line[256];
    snprintf(line, sizeof line, "%s=%s", row->name, value);
    return options_set(o, line, err);
}

static void check_others(const struct options *o, const struct row *changed) {
    for (int k = 0; k < COUNT; k++)
        if (&table[k] != changed)
            ck_assert_msg(get(o, &table[k]) == table[k].preset, "%s changes %s", changed->name, table[k].name);
}

static void check_value(const struct row *row, const char *text, double value) {
    struct options o = options_default();
    struct error err;
    ck_assert_msg(set(&o, row, text, &err), "%s", err.text);
    ck_assert_msg(get(&o, row) == value, "%s=%s gives %g", row->name, text, get(&o, row));
    check_others(&o, row);
}

static void check_refused(const struct row *row, const char *text) {
    struct options o = options_default();
    struct error err = {""};
    ck_assert_msg(!set(&o, row, text, &err), "%s=%s is taken", row->name, text);
    ck_assert_msg(strstr(err.text, row->name) != NULL, "%s", err.text);
    check_others(&o, NULL);
}

START_TEST(defaults_are_the_tables_and_within_its_ends) {
    struct options o = options_default();
    for (int k = 0; k < COUNT; k++) {
        ck_assert_msg(get(&o, &table[k]) == table[k].preset, "%s", table[k].name);
        ck_assert(table[k].least <= table[k].preset && table[k].preset <= table[k].most);
        for (int other = 0; other < k; other++) ck_assert_str_ne(table[other].name, table[k].name);
    }
}
END_TEST

START_TEST(values_up_to_the_ends_are_taken_and_those_beyond_refused) {
    static const char *const no_values[] = {"", " ", "x", "1x", "nan", "1 2", "=1", "-"};
    for (int k = 0; k < COUNT; k++) {
        const struct row *row = &table[k];
        char text[64];
        for (size_t v = 0; v < sizeof no_values / sizeof *no_values; v++) check_refused(row, no_values[v]);
        if (row->type == TYPE_bool || row->type == TYPE_choice) continue;
        const char *format = row->type == TYPE_int ? "%.0f" : "%.17g";
        snprintf(text, sizeof text, format, row->least);
        check_value(row, text, row->least);
        snprintf(text, sizeof text, format, row->most);
        check_value(row, text, row->most);
        snprintf(text, sizeof text, format, row->type == TYPE_int ? row->most + 1 : row->most * 1.01);
        check_refused(row, text);
        snprintf(text, sizeof text, format, row->type == TYPE_int ? row->least - 1 : row->least - 0.5);
        check_refused(row, text);
        if (row->type == TYPE_int) check_refused(row, "1.5");
    }
}
END_TEST

START_TEST(none_is_the_word_of_a_limit_and_of_nothing_else) {
    int limits = 0;
    for (int k = 0; k < COUNT; k++) {
        const bool limit = strstr(table[k].name, "_limit") != NULL;
        if (limit)
            check_value(&table[k], "none", table[k].most);
        else
            check_refused(&table[k], "none");
        limits += limit;
    }
    ck_assert_int_eq(limits, 3);
}
END_TEST

START_TEST(words_of_switches_and_choices_are_their_numbers) {
    static const char *const on[] = {"on", "yes", "true", "1"}, *const off[] = {"off", "no", "false", "0"};
    for (int k = 0; k < COUNT; k++) {
        const struct row *row = &table[k];
        for (int v = 0; v < 4 && row->type == TYPE_bool; v++) {
            check_value(row, on[v], 1);
            check_value(row, off[v], 0);
        }
        if (row->type != TYPE_choice) continue;
        int number = 0;
        for (const char *word = row->words; *word; number++) {
            char text[64];
            size_t length = strcspn(word, "|");
            snprintf(text, sizeof text, "%.*s", (int)length, word);
            check_value(row, text, number);
            text[length - 1] = '\0';
            check_refused(row, text); /* part of a word is not a word */
            word += length + (word[length] == '|');
        }
        ck_assert_double_eq(number - 1, row->most);
        check_refused(row, row->words);
    }
}
END_TEST

START_TEST(blanks_around_name_and_value_do_not_matter_and_unknown_names_are_refused) {
    struct options o = options_default();
    struct error err;
    ck_assert(options_set(&o, " \tseed =\t 17  ", &err) && o.seed == 17);
    static const char *const bad[] = {"seed", "seeds=1", "see=1", "=1", "", "Seed=1", "se ed=1"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) ck_assert_msg(!options_set(&o, bad[k], &err), "'%s'", bad[k]);
    ck_assert_int_eq(o.seed, 17);
}
END_TEST

/* Characters after the first 63 count, too. */
START_TEST(a_value_is_read_to_its_end) {
    struct options o = options_default();
    struct error err;
    char line[400];
    snprintf(line, sizeof line, "time_limit=%0100d", 7);
    ck_assert_msg(options_set(&o, line, &err), "%s", err.text);
    ck_assert_double_eq(o.time_limit, 7);
    snprintf(line, sizeof line, "time_limit=%0300d", 7);
    if (options_set(&o, line, &err)) ck_assert_double_eq(o.time_limit, 7);
    o = options_default();
    snprintf(line, sizeof line, "time_limit=7%62s%s", "", "oh");
    ck_assert(!options_set(&o, line, &err));
    snprintf(line, sizeof line, "gap_abs=0.%070d1and more", 0);
    ck_assert(!options_set(&o, line, &err));
    ck_assert(o.gap_abs == 1e-9 && o.time_limit == 1e20);
}
END_TEST

START_TEST(help_names_every_option) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    options_help(out);
    fclose(out);
    for (int k = 0; k < COUNT; k++) ck_assert_msg(strstr(text, table[k].name) != NULL, "%s", table[k].name);
    free(text);
}
END_TEST

/* --- provenance.h --- */

static char lines[4096];

static void note(void *to, const char *key, const char *value) {
    ck_assert_ptr_eq(to, lines);
    ck_assert(value[0] && !strchr(value, '\n'));
    size_t used = strlen(lines);
    snprintf(lines + used, sizeof lines - used, "%s: %s\n", key, value);
}

START_TEST(provenance_is_a_line_for_each_key_in_order) {
    char *argv[] = {"/some/where/milp", "solve", "a\nb", "--threads", "3"};
    provenance_begin(5, argv);
    lines[0] = '\0';
    provenance_each(note, lines, 3);
    ck_assert_msg(strncmp(lines, "command: milp solve a b --threads 3\ncommit: ", 44) == 0, "%s", lines);
    static const char *const keys[] = {
        "command: ", "\ncommit: ", "\nhost: ", "\ncompiler: ", "\nflags: ", "\nthreads: 3\n", "\ndate: 20"};
    const char *at = lines;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        at = strstr(at, keys[k]);
        ck_assert_msg(at != NULL, "no '%s' in its place in\n%s", keys[k], lines);
    }
    ck_assert_ptr_nonnull(strstr(lines, build_commit));
    ck_assert_ptr_nonnull(strstr(lines, build_compiler));
    ck_assert_ptr_nonnull(strstr(build_flags, "-std=c17"));
}
END_TEST

START_TEST(a_command_line_of_any_length_is_cut_off) {
    static char word[1500];
    char *argv[] = {"milp", word, word, word};
    memset(word, 'w', sizeof word - 1);
    provenance_begin(4, argv);
    lines[0] = '\0';
    provenance_each(note, lines, 1);
    ck_assert_int_eq(strncmp(lines, "command: milp www", 17), 0);
}
END_TEST

int main(void) {
    Suite *s = suite_create("options");
    TCase *t = tcase_create("options");
    tcase_add_test(t, defaults_are_the_tables_and_within_its_ends);
    tcase_add_test(t, values_up_to_the_ends_are_taken_and_those_beyond_refused);
    tcase_add_test(t, none_is_the_word_of_a_limit_and_of_nothing_else);
    tcase_add_test(t, words_of_switches_and_choices_are_their_numbers);
    tcase_add_test(t, blanks_around_name_and_value_do_not_matter_and_unknown_names_are_refused);
    tcase_add_test(t, a_value_is_read_to_its_end);
    tcase_add_test(t, help_names_every_option);
    tcase_add_test(t, provenance_is_a_line_for_each_key_in_order);
    tcase_add_test(t, a_command_line_of_any_length_is_cut_off);
    suite_add_tcase(s, t);
    return harness_run(s);
}
