/* The reference of --check: its loops against values computed by hand, and kernels that are wrong on purpose, which
 * must be noticed. The linker wraps the kernels' entries in the functions below (--wrap): if the reference called a
 * kernel, it would have the same error, and the error would pass. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiments/runtime/reference.h"
#include "experiments/runtime/reference_layers.h"
#include "experiments/runtime/runtime.h"
#include "kernels/layout/convert.h"
#include "tests/support/stated.h"
#include "tests/support/world.h"

/* --- kernels that are made wrong --- */

enum { WRONG_CONV = OPERATORS, WRONG_CONVERT, WRONG_NONE };
static int wrong = WRONG_NONE; /* an operator_kind, or one of these */

/* One element, the largest, is a hundredth off. */
static void spoil(float *out, size_t n) {
    size_t most = 0;
    for (size_t i = 1; i < n; i++)
        if (fabsf(out[i]) > fabsf(out[most])) most = i;
    out[most] *= 1.01f;
}

void __real_operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads);
void __wrap_operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads);
void __wrap_operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                         const void *stored, const float *bias, void *workspace, int threads) {
    __real_operator_run(s, layout, out, in, stored, bias, workspace, threads);
    if (wrong == (int)s->kind) spoil(out, (size_t)s->M * (size_t)s->OH * (size_t)s->OW);
}

void __real_primitive_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation f, void *workspace, int threads);
void __wrap_primitive_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation f, void *workspace, int threads);
void __wrap_primitive_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation f, void *workspace, int threads) {
    __real_primitive_run(p, s, out, in, stored, bias, f, workspace, threads);
    if (wrong == WRONG_CONV) spoil(out, (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s));
}

void __real_convert_run(float *out, const float *in, int C, int H, int W, enum layout from, enum layout to,
                        int threads);
void __wrap_convert_run(float *out, const float *in, int C, int H, int W, enum layout from, enum layout to,
                        int threads);
void __wrap_convert_run(float *out, const float *in, int C, int H, int W, enum layout from, enum layout to,
                        int threads) {
    __real_convert_run(out, in, C, H, W, from, to, threads);
    if (wrong == WRONG_CONVERT) spoil(out, (size_t)C * (size_t)H * (size_t)W);
}

/* tests/data/kinds.net and, after its last layer, every activation of the table one after the other. */
static const char *kinds_net(void) {
    static char text[8192];
    FILE *file = fopen("tests/data/kinds.net", "r");
    ck_assert_ptr_nonnull(file);
    size_t used = fread(text, 1, sizeof text / 2, file);
    fclose(file);
    const char *before = "prob";
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help)                                                    \
    used += (size_t)snprintf(text + used, sizeof text - used, "last-%s %s %s\n", #name, #name, before);                \
    before = "last-" #name;
#include "kernels/activations.def"
    return harness_scratch("kinds.net", text);
}

/* The largest error of a random plan; *tolerance: what `run --check` allows; *conversions of the plan. */
static double error_of_plan(double *tolerance, int *conversions, const struct world *w, struct reference *f) {
    struct error err = {""};
    struct runtime *r = runtime_new(w->plan, w->net, &w->weights, 1, &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    const struct runtime_observer watch = {.step = reference_compare, .context = f};
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    int worst;
    *tolerance = 1e-5 + stated_error(r->schedule), *conversions = 0;
    for (int i = 0; i < r->schedule->steps; i++) {
        *conversions += r->schedule->step[i].row->kind == PROFILE_CONVERT;
    }
    runtime_run(r, out, w->in, &watch);
    free(out);
    runtime_free(r);
    return reference_worst(&worst, f);
}

START_TEST(a_wrong_kernel_of_every_kind_is_noticed) {
    struct error err = {""};
    struct world w = world_new(kinds_net());
    wrong = _i;
    struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    struct random random = {(uint64_t)_i + 1};
    for (int round = 0; round < 10; round++) {
        double tolerance;
        int conversions;
        world_plan(&w, "kinds", &random, round % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
        const double error = error_of_plan(&tolerance, &conversions, &w, f);
        const bool spoilt = wrong != WRONG_NONE && wrong != OPERATOR_INPUT && wrong != OPERATOR_OPAQUE &&
                            (wrong != WRONG_CONVERT || conversions);
        ck_assert_msg((error > tolerance) == spoilt, "kind %d, round %d: off by %.2e of at most %.2e", _i, round, error,
                      tolerance);
    }
    reference_free(f);
    world_free(&w);
}
END_TEST

START_TEST(the_network_of_that_test_has_every_kind) {
    struct world w = world_new(kinds_net());
    bool has[OPERATORS] = {false};
    for (int v = 0; v < w.net->layers; v++)
        if (w.net->layer[v].kind == LAYER_OPERATOR) has[w.net->layer[v].shape_of.kind] = true;
    for (int kind = 0; kind < OPERATORS; kind++)
        ck_assert_msg(has[kind] || kind == OPERATOR_OPAQUE, "no %s", operator_names[kind]);
    world_free(&w);
}
END_TEST

/* --- values worked out by hand --- */

static const float nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1},
                   signs[] = {-1, 2, -3, 4, -5, 6, -7, 8, -9};

#define MOST 8 /* outputs */
/* An activation as a layer on -1, 2, -3, 4. */
#define ACTIVATED(symbol, a, b, ...)                                                                                   \
    {                                                                                                                  \
        .shape = {.kind = OPERATOR_##symbol,                                                                           \
                  .C = {2},                                                                                            \
                  .H = 1,                                                                                              \
                  .W = 2,                                                                                              \
                  .M = 2,                                                                                              \
                  .OH = 1,                                                                                             \
                  .OW = 2,                                                                                             \
                  .activation = {ACTIVATION_##symbol, a, b}},                                                          \
        .in = {signs}, .want = {__VA_ARGS__},                                                                          \
    }
static const struct {
    struct operator_shape shape;
    const float *in[2], *weights, *bias;
    double want[MOST];
} by_hand[] = {
    {.shape = {.kind = OPERATOR_MAXPOOL, .C = {1}, .H = 3, .W = 3, .M = 1, .OH = 2, .OW = 2, .kernel = 2, .stride = 1},
     .in = {signs},
     .want = {4, 6, 8, 8}},
    /* sizes rounded up: the last windows are clipped */
    {.shape = {.kind = OPERATOR_MAXPOOL,
               .C = {1},
               .H = 3,
               .W = 3,
               .M = 1,
               .OH = 2,
               .OW = 2,
               .kernel = 2,
               .stride = 2,
               .ceil = true},
     .in = {nine},
     .want = {5, 6, 8, 9}},
    {.shape = {.kind = OPERATOR_AVGPOOL,
               .C = {1},
               .H = 3,
               .W = 3,
               .M = 1,
               .OH = 2,
               .OW = 2,
               .kernel = 2,
               .stride = 2,
               .pad = {1, 1, 1, 1}},
     .in = {nine},
     .want = {1, 2.5, 5.5, 7}},
    {.shape = {.kind = OPERATOR_AVGPOOL,
               .C = {1},
               .H = 3,
               .W = 3,
               .M = 1,
               .OH = 2,
               .OW = 2,
               .kernel = 2,
               .stride = 2,
               .pad = {1, 1, 1, 1},
               .count_pad = true},
     .in = {nine},
     .want = {0.25, 1.25, 2.75, 7}},
    /* rounded up, padding counted: the last window is 2 x 2 of H + pad */
    {.shape = {.kind = OPERATOR_AVGPOOL,
               .C = {1},
               .H = 3,
               .W = 3,
               .M = 1,
               .OH = 2,
               .OW = 2,
               .kernel = 3,
               .stride = 3,
               .pad = {1, 1, 1, 1},
               .ceil = true,
               .count_pad = true},
     .in = {nine},
     .want = {12.0 / 9, 9.0 / 6, 15.0 / 6, 9.0 / 4}},
    {.shape = {.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 3, .W = 3, .M = 1, .OH = 1, .OW = 1},
     .in = {nine},
     .want = {5}},
    {.shape = {.kind = OPERATOR_MAXPOOL, .C = {2}, .H = 2, .W = 2, .M = 2, .OH = 1, .OW = 1},
     .in = {signs},
     .want = {4, 8}},
    ACTIVATED(RELU, 0, INFINITY, 0, 2, 0, 4),
    ACTIVATED(RELU6, 0, 6, 0, 2, 0, 4),
    ACTIVATED(CLIP, -2, 3, -1, 2, -2, 3),
    ACTIVATED(LEAKY_RELU, 0.5f, 0, -0.5, 2, -1.5, 4),
    ACTIVATED(ELU, 2, 0, -1.2642411176571153, 2, -1.9004258632642721, 4),
    ACTIVATED(SIGMOID, 0, 0, 0.26894142136999512, 0.88079707797788243, 0.047425873177566781, 0.98201379003790844),
    ACTIVATED(HARD_SIGMOID, 0.25f, 0.5f, 0.25, 1, 0, 1),
    ACTIVATED(SILU, 0, 0, -0.26894142136999512, 1.7615941559557649, -0.14227761953270034, 3.9280551601516338),
    ACTIVATED(HARD_SWISH, 0, 0, -1.0 / 3, 5.0 / 3, 0, 4),
    ACTIVATED(TANH, 0, 0, -0.76159415595576489, 0.9640275800758169, -0.99505475368673045, 0.99932929973906704),
    /* channels 1, 2, 3: windows of 2 begin at the channel itself */
    {.shape = {.kind = OPERATOR_LRN,
               .C = {3},
               .H = 1,
               .W = 1,
               .M = 3,
               .OH = 1,
               .OW = 1,
               .size = 2,
               .alpha = 2,
               .beta = 1,
               .bias = 1},
     .in = {nine},
     .want = {1.0 / 6, 2.0 / 14, 3.0 / 10}},
    {.shape = {.kind = OPERATOR_CONCAT, .inputs = 2, .C = {1, 2}, .H = 1, .W = 2, .M = 3, .OH = 1, .OW = 2},
     .in = {nine, signs},
     .want = {1, 2, -1, 2, -3, 4}},
    {.shape = {.kind = OPERATOR_ADD, .inputs = 2, .C = {2, 2}, .H = 1, .W = 2, .M = 2, .OH = 1, .OW = 2},
     .in = {ones, signs},
     .want = {0, 3, -2, 5}},
    {.shape = {.kind = OPERATOR_ADD,
               .inputs = 2,
               .C = {2, 2},
               .H = 1,
               .W = 2,
               .M = 2,
               .OH = 1,
               .OW = 2,
               .activation = {ACTIVATION_RELU, 0, INFINITY}},
     .in = {ones, signs},
     .want = {0, 3, 0, 5}},
    {.shape = {.kind = OPERATOR_FC, .C = {2}, .H = 1, .W = 2, .M = 2, .OH = 1, .OW = 1},
     .in = {nine},
     .weights = signs,
     .bias = ones,
     .want = {1 - 1 + 4 - 9 + 16, 1 - 5 + 12 - 21 + 32}},
    {.shape = {.kind = OPERATOR_SOFTMAX, .C = {4}, .H = 1, .W = 1, .M = 4, .OH = 1, .OW = 1},
     .in = {ones},
     .want = {0.25, 0.25, 0.25, 0.25}},
    {.shape = {.kind = OPERATOR_SOFTMAX, .C = {2}, .H = 1, .W = 2, .M = 2, .OH = 1, .OW = 2},
     .in = {nine}, /* 1, 3 and 2, 4 */
     .want = {0.11920292202211755, 0.11920292202211755, 0.8807970779778824, 0.8807970779778824}},
};

START_TEST(the_reference_of_a_layer_is_what_one_works_out_by_hand) {
    const struct operator_shape *s = &by_hand[_i].shape;
    float out[MOST];
    reference_layers_operator(out, by_hand[_i].in, s, by_hand[_i].weights, by_hand[_i].bias, 2);
    for (int i = 0; i < s->M * s->OH * s->OW; i++)
        ck_assert_msg(fabs((double)out[i] - by_hand[_i].want[i]) <= 1e-7 * fabs(by_hand[_i].want[i]),
                      "%s, output %d: %.9g, not %.9g", operator_names[s->kind], i, (double)out[i], by_hand[_i].want[i]);
}
END_TEST

static const struct {
    const char *scenario;
    const float *in, *weights, *bias;
    enum activation_kind activation;
    double want[9];
} convolutions[] = {
    {"1,3,3,1,2,1,0", nine, ones, NULL, ACTIVATION_NONE, {12, 16, 24, 28}},
    {"1,3,3,1,2,1,0",
     nine,
     signs,
     ones,
     ACTIVATION_NONE,
     {1 - 1 + 4 - 12 + 20, 1 - 2 + 6 - 15 + 24, 1 - 4 + 10 - 21 + 32, 1 - 5 + 12 - 24 + 36}},
    {"1,3,3,1,3,1,1", nine, ones, NULL, ACTIVATION_NONE, {12, 21, 16, 27, 45, 33, 24, 39, 28}},
    {"1,3,3,1,3,2,1", nine, ones, NULL, ACTIVATION_NONE, {12, 16, 24, 28}},
    {"1,3,3,1,2,1,0,1,2", nine, signs, NULL, ACTIVATION_NONE, {-1 + 6 - 21 + 36}},         /* dilated: the corners */
    {"2,2,2,2,1,1,0,2", nine, signs, ones, ACTIVATION_RELU, {0, 0, 0, 0, 11, 13, 15, 17}}, /* groups */
    {"2,2,2,1,1x2,1,0", nine, nine, NULL, ACTIVATION_NONE, {1 + 4 + 15 + 24, 3 + 8 + 21 + 32}},
};

START_TEST(the_reference_of_a_convolution_is_what_one_works_out_by_hand) {
    struct scenario s;
    float out[9];
    ck_assert_ptr_null(scenario_parse(&s, convolutions[_i].scenario));
    reference_layers_conv(out, convolutions[_i].in, &s, convolutions[_i].weights, convolutions[_i].bias,
                          activation_of(convolutions[_i].activation), 2);
    for (int i = 0; i < s.M * scenario_out_h(&s) * scenario_out_w(&s); i++)
        ck_assert_msg((double)out[i] == convolutions[_i].want[i], "%s, output %d: %g, not %g",
                      convolutions[_i].scenario, i, (double)out[i], convolutions[_i].want[i]);
}
END_TEST

START_TEST(the_reference_lays_out_tensors_as_their_names_say) {
    const int C = 2, H = 3, W = 4;
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++) {
                ck_assert_uint_eq(reference_layers_index(LAYOUT_CHW, C, H, W, c, h, w), (size_t)(c * 12 + h * 4 + w));
                ck_assert_uint_eq(reference_layers_index(LAYOUT_HWC, C, H, W, c, h, w), (size_t)(h * 8 + w * 2 + c));
                ck_assert_uint_eq(reference_layers_index(LAYOUT_HCW, C, H, W, c, h, w), (size_t)(h * 8 + c * 4 + w));
            }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("reference");
    TCase *c = tcase_create("reference");
    tcase_add_loop_test(c, a_wrong_kernel_of_every_kind_is_noticed, 0, WRONG_NONE + 1);
    tcase_add_test(c, the_network_of_that_test_has_every_kind);
    tcase_add_loop_test(c, the_reference_of_a_layer_is_what_one_works_out_by_hand, 0,
                        (int)(sizeof by_hand / sizeof by_hand[0]));
    tcase_add_loop_test(c, the_reference_of_a_convolution_is_what_one_works_out_by_hand, 0,
                        (int)(sizeof convolutions / sizeof convolutions[0]));
    tcase_add_test(c, the_reference_lays_out_tensors_as_their_names_say);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
