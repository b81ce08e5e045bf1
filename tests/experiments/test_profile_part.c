/* taso profile-part: whatever is selected from the part of a network is what is selected from the whole profile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/invented_profile.h"

#define TINY    "tests/data/tiny.net"
#define DIAMOND "tests/data/diamond.net"

static struct harness_output o, other;
static char folder[256], whole[320], part[320];

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(whole, sizeof whole, "%s/whole.tsv", folder);
    snprintf(part, sizeof part, "%s/part.tsv", folder);
    profile_free(invented_rows(whole, TINY "," DIAMOND, true, 11));
    ck_assert_msg(harness_taso(&o, "profile-part %s --network " DIAMOND " -o %s", whole, part) == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(folder);
}

/* Without the lines that say from which profile. */
static void without_provenance(char *text) {
    char *to = text;
    for (char *line = text, *next; *line; line = next) {
        next = strchr(line, '\n') ? strchr(line, '\n') + 1 : strchr(line, '\0');
        if (line[0] == '#' || strncmp(line, "seconds: ", 9) == 0) continue;
        memmove(to, line, (size_t)(next - line));
        to += next - line;
    }
    *to = '\0';
}

static const char *const commands[] = {
    "frontier --memory-model workspace",
    "frontier --memory-model peak",
    "frontier --memory-model footprint",
    "frontier --memory-model unshared",
    "frontier --memory-model peak --streaming on",
    "frontier --ram none --streaming off",
    "frontier --primitives published",
    "mix --budgets none,64K,0",
    "select --method labels --memory-model peak",
};

START_TEST(selections_are_those_of_the_whole) {
    char name[64], rest[96];
    sscanf(commands[_i], "%63s %95[^\n]", name, rest);
    ck_assert_msg(harness_taso(&o, "%s --network " DIAMOND " --profile %s %s", name, whole, rest) == 0, "%s", o.err);
    ck_assert_msg(harness_taso(&other, "%s --network " DIAMOND " --profile %s %s", name, part, rest) == 0, "%s",
                  other.err);
    without_provenance(o.out);
    without_provenance(other.out);
    ck_assert_int_gt((int)strlen(o.out), 20);
    ck_assert_str_eq(o.out, other.out);
}
END_TEST

START_TEST(a_part_has_rows_of_the_whole_and_fewer) {
    struct error err = {""};
    struct profile *of = profile_read(whole, &err), *p = profile_read(part, &err);
    ck_assert_msg(of && p, "%s", err.text);
    ck_assert(p->rows > 0 && p->rows < of->rows);
    ck_assert_str_eq(notes_get(&p->notes, "networks"), DIAMOND);
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i];
        const struct profile_row *same = profile_find(of, r->kind, r->scenario, r->name, r->from, r->to);
        ck_assert_ptr_nonnull(same);
        ck_assert(same->median_ns == r->median_ns && same->runs == r->runs && same->spread_ns == r->spread_ns);
    }
    profile_free(of);
    profile_free(p);
}
END_TEST

START_TEST(a_measured_profile_is_replaced_by_force_only) {
    char line[1024];
    snprintf(line, sizeof line, "sed -i '1a # clock: cpu' %s", part);
    harness_shell(&o, line);
    ck_assert_int_eq(harness_taso(&o, "profile-part %s --network " TINY " -o %s", whole, part), 2);
    ck_assert_ptr_nonnull(strstr(o.err, "part.tsv: exists and is kept"));
    ck_assert_int_eq(harness_taso(&o, "profile-part --quiet %s --network " TINY " -o %s --force", whole, part), 0);
    ck_assert_str_eq(o.err, "");
}
END_TEST

static const struct {
    const char *arguments, *says; /* %1$s: the whole profile */
} wrong[] = {
    {"%1$s -o x", "--network N[,N...]|all is missing"},
    {"%1$s --network " TINY, "--output PROFILE is missing"},
    {"--network " TINY " -o x", "PROFILE is missing"},
    {"%1$s --network nosuch -o x", "nosuch"},
    {"%1$s --network vgg16 -o x", "no row is of a layer of these networks"},
    {"%1$s --network " TINY " -o %1$s", "is read"},
    {"Makefile --network " TINY " -o x", "Makefile:1: "},
};

START_TEST(bad_input_is_one_line) {
    char arguments[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(arguments, sizeof arguments, wrong[_i].arguments, whole);
#pragma GCC diagnostic pop
    ck_assert_int_eq(harness_taso(&o, "profile-part %s", arguments), 2);
    ck_assert_msg(strstr(o.err, wrong[_i].says) != NULL, "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("profile_part");
    TCase *tc = tcase_create("part");
    tcase_add_unchecked_fixture(tc, enter, leave);
    tcase_add_loop_test(tc, selections_are_those_of_the_whole, 0, (int)(sizeof commands / sizeof commands[0]));
    tcase_add_test(tc, a_part_has_rows_of_the_whole_and_fewer);
    tcase_add_loop_test(tc, bad_input_is_one_line, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tc, a_measured_profile_is_replaced_by_force_only);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
