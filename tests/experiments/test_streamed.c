/* Plans with streamed segments are kept: random networks, random segments, rows of a call and layouts. Every layer
 * within tolerance of direct loops in double as its rows arrive, the arena as large as the selection says to the byte,
 * no allocation on the way; and the bits of the same plan without segments, wherever primitives promise them. */
#include "kernels/strip.h"
#include "tests/support/invented_profile.h"
#include "tests/support/kept.h"
#include "tests/support/least_path.h"

#define NETWORKS 40
#define ROUNDS   4

static void answer_of(float **out, const struct plan *p, const struct world *w) {
    struct error err = {""};
    struct runtime *r = runtime_new(p, w->net, &w->weights, 1, &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    *out = MEMORY_NEW(float, runtime_outputs(r));
    runtime_run(r, *out, w->in, NULL);
    runtime_free(r);
}

static size_t answer_bytes(const struct world *w) {
    return (size_t)shape_bytes(w->net->layer[w->net->layers - 1].out);
}

/* Are all calls cut where the primitives promise the bits of the whole? */
static bool bits_are_promised(const struct world *w) {
    for (int k = 0; k < w->streams.count; k++) {
        const struct stream *s = &w->streams.stream[k];
        for (int v = s->first; v <= s->last; v++) {
            const struct layer *l = &w->net->layer[v];
            if (l->kind != LAYER_CONV) continue;
            const int step = primitive_row_step(w->g->node[v].strip[w->choice[v]].primitive, &l->scenario);
            if (step == 0) return false;
            for (int from = 0; from < l->out.H; from = segment_end(w->net, v, from, paces_rows(w->net, v, s->pace)))
                if (from % step != 0) return false;
        }
    }
    return true;
}

/* Written, read back, found to be what it states, and run again. */
static void text_says_the_same(const struct world *w, const float *want) {
    struct error err = {""};
    const char *path = harness_scratch("streamed.plan", NULL);
    ck_assert_msg(plan_write(w->plan, path, &err), "%s", err.text);
    struct plan *p = plan_read(path, &err);
    ck_assert_msg(p && plan_match(p, w->net, &err) && plan_judge(p, w->net, NULL, &err), "%s", err.text);
    float *out;
    answer_of(&out, p, w);
    ck_assert_int_eq(memcmp(out, want, answer_bytes(w)), 0);
    free(out);
    plan_free(p);
    harness_forget(path);
}

struct seen {
    int segments, by_rows, same, tight, plans;
};

static void plan_is_tried(struct seen *seen, struct world *w, struct reference *f, const char *network, int round) {
    struct error err = {""};
    plan_is_kept(w, f, 1 + (round == 3));
    float *out, *whole;
    struct plan *p = world_whole_plan(w, network);
    answer_of(&out, w->plan, w);
    answer_of(&whole, p, w);
    if (bits_are_promised(w)) {
        ck_assert_msg(memcmp(out, whole, answer_bytes(w)) == 0, "bits differ");
        seen->same += w->streams.count > 0;
    }
    text_says_the_same(w, out);
    struct schedule *s = schedule_new(w->plan, w->net, 1, &err);
    ck_assert_msg(s && schedule_check(s), "%s", err.text);
    seen->tight += s->arena_bytes == s->live_bytes;
    seen->plans++;
    seen->segments += w->streams.count;
    seen->by_rows += selection_image_by_rows(&w->streams);
    schedule_free(s);
    plan_free(p);
    free(out);
    free(whole);
}

START_TEST(random_segments_of_random_networks_are_right_and_take_the_bytes_planned) {
    const char *const seed = getenv("TASO_SEED");
    struct seen seen = {0};
    for (int i = 0; i < NETWORKS; i++) {
        struct random r = {(uint64_t)i + (seed ? (uint64_t)atoi(seed) * 1000 : 1)};
        struct error err = {""};
        char path[512];
        snprintf(path, sizeof path, "%s", streamed_network("streamed.net", &r));
        struct world w = world_new(path);
        struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
        ck_assert_msg(f != NULL, "%s", err.text);
        world_stream(&w);
        for (int round = 0; round < ROUNDS; round++) {
            world_plan_streamed(&w, path, round % 2 ? "direct" : NULL, &r,
                                round % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
            plan_is_tried(&seen, &w, f, path, round);
        }
        reference_free(f);
        world_free(&w);
        harness_forget(path);
    }
    printf(
        "%d plans, %d segments, %d with the image by rows, %d plans to the bit, %d of %d arenas as small as can be\n",
        seen.plans, seen.segments, seen.by_rows, seen.same, seen.tight, seen.plans);
    ck_assert_int_ge(seen.segments, NETWORKS);
    ck_assert_int_ge(seen.by_rows, NETWORKS / 2);
    ck_assert_int_ge(seen.same, NETWORKS / 2);
    ck_assert_int_ge(10 * seen.tight, 9 * seen.plans);
}
END_TEST

/* --- the checks --- */

/* What is spoiled, one at a time; each is put right again. */
enum spoiled { NOTHING, BLOCK_LOWER, BLOCK_HIGHER, TENSOR_OVER_BLOCK, WORKSPACE_OVER_BLOCK, ARENA_TOO_SMALL, SPOILED };

static bool spoiled_is_seen(struct schedule *s, enum spoiled what) {
    struct schedule_segment *g = &s->segment[0];
    struct schedule_step *out = &s->step[g->move], *strip = &s->step[g->first], *after = &s->step[g->move + 1];
    const struct schedule_segment kept = *g;
    const struct schedule_step out_kept = *out, strip_kept = *strip, after_kept = *after;
    const int64_t arena = s->arena_bytes;
    switch (what) {
    case BLOCK_LOWER: g->block_offset = 0; break; /* over its workspace */
    case BLOCK_HIGHER: g->block_offset += 4; break;
    case TENSOR_OVER_BLOCK: out->out_offset = after->out_offset; break;
    case WORKSPACE_OVER_BLOCK: strip->workspace_offset = g->block_offset; break;
    case ARENA_TOO_SMALL: s->arena_bytes--; break;
    case NOTHING:
    case SPOILED: break;
    }
    const bool seen = !schedule_check(s);
    *g = kept, *out = out_kept, *strip = strip_kept, *after = after_kept, s->arena_bytes = arena;
    return seen;
}

/* The im2row's workspace lies below the block, which fills the rest of the arena. */
START_TEST(a_spoiled_schedule_is_seen) {
    struct random r = {1};
    struct error err = {""};
    char path[512];
    snprintf(path, sizeof path, "%s",
             harness_scratch("spoiled.net", "a input - c=3 h=13 w=9\nb conv a m=8 k=3 p=1\nc conv b m=8 k=3 p=1\n"
                                            "d fc c m=5\n"));
    struct world w = world_new(path);
    world_stream(&w);
    for (int v = 0; v < w.g->nodes; v++) w.choice[v] = choice_before(&w.g->node[v], LAYOUT_HWC, &r);
    ck_assert(world_segment(&w, (struct stream){1, 2, {2, SEGMENT_SLOW_NONE}, LAYOUT_HWC, false}, "im2row", &r));
    world_streamed_plan(&w, path, "spoiled", CONVERSIONS_PER_EDGE);
    struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
    ck_assert_msg(s != NULL, "%s", err.text);
    ck_assert_int_gt(s->step[s->segment[0].first].workspace_bytes, 0);
    for (int what = NOTHING; what < SPOILED; what++)
        ck_assert_msg(spoiled_is_seen(s, (enum spoiled)what) == (what != NOTHING), "spoiled %d", what);
    struct strips *strips = s->segment[0].strips;
    ck_assert(strips_check(strips));
    strips->shape[0] = strips->shape[1]; /* the first strip is padded above, the second is not */
    ck_assert(!strips_check(strips));
    schedule_free(s);
    world_free(&w);
    harness_forget(path);
}
END_TEST

/* --- the command --- */

/* The number after a key in a command's output. */
static long long said(const char *out, const char *key) {
    const char *found = strstr(out, key);
    ck_assert_msg(found != NULL, "%s: lacks %s", out, key);
    return atoll(found + strlen(key) + 1);
}

/* The field of a row of --steps, by its column's name. */
static const char *field_of(char *row, const char *head, const char *column) {
    int at = 0;
    const char *found = strstr(head, column);
    ck_assert_ptr_nonnull(found);
    for (const char *c = head; c < found; c++) at += *c == '\t';
    for (; at > 0; at--) row = strchr(row, '\t') + 1;
    row[strcspn(row, "\t\n")] = '\0';
    return row;
}

/* Every step has its row; a strip's rows and calls make up its layer. */
static void steps_make_up_the_layers(const char *path, const struct world *w) {
    char head[1024], line[1024], kept[1024];
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(fgets(head, sizeof head, in));
    int rows = 0, v = 0, strips = 0;
    for (; fgets(line, sizeof line, in); rows++) {
        snprintf(kept, sizeof kept, "%s", line);
        const bool strip = strstr(line, "\tstrip\t") != NULL;
        const int h = atoi(field_of(kept, head, "rows"));
        snprintf(kept, sizeof kept, "%s", line);
        const int calls = atoi(field_of(kept, head, "calls"));
        snprintf(kept, sizeof kept, "%s", line);
        ck_assert_int_gt(atoll(field_of(kept, head, "measured_ns")), 0);
        if (strstr(line, "\tconvert\t") || strstr(line, "\tmove\t")) continue;
        if (strip) {
            const struct layer *l = &w->net->layer[v];
            const int height = segment_accumulates(w->net, v) ? w->net->layer[l->input[0]].out.H : l->out.H;
            ck_assert_int_ge(calls * h, height);
            ck_assert_int_lt((calls - 1) * h, height);
            snprintf(kept, sizeof kept, "%s", line);
            ck_assert(atof(field_of(kept, head, "relative_error")) < 1e-4);
            strips++;
        }
        v++;
    }
    fclose(in);
    ck_assert_int_eq(rows, w->plan->steps);
    ck_assert_int_eq(v, w->net->layers);
    ck_assert_int_gt(strips, 0);
}

START_TEST(the_command_runs_a_streamed_plan_and_writes_its_steps) {
    char folder[256], arguments[2048], path[512];
    struct harness_output o;
    struct random r = {21};
    struct error err = {""};
    snprintf(folder, sizeof folder, "%s", harness_folder());
    harness_put(folder, "n.net",
                "a input - c=3 h=13 w=9\nb conv a m=8 k=3 p=1\nc maxpool b k=2 s=2\n"
                "d conv c m=6 k=3 p=1\ne add c2,d\nc2 conv c m=6 k=1\nf avgpool e global=1\n");
    snprintf(path, sizeof path, "%s/n.net", folder);
    struct world w = world_new(path);
    world_stream(&w);
    do world_plan_streamed(&w, path, "direct", &r, CONVERSIONS_PER_EDGE);
    while (w.streams.count < 2); /* the seed soon gives some */
    snprintf(path, sizeof path, "%s/n.plan", folder);
    ck_assert_msg(plan_write(w.plan, path, &err), "%s", err.text);
    snprintf(arguments, sizeof arguments, "run %s --check --repeat 2 --steps %s/steps --trace %s/trace", path, folder,
             folder);
    harness_command(&o, "taso", arguments);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_eq(said(o.out, "planned-bytes:"), w.plan->memory_bytes);
    ck_assert_int_eq(said(o.out, "used-bytes:"), w.plan->memory_bytes);
    snprintf(path, sizeof path, "%s/steps", folder);
    steps_make_up_the_layers(path, &w);
    snprintf(arguments, sizeof arguments, "grep -c '\"calls\": [0-9]*' %s/trace", folder);
    harness_shell(&o, arguments);
    ck_assert_int_eq(atoi(o.out), w.plan->steps);
    world_free(&w);
    harness_remove_folder(folder);
}
END_TEST

/* With the image whole, and by rows within less than the image. */
static const struct {
    const char *flags;
    int budget;
} budgets[] = {{"", 1000000}, {"--stream-input", 500000}};

START_TEST(what_streams_by_selection_is_run_within_its_budget) {
    char folder[256], line[1024], path[512];
    struct harness_output o;
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(path, sizeof path, "%s/p.tsv", folder);
    profile_free(invented_streamed_profile(path, "squeezenet1.1", 5));
    snprintf(line, sizeof line,
             "select --network squeezenet1.1 --profile %s --method labels --memory-model peak --budget %d "
             "--streaming on %s -o %s/plan",
             path, budgets[_i].budget, budgets[_i].flags, folder);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "status: optimal"));
    ck_assert_int_gt(said(o.out, "segments:"), 0);
    const long long selected = said(o.out, "memory-bytes:");
    ck_assert_int_le(selected, budgets[_i].budget);
    ck_assert(_i == 0 || strstr(o.out, "\nstream-input: yes\n"));
    snprintf(line, sizeof line, "run %s/plan --check --repeat 1 --quiet", folder);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_int_eq(said(o.out, "planned-bytes:"), selected);
    ck_assert_int_eq(said(o.out, "used-bytes:"), selected);
    ck_assert_int_eq(said(o.out, "arena-bytes:"), selected);
    snprintf(line, sizeof line, "explain %s/plan --profile %s", folder, path);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    snprintf(line, sizeof line, "frontier --network squeezenet1.1 --profile %s --memory-model peak --streaming on %s",
             path, budgets[_i].flags);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    snprintf(line, sizeof line, "\n%lld\t", selected);
    ck_assert_ptr_nonnull(strstr(o.out, line));
    harness_remove_folder(folder);
}
END_TEST

static const struct {
    const char *flags, *says;
} refused[] = {
    {"--method labels --stream-input", "--stream-input: layers do not run by rows (expected --streaming on)"},
    {"--method greedy-stream --streaming on --stream-input", "--stream-input: not used by greedy-stream"},
    {"--method labels --streaming off --stream-input", "--stream-input: layers do not run by rows"}};

START_TEST(an_image_by_rows_is_refused_where_nothing_runs_by_rows) {
    char line[1024];
    struct harness_output o;
    const char *path = harness_scratch("refused.tsv", NULL);
    profile_free(invented_streamed_profile(path, "alexnet", 5));
    snprintf(line, sizeof line, "select --network alexnet --profile %s %s", path, refused[_i].flags);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, refused[_i].says) && strchr(o.err, '\n') == o.err + strlen(o.err) - 1, "%s", o.err);
    harness_forget(path);
}
END_TEST

/* TASO_PLANS=FOLDER writes the plans there: `taso run` says how long they take. */
static void write_for_others(struct plan *p, const char *network, int rows) {
    const char *folder = getenv("TASO_PLANS");
    char path[512];
    struct error err = {""};
    if (!folder) return;
    snprintf(path, sizeof path, "%s/%s-%d%s.plan", folder, network, rows, p->stream_input ? "-image" : "");
    ck_assert_msg(plan_write(p, path, &err), "%s", err.text);
}

static const char *const built_in[] = {"squeezenet1.1", "resnet18", "googlenet", "vgg16", "alexnet"};

START_TEST(built_in_networks_stream_in_the_least_memory_to_the_byte) {
    static const int rows[] = {0, 4, 1, 1};
    struct world w = world_new(built_in[_i]);
    struct error err = {""};
    int64_t before = INT64_MAX;
    world_stream(&w);
    for (int k = 0; k < 4; k++) {
        w.image_by_rows = k == 3;
        const int64_t least = world_least_path(&w, rows[k]);
        world_streamed_plan(&w, built_in[_i], "least-path", CONVERSIONS_PER_EDGE);
        struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
        ck_assert_msg(s && schedule_check(s), "%s", err.text);
        ck_assert_int_eq(w.plan->memory_bytes, least);
        ck_assert_int_eq(s->live_bytes, least);
        ck_assert_int_eq(s->arena_bytes, least);
        ck_assert_int_lt(least, before);
        int64_t moved = 0;
        for (int g = 0; g < s->segments; g++) moved += s->segment[g].strips->segment->moved_bytes;
        ck_assert_int_eq(w.plan->stream_input, k == 3);
        printf("%s at %d rows%s: %lld bytes, %d segments, %lld bytes moved within them\n", built_in[_i], rows[k],
               k == 3 ? ", the image too" : "", (long long)least, s->segments, (long long)moved);
        write_for_others(w.plan, built_in[_i], rows[k]);
        before = least;
        schedule_free(s);
    }
    world_free(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("streamed");
    TCase *c = tcase_create("streamed");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, random_segments_of_random_networks_are_right_and_take_the_bytes_planned);
    tcase_add_test(c, a_spoiled_schedule_is_seen);
    tcase_add_test(c, the_command_runs_a_streamed_plan_and_writes_its_steps);
    tcase_add_loop_test(c, what_streams_by_selection_is_run_within_its_budget, 0, 2);
    tcase_add_loop_test(c, an_image_by_rows_is_refused_where_nothing_runs_by_rows, 0, 3);
    tcase_add_loop_test(c, built_in_networks_stream_in_the_least_memory_to_the_byte, 0,
                        (int)(sizeof built_in / sizeof built_in[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
