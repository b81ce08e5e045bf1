/* Plans with streamed segments are kept: random networks, random segments, rows of a call and layouts. Every layer
 * within tolerance of direct loops in double as its rows arrive, the arena as large as the selection says to the byte,
 * no allocation on the way; and the bits of the same plan without segments, wherever primitives promise them. */
#include "kernels/strip.h"
#include "tests/support/kept.h"
#include "tests/support/least_path.h"

#define NETWORKS 60
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
            for (int from = 0; from < l->out.H; from = segment_end(w->net, v, from, s->rows))
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
    int segments, same, tight, plans;
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
    printf("%d plans, %d segments, %d plans to the bit, %d of %d arenas as small as can be\n", seen.plans,
           seen.segments, seen.same, seen.tight, seen.plans);
    ck_assert_int_ge(seen.segments, NETWORKS);
    ck_assert_int_ge(seen.same, NETWORKS / 2);
    ck_assert_int_ge(10 * seen.tight, 9 * seen.plans);
}
END_TEST

/* TASO_PLANS=FOLDER writes the plans there: `taso run` says how long they take. */
static void write_for_others(struct plan *p, const char *network, int rows) {
    const char *folder = getenv("TASO_PLANS");
    char path[512];
    struct error err = {""};
    if (!folder) return;
    snprintf(path, sizeof path, "%s/%s-%d.plan", folder, network, rows);
    ck_assert_msg(plan_write(p, path, &err), "%s", err.text);
}

static const char *const built_in[] = {"squeezenet1.1", "resnet18", "googlenet", "vgg16", "alexnet"};

START_TEST(built_in_networks_stream_in_the_least_memory_to_the_byte) {
    static const int rows[] = {0, 4, 1};
    struct world w = world_new(built_in[_i]);
    struct error err = {""};
    int64_t before = INT64_MAX;
    world_stream(&w);
    for (int k = 0; k < 3; k++) {
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
        printf("%s at %d rows: %lld bytes, %d segments, %lld bytes moved within them\n", built_in[_i], rows[k],
               (long long)least, s->segments, (long long)moved);
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
    tcase_add_loop_test(c, built_in_networks_stream_in_the_least_memory_to_the_byte, 0,
                        (int)(sizeof built_in / sizeof built_in[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
