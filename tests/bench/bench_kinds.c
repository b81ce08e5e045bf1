#include "tests/bench/bench_kinds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench_data.h"
#include "tests/bench/bench_peak.h"
#include "tests/bench/bench_tables.h"
#include "tests/bench/bench_turns.h"

/* A kind, or a layer of the kind before it. */
struct row {
    const char *kind, *families, *shape;
};
static const struct row rows[] = {
#define KIND(name, families) {name, families, NULL},
#define SHAPE(text)          {NULL, NULL, text},
#include "tests/bench/kinds.def"
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

struct kind_layer {
    const struct row *kind;
    struct layer_bench l;
    double traffic_ms;
};

struct kinds_bench {
    struct kind_layer layer[ROWS];
    int layers;
};

static void parse_rows(struct kinds_bench *b, const char *only) {
    const struct row *kind = rows;
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].kind) kind = &rows[i];
        if (rows[i].kind || (only && !strstr(kind->kind, only))) continue;
        struct scenario s;
        const char *expected = scenario_parse(&s, rows[i].shape);
        if (expected) fprintf(stderr, "kinds.def: %s: expected %s\n", rows[i].shape, expected), exit(2);
        b->layer[b->layers++] = (struct kind_layer){kind, bench_layer_new(&s), NAN};
    }
}

/* --- what no convolution can beat --- */

#define PIECE 256 /* floats */

struct traffic {
    const float *in;
    float *out;
    size_t in_floats, out_floats;
};

static volatile unsigned sink; /* keeps the last reads from being optimised away */

/* Reads all of the input and writes all of the output, side by side, each in order. */
static void run_traffic(void *what) {
    typedef unsigned vector __attribute__((vector_size(16), may_alias));
    const struct traffic *t = what;
    const size_t pieces = t->out_floats / PIECE + 1;
    vector seen[4] = {0};
    for (size_t piece = 0, i = 0; piece < pieces; piece++) {
        const size_t until = (piece + 1) * t->in_floats / pieces,
                     end = piece + 1 < pieces ? (piece + 1) * PIECE : t->out_floats;
        for (; i + 16 <= until; i += 16)
            for (size_t k = 0; k < 4; k++) seen[k] ^= *(const vector *)(t->in + i + 4 * k);
        for (size_t o = piece * PIECE; o + 16 <= end; o += 16)
            for (size_t k = 0; k < 4; k++) *(vector *)(t->out + o + 4 * k) = seen[k];
    }
    sink = seen[0][0] ^ seen[1][0] ^ seen[2][0] ^ seen[3][0];
}

static double traffic_ms(const struct scenario *s) {
    struct traffic t = {.in_floats = in_floats(s), .out_floats = out_floats(s)};
    float *const in = bench_noise(t.in_floats);
    t.in = in, t.out = bench_room(t.out_floats);
    struct contender c = {run_traffic, &t};
    turns_run(&c, 1, bench_rounds);
    free(in), free(t.out);
    return c.ms;
}

static double bound_of(const struct kind_layer *k) {
    return fmax(2e-6 * (double)scenario_macs(&k->l.s) / bench_peak(isa_current()), k->traffic_ms);
}

/* --- tables --- */

static double ratio_of(const struct kind_layer *k) {
    return k->l.best.ms / bench_layer_rival(&k->l);
}

static bool write_rows(const struct kinds_bench *b, const char *folder, struct error *err) {
    struct text_writer out;
    char path[4096];
    snprintf(path, sizeof path, "%s/kinds.tsv", folder);
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# format: taso kind bench 2\n");
    bench_tables_origin(&out, bench_tables_note);
    text_write(&out, "kind\tscenario\tgflop\tbest_ms\tbest\tworkspace_bytes\tweights_bytes\tshare_of_peak");
    for (int p = 0; p < PEERS; p++) text_write(&out, "\t%s_ms\t%s", peer_names[p], peer_names[p]);
    text_write(&out, "\tbest_over_peers\ttraffic_ms\tbound_ms\tbest_share_of_bound\tpeers_share_of_bound\n");
    for (int i = 0; i < b->layers; i++) {
        const struct layer_bench *l = &b->layer[i].l;
        char text[SCENARIO_TEXT];
        scenario_print(text, &l->s);
        text_write(&out, "%s\t%s\t%.4f\t%.4f\t%s\t%zu\t%zu\t%.3f", b->layer[i].kind->kind, text,
                   2e-9 * (double)scenario_macs(&l->s), l->best.ms, l->best.p->name, l->best.workspace, l->best.weights,
                   bench_layer_share(l, l->best.ms, isa_current()));
        for (int p = 0; p < PEERS; p++) text_write(&out, "\t%.4f\t%s", l->peer[p].ms, l->peer[p].name);
        const double bound = bound_of(&b->layer[i]);
        text_write(&out, "\t%.3f\t%.4f\t%.4f\t%.3f\t%.3f\n", ratio_of(&b->layer[i]), b->layer[i].traffic_ms, bound,
                   bound / l->best.ms, bound / bench_layer_rival(l));
    }
    return text_close(&out, err);
}

static void write_kind(struct text_writer *out, const struct kinds_bench *b, const struct row *kind) {
    double mean = 0, peak = 0, worst = 0;
    int count = 0;
    char whose[SCENARIO_TEXT] = "-";
    for (int i = 0; i < b->layers; i++) {
        const struct kind_layer *k = &b->layer[i];
        if (k->kind != kind) continue;
        const double ratio = ratio_of(k);
        mean += log(ratio), peak += log(bench_layer_share(&k->l, k->l.best.ms, isa_current())), count++;
        if (ratio > worst) worst = ratio, scenario_print(whose, &k->l.s);
    }
    if (count > 0)
        text_write(out, "| %s | %d | %.2f | %.2f | %s | %.2f |\n", kind->kind, count, exp(mean / count), worst, whose,
                   exp(peak / count));
}

static void write_layers(struct text_writer *out, const struct kinds_bench *b) {
    text_write(
        out,
        "\n| layer: C,H,W,M,K,S,P[,G[,D]] | best, ms | primitive | share of peak | bound, ms | share of bound | peers' |");
    for (int p = 0; p < PEERS; p++) text_write(out, " %s, ms |", peer_names[p]);
    text_write(out, " best / peers |\n|---|---:|---|---:|---:|---:|---:|");
    for (int p = 0; p < PEERS; p++) text_write(out, "---:|");
    text_write(out, "---:|\n");
    for (int i = 0; i < b->layers; i++) {
        const struct layer_bench *l = &b->layer[i].l;
        char text[SCENARIO_TEXT];
        scenario_print(text, &l->s);
        const double bound = bound_of(&b->layer[i]);
        text_write(out, "| %s | %.4f | %s | %.2f | %.4f | %.2f | %.2f |", text, l->best.ms, l->best.p->name,
                   bench_layer_share(l, l->best.ms, isa_current()), bound, bound / l->best.ms,
                   bound / bench_layer_rival(l));
        for (int p = 0; p < PEERS; p++) text_write(out, " %.4f |", l->peer[p].ms);
        text_write(out, " %.2f |\n", ratio_of(&b->layer[i]));
    }
}

static bool write_markdown(const struct kinds_bench *b, const char *folder, struct error *err) {
    struct text_writer out;
    char path[4096];
    snprintf(path, sizeof path, "%s/kinds.md", folder);
    if (!text_create(&out, path, err)) return false;
    text_write(&out,
               "# Layers of today's networks, by kind, one thread\n\nMade by `make bench-kinds`; "
               "`tests/bench/bench_turns.h` says how it is measured. Ratios are those of our fastest primitive to "
               "the fastest peer; means are geometric. The bound is the longer of two times: of the arithmetic at peak "
               "rate, and of reading the input and writing the output under the same conditions.\n\n");
    bench_tables_origin(&out, bench_tables_item);
    text_write(&out, "\n| kind | layers | best / peers, mean | worst | of layer | share of peak, mean |\n"
                     "|---|---:|---:|---:|---|---:|\n");
    for (int i = 0; i < ROWS; i++)
        if (rows[i].kind) write_kind(&out, b, &rows[i]);
    write_layers(&out, b);
    return text_close(&out, err);
}

bool bench_kinds(const char *folder, const char *only, struct error *err) {
    static struct kinds_bench b;
    const char *const chosen = bench_only;
    parse_rows(&b, only);
    if (b.layers == 0) return error_set(err, "no kind of layer has \"%s\" in its name", only);
    for (int i = 0; i < b.layers; i++) {
        struct kind_layer *k = &b.layer[i];
        bench_only = chosen ? chosen : k->kind->families;
        bench_layer_convolutions(&k->l);
        k->traffic_ms = traffic_ms(&k->l.s);
        if (!k->l.best.p) return error_set(err, "%s: no primitive of %s takes part", k->kind->kind, bench_only);
        fprintf(stderr, "\r%d of %d layers  ", i + 1, b.layers);
    }
    fputs("\n", stderr);
    return write_rows(&b, folder, err) && write_markdown(&b, folder, err);
}
