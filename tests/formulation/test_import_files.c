/* Models as files: packed, cut off, as bombs; large ones, which take memory and time in proportion to their size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/harness.h"
#include "tests/support/onnx_file.h"
#include "tests/support/tflite_file.h"

enum { MEBIBYTE = 1 << 20 };

/* --- reading ------------------------------------------------------------------------------------------------------- */

/* The lines of a model and its weights, or the message. */
struct seen {
    char text[2048];
    bool taken;
};

static struct seen read_model(const char *path, const char *weights) {
    struct seen seen = {""};
    struct error err = {""};
    struct sketch s;
    sketch_init(&s);
    const struct import_format *format = import_find(path);
    s.weights = format && (!format->weights_apart || weights);
    s.weights_file = weights;
    struct network *n = NULL;
    if (!format)
        n = network_open(path, &err);
    else if (format->read(&s, path, &err))
        n = network_sketched(&s, path, &err);
    seen.taken = n != NULL;
    for (int i = 0; i < s.layers && i < 20 && n; i++)
        sprintf(seen.text + strlen(seen.text), "%.90s %g|", s.layer[i].text,
                s.layer[i].weights ? (double)s.layer[i].weights[s.layer[i].weights_count - 1] : 0);
    if (!n) snprintf(seen.text, sizeof seen.text, "%s", err.text);
    network_free(n);
    sketch_free(&s);
    return seen;
}

/* --- gzip ---------------------------------------------------------------------------------------------------------- */

static const char *const packed_models[] = {"model.onnx", "model.tflite", "model.prototxt"};

static void write_model(const char *path, int kind) {
    static struct tflite_net net;
    if (kind == 0) onnx_file(path, 11, "in x 1 2 5 5; f w 3 2 3 3; f b 3; Conv x,w,b y; Relu y z");
    if (kind == 1) tflite_parse(&net, "in x 1 5 5 2; f w 3 3 3 2; f b 3; CONV_2D x,w,b y=1,5,5,3 i1=1 i2=1 b3=1");
    if (kind == 1) tflite_file(path, &net);
    if (kind != 2) return;
    FILE *out = fopen(path, "w");
    fputs("input: 'x' input_dim: [1, 2, 5, 5] layer { name: 'y' type: 'ReLU' bottom: 'x' top: 'y' }", out);
    ck_assert_int_eq(fclose(out), 0);
}

/* As one member of gzip, or as two. */
static size_t pack(const char *to, const char *from, bool two) {
    char bytes[1 << 14];
    FILE *in = fopen(from, "rb");
    const size_t length = fread(bytes, 1, sizeof bytes, in), half = two ? length / 2 : length;
    fclose(in);
    gzFile out = gzopen(to, "wb");
    ck_assert_int_eq(gzwrite(out, bytes, (unsigned)half), (int)half);
    ck_assert_int_eq(gzclose(out), Z_OK);
    if (!two) return length;
    out = gzopen(to, "ab");
    ck_assert_int_eq(gzwrite(out, bytes + half, (unsigned)(length - half)), (int)(length - half));
    ck_assert_int_eq(gzclose(out), Z_OK);
    return length;
}

START_TEST(a_packed_model_is_the_model) {
    char path[512], packed[640];
    snprintf(path, sizeof path, "%s", harness_scratch(packed_models[_i], ""));
    snprintf(packed, sizeof packed, "%s.gz", path);
    write_model(path, _i);
    const struct seen plain = read_model(path, NULL);
    ck_assert_msg(plain.taken, "%s", plain.text);
    for (int two = 0; two < 2; two++) {
        pack(packed, path, two);
        const struct seen seen = read_model(packed, NULL);
        ck_assert_str_eq(seen.text, plain.text);
    }
    harness_forget(packed);
    harness_forget(path);
}
END_TEST

START_TEST(a_packed_model_that_is_cut_or_followed_by_anything_is_refused) {
    char path[512], packed[640];
    struct stat info;
    snprintf(path, sizeof path, "%s", harness_scratch("cut.onnx", ""));
    snprintf(packed, sizeof packed, "%s.gz", path);
    write_model(path, 0);
    pack(packed, path, false);
    ck_assert_int_eq(stat(packed, &info), 0);
    FILE *out = fopen(packed, "ab");
    fputs("more", out);
    fclose(out);
    struct seen seen = read_model(packed, NULL);
    ck_assert_msg(!seen.taken && strstr(seen.text, "cannot be unpacked: "), "%s", seen.text);
    for (off_t length = info.st_size - 1; length > 2; length--) {
        ck_assert_int_eq(truncate(packed, length), 0);
        seen = read_model(packed, NULL);
        ck_assert_msg(!seen.taken && strstr(seen.text, "ends too early"), "%ld bytes: %s", (long)length, seen.text);
    }
    harness_forget(packed);
    harness_forget(path);
}
END_TEST

/* --- large files --------------------------------------------------------------------------------------------------- */

/* A file of n of something; a second one of its weights, .caffemodel or named by the first. */
typedef void maker(FILE *out, FILE *weights, int n);

static void long_net(FILE *out, FILE *weights, int n) {
    (void)weights;
    fprintf(out, "x0 input - c=4 h=8 w=8\n");
    for (int i = 1; i < n; i++) fprintf(out, "x%d relu x%d # %0300d\n", i, i - 1, i);
}

static void long_prototxt(FILE *out, FILE *weights, int n) {
    (void)weights;
    fprintf(out, "input: 'x' input_dim: [1, 3, 8, 8]\n");
    for (int i = 0; i < n; i++)
        fprintf(out, "layer { name: 'y%d' type: 'ReLU' bottom: '%s' top: 'y' }\n", i, i ? "y" : "x");
}

static void many_fields(FILE *out, FILE *weights, int n) {
    (void)weights;
    for (int i = 0; i < n; i++) fputs("a:1\n", out);
}

/* Protocol buffers by hand, without the checks of onnx_file.h, which would take longer than reading. */
static void put_length(FILE *out, int field, size_t length) {
    for (size_t rest = (size_t)field << 3 | 2, k = 0; k < 2; rest = length, k++) {
        for (; rest > 127; rest >>= 7) putc((int)(rest & 127) | 128, out);
        putc((int)rest, out);
    }
}

static void put_text(FILE *out, int field, const char *text) {
    put_length(out, field, strlen(text));
    fputs(text, out);
}

/* A graph in memory, then the model that it is the heart of. */
static void put_model(FILE *out, FILE *graph, char **bytes, const size_t *length) {
    /* input x0 of 1 x 3 x 8 x 8 */
    static const char input[] =
        "\x5a\x1a\x0a\x02x0\x12\x14\x0a\x12\x12\x10\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x02\x08\x08\x0a\x02\x08\x08";
    fwrite(input, 1, sizeof input - 1, graph);
    ck_assert_int_eq(fclose(graph), 0);
    put_length(out, 7, *length);
    ck_assert_uint_eq(fwrite(*bytes, 1, *length, out), *length);
    fputs("\x42\x02\x10\x0d", out); /* opset 13 */
    free(*bytes);
}

static void long_onnx(FILE *out, FILE *weights, int n) {
    char *graph, from[16], to[16];
    size_t length;
    FILE *in = open_memstream(&graph, &length);
    (void)weights;
    for (int i = 1; i < n; i++) {
        snprintf(from, sizeof from, "x%d", i - 1);
        snprintf(to, sizeof to, "x%d", i);
        put_length(in, 1, 2 + strlen(from) + 2 + strlen(to) + 6);
        put_text(in, 1, from);
        put_text(in, 2, to);
        put_text(in, 4, "Relu");
    }
    put_model(out, in, &graph, &length);
}

/* Vectors of which only the sizes are there, and a node. */
static void many_tensors(FILE *out, FILE *weights, int n) {
    char *graph, name[16];
    size_t length;
    FILE *in = open_memstream(&graph, &length);
    (void)weights;
    fputs("\x0a\x0d\x0a\x02x0\x12\x01y\x22\x04Relu", in);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "t%d", i);
        put_length(in, 5, 4 + 2 + strlen(name));
        fputs("\x08\x04\x10\x01", in); /* 4 floats */
        put_text(in, 8, name);
    }
    put_model(out, in, &graph, &length);
}

/* n convolutions, added up, whose weights are in the second file: 4 MiB of 5461 x 3 x 8 x 8 each, one after the other. */
static char apart_name[64];

static void put_entry(FILE *out, const char *key, const char *value) {
    put_length(out, 13, 2 + strlen(key) + 2 + strlen(value));
    put_text(out, 1, key);
    put_text(out, 2, value);
}

static void put_outside(FILE *graph, int number, size_t length) {
    char *tensor, text[32];
    size_t bytes;
    FILE *t = open_memstream(&tensor, &bytes);
    fwrite("\x08\xd5\x2a\x08\x03\x08\x08\x08\x08\x10\x01\x70\x01", 1, 13, t); /* sizes, floats, outside */
    snprintf(text, sizeof text, "w%d", number);
    put_text(t, 8, text);
    put_entry(t, "location", apart_name);
    snprintf(text, sizeof text, "%zu", (size_t)number * length);
    put_entry(t, "offset", text);
    snprintf(text, sizeof text, "%zu", length);
    put_entry(t, "length", text);
    ck_assert_int_eq(fclose(t), 0);
    put_length(graph, 5, bytes);
    ck_assert_uint_eq(fwrite(tensor, 1, bytes, graph), bytes);
    free(tensor);
}

static void outside_onnx(FILE *out, FILE *weights, int n) {
    enum { WEIGHTS = 5461 * 3 * 8 * 8 };
    char *graph, from[16], to[16];
    size_t length, all = 2 + 1 + 2 + 3;
    float *row = calloc(WEIGHTS, sizeof *row);
    FILE *in = open_memstream(&graph, &length);
    for (int i = 0; i < n; i++) {
        put_outside(in, i, WEIGHTS * sizeof *row);
        row[WEIGHTS - 1] = (float)(i + 1) / 4;
        ck_assert_uint_eq(fwrite(row, sizeof *row, WEIGHTS, weights), WEIGHTS);
        snprintf(from, sizeof from, "w%d", i);
        snprintf(to, sizeof to, "y%d", i);
        put_length(in, 1, 4 + 2 + strlen(from) + 2 + strlen(to) + 6);
        put_text(in, 1, "x0");
        put_text(in, 1, from);
        put_text(in, 2, to);
        put_text(in, 4, "Conv");
        all += 2 + strlen(to);
    }
    put_length(in, 1, all);
    for (int i = 0; i < n; i++) {
        snprintf(to, sizeof to, "y%d", i);
        put_text(in, 1, to);
    }
    put_text(in, 2, "z");
    put_text(in, 4, "Sum");
    put_model(out, in, &graph, &length);
    free(row);
}

/* One product of n x 1000 weights. */
static void heavy_tflite(FILE *out, FILE *weights, int n) {
    static struct tflite_net net;
    char words[128];
    (void)weights;
    snprintf(words, sizeof words, "in x 1 1000; f w %d 1000; FULLY_CONNECTED x,w y=1,%d", n, n);
    tflite_parse(&net, words);
    struct flat b = tflite_bytes(&net);
    ck_assert_uint_eq(fwrite(b.byte, 1, b.length, out), b.length);
    free(b.byte);
}

static void caffe_model(FILE *out, FILE *weights, int n) {
    char name[16];
    fprintf(out, "input: 'x' input_dim: [1, 3, 8, 8]\n");
    for (int i = 0; i < n; i++) {
        fprintf(out, "layer { name: 'y%d' type: 'PReLU' bottom: '%s' top: 'y' }\n", i, i ? "y" : "x");
        snprintf(name, sizeof name, "y%d", i);
        put_length(weights, 100, 2 + strlen(name) + 2 + 2 + 12);
        put_text(weights, 1, name);
        put_length(weights, 7, 2 + 12);
        put_length(weights, 5, 12);
        fwrite((const float[]){0.25f, 0.5f, 0.75f}, sizeof(float), 3, weights);
    }
}

/* One layer of four megabytes, which n layers of the network name. */
static void caffe_shared(FILE *out, FILE *weights, int n) {
    float *zeros = calloc(MEBIBYTE, sizeof(float));
    const size_t bytes = MEBIBYTE * sizeof(float);
    fprintf(out, "input: 'x' input_dim: [1, 1024, 1, 1]\n");
    for (int i = 0; i < n; i++)
        fprintf(
            out,
            "layer { name: 'y' type: 'InnerProduct' bottom: '%s' top: 'y' inner_product_param { num_output: 1024 } }\n",
            i ? "y" : "x");
    put_length(weights, 100, 3 + 5 + 5 + bytes);
    put_text(weights, 1, "y");
    put_length(weights, 7, 5 + bytes);
    put_length(weights, 5, bytes);
    fwrite(zeros, 1, bytes, weights);
    free(zeros);
}

/* A gibibyte of zeros in a megabyte. */
static void bomb(FILE *out, FILE *weights, int n) {
    static unsigned char zeros[MEBIBYTE], packed[1 << 13];
    z_stream z = {.next_in = zeros, .avail_in = MEBIBYTE, .next_out = packed, .avail_out = sizeof packed};
    (void)weights;
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    for (int i = 0; i < n; i++) fwrite(packed, 1, z.total_out, out);
    deflateEnd(&z);
}

static const struct {
    const char *name, *message; /* message: of the refusal; NULL: it is read */
    maker *make;
    int n;
    bool weights;
} large[] = {
    {"long.net", NULL, long_net, 65536, false},
    {"longer.net", ":65537: more than 65536 layers (expected fewer)", long_net, 70000, false},
    {"long.prototxt", NULL, long_prototxt, 60000, false},
    {"longer.prototxt", "more than 65536 layers (expected fewer)", long_prototxt, 70000, false},
    {"fields.prototxt", ": no layers (expected a Caffe network)", many_fields, 2000000, false},
    {"too-many.prototxt", "the file is larger than 8 MiB", many_fields, 2200000, false},
    {"long.onnx", NULL, long_onnx, 60000, false},
    {"longer.onnx", "more than 65536 layers (expected fewer)", long_onnx, 70000, false},
    {"tensors.onnx", NULL, many_tensors, 190000, false},
    {"more-tensors.onnx", "is not a tensor of at most 6 dimensions", many_tensors, 210000, false},
    {"outside.onnx", NULL, outside_onnx, 10, true},
    {"heavy.tflite", NULL, heavy_tflite, 2000, false},
    {"weighted.prototxt", NULL, caffe_model, 60000, true},
    {"shared.prototxt", "layer `y`: " SKETCH_OFTEN, caffe_shared, 40, true},
    {"bomb.onnx.gz", ": it expands to more than 2 times its size", bomb, 1024, false},
};

/* CPU seconds and peak memory, in bytes, of a process that reads; the files' size. */
struct cost {
    double seconds, bytes, size;
};

static double cpu_seconds(const struct rusage *usage) {
    return (double)usage->ru_utime.tv_sec + 1e-6 * (double)usage->ru_utime.tv_usec + (double)usage->ru_stime.tv_sec +
           1e-6 * (double)usage->ru_stime.tv_usec;
}

/* A part of the file only has to be read to its end or to the first mistake. */
static void read_and_exit(int which, bool whole, const char *path, const char *weights) {
    const struct seen seen = read_model(path, weights);
    const char *message = large[which].message;
    const bool good = message ? !seen.taken && strstr(seen.text, message) : seen.taken;
    if (whole && !good) fprintf(stderr, "%s: %s\n", path, seen.text);
    _exit(whole && !good);
}

static struct cost cost_of(int which, int n) {
    char path[512], weights[640];
    struct stat info, second = {0};
    struct rusage before, after;
    int status;
    snprintf(path, sizeof path, "%s", harness_scratch(large[which].name, ""));
    snprintf(weights, sizeof weights, "%s.caffemodel", path);
    snprintf(apart_name, sizeof apart_name, "%s", strrchr(weights, '/') + 1);
    FILE *out = fopen(path, "wb"), *apart = large[which].weights ? fopen(weights, "wb") : NULL;
    large[which].make(out, apart, n);
    ck_assert(fclose(out) == 0 && stat(path, &info) == 0);
    if (apart) ck_assert(fclose(apart) == 0 && stat(weights, &second) == 0);
    getrusage(RUSAGE_CHILDREN, &before);
    const pid_t child = fork();
    if (child == 0) read_and_exit(which, n == large[which].n, path, apart ? weights : NULL);
    ck_assert(waitpid(child, &status, 0) == child && WIFEXITED(status));
    getrusage(RUSAGE_CHILDREN, &after);
    ck_assert_msg(WEXITSTATUS(status) == 0, "%s was not treated as it should be", path);
    if (apart) harness_forget(weights);
    harness_forget(path);
    return (struct cost){cpu_seconds(&after) - cpu_seconds(&before), 1024.0 * (double)after.ru_maxrss,
                         (double)info.st_size + (double)second.st_size};
}

/* Four times as much takes four times as long, give or take a busy machine; quadratic would be sixteen times. The peak is
 * that of all processes so far, and the largest file is the last. */
START_TEST(a_large_file_takes_memory_and_time_in_proportion) {
    const struct cost quarter = cost_of(_i, large[_i].n / 4), whole = cost_of(_i, large[_i].n);
    printf("%-18s %5.1f MiB: %6.1f MiB, %.2f s; a quarter of it: %.2f s\n", large[_i].name, whole.size / MEBIBYTE,
           whole.bytes / MEBIBYTE, whole.seconds, quarter.seconds);
    ck_assert_msg(whole.seconds <= 9 * quarter.seconds + 0.1, "%g s, but %g s for a quarter", whole.seconds,
                  quarter.seconds);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_msg(whole.bytes <= 64.0 * MEBIBYTE + 4 * whole.size, "%g bytes for a file of %g", whole.bytes,
                  whole.size);
#endif
}
END_TEST

int main(void) {
    Suite *suite = suite_create("import files");
    TCase *c = tcase_create("import files");
    tcase_add_loop_test(c, a_packed_model_is_the_model, 0, 3);
    tcase_add_test(c, a_packed_model_that_is_cut_or_followed_by_anything_is_refused);
    tcase_add_loop_test(c, a_large_file_takes_memory_and_time_in_proportion, 0, sizeof large / sizeof large[0]);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
