/* Sets of primitives: the table against the published names, a restricted profile row by row, and the commands that
 * take --primitives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/primitive_set.h"
#include "solver/base/text.h"
#include "tests/support/harness.h"

#define REFERENCE "results/reference/profile.tsv.gz"

static struct harness_output o;

static const struct {
    enum primitive_set set;
    const char *primitive;
} members[] = {
#define SET_MEMBER(id, primitive) {PRIMITIVE_SET_##id, primitive},
#include "kernels/primitive_sets.def"
};
#define MEMBERS ((int)(sizeof members / sizeof members[0]))

START_TEST(every_member_is_a_primitive_and_given_once) {
    for (int i = 0; i < MEMBERS; i++) {
        ck_assert_msg(primitive_find(members[i].primitive) != NULL, "%s", members[i].primitive);
        for (int k = 0; k < i; k++)
            ck_assert(members[i].set != members[k].set || strcmp(members[i].primitive, members[k].primitive) != 0);
    }
}
END_TEST

START_TEST(published_is_what_the_published_tables_name) {
    const char *path = harness_data("trinnity/layouts.csv");
    struct text_reader in;
    struct error err = {""};
    char *line;
    int names = 0;
    if (!path) return;
    ck_assert_msg(text_open(&in, path, &err), "%s", err.text);
    while (text_next(&in, &line, &err) && line) {
        const char *name = text_field(&line, ',');
        ck_assert_msg(primitive_set_holds(PRIMITIVE_SET_PUBLISHED, name, 1), "%s", name);
        names++;
    }
    text_free(&in);
    ck_assert_int_eq(names, 79);
    int held = 0;
    for (int i = 0; i < primitive_count; i++)
        held += primitive_set_holds(PRIMITIVE_SET_PUBLISHED, primitives[i].name, 1);
    ck_assert_int_eq(held, names);
}
END_TEST

START_TEST(a_bound_on_workspace_leaves_out_what_is_above_it_or_unknown) {
    const char *name = primitives[0].name;
    ck_assert(primitive_set_holds(PRIMITIVE_SET_ZERO_WORKSPACE, name, 0));
    ck_assert(!primitive_set_holds(PRIMITIVE_SET_ZERO_WORKSPACE, name, 1));
    ck_assert(!primitive_set_holds(PRIMITIVE_SET_ZERO_WORKSPACE, name, PROFILE_MISSING));
    ck_assert(primitive_set_holds(PRIMITIVE_SET_ALL, name, PROFILE_MISSING));
}
END_TEST

static void add(struct profile *p, enum profile_kind kind, const char *scenario, const char *name, enum layout layout,
                int64_t workspace_bytes) {
    struct profile_row row = {.kind = kind,
                              .scenario = (char *)(uintptr_t)scenario,
                              .name = (char *)(uintptr_t)name,
                              .from = layout,
                              .to = kind == PROFILE_CONVERT ? LAYOUT_HWC : layout,
                              .median_ns = 7,
                              .min_ns = 7,
                              .spread_ns = PROFILE_MISSING,
                              .runs = 1,
                              .workspace_bytes = workspace_bytes};
    profile_add(p, &row);
}

/* Seven rows; the set decides about four of them. */
static struct profile *seven(void) {
    struct profile *p = profile_new();
    struct error err = {""};
    add(p, PROFILE_CONV, "3,9,9,4,3,1,1", "direct-sum2d", LAYOUT_CHW, 0);
    add(p, PROFILE_CONV, "3,9,9,4,3,1,1", "direct-hwc", LAYOUT_HWC, 0);
    add(p, PROFILE_CONV, "3,9,9,4,3,1,1", "winograd-2-3", LAYOUT_HWC, 64);
    add(p, PROFILE_CONVERT, "3,9,9", "convert", LAYOUT_CHW, 0);
    add(p, PROFILE_LAYER, "relu:c=3,h=9,w=9", "relu", LAYOUT_CHW, 0);
    add(p, PROFILE_STRIP, "3,9,9,4,3,1,1@2", "direct-hwc", LAYOUT_HWC, 0);
    add(p, PROFILE_STRIP, "relu:c=3,h=9,w=9@2", "relu", LAYOUT_HWC, 0);
    ck_assert(profile_sort(p, &err));
    return p;
}

static const struct {
    enum primitive_set set;
    int rows;
    bool sum2d, direct, winograd, strip;
} kept[] = {{PRIMITIVE_SET_ALL, 7, true, true, true, true},
            {PRIMITIVE_SET_PUBLISHED, 5, true, false, true, false},
            {PRIMITIVE_SET_ZERO_WORKSPACE, 6, true, true, false, true}};

START_TEST(a_restricted_profile_keeps_the_set_and_what_is_no_primitive) {
    struct profile *p = seven();
    char *digest = strdup(p->digest);
    primitive_set_restrict(p, kept[_i].set);
    ck_assert_int_eq(p->rows, kept[_i].rows);
#define HAS(kind, scenario, name, layout, to) (profile_find(p, kind, scenario, name, layout, to) != NULL)
    ck_assert(HAS(PROFILE_CONV, "3,9,9,4,3,1,1", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW) == kept[_i].sum2d);
    ck_assert(HAS(PROFILE_CONV, "3,9,9,4,3,1,1", "direct-hwc", LAYOUT_HWC, LAYOUT_HWC) == kept[_i].direct);
    ck_assert(HAS(PROFILE_CONV, "3,9,9,4,3,1,1", "winograd-2-3", LAYOUT_HWC, LAYOUT_HWC) == kept[_i].winograd);
    ck_assert(HAS(PROFILE_STRIP, "3,9,9,4,3,1,1@2", "direct-hwc", LAYOUT_HWC, LAYOUT_HWC) == kept[_i].strip);
    ck_assert(HAS(PROFILE_CONVERT, "3,9,9", "convert", LAYOUT_CHW, LAYOUT_HWC));
    ck_assert(HAS(PROFILE_LAYER, "relu:c=3,h=9,w=9", "relu", LAYOUT_CHW, LAYOUT_CHW));
    ck_assert(HAS(PROFILE_STRIP, "relu:c=3,h=9,w=9@2", "relu", LAYOUT_HWC, LAYOUT_HWC));
#undef HAS
    ck_assert_str_eq(p->digest, digest);
    free(digest);
    profile_free(p);
}
END_TEST

static long long key(const char *name) {
    const char *at = strstr(o.out, name);
    ck_assert_msg(at != NULL, "%s in %s%s", name, o.out, o.err);
    return atoll(at + strlen(name));
}

/* Two ways to the same question: no primitive with a workspace, and no byte of workspace. */
START_TEST(without_workspace_is_a_budget_of_nothing) {
    const char *const network[] = {"squeezenet1.1", "googlenet", "vgg11"};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(
            harness_taso(&o, "select --network %s --profile " REFERENCE " --method dynamic --budget 0", network[i]), 0);
        const long long time = key("time-ns: ");
        ck_assert_int_eq(
            harness_taso(&o, "select --network %s --profile " REFERENCE " --method dynamic --primitives zero-workspace",
                         network[i]),
            0);
        ck_assert_int_eq(key("time-ns: "), time);
        ck_assert_int_eq(key("memory-bytes: "), 0);
    }
}
END_TEST

START_TEST(results_name_the_set_and_others_are_refused) {
    const char *folder = harness_folder();
    static const char *const command[] = {"select --method pbqp", "frontier", "sweep --methods pbqp --budgets none"};
    for (int i = 0; i < 3; i++) {
        const char *flags = "--network squeezenet1.1 --profile " REFERENCE " --primitives";
        ck_assert_int_eq(harness_taso(&o, "%s %s published -o %s/made", command[i], flags, folder), 0);
        char line[600];
        snprintf(line, sizeof line, "grep -c '^# primitives: published$' %s/made", folder);
        harness_shell(&o, line);
        ck_assert_str_eq(o.out, "1\n");
        ck_assert_int_eq(harness_taso(&o, "%s %s most -o %s/made", command[i], flags, folder), 2);
        ck_assert_ptr_nonnull(strstr(o.err, "published"));
    }
    harness_remove_folder(folder);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("primitive_set");
    TCase *tests = tcase_create("sets");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_member_is_a_primitive_and_given_once);
    tcase_add_test(tests, published_is_what_the_published_tables_name);
    tcase_add_test(tests, a_bound_on_workspace_leaves_out_what_is_above_it_or_unknown);
    tcase_add_loop_test(tests, a_restricted_profile_keeps_the_set_and_what_is_no_primitive, 0,
                        sizeof kept / sizeof kept[0]);
    tcase_add_test(tests, without_workspace_is_a_budget_of_nothing);
    tcase_add_test(tests, results_name_the_set_and_others_are_refused);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
