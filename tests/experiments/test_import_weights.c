/* taso import --weights: the numbers of the model, in the order and with the folding that run and emit expect. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/onnx_file.h"
#include "tests/support/onnx_models.h"

static struct harness_output o;

/* A model, and next to it the file that some of its weights are in. */
static const char *written(const char *model, const char *statements, int elements) {
    char path[512];
    snprintf(path, sizeof path, "%.*s" ONNX_OUTSIDE, (int)(strrchr(model, '/') + 1 - model), model);
    onnx_outside(path, elements);
    onnx_file(model, 11, statements);
    return model;
}

/* Imports a model; the floats of its weights file, `count` of them. The caller frees. */
static float *imported(const char *statements, size_t count) {
    const char *folder = harness_folder();
    char model[640], weights[512], line[2048];
    snprintf(model, sizeof model, "%s/weights.onnx", folder);
    snprintf(weights, sizeof weights, "%s/weights.f32", folder);
    snprintf(line, sizeof line, "import %s -o %s/weights.net --weights %s --quiet",
             written(model, statements, (int)count), folder, weights);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    float *all = malloc((count + 1) * sizeof *all);
    FILE *in = fopen(weights, "rb");
    ck_assert(in && all && fread(all, sizeof *all, count + 1, in) == count);
    fclose(in);
    harness_remove_folder(folder);
    return all;
}

START_TEST(weights_are_read_however_they_are_stored) {
    char statements[256];
    const char kind = onnx_stored[_i];
    snprintf(statements, sizeof statements, ONNX_STORED, kind, kind, kind);
    float *all = imported(statements, 54 + 3 + 108);
    for (int i = 0; i < 54; i++) ck_assert_float_eq(all[i], onnx_element(i));
    for (int i = 0; i < 3; i++) ck_assert_float_eq(all[54 + i], onnx_element(i));
    for (int i = 0; i < 108; i++) ck_assert_float_eq(all[57 + i], onnx_element(i));
    free(all);
}
END_TEST

START_TEST(weights_that_are_not_next_to_the_model_are_refused) {
    const char *folder = harness_folder();
    char model[640], line[2048];
    snprintf(model, sizeof model, "%s/weights.onnx", folder);
    snprintf(line, sizeof line, "import %s -o %s/weights.net --weights %s/weights.f32 --quiet", model, folder, folder);
    onnx_place[0] = onnx_places[_i].location, onnx_place[1] = onnx_places[_i].offset,
    onnx_place[2] = onnx_places[_i].length;
    harness_command(&o, "taso", (written(model, ONNX_PLACED, 24), line));
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, onnx_places[_i].message), "%s", o.err);
    snprintf(line, sizeof line, "%s/weights.f32", folder);
    ck_assert_ptr_null(fopen(line, "rb"));
    harness_remove_folder(folder);
}
END_TEST

START_TEST(whole_numbers_are_read_from_another_file_too) {
    const int64_t stored[] = {-1, 1, 2, 4, 1}; /* from byte 8 on */
    const char *folder = harness_folder();
    char model[640], line[2048];
    snprintf(model, sizeof model, "%s/weights.onnx", folder);
    written(model, "in x 1 2 2 2; o s 0 0 0 0; Reshape x,s y; GlobalMaxPool y z", 0);
    snprintf(line, sizeof line, "%s/" ONNX_OUTSIDE, folder);
    FILE *out = fopen(line, "wb");
    ck_assert_uint_eq(fwrite(stored, sizeof stored[0], 5, out), 5);
    ck_assert_int_eq(fclose(out), 0);
    snprintf(line, sizeof line, "import %s -o - --quiet", model);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_msg(strstr(o.out, "reshape") && strstr(o.out, "c=2 h=4"), "%s", o.out);
    harness_remove_folder(folder);
}
END_TEST

START_TEST(a_product_from_the_left_is_turned) {
    float *all = imported("in x 1 2 2 2; Flatten x y; f w 8 3; MatMul y,w z", 24);
    for (int m = 0; m < 3; m++)
        for (int k = 0; k < 8; k++) ck_assert_float_eq(all[m * 8 + k], onnx_element(k * 3 + m));
    free(all);
}
END_TEST

START_TEST(a_constant_that_the_graph_turns_is_turned) {
    float *all =
        imported("in x 1 2 2 2; Flatten x y; f w 3 8; Transpose w v; MatMul y,v z; Transpose v u perm=1,0;"
                 "Transpose u t perm=0,1; f s 8 3; Transpose s r; Gemm y,t a transB=1; Gemm y,r b transB=1; out z a b",
                 72);
    for (int i = 0; i < 48; i++) ck_assert_float_eq(all[i], onnx_element(i % 24));
    for (int m = 0; m < 3; m++)
        for (int k = 0; k < 8; k++) ck_assert_float_eq(all[48 + m * 8 + k], onnx_element(k * 3 + m));
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

START_TEST(weights_that_are_not_there_are_an_error_and_nothing_is_written) {
    char source[512], model[640], line[2048];
    snprintf(source, sizeof source, "%s", harness_folder());
    const char *folder = harness_folder();
    snprintf(model, sizeof model, "%s/refused.onnx", source);
    written(model, onnx_without[_i].model, 1);
    snprintf(line, sizeof line, "import %s -o %s/n.net --weights %s/w.f32", model, folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, onnx_without[_i].error), "%s", o.err);
    snprintf(line, sizeof line, "ls %s", folder);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "");
    harness_remove_folder(folder);
    harness_remove_folder(source);
}
END_TEST

/* --- Caffe --------------------------------------------------------------------------------------------------------- */

/* A layer of a .caffemodel with blobs of `count` floats each, the elements of blob i beginning at onnx_element(100 i). */
static void put_layer(struct onnx_bytes *model, bool old, const char *name, const int *counts) {
    static struct onnx_bytes layer, blob, data;
    layer.length = 0;
    onnx_put_text(&layer, old ? 4 : 1, name);
    for (int i = 0; counts[i]; i++) {
        blob.length = data.length = 0;
        for (int k = 0; k < counts[i]; k++) {
            const float value = onnx_element(100 * i + k);
            onnx_put(&data, &value, 4);
        }
        onnx_put_message(&blob, 5, &data);
        onnx_put_message(&layer, old ? 6 : 7, &blob);
    }
    onnx_put_message(model, old ? 2 : 100, &layer);
}

static const char prototxt[] =
    "input: 'x' input_dim: [1, 2, 5, 5]\n"
    "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 3 kernel_size: 1 } }\n"
    "layer { name: 'b' type: 'BatchNorm' bottom: 'c' top: 'c' batch_norm_param { eps: 0.25 } }\n"
    "layer { name: 's' type: 'Scale' bottom: 'c' top: 'c' scale_param { bias_term: true } }\n"
    "layer { name: 'f' type: 'InnerProduct' bottom: 'c' top: 'f' inner_product_param { num_output: 2 bias_term: false } }\n";

static void caffe_import(const char *weights, const char *out) {
    char line[2048], net[512];
    snprintf(net, sizeof net, "%s", harness_scratch("caffe.net", ""));
    const char *path = harness_scratch("caffe.prototxt", prototxt);
    snprintf(line, sizeof line, "import %s --caffemodel %s -o %s --weights %s --quiet", path, weights, net, out);
    harness_command(&o, "taso", line);
    harness_forget(net);
    harness_forget(path);
}

static void write_bytes(const char *path, const struct onnx_bytes *b) {
    FILE *out = fopen(path, "wb");
    ck_assert(out && fwrite(b->byte, 1, b->length, out) == b->length);
    fclose(out);
}

/* Loop: today's form of layers, and the one before. */
START_TEST(a_caffemodel_s_batch_norm_and_scale_are_folded) {
    static struct onnx_bytes model;
    char weights[512], out[512];
    float all[9 + 150 + 1];
    model.length = 0;
    put_layer(&model, _i, "c", (const int[]){6, 3, 0});
    put_layer(&model, _i, "b", (const int[]){3, 3, 1, 0});
    put_layer(&model, _i, "s", (const int[]){3, 3, 0});
    put_layer(&model, _i, "f", (const int[]){150, 0});
    snprintf(weights, sizeof weights, "%s", harness_scratch("caffe.caffemodel", ""));
    snprintf(out, sizeof out, "%s", harness_scratch("caffe.f32", ""));
    write_bytes(weights, &model);
    caffe_import(weights, out);
    ck_assert_msg(o.status == 0, "%s", o.err);
    FILE *in = fopen(out, "rb");
    ck_assert(in && fread(all, sizeof *all, 160, in) == 159);
    fclose(in);
    const double times = (double)onnx_element(200);
    for (int m = 0; m < 3; m++) {
        const double mean = (double)onnx_element(m) / times, variance = (double)onnx_element(100 + m) / times;
        const double factor = (double)onnx_element(m) / sqrt(variance + 0.25);
        for (int c = 0; c < 2; c++)
            ck_assert_double_eq_tol((double)all[2 * m + c], (double)onnx_element(2 * m + c) * factor, 1e-5);
        ck_assert_double_eq_tol((double)all[6 + m],
                                ((double)onnx_element(100 + m) - mean) * factor + (double)onnx_element(100 + m), 1e-5);
    }
    for (int k = 0; k < 150; k++) ck_assert_float_eq(all[9 + k], onnx_element(k));
    harness_forget(weights);
    harness_forget(out);
}
END_TEST

START_TEST(a_caffemodel_that_does_not_fit_is_refused) {
    static const struct {
        int conv, mean, variance;
        const char *name, *error;
    } cases[] = {{6, 3, 3, "g", "layer `f`: not in this model"},
                 {7, 3, 3, "f", "layer `c` has 7 weights (expected 6)"},
                 {6, 3, 2, "f", "layer `b`: it has no mean and variance of one length"},
                 {6, 4, 4, "f", "layer `s`: its factors and shifts are not as many as the channels before it"}};
    static struct onnx_bytes model;
    char weights[512], out[512];
    model.length = 0;
    put_layer(&model, false, "c", (const int[]){cases[_i].conv, 3, 0});
    put_layer(&model, false, "b", (const int[]){cases[_i].mean, cases[_i].variance, 1, 0});
    put_layer(&model, false, "s", (const int[]){3, 3, 0});
    put_layer(&model, false, cases[_i].name, (const int[]){150, 0});
    snprintf(weights, sizeof weights, "%s", harness_scratch("caffe.caffemodel", ""));
    snprintf(out, sizeof out, "%s", harness_scratch("caffe.f32", NULL));
    write_bytes(weights, &model);
    caffe_import(weights, out);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, cases[_i].error), "%s", o.err);
    harness_forget(weights);
    harness_forget(out);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("import_weights");
    TCase *weights = tcase_create("weights");
    tcase_add_loop_test(weights, weights_are_read_however_they_are_stored, 0, sizeof onnx_stored - 1);
    tcase_add_test(weights, a_product_from_the_left_is_turned);
    tcase_add_test(weights, a_constant_that_the_graph_turns_is_turned);
    tcase_add_test(weights, batch_norm_is_folded);
    tcase_add_loop_test(weights, weights_that_are_not_there_are_an_error_and_nothing_is_written, 0,
                        sizeof onnx_without / sizeof onnx_without[0]);
    tcase_add_loop_test(weights, a_caffemodel_s_batch_norm_and_scale_are_folded, 0, 2);
    tcase_add_test(weights, whole_numbers_are_read_from_another_file_too);
    tcase_add_loop_test(weights, weights_that_are_not_next_to_the_model_are_refused, 0,
                        sizeof onnx_places / sizeof onnx_places[0]);
    tcase_add_loop_test(weights, a_caffemodel_that_does_not_fit_is_refused, 0, 4);
    suite_add_tcase(suite, weights);
    return harness_run(suite);
}
