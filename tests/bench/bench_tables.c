#include "tests/bench/bench_tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/provenance.h"
#include "solver/base/text.h"
#include "tests/bench/bench_peak.h"
#include "tests/bench/bench_turns.h"

static const char *const symbols[PEERS] = {
#define PEER(symbol, name, package) #symbol,
#include "tests/bench/peers.def"
};

static const char *name_of(const struct primitive *p) {
    return p ? p->name : "-";
}

static bool counts_for_peak(const struct layer_bench *l) {
    const struct scenario *s = &l->s;
    return s->KH == s->KW && (s->KH == 1 || s->KH == 3) && s->C / s->groups >= BENCH_CHANNELS &&
           s->M / s->groups >= BENCH_CHANNELS;
}

/* --- TSV --- */

void bench_tables_note(void *to, const char *key, const char *value) {
    text_write(to, "# %s: %s\n", key, value);
}

void bench_tables_origin(struct text_writer *out, void (*line)(void *to, const char *key, const char *value)) {
    char text[96];
    provenance_each(line, out, 1);
    line(out, "peers", peer_versions());
    snprintf(text, sizeof text, "%s", isa_names[isa_current()]);
    line(out, "isa", text);
    for (int isa = 0; isa < ISAS; isa++)
        if (!isnan(bench_peak((enum isa)isa))) {
            snprintf(text, sizeof text, "%.1f GFLOP/s with %s", bench_peak((enum isa)isa), isa_names[isa]);
            line(out, "peak", text);
        }
    snprintf(text, sizeof text, "%d to %d, medians of thread CPU time, %d MiB swept before each", bench_rounds,
             3 * bench_rounds, TURNS_EVICT >> 20);
    line(out, "rounds", text);
}

static bool write_layers(const struct bench_results *r, const char *folder, struct error *err) {
    struct text_writer out;
    char path[4096];
    snprintf(path, sizeof path, "%s/kernels.tsv", folder);
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# format: taso kernel bench 3\n");
    bench_tables_origin(&out, bench_tables_note);
    text_write(&out, "scenario\tgflop\tdirect_ms\tdirect_share\tdirect_avx2_ms\tdirect_avx2_share\tbest_ms\tbest\t"
                     "workspace_bytes\tweights_bytes\tsmall_ms\tsmall\tsmall_workspace_bytes\ttiny_ms\ttiny\t"
                     "tiny_workspace_bytes\twinograd4_ms\twinograd4\t"
                     "winograd4_workspace_bytes");
    for (int i = 0; i < PEERS; i++) {
        const char *p = symbols[i];
        text_write(&out,
                   "\t%s_ms\t%s\t%s_scratch_bytes\t%s_direct_ms\tbest_over_%s\tsmall_over_%s\ttiny_over_%s_direct", p,
                   p, p, p, p, p, p);
    }
    text_write(&out, "\tim2col_openblas_ms\tgemm_ms\topenblas_ms\topenblas_over_gemm\n");
    for (int i = 0; i < r->layers; i++) {
        const struct layer_bench *l = &r->layer[i];
        const struct bench_one *b = &l->best, *s = &l->small, *t = &l->tiny, *w = &l->winograd4;
        char text[SCENARIO_TEXT];
        scenario_print(text, &l->s);
        text_write(&out, "%s\t%.4f\t%.4f\t%.3f\t%.4f\t%.3f\t", text, 2e-9 * (double)scenario_macs(&l->s), l->direct.ms,
                   bench_layer_share(l, l->direct.ms, isa_current()), l->direct_avx2_ms,
                   bench_layer_share(l, l->direct_avx2_ms, ISA_AVX2));
        text_write(&out, "%.4f\t%s\t%zu\t%zu\t%.4f\t%s\t%zu\t", b->ms, name_of(b->p), b->workspace, b->weights, s->ms,
                   name_of(s->p), s->workspace);
        text_write(&out, "%.4f\t%s\t%zu\t%.4f\t%s\t%zu", t->ms, name_of(t->p), t->workspace, w->ms, name_of(w->p),
                   w->workspace);
        for (int k = 0; k < PEERS; k++) {
            const struct bench_peer *p = &l->peer[k];
            text_write(&out, "\t%.4f\t%s\t%zu\t%.4f\t%.3f\t%.3f\t%.3f", p->ms, p->name, p->scratch, p->direct_ms,
                       b->ms / p->ms, s->ms / p->ms, t->ms / p->direct_ms);
        }
        text_write(&out, "\t%.4f\t%.4f\t%.4f\t%.3f\n", l->im2col_ms, l->gemm_ms, l->blas_ms, l->blas_ms / l->gemm_ms);
    }
    return text_close(&out, err);
}

static bool write_networks(const struct bench_results *r, const char *folder, struct error *err) {
    struct text_writer out;
    char path[4096];
    snprintf(path, sizeof path, "%s/kernels-networks.tsv", folder);
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# format: taso kernel bench 3\n");
    bench_tables_origin(&out, bench_tables_note);
    text_write(&out, "network\tdirect_ms\tbest_ms\tsmall_ms\ttiny_ms\tim2col_openblas_ms");
    for (int i = 0; i < PEERS; i++)
        text_write(&out, "\t%s_ms\t%s_direct_ms\tbest_over_%s\tsmall_over_%s\ttiny_over_%s_direct", symbols[i],
                   symbols[i], symbols[i], symbols[i], symbols[i]);
    text_write(&out, "\tdirect_over_winograd4\n");
    for (int i = 0; i < r->networks; i++) {
        const struct network_bench *n = &r->network[i];
        text_write(&out, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f", n->name, n->direct_ms, n->best_ms, n->small_ms, n->tiny_ms,
                   n->im2col_ms);
        for (int k = 0; k < PEERS; k++)
            text_write(&out, "\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f", n->peer_ms[k], n->peer_direct_ms[k],
                       n->best_ms / n->peer_ms[k], n->small_ms / n->peer_ms[k], n->tiny_ms / n->peer_direct_ms[k]);
        text_write(&out, "\t%.3f\n", n->winograd4_direct_ms / n->winograd4_ms);
    }
    return text_close(&out, err);
}

/* --- Markdown --- */

void bench_tables_item(void *to, const char *key, const char *value) {
    text_write(to, "- %s: %s\n", key, value);
}

static void ask(struct text_writer *out, const char *what, const char *asked, const char *seen) {
    text_write(out, "| %s | %s | %s |\n", what, asked, seen);
}

/* How one side's time compares with another's over the networks. */
struct against {
    double log_sum, worst;
    const char *whose;
};

static void against_add(struct against *a, const char *whose, double ratio) {
    a->log_sum += log(ratio);
    if (!(ratio <= a->worst)) a->worst = ratio, a->whose = whose;
}

static void ask_against(struct text_writer *out, const struct against *a, int networks, const char *what,
                        const char *asked, const char *asked_worst) {
    char text[160];
    snprintf(text, sizeof text, "%.3f", exp(a->log_sum / networks));
    ask(out, what, asked, text);
    snprintf(text, sizeof text, "%.3f (%s)", a->worst, a->whose);
    ask(out, "the same, worst network", asked_worst, text);
}

static void ask_networks(struct text_writer *out, const struct bench_results *r) {
    struct against best = {.whose = "-"}, small = best, tiny = best;
    for (int i = 0; i < r->networks; i++) {
        const struct network_bench *n = &r->network[i];
        against_add(&best, n->name, n->best_ms / n->peer_ms[PEER_onednn]);
        against_add(&small, n->name, n->small_ms / n->peer_ms[PEER_onednn]);
        against_add(&tiny, n->name, n->tiny_ms / n->peer_direct_ms[PEER_onednn]);
    }
    ask_against(out, &best, r->networks, "best selection / oneDNN's best, geometric mean over the networks",
                "at most 0.88", "at most 1.00");
    ask_against(out, &small, r->networks, "at most 1 MiB of workspace / oneDNN's best, geometric mean", "at most 1.00",
                "-");
    ask_against(out, &tiny, r->networks, "at most 4 KiB of workspace / oneDNN's best without Winograd, geometric mean",
                "at most 1.00", "-");
}

static void ask_winograd(struct text_writer *out, const struct bench_results *r) {
    char text[160];
    for (int i = 0; i < r->networks; i++) {
        const struct network_bench *n = &r->network[i];
        if (strncmp(n->name, "vgg", 3) != 0) continue;
        char what[160];
        snprintf(what, sizeof what,
                 "Winograd F(4) with at most 5 MiB over direct, %s's 3 x 3 layers of %d channels and up", n->name,
                 BENCH_CHANNELS);
        snprintf(text, sizeof text, "%.2f in sum, %.2f at least", n->winograd4_direct_ms / n->winograd4_ms,
                 n->winograd4_least_ratio);
        ask(out, what, "at least 2.30", text);
    }
}

/* `avx2`: direct-hwc forced to it. */
static void ask_direct(struct text_writer *out, const struct bench_results *r, bool avx2, double least) {
    const enum isa isa = avx2 ? ISA_AVX2 : isa_current();
    double flop = 0, ms = 0, worst = INFINITY;
    int count = 0, below = 0;
    char whose[SCENARIO_TEXT] = "-", what[160], asked[32], text[160];
    for (int i = 0; i < r->layers; i++) {
        const struct layer_bench *l = &r->layer[i];
        const double own = avx2 ? l->direct_avx2_ms : l->direct.ms, part = bench_layer_share(l, own, isa);
        if (!counts_for_peak(l) || isnan(own)) continue;
        flop += 2 * (double)scenario_macs(&l->s), ms += own;
        count++, below += part < least;
        if (part < worst) worst = part, scenario_print(whose, &l->s);
    }
    if (count == 0) return;
    snprintf(what, sizeof what, "HWC direct, share of %s's peak, %d 3 x 3 and 1 x 1 layers of %d channels and up",
             isa_names[isa], count, BENCH_CHANNELS);
    snprintf(asked, sizeof asked, "at least %.2f", least);
    snprintf(text, sizeof text, "%.3f in sum; %d layers below, the lowest %.3f (%s)",
             1e-6 * flop / ms / bench_peak(isa), below, worst, whose);
    ask(out, what, asked, text);
}

static void ask_products(struct text_writer *out, const struct bench_results *r) {
    double mean = 0, worst = INFINITY;
    int below = 0;
    char whose[SCENARIO_TEXT] = "-", text[160];
    for (int i = 0; i < r->layers; i++) {
        const double ratio = r->layer[i].blas_ms / r->layer[i].gemm_ms;
        mean += log(ratio) / r->layers, below += ratio < 0.95;
        if (ratio < worst) worst = ratio, scenario_print(whose, &r->layer[i].s);
    }
    snprintf(text, sizeof text, "%.3f; %d of %d below, the lowest %.3f (%s)", exp(mean), below, r->layers, worst,
             whose);
    ask(out, "GEMM with packed weights, speed over OpenBLAS's, geometric mean over the layers' products",
        "at least 0.95", text);
}

static void markdown_networks(struct text_writer *out, const struct bench_results *r) {
    text_write(
        out,
        "\n| network | direct, ms | best, ms | at most 1 MiB, ms | at most 4 KiB, ms | oneDNN, ms | oneDNN without "
        "Winograd, ms | XNNPACK, ms | im2col + OpenBLAS, ms | best / oneDNN | 1 MiB / oneDNN | 4 KiB / without Winograd | "
        "best / XNNPACK |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (int i = 0; i < r->networks; i++) {
        const struct network_bench *n = &r->network[i];
        const double onednn = n->peer_ms[PEER_onednn], xnnpack = n->peer_ms[PEER_xnnpack];
        const double direct = n->peer_direct_ms[PEER_onednn];
        text_write(out, "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.3f | %.3f | %.3f | %.3f |\n",
                   n->name, n->direct_ms, n->best_ms, n->small_ms, n->tiny_ms, onednn, direct, xnnpack, n->im2col_ms,
                   n->best_ms / onednn, n->small_ms / onednn, n->tiny_ms / direct, n->best_ms / xnnpack);
    }
}

static void markdown_layers(struct text_writer *out, const struct bench_results *r) {
    text_write(out, "\n| layer: C,H,W,M,K,S,P[,G] | direct, ms | share of peak | with AVX2 | best, ms | primitive | "
                    "workspace, KiB | "
                    "stored weights, KiB | oneDNN, ms | scratch, KiB | best / oneDNN | GEMM / OpenBLAS, speed |\n"
                    "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|\n");
    for (int i = 0; i < r->layers; i++) {
        const struct layer_bench *l = &r->layer[i];
        char text[SCENARIO_TEXT];
        scenario_print(text, &l->s);
        text_write(out, "| %s | %.3f | %.3f | %.3f | %.3f | %s | %.0f | %.0f | %.3f | %.0f | %.3f | %.3f |\n", text,
                   l->direct.ms, bench_layer_share(l, l->direct.ms, isa_current()),
                   bench_layer_share(l, l->direct_avx2_ms, ISA_AVX2), l->best.ms, name_of(l->best.p),
                   (double)l->best.workspace / 1024, (double)l->best.weights / 1024, l->peer[PEER_onednn].ms,
                   (double)l->peer[PEER_onednn].scratch / 1024, l->best.ms / l->peer[PEER_onednn].ms,
                   l->blas_ms / l->gemm_ms);
    }
}

static bool write_markdown(const struct bench_results *r, const char *folder, struct error *err) {
    struct text_writer out;
    char path[4096];
    snprintf(path, sizeof path, "%s/kernels.md", folder);
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# Convolutions against oneDNN, XNNPACK and OpenBLAS, one thread\n\nMade by `make bench-kernels`; "
                     "`tests/bench/bench_turns.h` says how it is measured.\n\n");
    bench_tables_origin(&out, bench_tables_item);
    text_write(&out, "\n| what | asked | seen |\n|---|---|---|\n");
    ask_networks(&out, r);
    ask_winograd(&out, r);
    ask_direct(&out, r, false, isa_current() == ISA_AVX512 ? 0.9 : 0.8);
    if (isa_current() > ISA_AVX2) ask_direct(&out, r, true, 0.8);
    ask_products(&out, r);
    markdown_networks(&out, r);
    markdown_layers(&out, r);
    return text_close(&out, err);
}

bool bench_tables(const struct bench_results *r, const char *folder, struct error *err) {
    return write_layers(r, folder, err) && write_networks(r, folder, err) && write_markdown(r, folder, err);
}
