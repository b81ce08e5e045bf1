/* Kernels whose output is written over their input, or that find parts of it there: the bits are those of a run with
 * memory apart, which test_operators, test_pools and test_primitives compare with references. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/operator.h"
#include "kernels/primitive.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

#define CASES  400
#define CANARY 64 /* floats on either side */

static size_t in_count(const struct operator_shape *s, int i) {
    return (size_t)s->C[i] * (size_t)s->H * (size_t)s->W;
}

static size_t out_count(const struct operator_shape *s) {
    return (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
}

static void noise(float *x, size_t n, struct random *r) {
    for (size_t i = 0; i < n; i++) x[i] = (float)(2 * random_unit(r) - 1);
}

/* A block between canaries. */
static float *block_new(size_t n) {
    float *room = memory_aligned((n + 2 * CANARY + 15) / 16 * 64, 64);
    memset(room, 0x5a, (n + 2 * CANARY) * sizeof *room);
    return room + CANARY;
}

static void block_free(float *x, size_t n, const char *text) {
    float whole[CANARY];
    memset(whole, 0x5a, sizeof whole);
    ck_assert_msg(memcmp(x - CANARY, whole, sizeof whole) == 0 && memcmp(x + n, whole, sizeof whole) == 0,
                  "%s: written outside of its input", text);
    free(x - CANARY);
}

/* --- windows --- */

static int window_first(int o, int stride, int before, int size) {
    const int first = o * stride - before;
    return first < 0 ? 0 : first < size ? first : size - 1;
}

/* One channel, pixel by pixel: is output i ever on a pixel that a later window begins before or at? */
static bool slow_leads(const struct padding *p, int stride, int stride_w, int H, int W, int OH, int OW) {
    if (OH * OW > H * W) return false;
    for (int i = 0; i < OH * OW; i++)
        for (int j = i + 1; j < OH * OW; j++)
            if (i >= window_first(j / OW, stride, p->top, H) * W + window_first(j % OW, stride_w, p->left, W))
                return false;
    return true;
}

START_TEST(windows_lead_only_where_no_output_lies_on_what_a_later_window_reads) {
    struct random r = {1};
    int yes = 0, no = 0, careful = 0;
    for (int i = 0; i < 20000; i++) {
        const int H = random_int(&r, 1, 9), W = random_int(&r, 1, 9), stride = random_int(&r, 1, 4);
        const int stride_w = random_int(&r, 0, 2) ? stride : random_int(&r, 1, 4);
        const int KH = random_int(&r, 1, 5), KW = random_int(&r, 1, 5);
        const struct padding p = {random_int(&r, 0, 4), random_int(&r, 0, 4), random_int(&r, 0, 4),
                                  random_int(&r, 0, 4)};
        if (H + p.top + p.bottom < KH || W + p.left + p.right < KW) continue;
        const int OH = (H + p.top + p.bottom - KH) / stride + 1, OW = (W + p.left + p.right - KW) / stride_w + 1;
        const bool leads = padding_leads(&p, stride, stride_w, H, W, OH, OW),
                   slow = slow_leads(&p, stride, stride_w, H, W, OH, OW);
        ck_assert_msg(slow || !leads, "%d x %d, strides %d %d, padding %d %d, %d x %d", H, W, stride, stride_w, p.top,
                      p.left, OH, OW);
        yes += leads, no += !slow, careful += slow && !leads;
    }
    printf("windows: %d lead, %d do not, %d would\n", yes, no, careful);
    ck_assert_int_gt(yes, 3000);
    ck_assert_int_gt(no, 3000);
    ck_assert_int_lt(careful, yes / 10);
}
END_TEST

/* --- operators --- */

static void random_pool(struct operator_shape *s, struct random *r) {
    if (random_int(r, 0, 9) == 0) {
        s->OH = s->OW = 1;
        return;
    }
    s->kernel = random_int(r, 1, 4);
    s->stride = random_int(r, 1, 4);
    s->pad = (struct padding){random_int(r, 0, s->kernel - 1), random_int(r, 0, s->kernel - 1),
                              random_int(r, 0, s->kernel - 1), random_int(r, 0, s->kernel - 1)};
    if (s->H < s->kernel) s->H = s->kernel;
    if (s->W < s->kernel) s->W = s->kernel;
    s->count_pad = random_int(r, 0, 1);
    s->kernel_w = random_int(r, 0, 2) ? s->kernel : random_int(r, s->kernel, 5);
    s->stride_w = random_int(r, 0, 2) ? s->stride : random_int(r, 1, 4);
    if (s->W < s->kernel_w) s->W = s->kernel_w;
    s->OH = (s->H + s->pad.top + s->pad.bottom - s->kernel) / s->stride + 1;
    s->OW = (s->W + s->pad.left + s->pad.right - s->kernel_w) / s->stride_w + 1;
}

/* An activation with its presets, as a layer or, in an addition, folded in; any of the table. */
static struct activation random_activation(struct random *r) {
    return activation_of((enum activation_kind)random_int(r, 0, ACTIVATIONS - 1));
}

static struct operator_shape random_shape(enum operator_kind kind, struct random *r) {
    struct operator_shape s = {.kind = kind, .inputs = 1, .C = {random_int(r, 1, 140)}};
    s.H = random_int(r, 1, 12), s.W = random_int(r, 1, random_int(r, 0, 3) ? 12 : 140);
    s.M = s.C[0], s.OH = s.H, s.OW = s.W;
    if (kind == OPERATOR_MAXPOOL || kind == OPERATOR_AVGPOOL) random_pool(&s, r);
    if (kind == OPERATOR_LRN)
        s.size = 2 * random_int(r, 0, 9) + 1, s.alpha = 0.5f, s.beta = random_int(r, 0, 1) ? 0.75f : 0.5f, s.bias = 1;
    while (operators[kind]->activates && s.activation.kind == ACTIVATION_NONE) s.activation = random_activation(r);
    if (kind == OPERATOR_ADD) {
        s.inputs = random_int(r, 2, 4), s.activation = random_activation(r);
        for (int i = 1; i < s.inputs; i++) s.C[i] = s.C[0];
    }
    return s;
}

/* out lies over input `slot`. */
static bool same_over(const struct operator_shape *s, enum layout layout, int slot, int threads, float *const *in,
                      const float *apart) {
    const float *inputs[OPERATOR_INPUTS];
    char text[OPERATOR_TEXT];
    operator_print(text, s);
    for (int i = 0; i < s->inputs; i++) inputs[i] = in[i];
    float *over = block_new(in_count(s, slot));
    memcpy(over, in[slot], in_count(s, slot) * sizeof *over);
    inputs[slot] = over;
    operator_run(s, layout, over, inputs, NULL, NULL, NULL, threads);
    const bool same = memcmp(over, apart, out_count(s) * sizeof *over) == 0;
    block_free(over, in_count(s, slot), text);
    return same;
}

/* Returns how often it ran over an input. */
static int check_over(const struct operator_shape *s, struct random *r) {
    float *in[OPERATOR_INPUTS] = {NULL}, *apart = MEMORY_NEW(float, out_count(s));
    char text[OPERATOR_TEXT];
    int times = 0;
    operator_print(text, s);
    for (int i = 0; i < s->inputs; i++) {
        in[i] = MEMORY_NEW(float, in_count(s, i));
        noise(in[i], in_count(s, i), r);
    }
    for (int layout = 0; layout < LAYOUTS; layout++) {
        operator_run(s, (enum layout)layout, apart, (const float *const *)in, NULL, NULL, NULL, 1);
        for (int threads = 1; threads <= 2; threads++)
            for (int slot = 0; slot < operator_over(s, threads); slot++, times++)
                ck_assert_msg(same_over(s, (enum layout)layout, slot, threads, in, apart),
                              "%s in %s, over input %d, %d threads", text, layout_names[layout], slot, threads);
    }
    for (int i = 0; i < s->inputs; i++) free(in[i]);
    free(apart);
    return times;
}

static const struct {
    enum operator_kind kind;
    int least; /* runs over an input, of CASES shapes in three layouts */
} overs[] = {{OPERATOR_MAXPOOL, CASES},     {OPERATOR_AVGPOOL, CASES},  {OPERATOR_LRN, 4 * CASES},
             {OPERATOR_SOFTMAX, 6 * CASES}, {OPERATOR_RELU, 6 * CASES}, {OPERATOR_ADD, 12 * CASES}};

START_TEST(an_operator_gives_the_same_bits_over_its_input) {
    struct random r = {(uint64_t)_i + 1};
    int times = 0;
    for (int k = 0; k < CASES; k++) {
        const struct operator_shape s = random_shape(overs[_i].kind, &r);
        times += check_over(&s, &r);
    }
    printf("%s: %d runs over an input\n", operator_names[overs[_i].kind], times);
    ck_assert_int_ge(times, overs[_i].least);
}
END_TEST

START_TEST(a_normalisation_of_more_channels_than_there_is_room_for_gives_the_same_bits_over_its_input) {
    struct random r = {5};
    for (int k = 0; k < 12; k++) {
        struct operator_shape s = {.kind = OPERATOR_LRN, .inputs = 1, .C = {1000 + 400 * (k / 3)}, .H = 2, .W = 3};
        s.M = s.C[0], s.OH = s.H, s.OW = s.W;
        s.size = 5 * (k % 3) + 5, s.size -= s.size % 2 == 0, s.alpha = 0.5f, s.beta = 0.75f, s.bias = 1;
        ck_assert_int_gt(check_over(&s, &r), 0);
    }
}
END_TEST

START_TEST(the_comparison_notices_a_pool_that_overtakes_what_it_reads) {
    struct operator_shape s = {.kind = OPERATOR_AVGPOOL,
                               .inputs = 1,
                               .C = {3},
                               .H = 8,
                               .W = 8,
                               .M = 3,
                               .OH = 8,
                               .OW = 8,
                               .kernel = 3,
                               .stride = 1,
                               .pad = {1, 1, 1, 1}};
    struct random r = {7};
    float in[3 * 8 * 8], over[3 * 8 * 8], apart[3 * 8 * 8];
    noise(in, in_count(&s, 0), &r);
    ck_assert_int_eq(operator_over(&s, 1), 0);
    for (int layout = 0; layout < LAYOUTS; layout++) {
        memcpy(over, in, sizeof in);
        operator_run(&s, (enum layout)layout, apart, (const float *const[]){in}, NULL, NULL, NULL, 1);
        operators[s.kind]->run(&s, (enum layout)layout, over, (const float *const[]){over}, NULL, NULL, NULL, 1);
        ck_assert_int_ne(memcmp(over, apart, sizeof over), 0);
    }
}
END_TEST

START_TEST(kernels_that_need_an_order_run_over_their_input_on_one_thread_only) {
    const struct operator_shape pool = {
        .kind = OPERATOR_MAXPOOL, .C = {8}, .M = 8, .H = 8, .W = 8, .OH = 4, .OW = 4, .kernel = 2, .stride = 2};
    const struct operator_shape long_lrn = {.kind = OPERATOR_LRN, .C = {64}, .M = 64, .size = 17};
    ck_assert_int_eq(operator_over(&pool, 1), 1);
    ck_assert_int_eq(operator_over(&pool, 2), 0);
    ck_assert_int_eq(operator_over(&long_lrn, 1), 0);
}
END_TEST

/* --- concat --- */

/* Some of the inputs, at random, lie in the output already. */
static void check_joined(const struct operator_shape *s, enum layout layout, struct random *r) {
    const size_t outputs = out_count(s);
    float *apart = MEMORY_NEW(float, outputs), *out = block_new(outputs), *at = out;
    const float *in[OPERATOR_INPUTS], *views[OPERATOR_INPUTS];
    char text[OPERATOR_TEXT];
    operator_print(text, s);
    for (int i = 0; i < s->inputs; at += in_count(s, i++)) {
        float *x = MEMORY_NEW(float, in_count(s, i));
        noise(x, in_count(s, i), r);
        in[i] = views[i] = x;
        if (random_int(r, 0, 2) == 0) continue;
        memcpy(at, x, in_count(s, i) * sizeof *x);
        views[i] = at;
    }
    for (int threads = 1; threads <= 2; threads++) {
        operator_run(s, layout, apart, in, NULL, NULL, NULL, 1);
        operator_run(s, layout, out, views, NULL, NULL, NULL, threads);
        ck_assert_msg(memcmp(out, apart, outputs * sizeof *out) == 0, "%s, %d threads", text, threads);
    }
    for (int i = 0; i < s->inputs; i++) free((float *)(uintptr_t)in[i]);
    block_free(out, outputs, text);
    free(apart);
}

START_TEST(a_concatenation_leaves_inputs_where_they_are_if_they_lie_in_its_output) {
    struct random r = {11};
    for (int k = 0; k < CASES; k++) {
        struct operator_shape s = {.kind = OPERATOR_CONCAT, .inputs = random_int(&r, 2, OPERATOR_INPUTS)};
        const enum layout layout = (enum layout)(k % LAYOUTS); /* in which the outputs are the inputs in a row */
        for (int i = 0; i < s.inputs; i++) s.M += s.C[i] = random_int(&r, 1, 20);
        s.H = s.OH = layout == LAYOUT_CHW ? random_int(&r, 1, 9) : 1;
        s.W = s.OW = layout == LAYOUT_HWC ? 1 : random_int(&r, 1, 9);
        check_joined(&s, layout, &r);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("over");
    TCase *tests = tcase_create("over");
    tcase_add_test(tests, windows_lead_only_where_no_output_lies_on_what_a_later_window_reads);
    tcase_add_loop_test(tests, an_operator_gives_the_same_bits_over_its_input, 0,
                        (int)(sizeof overs / sizeof overs[0]));
    tcase_add_test(tests, a_normalisation_of_more_channels_than_there_is_room_for_gives_the_same_bits_over_its_input);
    tcase_add_test(tests, the_comparison_notices_a_pool_that_overtakes_what_it_reads);
    tcase_add_test(tests, kernels_that_need_an_order_run_over_their_input_on_one_thread_only);
    tcase_add_test(tests, a_concatenation_leaves_inputs_where_they_are_if_they_lie_in_its_output);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
