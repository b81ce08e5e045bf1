/* A plan holds: every layer within tolerance of direct loops in double, bytes as planned, and not one allocation during
 * a run. Selections are random, so that all primitives and conversions occur together. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "tests/support/kept.h"
#include "tests/support/planned.h"

static const struct {
    const char *network;
    int rounds;
} worlds[] = {{"tests/data/branches.net", 40},
              {"tests/data/diamond.net", 40},
              {"tests/data/axes.net", 40},
              {"tests/data/two.net", 20},
              {"squeezenet1.1", 3},
              {"ds-cnn", 4},
              {"resnet8", 4},
              {"vww-0.25", 3},
              {"mcunet-vww-like", 2},
              {"mobilenet3-small", 1},
              {"shufflenet2-0.5", 1}};

START_TEST(random_selections_are_right_and_take_the_bytes_planned) {
    struct world w = world_new(worlds[_i].network);
    struct random r = {(uint64_t)_i + 1};
    struct error err = {""};
    struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    for (int round = 0; round < worlds[_i].rounds; round++) {
        world_plan(&w, worlds[_i].network, &r, round % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
        plan_is_kept(&w, f, 1 + (round % 5 == 4));
    }
    reference_free(f);
    world_free(&w);
}
END_TEST

START_TEST(allocations_are_seen) {
    if (!COUNTS_ALLOCATIONS) return;
    long before = allocations;
    free(memory_new(1, 1));
    ck_assert_int_gt(allocations, before);
}
END_TEST

/* The arena is as small as possible for nearly all; exceptions are printed. */
START_TEST(fragmentation_is_rare) {
    struct world w = world_new("tests/data/branches.net");
    struct random r = {77};
    struct error err = {""};
    int tight = 0;
    for (int round = 0; round < 60; round++) {
        world_plan(&w, "branches", &r, CONVERSIONS_PER_EDGE);
        struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
        ck_assert_msg(s != NULL, "%s", err.text);
        tight += s->arena_bytes == s->live_bytes;
        schedule_free(s);
    }
    ck_assert_msg(tight >= 57, "%d of 60", tight);
    world_free(&w);
}
END_TEST

START_TEST(the_arena_of_every_built_in_network_is_as_small_as_possible) {
    struct world w = world_new(network_builtin_name(_i));
    struct random r = {(uint64_t)_i + 5};
    struct error err = {""};
    for (int round = 0; round < 4; round++) {
        world_plan(&w, network_builtin_name(_i), &r, round % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
        struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
        ck_assert_msg(s != NULL, "%s", err.text);
        ck_assert_int_eq(s->arena_bytes, s->live_bytes);
        schedule_free(s);
    }
    world_free(&w);
}
END_TEST

/* Of each network the fastest selection and the fastest without workspace, under both ways to convert. */
START_TEST(the_arena_of_the_fastest_and_the_leanest_selection_is_as_small_as_can_be) {
    struct error err = {""};
    const char *name = network_builtin_name(_i);
    struct network *raw = network_open(name, &err), *net = network_fold(raw);
    struct profile *profile = profile_read("results/reference/profile.tsv.gz", &err);
    ck_assert_msg(profile != NULL, "%s", err.text);
    struct instance *g = instance_new(net, profile, 1, &err);
    for (int k = 0; k < 4; k++) {
        struct request q = methods_request();
        struct answer a;
        q.budget_bytes = k % 2 ? 0 : METHOD_NO_BUDGET;
        q.conversions = k / 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE;
        ck_assert_msg(methods_run(&a, methods_find("taso", &err), g, &q, &err) && a.choice, "%s: %s", name, err.text);
        struct plan *plan = plan_new(g, a.choice, name, "taso", q.model, q.conversions, q.budget_bytes);
        struct schedule *s = schedule_new(plan, net, 1, &err);
        ck_assert_msg(s != NULL, "%s: %s", name, err.text);
        ck_assert_msg(s->arena_bytes == s->live_bytes, "%s, case %d: %lld bytes for %lld alive", name, k,
                      (long long)s->arena_bytes, (long long)s->live_bytes);
        schedule_free(s);
        plan_free(plan);
        free(a.choice);
    }
    instance_free(g);
    profile_free(profile);
    network_free(net);
    network_free(raw);
}
END_TEST

/* He initialisation carries a signal through the deepest network: nothing vanishes, nothing overflows, softmax does not
 * saturate. */
START_TEST(seeded_weights_neither_vanish_nor_explode) {
    static const char *const deep[] = {"squeezenet1.1", "resnet18"};
    struct error err = {""};
    struct network *n = network_open(deep[_i], &err), *f = network_fold(n);
    struct weights w;
    ck_assert(weights_init(&w, f, 1, NULL, &err));
    float *in = MEMORY_NEW(float, shape_bytes(f->layer[0].out) / 4);
    image_noise(in, f->layer[0].out, 1);
    struct reference *r = reference_new(f, &w, in, 2, &err);
    for (int v = 0; v < f->layers; v++) {
        ck_assert_msg(isfinite(r->largest[v]) && r->largest[v] < 1e6, "%s: %g", f->layer[v].name, r->largest[v]);
        ck_assert_msg(r->largest[v] > 1e-4, "%s: %g", f->layer[v].name, r->largest[v]);
    }
    ck_assert_msg(r->largest[f->layers - 1] < 0.9, "softmax is saturated: %g", r->largest[f->layers - 1]);
    reference_free(r);
    weights_free(&w);
    free(in);
    network_free(n);
    network_free(f);
}
END_TEST

START_TEST(weights_come_back_from_a_file_and_a_truncated_one_is_refused) {
    struct world w = world_new("tests/data/branches.net");
    struct random r = {9};
    struct error err = {""};
    const char *path = harness_scratch("weights.bin", NULL);
    ck_assert_msg(weights_write(&w.weights, path, &err), "%s", err.text);
    struct weights file;
    ck_assert_msg(weights_init(&file, w.net, 0, path, &err), "%s", err.text);
    struct reference *a = reference_new(w.net, &w.weights, w.in, 1, &err),
                     *b = reference_new(w.net, &file, w.in, 1, &err);
    int last = w.net->layers - 1;
    ck_assert_int_eq(memcmp(a->out[last], b->out[last], (size_t)shape_bytes(w.net->layer[last].out)), 0);
    weights_free(&file);
    FILE *out = fopen(path, "ab");
    fputc(0, out);
    fclose(out);
    ck_assert(!weights_init(&file, w.net, 0, path, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "the weights of branches, got"));
    world_plan(&w, "branches", &r, CONVERSIONS_PER_EDGE);
    harness_forget(path);
    reference_free(a);
    reference_free(b);
    world_free(&w);
}
END_TEST

/* Small blocks are copied, large ones change hands or are made anew: the same bits as from weights prepared for it alone. */
static const char heavy[] = "in input - c=16 h=8 w=8\n"
                            "c1 conv in m=16 k=3 p=1\n"
                            "f fc c1 m=1100\n"
                            "g fc f m=8\n";

START_TEST(weights_are_handed_over_from_plan_to_plan) {
    struct world w = planned_world(heavy, 5);
    struct random r = {8};
    struct error err = {""};
    struct runtime *like = NULL;
    struct plan *plan = NULL;
    float out[2][8];
    for (int round = 0; round < 12; round++) {
        world_plan(&w, "heavy", &r, CONVERSIONS_PER_EDGE);
        struct runtime *alone = runtime_new(w.plan, w.net, &w.weights, 1, &err);
        struct runtime *after = runtime_new_like(w.plan, w.net, &w.weights, 1, like, &err);
        ck_assert_msg(alone && after, "%s", err.text);
        ck_assert_int_eq(runtime_outputs(alone), 8);
        runtime_run(alone, out[0], w.in, NULL);
        runtime_run(after, out[1], w.in, NULL);
        ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
        runtime_free(alone);
        runtime_free(like);
        plan_free(plan);
        like = after, plan = w.plan, w.plan = NULL;
    }
    runtime_free(like);
    plan_free(plan);
    world_free(&w);
}
END_TEST

START_TEST(a_plan_with_a_gap_or_for_another_network_is_refused) {
    struct world w = world_new("tests/data/diamond.net"), other = world_new("tests/data/branches.net");
    struct random r = {3};
    struct error err = {""};
    world_plan(&w, "diamond", &r, CONVERSIONS_PER_EDGE);
    ck_assert_ptr_null(runtime_new(w.plan, other.net, &other.weights, 1, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "does not match network branches"));
    struct profile *few = profile_new();
    for (int i = 0; i < w.profile->rows; i++)
        if (strcmp(w.profile->row[i].scenario, "16,12,12,16,1,1,0") != 0) profile_add(few, &w.profile->row[i]);
    ck_assert(profile_sort(few, &err));
    struct instance *g = instance_new(w.net, few, 1, &err);
    ck_assert_int_eq(g->uncovered, 1);
    memset(w.choice, 0, (size_t)g->nodes * sizeof *w.choice);
    struct plan *p = plan_new(g, w.choice, "diamond", "gap", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    ck_assert_ptr_null(runtime_new(p, w.net, &w.weights, 1, &err));
    ck_assert_msg(strstr(err.text, "layer `v` is not covered"), "%s", err.text);
    plan_free(p);
    instance_free(g);
    profile_free(few);
    world_free(&w);
    world_free(&other);
}
END_TEST

START_TEST(images_are_read_and_wrong_ones_refused) {
    static const struct {
        const char *text, *part;
    } wrong[] = {{"P6\n2 1\n255\nabcdefghijklmnopqr", "got 2 x 1"},
                 {"P6\n3 2\n255\nabc", "ends early"},
                 {"P6", "got -1"},
                 {"abc", "fewer than 72 bytes"}};
    const struct shape s = {3, 2, 3};
    float in[18];
    struct error err = {""};
    const char *path = harness_scratch("image", "P6 # a comment\n3 2\n255\nabcdefghijklmnopqr");
    ck_assert_msg(image_read(in, s, path, &err), "%s", err.text);
    ck_assert_float_eq(in[0], (float)'a' / 255);
    ck_assert_float_eq(in[1], (float)'d' / 255);
    ck_assert_float_eq(in[6], (float)'b' / 255);
    ck_assert_float_eq(in[17], (float)'r' / 255);
    harness_forget(path);
    for (int i = 0; i < 4; i++) {
        path = harness_scratch("image", wrong[i].text);
        ck_assert(!image_read(in, s, path, &err));
        ck_assert_msg(strstr(err.text, wrong[i].part), "`%s` lacks `%s`", err.text, wrong[i].part);
        harness_forget(path);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("runtime");
    TCase *c = tcase_create("runtime");
    tcase_add_loop_test(c, random_selections_are_right_and_take_the_bytes_planned, 0,
                        (int)(sizeof worlds / sizeof worlds[0]));
    tcase_add_test(c, allocations_are_seen);
    tcase_add_test(c, fragmentation_is_rare);
    tcase_add_loop_test(c, the_arena_of_the_fastest_and_the_leanest_selection_is_as_small_as_can_be, 0,
                        network_builtin_count());
    tcase_add_loop_test(c, the_arena_of_every_built_in_network_is_as_small_as_possible, 0, network_builtin_count());
    tcase_add_loop_test(c, seeded_weights_neither_vanish_nor_explode, 0, 2);
    tcase_add_test(c, weights_come_back_from_a_file_and_a_truncated_one_is_refused);
    tcase_add_test(c, weights_are_handed_over_from_plan_to_plan);
    tcase_add_test(c, a_plan_with_a_gap_or_for_another_network_is_refused);
    tcase_add_test(c, images_are_read_and_wrong_ones_refused);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
