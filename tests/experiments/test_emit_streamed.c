/* Plans with streamed segments as C: the runtime's answer, no warnings, the stack that is stated, and an input that the
 * arena has room for where net.h says so. */
#include "tests/support/emitted.h"

static const struct compiler *const compilers[] = {&gcc, &clang};

#define PROGRAMS 6

START_TEST(random_streamed_plans_give_the_runtimes_answer) {
    struct random r = {(uint64_t)_i + 1};
    const struct compiler *c = compilers[_i % 2];
    char path[512];
    if (!compiler_is_here(c)) return;
    snprintf(path, sizeof path, "%s", streamed_network("emitted.net", &r));
    struct emitted e = emitted_streamed(path, _i == 0 ? NULL : "direct", &r, ISA_PORTABLE);
    program_is_strict_and_right(&e, c, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* An image that the plan takes in HWC is converted into the arena: there may be room for the caller's too, or not. */
static const struct {
    const char *text;
    bool room;
} images[] = {
    {"a input - c=3 h=12 w=12\nb conv a m=16 k=3 p=1\nc conv b m=2 k=3 p=1\n", true},
    {"a input - c=3 h=12 w=12\nb conv a m=4 k=3 s=2 p=1\nc conv b m=2 k=3 p=1\n", false},
};

/* The image in HWC, and everything after it in one segment, one row per call, or as a whole. */
static void plan_from_hwc(struct world *w, const char *network, bool streamed) {
    selection_streams_free(&w->streams);
    struct random r = {1};
    for (int v = 0; v < w->g->nodes; v++) w->choice[v] = choice_before(&w->g->node[v], LAYOUT_HWC, &r);
    const struct stream all = {1, w->g->nodes - 1, 1, LAYOUT_HWC};
    if (streamed) ck_assert(world_segment(w, all, "direct", &r));
    for (int v = 1; v < w->g->nodes && !streamed; v++)
        for (int k = 0; k < w->g->node[v].choices; k++)
            if (strcmp(w->g->node[v].choice[k].primitive->name, "direct-hwc") == 0) w->choice[v] = k;
    world_streamed_plan(w, network, "hwc", CONVERSIONS_PER_EDGE);
}

START_TEST(a_converted_image_is_given_in_the_arena_if_there_is_room) {
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("image.net", images[_i].text));
    struct emitted e = {.r = NULL};
    ck_assert(isa_force(ISA_PORTABLE));
    e.w = world_new(path);
    world_stream(&e.w);
    plan_from_hwc(&e.w, path, !images[_i].room);
    ck_assert_int_eq(e.w.choice[0] > 0, 1);
    emitted_write(&e);
    const bool room = shell("grep -q 'define NET_INPUT_OFFSET' '%s/net.h'", e.folder) == 0;
    ck_assert_int_eq(room, images[_i].room);
    ck_assert_int_eq(room, e.r->schedule->arena_bytes >= 2 * e.r->schedule->step[0].out_bytes);
    program_is_strict_and_right(&e, &gcc, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit_streamed");
    TCase *c = tcase_create("emit_streamed");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, random_streamed_plans_give_the_runtimes_answer, 0, PROGRAMS);
    tcase_add_loop_test(c, a_converted_image_is_given_in_the_arena_if_there_is_room, 0,
                        (int)(sizeof images / sizeof images[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
