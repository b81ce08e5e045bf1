/* Primitives on the convolutions of the built-in networks, at their real sizes: within their family's tolerance of
 * double precision, the same to the bit on one and two threads, nothing written but output and workspace, and those
 * within bounds.
 *
 * By default a seeded sample (TASO_SEED=S for another one): some layers, some primitives of each, some rows of the
 * output. TASO_LAYERS=all, or make check-layers: every layer, primitive and output, and each workspace must be written
 * to its end on some layer. TASO_ISA=NAME forces an instruction set. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "formulation/network.h"
#include "kernels/primitive.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/forced_isa.h"
#include "tests/support/harness.h"

#define SAMPLE_LAYERS     12
#define SAMPLE_PRIMITIVES 10
#define SAMPLE_FEW        3 /* of a large layer */
#define SAMPLE_LARGE      300e6
#define SAMPLE_ROWS       48
#define SAMPLE_SLOW       50e6 /* multiply-adds beyond which a sample leaves out direct-sum2d */
#define CANARY            256
#define PAGE              4096

static bool all; /* or a sample */
static struct scenario *layers;
static int layer_count;
static int *chosen; /* layers of the run */
static int chosen_count;

/* Shared by the layers' processes: [primitive_count], and the overall progress. */
struct shared {
    double begun, work, done;
    long runs;
    struct {
        bool applies, workspace, end;
    } of[];
};
static struct shared *shared;

/* --- random numbers --- */

static uint32_t state;

static uint32_t next(void) { /* xorshift */
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return state;
}

static void noise(float *x, size_t n) { /* in [-1, 1) */
    for (size_t i = 0; i < n; i++) x[i] = (float)(next() >> 8) / 8388608.0f - 1.0f;
}

/* The first `count` of items in random order. */
static void shuffle(int *items, int n, int count) {
    for (int i = 0; i < count && i < n - 1; i++) {
        const int other = i + (int)(next() % (uint32_t)(n - i)), kept = items[i];
        items[i] = items[other], items[other] = kept;
    }
}

/* --- memory that detects writes and reads next to it --- */

struct room {
    unsigned char *base; /* followed by a page that must not be touched */
    size_t bytes;        /* whole pages */
};

static void room_free(struct room *r) {
    if (r->base) munmap(r->base, r->bytes + PAGE);
    *r = (struct room){0};
}

/* `size` bytes, 64-aligned, as near to the end as possible, all 0xff: a NaN in every float that no arithmetic makes. */
static void *room_place(struct room *r, size_t size) {
    const size_t need = (size + 63) / 64 * 64, bytes = (need + CANARY + PAGE - 1) / PAGE * PAGE;
    if (bytes > r->bytes) {
        room_free(r);
        r->base = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ck_assert_msg(r->base != MAP_FAILED, "no memory: %zu bytes", bytes);
        r->bytes = bytes;
        ck_assert_int_eq(mprotect(r->base + bytes, PAGE, PROT_NONE), 0);
    }
    unsigned char *body = r->base + r->bytes - need;
    memset(body - CANARY, 0x5a, CANARY), memset(body + size, 0x5a, need - size);
    return memset(body, 0xff, size);
}

static bool room_whole(const struct room *r, const unsigned char *body, size_t size) {
    for (size_t i = 1; i <= CANARY; i++)
        if (body[-(ptrdiff_t)i] != 0x5a) return false;
    for (const unsigned char *p = body + size; p < r->base + r->bytes; p++)
        if (*p != 0x5a) return false;
    return true;
}

static void room_lock(const struct room *r, bool locked) {
    ck_assert_int_eq(mprotect(r->base, r->bytes, locked ? PROT_READ : PROT_READ | PROT_WRITE), 0);
}

/* --- one layer --- */

struct row {
    int m, oh;
};

struct problem {
    struct scenario s;
    char text[SCENARIO_TEXT];
    int OH, OW;
    float *in, *weights, *bias; /* C x H x W, M x C/G x KH x KW, M */
    struct row *row;            /* of the output, that are compared */
    int rows;
    double *right; /* [rows][OW], without bias and ReLU */
    double most;   /* largest of them */
    struct room input, stored, out[2], workspace;
};

static const char *under_way = ""; /* shown if the process dies */

static void died(int signal_number) {
    (void)!write(2, under_way, strlen(under_way));
    (void)!write(2, ": touched what is not its own\n", 30);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void right_row(double *to, const struct problem *q, struct row row) {
    const struct scenario *s = &q->s;
    const int C = s->C / s->groups, first = row.m / (s->M / s->groups) * C;
    const float *weight = q->weights + (size_t)row.m * (size_t)C * (size_t)(s->KH * s->KW);
    for (int c = 0; c < C; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++, weight++) {
                const int h = row.oh * s->stride - s->pad.top + kh * s->dilation;
                if (h < 0 || h >= s->H) continue;
                const float *in = q->in + ((size_t)(first + c) * (size_t)s->H + (size_t)h) * (size_t)s->W;
                const int left = kw * s->dilation - s->pad.left;
                int from = 0, end = q->OW;
                while (from < end && from * s->stride + left < 0) from++;
                while (end > from && (end - 1) * s->stride + left >= s->W) end--;
                for (int ow = from; ow < end; ow++) to[ow] += (double)*weight * (double)in[ow * s->stride + left];
            }
}

static void problem_new(struct problem *q, const struct scenario *s) {
    *q = (struct problem){.s = *s, .OH = scenario_out_h(s), .OW = scenario_out_w(s)};
    scenario_print(q->text, s);
    const size_t in = (size_t)s->C * (size_t)s->H * (size_t)s->W;
    const size_t weights = (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)(s->KH * s->KW);
    q->in = MEMORY_NEW(float, in), q->weights = MEMORY_NEW(float, weights), q->bias = MEMORY_NEW(float, s->M);
    noise(q->in, in), noise(q->weights, weights), noise(q->bias, (size_t)s->M);
    q->rows = all ? s->M * q->OH : SAMPLE_ROWS;
    q->row = MEMORY_NEW(struct row, q->rows);
    for (int i = 0; i < q->rows; i++)
        q->row[i] = all ? (struct row){i % s->M, i / s->M}
                        : (struct row){(int)(next() % (uint32_t)s->M), (int)(next() % (uint32_t)q->OH)};
    q->right = MEMORY_NEW(double, (size_t)q->rows *(size_t)q->OW);
    for (int i = 0; i < q->rows; i++) right_row(q->right + (size_t)i * (size_t)q->OW, q, q->row[i]);
    for (size_t i = 0; i < (size_t)q->rows * (size_t)q->OW; i++) q->most = fmax(q->most, fabs(q->right[i]));
}

static void problem_free(struct problem *q) {
    free(q->in), free(q->weights), free(q->bias), free(q->row), free(q->right);
    room_free(&q->input), room_free(&q->stored), room_free(&q->out[0]), room_free(&q->out[1]);
    room_free(&q->workspace);
}

static double error_of(const struct primitive *p, const struct problem *q, const float *out, struct activation f) {
    const struct scenario *s = &q->s;
    const size_t step = layout_index(p->out, s->M, q->OH, q->OW, 0, 0, 1);
    double error = 0;
    for (int i = 0; i < q->rows; i++) {
        const float *y = out + layout_index(p->out, s->M, q->OH, q->OW, q->row[i].m, q->row[i].oh, 0);
        const double *right = q->right + (size_t)i * (size_t)q->OW, bias = (double)q->bias[q->row[i].m];
        for (int ow = 0; ow < q->OW; ow++) {
            const double want = activated(f, right[ow] + bias);
            const double e = fabs(want - (double)y[(size_t)ow * step]);
            if (!(e <= error)) error = e; /* a NaN stays */
        }
    }
    return error / q->most;
}

static const float *run(const struct primitive *p, struct problem *q, const float *input, const void *stored,
                        struct activation f, int threads) {
    const size_t bytes = sizeof(float) * (size_t)q->s.M * (size_t)q->OH * (size_t)q->OW;
    const size_t workspace = primitive_workspace(p, &q->s, threads);
    float *out = room_place(&q->out[threads - 1], bytes);
    unsigned char *extra = room_place(&q->workspace, workspace);
    primitive_run(p, &q->s, out, input, stored, q->bias, f, extra, threads);
    ck_assert_msg(room_whole(&q->out[threads - 1], (unsigned char *)out, bytes), "%s: written outside the output",
                  under_way);
    ck_assert_msg(room_whole(&q->workspace, extra, workspace), "%s: written outside the workspace", under_way);
    const int id = (int)(p - primitives);
    if (workspace > 0) {
        shared->of[id].workspace = true;
        if (memcmp(extra + workspace - 4, "\xff\xff\xff\xff", 4) != 0) shared->of[id].end = true;
    }
    shared->runs++;
    return out;
}

static void check_primitive(const struct primitive *p, struct problem *q) {
    const struct scenario *s = &q->s;
    char name[200];
    snprintf(name, sizeof name, "%s on %s, %s", p->name, q->text, isa_names[isa_current()]);
    under_way = name;
    const size_t in = sizeof(float) * (size_t)s->C * (size_t)s->H * (size_t)s->W, weights = primitive_weights(p, s);
    float *input = room_place(&q->input, in);
    for (int c = 0; c < s->C; c++)
        for (int h = 0; h < s->H; h++) {
            const float *from = q->in + ((size_t)c * (size_t)s->H + (size_t)h) * (size_t)s->W;
            float *to = input + layout_index(p->in, s->C, s->H, s->W, c, h, 0);
            const size_t step = layout_index(p->in, s->C, s->H, s->W, 0, 0, 1);
            for (int w = 0; w < s->W; w++) to[(size_t)w * step] = from[w];
        }
    void *stored = room_place(&q->stored, weights);
    primitive_prepare(p, s, stored, q->weights);
    ck_assert_msg(room_whole(&q->stored, stored, weights), "%s: written outside the stored weights", name);
    room_lock(&q->input, true), room_lock(&q->stored, true);
    const struct activation f = activation_of((p - primitives) % 2 ? ACTIVATION_RELU : ACTIVATION_NONE);
    const float *one = run(p, q, input, stored, f, 1), *two = run(p, q, input, stored, f, 2);
    const double error = error_of(p, q, one, f);
    ck_assert_msg(error <= p->algorithm->tolerance, "%s: error %.2e", name, error);
    ck_assert_msg(memcmp(one, two, sizeof(float) * (size_t)s->M * (size_t)q->OH * (size_t)q->OW) == 0,
                  "%s: threads change the result", name);
    room_lock(&q->input, false), room_lock(&q->stored, false);
    shared->of[p - primitives].applies = true;
    under_way = "";
}

static bool is_sum2d(const struct primitive *p) {
    return strcmp(p->algorithm->name, "sum2d") == 0;
}

/* The primitives that are tried on s. */
static int pick(int *ids, const struct scenario *s) {
    int n = 0;
    for (int i = 0; i < primitive_count; i++) {
        if (!primitive_applies(&primitives[i], s)) continue;
        if (!all && is_sum2d(&primitives[i]) && (double)scenario_macs(s) > SAMPLE_SLOW) continue;
        ids[n++] = i;
    }
    const int most = (double)scenario_macs(s) > SAMPLE_LARGE ? SAMPLE_FEW : SAMPLE_PRIMITIVES;
    if (all || n <= most) return n;
    shuffle(ids, n, most);
    return most;
}

static void show_progress(void) {
    const double share = shared->done / shared->work;
    if (!all || !isatty(2) || share <= 0) return;
    const double left = (clock_wall() - shared->begun) * (1 - share) / share;
    fprintf(stderr, "\r%3.0f %%, %ld runs, about %.0f min left  ", 100 * share, shared->runs, left / 60);
}

START_TEST(primitives_agree_with_double_precision_and_keep_to_their_memory) {
    const struct scenario *s = &layers[chosen[_i]];
    state = 2463534242u + (uint32_t)chosen[_i];
    signal(SIGSEGV, died);
    struct problem q;
    problem_new(&q, s);
    int *ids = MEMORY_NEW(int, primitive_count);
    const int n = pick(ids, s);
    for (int i = 0; i < n; i++) {
        check_primitive(&primitives[ids[i]], &q);
        shared->done += (double)scenario_macs(s) / n;
        show_progress();
    }
    free(ids);
    problem_free(&q);
}
END_TEST

START_TEST(every_workspace_is_used_to_its_end_on_some_layer) {
    int nowhere = 0;
    for (int i = 0; i < primitive_count; i++) {
        ck_assert_msg(shared->of[i].workspace == shared->of[i].end, "%s never writes the last bytes of its workspace",
                      primitives[i].name);
        if (!shared->of[i].applies) nowhere++, printf("applies to no layer: %s\n", primitives[i].name);
    }
    printf("%ld runs, %d layers, %d primitives\n", shared->runs, chosen_count, primitive_count - nowhere);
}
END_TEST

/* --- the layers --- */

static void add_layer(const struct scenario *s) {
    for (int i = 0; i < layer_count; i++)
        if (scenario_equal(&layers[i], s)) return;
    layers = memory_resize(layers, (size_t)layer_count + 1, sizeof *layers);
    layers[layer_count++] = *s;
}

static void collect_layers(void) {
    for (int i = 0; i < network_builtin_count(); i++) {
        struct error err;
        struct network *n = network_open(network_builtin_name(i), &err);
        if (!n) fprintf(stderr, "test_layers: %s\n", err.text), exit(EXIT_FAILURE);
        for (int k = 0; k < n->layers; k++)
            if (n->layer[k].kind == LAYER_CONV) add_layer(&n->layer[k].scenario);
        network_free(n);
    }
}

static void choose_layers(void) {
    const char *which = getenv("TASO_LAYERS"), *seed = getenv("TASO_SEED");
    all = which && strcmp(which, "all") == 0;
    state = 2654435761u * (uint32_t)(seed ? atol(seed) : 1) + 1;
    chosen = MEMORY_NEW(int, layer_count);
    for (int i = 0; i < layer_count; i++) chosen[i] = i;
    chosen_count = all ? layer_count : SAMPLE_LAYERS;
    if (!all) shuffle(chosen, layer_count, chosen_count);
    const size_t bytes = sizeof *shared + (size_t)primitive_count * sizeof shared->of[0];
    shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) perror("test_layers"), exit(EXIT_FAILURE);
    for (int i = 0; i < chosen_count; i++) shared->work += (double)scenario_macs(&layers[chosen[i]]);
    shared->begun = clock_wall();
    printf("%d of %d layers, seed %s\n", chosen_count, layer_count, seed ? seed : "1");
    fflush(stdout);
}

int main(void) {
    forced_isa();
    collect_layers();
    choose_layers();
    Suite *suite = suite_create("layers");
    TCase *each = tcase_create("layers");
    tcase_add_loop_test(each, primitives_agree_with_double_precision_and_keep_to_their_memory, 0, chosen_count);
    tcase_set_timeout(each, all ? 0 : 120);
    suite_add_tcase(suite, each);
    if (all) {
        TCase *together = tcase_create("together");
        tcase_add_test(together, every_workspace_is_used_to_its_end_on_some_layer);
        suite_add_tcase(suite, together);
    }
    return harness_run(suite);
}
