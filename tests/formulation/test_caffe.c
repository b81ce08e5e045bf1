/* Caffe's networks: published files against facts and built-in networks, every spelling, every refusal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/caffe_models.h"
#include "tests/support/facts.h"
#include "tests/support/harness.h"

static const struct {
    const char *file, *facts;
    int convolutions;
    int64_t macs, parameters;
} published[] = {
    {"bvlc_alexnet", "bvlc_alexnet", 5, 665784864, 60965224},
    {"bvlc_googlenet", "bvlc_googlenet", 57, 1581647872, 6998552},
    {"bvlc_reference_caffenet", NULL, 5, 665784864, 60965224},
    {"cifar10_full", NULL, 3, 12288000, 89578},
    {"lenet", NULL, 2, 1888000, 431080},
    {"resnet50", "resnet50", 53, 3855925248, 25557032 + 64}, /* its first convolution has a bias */
    {"resnet101", "resnet101", 104, 7568146432, 44549160},
    {"resnet152", "resnet152", 155, 11280367616, 60192808},
    {"squeezenet_v1.0", "squeezenet_v1.0", 26, 861339936, 1248424},
    {"squeezenet_v1.1", "squeezenet_v1.1", 26, 387747520, 1235496},
    {"vgg13", "vgg13", 10, 11184832512, 133047848},
    {"vgg16_soeaver", "vgg16_soeaver", 13, 15346630656, 138357544},
    {"vgg19_soeaver", "vgg19_soeaver", 16, 19508428800, 143667240},
};

START_TEST(published_files_have_the_published_convolutions) {
    char relative[128];
    snprintf(relative, sizeof relative, "models/prototxt/%s.prototxt", published[_i].file);
    const char *path = harness_data(relative);
    if (!path) return;
    struct error err = {""};
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    const struct network_facts facts = network_facts(n);
    ck_assert_str_eq(n->name, published[_i].file);
    ck_assert_int_eq(facts.convolutions, published[_i].convolutions);
    ck_assert_int_eq(facts.macs, published[_i].macs);
    ck_assert_int_eq(facts.parameters, published[_i].parameters);
    if (published[_i].facts) ck_assert_int_eq(facts_compare(n, published[_i].facts), published[_i].convolutions);
    network_free(n);
}
END_TEST

/* --- spellings: what is sketched ---------------------------------------------------------------------------------- */

START_TEST(every_spelling_means_the_same_layer) {
    const char *path = harness_scratch("spelt.prototxt", caffe_spellings[_i].text);
    struct error err = {""};
    struct sketch s;
    char lines[1024] = "";
    sketch_init(&s);
    ck_assert_msg(import_find(path)->read(&s, path, &err), "%s", err.text);
    for (int i = 0; i < s.layers; i++) sprintf(lines + strlen(lines), "%s|", s.layer[i].text);
    ck_assert_str_eq(lines, caffe_spellings[_i].lines);
    sketch_free(&s);
    harness_forget(path);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------------------------------ */

START_TEST(what_cannot_be_expressed_is_refused_by_name) {
    const char *path = harness_scratch("refused.prototxt", caffe_refusals[_i].text);
    struct error err = {""};
    char expected[1024];
    ck_assert_ptr_null(network_open(path, &err));
    snprintf(expected, sizeof expected, "%s%s", path, caffe_refusals[_i].error);
    ck_assert_str_eq(err.text, expected);
    harness_forget(path);
}
END_TEST

/* What each type reads, as Caffe has it (a network of ours reads at most 8). */
static const struct {
    const char *type;
    int least, most;
} reads[] = {{"Input", 0, 0},
             {"Data", 0, 0},
             {"ImageData", 0, 0},
             {"HDF5Data", 0, 0},
             {"MemoryData", 0, 0},
             {"WindowData", 0, 0},
             {"Convolution", 1, 1},
             {"ConvolutionDepthwise", 1, 1},
             {"DepthwiseConvolution", 1, 1},
             {"Deconvolution", 1, 1},
             {"InnerProduct", 1, 1},
             {"Pooling", 1, 1},
             {"LRN", 1, 1},
             {"BatchNorm", 1, 1},
             {"Scale", 1, 2},
             {"ShuffleChannel", 1, 1},
             {"ReLU", 1, 1},
             {"PReLU", 1, 1},
             {"ReLU6", 1, 1},
             {"Clip", 1, 1},
             {"ELU", 1, 1},
             {"Sigmoid", 1, 1},
             {"TanH", 1, 1},
             {"Swish", 1, 1},
             {"Dropout", 1, 1},
             {"Softmax", 1, 1},
             {"SoftmaxWithLoss", 1, 2},
             {"Slice", 1, 1},
             {"Concat", 1, 8},
             {"Eltwise", 2, 8},
             {"Split", 1, 1},
             {"Flatten", 1, 1},
             {"Accuracy", 1, 2},
             {"Silence", 0, 8},
             {"EuclideanLoss", 1, 3},
             {"SigmoidCrossEntropyLoss", 1, 2}};

static void refused_with(int bottoms, const char *type, const char *range) {
    char text[1024] =
        "name: 'n' input: 'x' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\nlayer { name: 'l' type: '";
    char expected[1024];
    struct error err = {""};
    sprintf(text + strlen(text), "%s' top: 'y'", type);
    for (int i = 0; i < bottoms; i++) strcat(text, " bottom: 'x'");
    strcat(text, " }\n");
    const char *path = harness_scratch("reads.prototxt", text);
    ck_assert_ptr_null(network_open(path, &err));
    snprintf(expected, sizeof expected, "%s:2: layer `l`: it reads %d blob%s (expected %s for type %s)", path, bottoms,
             bottoms == 1 ? "" : "s", range, type);
    ck_assert_str_eq(err.text, expected);
    harness_forget(path);
}

START_TEST(one_blob_too_few_or_too_many_is_refused) {
    char range[32];
    snprintf(range, sizeof range, reads[_i].least < reads[_i].most ? "%d to %d" : "%d", reads[_i].least,
             reads[_i].most);
    if (reads[_i].least > 0) refused_with(reads[_i].least - 1, reads[_i].type, range);
    if (reads[_i].most < 8) refused_with(reads[_i].most + 1, reads[_i].type, range);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("caffe");
    TCase *files = tcase_create("files");
    tcase_add_loop_test(files, published_files_have_the_published_convolutions, 0,
                        sizeof published / sizeof published[0]);
    tcase_add_loop_test(files, every_spelling_means_the_same_layer, 0,
                        sizeof caffe_spellings / sizeof caffe_spellings[0]);
    tcase_add_loop_test(files, what_cannot_be_expressed_is_refused_by_name, 0,
                        sizeof caffe_refusals / sizeof caffe_refusals[0]);
    tcase_add_loop_test(files, one_blob_too_few_or_too_many_is_refused, 0, sizeof reads / sizeof reads[0]);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}
