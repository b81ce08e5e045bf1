/* A network written as a .prototxt is read back as the same network: names, sizes, scenarios, activations, inputs. What
 * Caffe cannot say is refused by the name of the layer, and no file is left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/prototxt.h"
#include "tests/support/harness.h"

static struct network *opened(const char *name) {
    struct error err = {""};
    struct network *n = network_open(name, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    return n;
}

static void same_layer(const struct network *a, const struct network *b, int v) {
    const struct layer *x = &a->layer[v], *y = &b->layer[v];
    char one[OPERATOR_TEXT] = "", other[OPERATOR_TEXT] = "";
    ck_assert_str_eq(x->name, y->name);
    ck_assert_int_eq(x->kind, y->kind);
    ck_assert_int_eq(x->bias, y->bias);
    ck_assert_int_eq(x->inputs, y->inputs);
    for (int i = 0; i < x->inputs; i++) ck_assert_int_eq(x->input[i], y->input[i]);
    ck_assert(memcmp(&x->out, &y->out, sizeof x->out) == 0);
    if (x->kind == LAYER_CONV) ck_assert_msg(scenario_equal(&x->scenario, &y->scenario), "%s", x->name);
    if (x->kind != LAYER_OPERATOR) return;
    operator_print(one, &x->shape_of), operator_print(other, &y->shape_of);
    ck_assert_str_eq(one, other);
    ck_assert(activation_equal(x->shape_of.activation, y->shape_of.activation));
}

static void comes_back(const char *name) {
    struct error err = {""};
    char path[256];
    snprintf(path, sizeof path, "%s", harness_scratch("back.prototxt", ""));
    struct network *n = opened(name);
    ck_assert_msg(prototxt_write(path, n, &err), "%s", err.text);
    struct network *back = opened(path);
    ck_assert_int_eq(n->layers, back->layers);
    for (int v = 0; v < n->layers; v++) same_layer(n, back, v);
    network_free(n);
    network_free(back);
    harness_forget(path);
}

static const char *const whole[] = {"alexnet",       "alexnet-owt",    "vgg16c",      "googlenet",  "resnet50",
                                    "squeezenet1.0", "mobilenet2-1.0", "densenet121", "inception3", "resnext50"};

START_TEST(built_in_networks_come_back) {
    comes_back(whole[_i]);
}
END_TEST

START_TEST(every_layer_that_caffe_has_comes_back) {
    const char *path =
        harness_scratch("all.net", "x input - c=6 h=13 w=17\n"
                                   "a conv x m=6 kh=3 kw=5 sh=1 sw=2 pt=1 pb=1 pl=2 pr=2 dh=2 dw=1 g=2\n"
                                   "b batchnorm a\nc clip b low=-1 high=2\nd relu6 c\ne leakyrelu d slope=0.2\n"
                                   "f elu e alpha=0.5\ng sigmoid f\nh tanh g\ni silu h\nj prelu i\n"
                                   "k lrn j size=3 alpha=0.5\nl lrn_within k size=3\nm dropout l\n"
                                   "n deconv m m=6 k=4 sh=2 sw=1 p=1 g=3 bias=0\no maxpool n kh=2 kw=3 s=2 ceil=1\n"
                                   "p avgpool n kh=2 kw=3 s=2 ceil=1\nq add o,p,o\nr mul q,o\ns concat r,q,o\n"
                                   "t avgpool s global=1\nu fc t m=5 bias=0\nv softmax u\n");
    char name[256];
    snprintf(name, sizeof name, "%s", path);
    comes_back(name);
    harness_forget(name);
}
END_TEST

static const struct {
    const char *layer, *what;
} refusals[] = {
    {"y hardswish x", "hardswish"},
    {"y shuffle x groups=2", "shuffle"},
    {"y upsample x k=2", "upsample"},
    {"y conv x m=2 k=3 pb=1", "padding of one side"},
    {"y maxpool x k=3 pl=1", "padding of one side"},
    {"y avgpool x k=3 p=1 pad=0", "mean that leaves out the padding"},
    {"p maxpool x global=1\ny mul x,p", "product with one number for each channel"},
};

START_TEST(what_caffe_cannot_say_is_refused_by_name) {
    char text[256], path[256], want[512];
    struct error err = {""};
    snprintf(text, sizeof text, "x input - c=4 h=8 w=8\n%s\n", refusals[_i].layer);
    const char *from = harness_scratch("from.net", text);
    struct network *n = opened(from);
    harness_forget(from);
    snprintf(path, sizeof path, "%s.prototxt", from);
    ck_assert(!prototxt_write(path, n, &err));
    snprintf(want, sizeof want, "%s: layer `y`: Caffe has no %s", path, refusals[_i].what);
    ck_assert_str_eq(err.text, want);
    ck_assert_ptr_null(fopen(path, "r"));
    network_free(n);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("prototxt");
    TCase *c = tcase_create("prototxt");
    tcase_add_loop_test(c, built_in_networks_come_back, 0, sizeof whole / sizeof whole[0]);
    tcase_add_test(c, every_layer_that_caffe_has_comes_back);
    tcase_add_loop_test(c, what_caffe_cannot_say_is_refused_by_name, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
