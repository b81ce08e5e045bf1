/* Strips of convolutions (operators: test_strip_operators.c): what they read, against counting row by row; and what they compute, against the rows of the whole layer, bit
 * for bit wherever that is promised, over random scenarios x all primitives x random partitions.
 *
 * TASO_RANDOM=N tries N random scenarios, TASO_SEED=S from that seed on; TASO_ISA=NAME forces an instruction set. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernels/isa.h"
#include "tests/support/forced_isa.h"
#include "tests/support/strips.h"

/* --- what a strip reads --- */

static bool window_meets_image(const struct strips_column *c, int o, int extent) {
    for (int k = 0; k < extent; k++)
        if (o * c->stride - c->top + k >= 0 && o * c->stride - c->top + k < c->H) return true;
    return false;
}

static bool some_window_meets_image(const struct strips_column *c, int a, int b, int extent) {
    const int above = b * c->stride - c->stride - c->top + extent, first = a * c->stride - c->top;
    for (int o = a; o < b; o++)
        if (window_meets_image(c, o, extent)) return true;
    return first < 0 && above > c->H; /* the windows lie on both sides, and the image in a stride between them */
}

static bool reads_the_rows_under_its_windows(const struct scenario *s, const struct scenario *strip, int lo, int hi,
                                             int a, int b) {
    const struct strips_column whole = {s->H, s->stride, s->pad.top, s->pad.bottom};
    const struct strips_column cut = {strip->H, strip->stride, strip->pad.top, strip->pad.bottom};
    struct scenario rest = *strip;
    bool same = 0 <= lo && hi <= s->H && strip->H == hi - lo && scenario_out_h(strip) == b - a;
    for (int kh = 0; kh < s->KH; kh++) same = same && strips_same_row(&whole, &cut, lo, a, b, kh * s->dilation);
    rest.H = s->H, rest.pad.top = s->pad.top, rest.pad.bottom = s->pad.bottom;
    return same && scenario_equal(&rest, s);
}

static void check_scenario(const struct scenario *s) {
    const struct strips_column whole = {s->H, s->stride, s->pad.top, s->pad.bottom};
    const int OH = scenario_out_h(s), extent = s->dilation * (s->KH - 1) + 1;
    bool every = true;
    char text[SCENARIO_TEXT];
    scenario_print(text, s);
    for (int a = 0; a < OH; a++)
        for (int b = a + 1; b <= OH; b++) {
            struct scenario strip;
            int lo, hi;
            const bool made = strip_of_scenario(&strip, &lo, &hi, s, a, b);
            every = every && made;
            if (made != some_window_meets_image(&whole, a, b, extent))
                ck_abort_msg("%s: %s strip of rows %d to %d", text, made ? "a" : "no", a, b);
            if (made && !reads_the_rows_under_its_windows(s, &strip, lo, hi, a, b))
                ck_abort_msg("%s: the strip of rows %d to %d reads others", text, a, b);
        }
    ck_assert_msg(strip_every_scenario(s) == every, "%s", text);
}

START_TEST(a_strip_reads_the_rows_under_its_windows_and_no_others) {
    for (int pads = 0; pads < 36; pads++) {
        struct scenario s = {.C = 2, .W = 5, .M = 3, .KW = 2, .groups = 1, .KH = _i + 1};
        s.pad = (struct padding){pads / 6, 1, pads % 6, 0};
        for (s.H = 1; s.H < 9; s.H++)
            for (s.stride = 1; s.stride < 5; s.stride++)
                for (s.dilation = 1; s.dilation < 4; s.dilation++)
                    if (!scenario_check(&s)) check_scenario(&s);
    }
}
END_TEST

static void check_strips_of(const struct scenario *s, int a, int b) {
    struct scenario outer, inner, direct;
    int lo, hi, from, to, first, last;
    if (!strip_of_scenario(&outer, &lo, &hi, s, a, b)) return;
    for (int c = a; c < b; c++)
        for (int d = c + 1; d <= b; d++) {
            const bool one = strip_of_scenario(&direct, &first, &last, s, c, d);
            ck_assert_int_eq(one, strip_of_scenario(&inner, &from, &to, &outer, c - a, d - a));
            if (!one) continue;
            ck_assert(scenario_equal(&direct, &inner));
            ck_assert(first == lo + from && last == lo + to);
        }
}

START_TEST(strips_of_a_strip_are_strips_of_the_layer) {
    static const char *const texts[] = {"1,9,4,1,3,1,1", "1,9,4,1,3,2,1:0:2:0", "1,7,4,1,2,1,2:1:4:1,1,3",
                                        "1,8,4,1,1,1,2"};
    for (int i = 0; i < 4; i++) {
        struct scenario s;
        ck_assert_ptr_null(scenario_parse(&s, texts[i]));
        for (int a = 0; a < scenario_out_h(&s); a++)
            for (int b = a + 1; b <= scenario_out_h(&s); b++) check_strips_of(&s, a, b);
    }
}
END_TEST

START_TEST(unknown_padding_has_no_strips) {
    struct scenario s, strip;
    int lo = -7, hi = -7;
    ck_assert_ptr_null(scenario_parse(&s, "3,8,8,4,3,1,same"));
    ck_assert(!strip_of_scenario(&strip, &lo, &hi, &s, 0, 8) && !strip_every_scenario(&s));
    ck_assert(lo == -7 && hi == -7);
}
END_TEST

/* --- primitives --- */

/* Past a block of K, of channels, of columns; pixels that leave a last column; kernels that only some have. */
static const char *const fixed[] = {
    "160,9,7,20,3,1,1",   "48,7,7,33,3,1,1",       "24,13,9,17,1,1,0",       "8,9,11,8,3,1,1,8",
    "6,15,17,9,5,1,2",    "6,15,17,9,5,1,0:2:4:1", "64,14,6,70,1,1,0",       "12,12,16,16,3,1,1:0:0:2",
    "3,31,31,16,7,2,3",   "3,23,23,12,11,4,2",     "16,11,10,24,1,2,0",      "20,16,5,6,3,1,1,2",
    "5,13,9,4,3,1,2,1,2", "9,12,8,7,1x3,1,1",      "9,12,8,7,3x1,1,0:1:2:0",
};
#define FIXED (int)(sizeof fixed / sizeof fixed[0])

struct problem {
    struct scenario s;
    char text[SCENARIO_TEXT];
    float *in[LAYOUTS], *weights, *bias;
};
static struct problem *problems;
static int problem_count;

static struct scenario random_scenario(uint32_t seed) {
    struct scenario s;
    strips_state = seed * 2654435761u + 1;
    do {
        static const int kernels[] = {1, 2, 3, 3, 3, 5, 5, 7};
        const int groups = strips_next() % 3 ? 1 : strips_between(1, 6), wide = strips_next() % 4 == 0;
        s = (struct scenario){.C = groups * strips_between(1, wide ? 40 : 6),
                              .H = strips_between(1, 16),
                              .W = strips_between(1, 16),
                              .M = groups * strips_between(1, wide ? 70 : 8),
                              .KH = kernels[strips_next() % 8],
                              .stride = strips_next() % 2 ? 1 : strips_between(1, 4),
                              .dilation = strips_next() % 4 ? 1 : strips_between(1, 3),
                              .groups = groups};
        s.KW = strips_next() % 4 ? s.KH : strips_between(1, 7);
        if (strips_next() % 4 == 0) scenario_across(&s, strips_between(1, 4), strips_between(1, 3));
        s.pad = strips_padding(s.KH > s.KW ? s.KH : s.KW);
    } while (scenario_check(&s) != NULL);
    return s;
}

static void problem_add(const struct scenario *s) {
    problems = memory_resize(problems, (size_t)problem_count + 1, sizeof *problems);
    struct problem *q = &problems[problem_count++];
    *q = (struct problem){.s = *s};
    scenario_print(q->text, s);
    strips_state = 2463534242u;
    for (int layout = 0; layout < LAYOUTS; layout++)
        q->in[layout] = strips_noise((size_t)s->C * (size_t)s->H * (size_t)s->W);
    q->weights = strips_noise((size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW);
    q->bias = strips_noise((size_t)s->M);
}

static void make_problems(void) {
    const char *count = getenv("TASO_RANDOM"), *seed = getenv("TASO_SEED");
    const long first = seed ? atol(seed) : 1, more = count ? atol(count) : 40;
    struct scenario s;
    for (int i = 0; i < FIXED; i++) {
        const char *wrong = scenario_parse(&s, fixed[i]);
        if (wrong) fprintf(stderr, "test_strip: %s: %s\n", fixed[i], wrong), exit(EXIT_FAILURE);
        problem_add(&s);
    }
    printf("random scenarios: seeds %ld to %ld\n", first, first + more - 1);
    for (long i = first; i < first + more; i++) s = random_scenario((uint32_t)i), problem_add(&s);
    fflush(stdout);
}

#define FENCED ((size_t)1 << 20)
#define PAGE   4096

/* For a strip's input: FENCED bytes between two pages that must not be touched. */
static unsigned char *fenced;
static char under_way[SCENARIO_TEXT + 64]; /* for who reads why the process died */

static void died(int signal_number) {
    (void)!write(2, under_way, strlen(under_way));
    (void)!write(2, ": reads outside its window\n", 27);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void fence(void) {
    fenced = mmap(NULL, FENCED + 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fenced == MAP_FAILED) perror("test_strip"), exit(EXIT_FAILURE);
    if (mprotect(fenced, PAGE, PROT_NONE) != 0 || mprotect(fenced + PAGE + FENCED, PAGE, PROT_NONE) != 0)
        perror("test_strip"), exit(EXIT_FAILURE);
    fenced += PAGE;
    signal(SIGSEGV, died);
}

/* Right behind the first page or right before the last. */
static float *at_the_fence(size_t bytes) {
    ck_assert_uint_le(bytes, FENCED);
    return (float *)(void *)(fenced + (strips_next() % 2 ? 0 : FENCED - bytes));
}

static void run(const struct primitive *p, const struct problem *q, const struct scenario *s, float *out,
                const float *in, const void *stored) {
    void *workspace = strips_room(primitive_workspace(p, s, 1));
    primitive_run(p, s, out, in, stored, q->bias, activation_of((enum activation_kind)(q->s.M % ACTIVATIONS)),
                  workspace, 1);
    free(workspace);
}

/* Rows [a, b) of the output, through a strip, with the weights of the whole. In HWC and HCW it writes where the output
 * lies; in CHW a window. */
static void run_strip(const struct primitive *p, const struct problem *q, float *out, const void *stored, int a,
                      int b) {
    const struct scenario *s = &q->s;
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    struct scenario strip;
    int lo, hi;
    ck_assert(strip_of_scenario(&strip, &lo, &hi, s, a, b));
    ck_assert_msg(primitive_applies(p, &strip), "%s on %s: not to rows %d to %d", p->name, q->text, a, b);
    const size_t line = (size_t)s->M * (size_t)OW;
    float *window = at_the_fence(sizeof(float) * (size_t)s->C * (size_t)s->W * (size_t)(hi - lo));
    strips_move(window, q->in[p->in], p->in, s->C, s->H, s->W, lo, hi, false);
    snprintf(under_way, sizeof under_way, "%s on %s, rows %d to %d", p->name, q->text, a, b);
    if (p->out != LAYOUT_CHW) {
        run(p, q, &strip, out + line * (size_t)a, window, stored);
    } else {
        float *made = strips_room(sizeof(float) * line * (size_t)(b - a));
        run(p, q, &strip, made, window, stored);
        strips_move(made, out, p->out, s->M, OH, OW, a, b, true);
        free(made);
    }
    snprintf(under_way, sizeof under_way, "%s", "between strips");
}

/* All rows, cut at random multiples of `step`; upwards or downwards, so that a strip that writes beyond its rows spoils
 * some that are made already. */
static void run_strips(const struct primitive *p, const struct problem *q, float *out, const void *stored, int step) {
    const int OH = scenario_out_h(&q->s), most = strips_next() % 3 == 0 ? 1 : 1 + OH / step / 2;
    int *cut = MEMORY_NEW(int, (size_t)OH + 1), cuts = 0;
    for (int a = 0; a < OH; a += step * strips_between(1, most)) cut[cuts++] = a;
    cut[cuts] = OH;
    const bool down = strips_next() % 2;
    for (int i = 0; i < cuts; i++) {
        const int k = down ? cuts - 1 - i : i;
        run_strip(p, q, out, stored, cut[k], cut[k + 1]);
    }
    free(cut);
}

static void check_weights(const struct primitive *p, const struct problem *q, const void *stored) {
    struct scenario strip;
    int lo, hi;
    const int a = strips_between(0, scenario_out_h(&q->s) - 1), b = strips_between(a + 1, scenario_out_h(&q->s));
    const size_t bytes = primitive_weights(p, &q->s);
    ck_assert(strip_of_scenario(&strip, &lo, &hi, &q->s, a, b));
    ck_assert_uint_eq(primitive_weights(p, &strip), bytes);
    void *own = strips_room(bytes);
    primitive_prepare(p, &strip, own, q->weights);
    ck_assert_msg(memcmp(own, stored, bytes) == 0, "%s on %s: rows %d to %d store other weights", p->name, q->text, a,
                  b);
    free(own);
}

static double difference(const float *a, const float *b, size_t n, double least) {
    double most = least, error = 0;
    for (size_t i = 0; i < n; i++) {
        const double e = fabs((double)a[i] - (double)b[i]);
        if (!(e <= error)) error = e; /* a NaN stays */
        most = fmax(most, fabs((double)a[i]));
    }
    return error / most;
}

static void check_problem(const struct primitive *p, const struct problem *q) {
    const struct scenario *s = &q->s;
    const size_t n = (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
    const int step = primitive_row_step(p, s);
    /* As in test_primitives: a few outputs may all be near 0 by chance. */
    const double least = sqrt((double)s->C / s->groups * s->KH * s->KW) / 3;
    void *stored = strips_room(primitive_weights(p, s));
    memset(stored, 0xff, primitive_weights(p, s));
    primitive_prepare(p, s, stored, q->weights);
    float *whole = strips_room(sizeof(float) * n), *strips = strips_room(sizeof(float) * n),
          *loose = strips_room(sizeof(float) * n);
    run(p, q, s, whole, q->in[p->in], stored);
    check_weights(p, q, stored);
    if (step > 0) {
        run_strips(p, q, strips, stored, step);
        ck_assert_msg(memcmp(whole, strips, sizeof(float) * n) == 0, "%s on %s, %s: strips of %d rows change bits",
                      p->name, q->text, isa_names[isa_current()], step);
    }
    run_strips(p, q, loose, stored, 1);
    const double error = difference(whole, loose, n, least);
    ck_assert_msg(error <= 2 * p->algorithm->tolerance, "%s on %s: strips are off by %.2e", p->name, q->text, error);
    free(stored), free(whole), free(strips), free(loose);
}

START_TEST(strips_give_the_rows_of_the_whole_convolution) {
    const struct primitive *p = &primitives[_i];
    int tried = 0;
    strips_state = (uint32_t)_i + 1;
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        for (int i = isa == (int)isa_best() ? 0 : _i % 4; i < problem_count; i += isa == (int)isa_best() ? 1 : 4) {
            if (!primitive_applies(p, &problems[i].s) || !strip_every_scenario(&problems[i].s)) continue;
            check_problem(p, &problems[i]);
            tried++;
        }
    }
    ck_assert_msg(tried > 0, "%s: no scenario has strips", p->name);
}
END_TEST

int main(void) {
    forced_isa();
    make_problems();
    fence();
    Suite *suite = suite_create("strip");
    TCase *rows = tcase_create("rows"), *bits = tcase_create("bits");
    tcase_add_loop_test(rows, a_strip_reads_the_rows_under_its_windows_and_no_others, 0, 5);
    tcase_add_test(rows, strips_of_a_strip_are_strips_of_the_layer);
    tcase_add_test(rows, unknown_padding_has_no_strips);
    tcase_add_loop_test(bits, strips_give_the_rows_of_the_whole_convolution, 0, primitive_count);
    suite_add_tcase(suite, rows), suite_add_tcase(suite, bits);
    return harness_run(suite);
}
