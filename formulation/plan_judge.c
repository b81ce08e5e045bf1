/* Does a plan state what its choices cost? The one judge, selection_evaluate, decides. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan_text.h"
#include "formulation/profile_text.h"
#include "solver/base/memory.h"

static bool judge_wrong(const struct plan *p, const struct plan_step *s, int column, const char *expected,
                        const char *have, struct error *err) {
    return error_at(err, p->path, s->line, "column %d, %s: not what step `%s %s` comes to (expected %s, got %s)",
                    column + 1, plan_columns[column], s->layer, s->name, expected, have);
}

static bool judge_number(const struct plan *p, const struct plan_step *s, int column, int64_t expected, int64_t have,
                         struct error *err) {
    char text[2][24];
    if (expected == have) return true;
    snprintf(text[0], sizeof text[0], "%" PRId64, expected);
    snprintf(text[1], sizeof text[1], "%" PRId64, have);
    return judge_wrong(p, s, column, text[0], text[1], err);
}

/* --- an instance made of the plan's own rows --- */

/* A step as a row of a profile. */
struct judged {
    struct profile_row row; /* its texts are the step's, or `image` of judge_profile */
    const struct plan_step *step;
};

/* Steps that cost the same: the key of a profile's row. */
static int judge_compare(const void *a, const void *b) {
    const struct profile_row *x = &((const struct judged *)a)->row, *y = &((const struct judged *)b)->row;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    if (!order) order = strcmp(x->scenario, y->scenario);
    if (!order) order = strcmp(x->name, y->name);
    if (!order) order = (x->from > y->from) - (x->from < y->from);
    return order ? order : (x->to > y->to) - (x->to < y->to);
}

static int judge_compare_place(const void *a, const void *b) {
    const struct plan_step *x = ((const struct judged *)a)->step, *y = ((const struct judged *)b)->step;
    int order = judge_compare(a, b);
    return order ? order : (x > y) - (x < y);
}

/* The input's row in another layout than CHW takes the time of its conversion. */
static void judge_row(struct judged *to, const struct plan_step *s, const char *input, char *image) {
    const bool converted = s->kind == PROFILE_LAYER && strcmp(s->layer, input) == 0 && s->to != LAYOUT_CHW;
    to->step = s;
    to->row = (struct profile_row){.kind = s->kind,
                                   .scenario = s->scenario,
                                   .name = s->name,
                                   .from = s->from,
                                   .to = s->to,
                                   .median_ns = s->time_ns,
                                   .min_ns = s->time_ns,
                                   .spread_ns = PROFILE_MISSING,
                                   .runs = 1,
                                   .workspace_bytes = PROFILE_MISSING,
                                   .weights_bytes = PROFILE_MISSING};
    if (!converted) return;
    to->row.kind = PROFILE_CONVERT;
    to->row.scenario = image;
    to->row.name = (char *)(uintptr_t) "convert"; /* copied by profile_add */
    to->row.from = LAYOUT_CHW;
}

/* One profile row for all steps with its key; their times must be equal. */
static struct profile *judge_profile(const struct plan *p, const struct network *folded, struct error *err) {
    const struct layer *input = &folded->layer[0];
    char image[TENSOR_TEXT];
    struct judged *judged = MEMORY_NEW(struct judged, p->steps);
    struct profile *rows = profile_new();
    free(rows->path);
    rows->path = memory_string(p->path); /* for messages */
    profile_text_tensor(image, input->out.C, input->out.H, input->out.W);
    for (int i = 0; i < p->steps; i++) judge_row(&judged[i], &p->step[i], input->name, image);
    memory_sort(judged, (size_t)p->steps, sizeof *judged, judge_compare_place);
    bool good = true;
    for (int i = 0, first = 0; i < p->steps && good; i++) {
        if (i > 0 && judge_compare(&judged[i - 1], &judged[i]) == 0) {
            good =
                judge_number(p, judged[i].step, PLAN_TIME, judged[first].step->time_ns, judged[i].step->time_ns, err);
        } else {
            first = i;
            if (strcmp(judged[i].row.name, PLAN_UNCOVERED) != 0) profile_add(rows, &judged[i].row);
        }
    }
    free(judged);
    if (good && profile_sort(rows, err)) return rows;
    profile_free(rows);
    return NULL;
}

/* --- choices --- */

static bool judge_is(const struct plan_step *row, const struct choice *c) {
    if (c->in != row->from || c->out != row->to || c->rows != plan_text_rows(row)) return false;
    return c->primitive ? strcmp(c->primitive->name, row->name) == 0
                        : row->kind != PROFILE_CONV || strcmp(row->name, PLAN_UNCOVERED) == 0;
}

bool plan_choices(int *choice, const struct plan *p, const struct instance *g, struct error *err) {
    for (int i = 0, v = 0; i < p->steps; i++) {
        const struct plan_step *row = &p->step[i];
        if (row->kind == PROFILE_CONVERT || row->kind == PROFILE_MOVE) continue;
        assert(v < g->nodes); /* the plan matches the network: one row per layer */
        const struct node *n = &g->node[v];
        const struct choice *of = row->kind == PROFILE_STRIP ? n->strip : n->choice;
        const int choices = row->kind == PROFILE_STRIP ? n->strips : n->choices;
        int c = 0;
        while (c < choices && !judge_is(row, &of[c])) c++;
        if (c == choices)
            return error_at(err, p->path, row->line, "%s: %s from %s to %s is not among what it was selected from",
                            row->layer, row->name, layout_names[row->from], layout_names[row->to]);
        choice[v++] = c;
    }
    return true;
}

/* --- comparison --- */

static bool judge_step(const struct plan *p, const struct plan_step *want, const struct plan_step *s,
                       struct error *err) {
    if (strcmp(s->layer, want->layer) != 0) return judge_wrong(p, s, PLAN_LAYER, want->layer, s->layer, err);
    if (s->kind != want->kind || s->slot != want->slot)
        return judge_wrong(p, s, PLAN_KIND, profile_kind_names[want->kind], profile_kind_names[s->kind], err);
    if (s->from != want->from)
        return judge_wrong(p, s, PLAN_FROM, layout_names[want->from], layout_names[s->from], err);
    if (s->to != want->to) return judge_wrong(p, s, PLAN_TO, layout_names[want->to], layout_names[s->to], err);
    return judge_number(p, s, PLAN_TIME, want->time_ns, s->time_ns, err) &&
           judge_number(p, s, PLAN_WORKSPACE, want->workspace_bytes, s->workspace_bytes, err) &&
           judge_number(p, s, PLAN_WEIGHTS, want->weights_bytes, s->weights_bytes, err);
}

static bool judge_total(const struct plan *p, const char *key, long line, int64_t expected, int64_t have,
                        struct error *err) {
    return expected == have ||
           error_at(err, p->path, line, "%s: not what the steps come to (expected %" PRId64 ", got %" PRId64 ")", key,
                    expected, have);
}

static bool judge_within(const struct plan *p, const char *key, long line, int64_t needed, int64_t budget,
                         struct error *err) {
    return needed <= budget ||
           error_at(err, p->path, line, "%s: less than the plan needs (expected %" PRId64 " or more, got %" PRId64 ")",
                    key, needed, budget);
}

/* Methods that ignore budgets may state `over-budget`. */
static bool judge_budgets(const struct plan *p, struct error *err) {
    const char *status = notes_get(&p->notes, "status");
    if (status && strcmp(status, "over-budget") == 0) return true;
    return judge_within(p, "budget-bytes", p->budget_line, p->memory_bytes, p->budget_bytes, err) &&
           (!p->flash.stated ||
            judge_within(p, "flash-budget-bytes", p->flash.budget_line, p->flash.bytes, p->flash.budget_bytes, err));
}

static bool judge_against(const struct plan *p, const struct plan *want, struct error *err) {
    assert(want->model == p->model && want->conversions == p->conversions && want->budget_bytes == p->budget_bytes);
    for (int i = 0; i < p->steps && i < want->steps; i++)
        if (!judge_step(p, &want->step[i], &p->step[i], err)) return false;
    if (p->steps != want->steps)
        return error_at(err, p->path, 0, "its choices need another number of steps (expected %d, got %d)", want->steps,
                        p->steps);
    return judge_total(p, "time-ns", p->time_line, want->time_ns, p->time_ns, err) &&
           judge_total(p, "memory-bytes", p->memory_line, want->memory_bytes, p->memory_bytes, err) &&
           (!p->flash.stated ||
            judge_total(p, "flash-bytes", p->flash.line, plan_flash_bytes(want), p->flash.bytes, err)) &&
           judge_budgets(p, err);
}

/* The machine that the workspaces are for; published tables name none. */
static bool judge_machine(const struct plan *p, const struct instance *g, struct error *err) {
    const char *isa = notes_get(&g->profile->notes, "isa");
    if (isa && strcmp(isa, isa_names[p->isa]) != 0)
        return error_at(err, p->path, p->isa_line, "isa: not that of its profile (expected %s, got %s)", isa,
                        isa_names[p->isa]);
    return judge_total(p, "threads", p->threads_line, g->threads, p->threads, err);
}

static bool judge_streamed(const struct plan *p) {
    for (int i = 0; i < p->steps; i++)
        if (p->step[i].kind == PROFILE_STRIP) return true;
    return p->step[0].to != LAYOUT_CHW;
}

void plan_prepare(struct instance *g, const struct plan *p) {
    assert(p->steps > 0 && !g->apart);
    if (judge_streamed(p)) instance_stream(g);
    if (p->apart) instance_apart(g);
}

/* The plan rebuilt from its choices: on `g`, or on its own rows for `threads` threads. NULL: impossible. */
static struct plan *judge_anew(const struct plan *p, const struct network *folded, const struct instance *g,
                               int threads, struct error *err) {
    struct profile *rows = g ? NULL : judge_profile(p, folded, err);
    struct instance *own = rows ? instance_new(folded, rows, threads, err) : NULL;
    const struct instance *on = g ? g : own;
    assert(threads > 0 && (!on || on->nodes == folded->layers));
    int *choice = MEMORY_NEW(int, folded->layers);
    struct streams streams;
    struct plan *anew = NULL;
    plan_streams(&streams, p, folded);
    if (own) plan_prepare(own, p);
    assert(!on || on->apart == p->apart);
    if (on && plan_choices(choice, p, on, err)) {
        if (selection_evaluate_streamed(on, choice, &streams, p->model, p->conversions).possible)
            anew = plan_new_streamed(on, choice, &streams, p->network, p->method, p->model, p->conversions,
                                     p->budget_bytes);
        else
            error_at(err, p->path, 0, "a conversion between its layers is missing");
    }
    selection_streams_free(&streams);
    free(choice);
    instance_free(own);
    profile_free(rows);
    return anew;
}

bool plan_judge(const struct plan *p, const struct network *folded, const struct instance *g, struct error *err) {
    const enum isa here = isa_current();
    if (g && !judge_machine(p, g, err)) return false;
    isa_assume(p->isa); /* bytes are counted, no kernel runs */
    struct plan *want = judge_anew(p, folded, g, p->threads, err);
    isa_assume(here);
    assert(isa_current() == here);
    bool good = want && judge_against(p, want, err);
    plan_free(want);
    return good;
}

static bool affords(const struct plan *p, const char *what, int threads, int64_t needed, int64_t stated, int64_t budget,
                    struct error *err) {
    assert(threads > 0 && budget >= 0);
    if (budget == INT64_MAX || needed <= (budget > stated ? budget : stated)) return true;
    return error_at(err, p->path, 0,
                    "made for %d thread%s on %s: with %d on %s it needs %" PRId64 " bytes%s, its budget is %" PRId64
                    "; select from a profile measured with --threads %d --isa %s, or stay with --threads %d --isa %s",
                    p->threads, p->threads == 1 ? "" : "s", isa_names[p->isa], threads, isa_names[isa_current()],
                    needed, what, budget, threads, isa_names[isa_current()], p->threads, isa_names[p->isa]);
}

bool plan_affords(const struct plan *p, const struct network *folded, int threads, struct error *err) {
    const int64_t flash = p->flash.stated ? p->flash.budget_bytes : INT64_MAX;
    if (p->budget_bytes == INT64_MAX && flash == INT64_MAX) return true;
    struct plan *now = judge_anew(p, folded, NULL, threads, err);
    if (!now) return false;
    const int64_t memory = now->memory_bytes, weights = plan_flash_bytes(now);
    plan_free(now);
    return affords(p, "", threads, memory, p->memory_bytes, p->budget_bytes, err) &&
           affords(p, " of flash", threads, weights, p->flash.bytes, flash, err);
}
