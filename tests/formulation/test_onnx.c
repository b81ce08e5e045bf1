/* ONNX models: published files against facts, every node, shape arithmetic, every refusal, damaged files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/facts.h"
#include "tests/support/harness.h"
#include "tests/support/onnx_file.h"
#include "tests/support/onnx_models.h"

static const struct {
    const char *file, *facts; /* facts: of the same convolutions, if other files have them too */
    int convolutions;
    int64_t macs, parameters; /* parameters: of the file, where batch norm may be folded already */
} published[] = {
    {"light_bvlc_alexnet", NULL, 5, 595938432, 60965224},
    {"light_inception_v1", NULL, 57, 1430532352, 6998552},
    {"light_resnet50", NULL, 53, 4087136256, 25557032},
    {"light_squeezenet", NULL, 26, 349151936, 1235496},
    {"light_vgg19", "vgg19_soeaver", 16, 19508428800, 143667240},
    {"tv_googlenet", NULL, 57, 1497352192, 6617624},
    {"tv_resnet18", "resnet18_std", 20, 1813561344, 11684712},
    {"tv_resnet34", "resnet34_std", 36, 3663249408, 21789160},
    {"tv_resnet50", NULL, 53, 4087136256, 25530472},
    {"tv_squeezenet1_1", NULL, 26, 349151936, 1235496},
    {"tv_vgg11", "vgg11", 8, 7485456384, 132863336},
    {"tv_vgg16", "vgg16_soeaver", 13, 15346630656, 138357544},
};

START_TEST(published_files_have_the_published_convolutions) {
    char relative[128];
    snprintf(relative, sizeof relative, "models/onnx/%s.onnx", published[_i].file);
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
    network_free(n);
}
END_TEST

/* --- nodes --------------------------------------------------------------------------------------------------------- */

static void sketched(const char *path, const char *lines) {
    struct error err = {""};
    struct sketch s;
    char have[1024] = "";
    sketch_init(&s);
    ck_assert_msg(import_find(path)->read(&s, path, &err), "%s", err.text);
    for (int i = 0; i < s.layers; i++) sprintf(have + strlen(have), "%s|", s.layer[i].text);
    ck_assert_str_eq(have, lines);
    sketch_free(&s);
}

/* Those with graphs of their own are still refused, and so are mistakes. */
START_TEST(unknown_operators_are_carried_on_demand) {
    const char *path = harness_scratch("opaque.onnx", "");
    struct error err = {""};
    for (int demand = 0; demand < 2; demand++) {
        struct sketch s;
        sketch_init(&s);
        s.opaque = demand;
        onnx_file(path, 9, ONNX_IN "Erf x y; Relu y z; Mish z,x w; out w");
        ck_assert_int_eq(import_find(path)->read(&s, path, &err), demand);
        if (demand) ck_assert_str_eq(s.layer[1].text, "y(Erf) opaque x");
        if (demand) ck_assert_str_eq(s.layer[3].text, "w(Mish) opaque z");
        sketch_free(&s);
        sketch_init(&s);
        s.opaque = demand;
        onnx_file(path, 9, ONNX_IN "Loop x y; Erf y z");
        ck_assert(!import_find(path)->read(&s, path, &err));
        ck_assert(strstr(err.text, "Loop (`y`)") && (strstr(err.text, "Erf") == NULL) == (demand == 1));
        sketch_free(&s);
    }
    harness_forget(path);
}
END_TEST

START_TEST(every_node_becomes_a_layer) {
    const char *path = harness_scratch("node.onnx", "");
    onnx_file(path, onnx_nodes[_i].opset, onnx_nodes[_i].model);
    sketched(path, onnx_nodes[_i].lines);
    harness_forget(path);
}
END_TEST

START_TEST(an_image_is_flattened_in_many_ways) {
    const char *path = harness_scratch("flat.onnx", "");
    char model[512];
    snprintf(model, sizeof model, "%s %s; w weights 5 240; Gemm f,weights y transB=1", ONNX_IN,
             onnx_flattenings[_i].model);
    onnx_file(path, onnx_flattenings[_i].opset, model);
    sketched(path, ONNX_INN "y fc x m=5 bias=0|");
    harness_forget(path);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------------------------------ */

static void refused(const char *path, const char *message) {
    struct error err = {""};
    char expected[1024];
    ck_assert_ptr_null(network_open(path, &err));
    snprintf(expected, sizeof expected, "%s%s", path, message);
    ck_assert_str_eq(err.text, expected);
}

START_TEST(what_cannot_be_expressed_is_refused_by_name) {
    const char *path = harness_scratch("refused.onnx", "");
    onnx_file(path, onnx_refusals[_i].opset, onnx_refusals[_i].model);
    refused(path, onnx_refusals[_i].error);
    harness_forget(path);
}
END_TEST

/* A message that ends early is never taken for a smaller one. */
START_TEST(a_file_cut_anywhere_is_refused) {
    const char *path = harness_scratch("whole.onnx", "");
    char bytes[1024], cut[256];
    onnx_file(path, 9, ONNX_IN "w w 4 3 3 3; Conv x,w y; Relu y z");
    FILE *in = fopen(path, "rb");
    const size_t length = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    snprintf(cut, sizeof cut, "%s", harness_scratch("cut.onnx", ""));
    ck_assert(length > 60 && length < sizeof bytes);
    for (size_t at = 0; at < length; at++) {
        struct error err = {""};
        FILE *out = fopen(cut, "wb");
        ck_assert_uint_eq(fwrite(bytes, 1, at, out), at);
        fclose(out);
        ck_assert_msg(network_open(cut, &err) == NULL, "cut after %zu bytes", at);
        ck_assert_str_ne(err.text, "");
    }
    harness_forget(cut);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("onnx");
    TCase *files = tcase_create("files");
    tcase_add_loop_test(files, published_files_have_the_published_convolutions, 0,
                        sizeof published / sizeof published[0]);
    tcase_add_test(files, unknown_operators_are_carried_on_demand);
    tcase_add_loop_test(files, every_node_becomes_a_layer, 0, sizeof onnx_nodes / sizeof onnx_nodes[0]);
    tcase_add_loop_test(files, an_image_is_flattened_in_many_ways, 0,
                        sizeof onnx_flattenings / sizeof onnx_flattenings[0]);
    tcase_add_loop_test(files, what_cannot_be_expressed_is_refused_by_name, 0,
                        sizeof onnx_refusals / sizeof onnx_refusals[0]);
    tcase_add_test(files, a_file_cut_anywhere_is_refused);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}
