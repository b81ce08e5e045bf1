/* What a plan states is recomputed from its choices: every number that is edited is refused with its line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"
#include "tests/support/planned.h"

/* Layers and primitives of which every one has a workspace, stored weights or both, with a conversion before c1 and
 * after c2. */
static struct plan *plan_to_edit(const struct world *w) {
    static const char *const chosen[] = {"im2row-copy-short-ab-ik", "im2col-scan-atb-ik", "direct-sum2d"};
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
    struct world w = planned_world(planned_small, 5);
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

/* The sum is edited with it, so that only the profile can tell; rows alike have to agree without one. */
START_TEST(a_time_that_is_edited_is_not_that_of_the_profile) {
    struct world w = planned_world(planned_small, 5);
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

START_TEST(steps_alike_cost_the_same) {
    struct world w = planned_world("in input - c=4 h=8 w=8\na conv in m=4 k=3 p=1\nb conv a m=4 k=3 p=1\n", 5);
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
    struct world w = planned_world(planned_small, 5);
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
        notes_set(&p->notes, "status", "optimal");
        judged(&w, p, NULL, ":3: budget-bytes: less than the plan needs");
        notes_set(&p->notes, "status", "over-budget");
        judged(&w, p, NULL, NULL);
        p->budget_bytes = p->memory_bytes;
        p->threads = 2;
        judged(&w, p, w.g, ":1: threads: not what the steps come to (expected 1, got 2)");
        p->threads = 1;
        notes_set(&w.profile->notes, "isa", isa_names[p->isa]);
        judged(&w, p, w.g, NULL);
        notes_set(&w.profile->notes, "isa", "none");
        judged(&w, p, w.g, ":2: isa: not that of its profile");
        notes_set(&w.profile->notes, "isa", isa_names[p->isa]);
        plan_free(p);
    }
    world_free(&w);
}
END_TEST

/* A conversion there and back again, which nothing asks for: it matches the network, and is none of what the choices
 * need. */
START_TEST(a_step_too_many_is_refused) {
    struct world w = planned_world(planned_small, 5);
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

START_TEST(flash_that_is_edited_or_exceeded_is_refused_with_its_line) {
    struct world w = planned_world(planned_small, 5);
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
    struct world w = planned_world(planned_small, 5);
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

START_TEST(a_plan_with_a_budget_runs_with_more_threads_only_where_it_still_fits) {
    struct world w = planned_world(planned_small, 5);
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
    Suite *suite = suite_create("plan_judge");
    TCase *c = tcase_create("plan_judge");
    tcase_add_test(c, each_number_of_a_row_that_is_edited_is_refused_with_line_column_and_both_values);
    tcase_add_test(c, a_time_that_is_edited_is_not_that_of_the_profile);
    tcase_add_test(c, steps_alike_cost_the_same);
    tcase_add_test(c, totals_threads_isa_and_budget_that_are_edited_are_refused_with_their_line);
    tcase_add_test(c, flash_that_is_edited_or_exceeded_is_refused_with_its_line);
    tcase_add_test(c, flash_is_written_and_read_both_keys_or_none);
    tcase_add_test(c, a_step_too_many_is_refused);
    tcase_add_test(c, a_plan_with_a_budget_runs_with_more_threads_only_where_it_still_fits);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
