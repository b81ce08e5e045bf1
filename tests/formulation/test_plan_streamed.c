/* Plans with streamed segments: there and back, and every kind of row that does not fit refused with its line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/streamed.h"

/* a1 as a whole; a2 to a5 by rows, two a call, in HWC; a6 and a7 as a whole, in CHW. */
static const char small[] = "a0 input - c=2 h=8 w=6\n"
                            "a1 conv a0 m=4 k=3 p=1\n"
                            "a2 conv a1 m=4 k=3 p=1\n"
                            "a3 conv a2 m=4 k=1\n"
                            "a4 add a3,a2\n"
                            "a5 maxpool a4 k=2 s=2\n"
                            "a6 conv a5 m=4 k=1\n"
                            "a7 fc a6 m=3\n";

static int choice_of(const struct node *n, const char *name) {
    for (int k = 0; k < n->choices; k++)
        if (n->choice[k].primitive && strcmp(n->choice[k].primitive->name, name) == 0) return k;
    ck_abort_msg("no choice %s", name);
    return -1;
}

static struct world small_world(char path[512]) {
    struct random r = {1};
    snprintf(path, 512, "%s", harness_scratch("small.net", small));
    struct world w = world_new(path);
    world_stream(&w);
    ck_assert(world_segment(&w, (struct stream){2, 5, {2, SEGMENT_SLOW_NONE}, LAYOUT_HWC, false}, "direct", &r));
    w.choice[1] = choice_of(&w.g->node[1], "direct-hwc");
    w.choice[6] = choice_of(&w.g->node[6], "direct-sum2d");
    world_streamed_plan(&w, path, "random", CONVERSIONS_PER_EDGE);
    for (int i = 0; i < w.plan->steps; i++) w.plan->step[i].line = 100 + i;
    return w;
}

/* The layer's row, or that of its conversions or move. */
static int step_of(const struct plan *p, const char *layer, enum profile_kind kind) {
    for (int i = 0; i < p->steps; i++) {
        const struct plan_step *s = &p->step[i];
        const bool aside = s->kind == PROFILE_CONVERT || s->kind == PROFILE_MOVE;
        if (strcmp(s->layer, layer) == 0 && (s->kind == kind || (kind == PROFILE_CONV && !aside))) return i;
    }
    ck_abort_msg("no row of %s", layer);
    return -1;
}
#define LAYER PROFILE_CONV /* in tables below: the layer's own row, whatever its kind */
#define MOVE  PROFILE_MOVE

enum column { KIND, NAME, FROM, TO, SCENARIO, ROWS, NAME_OF_LAYER, WORKSPACE, WEIGHTS, TIME };

/* Rows: what follows the @; none if that is empty. */
static void step_edit(struct plan_step *s, enum column column, const char *value) {
    char text[LAYER_TEXT];
    char **const cell = column == NAME ? &s->name : column == NAME_OF_LAYER ? &s->layer : &s->scenario;
    switch (column) {
    case KIND:
        for (int k = 0; k < PROFILE_KINDS; k++)
            if (strcmp(value, profile_kind_names[k]) == 0) s->kind = (enum profile_kind)k;
        return;
    case FROM: ck_assert(layout_parse(&s->from, value)); return;
    case TO: ck_assert(layout_parse(&s->to, value)); return;
    case WORKSPACE: s->workspace_bytes += atoi(value); return;
    case WEIGHTS: s->weights_bytes += atoi(value); return;
    case TIME: s->time_ns += atoi(value); return;
    case ROWS:
        snprintf(text, sizeof text, "%.*s%s%s", (int)strcspn(s->scenario, "@"), s->scenario, value[0] ? "@" : "",
                 value);
        break;
    case NAME:
    case SCENARIO:
    case NAME_OF_LAYER: snprintf(text, sizeof text, "%s", value); break;
    }
    free(*cell);
    *cell = memory_string(text);
}

struct edit {
    const char *layer;
    enum profile_kind kind;
    enum column column;
    const char *value;
};

static const struct {
    struct edit edit[4];
    const char *at; /* the row that is named */
    enum profile_kind kind;
    const char *part;
} wrong[] = {
    {{{"a3", LAYER, ROWS, "1"}}, "a3", LAYER, "`a3`: wrong rows of a call (expected 2, got 1)"},
    {{{"a2", LAYER, ROWS, "3"}}, "a3", LAYER, "`a3`: wrong rows of a call (expected 3, got 2)"},
    {{{"a5", LAYER, ROWS, "4"}}, "a2", LAYER, "`a2`: wrong rows of a call (expected 4, got 2)"},
    {{{"a3", LAYER, ROWS, ""}}, "a3", LAYER, "wrong scenario (expected `4,8,6,4,1,1,0@8`, got `4,8,6,4,1,1,0`)"},
    {{{"a3", LAYER, ROWS, "0"}}, "a3", LAYER, "got `4,8,6,4,1,1,0@0`"},
    {{{"a3", LAYER, ROWS, "-2"}}, "a3", LAYER, "got `4,8,6,4,1,1,0@-2`"},
    {{{"a3", LAYER, ROWS, "02"}}, "a3", LAYER, "wrong scenario (expected `4,8,6,4,1,1,0@2`"},
    {{{"a3", LAYER, ROWS, "9"}}, "a3", LAYER, "wrong scenario (expected `4,8,6,4,1,1,0@8`"},
    {{{"a3", LAYER, SCENARIO, "4,8,6,4,3,1,1@2"}}, "a3", LAYER, "expected `4,8,6,4,1,1,0@2`, got `4,8,6,4,3,1,1@2`"},
    {{{"a3", LAYER, FROM, "chw"}, {"a3", LAYER, TO, "chw"}}, "a3", LAYER, "(expected `hwc`, got `chw`)"},
    {{{"a2", LAYER, FROM, "chw"}, {"a2", LAYER, TO, "chw"}}, "a2", LAYER, "wrong layout of strips"},
    {{{"a3", LAYER, FROM, "hcw"}, {"a3", LAYER, TO, "hcw"}}, "a3", LAYER, "wrong layout (expected `hwc`, got `hcw`)"},
    {{{"a4", LAYER, TO, "hcw"}}, "a4", LAYER, "wrong layout"},
    {{{"a2", LAYER, TO, "hcw"}}, "a2", LAYER, "wrong layout (expected `hwc`, got `hcw`)"},
    {{{"a3", LAYER, NAME, "uncovered"}},
     "a3",
     LAYER,
     "wrong primitive of a strip (expected `one of `taso primitives``"},
    {{{"a3", LAYER, NAME, "direct-hwd"}}, "a3", LAYER, "wrong primitive"},
    {{{"a3", LAYER, NAME, "direct-sum2d"}}, "a3", LAYER, "wrong layout (expected `chw`, got `hwc`)"},
    {{{"a4", LAYER, NAME, "maxpool"}}, "a4", LAYER, "wrong operator (expected `add`, got `maxpool`)"},
    {{{"a3", LAYER, NAME_OF_LAYER, "a4"}}, "a3", LAYER, "wrong layer (expected `a3`, got `a4`)"},
    {{{"a0", LAYER, KIND, "strip"}}, "a0", LAYER, "wrong kind (expected `layer`, got `strip`)"},
    {{{"a7", LAYER, KIND, "strip"}}, "a7", LAYER, "wrong kind (expected `layer`, got `strip`)"}, /* fc */
    {{{"a1", LAYER, KIND, "move"}}, "a1", LAYER, "wrong kind (expected `conv`, got `move`)"},
    {{{"a4", LAYER, KIND, "layer"}}, "a4", LAYER, "(expected `strip, or move at the end of a segment`, got `layer`)"},
    {{{"a5", MOVE, KIND, "layer"}}, "a5", MOVE, "(expected `strip, or move at the end of a segment`, got `layer`)"},
    {{{"a5", MOVE, SCENARIO, "1"}}, "a5", MOVE, "wrong scenario (expected `"},
    {{{"a5", MOVE, NAME, "mov"}}, "a5", MOVE, "wrong name (expected `move`, got `mov`)"},
    {{{"a5", MOVE, NAME_OF_LAYER, "a4"}}, "a5", MOVE, "wrong layer (expected `a5`, got `a4`)"},
    {{{"a5", MOVE, FROM, "hcw"}}, "a5", MOVE, "wrong layout (expected `hwc`, got `hcw`)"},
    {{{"a5", MOVE, TO, "hcw"}}, "a5", MOVE, "wrong layout"},
    /* the segment would begin after a3, while a2 is still read */
    {{{"a2", LAYER, ROWS, ""}, {"a2", LAYER, KIND, "conv"}, {"a3", LAYER, ROWS, ""}, {"a3", LAYER, KIND, "conv"}},
     "a5",
     MOVE,
     "layers `a4` to `a5` are no segment (expected cuts before and after"},
};

/* The row's place is looked up before anything is edited. */
START_TEST(a_row_of_a_segment_that_does_not_fit_is_refused_with_its_line) {
    char path[512], line[32];
    struct world w = small_world(path);
    struct error err = {""};
    int row[4], edits = 0;
    ck_assert_msg(plan_match(w.plan, w.net, &err) && plan_judge(w.plan, w.net, NULL, &err), "%s", err.text);
    const int at = step_of(w.plan, wrong[_i].at, wrong[_i].kind);
    for (; edits < 4 && wrong[_i].edit[edits].layer; edits++)
        row[edits] = step_of(w.plan, wrong[_i].edit[edits].layer, wrong[_i].edit[edits].kind);
    for (int k = 0; k < edits; k++) step_edit(&w.plan->step[row[k]], wrong[_i].edit[k].column, wrong[_i].edit[k].value);
    ck_assert(!plan_match(w.plan, w.net, &err));
    snprintf(line, sizeof line, ":%d: ", 100 + at);
    ck_assert_msg(strstr(err.text, line) && strstr(err.text, wrong[_i].part), "`%s` lacks `%s` or `%s`", err.text, line,
                  wrong[_i].part);
    world_free(&w);
    harness_forget(path);
}
END_TEST

static void steps_cut(struct plan *p, int from, int count) {
    for (int i = from; i < from + count; i++) {
        free(p->step[i].layer);
        free(p->step[i].name);
        free(p->step[i].scenario);
    }
    memmove(p->step + from, p->step + from + count, (size_t)(p->steps - from - count) * sizeof *p->step);
    p->steps -= count;
}

static void match_says(const struct world *w, int line, const char *part) {
    struct error err = {""};
    char start[32];
    ck_assert(!plan_match(w->plan, w->net, &err));
    snprintf(start, sizeof start, ":%d: ", line);
    ck_assert_msg(strstr(err.text, part) && strstr(err.text, start), "`%s` lacks `%s` or `%s`", err.text, start, part);
}

START_TEST(a_segment_without_its_move_is_refused) {
    char path[512];
    struct world w = small_world(path);
    const int strip = step_of(w.plan, "a5", LAYER), move = step_of(w.plan, "a5", MOVE);
    steps_cut(w.plan, move, 1);
    match_says(&w, 100 + move + 1, "wrong kind (expected `strip, or move at the end of a segment`, got `convert`)");
    steps_cut(w.plan, move, w.plan->steps - move);
    match_says(&w, 100 + strip, "the segment that ends with `a5` has no row `move` (expected one)");
    world_free(&w);
    harness_forget(path);
}
END_TEST

START_TEST(a_segment_that_ends_while_two_tensors_are_alive_is_refused) {
    char path[512];
    struct world w = small_world(path);
    const int third = step_of(w.plan, "a3", LAYER), move = step_of(w.plan, "a5", MOVE);
    const struct plan_step moved = w.plan->step[move];
    memmove(w.plan->step + third + 2, w.plan->step + third + 1, (size_t)(move - third - 1) * sizeof moved);
    w.plan->step[third + 1] = moved;
    match_says(&w, moved.line, "layers `a2` to `a3` are no segment");
    world_free(&w);
    harness_forget(path);
}
END_TEST

START_TEST(a_segment_converts_nothing) {
    char path[512];
    struct world w = small_world(path);
    struct plan *p = w.plan;
    int at = step_of(p, "a2", LAYER);
    static char *const texts[] = {"a2", "convert", "4,8,6"};
    struct plan_step convert = {PROFILE_CONVERT,
                                memory_string(texts[0]),
                                0,
                                memory_string(texts[1]),
                                memory_string(texts[2]),
                                LAYOUT_HWC,
                                LAYOUT_HCW,
                                0,
                                0,
                                0,
                                200};
    p->step = memory_resize(p->step, (size_t)p->steps + 1, sizeof *p->step);
    memmove(p->step + at + 1, p->step + at, (size_t)(p->steps++ - at) * sizeof *p->step);
    p->step[at] = convert;
    match_says(&w, 200, "wrong kind (expected `strip`, got `convert`)");
    world_free(&w);
    harness_forget(path);
}
END_TEST

START_TEST(a_segment_begins_in_the_layout_in_which_its_tensor_is) {
    char path[512];
    struct world w = small_world(path);
    const struct scenario *conv = &w.net->layer[1].scenario;
    struct plan_step *a1 = &w.plan->step[step_of(w.plan, "a1", LAYER)];
    int tried = 0;
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        if (p->in != LAYOUT_HWC || p->out == LAYOUT_HWC || !primitive_applies(p, conv)) continue;
        step_edit(a1, NAME, p->name);
        a1->to = p->out;
        match_says(&w, 100 + step_of(w.plan, "a2", LAYER), "wrong layout of an input (expected `hwc`, got `");
        tried++;
    }
    ck_assert_int_gt(tried, 0);
    world_free(&w);
    harness_forget(path);
}
END_TEST

static const struct {
    struct edit edit;
    int total;                /* is added to time-ns */
    bool on_profile, on_rows; /* refused when judged with the profile, with the plan's own rows */
    const char *part;
} judged[] = {
    {{"a3", LAYER, WORKSPACE, "4"}, 0, true, true, "column 9, workspace_bytes: not what step `a3"},
    {{"a3", LAYER, WEIGHTS, "-4"}, 0, true, true, "column 10, weights_bytes: not what step `a3"},
    {{"a5", MOVE, WORKSPACE, "4"}, 0, true, true, "column 9, workspace_bytes: not what step `a5 move`"},
    {{"a3", LAYER, TIME, "7"}, 7, true, false, "column 8, time_ns: not what step `a3"},
    {{"a5", MOVE, TIME, "7"}, 7, true, false, "column 8, time_ns: not what step `a5 move`"},
    {{"a5", MOVE, TIME, "7"}, 0, true, true, ""},
};

START_TEST(what_a_segment_costs_is_recomputed) {
    char path[512];
    struct world w = small_world(path);
    struct error err = {""};
    ck_assert_msg(plan_judge(w.plan, w.net, w.g, &err) && plan_judge(w.plan, w.net, NULL, &err), "%s", err.text);
    const int at = step_of(w.plan, judged[_i].edit.layer, judged[_i].edit.kind);
    step_edit(&w.plan->step[at], judged[_i].edit.column, judged[_i].edit.value);
    w.plan->time_ns += judged[_i].total;
    for (int g = 0; g < 2; g++) {
        const bool refused = g ? judged[_i].on_profile : judged[_i].on_rows;
        err.text[0] = '\0';
        ck_assert_int_eq(plan_judge(w.plan, w.net, g ? w.g : NULL, &err), !refused);
        if (refused) ck_assert_msg(strstr(err.text, judged[_i].part) != NULL, "`%s`", err.text);
    }
    world_free(&w);
    harness_forget(path);
}
END_TEST

START_TEST(the_bytes_stated_are_those_of_the_largest_step_segments_included) {
    char path[512];
    struct world w = small_world(path);
    struct error err = {""};
    w.plan->memory_line = 5;
    w.plan->memory_bytes--;
    ck_assert(!plan_judge(w.plan, w.net, NULL, &err));
    ck_assert_ptr_nonnull(strstr(err.text, ":5: memory-bytes: not what the steps come to"));
    world_free(&w);
    harness_forget(path);
}
END_TEST

/* --- the image by rows --- */

static struct world world_by_rows(char path[512]) {
    struct random r = {1};
    snprintf(path, 512, "%s", harness_scratch("rows.net", small));
    struct world w = world_new(path);
    world_stream(&w);
    ck_assert(world_segment(&w, (struct stream){1, 5, {2, SEGMENT_SLOW_NONE}, LAYOUT_HWC, true}, "direct", &r));
    w.choice[6] = choice_of(&w.g->node[6], "direct-sum2d");
    world_streamed_plan(&w, path, "rows", CONVERSIONS_PER_EDGE);
    return w;
}

/* What follows `# stream-input: ` in the file; NULL: no such line. Also in the first line's place. */
static bool written_as(const struct world *w, const char *value, struct error *err) {
    const char *from = harness_scratch("as.plan", NULL), *to = harness_scratch("changed.plan", NULL);
    char line[1024];
    ck_assert(plan_write(w->plan, from, err));
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    while (fgets(line, sizeof line, in)) {
        const bool states = strncmp(line, "# stream-input: ", 16) == 0;
        if (!states) fputs(line, out);
        if (value && strncmp(line, "# memory-bytes: ", 16) == 0) fprintf(out, "# stream-input: %s\n", value);
    }
    fclose(in);
    fclose(out);
    struct plan *p = plan_read(to, err);
    const bool good = p && plan_match(p, w->net, err) && plan_judge(p, w->net, NULL, err);
    plan_free(p);
    harness_forget(from);
    harness_forget(to);
    return good;
}

static const struct {
    const char *value;
    bool good;        /* of a plan that takes the image by rows */
    const char *part; /* of the line */
} stated[] = {{"yes", true, NULL},
              {"no", false, ":13: stream-input: `no` is wrong (expected yes, or no such line)"},
              {"Yes", false, ":13: stream-input: `Yes` is wrong"},
              {"yes\n# stream-input: yes", false, ":14: `stream-input` is given twice"},
              {NULL, false, "wrong scenario (expected `"}}; /* of the move: the image, too */

START_TEST(a_plan_says_whether_the_image_comes_by_rows) {
    char path[512];
    struct world w = world_by_rows(path);
    struct error err = {""};
    ck_assert(w.plan->stream_input);
    ck_assert_int_eq(written_as(&w, stated[_i].value, &err), stated[_i].good);
    if (!stated[_i].good) ck_assert_msg(strstr(err.text, stated[_i].part) != NULL, "`%s`", err.text);
    world_free(&w);
    harness_forget(path);
}
END_TEST

START_TEST(an_image_by_rows_needs_a_segment_that_takes_them) {
    char path[512];
    struct world w = small_world(path);
    struct error err = {""};
    ck_assert(!written_as(&w, "yes", &err)); /* its segment begins with a2 */
    ck_assert_msg(
        strstr(err.text, ":13: stream-input: no segment begins with the image (expected one, or no such line)"), "`%s`",
        err.text);
    world_free(&w);
    harness_forget(path);
}
END_TEST

/* By hand: rows of a0 to a5 have 48, 96, 96, 96, 96 and 48 bytes. The image as a whole counts 8 x 48 bytes in the step
 * before the segment and is moved to its place; by rows neither. */
START_TEST(an_image_by_rows_is_in_no_step_and_not_moved_as_a_whole) {
    char path[512];
    struct world w = world_by_rows(path);
    struct segment *whole = segment_new(w.net, 1, 5, segment_pace_even(2)),
                   *rows = segment_new_image_by_rows(w.net, 5, segment_pace_even(2));
    ck_assert_int_eq(selection_moved_bytes(whole), whole->moved_bytes + 8 * 48 + 4 * 48);
    ck_assert_int_eq(selection_moved_bytes(rows), rows->moved_bytes + 4 * 48);
    struct streams *s = &w.streams;
    const struct evaluation by = selection_evaluate_streamed(w.g, w.choice, s, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
    s->stream[0].image_by_rows = false;
    const struct evaluation at_once = selection_evaluate_streamed(w.g, w.choice, s, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
    ck_assert_int_eq(at_once.memory_bytes, whole->block_bytes);
    ck_assert_int_eq(by.memory_bytes, rows->block_bytes > 4 * 48 + 4 * 48 ? rows->block_bytes : 4 * 48 + 4 * 48);
    ck_assert_int_lt(by.memory_bytes, at_once.memory_bytes);
    segment_free(whole);
    segment_free(rows);
    world_free(&w);
    harness_forget(path);
}
END_TEST

/* --- there and back --- */

static void steps_equal(const struct plan_step *a, const struct plan_step *b) {
    ck_assert(a->kind == b->kind && a->slot == b->slot && a->from == b->from && a->to == b->to);
    ck_assert_str_eq(a->layer, b->layer);
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->scenario, b->scenario);
    ck_assert(a->time_ns == b->time_ns && a->workspace_bytes == b->workspace_bytes);
    ck_assert_int_eq(a->weights_bytes, b->weights_bytes);
}

/* A plan states the rows of each layer's calls, not that more were allowed. */
static void streams_equal(const struct network *n, const struct streams *a, const struct streams *b) {
    ck_assert_int_eq(a->count, b->count);
    for (int k = 0; k < a->count; k++) {
        const struct stream *x = &a->stream[k], *y = &b->stream[k];
        ck_assert(x->first == y->first && x->last == y->last && x->layout == y->layout);
        ck_assert_int_eq(x->image_by_rows, y->image_by_rows);
        for (int v = x->first; v <= x->last; v++)
            ck_assert_int_eq(paces_rows(n, v, x->pace), paces_rows(n, v, y->pace));
    }
}

/* The image in any layout, too. */
START_TEST(what_is_written_is_read_again_and_means_the_same) {
    struct random r = {(uint64_t)_i + 1};
    struct error err = {""};
    char path[512];
    struct streams streams;
    snprintf(path, sizeof path, "%s", streamed_network("random.net", &r));
    struct world w = world_new(path);
    world_stream(&w);
    world_plan_streamed(&w, path, NULL, &r, (enum conversions)(_i % CONVERSIONS));
    const char *file = harness_scratch("streamed.plan", NULL);
    ck_assert_msg(plan_write(w.plan, file, &err), "%s", err.text);
    struct plan *q = plan_read(file, &err);
    ck_assert_msg(q && plan_match(q, w.net, &err), "%s", err.text);
    ck_assert_msg(plan_judge(q, w.net, w.g, &err) && plan_judge(q, w.net, NULL, &err), "%s", err.text);
    ck_assert_int_eq(q->steps, w.plan->steps);
    for (int i = 0; i < q->steps; i++) steps_equal(&w.plan->step[i], &q->step[i]);
    plan_streams(&streams, q, w.net);
    streams_equal(w.net, &w.streams, &streams);
    int *choice = MEMORY_NEW(int, w.g->nodes);
    ck_assert_msg(plan_choices(choice, q, w.g, &err), "%s", err.text);
    for (int v = 0; v < w.g->nodes; v++) ck_assert_int_eq(choice[v], w.choice[v]);
    free(choice);
    selection_streams_free(&streams);
    plan_free(q);
    world_free(&w);
    harness_forget(file);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plan_streamed");
    TCase *c = tcase_create("plan_streamed");
    tcase_add_loop_test(c, a_row_of_a_segment_that_does_not_fit_is_refused_with_its_line, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(c, a_segment_without_its_move_is_refused);
    tcase_add_test(c, a_segment_that_ends_while_two_tensors_are_alive_is_refused);
    tcase_add_test(c, a_segment_converts_nothing);
    tcase_add_test(c, a_segment_begins_in_the_layout_in_which_its_tensor_is);
    tcase_add_loop_test(c, what_a_segment_costs_is_recomputed, 0, (int)(sizeof judged / sizeof judged[0]));
    tcase_add_test(c, the_bytes_stated_are_those_of_the_largest_step_segments_included);
    tcase_add_loop_test(c, what_is_written_is_read_again_and_means_the_same, 0, 20);
    tcase_add_loop_test(c, a_plan_says_whether_the_image_comes_by_rows, 0, (int)(sizeof stated / sizeof stated[0]));
    tcase_add_test(c, an_image_by_rows_needs_a_segment_that_takes_them);
    tcase_add_test(c, an_image_by_rows_is_in_no_step_and_not_moved_as_a_whole);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
