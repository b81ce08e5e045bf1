/* Whole networks against onnxruntime: our side of tests/bench/bench_networks.mjs.
 *
 *     bench_networks export NETWORK FOLDER    model.onnx, its weights (seeded, as `taso run` has them) and an input
 *     bench_networks input NETWORK FOLDER     the input alone, for tests/bench/bench_emitted.sh
 *     bench_networks serve PLAN FOLDER        runs the plan on request and reports its CPU time
 *
 * Both sides compute with the same numbers: the model's weights are those of the file that `taso weights` writes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/runtime/image.h"
#include "experiments/runtime/measure.h"
#include "experiments/runtime/runtime.h"
#include "solver/base/memory.h"
#include "tests/bench/bench_onnx.h"
#include "tests/bench/bench_serve.h"

/* --- the two commands --- */

#define SEED 1 /* taso run's and taso emit's own */

static float *noise(struct shape s) {
    float *in = memory_new((size_t)shape_bytes(s) / sizeof(float), sizeof(float));
    image_noise(in, s, SEED + 7);
    return in;
}

static void write_file(const char *folder, const char *name, const void *from, size_t bytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(from, 1, bytes, file) != bytes || fclose(file) != 0) perror(path), exit(2);
}

static void write_input(const struct network *n, const char *folder) {
    float *in = noise(n->layer[0].out);
    write_file(folder, "in.f32", in, (size_t)shape_bytes(n->layer[0].out));
    free(in);
}

static bool export_input(const char *name, const char *folder, struct error *err) {
    struct network *n = network_open(name, err);
    if (n) write_input(n, folder);
    network_free(n);
    return n != NULL;
}

static bool export_network(const char *name, const char *folder, struct error *err) {
    struct network *raw = network_open(name, err), *n = raw ? network_fold(raw) : NULL;
    struct weights w;
    char path[4096];
    network_free(raw);
    if (!n) return false;
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/weights.f32", folder);
    bool good = bench_onnx_can(n, err) && weights_init(&w, n, SEED, NULL, err) && weights_write(&w, path, err);
    if (good) {
        struct bench_onnx_bytes m = bench_onnx_model(n, &w);
        write_file(folder, "model.onnx", m.at, m.count);
        write_input(n, folder);
        printf("input: %d %d %d\nweights-bytes: %" PRId64 "\n", n->layer[0].out.C, n->layer[0].out.H, n->layer[0].out.W,
               network_facts(n).parameters * 4);
        free(m.at);
        weights_free(&w);
    }
    network_free(n);
    return good;
}

struct served {
    struct runtime *r;
    float *in, *out;
};

static void serve_once(void *context) {
    struct served *s = context;
    runtime_run(s->r, s->out, s->in, NULL);
}

static bool serve_plan(const char *path, const char *folder, struct error *err) {
    struct plan *p = plan_read(path, err);
    struct network *raw = p ? network_open(p->network, err) : NULL, *n = raw ? network_fold(raw) : NULL;
    struct weights w = {0};
    struct served s = {0};
    network_free(raw);
    bool good = n && weights_init(&w, n, SEED, NULL, err) && (s.r = runtime_new(p, n, &w, 1, err));
    if (good) {
        s.in = noise(n->layer[0].out);
        s.out = MEMORY_NEW(float, runtime_outputs(s.r));
        measure_flush_denormals();
        serve(serve_once, &s, s.out, (size_t)runtime_outputs(s.r), folder, s.r->schedule->arena_bytes,
              s.r->stored_bytes + 4 * s.r->biases);
    }
    free(s.in);
    free(s.out);
    runtime_free(s.r);
    weights_free(&w);
    network_free(n);
    plan_free(p);
    return good;
}

int main(int argc, char **argv) {
    struct error err = {""};
    if (argc == 4 && strcmp(argv[1], "export") == 0 && export_network(argv[2], argv[3], &err)) return 0;
    if (argc == 4 && strcmp(argv[1], "input") == 0 && export_input(argv[2], argv[3], &err)) return 0;
    if (argc == 4 && strcmp(argv[1], "serve") == 0 && serve_plan(argv[2], argv[3], &err)) return 0;
    fprintf(stderr, "bench_networks: %s\n",
            err.text[0] ? err.text : "export NETWORK FOLDER | input NETWORK FOLDER | serve PLAN FOLDER");
    return 2;
}
