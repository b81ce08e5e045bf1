/* The built-in networks of today against published facts, and the sets that built-in networks come in. */
#include <stdlib.h>
#include <string.h>

#include "formulation/network.h"
#include "tests/support/harness.h"

/* Multiply-adds as published: rounded, with a margin of half their last digit; those of products are in it, or `rest` is
 * 0. Parameters: the exact number, where Keras counts two more for each channel of batch norm (its running mean and
 * variance) and darknet stores them. */
static const struct {
    const char *name;
    int convolutions;
    int64_t macs, published, margin, rest, parameters, stored; /* stored: with means and variances */
} expected[] = {
    /* torchvision's documentation: parameters, and GFLOPS, which are multiply-adds */
    {"densenet121", 120, 2833137664, 2830000000, 5000000, 1024000, 7978856, 0},
    {"ds-cnn", 9, 2656000, 2700000, 50000, 768, 23756, 24908},
    {"efficientnet-lite0", 49, 383907552, 0, 0, 0, 4652008, 0}, /* timm's parameters */
    {"inception3", 94, 5711168096, 5710000000, 5000000, 2048000, 23834568, 0},
    {"mcunet-vww-like", 45, 11578496, 11578496, 0, 0, 432746, 0}, /* msf-CNN's, whose chain has no classifier */
    {"mobilenet1.0", 27, 567716352, 569000000, 500000, 1024000, 4231976, 0},
    {"mobilenet2-0.35", 52, 58005808, 59000000, 500000, 1280000, 1677128, 0},
    {"mobilenet2-1.0", 52, 299494272, 300000000, 1000000, 1280000, 3504872, 0},
    {"mobilenet3-small", 52, 54896576, 56000000, 1000000, 1613824, 2542856, 0},
    {"resnet8", 9, 12500992, 12500000, 50000, 640, 78186, 78666},
    {"resnext50", 53, 4228431872, 4230000000, 5000000, 2048000, 25028904, 0},
    {"shufflenet2-0.5", 56, 39452448, 41000000, 1000000, 1024000, 1366792, 0},
    {"tiny-yolo2", 9, 3485520896, 3485000000, 2500000, 0, 15861773,
     15867885}, /* 6.97 billion operations; weights file */
    {"vww-0.25", 27, 7489152, 7500000, 50000, 512, 216322, 221794},
};
#define EXPECTED ((int)(sizeof expected / sizeof expected[0]))

static struct network *opened(const char *name) {
    struct error err = {""};
    struct network *n = network_open(name, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    return n;
}

START_TEST(they_follow_the_papers_networks) {
    const int at = network_builtin_count() + _i;
    ck_assert_int_eq(network_builtin_every(), network_builtin_count() + EXPECTED);
    ck_assert_str_eq(network_builtin_name(at), expected[_i].name);
    ck_assert_str_eq(network_builtin_set(at), "today");
}
END_TEST

START_TEST(totals_equal_the_published_ones) {
    struct network *n = opened(expected[_i].name), *f = network_fold(n);
    const struct network_facts facts = network_facts(n), folded = network_facts(f);
    int64_t norms = 0;
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].kind == LAYER_BATCHNORM) norms += n->layer[v].out.C;
    ck_assert_int_eq(facts.convolutions, expected[_i].convolutions);
    ck_assert_int_eq(facts.macs, expected[_i].macs);
    ck_assert_int_eq(facts.parameters, expected[_i].parameters);
    ck_assert_int_eq(folded.macs, facts.macs);
    ck_assert_int_eq(folded.parameters, facts.parameters);
    if (expected[_i].published)
        ck_assert_int_le(llabs(facts.macs + expected[_i].rest - expected[_i].published), expected[_i].margin);
    if (expected[_i].stored) ck_assert_int_eq(facts.parameters + 2 * norms, expected[_i].stored);
    network_free(n);
    network_free(f);
}
END_TEST

START_TEST(activations_are_those_of_the_originals) {
    static const struct {
        const char *name;
        enum activation_kind kind;
        int layers; /* that have it folded in */
    } with[] = {{"mobilenet1.0", ACTIVATION_RELU6, 27},          {"mobilenet2-1.0", ACTIVATION_RELU6, 35},
                {"mobilenet3-small", ACTIVATION_HARD_SWISH, 19}, {"mobilenet3-small", ACTIVATION_HARD_SIGMOID, 9},
                {"tiny-yolo2", ACTIVATION_LEAKY_RELU, 8},        {"shufflenet2-0.5", ACTIVATION_RELU, 37}};
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
        struct network *n = opened(with[i].name), *f = network_fold(n);
        int have = 0;
        for (int v = 0; v < f->layers; v++) have += f->layer[v].activation.kind == with[i].kind;
        ck_assert_msg(have == with[i].layers, "%s: %d layers", with[i].name, have);
        network_free(n);
        network_free(f);
    }
}
END_TEST

START_TEST(words_for_several_networks_name_whole_sets) {
    const int paper = network_builtin_count(), every = network_builtin_every();
    int from, to;
    ck_assert(network_builtin_several(&from, &to, "all") && from == 0 && to == paper);
    ck_assert(network_builtin_several(&from, &to, "today") && from == paper && to == every);
    ck_assert(network_builtin_several(&from, &to, "every") && from == 0 && to == every);
    ck_assert(!network_builtin_several(&from, &to, "vgg16"));
    ck_assert(!network_builtin_several(&from, &to, ""));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("networks_today");
    TCase *c = tcase_create("networks_today");
    tcase_add_loop_test(c, they_follow_the_papers_networks, 0, EXPECTED);
    tcase_add_loop_test(c, totals_equal_the_published_ones, 0, EXPECTED);
    tcase_add_test(c, activations_are_those_of_the_originals);
    tcase_add_test(c, words_for_several_networks_name_whole_sets);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
