/* The least RAM of built-in networks against the least memory that labels find, and how long large networks take. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "formulation/floors.h"
#include "formulation/labels/labels.h"
#include "solver/base/clock.h"
#include "tests/support/sketches.h"
#include "tests/support/world.h"

START_TEST(floors_of_built_in_networks_are_ordered_and_found_at_once) {
    struct network *n = sketches_folded(network_builtin_name(_i));
    int64_t bytes[FLOORS_FORMS], start = clock_thread_ns();
    for (int form = 0; form < FLOORS_FORMS; form++) {
        struct floors f;
        floors_find(&f, n, (enum floors_form)form, 4, NULL);
        bytes[form] = f.bytes;
        floors_free(&f);
    }
    const double ms = (double)(clock_thread_ns() - start) / 1e6;
    printf("%s: %lld, %lld, %lld, %lld in %.1f ms\n", network_builtin_name(_i), (long long)bytes[0],
           (long long)bytes[1], (long long)bytes[2], (long long)bytes[3], ms);
    ck_assert_int_le(bytes[FLOORS_IMAGE_BY_ROWS], bytes[FLOORS_STREAMED]);
    ck_assert_int_le(bytes[FLOORS_STREAMED], bytes[FLOORS_IN_PLACE]);
    ck_assert_int_le(bytes[FLOORS_IN_PLACE], bytes[FLOORS_WHOLE]);
    network_free(n);
}
END_TEST

static int64_t labels_least(struct world *w, enum streaming streaming, bool stream_input) {
    struct error err = {""};
    struct request q = {.model = MEMORY_PEAK,
                        .budget_bytes = METHOD_NO_BUDGET,
                        .time_limit_s = 1e20,
                        .streaming = streaming,
                        .stream_input = stream_input,
                        .threads = 1};
    struct frontier f;
    ck_assert_msg(labels_frontier(&f, w->g, &q, 0, &err), "%s", err.text);
    ck_assert(f.complete && f.points > 0);
    const int64_t least = f.point[0].memory_bytes;
    frontier_free(&f);
    return least;
}

/* Every layer has a kernel without workspace in HWC, whole and by rows. */
START_TEST(labels_reach_the_floors_of_built_in_networks) {
    static const char *const names[] = {"alexnet", "squeezenet1.1", "resnet18", "vgg16", "googlenet", "resnet50"};
    static const int64_t by_rows_at_most[] = {370000, 305000, 603000, 1511000, 1028000, 1584000};
    struct world w = world_new(names[_i]);
    struct floors whole, streamed, by_rows;
    floors_find(&whole, w.net, FLOORS_IN_PLACE, 4, NULL);
    floors_find(&streamed, w.net, FLOORS_STREAMED, 4, NULL);
    floors_find(&by_rows, w.net, FLOORS_IMAGE_BY_ROWS, 4, NULL);
    ck_assert_int_eq(labels_least(&w, STREAMING_OFF, false), whole.bytes);
    world_stream(&w);
    ck_assert_int_eq(labels_least(&w, STREAMING_ON, false), streamed.bytes);
    ck_assert_int_eq(labels_least(&w, STREAMING_ON, true), by_rows.bytes);
    ck_assert_int_le(by_rows.bytes, by_rows_at_most[_i]);
    floors_free(&by_rows);
    floors_free(&whole);
    floors_free(&streamed);
    world_free(&w);
}
END_TEST

/* Channels that come again and again; that grow; and one wide tensor, which segments from far away may try to pass. */
static int chain_channels(int kind, int v, int layers) {
    return kind == 0 ? 8 + v % 16 : kind == 1 ? 16 + 20 * v / layers : v == layers / 2 ? 64 : 16;
}

/* CPU seconds to find the floor of a chain: the least of three times. */
static double seconds_of_chain(int kind, int layers) {
    char *text = memory_new(100000, 1);
    size_t used = (size_t)sprintf(text, "a0 input - c=16 h=32 w=32\n");
    for (int v = 1; v <= layers; v++)
        used += (size_t)sprintf(text + used, "a%d conv a%d m=%d k=3 p=1\n", v, v - 1, chain_channels(kind, v, layers));
    struct network *n = sketches_parse(text);
    double least = INFINITY;
    for (int turn = 0; turn < 3; turn++) {
        struct floors f;
        const int64_t start = clock_thread_ns();
        floors_find(&f, n, FLOORS_STREAMED, 4, NULL);
        least = fmin(least, (double)(clock_thread_ns() - start) * 1e-9);
        floors_free(&f);
    }
    network_free(n);
    free(text);
    return least;
}

/* Four times the layers take six to fifteen times as long: 64 times if segments could be anywhere. A ratio, for machines
 * differ and may be busy. */
START_TEST(seconds_of_a_chain_grow_at_most_with_the_square_of_its_layers) {
    const double small = seconds_of_chain(_i, 500), large = seconds_of_chain(_i, 2000);
    printf("chains of 500 and 2000: %.3f and %.3f s\n", small, large);
    ck_assert_msg(large < 32 * small, "%g and %g s", small, large);
}
END_TEST

/* What was found by then is needed at most: never less than the floor. */
START_TEST(an_interrupt_leaves_an_upper_bound) {
    struct network *n = sketches_folded("resnet18");
    const atomic_int stop = 1;
    struct floors least, most;
    ck_assert(floors_find(&least, n, FLOORS_STREAMED, 4, NULL));
    ck_assert(!floors_find(&most, n, FLOORS_STREAMED, 4, &stop));
    ck_assert_int_gt(most.bytes, least.bytes);
    floors_free(&least);
    floors_free(&most);
    network_free(n);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("floors_networks");
    TCase *c = tcase_create("floors_networks");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, floors_of_built_in_networks_are_ordered_and_found_at_once, 0, network_builtin_count());
    tcase_add_loop_test(c, labels_reach_the_floors_of_built_in_networks, 0, 6);
    tcase_add_loop_test(c, seconds_of_a_chain_grow_at_most_with_the_square_of_its_layers, 0, 3);
    tcase_add_test(c, an_interrupt_leaves_an_upper_bound);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
