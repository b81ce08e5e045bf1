#include "tests/bench/bench_layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/gemm/gemm.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "tests/bench/bench_data.h"
#include "tests/bench/bench_peak.h"
#include "tests/bench/bench_rivals.h"
#include "tests/bench/bench_turns.h"

#define FINAL 3 /* of our primitives that are compared, and as many small and tiny ones */
#define OURS  (3 * FINAL + 3)
#define SHORT 1000000 /* ns: a first run as it comes may take several times as long as the others */

int bench_rounds = 7;
const char *bench_only;

/* --- ours --- */

/* What all contenders share. */
struct tensors {
    float *in, *out, *weights, *bias;
};

struct ours {
    const struct primitive *p;
    const struct scenario *s;
    enum isa isa;
    const struct tensors *t;
    float *stored, *workspace;
    int64_t first_ns;
};

static void run_ours(void *what) {
    const struct ours *o = what;
    const enum isa usual = isa_current();
    isa_force(o->isa);
    primitive_run(o->p, o->s, o->t->out, o->t->in, o->stored, o->t->bias, activation_of(ACTIVATION_NONE), o->workspace,
                  1);
    isa_force(usual);
}

static struct ours ours_new(const struct primitive *p, const struct scenario *s, enum isa isa,
                            const struct tensors *t) {
    const enum isa usual = isa_current();
    isa_force(isa);
    struct ours o = {.p = p, .s = s, .isa = isa, .t = t};
    o.stored = bench_room(primitive_weights(p, s) / 4), o.workspace = bench_room(primitive_workspace(p, s, 1) / 4);
    primitive_prepare(p, s, o.stored, t->weights);
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
static bool is_tiny(const struct primitive *p, const struct scenario *s) {
    return primitive_workspace(p, s, 1) <= BENCH_TINY;
}
static bool is_winograd4(const struct primitive *p, const struct scenario *s) {
    return strncmp(p->name, "winograd-4x4-3x3", 16) == 0 && primitive_workspace(p, s, 1) <= BENCH_WINOGRAD;
}

/* Each by itself, fastest first. */
static int screen(struct ours *all, const struct scenario *s, const struct tensors *t) {
    int count = 0;
    int64_t best = INT64_MAX;
    for (int i = primitive_count - 1; i >= 0; i--) {
        const struct primitive *p = &primitives[i];
        if (strcmp(p->algorithm->name, "sum2d") == 0 || !primitive_applies(p, s)) continue;
        if (bench_only && !strstr(bench_only, p->algorithm->name)) continue;
        struct ours *o = &all[count++];
        *o = ours_new(p, s, isa_current(), t);
        const struct contender c = {run_ours, o};
        o->first_ns = turns_single(&c);
        if (o->first_ns < SHORT || o->first_ns / 2 <= best) o->first_ns = turns_quick(&c);
        if (o->first_ns < best) best = o->first_ns;
        ours_free(o);
    }
    qsort(all, (size_t)count, sizeof all[0], compare_ours);
    return count;
}

/* The FINAL first, the FINAL first of the small ones and of the tiny ones, the first of Winograd's F(4), direct-hwc, and the same with
 * AVX2. */
static int choose(struct ours *list, const struct scenario *s, const struct tensors *t) {
    struct ours *all = MEMORY_NEW(struct ours, primitive_count);
    const int count = screen(all, s, t);
    int kept = 0, small = 0, tiny = 0, winograd = 0;
    for (int i = 0; i < count; i++) {
        const struct primitive *p = all[i].p;
        const bool fits = (is_small(p, s) && small < FINAL) || (is_tiny(p, s) && tiny < FINAL);
        const bool winograd4 = is_winograd4(p, s) && winograd == 0;
        if (!is_direct(p) && i >= FINAL && !fits && !winograd4) continue;
        small += is_small(p, s), tiny += is_tiny(p, s), winograd += is_winograd4(p, s);
        list[kept++] = ours_new(p, s, isa_current(), t);
        if (is_direct(p) && isa_current() > ISA_AVX2) list[kept++] = ours_new(p, s, ISA_AVX2, t);
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
    if (is_tiny(o->p, o->s)) keep_if_better(&l->tiny, o, ms);
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

static void keep_theirs(struct layer_bench *l, const struct rival *one, double ms) {
    struct bench_peer *best = &l->peer[one->peer];
    const char *name = peers[one->peer]->conv_name(one->conv, one->i);
    if (!strstr(name, "wino")) best->direct_ms = fmin(best->direct_ms, ms); /* fmin ignores NAN */
    if (ms >= best->ms) return;
    best->ms = ms, best->scratch = peers[one->peer]->conv_scratch(one->conv, one->i);
    snprintf(best->name, sizeof best->name, "%s", name);
}

/* --- a layer --- */

struct layer_bench bench_layer_new(const struct scenario *s) {
    struct layer_bench l = {.s = *s,
                            .best.ms = NAN,
                            .small.ms = NAN,
                            .tiny.ms = NAN,
                            .winograd4.ms = NAN,
                            .direct.ms = NAN,
                            .direct_avx2_ms = NAN,
                            .im2col_ms = NAN,
                            .gemm_ms = NAN,
                            .blas_ms = NAN};
    for (int i = 0; i < PEERS; i++) l.peer[i] = (struct bench_peer){.ms = NAN, .name = "-", .direct_ms = NAN};
    return l;
}

double bench_layer_share(const struct layer_bench *l, double ms, enum isa isa) {
    return 2e-6 * (double)scenario_macs(&l->s) / ms / bench_peak(isa);
}

double bench_layer_rival(const struct layer_bench *l) {
    double best = NAN;
    for (int i = 0; i < PEERS; i++) best = fmin(best, l->peer[i].ms); /* fmin ignores NAN */
    return best;
}

static void sample_peaks(void) {
    bench_peak_sample(isa_current());
    if (isa_current() > ISA_AVX2) bench_peak_sample(ISA_AVX2);
}

static struct tensors tensors_new(const struct scenario *s, size_t floats) {
    return (struct tensors){bench_noise(floats), bench_noise(floats), bench_noise(raw_floats(s)),
                            bench_noise((size_t)s->M)};
}
static void tensors_free(struct tensors *t) {
    free(t->in), free(t->out), free(t->weights), free(t->bias);
}

void bench_layer_convolutions(struct layer_bench *l) {
    const struct scenario *s = &l->s;
    struct rivals rivals = rivals_new(s);
    struct tensors t = tensors_new(s, rivals.floats);
    struct rival *theirs = rivals_list(&rivals, t.in, t.out);
    struct ours list[OURS];
    const int mine = choose(list, s, &t), both = mine + rivals.count;
    struct contender *c = MEMORY_NEW(struct contender, both + 1);
    for (int i = 0; i < mine; i++)
        c[i] = (struct contender){run_ours, &list[i], .may_leave = !is_direct(list[i].p) || s->groups == s->C};
    for (int i = mine; i < both; i++) c[i] = (struct contender){rival_run, &theirs[i - mine], .may_leave = true};
    struct product q = {.s = s, .in = t.in, .a = t.weights, .c = t.out, .g = product_of(s)};
    q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    c[both] = (struct contender){run_im2col, &q, .may_leave = true};
    sample_peaks();
    turns_run(c, both + peer_blas_here(), bench_rounds);
    for (int i = 0; i < mine; i++) keep(l, &list[i], c[i].ms), ours_free(&list[i]);
    for (int i = mine; i < both; i++) keep_theirs(l, &theirs[i - mine], c[i].ms);
    if (peer_blas_here()) l->im2col_ms = c[both].ms;
    rivals_free(&rivals), tensors_free(&t);
    free(theirs), free(c), free(q.b);
}

void bench_layer_products(struct layer_bench *l) {
    struct product q = {.s = &l->s, .g = product_of(&l->s)};
    q.a = bench_noise((size_t)q.g.m * (size_t)q.g.k), q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    q.c = bench_noise((size_t)q.g.m * (size_t)q.g.n), q.panels = bench_noise(gemm_packed_a_bytes(q.g.m, q.g.k) / 4);
    q.workspace = bench_noise(gemm_workspace(&q.g, 1) / 4);
    gemm_pack_a(q.panels, q.a, &q.g);
    struct contender c[] = {{run_gemm, &q}, {run_blas, &q}};
    sample_peaks();
    turns_run(c, peer_blas_here() ? 2 : 1, bench_rounds);
    l->gemm_ms = c[0].ms;
    if (peer_blas_here()) l->blas_ms = c[1].ms;
    free(q.a), free(q.b), free(q.c), free(q.panels), free(q.workspace);
}
