/* Plans: there and back, every kind of broken file reported with its line, and no plan accepted for a network that it
 * was not made for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "tests/support/planned.h"
#include "tests/support/refused.h"

static void steps_equal(const struct plan_step *a, const struct plan_step *b) {
    ck_assert(a->kind == b->kind && a->slot == b->slot && a->from == b->from && a->to == b->to);
    ck_assert_str_eq(a->layer, b->layer);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->scenario, b->scenario);
    ck_assert(a->time_ns == b->time_ns && a->workspace_bytes == b->workspace_bytes);
    ck_assert_int_eq(a->weights_bytes, b->weights_bytes);
}

START_TEST(what_is_written_is_read_again_and_fits_its_network) {
    struct error err = {""};
    for (int conversions = 0; conversions < 2; conversions++) {
        struct world w = planned_world(planned_small, (uint64_t)_i);
        struct plan *p = plan_new(w.g, w.choice, w.path, "taso", MEMORY_PEAK, (enum conversions)conversions,
                                  _i % 2 ? INT64_MAX : 12345678);
        notes_set(&p->notes, "command", "taso select");
        const char *path = harness_scratch("plan.tsv", NULL);
        ck_assert_msg(plan_write(p, path, &err), "%s", err.text);
        struct plan *q = plan_read(path, &err);
        ck_assert_msg(q != NULL, "%s", err.text);
        ck_assert_str_eq(q->network, w.path);
        ck_assert_str_eq(q->digest, w.profile->digest);
        ck_assert_str_eq(q->method, "taso");
        ck_assert(q->model == MEMORY_PEAK && q->conversions == (enum conversions)conversions);
        ck_assert_int_eq(q->budget_bytes, p->budget_bytes);
        ck_assert_str_eq(q->notes.value[0], "taso select");
        ck_assert_int_eq(q->steps, p->steps);
        for (int i = 0; i < p->steps; i++) steps_equal(&p->step[i], &q->step[i]);
        struct evaluation cost = selection_evaluate(w.g, w.choice, MEMORY_PEAK, (enum conversions)conversions);
        ck_assert_int_eq(q->time_ns, cost.time_ns);
        ck_assert_int_eq(q->memory_bytes, cost.memory_bytes);
        ck_assert_int_eq(q->steps, w.g->nodes + cost.conversions);
        ck_assert_msg(plan_match(q, w.net, &err), "%s", err.text);
        ck_assert_msg(plan_judge(q, w.net, NULL, &err), "%s", err.text);
        ck_assert_msg(plan_judge(q, w.net, w.g, &err), "%s", err.text);
        plan_free(p);
        plan_free(q);
        world_free(&w);
        harness_forget(path);
    }
}
END_TEST

START_TEST(an_uncovered_convolution_is_in_the_plan_by_that_name) {
    struct world w = planned_world(planned_small, 1);
    struct error err = {""};
    struct profile *few = profile_new();
    for (int i = 0; i < w.profile->rows; i++)
        if (strcmp(w.profile->row[i].scenario, "4,8,8,4,1,1,0") != 0) profile_add(few, &w.profile->row[i]);
    ck_assert(profile_sort(few, &err));
    struct instance *g = instance_new(w.net, few, 1, &err);
    ck_assert_int_eq(g->uncovered, 1);
    int *choice = MEMORY_NEW(int, g->nodes);
    struct plan *p = plan_new(g, choice, w.path, "taso", MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE, 0);
    int found = 0;
    for (int i = 0; i < p->steps; i++)
        if (strcmp(p->step[i].name, PLAN_UNCOVERED) == 0) {
            found++;
            ck_assert_str_eq(p->step[i].layer, "c3");
        }
    ck_assert_int_eq(found, 1);
    ck_assert_msg(plan_match(p, w.net, &err), "%s", err.text);
    plan_free(p);
    free(choice);
    instance_free(g);
    profile_free(few);
    world_free(&w);
}
END_TEST

START_TEST(a_plan_for_another_network_is_refused) {
    static const struct {
        const char *from, *to, *part;
    } change[] = {{"c1 conv in m=4 k=3 p=1", "c1 conv in m=4 k=5 p=2",
                   "scenario (expected `3,8,8,4,5,1,2`, got `3,8,8,4,3,1,1`)"},
                  {"f fc s m=5", "f fc s m=6", "scenario"},
                  {"prob softmax f\n", "prob dropout f\n", "the end of the plan"},
                  {"prob softmax f\n", "prob softmax f\nlast relu prob\n", "it ends before layer `last`"},
                  {"s add c1,c2,c3", "s add c1,c2,c1", "nothing reads `prob`"},
                  {"h=8 w=8", "h=9 w=9", "scenario"}};
    struct world w = planned_world(planned_small, 3);
    struct plan *p = plan_new(w.g, w.choice, w.path, "taso", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 0);
    char text[1024];
    const char *at = strstr(planned_small, change[_i].from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - planned_small), planned_small, change[_i].to,
             at + strlen(change[_i].from));
    const char *path = harness_scratch("other.net", text);
    struct error err = {""};
    struct network *n = network_open(path, &err), *f = n ? network_fold(n) : NULL;
    if (f) ck_assert(!plan_match(p, f, &err));
    ck_assert_msg(strstr(err.text, change[_i].part) != NULL, "`%s` lacks `%s`", err.text, change[_i].part);
    network_free(f);
    network_free(n);
    plan_free(p);
    world_free(&w);
    harness_forget(path);
}
END_TEST

/* Row `row`, with one cell changed, must be refused with that row's line. */
static void refused(const struct world *w, int row, int column, const char *text, const char *part) {
    struct error err = {""};
    struct plan *p = plan_new(w->g, w->choice, w->path, "taso", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 0);
    struct plan_step *s = &p->step[row];
    s->line = 1000 + row;
    char **cell = column == 0 ? &s->layer : column == 1 ? &s->name : &s->scenario;
    if (column < 3) {
        free(*cell);
        *cell = memory_string(text);
    } else {
        enum layout *layout = column == 3 ? &s->from : &s->to;
        *layout = *layout == LAYOUT_HCW ? LAYOUT_HWC : LAYOUT_HCW;
    }
    ck_assert(!plan_match(p, w->net, &err));
    char line[32];
    snprintf(line, sizeof line, ":%d: ", 1000 + row);
    ck_assert_msg(strstr(err.text, line) && strstr(err.text, part), "`%s` lacks `%s`", err.text, part);
    plan_free(p);
}

START_TEST(a_row_that_does_not_fit_is_reported_with_its_line) {
    struct world w = planned_world(planned_small, 5);
    memset(w.choice, 0, (size_t)w.g->nodes * sizeof *w.choice); /* chw throughout: rows are layers */
    refused(&w, 1, 0, "conv1", "wrong layer (expected `c1`, got `conv1`)");
    refused(&w, 1, 1, "direct-sum3d", "got `direct-sum3d`");
    refused(&w, 1, 2, "3,8,8,4,3,1,2", "got `3,8,8,4,3,1,2`");
    refused(&w, 1, 3, "", "layout");
    refused(&w, 1, 4, "", "layout");
    refused(&w, 0, 4, "", "layout");
    refused(&w, 4, 1, "mul", "got `mul`");
    refused(&w, 4, 4, "", "layout");
    world_free(&w);
}
END_TEST

#define NOTES                                                                                                          \
    "# format: taso-plan 2\n# network: vgg16\n# profile: p.tsv\n# digest: 0\n# method: taso\n# memory-model: peak\n"   \
    "# conversions: per-edge\n# threads: 1\n# isa: portable\n# budget-bytes: none\n# time-ns: 5\n# memory-bytes: 7\n"
#define HEAD NOTES "step\tkind\tlayer\tname\tfrom\tto\tscenario\ttime_ns\tworkspace_bytes\tweights_bytes\n"

static const struct {
    const char *text;
    int line;
    const char *part;
} broken[] = {
    {"", 0, "ends before its first step"},
    {"# network: vgg16\n", 1, "expected `# format: taso-plan 2`"},
    {"# format: taso-profile 1\n", 1, "expected taso-plan 2"},
    {"# format: taso-plan 2\nstep\n", 2, "expected a line `# network: ...`"},
    {"# format: taso-plan 2\n# network: a\n# network: b\n", 3, "`network` is given twice"},
    {"# format: taso-plan 2\n# memory-model: heap\n", 2, "`heap` is wrong (expected workspace, peak"},
    {"# format: taso-plan 2\n# conversions: none\n", 2, "per-edge or per-tensor"},
    {"# format: taso-plan 2\n# budget-bytes: 4K\n", 2, "bytes, or none"},
    {"# format: taso-plan 2\n# time-ns: -4\n", 2, "whole nanoseconds"},
    {"# format: taso-plan 2\n#x\n", 2, "expected `# key: value`"},
    {NOTES "step\n", 13, "not the header"},
    {HEAD, 13, "cut off after 0 rows"},
    {HEAD "# rows: 0\n", 14, "ends before its first step"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\n", 14, "expected 10, got 9"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\t0\n", 14, "too many columns"},
    {HEAD "1\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n", 14, "column 1, step: `1`"},
    {HEAD "0\tcon\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n", 14, "column 2, kind: `con`"},
    {HEAD "0\tconvert\tc\tconvert\tchw\thwc\t1\t5\t0\t0\n", 14, "column 3, layer: `c` is wrong (expected READER:SLOT"},
    {HEAD "0\tconvert\tc:9\tconvert\tchw\thwc\t1\t5\t0\t0\n", 14, "column 3, layer: `c:9`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tcwh\tchw\t1\t5\t0\t0\n", 14, "column 5, from: `cwh`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tcwh\t1\t5\t0\t0\n", 14, "column 6, to: `cwh`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t-5\t0\t0\n", 14, "column 8, time_ns: `-5`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\tx\t0\n", 14, "column 9, workspace_bytes: `x`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t-1\n", 14, "column 10, weights_bytes: `-1`"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t6\t0\t0\n# rows: 1\n", 11,
     "time-ns: not the sum of the steps' times (expected 6, got 5)"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n", 14,
     "cut off after 1 rows (expected the last line, `# rows: N`)"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n# rows: 2\n", 15, "(expected 2, got 1)"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n# rows: \n", 15, "(expected a row or, last, `# rows: 1`)"},
    {HEAD "0\tconv\tc\tdirect-sum2d\tchw\tchw\t1\t5\t0\t0\n# rows: 1\n# rows: 1\n", 16, "a line after the last one"},
    {"# format: taso-plan 1\n", 1, "expected taso-plan 2"},
    {"# format: taso-plan 2\n# threads: 0\n", 2, "threads: `0` is wrong (expected a number from 1 to 256"},
    {"# format: taso-plan 2\n# isa: neon\n", 2, "isa: `neon` is wrong (expected portable"},
};

START_TEST(a_broken_plan_is_reported_with_file_and_line) {
    const char *path = harness_scratch("broken.tsv", broken[_i].text);
    struct error err = {""};
    ck_assert_ptr_null(plan_read(path, &err));
    refused_at(&err, path, broken[_i].line, broken[_i].part);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plan");
    TCase *c = tcase_create("plan");
    tcase_add_loop_test(c, what_is_written_is_read_again_and_fits_its_network, 0, 40);
    tcase_add_test(c, an_uncovered_convolution_is_in_the_plan_by_that_name);
    tcase_add_loop_test(c, a_plan_for_another_network_is_refused, 0, 6);
    tcase_add_test(c, a_row_that_does_not_fit_is_reported_with_its_line);
    tcase_add_loop_test(c, a_broken_plan_is_reported_with_file_and_line, 0, (int)(sizeof broken / sizeof broken[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
