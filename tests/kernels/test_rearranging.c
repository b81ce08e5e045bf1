/* Products, scales, slices, shuffles, upsampling and LRN within a channel, by their definitions in every layout. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/operator.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

struct sizes {
    int C, H, W;
};

static double at(const float *x, struct sizes n, int c, int h, int w) {
    if (h < 0 || w < 0 || h >= n.H || w >= n.W) return 0;
    return (double)x[layout_index(LAYOUT_CHW, n.C, n.H, n.W, c, h, w)];
}

static double clamped(const float *x, struct sizes n, int c, int h, int w) {
    h = h < 0 ? 0 : h < n.H ? h : n.H - 1, w = w < 0 ? 0 : w < n.W ? w : n.W - 1;
    return at(x, n, c, h, w);
}

/* The sum over the four pixels around, each with the area that it shares with the output's place. */
static double linear(const float *x, struct sizes n, int c, double h, double w) {
    double sum = 0;
    for (int y = (int)floor(h); y <= (int)floor(h) + 1; y++)
        for (int z = (int)floor(w); z <= (int)floor(w) + 1; z++)
            sum += (1 - fabs(h - y)) * (1 - fabs(w - z)) * clamped(x, n, c, y, z);
    return sum;
}

static double squares(const float *x, struct sizes n, int c, int h, int w, int size) {
    double sum = 0;
    for (int y = -size / 2; y <= size / 2; y++)
        for (int z = -size / 2; z <= size / 2; z++) sum += at(x, n, c, h + y, w + z) * at(x, n, c, h + y, w + z);
    return sum;
}

struct problem {
    struct operator_shape s;
    struct sizes in[2];
    float *x[2], *weights, *bias;
    double *want; /* CHW */
};

static double expected(const struct problem *p, int m, int h, int w) {
    const struct operator_shape *s = &p->s;
    const struct sizes n = p->in[0];
    switch (s->kind) {
    case OPERATOR_MUL: return at(p->x[0], n, m, h, w) * clamped(p->x[1], p->in[1], m, h, w);
    case OPERATOR_SCALE:
        return activated(s->activation,
                         at(p->x[0], n, m, h, w) * (double)p->weights[m] + (p->bias ? (double)p->bias[m] : 0));
    case OPERATOR_SLICE: return at(p->x[0], n, s->from + m, h, w);
    case OPERATOR_SHUFFLE: return at(p->x[0], n, m / s->groups + m % s->groups * (n.C / s->groups), h, w);
    case OPERATOR_UPSAMPLE:
        if (!s->bilinear) return at(p->x[0], n, m, h / s->factor, w / s->factor);
        return linear(p->x[0], n, m, (h + 0.5) / s->factor - 0.5, (w + 0.5) / s->factor - 0.5);
    default:
        return at(p->x[0], n, m, h, w) *
               pow(1 + (double)s->alpha * squares(p->x[0], n, m, h, w, s->size) / (s->size * s->size),
                   -(double)s->beta);
    }
}

static float *noise(struct random *r, size_t n) {
    float *x = MEMORY_NEW(float, n);
    for (size_t i = 0; i < n; i++) x[i] = (float)(2 * random_unit(r) - 1);
    return x;
}

static float *arranged(const float *x, struct sizes n, enum layout layout) {
    float *y = MEMORY_NEW(float, (size_t)n.C *(size_t)n.H *(size_t)n.W);
    for (int c = 0; c < n.C; c++)
        for (int h = 0; h < n.H; h++)
            for (int w = 0; w < n.W; w++)
                y[layout_index(layout, n.C, n.H, n.W, c, h, w)] = x[layout_index(LAYOUT_CHW, n.C, n.H, n.W, c, h, w)];
    return y;
}

#define CANARY 1234.5f

/* One layout, one and two threads; and in place where that is promised. */
static void check_layout(const struct problem *p, enum layout layout, const char *text) {
    const struct operator_shape *s = &p->s;
    const size_t n = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    float *stored = MEMORY_NEW(float, s->M);
    operator_prepare(s, layout, stored, p->weights);
    ck_assert_uint_eq(operator_workspace(s, layout, 2), 0);
    for (int kind = 0; kind < 3; kind++) {
        float *in[2] = {arranged(p->x[0], p->in[0], layout),
                        s->inputs > 1 ? arranged(p->x[1], p->in[1], layout) : NULL};
        float *out = MEMORY_NEW(float, n + 2), *to = kind == 2 ? in[0] : out + 1;
        if (kind == 2 && operators[s->kind]->in_place < 1) to = out + 1;
        out[0] = out[n + 1] = CANARY;
        operator_run(s, layout, to, (const float *const *)in, stored, p->bias, NULL, kind ? 2 : 1);
        ck_assert(out[0] == CANARY && out[n + 1] == CANARY);
        double worst = 0;
        for (int m = 0, i = 0; m < s->M; m++)
            for (int h = 0; h < s->OH; h++)
                for (int w = 0; w < s->OW; w++, i++) {
                    const double have = (double)to[layout_index(layout, s->M, s->OH, s->OW, m, h, w)];
                    const double error = fabs(p->want[i] - have) / fmax(1, fabs(p->want[i]));
                    if (!(error <= worst)) worst = error; /* a NaN stays */
                }
        ck_assert_msg(worst <= 2e-6, "%s in %s: error %g", text, layout_names[layout], worst);
        free(out), free(in[0]), free(in[1]);
    }
    free(stored);
}

static void check(enum operator_kind kind, struct sizes a, struct sizes b, const double *value, bool bias) {
    static const bool given[OPERATOR_KEYS] = {true, true, true};
    struct problem p = {.in = {a, b}};
    struct random r = {(uint64_t)(a.C * 100 + a.H * 10 + a.W)};
    struct operator_layer l = {.inputs = b.C ? 2 : 1, .value = value, .given = given};
    char wrong[OPERATOR_WRONG], text[OPERATOR_TEXT];
    for (int i = 0; i < l.inputs; i++)
        l.in[i].name = "x", l.in[i].C = p.in[i].C, l.in[i].H = p.in[i].H, l.in[i].W = p.in[i].W;
    ck_assert_msg(operator_infer(&p.s, kind, &l, wrong), "%s", wrong);
    if (kind == OPERATOR_SCALE && bias) p.s.activation = activation_of(ACTIVATION_LEAKY_RELU);
    operator_print(text, &p.s);
    for (int i = 0; i < l.inputs; i++) p.x[i] = noise(&r, (size_t)p.in[i].C * (size_t)p.in[i].H * (size_t)p.in[i].W);
    p.weights = noise(&r, (size_t)p.s.M);
    p.bias = bias ? noise(&r, (size_t)p.s.M) : NULL;
    p.want = MEMORY_NEW(double, (size_t)p.s.M *(size_t)p.s.OH *(size_t)p.s.OW);
    for (int m = 0, i = 0; m < p.s.M; m++)
        for (int h = 0; h < p.s.OH; h++)
            for (int w = 0; w < p.s.OW; w++) p.want[i++] = expected(&p, m, h, w);
    for (int layout = 0; layout < LAYOUTS; layout++) check_layout(&p, (enum layout)layout, text);
    free(p.x[0]), free(p.x[1]), free(p.weights), free(p.bias), free(p.want);
}

static const struct sizes images[] = {{1, 1, 1}, {3, 5, 4}, {16, 7, 7}, {70, 3, 33}, {12, 1, 9}, {300, 4, 5}};
#define IMAGES ((int)(sizeof images / sizeof images[0]))
static const struct sizes none = {0, 0, 0};

START_TEST(products_take_a_tensor_or_one_pixel) {
    const struct sizes a = images[_i], pixel = {a.C, 1, 1};
    check(OPERATOR_MUL, a, a, NULL, false);
    check(OPERATOR_MUL, a, pixel, NULL, false);
}
END_TEST

START_TEST(a_scale_has_a_factor_and_perhaps_a_shift_and_an_activation) {
    check(OPERATOR_SCALE, images[_i], none, (const double[]){1}, true);
    check(OPERATOR_SCALE, images[_i], none, (const double[]){0}, false);
}
END_TEST

START_TEST(a_slice_is_a_run_of_channels) {
    const int C = images[_i].C;
    check(OPERATOR_SLICE, images[_i], none, (const double[]){0, C}, false);
    check(OPERATOR_SLICE, images[_i], none, (const double[]){C - 1, 1}, false);
    check(OPERATOR_SLICE, images[_i], none, (const double[]){C / 3, (C + 1) / 2}, false);
}
END_TEST

START_TEST(a_shuffle_transposes_the_groups) {
    for (int groups = 1; groups <= images[_i].C; groups++)
        if (images[_i].C % groups == 0) check(OPERATOR_SHUFFLE, images[_i], none, (const double[]){groups}, false);
}
END_TEST

START_TEST(upsampling_copies_or_goes_between_the_centres) {
    for (int factor = 1; factor <= 4; factor++)
        for (int bilinear = 0; bilinear < 2; bilinear++)
            check(OPERATOR_UPSAMPLE, images[_i], none, (const double[]){factor, bilinear}, false);
}
END_TEST

START_TEST(lrn_within_a_channel_sees_the_pixels_around) {
    for (int size = 1; size <= 7; size += 2)
        check(OPERATOR_LRN_WITHIN, images[_i], none, (const double[]){size, 0.5, 0.75}, false);
}
END_TEST

static const struct {
    const char *net, *error;
} refusals[] = {
    {"m mul a,b", "`b` is 4 x 2 x 2 (expected the size of `a`, 3 x 4 x 4, or 3 x 1 x 1)"},
    {"m slice a from=1 m=3", "channels 1 to 3 of `a`, which has 3"},
    {"m shuffle a groups=2", "2 groups of the 3 channels of `a` (expected a divisor)"},
    {"m upsample a k=1048576", "4 x 4 pixels 1048576 times as many each way (expected at most 2^20)"},
    {"m lrn_within a size=4", "size 4 of lrn_within is even (expected an odd number)"},
};

START_TEST(sizes_that_do_not_fit_are_refused) {
    char text[512], line[256];
    struct harness_output o;
    snprintf(text, sizeof text,
             "a input - c=3 h=4 w=4\nb maxpool c k=2 s=2\nc conv a m=4 k=1\n%s\nd maxpool m global=1\ne fc b m=3\n"
             "f add e,d\n",
             refusals[_i].net);
    const char *path = harness_scratch("sizes.net", text);
    snprintf(line, sizeof line, "networks %s", path);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, refusals[_i].error), "%s", o.err);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rearranging");
    TCase *values = tcase_create("values");
    tcase_add_loop_test(values, products_take_a_tensor_or_one_pixel, 0, IMAGES);
    tcase_add_loop_test(values, a_scale_has_a_factor_and_perhaps_a_shift_and_an_activation, 0, IMAGES);
    tcase_add_loop_test(values, a_slice_is_a_run_of_channels, 0, IMAGES);
    tcase_add_loop_test(values, a_shuffle_transposes_the_groups, 0, IMAGES);
    tcase_add_loop_test(values, upsampling_copies_or_goes_between_the_centres, 0, IMAGES);
    tcase_add_loop_test(values, lrn_within_a_channel_sees_the_pixels_around, 0, IMAGES);
    tcase_add_loop_test(values, sizes_that_do_not_fit_are_refused, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, values);
    return harness_run(suite);
}
