/* Transposed convolutions, PReLU, padding and reshapes in every layout, on one and two threads: against definitions that
 * go through the input, where the kernels go through the output. Lines of .net say what is computed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define CANARY 1234.5f

struct problem {
    struct network *folded;
    struct operator_shape s;
    float *in, *weights, *bias; /* CHW */
    double *want;               /* CHW */
    size_t inputs, outputs;
};

static float *noise(struct random *r, size_t n) {
    float *x = MEMORY_NEW(float, n);
    for (size_t i = 0; i < n; i++) x[i] = (float)(2 * random_unit(r) - 1);
    return x;
}

static double *want_at(struct problem *p, int m, int oh, int ow) {
    return &p->want[((size_t)m * (size_t)p->s.OH + (size_t)oh) * (size_t)p->s.OW + (size_t)ow];
}

/* --- definitions: what input element c, h, w, which is number i, adds to ------------------------------------------- */

static void scatter_deconv(struct problem *p, double x, int c, int h, int w) {
    const struct operator_shape *s = &p->s;
    const int KW = s->kernel_w ? s->kernel_w : s->kernel, M = s->M / s->groups, group = c / (s->C[0] / s->groups);
    const int across = s->stride_w ? s->stride_w : s->stride, holes = s->dilation_w ? s->dilation_w : s->dilation;
    const float *weight = p->weights + (size_t)c * (size_t)M * (size_t)s->kernel * (size_t)KW;
    for (int m = 0; m < M; m++)
        for (int kh = 0; kh < s->kernel; kh++)
            for (int kw = 0; kw < KW; kw++, weight++) {
                const int oh = h * s->stride + kh * s->dilation - s->pad.top,
                          ow = w * across + kw * holes - s->pad.left;
                if (oh >= 0 && oh < s->OH && ow >= 0 && ow < s->OW)
                    *want_at(p, group * M + m, oh, ow) += x * (double)*weight;
            }
}

static void scatter_reshape(struct problem *p, double x, int c, int h, int w) {
    const struct operator_shape *s = &p->s;
    const int i = s->last ? (h * s->W + w) * s->C[0] + c : (c * s->H + h) * s->W + w;
    if (s->last)
        *want_at(p, i % s->M, i / s->M / s->OW, i / s->M % s->OW) = x;
    else
        p->want[i] = x;
}

static void scatter(struct problem *p, double x, int c, int h, int w) {
    switch ((int)p->s.kind) {
    case OPERATOR_DECONV: scatter_deconv(p, x, c, h, w); break;
    case OPERATOR_RESHAPE: scatter_reshape(p, x, c, h, w); break;
    case OPERATOR_PAD: *want_at(p, c, h + p->s.pad.top, w + p->s.pad.left) = x; break;
    case OPERATOR_PRELU: *want_at(p, c, h, w) = x > 0 ? x : x * (double)p->weights[c]; break;
    default: ck_abort_msg("not one of these");
    }
}

static void define(struct problem *p) {
    const struct operator_shape *s = &p->s;
    const size_t image = (size_t)s->OH * (size_t)s->OW;
    for (size_t i = 0; i < p->outputs; i++)
        p->want[i] = s->kind == OPERATOR_PAD ? (double)s->value : p->bias ? (double)p->bias[i / image] : 0;
    const float *x = p->in;
    for (int c = 0; c < s->C[0]; c++)
        for (int h = 0; h < s->H; h++)
            for (int w = 0; w < s->W; w++) scatter(p, (double)*x++, c, h, w);
    for (size_t i = 0; i < p->outputs; i++) p->want[i] = activated(s->activation, p->want[i]);
}

/* --- running ------------------------------------------------------------------------------------------------------- */

static struct problem problem_new(const char *layer) {
    char text[512];
    struct error err = {""};
    struct random r = {(uint64_t)strlen(layer)};
    snprintf(text, sizeof text, "%s\n", layer);
    const char *path = harness_scratch("shaping.net", text);
    struct network *raw = network_open(path, &err);
    ck_assert_msg(raw != NULL, "%s", err.text);
    struct problem p = {.folded = network_fold(raw)};
    network_free(raw);
    harness_forget(path);
    ck_assert_int_eq(p.folded->layers, 2);
    const struct layer *l = &p.folded->layer[1];
    p.s = l->shape_of;
    p.inputs = (size_t)p.s.C[0] * (size_t)p.s.H * (size_t)p.s.W;
    p.outputs = (size_t)p.s.M * (size_t)p.s.OH * (size_t)p.s.OW;
    p.in = noise(&r, p.inputs), p.weights = noise(&r, operator_raw(&p.s));
    p.bias = l->bias ? noise(&r, (size_t)p.s.M) : NULL;
    p.want = MEMORY_NEW(double, p.outputs);
    define(&p);
    return p;
}

static void problem_free(struct problem *p) {
    free(p->in), free(p->weights), free(p->bias), free(p->want);
    network_free(p->folded);
}

/* In the layout: threads 1 and 2, then over the input where that is promised. */
static void check_layout(const struct problem *p, enum layout layout, const char *text) {
    const struct operator_shape *s = &p->s;
    char *stored = memory_new(operator_weights(s, layout) + sizeof(float), 1);
    float end = CANARY;
    memcpy(stored + operator_weights(s, layout), &end, sizeof end);
    operator_prepare(s, layout, stored, p->weights);
    ck_assert(memcmp(stored + operator_weights(s, layout), &end, sizeof end) == 0);
    ck_assert_uint_eq(operator_workspace(s, layout, 2), 0);
    for (int way = 0; way < 3; way++) {
        float *in = MEMORY_NEW(float, p->inputs), *out = MEMORY_NEW(float, p->outputs + 2);
        for (size_t i = 0; i < p->inputs; i++) {
            const int w = (int)(i % (size_t)s->W), h = (int)(i / (size_t)s->W % (size_t)s->H),
                      c = (int)(i / (size_t)s->W / (size_t)s->H);
            in[layout_index(layout, s->C[0], s->H, s->W, c, h, w)] = p->in[i];
        }
        float *to = way == 2 && operators[s->kind]->in_place ? in : out + 1;
        out[0] = out[p->outputs + 1] = CANARY;
        operator_run(s, layout, to, (const float *const[]){in}, stored, p->bias, NULL, way ? 2 : 1);
        ck_assert(out[0] == CANARY && out[p->outputs + 1] == CANARY);
        for (size_t i = 0; i < p->outputs; i++) {
            const int w = (int)(i % (size_t)s->OW), h = (int)(i / (size_t)s->OW % (size_t)s->OH),
                      m = (int)(i / (size_t)s->OW / (size_t)s->OH);
            const double have = (double)to[layout_index(layout, s->M, s->OH, s->OW, m, h, w)];
            ck_assert_msg(fabs(have - p->want[i]) <= 1e-6 * fmax(1, fabs(p->want[i])),
                          "%s in %s: %d, %d, %d is %g, not %g", text, layout_names[layout], m, h, w, have, p->want[i]);
        }
        free(in), free(out);
    }
    free(stored);
}

static const char *const layers[] = {
    "x input - c=3 h=4 w=5\ny deconv x m=4 k=3",
    "x input - c=3 h=4 w=5\ny deconv x m=4 k=2 s=2 bias=0",
    "x input - c=3 h=4 w=5\ny deconv x m=4 k=3 s=2 p=1\nr relu6 y",
    "x input - c=6 h=3 w=3\ny deconv x m=4 k=4 s=2 pt=1 pl=2 pb=0 pr=1 g=2",
    "x input - c=8 h=5 w=2\ny deconv x m=8 k=3 s=2 p=1 g=8\nr silu y",
    "x input - c=2 h=3 w=70\ny deconv x m=3 kh=2 kw=3 sh=1 sw=2 dh=2 dw=1",
    "x input - c=2 h=3 w=4\ny deconv x m=3 k=2 d=3 s=5",
    "x input - c=5 h=1 w=1\ny deconv x m=130 k=4 s=1",
    "x input - c=1 h=1 w=1\ny deconv x m=1 k=1",
    "x input - c=2 h=7 w=7\ny deconv x m=2 k=3 p=3",
    "x input - c=3 h=4 w=5\ny pad x p=1",
    "x input - c=3 h=4 w=5\ny pad x pt=2 pr=3 value=-1.5",
    "x input - c=20 h=1 w=9\ny pad x pl=7 pb=1 value=0.25",
    "x input - c=20 h=3 w=9\ny pad x",
    "x input - c=3 h=4 w=5\ny prelu x",
    "x input - c=40 h=1 w=1\ny prelu x",
    "x input - c=1 h=9 w=31\ny prelu x",
    "x input - c=3 h=4 w=5\ny reshape x",
    "x input - c=3 h=4 w=5\ny reshape x last=1",
    "x input - c=6 h=4 w=5\ny reshape x c=5 h=8 w=3",
    "x input - c=6 h=4 w=5\ny reshape x c=5 h=8 w=3 last=1",
    "x input - c=60 h=1 w=1\ny reshape x h=4 w=5 last=1",
    "x input - c=1 h=60 w=1\ny reshape x w=60",
};

START_TEST(a_layer_computes_its_definition_in_every_layout) {
    struct problem p = problem_new(layers[_i]);
    for (int layout = 0; layout < LAYOUTS; layout++) check_layout(&p, (enum layout)layout, layers[_i]);
    problem_free(&p);
}
END_TEST

/* <conv x, y> = <x, deconv y> for every x and y: the same kernels, and a padding that leaves no row over. */
START_TEST(a_transposed_convolution_is_the_adjoint_of_the_convolution) {
    struct problem p = problem_new("x input - c=4 h=5 w=6\ny deconv x m=3 k=3 s=2 p=1 bias=0");
    const struct operator_shape *s = &p.s;
    struct random r = {3};
    float *image = noise(&r, p.outputs); /* of the convolution */
    double left = 0, right = 0;
    for (int c = 0; c < 4; c++)
        for (int h = 0; h < 5; h++)
            for (int w = 0; w < 6; w++) {
                double sum = 0;
                for (int m = 0; m < 3; m++)
                    for (int k = 0; k < 9; k++) {
                        const int y = 2 * h - 1 + k / 3, z = 2 * w - 1 + k % 3;
                        if (y < 0 || z < 0 || y >= s->OH || z >= s->OW) continue;
                        sum += (double)p.weights[(c * 3 + m) * 9 + k] * (double)image[(m * s->OH + y) * s->OW + z];
                    }
                left += sum * (double)p.in[(c * 5 + h) * 6 + w];
            }
    for (size_t i = 0; i < p.outputs; i++) right += p.want[i] * (double)image[i];
    ck_assert_double_eq_tol(left, right, 1e-9 * fabs(left) + 1e-12);
    free(image);
    problem_free(&p);
}
END_TEST

static const struct {
    const char *layer, *error;
} refusals[] = {
    {"y deconv x m=4", "deconv needs the key `k`, or `kh` and `kw`, and not both"},
    {"y deconv x m=4 k=3 g=2", "deconv of a 3 x 4 x 5 input: groups must divide input and output channels"},
    {"y deconv x m=4 k=1 p=2", "deconv of a 3 x 4 x 5 input: the padding takes away all of the output"},
    {"y deconv x m=4 k=2 s=1048576", "deconv of a 3 x 4 x 5 input: an image must have less than 2^31 pixels"},
    {"y pad x p=1 pt=2", "both `p` and the padding of a side"},
    {"y pad x p=1048576", "every output size must be at most 1048576"},
    {"y reshape x c=7", "the 60 elements of `x` do not make 7 x 1 x 1"},
    {"y reshape x h=7", "the 60 elements of `x` do not make 8 x 7 x 1"},
};

START_TEST(sizes_that_do_not_fit_are_refused) {
    char text[256];
    struct error err = {""};
    snprintf(text, sizeof text, "x input - c=3 h=4 w=5\n%s\n", refusals[_i].layer);
    const char *path = harness_scratch("sizes.net", text);
    ck_assert_ptr_null(network_open(path, &err));
    ck_assert_msg(strstr(err.text, refusals[_i].error), "%s", err.text);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("shaping");
    TCase *c = tcase_create("shaping");
    tcase_add_loop_test(c, a_layer_computes_its_definition_in_every_layout, 0, sizeof layers / sizeof layers[0]);
    tcase_add_test(c, a_transposed_convolution_is_the_adjoint_of_the_convolution);
    tcase_add_loop_test(c, sizes_that_do_not_fit_are_refused, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
