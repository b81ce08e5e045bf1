#include "tests/bench/bench_layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/gemm/gemm.h"
#include "kernels/isa.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "tests/bench/bench_data.h"
#include "tests/bench/bench_peak.h"
#include "tests/bench/bench_peers.h"

#define FINAL 3 /* of our primitives that are compared, and as many small ones */
#define OURS  (2 * FINAL + 3)
#define SHORT 2000000 /* ns */

int bench_rounds = 7;
const char *bench_only;

/* --- measuring in turn --- */

struct contender {
    void (*run)(void *what);
    void *what;
    bool may_leave, out; /* too slow to continue */
    int64_t ns[BENCH_ROUNDS_MAX];
    double ms; /* median */
};

static int compare_ns(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t time_once(const struct contender *c) {
    const int64_t start = clock_thread_ns();
    c->run(c->what);
    return clock_thread_ns() - start;
}

static void measure(struct contender *c, int count) {
    int64_t best = INT64_MAX;
    for (int i = 0; i < count; i++) {
        c[i].ns[0] = time_once(&c[i]);
        if (c[i].ns[0] / 4 < best) c[i].ns[0] = time_once(&c[i]);
        if (c[i].ns[0] < best) best = c[i].ns[0];
    }
    const int rounds = best < SHORT && 3 * bench_rounds <= BENCH_ROUNDS_MAX ? 3 * bench_rounds : bench_rounds;
    for (int i = 0; i < count; i++) c[i].out = c[i].may_leave && c[i].ns[0] / 3 > best;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            if (!c[i].out) c[i].ns[round] = time_once(&c[i]);
    for (int i = 0; i < count; i++) {
        if (!c[i].out) qsort(c[i].ns, (size_t)rounds, sizeof c[i].ns[0], compare_ns);
        c[i].ms = 1e-6 * (double)c[i].ns[c[i].out ? 0 : rounds / 2];
    }
}

/* --- ours --- */

struct ours {
    const struct primitive *p;
    const struct scenario *s;
    enum isa isa;
    float *out, *in, *stored, *workspace;
    int64_t first_ns;
};

static void run_ours(void *what) {
    const struct ours *o = what;
    const enum isa usual = isa_current();
    isa_force(o->isa);
    primitive_run(o->p, o->s, o->out, o->in, o->stored, NULL, activation_of(ACTIVATION_NONE), o->workspace, 1);
    isa_force(usual);
}

static struct ours ours_new(const struct primitive *p, const struct scenario *s, enum isa isa, float *out, float *in,
                            const float *weights) {
    const enum isa usual = isa_current();
    isa_force(isa);
    struct ours o = {.p = p, .s = s, .isa = isa, .out = out, .in = in};
    o.stored = bench_room(primitive_weights(p, s) / 4), o.workspace = bench_room(primitive_workspace(p, s, 1) / 4);
    primitive_prepare(p, s, o.stored, weights);
    isa_force(usual);
    return o;
}

static void ours_free(struct ours *o) {
    free(o->stored), free(o->workspace);
}

static int compare_ours(const void *a, const void *b) {
    const struct ours *x = a, *y = b;
    return (x->first_ns > y->first_ns) - (x->first_ns < y->first_ns);
}

static bool is_direct(const struct primitive *p) {
    return strcmp(p->name, "direct-hwc") == 0;
}
static bool is_small(const struct primitive *p, const struct scenario *s) {
    return primitive_workspace(p, s, 1) <= BENCH_SMALL;
}
static bool is_winograd4(const struct primitive *p, const struct scenario *s) {
    return strncmp(p->name, "winograd-4x4-3x3", 16) == 0 && primitive_workspace(p, s, 1) <= BENCH_WINOGRAD;
}

/* Each by itself, fastest first. */
static int screen(struct ours *all, const struct scenario *s, float *out, float *in, const float *weights) {
    int count = 0;
    int64_t best = INT64_MAX;
    for (int i = primitive_count - 1; i >= 0; i--) {
        const struct primitive *p = &primitives[i];
        if (strcmp(p->algorithm->name, "sum2d") == 0 || !primitive_applies(p, s)) continue;
        if (bench_only && !strstr(bench_only, p->algorithm->name)) continue;
        struct ours *o = &all[count++];
        *o = ours_new(p, s, isa_current(), out, in, weights);
        const struct contender c = {run_ours, o};
        for (int run = 0; run < 3 && o->first_ns / 2 <= best; run++) {
            const int64_t ns = time_once(&c);
            if (ns < o->first_ns || run == 0) o->first_ns = ns;
        }
        if (o->first_ns < best) best = o->first_ns;
        ours_free(o);
    }
    qsort(all, (size_t)count, sizeof all[0], compare_ours);
    return count;
}

/* The FINAL first, the FINAL first of the small ones, the first of Winograd's F(4), direct-hwc, and the same with
 * AVX2. */
static int choose(struct ours *list, const struct scenario *s, float *out, float *in, const float *weights) {
    struct ours *all = MEMORY_NEW(struct ours, primitive_count);
    const int count = screen(all, s, out, in, weights);
    int kept = 0, small = 0, winograd = 0;
    for (int i = 0; i < count; i++) {
        const struct primitive *p = all[i].p;
        const bool fits = is_small(p, s) && small < FINAL, winograd4 = is_winograd4(p, s) && winograd == 0;
        if (!is_direct(p) && i >= FINAL && !fits && !winograd4) continue;
        small += is_small(p, s), winograd += is_winograd4(p, s);
        list[kept++] = ours_new(p, s, isa_current(), out, in, weights);
        if (is_direct(p) && isa_current() > ISA_AVX2) list[kept++] = ours_new(p, s, ISA_AVX2, out, in, weights);
    }
    free(all);
    return kept;
}

static void keep_if_better(struct bench_one *one, const struct ours *o, double ms) {
    if (one->p && one->ms <= ms) return;
    *one = (struct bench_one){o->p, ms, primitive_workspace(o->p, o->s, 1), primitive_weights(o->p, o->s)};
}

static void keep(struct layer_bench *l, const struct ours *o, double ms) {
    if (o->isa != isa_current()) {
        l->direct_avx2_ms = ms;
        return;
    }
    keep_if_better(&l->best, o, ms);
    if (is_small(o->p, o->s)) keep_if_better(&l->small, o, ms);
    if (is_winograd4(o->p, o->s)) keep_if_better(&l->winograd4, o, ms);
    if (is_direct(o->p)) {
        keep_if_better(&l->direct, o, ms);
        if (o->isa == ISA_AVX2) l->direct_avx2_ms = ms;
    }
}

/* --- theirs --- */

struct product {
    struct gemm g;
    float *a, *b, *c, *workspace, *panels;
    const struct scenario *s;
    const float *in;
};

static void run_gemm(void *what) {
    const struct product *p = what;
    gemm_run(&p->g, p->c, p->panels, p->b, p->workspace, 1);
}
static void run_blas(void *what) {
    const struct product *p = what;
    peer_sgemm(p->g.m, p->g.n, p->g.k, p->a, p->b, p->c);
}

static struct gemm product_of(const struct scenario *s) {
    struct gemm g = {.m = s->M / s->groups, .n = scenario_out_h(s) * scenario_out_w(s), .packed_a = true};
    g.k = s->C / s->groups * s->KH * s->KW;
    g.lda = g.k, g.ldb = g.ldc = g.n;
    return g;
}

/* Patch matrix, C K K x OH OW, as Caffe builds it. */
static void build_patches(const struct scenario *s, float *b, const float *in) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    for (int c = 0; c < s->C / s->groups; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++)
                for (int oh = 0; oh < OH; oh++) {
                    const int h = oh * s->stride - s->pad.top + kh * s->dilation;
                    const float *row = in + ((size_t)c * (size_t)s->H + (size_t)(h < 0 ? 0 : h)) * (size_t)s->W;
                    for (int ow = 0; ow < OW; ow++) {
                        const int w = ow * s->stride - s->pad.left + kw * s->dilation;
                        *b++ = h >= 0 && h < s->H && w >= 0 && w < s->W ? row[w] : 0;
                    }
                }
}
static void run_im2col(void *what) {
    const struct product *p = what;
    for (int g = 0; g < p->s->groups; g++) {
        if (p->s->KH * p->s->KW > 1 || p->s->stride > 1) build_patches(p->s, p->b, p->in);
        run_blas(what);
    }
}

struct onednn_one {
    struct peer_conv *conv;
    int i;
};

static void run_onednn(void *what) {
    const struct onednn_one *one = what;
    peer_conv_run(one->conv, one->i);
}

/* --- a layer --- */

struct layer_bench bench_layer_new(const struct scenario *s) {
    return (struct layer_bench){.s = *s,
                                .best.ms = NAN,
                                .small.ms = NAN,
                                .winograd4.ms = NAN,
                                .direct.ms = NAN,
                                .direct_avx2_ms = NAN,
                                .onednn_ms = NAN,
                                .im2col_ms = NAN,
                                .gemm_ms = NAN,
                                .blas_ms = NAN};
}

static void sample_peaks(void) {
    bench_peak_sample(isa_current());
    if (isa_current() > ISA_AVX2) bench_peak_sample(ISA_AVX2);
}

void bench_layer_convolutions(struct layer_bench *l) {
    const struct scenario *s = &l->s;
    float *in = bench_noise(in_floats(s)), *out = bench_noise(out_floats(s)), *weights = bench_noise(raw_floats(s));
    struct ours list[OURS];
    const int mine = choose(list, s, out, in, weights);
    struct peer_conv *peer = peer_conv_here() ? peer_conv_new(s) : NULL;
    const int theirs = peer ? peer_conv_count(peer) : 0, blas = peer_blas_here();
    struct onednn_one *one = MEMORY_NEW(struct onednn_one, theirs);
    struct contender *c = MEMORY_NEW(struct contender, mine + theirs + 1);
    for (int i = 0; i < mine; i++) c[i].run = run_ours, c[i].what = &list[i];
    for (int i = 0; i < theirs; i++) {
        one[i] = (struct onednn_one){peer, i};
        c[mine + i] = (struct contender){run_onednn, &one[i], .may_leave = true};
    }
    struct product q = {.s = s, .in = in, .a = weights, .c = out, .g = product_of(s)};
    q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    c[mine + theirs] = (struct contender){run_im2col, &q, .may_leave = true};
    sample_peaks();
    measure(c, mine + theirs + blas);
    for (int i = 0; i < mine; i++) keep(l, &list[i], c[i].ms), ours_free(&list[i]);
    for (int i = 0; i < theirs; i++)
        if (!(c[mine + i].ms >= l->onednn_ms)) {
            l->onednn_ms = c[mine + i].ms, l->onednn_scratch = peer_conv_scratch(peer, i);
            snprintf(l->onednn, sizeof l->onednn, "%s", peer_conv_name(peer, i));
        }
    if (blas) l->im2col_ms = c[mine + theirs].ms;
    peer_conv_free(peer);
    free(one), free(c), free(q.b), free(in), free(out), free(weights);
}

void bench_layer_products(struct layer_bench *l) {
    struct product q = {.s = &l->s, .g = product_of(&l->s)};
    q.a = bench_noise((size_t)q.g.m * (size_t)q.g.k), q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    q.c = bench_noise((size_t)q.g.m * (size_t)q.g.n), q.panels = bench_noise(gemm_packed_a_bytes(q.g.m, q.g.k) / 4);
    q.workspace = bench_noise(gemm_workspace(&q.g, 1) / 4);
    gemm_pack_a(q.panels, q.a, &q.g);
    struct contender c[] = {{run_gemm, &q}, {run_blas, &q}};
    sample_peaks();
    measure(c, peer_blas_here() ? 2 : 1);
    l->gemm_ms = c[0].ms;
    if (peer_blas_here()) l->blas_ms = c[1].ms;
    free(q.a), free(q.b), free(q.c), free(q.panels), free(q.workspace);
}
