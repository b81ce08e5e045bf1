/* Strips: what they read, against counting row by row; and what they compute, against the rows of the whole layer, bit
 * for bit wherever that is promised, over random scenarios x all primitives x random partitions.
 *
 * TASO_RANDOM=N tries N random scenarios, TASO_SEED=S from that seed on; TASO_ISA=NAME forces an instruction set. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"
#include "tests/support/forced_isa.h"
#include "tests/support/harness.h"

static uint32_t state;

static uint32_t next(void) { /* xorshift */
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return state;
}

static int between(int low, int high) {
    return low + (int)(next() % (uint32_t)(high - low + 1));
}

static struct padding random_padding(int most) {
    if (next() % 2) return padding_all(between(0, most));
    return (struct padding){between(0, most), between(0, most), between(0, most), between(0, most)};
}

static float *noise(size_t n) { /* in [-1, 1) */
    float *x = MEMORY_NEW(float, n);
    for (size_t i = 0; i < n; i++) x[i] = (float)(next() >> 8) / 8388608.0f - 1.0f;
    return x;
}

/* --- what a strip reads --- */

/* Down an image: the rows that window o has under it begin at o * stride - top. */
struct column {
    int H, stride, top, bottom;
};

/* Row k of a window of output rows [a, b) is the same row in the strip and in the whole, or lies outside both. (Asserts
 * are slow: one for many rows.) */
static bool same_row_under(const struct column *whole, const struct column *strip, int lo, int a, int b, int k) {
    for (int o = a; o < b; o++) {
        const int x = o * whole->stride - whole->top + k, y = (o - a) * strip->stride - strip->top + k;
        if (y + lo != x || (x >= 0 && x < whole->H) != (y >= 0 && y < strip->H)) return false;
    }
    return true;
}

/* And the padding below ends above it in both or in neither: a mean counts up to there. */
static bool same_end_of_padding(const struct column *whole, const struct column *strip, int a, int b, int k) {
    for (int o = a; o < b; o++) {
        const int x = o * whole->stride - whole->top + k, y = (o - a) * strip->stride - strip->top + k;
        if ((x < whole->H + whole->bottom) != (y < strip->H + strip->bottom)) return false;
    }
    return true;
}

static bool window_meets_image(const struct column *c, int o, int extent) {
    for (int k = 0; k < extent; k++)
        if (o * c->stride - c->top + k >= 0 && o * c->stride - c->top + k < c->H) return true;
    return false;
}

static bool some_window_meets_image(const struct column *c, int a, int b, int extent) {
    const int above = b * c->stride - c->stride - c->top + extent, first = a * c->stride - c->top;
    for (int o = a; o < b; o++)
        if (window_meets_image(c, o, extent)) return true;
    return first < 0 && above > c->H; /* the windows lie on both sides, and the image in a stride between them */
}

static bool reads_the_rows_under_its_windows(const struct scenario *s, const struct scenario *strip, int lo, int hi,
                                             int a, int b) {
    const struct column whole = {s->H, s->stride, s->pad.top, s->pad.bottom};
    const struct column cut = {strip->H, strip->stride, strip->pad.top, strip->pad.bottom};
    struct scenario rest = *strip;
    bool same = 0 <= lo && hi <= s->H && strip->H == hi - lo && scenario_out_h(strip) == b - a;
    for (int kh = 0; kh < s->KH; kh++) same = same && same_row_under(&whole, &cut, lo, a, b, kh * s->dilation);
    rest.H = s->H, rest.pad.top = s->pad.top, rest.pad.bottom = s->pad.bottom;
    return same && scenario_equal(&rest, s);
}

static void check_scenario(const struct scenario *s) {
    const struct column whole = {s->H, s->stride, s->pad.top, s->pad.bottom};
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
    state = seed * 2654435761u + 1;
    do {
        static const int kernels[] = {1, 2, 3, 3, 3, 5, 5, 7};
        const int groups = next() % 3 ? 1 : between(1, 6), wide = next() % 4 == 0;
        s = (struct scenario){.C = groups * between(1, wide ? 40 : 6),
                              .H = between(1, 16),
                              .W = between(1, 16),
                              .M = groups * between(1, wide ? 70 : 8),
                              .KH = kernels[next() % 8],
                              .stride = next() % 2 ? 1 : between(1, 4),
                              .dilation = next() % 4 ? 1 : between(1, 3),
                              .groups = groups};
        s.KW = next() % 4 ? s.KH : between(1, 7);
        if (next() % 4 == 0) scenario_across(&s, between(1, 4), between(1, 3));
        s.pad = random_padding(s.KH > s.KW ? s.KH : s.KW);
    } while (scenario_check(&s) != NULL);
    return s;
}

static void problem_add(const struct scenario *s) {
    problems = memory_resize(problems, (size_t)problem_count + 1, sizeof *problems);
    struct problem *q = &problems[problem_count++];
    *q = (struct problem){.s = *s};
    scenario_print(q->text, s);
    state = 2463534242u;
    for (int layout = 0; layout < LAYOUTS; layout++) q->in[layout] = noise((size_t)s->C * (size_t)s->H * (size_t)s->W);
    q->weights = noise((size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW);
    q->bias = noise((size_t)s->M);
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

/* Memory for one allocation each, so that sanitizers see its ends; `bytes` may be 0. */
static void *room(size_t bytes) {
    void *x = aligned_alloc(PRIMITIVE_ALIGNMENT, primitive_aligned(bytes + 1));
    ck_assert_ptr_nonnull(x);
    memset(x, 0xff, primitive_aligned(bytes + 1)); /* NaNs */
    return x;
}

#define FENCED ((size_t)1 << 20)
#define PAGE   4096

/* For a strip's input: FENCED bytes between two pages that must not be touched. */
static unsigned char *fenced;
static char under_way[SCENARIO_TEXT + 64]; /* for who reads why the process died */

static void died(int signal_number) {
    (void)!write(2, under_way, strlen(under_way));
    (void)!write(2, ": reads beside its window\n", 26);
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
static float *beside_the_fence(size_t bytes) {
    ck_assert_uint_le(bytes, FENCED);
    return (float *)(void *)(fenced + (next() % 2 ? 0 : FENCED - bytes));
}

/* Rows [from, to) of a tensor of H rows, as a tensor; or back. */
static void move_rows(float *window, float *tensor, enum layout layout, int C, int H, int W, int from, int to,
                      bool back) {
    for (int c = 0; c < C; c++)
        for (int h = from; h < to; h++)
            for (int w = 0; w < W; w++) {
                float *inside = &window[layout_index(layout, C, to - from, W, c, h - from, w)];
                float *whole = &tensor[layout_index(layout, C, H, W, c, h, w)];
                *(back ? whole : inside) = back ? *inside : *whole;
            }
}

static void run(const struct primitive *p, const struct problem *q, const struct scenario *s, float *out,
                const float *in, const void *stored) {
    void *workspace = room(primitive_workspace(p, s, 1));
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
    float *window = beside_the_fence(sizeof(float) * (size_t)s->C * (size_t)s->W * (size_t)(hi - lo));
    move_rows(window, q->in[p->in], p->in, s->C, s->H, s->W, lo, hi, false);
    snprintf(under_way, sizeof under_way, "%s on %s, rows %d to %d", p->name, q->text, a, b);
    if (p->out != LAYOUT_CHW) {
        run(p, q, &strip, out + line * (size_t)a, window, stored);
    } else {
        float *made = room(sizeof(float) * line * (size_t)(b - a));
        run(p, q, &strip, made, window, stored);
        move_rows(made, out, p->out, s->M, OH, OW, a, b, true);
        free(made);
    }
    snprintf(under_way, sizeof under_way, "%s", "between strips");
}

/* All rows, cut at random multiples of `step`; upwards or downwards, so that a strip that writes beyond its rows spoils
 * some that are made already. */
static void run_strips(const struct primitive *p, const struct problem *q, float *out, const void *stored, int step) {
    const int OH = scenario_out_h(&q->s), most = next() % 3 == 0 ? 1 : 1 + OH / step / 2;
    int *cut = MEMORY_NEW(int, (size_t)OH + 1), cuts = 0;
    for (int a = 0; a < OH; a += step * between(1, most)) cut[cuts++] = a;
    cut[cuts] = OH;
    const bool down = next() % 2;
    for (int i = 0; i < cuts; i++) {
        const int k = down ? cuts - 1 - i : i;
        run_strip(p, q, out, stored, cut[k], cut[k + 1]);
    }
    free(cut);
}

static void check_weights(const struct primitive *p, const struct problem *q, const void *stored) {
    struct scenario strip;
    int lo, hi;
    const int a = between(0, scenario_out_h(&q->s) - 1), b = between(a + 1, scenario_out_h(&q->s));
    const size_t bytes = primitive_weights(p, &q->s);
    ck_assert(strip_of_scenario(&strip, &lo, &hi, &q->s, a, b));
    ck_assert_uint_eq(primitive_weights(p, &strip), bytes);
    void *own = room(bytes);
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
    void *stored = room(primitive_weights(p, s));
    memset(stored, 0xff, primitive_weights(p, s));
    primitive_prepare(p, s, stored, q->weights);
    float *whole = room(sizeof(float) * n), *strips = room(sizeof(float) * n), *loose = room(sizeof(float) * n);
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
    state = (uint32_t)_i + 1;
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

/* --- operators --- */

static int pool_extent(int size, int before, int after, int kernel, int stride, bool ceil) { /* Caffe's rule */
    const int room_left = size + before + after - kernel;
    const int o = (ceil ? (room_left + stride - 1) / stride : room_left / stride) + 1;
    return ceil && (o - 1) * stride >= size + before ? o - 1 : o;
}

static int pool_size(int size, int before, int after, const struct operator_shape *s) { /* down */
    return pool_extent(size, before, after, s->kernel, s->stride, s->ceil);
}

static struct operator_shape random_operator(enum operator_kind kind) {
    struct operator_shape s = {.kind = kind, .H = between(1, 14), .W = between(1, 14)};
    s.inputs = between(operators[kind]->syntax.least_inputs, operators[kind]->syntax.most_inputs);
    for (int i = 0; i < s.inputs; i++) {
        s.C[i] = i == 0 || operators[kind]->uneven ? between(1, 40) : s.C[0];
        s.M = operators[kind]->uneven ? s.M + s.C[i] : s.C[0];
    }
    s.OH = s.H, s.OW = s.W;
    s.size = 2 * between(0, 3) + 1, s.alpha = 0.5f, s.beta = 0.75f, s.bias = 1;
    if (operators[kind]->fuses) s.activation = activation_of((enum activation_kind)between(0, ACTIVATIONS - 1));
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help)                                                    \
    if (kind == OPERATOR_##symbol) s.activation = activation_of(ACTIVATION_##symbol);
#include "kernels/activations.def"
    if (kind == OPERATOR_SLICE) s.from = between(0, s.C[0] - 1), s.M = between(1, s.C[0] - s.from);
    for (s.groups = between(1, 40); s.C[0] % s.groups;) s.groups--;
    if (kind != OPERATOR_MAXPOOL && kind != OPERATOR_AVGPOOL) return s;
    do {
        s.kernel = next() % 4 ? between(1, 4) : between(1, 10), s.stride = between(1, 4), s.ceil = next() % 2;
        s.kernel_w = next() % 4 ? s.kernel : between(s.kernel, 10), s.stride_w = next() % 4 ? s.stride : between(1, 4);
        s.pad = random_padding(s.kernel - 1), s.count_pad = kind == OPERATOR_AVGPOOL && next() % 2;
    } while (s.kernel > s.H + s.pad.top + s.pad.bottom || s.kernel_w > s.W + s.pad.left + s.pad.right);
    s.OH = pool_size(s.H, s.pad.top, s.pad.bottom, &s);
    s.OW = pool_extent(s.W, s.pad.left, s.pad.right, s.kernel_w, s.stride_w, s.ceil);
    return s;
}

static bool operator_reads_the_rows_under_its_windows(const struct operator_shape *s,
                                                      const struct operator_shape *strip, int lo, int a, int b) {
    const bool pools = s->stride > 0;
    const struct column whole = {s->H, pools ? s->stride : 1, s->pad.top, s->pad.bottom};
    const struct column cut = {strip->H, pools ? s->stride : 1, strip->pad.top, strip->pad.bottom};
    bool same = strip->OH == b - a && (!pools || pool_size(strip->H, cut.top, cut.bottom, strip) == b - a);
    for (int k = 0; k < (pools ? s->kernel : 1); k++)
        same = same && same_row_under(&whole, &cut, lo, a, b, k) && same_end_of_padding(&whole, &cut, a, b, k);
    return same;
}

/* As run_strip; every input is cut. */
static void operator_strip(const struct operator_shape *s, enum layout layout, float *out, float *const *in,
                           const void *stored, int a, int b, const char *text) {
    struct operator_shape strip;
    float *window[OPERATOR_INPUTS];
    int lo, hi;
    ck_assert_msg(strip_of_operator(&strip, &lo, &hi, s, a, b), "%s, rows %d to %d", text, a, b);
    ck_assert_msg(operator_reads_the_rows_under_its_windows(s, &strip, lo, a, b), "%s, rows %d to %d", text, a, b);
    for (int i = 0; i < s->inputs; i++) {
        window[i] = room(sizeof(float) * (size_t)s->C[i] * (size_t)(hi - lo) * (size_t)s->W);
        move_rows(window[i], in[i], layout, s->C[i], s->H, s->W, lo, hi, false);
    }
    float *made = room(sizeof(float) * (size_t)s->M * (size_t)(b - a) * (size_t)s->OW);
    void *workspace = room(operator_workspace(&strip, layout, 1));
    operator_run(&strip, layout, made, (const float *const *)window, stored, NULL, workspace, 1);
    move_rows(made, out, layout, s->M, s->OH, s->OW, a, b, true);
    for (int i = 0; i < s->inputs; i++) free(window[i]);
    free(made), free(workspace);
}

static void check_operator(const struct operator_shape *s) {
    char text[OPERATOR_TEXT];
    float *in[OPERATOR_INPUTS];
    operator_print(text, s);
    const size_t n = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    for (int i = 0; i < s->inputs; i++) in[i] = noise((size_t)s->C[i] * (size_t)s->H * (size_t)s->W);
    float *whole = room(sizeof(float) * n), *strips = room(sizeof(float) * n);
    float *raw = noise(operator_raw(s));
    void *stored = room(operator_weights(s, LAYOUT_HWC)); /* as large in every layout */
    for (int layout = 0; layout < LAYOUTS; layout++) {
        void *workspace = room(operator_workspace(s, (enum layout)layout, 1));
        operator_prepare(s, (enum layout)layout, stored, raw);
        operator_run(s, (enum layout)layout, whole, (const float *const *)in, stored, NULL, workspace, 1);
        const int most = 1 + s->OH / between(1, 4);
        for (int a = 0, b; a < s->OH; a = b) {
            b = a + between(1, most);
            if (b > s->OH) b = s->OH;
            operator_strip(s, (enum layout)layout, strips, in, stored, a, b, text);
        }
        ck_assert_msg(memcmp(whole, strips, sizeof(float) * n) == 0, "%s in %s: strips change bits", text,
                      layout_names[layout]);
        free(workspace);
    }
    for (int i = 0; i < s->inputs; i++) free(in[i]);
    free(whole), free(strips), free(raw), free(stored);
}

START_TEST(an_operator_by_rows_gives_the_rows_of_the_whole_layer) {
    const enum operator_kind kind = (enum operator_kind)_i;
    struct operator_shape strip;
    int lo, hi;
    state = (uint32_t)_i + 1;
    for (int i = 0; i < 200; i++) {
        const struct operator_shape s = random_operator(kind);
        ck_assert_int_eq(strip_every_operator(&s), operators[kind]->by_rows);
        if (operators[kind]->by_rows)
            check_operator(&s);
        else
            ck_assert(!strip_of_operator(&strip, &lo, &hi, &s, 0, 1));
    }
}
END_TEST

START_TEST(what_reads_the_whole_image_has_no_strips) {
    struct operator_shape strip;
    int lo, hi;
    const struct operator_shape whole[] = {
        {.kind = OPERATOR_MAXPOOL, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1, .stride = 1},
        {.kind = OPERATOR_AVGPOOL, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1, .stride = 1},
        {.kind = OPERATOR_FC, .inputs = 1, .C = {3}, .H = 5, .W = 4, .M = 3, .OH = 1, .OW = 1},
    };
    for (int i = 0; i < 3; i++) {
        ck_assert(!strip_of_operator(&strip, &lo, &hi, &whole[i], 0, 1));
        ck_assert(!strip_every_operator(&whole[i]));
    }
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
    tcase_add_test(rows, what_reads_the_whole_image_has_no_strips);
    tcase_add_loop_test(bits, strips_give_the_rows_of_the_whole_convolution, 0, primitive_count);
    tcase_add_loop_test(bits, an_operator_by_rows_gives_the_rows_of_the_whole_layer, 0, OPERATORS);
    suite_add_tcase(suite, rows), suite_add_tcase(suite, bits);
    return harness_run(suite);
}
