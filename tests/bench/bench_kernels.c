/* Speed of the convolution primitives, one thread, against the machine's peak and against OpenBLAS, oneDNN and XNNPACK
 * where they are installed.
 *
 *     bench_kernels [--isa NAME] [--rounds N] [--only FAMILIES] -o FOLDER [NETWORK...]       (all built-in networks)
 *     bench_kernels --kinds [...] -o FOLDER [KIND]               (all kinds of tests/bench/kinds.def, or some by name)
 *
 * Layers are measured as tests/bench/bench_layer.h says, networks are sums over their convolutions, and
 * tests/bench/bench_tables.h and tests/bench/bench_kinds.h describe the files in FOLDER. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network.h"
#include "kernels/isa.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"
#include "tests/bench/bench_kinds.h"
#include "tests/bench/bench_peers.h"
#include "tests/bench/bench_tables.h"
#include "tests/bench/bench_turns.h"

#define NETWORKS_MAX 64

static struct layer_bench *layers;
static int layer_count;

static struct layer_bench *layer_of(const struct scenario *s) {
    for (int i = 0; i < layer_count; i++)
        if (scenario_equal(&layers[i].s, s)) return &layers[i];
    layers = memory_resize(layers, (size_t)layer_count + 1, sizeof *layers);
    layers[layer_count] = bench_layer_new(s);
    return &layers[layer_count++];
}

/* The relative cost of measuring a layer: its arithmetic, plus a constant. */
static double effort(const struct layer_bench *l) {
    return (double)scenario_macs(&l->s) + 60e6;
}

static void measure_layers(void) {
    const double begun = clock_wall();
    double all = 0, done = 0;
    for (int i = 0; i < layer_count; i++) all += effort(&layers[i]);
    for (int i = 0; i < layer_count; i++) {
        bench_layer_products(&layers[i]);
        bench_layer_convolutions(&layers[i]);
        done += effort(&layers[i]);
        fprintf(stderr, "\r%d of %d layers, %.0f s, about %.0f s left  ", i + 1, layer_count, clock_wall() - begun,
                (clock_wall() - begun) * (all - done) / done);
    }
    fputs("\n", stderr);
}

static struct network_bench network_sums(const struct network *n) {
    struct network_bench sum = {.name = n->name, .winograd4_least_ratio = INFINITY};
    for (int i = 0; i < n->layers; i++) {
        if (n->layer[i].kind != LAYER_CONV) continue;
        const struct layer_bench *l = layer_of(&n->layer[i].scenario);
        sum.direct_ms += l->direct.ms, sum.best_ms += l->best.ms, sum.small_ms += l->small.ms;
        sum.tiny_ms += l->tiny.ms, sum.im2col_ms += l->im2col_ms;
        for (int k = 0; k < PEERS; k++) sum.peer_ms[k] += l->peer[k].ms, sum.peer_direct_ms[k] += l->peer[k].direct_ms;
        if (!l->winograd4.p || l->s.C < BENCH_CHANNELS) continue;
        sum.winograd4_ms += l->winograd4.ms, sum.winograd4_direct_ms += l->direct.ms;
        sum.winograd4_least_ratio = fmin(sum.winograd4_least_ratio, l->direct.ms / l->winograd4.ms);
    }
    return sum;
}

struct request {
    const char *folder, *names[NETWORKS_MAX];
    int count;
    bool kinds;
};

static bool parse(struct request *q, int argc, char **argv) {
    *q = (struct request){0};
    for (int i = 1; i < argc; i++) {
        const bool more = i + 1 < argc;
        if (strcmp(argv[i], "--only") == 0 && more)
            bench_only = argv[++i];
        else if (strcmp(argv[i], "--kinds") == 0)
            q->kinds = true;
        else if (strcmp(argv[i], "-o") == 0 && more)
            q->folder = argv[++i];
        else if (strcmp(argv[i], "--rounds") == 0 && more)
            bench_rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--isa") == 0 && more) {
            enum isa isa;
            if (!isa_parse(&isa, argv[++i]) || !isa_force(isa)) return fprintf(stderr, "no %s here\n", argv[i]), false;
        } else if (argv[i][0] != '-' && q->count < NETWORKS_MAX)
            q->names[q->count++] = argv[i];
        else
            return fprintf(stderr, "bench_kernels: %s: not an option\n", argv[i]), false;
    }
    if (bench_rounds < 1 || bench_rounds > TURNS_MAX)
        return fprintf(stderr, "bench_kernels: --rounds: 1 to %d\n", TURNS_MAX), false;
    if (!q->folder) return fputs("bench_kernels: -o FOLDER is missing\n", stderr), false;
    if (q->kinds && q->count > 1) return fputs("bench_kernels: --kinds: one name at most\n", stderr), false;
    if (q->count > 0 || q->kinds) return true;
    for (q->count = 0; q->count < network_builtin_count() && q->count < NETWORKS_MAX; q->count++)
        q->names[q->count] = network_builtin_name(q->count);
    return true;
}

static bool measure_networks(const struct request *q, struct error *err) {
    struct network *networks[NETWORKS_MAX];
    struct network_bench sums[NETWORKS_MAX];
    for (int i = 0; i < q->count; i++) {
        networks[i] = network_open(q->names[i], err);
        if (!networks[i]) return false;
        for (int k = 0; k < networks[i]->layers; k++)
            if (networks[i]->layer[k].kind == LAYER_CONV) layer_of(&networks[i]->layer[k].scenario);
    }
    measure_layers();
    for (int i = 0; i < q->count; i++) sums[i] = network_sums(networks[i]);
    const struct bench_results results = {layers, layer_count, sums, q->count};
    const bool written = bench_tables(&results, q->folder, err);
    for (int i = 0; i < q->count; i++) network_free(networks[i]);
    free(layers);
    return written;
}

int main(int argc, char **argv) {
    struct request q;
    struct error err;
    provenance_begin(argc, argv);
    if (!parse(&q, argc, argv)) return 2;
    turns_begin();
    peers_init();
    if (q.kinds ? bench_kinds(q.folder, q.names[0], &err) : measure_networks(&q, &err)) return 0;
    fprintf(stderr, "bench_kernels: %s\n", err.text);
    return 2;
}
