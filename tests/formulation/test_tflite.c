/* TensorFlow Lite models: every operator as a line and in numbers, small networks, every refusal, damaged files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "experiments/runtime/reference.h"
#include "experiments/runtime/runtime.h"
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/harness.h"
#include "tests/support/stated.h"
#include "tests/support/tflite_models.h"
#include "tests/support/tflite_reference.h"
#include "tests/support/world.h"

#define TOLERANCE 2e-6 /* of the largest output */

static struct harness_output o;

/* --- operators ----------------------------------------------------------------------------------------------------- */

static void sketched(const char *path, const char *lines) {
    struct error err = {""};
    struct sketch s;
    char have[2048] = "";
    sketch_init(&s);
    ck_assert_msg(import_find(path)->read(&s, path, &err), "%s", err.text);
    for (int i = 0; i < s.layers; i++) sprintf(have + strlen(have), "%s|", s.layer[i].text);
    ck_assert_str_eq(have, lines);
    sketch_free(&s);
}

static struct tflite_net net; /* of the case at hand */

START_TEST(every_operator_becomes_a_layer) {
    if (!tflite_cases[_i].lines) return;
    const char *path = harness_scratch("operator.tflite", "");
    tflite_parse(&net, tflite_cases[_i].model);
    tflite_file(path, &net);
    sketched(path, tflite_cases[_i].lines);
    harness_forget(path);
}
END_TEST

/* --- numbers ------------------------------------------------------------------------------------------------------- */

/* An imported network with its weights, and an input in both orders. */
struct imported {
    char tflite[128], net[512], weights[512];
    struct network *raw, *folded;
    struct weights w;
    float *theirs, *ours;
};

/* Channels last to channels first. */
static void turn(float *to, const float *from, struct shape s) {
    for (int c = 0; c < s.C; c++)
        for (int p = 0; p < s.H * s.W; p++) to[c * s.H * s.W + p] = from[p * s.C + c];
}

static void import_model(struct imported *m, const char *words) {
    char line[2048];
    struct error err = {""};
    tflite_parse(&net, words);
    snprintf(m->tflite, sizeof m->tflite, "%s", harness_scratch("model.tflite", ""));
    snprintf(m->net, sizeof m->net, "%s", harness_scratch("model.net", ""));
    snprintf(m->weights, sizeof m->weights, "%s", harness_scratch("model.f32", ""));
    tflite_file(m->tflite, &net);
    snprintf(line, sizeof line, "import %s -o %s --weights %s --quiet", m->tflite, m->net, m->weights);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    m->raw = network_open(m->net, &err);
    ck_assert_msg(m->raw != NULL, "%s", err.text);
    m->folded = network_fold(m->raw);
    ck_assert_msg(weights_init(&m->w, m->folded, 0, m->weights, &err), "%s", err.text);
    const struct net_tensor *in = &net.tensor[net.input];
    const int count = net_count(in);
    m->theirs = malloc((size_t)count * sizeof *m->theirs);
    m->ours = malloc((size_t)count * sizeof *m->ours);
    for (int i = 0; i < count; i++) m->theirs[i] = 3 * tflite_number("input", i);
    turn(m->ours, m->theirs, m->folded->layer[0].out);
}

static void import_free(struct imported *m) {
    weights_free(&m->w);
    network_free(m->folded);
    network_free(m->raw);
    free(m->theirs);
    free(m->ours);
    harness_forget(m->tflite);
    harness_forget(m->net);
    harness_forget(m->weights);
}

/* `have` in our order against what TensorFlow Lite would compute. */
static void agrees(const struct imported *m, const float *have, double tolerance) {
    struct tflite_run run;
    const double *want = tflite_run(&run, &net, m->theirs);
    const struct net_tensor *out = &net.tensor[net.output[0]];
    const int count = net_count(out), C = out->dim[out->rank - 1], pixels = count / C;
    double most = 0, error = 0;
    for (int i = 0; i < count; i++) {
        const double e = fabs((double)have[i % C * pixels + i / C] - want[i]);
        most = fmax(most, fabs(want[i]));
        if (!(e <= error)) error = e; /* a NaN stays */
    }
    ck_assert_msg(most > 0 && error <= tolerance * most, "off by %g of %g", error, most);
    tflite_run_free(&run);
}

static void computes_the_same(const char *words) {
    struct imported m;
    struct error err = {""};
    import_model(&m, words);
    struct reference *f = reference_new(m.folded, &m.w, m.ours, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    agrees(&m, f->out[m.folded->layers - 1], TOLERANCE);
    reference_free(f);
    import_free(&m);
}

START_TEST(every_operator_computes_the_same) {
    computes_the_same(tflite_cases[_i].model);
}
END_TEST

/* By the reference, and by kernels: a plan, its weights stored in the kernels' order. */
START_TEST(networks_compute_the_same) {
    struct imported m;
    struct error err = {""};
    struct random random = {(uint64_t)_i + 11};
    computes_the_same(tflite_networks[_i]);
    import_model(&m, tflite_networks[_i]);
    struct world w = world_new(m.net);
    for (int trial = 0; trial < 3; trial++) {
        world_plan(&w, m.net, &random, CONVERSIONS_PER_EDGE);
        struct runtime *r = runtime_new(w.plan, w.net, &m.w, 1, &err);
        ck_assert_msg(r != NULL, "%s", err.text);
        float out[64];
        runtime_run(r, out, m.ours, NULL);
        agrees(&m, out, TOLERANCE + stated_error(r->schedule));
        runtime_free(r);
    }
    world_free(&w);
    import_free(&m);
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
    const char *path = harness_scratch("refused.tflite", "");
    tflite_parse(&net, tflite_refusals[_i].model);
    tflite_file(path, &net);
    refused(path, tflite_refusals[_i].error);
    harness_forget(path);
}
END_TEST

/* --- damaged files ------------------------------------------------------------------------------------------------- */

/* All of a file's kinds of parts in few bytes. */
static const char damaged[] =
    "in x 1 4 4 2; f w 2 2 2 2; f b 2; CONV_2D x,w,b y=1,4,4,2 i1=1 i2=1 b3=3; h c 2; DEQUANTIZE c d=2; MUL y,d u=1,4,4,2;"
    "# a 3; SPLIT a,u p=1,4,4,1/q=1,4,4,1; CONCATENATION q,p v=1,4,4,2 i0=3; n s 1 32; RESHAPE v,s f=1,32; f e 2 32;"
    "FULLY_CONNECTED f,e z=1,2";

static void store_bytes(const char *path, const unsigned char *bytes, size_t length) {
    FILE *out = fopen(path, "wb");
    ck_assert(out && fwrite(bytes, 1, length, out) == length && fclose(out) == 0);
}

/* Read with weights: a network, or one line. */
static bool taken(const char *path) {
    struct error err = {""};
    struct sketch s;
    sketch_init(&s);
    s.weights = true;
    struct network *n = import_find(path)->read(&s, path, &err) ? network_sketched(&s, path, &err) : NULL;
    ck_assert_msg(n || (err.text[0] && !strchr(err.text, '\n')), "the error is `%s`", err.text);
    ck_assert_msg(!n || network_check(n), "a network that is none");
    sketch_free(&s);
    network_free(n);
    return n != NULL;
}

START_TEST(a_file_cut_anywhere_is_refused) {
    const char *path = harness_scratch("cut.tflite", "");
    tflite_parse(&net, damaged);
    struct flat b = tflite_bytes(&net);
    store_bytes(path, b.byte, b.length);
    ck_assert(taken(path) && b.length > 1500);
    for (size_t length = b.length; length-- > 0;) {
        ck_assert_int_eq(truncate(path, (off_t)length), 0);
        ck_assert_msg(!taken(path), "cut after %zu bytes", length);
    }
    free(b.byte);
    harness_forget(path);
}
END_TEST

/* Bytes of a file, replaced where they are. */
static void patch(FILE *file, size_t at, const unsigned char *bytes, size_t size) {
    ck_assert(fseek(file, (long)at, SEEK_SET) == 0 && fwrite(bytes, 1, size, file) == size && fflush(file) == 0);
}

/* Every byte, and every word as an offset, a count and a size that is far too large, or points to itself or its
 * neighbours: loops and overlaps. */
START_TEST(a_file_spoiled_anywhere_is_refused_or_read) {
    static const uint32_t values[] = {0,          1,          127,        128,        255,        4,  8,
                                      1000000000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 16, 64};
    const char *path = harness_scratch("spoiled.tflite", "");
    long good = 0, bad = 0;
    tflite_parse(&net, damaged);
    struct flat b = tflite_bytes(&net);
    store_bytes(path, b.byte, b.length);
    FILE *file = fopen(path, "r+b");
    for (size_t at = 0; at < b.length; at++)
        for (int k = 0; k < 14; k++) {
            const size_t size = k < 5 ? 1 : 4;
            unsigned char bytes[4];
            if (at % size || at + size > b.length) continue;
            for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(values[k] >> (8 * i));
            patch(file, at, bytes, size);
            *(taken(path) ? &good : &bad) += 1;
            patch(file, at, b.byte + at, size);
        }
    ck_assert_msg(good > 1000 && bad > 3000, "%ld read, %ld refused", good, bad);
    fclose(file);
    free(b.byte);
    harness_forget(path);
}
END_TEST

/* --- sizes --------------------------------------------------------------------------------------------------------- */

/* Parts that are used again and again make a small file look large: `taso import` in bounded memory. */
static void refused_in_little_memory(const struct flat *b, const char *weights, const char *message) {
    struct rusage usage;
    char line[2048];
    const char *path = harness_scratch("large.tflite", "");
    store_bytes(path, b->byte, b->length);
    snprintf(line, sizeof line, "import %s -o - %s", path, weights);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, message), "%s", o.err);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */
    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
    ck_assert_msg(usage.ru_maxrss <= (64 << 10) + (long)(4 * b->length >> 10), "%ld KiB for a file of %zu bytes",
                  usage.ru_maxrss, b->length);
#else
    (void)usage;
#endif
    harness_forget(path);
}

#define OVERLAP "parts of the file overlap: together they are more than 3 times as large as it is"

/* 40 products with one matrix of 1 MB. */
START_TEST(weights_that_are_used_too_often_are_refused) {
    char words[4096] = "in x 1 512; f w 512 512; FULLY_CONNECTED x,w a0=1,512";
    for (int i = 0; i < 40; i++) sprintf(words + strlen(words), "; FULLY_CONNECTED a%d,w a%d=1,512", i, i + 1);
    tflite_parse(&net, words);
    struct flat b = tflite_bytes(&net);
    refused_in_little_memory(&b, "--weights /dev/null", OVERLAP);
    free(b.byte);
}
END_TEST

/* All operators read one list of 300000 inputs. */
START_TEST(lists_that_are_used_too_often_are_refused) {
    char words[2048] = "in x 1 512; RELU x a0=1,512";
    for (int i = 0; i < 40; i++) sprintf(words + strlen(words), "; RELU a%d a%d=1,512", i, i + 1);
    tflite_parse(&net, words);
    net.op[0].input[0] = 0x1234567; /* found again in the file */
    for (int i = 1; i < net.ops; i++) net.op[i].input[0] = 0x1234567;
    struct flat b = tflite_bytes(&net);
    const size_t list = flat_zeros(&b, 4 + 4 * 300000, 4);
    flat_set(&b, list, 300000, 4);
    int found = 0;
    for (size_t at = 8; at < list; at += 4) {
        const size_t offset = b.byte[at] | (size_t)b.byte[at + 1] << 8, to = at + offset;
        if (b.byte[at + 2] || b.byte[at + 3] || to + 8 > list || memcmp(b.byte + to, "\1\0\0\0\x67\x45\x23\x01", 8))
            continue;
        flat_point(&b, at, list);
        found++;
    }
    ck_assert_int_ge(found, net.ops);
    refused_in_little_memory(&b, "", OVERLAP);
    free(b.byte);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("tflite");
    TCase *files = tcase_create("files");
    const int count = sizeof tflite_cases / sizeof tflite_cases[0];
    tcase_add_loop_test(files, every_operator_becomes_a_layer, 0, count);
    tcase_add_loop_test(files, every_operator_computes_the_same, 0, count);
    tcase_add_loop_test(files, networks_compute_the_same, 0, sizeof tflite_networks / sizeof tflite_networks[0]);
    suite_add_tcase(suite, files);
    TCase *bad = tcase_create("bad");
    tcase_add_loop_test(bad, what_cannot_be_expressed_is_refused_by_name, 0,
                        sizeof tflite_refusals / sizeof tflite_refusals[0]);
    tcase_add_test(bad, a_file_cut_anywhere_is_refused);
    tcase_add_test(bad, a_file_spoiled_anywhere_is_refused_or_read);
    tcase_add_test(bad, weights_that_are_used_too_often_are_refused);
    tcase_add_test(bad, lists_that_are_used_too_often_are_refused);
    suite_add_tcase(suite, bad);
    return harness_run(suite);
}
