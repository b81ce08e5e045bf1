/* Every primitive of the table against a double-precision reference, over scenarios made to break it.
 *
 * TASO_RANDOM=N tries N random scenarios, TASO_SEED=S from that seed on; TASO_SCENARIOS=FILE adds more, one per line;
 * TASO_EVERY=N runs only every Nth for each primitive, for emulated CPUs; TASO_ISA=NAME forces an instruction set;
 * CK_RUN_CASE=reference, instruction-sets or table runs a part. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/forced_isa.h"
#include "tests/support/harness.h"

static const char *const nasty[] = {
    "1,1,1,1,1,1,0",
    "1,1,1,1,3,1,1",
    "3,1,1,5,3,2,1",
    "7,5,5,9,5,1,0", /* one output pixel */
    "2,1,3,4,5,1,2",
    "3,2,2,4,5,1,2",
    "5,3,3,6,7,1,3",
    "4,2,1,3,11,1,5", /* kernel larger than the input */
    "4,6,7,5,2,1,0",
    "4,6,7,5,2,1,1",
    "3,9,8,6,4,2,2",
    "5,7,7,4,6,3,3", /* even kernels */
    "3,17,19,8,3,1,1",
    "3,17,19,8,3,2,1",
    "3,17,19,8,3,3,1",
    "3,17,19,8,3,4,1", /* strides */
    "2,9,9,3,3,1,3",
    "2,9,9,3,3,2,3",
    "2,6,6,3,5,1,5",
    "2,9,9,3,1,1,1", /* padding up to the kernel */
    "4,8,8,6,3,1,1,2",
    "8,9,7,8,3,1,1,8",
    "8,9,7,16,3,2,1,8",
    "6,5,5,9,1,1,0,3",
    "12,7,7,8,5,1,2,4", /* groups */
    "16,9,1,8,3,1,1",
    "16,1,9,8,3,1,1",
    "5,40,1,4,5,2,2", /* a line of pixels */
    "1,13,11,20,3,1,1",
    "20,13,11,1,3,1,1",
    "1,9,9,1,5,1,2", /* one channel in, out, both */
    "3,12,12,4,3,1,2,1,2",
    "4,15,15,4,3,2,3,2,3",
    "4,9,9,4,2,1,1,4,3",
    "2,11,13,3,3,3,2,1,2", /* dilation */
    "6,10,12,7,1x3,1,0",
    "6,10,12,7,3x1,1,1",
    "3,12,10,5,1x7,1,3",
    "3,9,14,5,5x2,2,1", /* kernels that are not square */
    "17,14,14,33,3,1,1",
    "64,7,7,65,3,1,1",
    "31,13,13,70,5,1,2",
    "48,8,8,128,1,1,0",
    "130,6,6,40,1,1,0", /* past a tile */
    "20,14,14,24,1,2,0",
    "9,30,29,15,5,1,2",
    "8,26,25,16,3,1,1",
    "3,35,35,12,7,2,3",
    "3,31,31,16,11,4,2",
    "400,5,5,17,1,1,0",
    "100,6,6,50,3,1,1",
    "45,9,10,130,3,1,1",
    "12,20,64,16,3,1,1",
    "210,4,5,20,3,1,1", /* past a block of K, N, channels */
    "20,13,13,24,1,1,1",
    "24,9,13,24,3,1,4",
    "40,15,14,24,3,1,2,1,2",
    "60,14,13,48,5,1,2,2",
    "20,13,28,24,3,2,1",
    "210,14,13,80,3,1,1", /* columns at the edges by themselves, some windows without a pixel */
    "16,24,24,16,3,1,1",
    "32,28,28,32,3,1,1",
    "24,12,12,32,5,1,2",
    "8,16,16,32,3,1,0", /* whole tiles */
    "64,16,16,64,3,1,1",
    "16,32,32,16,1,1,0",
    "64,8,16,48,3,1,1",
    "64,19,19,64,3,1,1", /* short kernel rows that enter and leave the image at several columns */
    "3,9,5,16,7,1,3",
    "3,23,23,24,11,4,5",
    "1,6,4,5,9,1,8",
    "2,5,13,7,1x11,1,5",
    "16,9,11,8,3,1,2",
    "1300,5,5,9,1,1,1", /* zeros as long as a block of channels */
    "8,6,16,12,3,1,0:1:0:1",
    "8,6,16,12,3,1,1:1:0:1",
    "8,6,16,12,3,1,0:1:1:1", /* strips */
    "8,9,8,12,3,1,0:2:2:0",
    "8,9,8,12,3,1,2:0:0:2",
    "5,7,9,6,5,1,0:4:3:0",
    "5,7,9,6,5,1,4:1:0:3", /* one side only */
    "3,17,19,8,3,2,0:0:1:1",
    "3,17,19,8,3,2,1:1:0:0",
    "3,16,12,5,7,2,3:2:1:4", /* as some frameworks pad strides */
    "4,9,9,4,3,1,0:4:3:0,4,2",
    "12,7,7,8,5,1,0:3:2:1,4",
    "6,1,9,5,1,1,2:0:1:3",
    "3,17,19,8,3,2x1,1",
    "3,17,19,8,3,1x2,1",
    "8,9,40,12,5x3,1x3,2:1:0:2", /* strides down and across */
    "4,9,9,4,3,1,2:1:2:1,1,2x1",
    "6,12,15,9,3,2x3,3,3,1x2",
    "64,8,16,24,3,3x1,1,1,1x4",
    "5,1,40,6,1x9,1x4,0",
    "8,9,11,8,3,1x2,1,8,2x1", /* dilations */
};
#define NASTY (int)(sizeof nasty / sizeof nasty[0])

struct problem {
    struct scenario s;
    char text[SCENARIO_TEXT];
    float *in, *weights, *bias; /* C x H x W, M x C/G x KH x KW, M */
    double *sums;               /* M x OH x OW, before bias and activation */
};
static struct problem *problems;
static int problem_count, every = 1;

/* --- making problems --- */

static uint32_t state;

static uint32_t next(void) { /* xorshift */
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return state;
}

static int between(int low, int high) {
    return low + (int)(next() % (uint32_t)(high - low + 1));
}

static float *noise(size_t n) { /* in [-1, 1) */
    float *x = MEMORY_NEW(float, n);
    for (size_t i = 0; i < n; i++) x[i] = (float)(next() >> 8) / 8388608.0f - 1.0f;
    return x;
}

static double reference(const struct problem *q, int m, int oh, int ow) {
    const struct scenario *s = &q->s;
    const int C = s->C / s->groups, first = m / (s->M / s->groups) * C;
    const float *w = q->weights + (size_t)m * (size_t)C * (size_t)s->KH * (size_t)s->KW;
    double sum = 0;
    for (int c = 0; c < C; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++, w++) {
                const int h = oh * s->stride - s->pad.top + kh * s->dilation,
                          x = ow * scenario_stride_w(s) - s->pad.left + kw * scenario_dilation_w(s);
                if (h < 0 || x < 0 || h >= s->H || x >= s->W) continue;
                sum += (double)*w *
                       (double)q->in[((size_t)(first + c) * (size_t)s->H + (size_t)h) * (size_t)s->W + (size_t)x];
            }
    return sum;
}

static void problem_add(const struct scenario *s) {
    problems = memory_resize(problems, (size_t)problem_count + 1, sizeof *problems);
    struct problem *q = &problems[problem_count++];
    *q = (struct problem){.s = *s};
    scenario_print(q->text, s);
    state = 2463534242u;
    q->in = noise((size_t)s->C * (size_t)s->H * (size_t)s->W);
    q->weights = noise((size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW);
    q->bias = noise((size_t)s->M);
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    q->sums = MEMORY_NEW(double, (size_t)s->M *(size_t)OH *(size_t)OW);
    for (int m = 0; m < s->M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++)
                q->sums[layout_index(LAYOUT_CHW, s->M, OH, OW, m, oh, ow)] = reference(q, m, oh, ow);
}

static void problem_parse(const char *text) {
    struct scenario s;
    const char *wrong = scenario_parse(&s, text);
    if (wrong) fprintf(stderr, "test_primitives: %s: %s\n", text, wrong), exit(EXIT_FAILURE);
    problem_add(&s);
}

/* Sizes from 1, kernels 1 to 11, even ones too, strides 1 to 4 and dilations, in a quarter others across, padding up to
 * the kernel and in half of them on each side another, groups to depthwise. */
static struct scenario random_scenario(uint32_t seed) {
    struct scenario s;
    state = seed * 2654435761u + 1;
    do {
        const int groups = next() % 3 ? 1 : between(1, 8), wide = next() % 4 == 0;
        s = (struct scenario){.C = groups * between(1, wide ? 40 : 6),
                              .H = between(1, 20),
                              .W = between(1, 20),
                              .M = groups * between(1, wide ? 70 : 8),
                              .KH = next() % 2 ? 3 : between(1, 11),
                              .stride = next() % 2 ? 1 : between(1, 4),
                              .dilation = next() % 4 ? 1 : between(1, 3),
                              .groups = groups};
        s.KW = next() % 4 ? s.KH : between(1, 11);
        if (next() % 4 == 0) scenario_across(&s, between(1, 4), between(1, 3));
        const int most = s.KH > s.KW ? s.KH : s.KW;
        s.pad = padding_all(between(0, most));
        if (next() % 2)
            s.pad = (struct padding){between(0, most), between(0, most), between(0, most), between(0, most)};
    } while (scenario_check(&s) != NULL);
    return s;
}

static void make_problems(void) {
    for (int i = 0; i < NASTY; i++) problem_parse(nasty[i]);
    const char *count = getenv("TASO_RANDOM"), *seed = getenv("TASO_SEED"), *path = getenv("TASO_SCENARIOS");
    const long first = seed ? atol(seed) : 1, more = count ? atol(count) : 10;
    printf("random scenarios: seeds %ld to %ld\n", first, first + more - 1);
    for (long i = first; i < first + more; i++) {
        const struct scenario s = random_scenario((uint32_t)i);
        problem_add(&s);
    }
    FILE *file = path ? fopen(path, "r") : NULL;
    if (path && !file) fprintf(stderr, "test_primitives: cannot read %s\n", path), exit(EXIT_FAILURE);
    char line[SCENARIO_TEXT + 2];
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        problem_parse(line);
    }
    if (file) fclose(file);
    fflush(stdout);
}

/* --- memory with canaries --- */

#define CANARY 256

struct guarded {
    unsigned char *room;
    /* `size` bytes, all 0xff, which is a NaN in every float that no arithmetic makes; 64-aligned plus `offset` */
    void *body;
    size_t size;
};

static struct guarded guard(size_t size, size_t offset) {
    struct guarded g = {.size = size};
    const size_t room = (offset + size + 2 * CANARY + 63) / 64 * 64;
    g.room = aligned_alloc(64, room);
    ck_assert_ptr_nonnull(g.room);
    memset(g.room, 0x5a, room);
    g.body = g.room + CANARY + offset;
    memset(g.body, 0xff, size);
    return g;
}

static bool written_to_the_end(struct guarded g) {
    return g.size > 0 && memcmp((char *)g.body + g.size - 4, "\xff\xff\xff\xff", 4) != 0;
}

static void release(struct guarded g, const char *what, const struct primitive *p, const struct problem *q) {
    const unsigned char *body = g.body;
    bool whole = true;
    for (size_t i = 1; i <= CANARY; i++) whole = whole && body[-(ptrdiff_t)i] == 0x5a;
    for (size_t i = 0; i < CANARY; i++) whole = whole && body[g.size + i] == 0x5a;
    ck_assert_msg(whole, "%s on %s: written outside %s", p->name, q->text, what);
    free(g.room);
}

/* --- one run --- */

struct seen {
    bool scenario, workspace, workspace_end, weights_end;
    int activated; /* runs with another activation than ReLU: all in turn */
};

static double error_of(const struct primitive *p, const struct problem *q, const float *out, bool bias,
                       struct activation f) {
    const struct scenario *s = &q->s;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    /* A few outputs may all be near 0 by chance: a sum of n products of noise has a standard deviation of sqrt(n) /
     * 3. Bounds leave little of a large sum, but not less of its rounding error. */
    double most = sqrt((double)s->C / s->groups * s->KH * s->KW) / 3, error = 0;
    for (int m = 0; m < s->M; m++)
        for (int oh = 0; oh < OH; oh++)
            for (int ow = 0; ow < OW; ow++) {
                double y = q->sums[layout_index(LAYOUT_CHW, s->M, OH, OW, m, oh, ow)] + (bias ? (double)q->bias[m] : 0);
                if (!activation_curves(f)) most = fmax(most, fabs(y));
                y = activated(f, y);
                const double e = fabs(y - (double)out[layout_index(p->out, s->M, OH, OW, m, oh, ow)]);
                if (!(e <= error)) error = e; /* a NaN stays */
                most = fmax(most, fabs(y));
            }
    return error / most;
}

static struct guarded run(struct seen *seen, const struct primitive *p, const struct problem *q, const void *stored,
                          const float *in, bool bias, struct activation f, int threads, size_t offset) {
    const struct scenario *s = &q->s;
    struct guarded out =
        guard(sizeof(float) * (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s), offset);
    struct guarded workspace = guard(primitive_workspace(p, s, threads), 0);
    primitive_run(p, s, out.body, in, stored, bias ? q->bias : NULL, f, workspace.body, threads);
    const double error = error_of(p, q, out.body, bias, f), slope = activation_curves(f) ? ACTIVATED_SLOPE : 1;
    ck_assert_msg(error <= slope * p->algorithm->tolerance, "%s on %s, %d threads, %s, %s: error %.2e", p->name,
                  q->text, threads, isa_names[isa_current()], activation_names[f.kind], error);
    seen->workspace |= workspace.size > 0;
    seen->workspace_end |= written_to_the_end(workspace);
    release(workspace, "the workspace", p, q);
    return out;
}

/* All but none and ReLU, with their presets and with others. */
static struct activation next_activation(struct seen *seen) {
    const int kinds = ACTIVATIONS - ACTIVATION_RELU - 1, turn = seen->activated++;
    return activated_sample((enum activation_kind)(ACTIVATION_RELU + 1 + turn % kinds), turn / kinds % 2);
}

static void check_problem(struct seen *seen, const struct primitive *p, const struct problem *q, size_t offset) {
    const struct scenario *s = &q->s;
    seen->scenario = true;
    struct guarded in = guard(sizeof(float) * (size_t)s->C * (size_t)s->H * (size_t)s->W, offset);
    float *input = in.body;
    for (int c = 0; c < s->C; c++)
        for (int h = 0; h < s->H; h++)
            for (int w = 0; w < s->W; w++)
                input[layout_index(p->in, s->C, s->H, s->W, c, h, w)] =
                    q->in[layout_index(LAYOUT_CHW, s->C, s->H, s->W, c, h, w)];
    struct guarded stored = guard(primitive_weights(p, s), 0), again = guard(stored.size, 0);
    primitive_prepare(p, s, stored.body, q->weights);
    primitive_prepare(p, s, again.body, q->weights);
    seen->weights_end |= written_to_the_end(stored);
    for (int flags = 0; flags < 5; flags++) { /* bias, ReLU; bias or ReLU alone in some problems; another activation */
        if ((flags == 1 || flags == 2) && (s->C + s->M) % 4 != 0) continue;
        const struct activation f =
            flags == 4 ? next_activation(seen) : activation_of(flags & 2 ? ACTIVATION_RELU : ACTIVATION_NONE);
        struct guarded one = run(seen, p, q, stored.body, input, flags & 5, f, 1, offset);
        if (flags >= 3) {
            struct guarded two = run(seen, p, q, stored.body, input, true, f, 2, offset);
            ck_assert_msg(memcmp(one.body, two.body, one.size) == 0, "%s on %s: threads change the result", p->name,
                          q->text);
            release(two, "the output", p, q);
        }
        release(one, "the output", p, q);
    }
    ck_assert_msg(memcmp(stored.body, again.body, stored.size) == 0, "%s on %s: run changes the weights", p->name,
                  q->text);
    release(stored, "the stored weights", p, q), release(again, "the stored weights", p, q);
    release(in, "the input", p, q);
}

/* Through every nth scenario that it applies to; `count` varies which is the first. */
static void check_primitive(const struct primitive *p, int count) {
    struct seen seen = {0};
    for (int i = 0; i < problem_count; i++)
        if (primitive_applies(p, &problems[i].s) && count++ % every == 0)
            check_problem(&seen, p, &problems[i], i % 2 ? sizeof(float) : 0);
    if (every > 1) return;
    ck_assert_msg(seen.scenario, "%s applies to no scenario of the test", p->name);
    ck_assert_msg(seen.workspace_end == seen.workspace, "%s never writes the last bytes of its workspace", p->name);
    ck_assert_msg(seen.weights_end, "%s never writes the last bytes of its stored weights", p->name);
}

/* --- tests --- */

START_TEST(a_primitive_agrees_with_the_reference_and_keeps_to_its_memory) {
    check_primitive(&primitives[_i], _i);
}
END_TEST

START_TEST(a_primitive_agrees_with_the_reference_under_every_instruction_set) {
    for (int isa = 0; isa < ISAS; isa++) {
        struct seen seen = {0};
        if (!isa_force((enum isa)isa) || isa == (int)isa_best()) continue;
        for (int i = 0; i < problem_count; i += 6 * every)
            if (primitive_applies(&primitives[_i], &problems[i].s))
                check_problem(&seen, &primitives[_i], &problems[i], 0);
    }
}
END_TEST

/* Zeros are constants and borders are skipped: loops that work in place need no workspace. */
START_TEST(loops_that_work_in_place_take_no_workspace) {
    static const char *const families[] = {"sum2d", "direct", "depthwise"};
    for (int i = 0; i < primitive_count * problem_count; i++) {
        const struct primitive *p = &primitives[i / problem_count];
        const struct problem *q = &problems[i % problem_count];
        bool in_place = false;
        for (int k = 0; k < 3; k++) in_place |= strcmp(p->algorithm->name, families[k]) == 0;
        if (!in_place || !primitive_applies(p, &q->s)) continue;
        for (int threads = 1; threads <= 4; threads++)
            ck_assert_msg(primitive_workspace(p, &q->s, threads) == 0, "%s on %s: %zu bytes", p->name, q->text,
                          primitive_workspace(p, &q->s, threads));
    }
}
END_TEST

START_TEST(a_primitive_is_found_by_its_name_which_is_its_own) {
    const struct primitive *p = &primitives[_i];
    ck_assert_ptr_eq(primitive_find(p->name), p);
    ck_assert_uint_gt(strlen(p->algorithm->name), 0);
    ck_assert_uint_gt(strlen(p->algorithm->variant_help), 0);
    struct scenario same;
    ck_assert_ptr_null(scenario_parse(&same, "3,8,8,4,3,1,same"));
    ck_assert_msg(!primitive_applies(p, &same), "%s computes with unknown padding", p->name);
}
END_TEST

START_TEST(published_primitives_are_in_the_table_with_their_layouts) {
    const char *path = harness_data("trinnity/layouts.csv");
    if (!path) return;
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char line[256];
    int found = 0;
    while (fgets(line, sizeof line, file)) {
        const char *name = strtok(line, ",\r\n"), *in = strtok(NULL, ",\r\n"), *out = strtok(NULL, ",\r\n");
        const struct primitive *p = primitive_find(name);
        ck_assert_msg(p != NULL, "%s is not in the table", name);
        ck_assert_str_eq(layout_names[p->in], in);
        ck_assert_str_eq(layout_names[p->out], out);
        found++;
    }
    fclose(file);
    ck_assert_int_eq(found, 79);
}
END_TEST

/* A new primitive is a function and a row: pointwise convolution, pixel by pixel. The rest is that of an existing
 * algorithm. */
static bool pointwise_applies(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return s->KH == 1 && s->KW == 1 && padding_is_all(&s->pad, 0) && s->groups == 1;
}

static void pointwise_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation f, void *workspace, int threads) {
    (void)p, (void)workspace, (void)threads;
    const float *weights = stored;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    for (int m = 0; m < s->M; m++)
        for (int i = 0; i < OH * OW; i++) {
            float sum = bias ? bias[m] : 0.0f;
            for (int c = 0; c < s->C; c++)
                sum +=
                    weights[m * s->C + c] * in[(c * s->H + i / OW * s->stride) * s->W + i % OW * scenario_stride_w(s)];
            out[m * OH * OW + i] = (float)activated(f, (double)sum);
        }
}

START_TEST(a_new_primitive_is_one_function_and_one_row) {
    struct algorithm pointwise = *primitive_find("direct-sum2d")->algorithm;
    pointwise.name = "pointwise";
    pointwise.applies = pointwise_applies;
    pointwise.run = pointwise_run;
    const struct primitive row = {"pointwise-plain", &pointwise, LAYOUT_CHW, LAYOUT_CHW, {0}};
    check_primitive(&row, 0);
}
END_TEST

int main(void) {
    forced_isa();
    if (getenv("TASO_EVERY") && atoi(getenv("TASO_EVERY")) > 0) every = atoi(getenv("TASO_EVERY"));
    make_problems();
    Suite *suite = suite_create("primitives");
    TCase *tests = tcase_create("reference"), *sets = tcase_create("instruction-sets"), *table = tcase_create("table");
    tcase_add_loop_test(tests, a_primitive_agrees_with_the_reference_and_keeps_to_its_memory, 0, primitive_count);
    tcase_add_loop_test(sets, a_primitive_agrees_with_the_reference_under_every_instruction_set, 0, primitive_count);
    tcase_add_loop_test(table, a_primitive_is_found_by_its_name_which_is_its_own, 0, primitive_count);
    tcase_add_test(table, loops_that_work_in_place_take_no_workspace);
    tcase_add_test(table, published_primitives_are_in_the_table_with_their_layouts);
    tcase_add_test(table, a_new_primitive_is_one_function_and_one_row);
    suite_add_tcase(suite, tests), suite_add_tcase(suite, sets), suite_add_tcase(suite, table);
    return harness_run(suite);
}
