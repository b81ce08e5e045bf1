/* taso import --weights: the numbers of the model, in the order and with the folding that run and emit expect. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/onnx_file.h"

static struct harness_output o;

/* Imports a model; the floats of its weights file, `count` of them. The caller frees. */
static float *imported(const char *statements, size_t count) {
    char model[128], net[128], weights[128], line[512];
    snprintf(model, sizeof model, "%s", harness_scratch("weights.onnx", ""));
    snprintf(net, sizeof net, "%s", harness_scratch("weights.net", ""));
    snprintf(weights, sizeof weights, "%s", harness_scratch("weights.f32", ""));
    onnx_file(model, 11, statements);
    snprintf(line, sizeof line, "import %s -o %s --weights %s --quiet", model, net, weights);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    float *all = malloc((count + 1) * sizeof *all);
    FILE *in = fopen(weights, "rb");
    ck_assert(in && all && fread(all, sizeof *all, count + 1, in) == count);
    fclose(in);
    harness_forget(model);
    harness_forget(net);
    harness_forget(weights);
    return all;
}

static const char *const stored[] = {"f", "g", "h"};

START_TEST(weights_are_read_however_they_are_stored) {
    char statements[256];
    snprintf(statements, sizeof statements,
             "in x 1 2 5 5; %s w 3 2 3 3; %s b 3; Conv x,w,b y; %s v 4 27; Gemm y,v z transB=1", stored[_i], stored[_i],
             stored[_i]);
    float *all = imported(statements, 54 + 3 + 108);
    for (int i = 0; i < 54; i++) ck_assert_float_eq(all[i], onnx_element(i));
    for (int i = 0; i < 3; i++) ck_assert_float_eq(all[54 + i], onnx_element(i));
    for (int i = 0; i < 108; i++) ck_assert_float_eq(all[57 + i], onnx_element(i));
    free(all);
}
END_TEST

START_TEST(a_product_from_the_left_is_turned) {
    float *all = imported("in x 1 2 2 2; Flatten x y; f w 8 3; MatMul y,w z", 24);
    for (int m = 0; m < 3; m++)
        for (int k = 0; k < 8; k++) ck_assert_float_eq(all[m * 8 + k], onnx_element(k * 3 + m));
    free(all);
}
END_TEST

START_TEST(batch_norm_is_folded) {
    float *all = imported("in x 1 2 4 4; f w 3 2 1 1; f g 3; f s 3; f m 3; f v 3; Conv x,w y;"
                          "BatchNormalization y,g,s,m,v z epsilon:0.25; Relu z r",
                          6 + 3);
    for (int m = 0; m < 3; m++) {
        const double e = (double)onnx_element(m), factor = e / sqrt(e + 0.25);
        for (int c = 0; c < 2; c++)
            ck_assert_double_eq_tol((double)all[m * 2 + c], (double)onnx_element(m * 2 + c) * factor, 1e-6);
        ck_assert_double_eq_tol((double)all[6 + m], e - e * factor, 1e-6);
    }
    free(all);
}
END_TEST

static const struct {
    const char *model, *error;
} refusals[] = {
    {"in x 1 2 4 4; w w 3 2 1 1; Conv x,w y", "node `y` (Conv): input 1 holds more or fewer than its 6 elements"},
    {"in x 1 2 4 4; n d 3 2 1 1; ConstantOfShape d w; Conv x,w y",
     "node `y` (Conv): input 1 was computed, not stored: its weights are not in the file"},
    {"in x 1 2 4 4; f w 3 2 1 1; f b 4; Conv x,w,b y", "node `y` (Conv): input 2 has 4 elements (expected 3)"},
};

START_TEST(weights_that_are_not_there_are_an_error_and_nothing_is_written) {
    char model[128], line[512];
    const char *folder = harness_folder();
    snprintf(model, sizeof model, "%s", harness_scratch("refused.onnx", ""));
    onnx_file(model, 11, refusals[_i].model);
    snprintf(line, sizeof line, "import %s -o %s/n.net --weights %s/w.f32", model, folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, refusals[_i].error), "%s", o.err);
    snprintf(line, sizeof line, "ls %s", folder);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "");
    harness_remove_folder(folder);
    harness_forget(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("import_weights");
    TCase *weights = tcase_create("weights");
    tcase_add_loop_test(weights, weights_are_read_however_they_are_stored, 0, sizeof stored / sizeof stored[0]);
    tcase_add_test(weights, a_product_from_the_left_is_turned);
    tcase_add_test(weights, batch_norm_is_folded);
    tcase_add_loop_test(weights, weights_that_are_not_there_are_an_error_and_nothing_is_written, 0,
                        sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, weights);
    return harness_run(suite);
}
