/* Layers that are not convolutions against their definitions, in every layout. Pools: test_pools.c. */
#include <math.h>
#include <stdlib.h>

#include "kernels/isa.h"
#include "tests/support/checked_operator.h"

static const int shapes[][3] = {{1, 1, 1},  {2, 3, 5},   {5, 1, 9},    {96, 7, 65},
                                {64, 4, 4}, {131, 3, 1}, {1000, 1, 1}, {7, 33, 31}};
#define SHAPES (int)(sizeof shapes / sizeof shapes[0])

static struct operator_shape elementwise(enum operator_kind kind, int i) {
    return (struct operator_shape){.kind = kind,
                                   .inputs = 1,
                                   .C = {shapes[i][0]},
                                   .H = shapes[i][1],
                                   .W = shapes[i][2],
                                   .M = shapes[i][0],
                                   .OH = shapes[i][1],
                                   .OW = shapes[i][2]};
}

static const enum operator_kind activations[ACTIVATIONS] = {
    OPERATORS,
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) OPERATOR_##symbol,
#include "kernels/activations.def"
};

START_TEST(activations_agree_as_layers) {
    for (int kind = ACTIVATION_NONE + 1; kind < ACTIVATIONS; kind++)
        for (int other = 0; other < 2; other++) {
            struct operator_shape s = elementwise(activations[kind], _i);
            s.activation = activated_sample((enum activation_kind)kind, other);
            checked_operator(&s, false);
        }
}
END_TEST

START_TEST(softmax_agrees) {
    struct operator_shape soft = elementwise(OPERATOR_SOFTMAX, _i);
    checked_operator(&soft, false);
}
END_TEST

START_TEST(local_response_normalisation_agrees_for_every_window_and_exponent) {
    struct operator_shape s = elementwise(OPERATOR_LRN, _i);
    static const float betas[] = {0.75f, 0.5f, 1.0f}, alphas[] = {1e-4f, 2.0f}, biases[] = {1.0f, 2.0f};
    for (s.size = 1; s.size < 9; s.size++)
        for (int k = 0; k < 6; k++) {
            s.beta = betas[k % 3], s.alpha = alphas[k % 2], s.bias = biases[k % 2];
            checked_operator(&s, false);
        }
}
END_TEST

/* Channels that are no whole vectors and more than there is room to copy, windows with and without powf, and wide rows. */
START_TEST(local_response_normalisation_agrees_on_every_instruction_set) {
    static const int sizes[][3] = {{1, 3, 5}, {13, 2, 16}, {61, 2, 7}, {5, 2, 301}, {1100, 1, 2}, {2100, 1, 1}};
    if (!isa_force((enum isa)_i)) return;
    for (int i = 0; i < 6; i++) {
        struct operator_shape s = {.kind = OPERATOR_LRN, .inputs = 1, .C = {sizes[i][0]}, .alpha = 1, .bias = 1};
        s.M = s.C[0], s.H = s.OH = sizes[i][1], s.W = s.OW = sizes[i][2];
        for (s.size = 5; s.size <= 17; s.size += 6) {
            s.beta = s.size == 11 ? 0.5f : 0.75f;
            checked_operator(&s, false);
        }
    }
}
END_TEST

START_TEST(concatenation_and_addition_agree_for_two_to_eight_inputs) {
    for (int inputs = 2; inputs <= OPERATOR_INPUTS; inputs++) {
        struct operator_shape s = elementwise(OPERATOR_ADD, _i);
        s.inputs = inputs;
        for (int i = 0; i < inputs; i++) s.C[i] = s.C[0];
        for (int kind = 0; kind < ACTIVATIONS; kind++) {
            s.activation = activation_of((enum activation_kind)kind);
            checked_operator(&s, false);
        }
        s = elementwise(OPERATOR_CONCAT, _i);
        s.inputs = inputs, s.M = 0;
        for (int i = 0; i < inputs; i++) s.C[i] = 1 + (shapes[_i][0] + 7 * i) % 40, s.M += s.C[i];
        checked_operator(&s, false);
    }
}
END_TEST

START_TEST(fully_connected_agrees_with_and_without_bias_and_activation) {
    static const int outputs[] = {1, 3, 16, 17, 100};
    for (int k = 0; k < 5; k++)
        for (int flags = 0; flags < 2 * ACTIVATIONS; flags++) {
            struct operator_shape s = elementwise(OPERATOR_FC, _i);
            s.M = outputs[k], s.OH = s.OW = 1, s.activation = activation_of((enum activation_kind)(flags / 2));
            checked_operator(&s, flags & 1);
        }
}
END_TEST

START_TEST(fully_connected_layers_store_their_weights_and_nothing_else) {
    for (int m = 1; m <= 40; m++) {
        const struct operator_shape s = {.kind = OPERATOR_FC, .C = {3}, .H = 2, .W = 5, .M = m, .OH = 1, .OW = 1};
        for (int layout = 0; layout < LAYOUTS; layout++)
            ck_assert_uint_eq(operator_weights(&s, (enum layout)layout), sizeof(float) * 30 * (size_t)m);
    }
}
END_TEST

/* --- long sums --- */

#define LONG_TOLERANCE 1e-6

/* All elements are `value`, weights too: the worst for a running float sum, since every rounding errs the same way. */
static const struct {
    struct operator_shape shape;
    float value;
    double want;
} long_sums[] = {
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 1000, .W = 1000, .M = 1, .OH = 1, .OW = 1}, 0.1f, (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 5000, .W = 5000, .M = 1, .OH = 1, .OW = 1}, 1.0f, 1.0},
    {{.kind = OPERATOR_AVGPOOL, .C = {39}, .H = 501, .W = 103, .M = 39, .OH = 1, .OW = 1}, 0.7f, (double)0.7f},
    {{.kind = OPERATOR_AVGPOOL, .C = {3}, .H = 300, .W = 5, .M = 3, .OH = 1, .OW = 1}, -0.3f, (double)-0.3f},
    {{.kind = OPERATOR_AVGPOOL, .C = {2}, .H = 250, .W = 300, .M = 2, .OH = 4, .OW = 5, .kernel = 100, .stride = 50},
     0.1f,
     (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL, .C = {1}, .H = 601, .W = 602, .M = 1, .OH = 2, .OW = 3, .kernel = 600, .stride = 1},
     0.1f,
     (double)0.1f},
    {{.kind = OPERATOR_AVGPOOL,
      .C = {33},
      .H = 30,
      .W = 40,
      .M = 33,
      .OH = 30,
      .OW = 40,
      .kernel = 9,
      .stride = 1,
      .pad = {4, 4, 4, 4}},
     0.7f,
     (double)0.7f},
    {{.kind = OPERATOR_FC, .C = {100000}, .H = 1, .W = 1, .M = 3, .OH = 1, .OW = 1}, 0.1f, 1e5 * (double)0.1f * 0.1f},
    {{.kind = OPERATOR_FC, .C = {10}, .H = 100, .W = 101, .M = 17, .OH = 1, .OW = 1},
     0.3f,
     101e3 * (double)0.3f * 0.3f},
    {{.kind = OPERATOR_SOFTMAX, .C = {1000000}, .H = 1, .W = 1, .M = 1000000, .OH = 1, .OW = 1}, 0.1f, 1e-6},
    {{.kind = OPERATOR_SOFTMAX, .C = {30000}, .H = 2, .W = 3, .M = 30000, .OH = 2, .OW = 3}, 5.0f, 1.0 / 30000},
    {{.kind = OPERATOR_ADD, .inputs = 8, .C = {9}, .H = 7, .W = 5, .M = 9, .OH = 7, .OW = 5}, 0.1f, 8 * (double)0.1f},
};
#define LONG_SUMS (int)(sizeof long_sums / sizeof long_sums[0])

/* All elements are equal, so one buffer serves as every input in every layout. */
static void check_constant(struct operator_shape s, float value, double want) {
    char text[OPERATOR_TEXT];
    operator_print(text, &s);
    const size_t raw = s.kind == OPERATOR_FC ? (size_t)s.M * operator_oracle_inputs(&s, 0) : 0,
                 count = operator_oracle_inputs(&s, 0);
    float *in = MEMORY_NEW(float, count), *weights = MEMORY_NEW(float, raw),
          *out = MEMORY_NEW(float, operator_oracle_outputs(&s));
    const float *inputs[OPERATOR_INPUTS];
    for (int i = 0; i < OPERATOR_INPUTS; i++) inputs[i] = in;
    for (size_t i = 0; i < count; i++) in[i] = value;
    for (size_t i = 0; i < raw; i++) weights[i] = value;
    for (int layout = 0; layout < LAYOUTS; layout++) {
        void *stored = memory_new(operator_weights(&s, (enum layout)layout) + 1, 1);
        operator_prepare(&s, (enum layout)layout, stored, weights);
        operator_run(&s, (enum layout)layout, out, inputs, stored, NULL, NULL, 1);
        double worst = want;
        for (size_t i = 0; i < operator_oracle_outputs(&s); i++)
            if (!(fabs((double)out[i] - want) <= fabs(worst - want))) worst = (double)out[i];
        ck_assert_msg(fabs(worst - want) <= LONG_TOLERANCE * fabs(want), "%s in %s: %.9g, not %.9g", text,
                      layout_names[layout], worst, want);
        free(stored);
    }
    free(in), free(weights), free(out);
}

START_TEST(long_sums_keep_their_digits) {
    check_constant(long_sums[_i].shape, long_sums[_i].value, long_sums[_i].want);
}
END_TEST

START_TEST(normalisation_over_thousands_of_channels_keeps_its_digits) {
    struct operator_shape s = {
        .kind = OPERATOR_LRN, .inputs = 1, .C = {4000}, .H = 1, .M = 4000, .OH = 1, .size = 7999, .alpha = 1e3f};
    static const float betas[] = {0.75f, 2.0f};
    s.W = s.OW = 1 + 2 * _i, s.beta = betas[_i], s.bias = 1.0f; /* every window has all the channels */
    const double x = (double)0.1f, sum = 4000 * x * x;
    check_constant(s, 0.1f, x * pow(1 + 1e3 / 7999 * sum, -(double)s.beta));
}
END_TEST

static const struct {
    struct operator_shape shape;
    const char *text;
} printed[] = {
    {{.kind = OPERATOR_MAXPOOL, .C = {96}, .H = 55, .W = 55, .kernel = 3, .stride = 2, .ceil = true},
     "maxpool:c=96,h=55,w=55,k=3,s=2,p=0,ceil=1"},
    {{.kind = OPERATOR_AVGPOOL,
      .C = {8},
      .H = 5,
      .W = 6,
      .kernel = 3,
      .stride = 2,
      .pad = {1, 1, 1, 1},
      .count_pad = true},
     "avgpool:c=8,h=5,w=6,k=3,s=2,p=1,ceil=0,pad=1"},
    {{.kind = OPERATOR_MAXPOOL, .C = {8}, .H = 5, .W = 6, .kernel = 3, .stride = 2, .pad = {1, 2, 0, 2}},
     "maxpool:c=8,h=5,w=6,k=3,s=2,p=1:2:0:2,ceil=0"},
    {{.kind = OPERATOR_MAXPOOL, .C = {8}, .H = 5, .W = 6, .kernel = 3, .kernel_w = 2, .stride = 2, .stride_w = 1},
     "maxpool:c=8,h=5,w=6,k=3x2,s=2x1,p=0,ceil=0"},
    {{.kind = OPERATOR_AVGPOOL, .C = {8}, .H = 5, .W = 6}, "avgpool:c=8,h=5,w=6,global=1"},
    {{.kind = OPERATOR_RELU, .C = {8}, .H = 5, .W = 6}, "relu:c=8,h=5,w=6"},
    {{.kind = OPERATOR_LRN, .C = {8}, .H = 5, .W = 6, .size = 5, .alpha = 1e-4f, .beta = 0.75f, .bias = 1},
     "lrn:c=8,h=5,w=6,size=5,alpha=0.0001,beta=0.75,bias=1"},
    {{.kind = OPERATOR_CONCAT, .inputs = 3, .C = {64, 128, 32}, .H = 5, .W = 6}, "concat:c=64+128+32,h=5,w=6"},
    {{.kind = OPERATOR_ADD, .inputs = 2, .C = {64, 64}, .H = 5, .W = 6, .activation = {ACTIVATION_SILU, 0, 0}},
     "add:c=64,h=5,w=6,inputs=2,relu=1"},
    {{.kind = OPERATOR_FC, .C = {64}, .H = 5, .W = 6, .M = 10}, "fc:c=64,h=5,w=6,m=10,relu=0"},
    {{.kind = OPERATOR_SOFTMAX, .C = {64}, .H = 1, .W = 1}, "softmax:c=64,h=1,w=1"},
};

START_TEST(an_operator_prints_its_sizes_and_its_name_is_known) {
    char text[OPERATOR_TEXT];
    enum operator_kind kind;
    operator_print(text, &printed[_i].shape);
    ck_assert_str_eq(text, printed[_i].text);
    ck_assert(operator_parse_kind(&kind, operator_names[printed[_i].shape.kind]));
    ck_assert_int_eq(kind, printed[_i].shape.kind);
    ck_assert(!operator_parse_kind(&kind, "maxpoo"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("operators");
    TCase *tests = tcase_create("operators");
    tcase_add_loop_test(tests, activations_agree_as_layers, 0, SHAPES);
    tcase_add_loop_test(tests, softmax_agrees, 0, SHAPES);
    tcase_add_loop_test(tests, local_response_normalisation_agrees_for_every_window_and_exponent, 0, SHAPES);
    tcase_add_loop_test(tests, local_response_normalisation_agrees_on_every_instruction_set, 0, ISAS);
    tcase_add_loop_test(tests, concatenation_and_addition_agree_for_two_to_eight_inputs, 0, SHAPES);
    tcase_add_loop_test(tests, fully_connected_agrees_with_and_without_bias_and_activation, 0, SHAPES);
    tcase_add_test(tests, fully_connected_layers_store_their_weights_and_nothing_else);
    tcase_add_loop_test(tests, long_sums_keep_their_digits, 0, LONG_SUMS);
    tcase_add_loop_test(tests, normalisation_over_thousands_of_channels_keeps_its_digits, 0, 2);
    tcase_add_loop_test(tests, an_operator_prints_its_sizes_and_its_name_is_known, 0,
                        (int)(sizeof printed / sizeof printed[0]));
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
