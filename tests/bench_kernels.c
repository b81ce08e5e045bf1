/* Speed of the convolution primitives, one thread, against the machine's peak and against OpenBLAS and oneDNN where they are installed.
 *
 *     bench_kernels [--isa NAME] [--rounds N] [--only FAMILIES] [--gemm | --layers] [NETWORK...]       (all built-in networks)
 *
 * What is compared runs in turn, round after round, so that a change of the machine's speed hits all alike; times are medians of
 * thread CPU time over the rounds, caches warm. Of our primitives each runs by itself first (once, if that is twice the best so far), and those that come
 * first go into the comparison, as do all implementations of oneDNN within three times its best. direct-sum2d is left out: it is never
 * near. Peak: fused multiply-adds on registers alone, measured again beside every layer; shares refer to the median.
 *
 * gemm: C (M x pixels) = weights (M x K) x patches (K x pixels), the product that im2col makes of a layer; weights packed ahead.
 * layers, ms: direct-hwc; the best of our primitives; the best with at most 1 MiB of workspace; the best of oneDNN, in
 * the layouts it likes best; im2col and OpenBLAS. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network.h"
#include "kernels/gemm.h"
#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "solver/clock.h"
#include "solver/memory.h"
#include "tests/bench_data.h"
#include "tests/bench_peers.h"

#define ROUNDS_MAX 101
#define SMALL      (1 << 20) /* bytes of workspace for "small" */
#define FINAL      3         /* of our primitives that come into the comparison, and as many small ones */

static int rounds = 7;
static const char *only;  /* families that take part, NULL: all */
static double peak = NAN; /* flop/ns, the median of what was seen beside every layer */

/* --- measuring in turn ---------------------------------------------------------------------------------------------------- */

struct contender {
    void (*run)(void *what);
    void *what;
    bool out; /* too slow to go on with */
    int64_t ns[ROUNDS_MAX];
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
    for (int i = 0; i < count; i++) c[i].out = c[i].ns[0] / 3 > best;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            if (!c[i].out) c[i].ns[round] = time_once(&c[i]);
    for (int i = 0; i < count; i++) {
        if (!c[i].out) qsort(c[i].ns, (size_t)rounds, sizeof c[i].ns[0], compare_ns);
        c[i].ms = 1e-6 * (double)c[i].ns[c[i].out ? 0 : rounds / 2];
    }
}

/* --- peak ------------------------------------------------------------------------------------------------------------------ */

#define PEAK_CHAINS 12 /* independent sums: enough to cover the latency of two units */
#define PEAK_LOOP(name, target, floats)                                                                                \
    target static double name(int turns) {                                                                             \
        typedef float vector __attribute__((vector_size(4 * floats)));                                                 \
        vector sum[PEAK_CHAINS];                                                                                       \
        for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = (vector){0} + (float)i * unknown;                               \
        const vector factor = (vector){0} + 0.999f, add = (vector){0} + 0.001f;                                        \
        for (int turn = 0; turn < turns; turn++)                                                                       \
            for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = sum[i] * factor + add;                                      \
        for (int i = 1; i < PEAK_CHAINS; i++) sum[0] += sum[i];                                                        \
        sink += sum[0][0];                                                                                             \
        return 2.0 * turns * PEAK_CHAINS * floats;                                                                     \
    }
static volatile float sink;        /* keeps the sums from being optimised away */
static volatile float unknown = 1; /* and a chain from being computed ahead: from 1 it stays at 1 */
PEAK_LOOP(peak_4, , 4)
#if defined(__x86_64__)
PEAK_LOOP(peak_8, ISA_TARGET_AVX2, 8)
PEAK_LOOP(peak_16, ISA_TARGET_AVX512, 16)
#endif

#define PEAK_SAMPLES 4096

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure_peak(void) {
    double (*loop)(int) = peak_4;
#if defined(__x86_64__)
    if (isa_current() == ISA_AVX2) loop = peak_8;
    if (isa_current() == ISA_AVX512) loop = peak_16;
#endif
    static double seen[PEAK_SAMPLES];
    static int count;
    for (int i = 0; i < 5 && count < PEAK_SAMPLES; i++) {
        const int64_t start = clock_thread_ns();
        const double flop = loop(100000);
        seen[count++] = flop / (double)(clock_thread_ns() - start);
    }
    qsort(seen, (size_t)count, sizeof seen[0], compare_double);
    peak = seen[count / 2];
}

/* --- layers ---------------------------------------------------------------------------------------------------------------- */

struct layer_bench {
    struct scenario s;
    double direct_ms, best_ms, small_ms, onednn_ms, im2col_ms, gemm_ms, blas_ms; /* NAN: not measured */
    const struct primitive *best, *small;
    char onednn[64];
    size_t scratch;
};

struct ours {
    const struct primitive *p;
    const struct scenario *s;
    float *out, *in, *stored, *workspace;
    int64_t first_ns;
};

static void run_ours(void *what) {
    const struct ours *o = what;
    primitive_run(o->p, o->s, o->out, o->in, o->stored, NULL, false, o->workspace, 1);
}

static struct ours ours_new(const struct primitive *p, const struct scenario *s, float *out, float *in,
                            const float *weights) {
    struct ours o = {.p = p, .s = s, .out = out, .in = in, .stored = bench_noise(primitive_weights(p, s) / 4)};
    o.workspace = bench_noise(primitive_workspace(p, s, 1) / 4);
    primitive_prepare(p, s, o.stored, weights);
    return o;
}

static void ours_free(struct ours *o) {
    free(o->stored), free(o->workspace);
}

static int compare_ours(const void *a, const void *b) {
    const struct ours *x = a, *y = b;
    return (x->first_ns > y->first_ns) - (x->first_ns < y->first_ns);
}

/* The FINAL first, the FINAL first of the small ones, and direct-hwc, in `list`. Returns how many. */
static int screen(struct ours *list, const struct scenario *s, float *out, float *in, const float *weights) {
    struct ours *all = MEMORY_NEW(struct ours, primitive_count);
    int count = 0, kept = 0;
    int64_t best = INT64_MAX;
    for (int i = primitive_count - 1; i >= 0; i--) {
        const struct primitive *p = &primitives[i];
        if (strcmp(p->algorithm->name, "sum2d") == 0 || !primitive_applies(p, s)) continue;
        if (only && !strstr(only, p->algorithm->name)) continue;
        struct ours *o = &all[count++];
        *o = ours_new(p, s, out, in, weights);
        const struct contender c = {run_ours, o};
        o->first_ns = 0;
        for (int run = 0; run < 3 && o->first_ns / 2 <= best; run++) {
            const int64_t ns = time_once(&c);
            if (ns < o->first_ns || run == 0) o->first_ns = ns;
        }
        if (o->first_ns < best) best = o->first_ns;
        ours_free(o);
    }
    qsort(all, (size_t)count, sizeof all[0], compare_ours);
    int small = 0;
    for (int i = 0; i < count; i++) {
        const bool fits = primitive_workspace(all[i].p, s, 1) <= SMALL;
        const bool direct = strcmp(all[i].p->name, "direct-hwc") == 0;
        if (!direct && i >= FINAL && (!fits || small >= FINAL)) continue;
        if (fits) small++;
        list[kept++] = ours_new(all[i].p, s, out, in, weights);
    }
    free(all);
    return kept;
}

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

/* Patch matrix, C K K x OH OW, as Caffe builds it. */
static void build_patches(const struct scenario *s, float *b, const float *in) {
    const int OH = scenario_out_h(s), OW = scenario_out_w(s);
    for (int c = 0; c < s->C / s->groups; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++)
                for (int oh = 0; oh < OH; oh++) {
                    const int h = oh * s->stride - s->pad + kh * s->dilation;
                    const float *row = in + ((size_t)c * (size_t)s->H + (size_t)h) * (size_t)s->W;
                    for (int ow = 0; ow < OW; ow++) {
                        const int w = ow * s->stride - s->pad + kw * s->dilation;
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

static void bench_layer(struct layer_bench *l) {
    const struct scenario *s = &l->s;
    float *in = bench_noise(in_floats(s)), *out = bench_noise(out_floats(s)), *weights = bench_noise(raw_floats(s));
    struct ours list[2 * FINAL + 1];
    const int mine = screen(list, s, out, in, weights);
    struct peer_conv *peer = peer_conv_here() ? peer_conv_new(s) : NULL;
    const int theirs = peer ? peer_conv_count(peer) : 0;
    struct onednn_one *one = MEMORY_NEW(struct onednn_one, theirs);
    struct contender *c = MEMORY_NEW(struct contender, mine + theirs + 1);
    for (int i = 0; i < mine; i++) c[i].run = run_ours, c[i].what = &list[i];
    for (int i = 0; i < theirs; i++) {
        one[i] = (struct onednn_one){peer, i};
        c[mine + i].run = run_onednn, c[mine + i].what = &one[i];
    }
    struct product q = {.s = s, .in = in, .a = weights, .c = out};
    q.g = (struct gemm){.m = s->M / s->groups, .n = scenario_out_h(s) * scenario_out_w(s)};
    q.g.k = s->C / s->groups * s->KH * s->KW;
    q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    if (peer_blas_here()) c[mine + theirs].run = run_im2col, c[mine + theirs].what = &q;
    measure_peak();
    measure(c, mine + theirs + (peer_blas_here() ? 1 : 0));
    for (int i = 0; i < mine; i++) {
        if (!(c[i].ms >= l->best_ms)) l->best_ms = c[i].ms, l->best = list[i].p;
        if (primitive_workspace(list[i].p, s, 1) <= SMALL && !(c[i].ms >= l->small_ms))
            l->small_ms = c[i].ms, l->small = list[i].p;
        if (strcmp(list[i].p->name, "direct-hwc") == 0) l->direct_ms = c[i].ms;
        ours_free(&list[i]);
    }
    for (int i = 0; i < theirs; i++)
        if (!(c[mine + i].ms >= l->onednn_ms)) {
            l->onednn_ms = c[mine + i].ms, l->scratch = peer_conv_scratch(peer, i);
            snprintf(l->onednn, sizeof l->onednn, "%s", peer_conv_name(peer, i));
        }
    if (peer_blas_here()) l->im2col_ms = c[mine + theirs].ms;
    peer_conv_free(peer);
    free(one), free(c), free(q.b), free(in), free(out), free(weights);
}

static void bench_gemm(struct layer_bench *l) {
    const struct scenario *s = &l->s;
    struct product q = {.s = s};
    q.g = (struct gemm){.m = s->M / s->groups, .n = scenario_out_h(s) * scenario_out_w(s), .packed_a = true};
    q.g.k = s->C / s->groups * s->KH * s->KW;
    q.g.lda = q.g.k, q.g.ldb = q.g.ldc = q.g.n;
    q.a = bench_noise((size_t)q.g.m * (size_t)q.g.k), q.b = bench_noise((size_t)q.g.k * (size_t)q.g.n);
    q.c = bench_noise((size_t)q.g.m * (size_t)q.g.n), q.panels = bench_noise(gemm_packed_a_bytes(q.g.m, q.g.k) / 4);
    q.workspace = bench_noise(gemm_workspace(&q.g, 1) / 4);
    gemm_pack_a(q.panels, q.a, &q.g);
    struct contender c[] = {{run_gemm, &q}, {run_blas, &q}};
    measure_peak();
    measure(c, peer_blas_here() ? 2 : 1);
    l->gemm_ms = c[0].ms;
    if (peer_blas_here()) l->blas_ms = c[1].ms;
    free(q.a), free(q.b), free(q.c), free(q.panels), free(q.workspace);
}

/* --- tables ---------------------------------------------------------------------------------------------------------------- */

static struct layer_bench *layers;
static int layer_count;

static struct layer_bench *layer_of(const struct scenario *s) {
    for (int i = 0; i < layer_count; i++)
        if (scenario_equal(&layers[i].s, s)) return &layers[i];
    layers = memory_resize(layers, (size_t)layer_count + 1, sizeof *layers);
    struct layer_bench *l = &layers[layer_count++];
    *l = (struct layer_bench){*s, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NULL, NULL, "", 0};
    return l;
}

static double share(const struct scenario *s, double ms) {
    return 2e-6 * (double)scenario_macs(s) / ms / peak;
}

static void print_gemm(void) {
    puts("scenario\tm\tn\tk\tgemm_ms\topenblas_ms\topenblas_over_gemm\tshare_of_peak");
    double sum = 0;
    for (int i = 0; i < layer_count; i++) {
        const struct layer_bench *l = &layers[i];
        const struct scenario *s = &l->s;
        char text[SCENARIO_TEXT];
        scenario_print(text, s);
        printf("%s\t%d\t%d\t%d\t%.4f\t%.4f\t%.3f\t%.3f\n", text, s->M / s->groups,
               scenario_out_h(s) * scenario_out_w(s), s->C / s->groups * s->KH * s->KW, l->gemm_ms, l->blas_ms,
               l->blas_ms / l->gemm_ms, share(s, l->gemm_ms * s->groups));
        sum += log(l->blas_ms / l->gemm_ms);
    }
    printf("# geometric mean of openblas_over_gemm: %.3f\n", exp(sum / layer_count));
}

static void print_layers(void) {
    puts("scenario\tgflop\tdirect_ms\tdirect_share\tbest_ms\tbest\tworkspace_bytes\tweights_bytes\tsmall_ms\tsmall\t"
         "onednn_ms\tonednn\tonednn_scratch_bytes\tim2col_openblas_ms\tbest_over_onednn\tsmall_over_onednn");
    for (int i = 0; i < layer_count; i++) {
        const struct layer_bench *l = &layers[i];
        char text[SCENARIO_TEXT];
        scenario_print(text, &l->s);
        printf("%s\t%.3f\t%.3f\t%.3f\t%.3f\t%s\t%zu\t%zu\t%.3f\t%s\t%.3f\t%s\t%zu\t%.3f\t%.3f\t%.3f\n", text,
               2e-9 * (double)scenario_macs(&l->s), l->direct_ms, share(&l->s, l->direct_ms), l->best_ms, l->best->name,
               primitive_workspace(l->best, &l->s, 1), primitive_weights(l->best, &l->s), l->small_ms, l->small->name,
               l->onednn_ms, l->onednn, l->scratch, l->im2col_ms, l->best_ms / l->onednn_ms,
               l->small_ms / l->onednn_ms);
    }
}

struct sums {
    double direct, best, small, onednn, im2col;
};

static struct sums network_sums(const struct network *n) {
    struct sums sum = {0};
    for (int i = 0; i < n->layers; i++) {
        if (n->layer[i].kind != LAYER_CONV) continue;
        const struct layer_bench *l = layer_of(&n->layer[i].scenario);
        sum.direct += l->direct_ms, sum.best += l->best_ms, sum.small += l->small_ms;
        sum.onednn += l->onednn_ms, sum.im2col += l->im2col_ms;
    }
    return sum;
}

int main(int argc, char **argv) {
    bool gemm = true, convolutions = true;
    const char *names[64];
    int count = 0;
    for (int i = 1; i < argc && count < 64; i++) {
        if (strcmp(argv[i], "--gemm") == 0)
            convolutions = false;
        else if (strcmp(argv[i], "--layers") == 0)
            gemm = false;
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--isa") == 0 && i + 1 < argc) {
            int isa = 0;
            for (i++; isa < ISAS && strcmp(isa_names[isa], argv[i]) != 0;) isa++;
            if (isa == ISAS || !isa_force((enum isa)isa)) return fprintf(stderr, "no %s on this CPU\n", argv[i]), 2;
        } else
            names[count++] = argv[i];
    }
    if (rounds < 1 || rounds > ROUNDS_MAX) return fprintf(stderr, "--rounds: 1 to %d\n", ROUNDS_MAX), 2;
    peers_init();
    for (int i = 0; count == 0 && i < network_builtin_count(); i++) names[i] = network_builtin_name(i);
    if (count == 0) count = network_builtin_count();
    struct network *networks[64];
    for (int i = 0; i < count; i++) {
        struct error err;
        networks[i] = network_open(names[i], &err);
        if (!networks[i]) return fprintf(stderr, "%s\n", err.text), 2;
        for (int k = 0; k < networks[i]->layers; k++)
            if (networks[i]->layer[k].kind == LAYER_CONV) layer_of(&networks[i]->layer[k].scenario);
    }
    for (int i = 0; i < layer_count; i++) {
        if (gemm) bench_gemm(&layers[i]);
        if (convolutions) bench_layer(&layers[i]);
        fprintf(stderr, "\r%d of %d layers", i + 1, layer_count);
    }
    fputs("\n", stderr);
    printf("# isa: %s, rounds: %d, peak: %.1f GFLOP/s\n", isa_names[isa_current()], rounds, peak);
    if (gemm) print_gemm();
    if (!convolutions) return 0;
    print_layers();
    puts("network\tdirect_ms\tbest_ms\tsmall_ms\tonednn_ms\tim2col_openblas_ms\tbest_over_onednn\tsmall_over_onednn");
    double mean = 0, small = 0;
    for (int i = 0; i < count; i++) {
        const struct sums sum = network_sums(networks[i]);
        printf("%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.3f\t%.3f\n", networks[i]->name, sum.direct, sum.best, sum.small,
               sum.onednn, sum.im2col, sum.best / sum.onednn, sum.small / sum.onednn);
        mean += log(sum.best / sum.onednn), small += log(sum.small / sum.onednn);
        network_free(networks[i]);
    }
    printf("# geometric mean: best_over_onednn %.3f, small_over_onednn %.3f\n", exp(mean / count), exp(small / count));
    free(layers);
    return 0;
}
