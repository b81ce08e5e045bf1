/* The fifteen networks against published facts, and the reader against every mistake of a .net file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/sketch.h"
#include "formulation/network.h"
#include "solver/base/text.h"
#include "tests/support/facts.h"
#include "tests/support/harness.h"
#include "tests/support/net_models.h"

static const struct {
    const char *name, *facts; /* facts: a file of the shared data, or NULL */
    int convolutions, layers; /* layers: of the folded network */
    int64_t macs, parameters;
} expected[] = {
    {"alexnet", "bvlc_alexnet", 5, 15, 665784864, 60965224},
    {"alexnet-owt", NULL, 5, 13, 655566528, 61100840},
    {"vgg11", "vgg11", 8, 18, 7485456384, 132863336},
    {"vgg13", "vgg13", 10, 20, 11184832512, 133047848},
    {"vgg16", "vgg16_soeaver", 13, 23, 15346630656, 138357544},
    {"vgg16c", NULL, 13, 23, 11647254528, 133638952},
    {"vgg19", "vgg19_soeaver", 16, 26, 19508428800, 143667240},
    {"googlenet", "bvlc_googlenet", 57, 85, 1581647872, 6998552},
    {"resnet18", "resnet18_std", 20, 33, 1813561344, 11689512},
    {"resnet34", "resnet34_std", 36, 57, 3663249408, 21797672},
    {"resnet50", "resnet50", 53, 74, 3855925248, 25557032},
    {"resnet101", "resnet101", 104, 142, 7568146432, 44549160},
    {"resnet152", "resnet152", 155, 210, 11280367616, 60192808},
    {"squeezenet1.0", "squeezenet_v1.0", 26, 40, 861339936, 1248424},
    {"squeezenet1.1", "squeezenet_v1.1", 26, 40, 387747520, 1235496},
};
#define EXPECTED ((int)(sizeof expected / sizeof expected[0]))

static struct network *network_must_open(const char *name) {
    struct error err = {""};
    struct network *n = network_open(name, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    return n;
}

START_TEST(networks_come_in_the_order_of_the_interface) {
    ck_assert_int_eq(network_builtin_count(), EXPECTED);
    ck_assert_str_eq(network_builtin_name(_i), expected[_i].name);
}
END_TEST

START_TEST(totals_equal_the_published_ones) {
    struct network *n = network_must_open(expected[_i].name), *f = network_fold(n);
    struct network_facts facts = network_facts(n), folded = network_facts(f);
    ck_assert_int_eq(facts.convolutions, expected[_i].convolutions);
    ck_assert_int_eq(facts.macs, expected[_i].macs);
    ck_assert_int_eq(facts.parameters, expected[_i].parameters);
    ck_assert_int_eq(folded.convolutions, facts.convolutions);
    ck_assert_int_eq(folded.macs, facts.macs);
    ck_assert_int_eq(folded.parameters, facts.parameters);
    ck_assert_int_eq(f->layers, expected[_i].layers);
    ck_assert_str_eq(n->source, "built-in");
    network_free(n);
    network_free(f);
}
END_TEST

START_TEST(convolutions_equal_the_facts_number_by_number) {
    if (!expected[_i].facts) return;
    struct network *n = network_must_open(expected[_i].name);
    const int checked = facts_compare(n, expected[_i].facts);
    ck_assert(checked < 0 || checked == expected[_i].convolutions);
    network_free(n);
}
END_TEST

START_TEST(folding_leaves_only_what_is_executed) {
    struct network *n = network_must_open(expected[_i].name), *f = network_fold(n);
    for (int v = 0; v < f->layers; v++) {
        const struct layer *l = &f->layer[v];
        ck_assert(l->kind == LAYER_CONV || l->kind == LAYER_OPERATOR);
        for (int i = 0; i < l->inputs; i++) ck_assert_int_lt(l->input[i], v);
        if (l->kind == LAYER_OPERATOR) ck_assert(l->shape_of.kind != OPERATOR_RELU);
        if (l->kind == LAYER_CONV) ck_assert(l->activation.kind == ACTIVATION_RELU || l->batchnorm);
    }
    ck_assert_int_eq(f->layer[f->layers - 1].out.C, 1000);
    ck_assert_int_eq(f->layer[f->layers - 1].out.H, 1);
    network_free(n);
    network_free(f);
}
END_TEST

START_TEST(layers_may_be_in_any_order) {
    const char *path = harness_scratch("order.net", "# backwards\n"
                                                    "prob softmax fc\n"
                                                    "fc fc drop m=10 bias=0\n"
                                                    "drop\tdropout  r1  # gone when folded\n"
                                                    "r1 relu b1\n"
                                                    "b1 batchnorm c1\n"
                                                    "c1 conv in m=4 kh=3 kw=1 s=2 p=1\n"
                                                    "in input - c=2 h=9 w=7\n");
    struct error err = {""};
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    ck_assert_str_eq(n->layer[0].name, "in");
    ck_assert_str_eq(n->layer[6].name, "prob");
    ck_assert_int_eq(n->layer[1].line, 7);
    ck_assert_int_eq(n->layer[1].out.H, 5);
    ck_assert_int_eq(n->layer[1].out.W, 5);
    struct network *f = network_fold(n);
    ck_assert_int_eq(f->layers, 4);
    ck_assert(f->layer[1].activation.kind == ACTIVATION_RELU && f->layer[1].batchnorm && f->layer[1].bias);
    ck_assert(!f->layer[2].bias);
    ck_assert_int_eq(network_facts(f).parameters, 4 * 2 * 3 + 4 + 8 + 10 * 4 * 25);
    network_free(n);
    network_free(f);
    harness_forget(path);
}
END_TEST

/* After a ReLU, and after a convolution that something else reads, too. */
START_TEST(a_batch_norm_by_itself_is_a_scale) {
    const char *path = harness_scratch("scale.net", "in input - c=8 h=4 w=4\n"
                                                    "r relu in\n"
                                                    "b batchnorm r\n"
                                                    "a relu b\n"
                                                    "c conv a m=8 k=1\n"
                                                    "n batchnorm c\n"
                                                    "sum add n,c\n");
    struct error err = {""};
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    struct network *f = network_fold(n);
    ck_assert_int_eq(f->layers, 6); /* in r b(+a) c n sum */
    ck_assert_int_eq(f->layer[2].shape_of.kind, OPERATOR_SCALE);
    ck_assert(f->layer[2].bias && f->layer[2].activation.kind == ACTIVATION_RELU);
    ck_assert_int_eq(f->layer[2].shape_of.activation.kind, ACTIVATION_RELU);
    ck_assert(!f->layer[3].batchnorm && f->layer[4].shape_of.kind == OPERATOR_SCALE);
    ck_assert_int_eq(network_facts(f).parameters, 16 + 64 + 8 + 16);
    ck_assert_int_eq(network_facts(n).parameters, 16 + 64 + 8 + 16);
    network_free(n);
    network_free(f);
    harness_forget(path);
}
END_TEST

START_TEST(nothing_is_folded_into_a_layer_that_is_read_twice) {
    const char *path = harness_scratch("twice.net", "in input - c=2 h=4 w=4\n"
                                                    "c1 conv in m=2 k=1\n"
                                                    "r1 relu c1\n"
                                                    "d1 dropout c1\n"
                                                    "r2 relu d1\n"
                                                    "sum add r1,r2\n"
                                                    "r3 relu sum\n"
                                                    "r4 relu r3\n"
                                                    "r5 relu r4\n"
                                                    "two add r5,r4\n");
    struct error err = {""};
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    struct network *f = network_fold(n);
    ck_assert_int_eq(f->layers, 7); /* in c1 r1 r2 sum(+r3, r4) r5 two */
    ck_assert_int_eq(f->layer[1].activation.kind, ACTIVATION_NONE);
    ck_assert_int_eq(f->layer[4].activation.kind, ACTIVATION_RELU);
    ck_assert(activation_equal(f->layer[4].shape_of.activation, f->layer[4].activation));
    ck_assert_str_eq(f->layer[5].name, "r5");
    ck_assert_int_eq(f->layer[3].input[0], 1);
    network_free(n);
    network_free(f);
    harness_forget(path);
}
END_TEST

#define IN "in input - c=8 h=9 w=9\n"
static const struct {
    const char *first, *second;
    const char *folded; /* into the convolution */
    int layers;         /* of the folded network: 2, or 3 where the second activation stays */
} twofold[] = {
    {"relu a", "relu b", "relu", 2},
    {"relu6 a", "relu6 b", "relu6", 2},
    {"clip a low=-1", "clip b low=-1 high=6", "clip(-1,6)", 2},
    {"clip a low=-1", "clip b low=-2", "clip(-1,6)", 3},
    {"relu a", "relu6 b", "relu", 3},
    {"relu6 a", "relu b", "relu6", 3},
    {"silu a", "silu b", "silu", 3},
    {"leakyrelu a slope=-0.5", "relu b", "leakyrelu(-0.5)", 3},
    {"elu a", "dropout b", "elu(1)", 2},
    {"dropout a", "tanh b", "tanh", 2},
};

START_TEST(an_activation_is_folded_into_a_layer_that_has_none) {
    char text[256], folded[ACTIVATION_TEXT];
    for (int fc = 0; fc < 2; fc++) {
        snprintf(text, sizeof text, IN "a %s in m=3%s\nb %s\nc %s\n", fc ? "fc" : "conv", fc ? "" : " k=3",
                 twofold[_i].first, twofold[_i].second);
        struct network *n = network_must_open(harness_scratch("twofold.net", text)), *f = network_fold(n);
        activation_print(folded, f->layer[1].activation);
        ck_assert_str_eq(folded, twofold[_i].folded);
        ck_assert_int_eq(f->layers, twofold[_i].layers);
        ck_assert(!fc || activation_equal(f->layer[1].shape_of.activation, f->layer[1].activation));
        network_free(n);
        network_free(f);
    }
}
END_TEST

static const struct {
    int size, k, s, p, ceil, out;
} pools[] = {
    {112, 3, 2, 0, 1, 56}, {112, 3, 2, 0, 0, 55}, {55, 3, 2, 0, 1, 27},   {28, 3, 1, 1, 1, 28},
    {7, 2, 2, 1, 1, 4},    {7, 2, 2, 1, 0, 4},    {4, 3, 2, 1, 1, 3},     {4, 2, 2, 1, 1, 3},
    {6, 1, 4, 0, 1, 2},    {4, 1, 2, 0, 1, 2},    {227, 3, 2, 0, 1, 113},
};

START_TEST(pools_round_up_as_caffe_does) {
    char text[256];
    snprintf(text, sizeof text, "in input - c=3 h=%d w=%d\np maxpool in k=%d s=%d p=%d ceil=%d\n", pools[_i].size,
             pools[_i].size, pools[_i].k, pools[_i].s, pools[_i].p, pools[_i].ceil);
    const char *path = harness_scratch("pool.net", text);
    struct network *n = network_must_open(path);
    ck_assert_int_eq(n->layer[1].out.H, pools[_i].out);
    ck_assert_int_eq(n->layer[1].shape_of.OW, pools[_i].out);
    network_free(n);
    harness_forget(path);
}
END_TEST

START_TEST(a_broken_file_is_reported_with_file_and_line) {
    const char *path = harness_scratch("broken.net", net_broken[_i].text);
    struct error err = {""};
    char start[600];
    if (net_broken[_i].line)
        snprintf(start, sizeof start, "%s:%d: ", path, net_broken[_i].line);
    else
        snprintf(start, sizeof start, "%s: ", path);
    struct network *n = network_open(path, &err);
    ck_assert_ptr_null(n);
    ck_assert_msg(strncmp(err.text, start, strlen(start)) == 0, "`%s` does not begin with `%s`", err.text, start);
    ck_assert_msg(strstr(err.text, net_broken[_i].part) != NULL, "`%s` lacks `%s`", err.text, net_broken[_i].part);
    harness_forget(path);
}
END_TEST

START_TEST(a_byte_order_mark_of_utf_8_is_skipped) {
    struct network *n = network_must_open(harness_scratch("mark.net", "\xef\xbb\xbf" IN "a relu in\n"));
    ck_assert_int_eq(n->layers, 2);
    network_free(n);
}
END_TEST

START_TEST(unknown_networks_and_missing_files_are_reported) {
    struct error err = {""};
    ck_assert_ptr_null(network_open("vgg17", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "unknown network `vgg17`"));
    ck_assert_ptr_nonnull(strstr(err.text, "squeezenet1.1"));
    ck_assert_ptr_null(network_open("/nowhere/x.net", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/x.net"));
}
END_TEST

/* As many layers as there may be, written from the last to the first: the reader must not recurse that deep, nor take quadratic
 * time. */
START_TEST(a_long_network_is_read_at_once) {
    const int layers = SKETCH_LAYERS - 1;
    const char *path = harness_scratch("long.net", "");
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    for (int v = layers; v > 0; v--) fprintf(out, "l%d maxpool l%d k=3 p=1\n", v, v - 1);
    fprintf(out, "l0 input - c=1 h=4 w=4\n");
    fclose(out);
    struct network *n = network_must_open(path), *f = network_fold(n);
    ck_assert_int_eq(f->layers, layers + 1);
    network_free(n);
    network_free(f);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("network");
    TCase *c = tcase_create("network");
    tcase_add_loop_test(c, an_activation_is_folded_into_a_layer_that_has_none, 0,
                        (int)(sizeof twofold / sizeof twofold[0]));
    tcase_add_loop_test(c, networks_come_in_the_order_of_the_interface, 0, EXPECTED);
    tcase_add_loop_test(c, totals_equal_the_published_ones, 0, EXPECTED);
    tcase_add_loop_test(c, convolutions_equal_the_facts_number_by_number, 0, EXPECTED);
    tcase_add_loop_test(c, folding_leaves_only_what_is_executed, 0, EXPECTED);
    tcase_add_test(c, layers_may_be_in_any_order);
    tcase_add_test(c, a_batch_norm_by_itself_is_a_scale);
    tcase_add_test(c, nothing_is_folded_into_a_layer_that_is_read_twice);
    tcase_add_loop_test(c, pools_round_up_as_caffe_does, 0, (int)(sizeof pools / sizeof pools[0]));
    tcase_add_loop_test(c, a_broken_file_is_reported_with_file_and_line, 0,
                        (int)(sizeof net_broken / sizeof net_broken[0]));
    tcase_add_test(c, a_byte_order_mark_of_utf_8_is_skipped);
    tcase_add_test(c, unknown_networks_and_missing_files_are_reported);
    tcase_add_test(c, a_long_network_is_read_at_once);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
