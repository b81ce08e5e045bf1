/* Plans: there and back, every kind of broken file reported with its line, and no plan accepted for a network or
 * machine that it was not made for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/base/text.h"
#include "tests/support/harness.h"

static const char small[] = "in input - c=3 h=8 w=8\n"
                            "c1 conv in m=4 k=3 p=1\n"
                            "c2 conv c1 m=4 k=3 p=1\n"
                            "c3 conv c1 m=4 k=1\n"
                            "s add c1,c2,c3\n"
                            "f fc s m=5\n"
                            "prob softmax f\n";

struct world {
    struct network *raw, *net;
    struct profile *profile;
    struct instance *g;
    int *choice;
    char path[512];
};

static void add(struct profile *p, enum profile_kind kind, const char *scenario, const char *name, enum layout from,
                enum layout to, int64_t ns) {
    struct profile_row row = {
        kind, (char *)(uintptr_t)scenario, (char *)(uintptr_t)name, from, to, ns, ns, -1, 1, -1, -1, 0};
    if (!profile_find(p, kind, scenario, name, from, to)) profile_add(p, &row);
}

/* Every primitive and conversion with random times; hcw <-> hwc only through chw, so that some paths have two legs. */
static struct profile *profile_of(const struct network *f, struct random *r) {
    struct profile *p = profile_new();
    struct error err;
    char text[OPERATOR_TEXT];
    for (int v = 0; v < f->layers; v++) {
        const struct layer *l = &f->layer[v];
        ck_assert(profile_sort(p, &err));
        if (l->kind == LAYER_CONV) {
            scenario_print(text, &l->scenario);
            for (int i = 0; i < primitive_count; i++)
                add(p, PROFILE_CONV, text, primitives[i].name, primitives[i].in, primitives[i].out,
                    random_int(r, 1, 999));
        }
        ck_assert(profile_sort(p, &err));
        snprintf(text, sizeof text, "%d,%d,%d", l->out.C, l->out.H, l->out.W);
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++)
                if (a != b && (a == LAYOUT_CHW || b == LAYOUT_CHW))
                    add(p, PROFILE_CONVERT, text, "convert", (enum layout)a, (enum layout)b, random_int(r, 1, 99));
    }
    ck_assert(profile_sort(p, &err));
    return p;
}

static struct world world_new(const char *text, uint64_t seed) {
    struct random r = {seed};
    struct world w = {.raw = NULL};
    struct error err = {""};
    snprintf(w.path, sizeof w.path, "%s", harness_scratch("plan.net", text));
    w.raw = network_open(w.path, &err);
    ck_assert_msg(w.raw != NULL, "%s", err.text);
    w.net = network_fold(w.raw);
    w.profile = profile_of(w.net, &r);
    w.g = instance_new(w.net, w.profile, 1, &err);
    ck_assert_msg(w.g != NULL, "%s", err.text);
    w.choice = MEMORY_NEW(int, w.g->nodes);
    for (int v = 0; v < w.g->nodes; v++) w.choice[v] = random_int(&r, 0, w.g->node[v].choices - 1);
    return w;
}

static void world_free(struct world *w) {
    free(w->choice);
    instance_free(w->g);
    network_free(w->raw);
    network_free(w->net);
    profile_free(w->profile);
    harness_forget(w->path);
}

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
        struct world w = world_new(small, (uint64_t)_i);
        struct plan *p = plan_new(w.g, w.choice, w.path, "taso", MEMORY_PEAK, (enum conversions)conversions,
                                  _i % 2 ? INT64_MAX : 12345678);
        plan_note(p, "command", "taso select");
        const char *path = harness_scratch("plan.tsv", NULL);
        ck_assert_msg(plan_write(p, path, &err), "%s", err.text);
        struct plan *q = plan_read(path, &err);
        ck_assert_msg(q != NULL, "%s", err.text);
        ck_assert_str_eq(q->network, w.path);
        ck_assert_str_eq(q->digest, w.profile->digest);
        ck_assert_str_eq(q->method, "taso");
        ck_assert(q->model == MEMORY_PEAK && q->conversions == (enum conversions)conversions);
        ck_assert_int_eq(q->budget_bytes, p->budget_bytes);
        ck_assert_str_eq(q->note[0], "taso select");
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
    struct world w = world_new(small, 1);
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
    struct world w = world_new(small, 3);
    struct plan *p = plan_new(w.g, w.choice, w.path, "taso", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 0);
    char text[1024];
    const char *at = strstr(small, change[_i].from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - small), small, change[_i].to, at + strlen(change[_i].from));
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
    struct world w = world_new(small, 5);
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
    char start[600];
    if (broken[_i].line)
        snprintf(start, sizeof start, "%s:%d: ", path, broken[_i].line);
    else
        snprintf(start, sizeof start, "%s: ", path);
    ck_assert_ptr_null(plan_read(path, &err));
    ck_assert_msg(strncmp(err.text, start, strlen(start)) == 0, "`%s` does not begin with `%s`", err.text, start);
    ck_assert_msg(strstr(err.text, broken[_i].part) != NULL, "`%s` lacks `%s`", err.text, broken[_i].part);
    harness_forget(path);
}
END_TEST

/* --- what a plan states is recomputed --- */

/* Layers and primitives of which every one has a workspace, stored weights or both, with a conversion before c1 and
 * after c2. */
static struct plan *plan_to_edit(const struct world *w) {
    static const char *const chosen[] = {"im2row-copy-short-ab-ik", "im2col-scan-ab-ki", "direct-sum2d"};
    for (int v = 0, conv = 0; v < w->g->nodes; v++) {
        const struct node *n = &w->g->node[v];
        w->choice[v] = 0;
        if (n->layer->kind != LAYER_CONV) continue;
        while (strcmp(n->choice[w->choice[v]].primitive->name, chosen[conv]) != 0)
            ck_assert_int_lt(++w->choice[v], n->choices);
        conv++;
    }
    struct plan *p = plan_new(w->g, w->choice, w->path, "taso", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 100000);
    for (int i = 0; i < p->steps; i++) p->step[i].line = 100 + i;
    p->threads_line = 1, p->isa_line = 2, p->budget_line = 3, p->time_line = 4, p->memory_line = 5;
    return p;
}

static void judged(const struct world *w, const struct plan *p, const struct instance *g, const char *part) {
    struct error err = {""};
    bool good = plan_judge(p, w->net, g, &err);
    ck_assert_msg(good == (part == NULL), "`%s`, expected `%s`", err.text, part ? part : "nothing");
    if (part) ck_assert_msg(strstr(err.text, part) != NULL, "`%s` lacks `%s`", err.text, part);
}

START_TEST(each_number_of_a_row_that_is_edited_is_refused_with_line_column_and_both_values) {
    static const char *const columns[] = {"column 9, workspace_bytes", "column 10, weights_bytes"};
    struct world w = world_new(small, 5);
    struct plan *p = plan_to_edit(&w);
    char part[256];
    int some = 0;
    judged(&w, p, NULL, NULL);
    judged(&w, p, w.g, NULL);
    for (int i = 0; i < p->steps; i++)
        for (int column = 0; column < 2; column++) {
            int64_t *cell = column ? &p->step[i].weights_bytes : &p->step[i].workspace_bytes, was = *cell;
            some += was > 0;
            for (int k = 0; k < 3; k++) {
                const int64_t other[] = {0, was + 1, was / 2};
                if (other[k] == was) continue;
                *cell = other[k];
                snprintf(part, sizeof part, ":%d: %s: not what step `%s %s` comes to (expected %lld, got %lld)",
                         100 + i, columns[column], p->step[i].layer, p->step[i].name, (long long)was,
                         (long long)other[k]);
                judged(&w, p, NULL, part);
                judged(&w, p, w.g, part);
            }
            *cell = was;
        }
    ck_assert_int_ge(some, 4);
    plan_free(p);
    world_free(&w);
}
END_TEST

/* The sum is edited with it, so that only the profile reveals it; equal rows must agree even without one. */
START_TEST(a_time_that_is_edited_is_not_that_of_the_profile) {
    struct world w = world_new(small, 5);
    struct plan *p = plan_to_edit(&w);
    for (int i = 0; i < p->steps; i++) {
        char part[64];
        p->step[i].time_ns++, p->time_ns++;
        snprintf(part, sizeof part, ":%d: column 8, time_ns", 100 + i);
        judged(&w, p, w.g, part);
        p->step[i].time_ns--, p->time_ns--;
    }
    p->time_ns++;
    judged(&w, p, NULL, ":4: time-ns: not what the steps come to");
    plan_free(p);
    world_free(&w);
}
END_TEST

START_TEST(equal_steps_cost_the_same) {
    struct world w = world_new("in input - c=4 h=8 w=8\na conv in m=4 k=3 p=1\nb conv a m=4 k=3 p=1\n", 5);
    memset(w.choice, 0, (size_t)w.g->nodes * sizeof *w.choice);
    struct plan *p = plan_new(w.g, w.choice, w.path, "taso", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    ck_assert_int_eq(p->steps, 3);
    p->step[2].line = 20;
    p->step[2].time_ns++, p->time_ns++;
    judged(&w, p, NULL, ":20: column 8, time_ns");
    plan_free(p);
    world_free(&w);
}
END_TEST

START_TEST(totals_threads_isa_and_budget_that_are_edited_are_refused_with_their_line) {
    struct world w = world_new(small, 5);
    for (int model = 0; model < MEMORY_MODELS; model++) {
        struct plan *p = plan_to_edit(&w);
        p->model = (enum memory_model)model;
        p->memory_bytes = selection_evaluate(w.g, w.choice, p->model, p->conversions).memory_bytes;
        judged(&w, p, NULL, NULL);
        p->memory_bytes--;
        judged(&w, p, NULL, ":5: memory-bytes: not what the steps come to");
        p->memory_bytes++;
        p->budget_bytes = p->memory_bytes - 1;
        judged(&w, p, NULL, ":3: budget-bytes: less than the plan needs");
        plan_note(p, "status", "optimal");
        judged(&w, p, NULL, ":3: budget-bytes: less than the plan needs");
        plan_note(p, "status", "over-budget");
        judged(&w, p, NULL, NULL);
        p->budget_bytes = p->memory_bytes;
        p->threads = 2;
        judged(&w, p, w.g, ":1: threads: not what the steps come to (expected 1, got 2)");
        p->threads = 1;
        profile_note(w.profile, "isa", isa_names[p->isa]);
        judged(&w, p, w.g, NULL);
        profile_note(w.profile, "isa", "none");
        judged(&w, p, w.g, ":2: isa: not that of its profile");
        profile_note(w.profile, "isa", isa_names[p->isa]);
        plan_free(p);
    }
    world_free(&w);
}
END_TEST

START_TEST(flash_that_is_edited_or_exceeded_is_refused_with_its_line) {
    struct world w = world_new(small, 5);
    struct plan *p = plan_to_edit(&w);
    const int64_t weights = selection_evaluate(w.g, w.choice, p->model, p->conversions).weights_bytes;
    ck_assert_int_gt(weights, 0);
    ck_assert(!p->flash.stated);
    plan_state_flash(p, INT64_MAX);
    ck_assert_int_eq(p->flash.bytes, weights);
    p->flash.budget_line = 6, p->flash.line = 7;
    judged(&w, p, NULL, NULL);
    p->flash.bytes--;
    judged(&w, p, NULL, ":7: flash-bytes: not what the steps come to");
    p->flash.bytes++;
    p->flash.budget_bytes = weights - 1;
    judged(&w, p, NULL, ":6: flash-budget-bytes: less than the plan needs");
    p->flash.budget_bytes = weights;
    judged(&w, p, w.g, NULL);
    struct error err = {""};
    ck_assert(plan_affords(p, w.net, 1, &err));
    p->flash.budget_bytes = p->flash.bytes = weights - 1; /* as if made where it needs less */
    ck_assert(!plan_affords(p, w.net, 1, &err));
    char part[80];
    snprintf(part, sizeof part, "it needs %lld bytes of flash, its budget is %lld;", (long long)weights,
             (long long)weights - 1);
    ck_assert_msg(strstr(err.text, part) != NULL, "`%s` lacks `%s`", err.text, part);
    plan_free(p);
    world_free(&w);
}
END_TEST

START_TEST(flash_is_written_and_read_both_keys_or_none) {
    static const char *const cut[] = {"# flash-budget-bytes: ", "# flash-bytes: "};
    struct world w = world_new(small, 5);
    struct error err = {""};
    for (int budget = 0; budget < 2; budget++) {
        struct plan *p = plan_to_edit(&w);
        char path[512];
        snprintf(path, sizeof path, "%s", harness_scratch("flash.plan", NULL));
        plan_state_flash(p, budget ? p->flash.bytes + 12345678 : INT64_MAX);
        ck_assert_msg(plan_write(p, path, &err), "%s", err.text);
        struct plan *q = plan_read(path, &err);
        ck_assert_msg(q != NULL, "%s", err.text);
        ck_assert(q->flash.stated && q->flash.budget_line > 0 && q->flash.line > 0);
        ck_assert_int_eq(q->flash.budget_bytes, p->flash.budget_bytes);
        ck_assert_int_eq(q->flash.bytes, p->flash.bytes);
        plan_free(q);
        struct harness_output o;
        char line[1200];
        for (int k = 0; k < 2; k++) {
            snprintf(line, sizeof line, "sed '/^%s/d' %s > %s.cut", cut[k], path, path);
            harness_shell(&o, line);
            ck_assert_int_eq(o.status, 0);
            snprintf(line, sizeof line, "%s.cut", path);
            ck_assert_ptr_null(plan_read(line, &err));
            ck_assert_msg(strstr(err.text, "missing provenance") && strstr(err.text, cut[k]), "%s", err.text);
            harness_forget(line);
        }
        harness_forget(path);
        plan_free(p);
    }
    world_free(&w);
}
END_TEST

/* A conversion there and back, which nothing requires: it matches the network, but the choices do not need it. */
START_TEST(a_step_too_many_is_refused) {
    struct world w = world_new(small, 5);
    struct plan *p = plan_to_edit(&w);
    struct plan_step extra = {PROFILE_CONVERT, w.net->layer[1].name, 0, NULL, NULL, LAYOUT_CHW, LAYOUT_HWC, 0, 0, 0, 0};
    int at = 1;
    while (p->step[at].kind != PROFILE_CONVERT) at++;
    extra.name = p->step[at].name, extra.scenario = p->step[at].scenario, extra.time_ns = p->step[at].time_ns;
    struct plan q = *p;
    q.step = MEMORY_NEW(struct plan_step, p->steps + 2);
    q.steps = p->steps + 2;
    memcpy(q.step, p->step, (size_t)(at + 1) * sizeof *q.step);
    q.step[at + 1] = extra, q.step[at + 1].from = p->step[at].to, q.step[at + 1].to = p->step[at].from;
    q.step[at + 1].layer = p->step[at].layer, q.step[at + 1].slot = p->step[at].slot;
    q.step[at + 2] = p->step[at];
    memcpy(q.step + at + 3, p->step + at + 1, (size_t)(p->steps - at - 1) * sizeof *q.step);
    q.time_ns += 2 * extra.time_ns;
    struct error err = {""};
    ck_assert_msg(plan_match(&q, w.net, &err), "%s", err.text);
    ck_assert(!plan_judge(&q, w.net, NULL, &err));
    free(q.step);
    plan_free(p);
    world_free(&w);
}
END_TEST

START_TEST(a_plan_with_a_budget_runs_with_more_threads_only_where_it_still_fits) {
    struct world w = world_new(small, 5);
    struct plan *p = plan_to_edit(&w);
    struct error err = {""};
    struct instance *two = instance_new(w.net, w.profile, 2, &err);
    int64_t needs = selection_evaluate(two, w.choice, MEMORY_PEAK, CONVERSIONS_PER_EDGE).memory_bytes;
    ck_assert_int_gt(needs, p->memory_bytes);
    p->budget_bytes = p->memory_bytes;
    ck_assert(plan_affords(p, w.net, 1, &err));
    ck_assert(!plan_affords(p, w.net, 2, &err));
    char part[200];
    snprintf(part, sizeof part, "made for 1 thread on %s: with 2 on %s it needs %lld bytes, its budget is %lld;",
             isa_names[p->isa], isa_names[p->isa], (long long)needs, (long long)p->budget_bytes);
    ck_assert_msg(strstr(err.text, part) != NULL, "`%s` lacks `%s`", err.text, part);
    p->budget_bytes = needs;
    ck_assert(plan_affords(p, w.net, 2, &err));
    p->budget_bytes = INT64_MAX;
    ck_assert(plan_affords(p, w.net, 2, &err));
    instance_free(two);
    plan_free(p);
    world_free(&w);
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
    tcase_add_test(c, each_number_of_a_row_that_is_edited_is_refused_with_line_column_and_both_values);
    tcase_add_test(c, a_time_that_is_edited_is_not_that_of_the_profile);
    tcase_add_test(c, equal_steps_cost_the_same);
    tcase_add_test(c, totals_threads_isa_and_budget_that_are_edited_are_refused_with_their_line);
    tcase_add_test(c, flash_that_is_edited_or_exceeded_is_refused_with_its_line);
    tcase_add_test(c, flash_is_written_and_read_both_keys_or_none);
    tcase_add_test(c, a_step_too_many_is_refused);
    tcase_add_test(c, a_plan_with_a_budget_runs_with_more_threads_only_where_it_still_fits);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
