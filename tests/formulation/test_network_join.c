/* Networks with several inputs and outputs: one input and one output whose parts are theirs, in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/reference.h"
#include "formulation/network.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"

static struct network *read_text(const char *text, struct error *err) {
    const char *path = harness_scratch("joined.net", text);
    struct network *n = network_open(path, err);
    harness_forget(path);
    return n;
}

/* a and b by themselves, and what is made of them by hand. */
START_TEST(parts_of_the_input_and_the_output_are_in_the_order_of_the_file) {
    struct error err = {""};
    struct network *raw = read_text("a input - c=2 h=3 w=4\nmost maxpool b global=1\nb input - c=3 h=1 w=2\n"
                                    "positive relu a\nboth output positive,most,b\n",
                                    &err);
    ck_assert_msg(raw != NULL, "%s", err.text);
    struct network *n = network_fold(raw);
    struct weights w;
    ck_assert_int_eq(shape_bytes(n->layer[0].out), 4 * (24 + 6));
    ck_assert_int_eq(shape_bytes(n->layer[n->layers - 1].out), 4 * (24 + 3 + 6));
    ck_assert(weights_init(&w, n, 1, NULL, &err));
    float in[30];
    for (int i = 0; i < 30; i++) in[i] = (float)((i * 7 + 3) % 11 - 5);
    struct reference *f = reference_new(n, &w, in, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    const float *out = f->out[n->layers - 1];
    for (int i = 0; i < 24; i++) ck_assert(out[i] == (in[i] > 0 ? in[i] : 0));
    for (int c = 0; c < 3; c++) {
        const float x = in[24 + 2 * c], y = in[25 + 2 * c];
        ck_assert(out[24 + c] == (x > y ? x : y));
    }
    for (int i = 0; i < 6; i++) ck_assert(out[27 + i] == in[24 + i]);
    reference_free(f);
    weights_free(&w);
    network_free(n);
    network_free(raw);
}
END_TEST

static const struct {
    const char *text, *layers; /* name:C,H,W of all */
} joined[] = {
    {"a input - c=3 h=8 w=8\nb input - c=2 h=4 w=4\nx maxpool a k=2 s=2\ny concat x,b\n",
     "inputs:7,1,32 a/part:6,1,32 a:3,8,8 b/part:1,1,32 b:2,4,4 x:3,4,4 y:5,4,4 "},
    {"a input - c=5 h=1 w=1\ninputs input - c=7 h=1 w=1\nx concat a,inputs\n",
     "inputs_:12,1,1 a:5,1,1 inputs:7,1,1 x:12,1,1 "},
    {"a input - c=6 h=2 w=2\na/flat relu a\nz maxpool a global=1\nout output a,a/flat,z\n",
     "a:6,2,2 a/flat:6,2,2 z:6,1,1 a/flat_:4,1,6 a/flat/flat:4,1,6 z/flat:1,1,6 out:9,1,6 "},
    {"a input - c=6 h=1 w=1\nb relu a\nc tanh a\nout output b,c,b\n",
     "a:6,1,1 b:6,1,1 c:6,1,1 b/flat:1,1,6 c/flat:1,1,6 b/flat_:1,1,6 out:3,1,6 "},
};

START_TEST(layers_are_named_and_sized_so_that_parts_are_runs) {
    struct error err = {""};
    char have[512] = "";
    struct network *n = read_text(joined[_i].text, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    for (int v = 0; v < n->layers; v++)
        sprintf(have + strlen(have), "%s:%d,%d,%d ", n->layer[v].name, n->layer[v].out.C, n->layer[v].out.H,
                n->layer[v].out.W);
    ck_assert_str_eq(have, joined[_i].layers);
    ck_assert(network_check(n));
    network_free(n);
}
END_TEST

static const struct {
    const char *text, *error;
} refusals[] = {
    {"a input - c=1 h=1021 w=1031\nb input - c=1 h=1 w=2\nx maxpool a global=1\ny maxpool b global=1\nz add x,y\n",
     ":1: inputs of 1052653 elements in all with the common divisor 1 (expected a divisor of at most 2^20, "},
    {"a input - c=1 h=1021 w=1031\nb maxpool a k=2\nout output a,b\n",
     ":3: outputs of 2103251 elements in all with the common divisor 1"},
    {"a input - c=4 h=2 w=2\nb relu a\nc output a,b\nd relu c\n",
     ":3: a layer reads `c` (expected nothing after an `output`)"},
    {"a input - c=4 h=2 w=2\nb output a\n", ":2: wrong number of inputs for output (expected 2 to 8, got 1)"},
    {"a input - c=4 h=2 w=2\nb relu a\nc tanh a\n",
     ":3: nothing reads `c`, nor `b` of line 2 (expected one output, or a layer `output` that reads them)"},
};

START_TEST(what_cannot_be_joined_is_refused) {
    struct error err = {""};
    ck_assert_ptr_null(read_text(refusals[_i].text, &err));
    ck_assert_msg(strstr(err.text, refusals[_i].error), "%s", err.text);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("network_join");
    TCase *c = tcase_create("network_join");
    tcase_add_test(c, parts_of_the_input_and_the_output_are_in_the_order_of_the_file);
    tcase_add_loop_test(c, layers_are_named_and_sized_so_that_parts_are_runs, 0, sizeof joined / sizeof joined[0]);
    tcase_add_loop_test(c, what_cannot_be_joined_is_refused, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
