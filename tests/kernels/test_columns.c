/* The convolution by columns on every path of its loops: blocks at edges and inside, overlapping blocks and lanes, lanes
 * of several groups, groups of fewer channels than a vector, 1 x 1, kernel rows in the padding. Against sums in double
 * precision (tests/support/exact_layer.h). */
#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "tests/support/exact_layer.h"
#include "tests/support/harness.h"

static bool computed(const struct scenario *s) {
    return !scenario_check(s) && primitive_applies(primitive_find("columns-hwc"), s);
}

static struct padding invented_padding(int K) {
    if (next() % 2) return padding_all((K - 1) / 2);
    return (struct padding){between(0, K), between(0, K), between(0, K), between(0, K)};
}

/* Groups of C input and M output channels; in every other layer as many of both, such as lanes are packed with. */
static struct scenario invented_grouped(void) {
    static const int kernels[] = {3, 3, 5, 7}, channels[] = {4, 8, 4, 8, 3, 12, 17, 1};
    for (;;) {
        const int K = kernels[next() % 4], G = between(2, 9), C = channels[next() % 8];
        struct scenario s = {.C = C * G, .H = between(1, 9), .W = between(4, 33), .KH = K, .KW = K, .dilation = 1};
        s.M = G * (next() % 2 ? C : between(1, 20)), s.groups = G, s.stride = between(1, 2),
        s.pad = invented_padding(K);
        if (next() % 4 == 0) s.KH = between(1, 4);
        if (computed(&s)) return s;
    }
}

static struct scenario invented_dense(void) {
    for (;;) {
        const int K = next() % 3 ? between(2, 7) : 1;
        struct scenario s = {.C = between(1, 9), .H = between(1, 9), .W = between(4, 40), .M = between(1, 70)};
        s.KH = s.KW = K, s.dilation = s.groups = 1, s.stride = next() % 4 ? between(1, 2) : 3;
        s.pad = next() % 4 ? invented_padding(K) : padding_all(0);
        if (next() % 4 == 0) s.KH = between(1, 4);
        if (next() % 8 == 0) s.C = between(10, 40); /* lanes in several turns */
        if (computed(&s)) return s;
    }
}

static void check_isa(int isa, struct scenario (*invented)(void)) {
    static const enum activation_kind kinds[] = {ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_RELU6,
                                                 ACTIVATION_HARD_SWISH};
    if (!isa_force((enum isa)isa)) return;
    exact_seed = 30 + (unsigned)isa;
    for (int i = 0; i < 160; i++) {
        const struct scenario s = invented();
        check_layer("columns-hwc", &s, kinds[i % 4]);
    }
}

START_TEST(invented_layers_with_groups_agree_with_sums_in_double_precision) {
    check_isa(_i, invented_grouped);
}
END_TEST

START_TEST(invented_layers_without_groups_agree_with_sums_in_double_precision) {
    check_isa(_i, invented_dense);
}
END_TEST

/* More weights than stay in the second-level cache: lanes in several turns, of one image each. */
START_TEST(many_groups_are_gone_through_in_turns) {
    const struct scenario s = {.C = 32 * 24,
                               .H = 3,
                               .W = 8,
                               .M = 24 * 24,
                               .KH = 3,
                               .KW = 3,
                               .stride = 1,
                               .dilation = 1,
                               .groups = 24,
                               .pad = {1, 1, 1, 1}};
    check_layer("columns-hwc", &s, ACTIVATION_RELU);
}
END_TEST

/* Two, three and four lanes a group; rows with pixels between the edges, with edges only, where an edge is wider than a
 * block, and of one block. */
static const char *const sharing[] = {
    "48,5,14,48,3,1,1,3", "48,5,28,48,3,2,1,3",  "48,4,8,48,3,1,1,3",    "72,4,28,72,3,1,1,3", "96,4,15,96,3,1,1,3",
    "32,7,20,64,5,2,2,4", "32,12,16,32,7,1,6,2", "96,3,33,192,3,2,1,12", "64,5,14,64,3,2,1,2", "128,3,7,128,3,1,1,2"};

START_TEST(lanes_of_a_group_share_inputs_by_twos_and_by_threes) {
    for (int isa = 0; isa < ISAS; isa++) {
        struct scenario s;
        if (!isa_force((enum isa)isa)) continue;
        ck_assert_ptr_null(scenario_parse(&s, sharing[_i]));
        ck_assert_msg(computed(&s), "%s", sharing[_i]);
        check_layer("columns-hwc", &s, _i % 2 ? ACTIVATION_RELU : ACTIVATION_NONE);
    }
}
END_TEST

/* Lanes by twos with 32 registers: an odd number of them, of several groups to a lane, of one group and the next, one and
 * a half of a group; columns
 * that conflict in the first-level cache and, one channel more a group, do not. */
static const char *const pairs[] = {"48,5,9,48,3,1,1,3",       "40,4,14,40,3,2,1,5",      "20,5,7,20,3,1,1,5",
                                    "144,4,15,144,3,1,1,3",    "1024,3,14,1024,3,2,1,32", "56,4,7,56,3,1,1,7",
                                    "1056,3,14,1056,3,2,1,32", "80,4,14,240,5,2,2,5",     "96,5,15,96,3,1,1,4",
                                    "72,4,16,72,3,2,1,3"};

START_TEST(lanes_run_by_twos_whatever_groups_they_are_of) {
    for (int isa = 0; isa < ISAS; isa++) {
        struct scenario s;
        if (!isa_force((enum isa)isa)) continue;
        ck_assert_ptr_null(scenario_parse(&s, pairs[_i]));
        ck_assert_msg(computed(&s), "%s", pairs[_i]);
        check_layer("columns-hwc", &s, _i % 2 ? ACTIVATION_RELU : ACTIVATION_NONE);
    }
}
END_TEST

/* First layers of narrow networks: blocks of every height, of channels that are half a vector (8, 4 or 2). */
START_TEST(half_a_vector_of_channels_is_stored_as_it_is) {
    static const int channels[] = {2, 4, 8, 16};
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        for (int i = 0; i < 16; i++) {
            struct scenario s = {.C = i % 2 ? 3 : 1, .H = 5, .W = _i, .M = channels[i / 2 % 4], .KH = 3, .KW = 3};
            s.groups = s.dilation = 1, s.stride = i / 8 + 1, s.pad = padding_all(1);
            check_layer("columns-hwc", &s, i % 3 ? ACTIVATION_RELU6 : ACTIVATION_HARD_SWISH);
        }
    }
}
END_TEST

/* First layers: copied rows that stay on the stack until it is full, long rows whose edges are strips by themselves, all
 * heights of blocks of 3 x 3 kernels. */
static const char *const firsts[] = {"1,40,96,16,3,1,1", "1,41,96,8,3,2,1",  "3,33,32,16,3,1,1", "3,12,24,16,3,2,1",
                                     "3,7,224,32,3,2,1", "3,7,120,64,7,2,3", "3,5,230,16,5,1,2", "1,28,28,32,5,1,2",
                                     "1,13,21,24,3,1,1", "1,9,120,48,3,2,1"};

START_TEST(copied_rows_of_first_layers_serve_the_rows_below) {
    for (int isa = 0; isa < ISAS; isa++) {
        struct scenario s;
        if (!isa_force((enum isa)isa)) continue;
        ck_assert_ptr_null(scenario_parse(&s, firsts[_i]));
        ck_assert_msg(computed(&s), "%s", firsts[_i]);
        check_layer("columns-hwc", &s, _i % 2 ? ACTIVATION_RELU6 : ACTIVATION_NONE);
    }
}
END_TEST

struct limit {
    const char *scenario;
    bool applies;
};
static const struct limit limits[] = {
    {"3,32,32,8,3,1,1", true},    {"3,32,32,8,3,1,2,1,2", false}, {"16,8,7,16,3,1,1,4", true},
    {"16,8,6,16,3,1,1,4", false}, {"16,14,14,16,3,3,1,4", false}, {"16,14,14,16,4,1,1,4", false},
    {"192,8,8,24,1,1,0", true},   {"193,8,8,24,1,1,0", false},    {"8,8,3,24,1,1,0", false},
    {"8,8,8,24,1,2,0", true},     {"8,8,8,24,1,1,1", false},      {"128,8,8,24,3,1,1", false},
};

START_TEST(layers_that_others_do_better_are_left_to_them) {
    struct scenario s;
    ck_assert_ptr_null(scenario_parse(&s, limits[_i].scenario));
    ck_assert_msg(computed(&s) == limits[_i].applies, "%s: (expected %d)", limits[_i].scenario, limits[_i].applies);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("columns");
    TCase *tc = tcase_create("columns");
    tcase_add_loop_test(tc, invented_layers_with_groups_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_loop_test(tc, invented_layers_without_groups_agree_with_sums_in_double_precision, 0, ISAS);
    tcase_add_test(tc, many_groups_are_gone_through_in_turns);
    tcase_add_loop_test(tc, lanes_of_a_group_share_inputs_by_twos_and_by_threes, 0, sizeof sharing / sizeof sharing[0]);
    tcase_add_loop_test(tc, lanes_run_by_twos_whatever_groups_they_are_of, 0, sizeof pairs / sizeof pairs[0]);
    tcase_add_loop_test(tc, half_a_vector_of_channels_is_stored_as_it_is, 7, 27);
    tcase_add_loop_test(tc, copied_rows_of_first_layers_serve_the_rows_below, 0, sizeof firsts / sizeof firsts[0]);
    tcase_add_loop_test(tc, layers_that_others_do_better_are_left_to_them, 0, sizeof limits / sizeof limits[0]);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
