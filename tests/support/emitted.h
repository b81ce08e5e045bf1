/* emitted.h - a network as written by `taso emit`, in a folder, with the runtime's output: for tests that build and run
 * it. */
#ifndef TESTS_SUPPORT_EMITTED_H
#define TESTS_SUPPORT_EMITTED_H
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include "experiments/emit/emit.h"
#include "experiments/emit/emit_names.h"
#include "experiments/runtime/runtime.h"
#include "kernels/isa.h"
#include "tests/support/least_path.h"

/* Cross compilers link statically, so that the emulator needs no target libraries. */
struct compiler {
    const char *name, *flags, *runner;
};
static const struct compiler gcc = {"gcc", "", ""}, clang = {"clang", "", ""};

static inline int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline int shell(const char *format, ...) {
    char command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline bool compiler_is_here(const struct compiler *c) {
    if (shell("command -v %s >/dev/null", c->name) == 0 &&
        (c->runner[0] == '\0' || shell("command -v %s >/dev/null", c->runner) == 0))
        return true;
    printf("SKIPPED: emitted programs with %s%s%s: not installed\n", c->name, c->runner[0] ? " and " : "", c->runner);
    fflush(stdout);
    return false;
}

struct emitted {
    struct world w;
    struct runtime *r;
    float *out;
    char folder[256];
};

static inline void write_floats(const char *folder, const char *name, const float *x, int64_t floats) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fwrite(x, sizeof *x, (size_t)floats, file), floats);
    ck_assert_int_eq(fclose(file), 0);
}

/* Fast enough for emulators and close to realistic plans of devices: Winograd where it applies, GEMM for 1 x 1, im2row
 * elsewhere. */
static inline void plan_sensibly(struct world *w, const char *network) {
    static const char *const families[] = {"im2row", "conv-1x1", "winograd"}; /* the last one that applies is chosen */
    for (int v = 0; v < w->g->nodes; v++)
        for (size_t f = w->choice[v] = 0; f < sizeof families / sizeof families[0]; f++)
            for (int k = w->g->node[v].choices - 1; k >= 0; k--) {
                const struct primitive *p = w->g->node[v].choice[k].primitive;
                if (p && strcmp(p->algorithm->name, families[f]) == 0) w->choice[v] = k;
            }
    plan_free(w->plan);
    w->plan = plan_new(w->g, w->choice, network, "sensible", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
}

static inline int layers_of(const struct instance *g, const struct algorithm *a) {
    int count = 0;
    for (int v = 0; v < g->nodes; v++)
        for (int k = 0; k < g->node[v].choices; k++)
            if (g->node[v].choice[k].primitive && g->node[v].choice[k].primitive->algorithm == a) {
                count++;
                break;
            }
    return count;
}

/* Every algorithm of the table once, first those that apply to few layers; one of its primitives at random. */
static inline void plan_every_algorithm(struct world *w, const char *network, struct random *r) {
    const struct instance *g = w->g;
    bool *taken = MEMORY_NEW(bool, g->nodes), *had = MEMORY_NEW(bool, primitive_count);
    for (int round = 0; round < primitive_count; round++) {
        int next = -1, fewest = INT_MAX, layer = -1;
        for (int i = 0; i < primitive_count; i++) {
            int layers = had[i] ? INT_MAX : layers_of(g, primitives[i].algorithm);
            if (layers < fewest) next = i, fewest = layers;
        }
        if (next < 0) break;
        const struct algorithm *a = primitives[next].algorithm;
        for (int i = 0; i < primitive_count; i++) had[i] = had[i] || primitives[i].algorithm == a;
        for (int v = 0; v < g->nodes && layer < 0; v++)
            for (int k = 0; k < g->node[v].choices && !taken[v]; k++)
                if (g->node[v].choice[k].primitive && g->node[v].choice[k].primitive->algorithm == a) layer = v;
        ck_assert_msg(layer >= 0, "%s: no layer left for algorithm %s", network, a->name);
        taken[layer] = true;
        do w->choice[layer] = random_int(r, 0, g->node[layer].choices - 1);
        while (g->node[layer].choice[w->choice[layer]].primitive->algorithm != a);
    }
    plan_free(w->plan);
    w->plan = plan_new(g, w->choice, network, "families", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    free(taken);
    free(had);
}

/* PLAIN: direct-sum2d throughout, which compiles quickly, for tests to which the kernels do not matter. STREAMED: the
 * path of tests/support/least_path.h, 1 to 4 rows a call; BY_ROWS: with the image by rows. */
enum plan_kind { RANDOM, PLAIN, SENSIBLE, EVERY_ALGORITHM, STREAMED, BY_ROWS };

/* The image as the program takes it. */
static inline void emitted_image(const struct emitted *e) {
    const struct shape s = e->w.net->layer[0].out;
    float *rows = MEMORY_NEW(float, runtime_inputs(e->r));
    const enum layout layout = e->w.plan->stream_input ? e->r->schedule->step[0].row->to : LAYOUT_CHW;
    for (int c = 0; c < s.C; c++)
        for (int h = 0; h < s.H; h++)
            for (int w = 0; w < s.W; w++)
                rows[layout_index(layout, s.C, s.H, s.W, c, h, w)] = e->w.in[((int64_t)c * s.H + h) * s.W + w];
    write_floats(e->folder, "in.f32", rows, runtime_inputs(e->r));
    free(rows);
}

static inline void emitted_write(struct emitted *e) {
    struct error err = {""};
    e->r = runtime_new(e->w.plan, e->w.net, &e->w.weights, 1, &err);
    ck_assert_msg(e->r != NULL, "%s", err.text);
    e->out = MEMORY_NEW(float, runtime_outputs(e->r));
    runtime_run(e->r, e->out, e->w.in, NULL);
    snprintf(e->folder, sizeof e->folder, "%s", harness_scratch("emitted", NULL));
    ck_assert_msg(emit_write(e->r, e->folder, EMIT_PREFIX, true, &err), "%s", err.text);
    emitted_image(e);
}

static inline struct emitted emitted_new(const char *network, enum plan_kind kind, uint64_t seed, enum isa isa) {
    struct emitted e;
    struct random r = {seed};
    isa_assume(isa);
    e.w = world_new(network);
    world_plan(&e.w, network, &r, seed % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
    if (kind == PLAIN) world_plan_by(&e.w, network, "sum2d");
    if (kind == SENSIBLE) plan_sensibly(&e.w, network);
    if (kind == EVERY_ALGORITHM) plan_every_algorithm(&e.w, network, &r);
    if (kind == STREAMED || kind == BY_ROWS) {
        world_stream(&e.w);
        e.w.image_by_rows = kind == BY_ROWS;
        world_least_path(&e.w, segment_rows[seed % 3]);
        ck_assert_int_gt(e.w.streams.count, 0);
        world_streamed_plan(&e.w, network, "least-path", CONVERSIONS_PER_EDGE);
    }
    emitted_write(&e);
    return e;
}

/* Of random segments, at least one. family: of the strips, or NULL for any. */
static inline struct emitted emitted_streamed(const char *network, const char *family, struct random *r, enum isa isa) {
    struct emitted e = {.r = NULL};
    isa_assume(isa);
    e.w = world_new(network);
    world_stream(&e.w);
    for (int i = 0; i < 100 && e.w.streams.count == 0; i++)
        world_plan_streamed(&e.w, network, family, r, CONVERSIONS_PER_EDGE);
    ck_assert_int_gt(e.w.streams.count, 0);
    emitted_write(&e);
    return e;
}

static inline void emitted_free(struct emitted *e) {
    ck_assert_int_eq(shell("rm -rf '%s'", e->folder), 0);
    runtime_free(e->r);
    world_free(&e->w);
    free(e->out);
}

/* The largest difference, in terms of the largest output. */
static inline double answer_is_the_runtimes(const struct emitted *e, const char *file) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", e->folder, file);
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    double largest = 0, worst = 0, value;
    for (int64_t i = 0; i < runtime_outputs(e->r); i++) largest = fmax(largest, fabs((double)e->out[i]));
    for (int64_t i = 0; i < runtime_outputs(e->r); i++) {
        ck_assert_int_eq(fscanf(in, "%lf", &value), 1);
        ck_assert_double_eq_tol(value, (double)e->out[i], 1e-4 * largest);
        worst = fmax(worst, fabs(value - (double)e->out[i]) / largest);
    }
    ck_assert_int_eq(fscanf(in, "%lf", &value), EOF);
    fclose(in);
    return worst;
}

/* Before a program that was compiled with these flags: the address sanitizer reserves terabytes of addresses, which a
 * limit on them (tests/tools/mutants.sh) would refuse. */
static inline const char *unlimited(const char *flags) {
    return flags && strstr(flags, "-fsanitize") ? "ulimit -S -v $(ulimit -H -v);" : "";
}

/* flags NULL: those of the emitted Makefile. Warnings are errors here, but not for users. */
static inline void program_is_strict_and_right(const struct emitted *e, const struct compiler *c, const char *flags) {
    ck_assert_int_eq(shell("make -s -C '%s' CC=%s CPPFLAGS='-Werror -Wnonnull' %s%s %s%s >'%s/log' 2>&1 || "
                           "{ head -20 '%s/log'; false; }",
                           e->folder, c->name, flags ? "CFLAGS='" : "", flags ? flags : "", flags ? c->flags : "",
                           flags ? "'" : "", e->folder, e->folder),
                     0);
    ck_assert_int_eq(shell("%s cd '%s' && %s ./net in.f32 weights.bin >answer", unlimited(flags), e->folder, c->runner),
                     0);
    answer_is_the_runtimes(e, "answer");
}

static inline void write_text(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

/* For programs that include net.h: net_runs(arena) runs the network on `in` and `out`. Rows are handed over in the order
 * that net.h states, or else the run fails. Needs <string.h>. */
#define EMITTED_RUNS                                                                                                   \
    "#ifdef NET_INPUT_ROW\n"                                                                                           \
    "static int next;\n"                                                                                               \
    "static int rows(void *context, int first, int count, float *to) {\n"                                              \
    "    const float *image = (const float *)context;\n"                                                               \
    "    if (first < next || count < 1 || count > NET_INPUT_MOST || first + count > NET_INPUT_HEIGHT) return 1;\n"     \
    "    memcpy(to, image + (size_t)first * NET_INPUT_ROW, sizeof *to * (size_t)count * NET_INPUT_ROW);\n"             \
    "    next = first + count;\n"                                                                                      \
    "    return 0;\n"                                                                                                  \
    "}\n"                                                                                                              \
    "static const char *net_runs(void *arena) {\n"                                                                     \
    "    next = 0;\n"                                                                                                  \
    "    return net_run(rows, in, out, arena, NET_ARENA_BYTES);\n"                                                     \
    "}\n"                                                                                                              \
    "#else\n"                                                                                                          \
    "static const char *net_runs(void *arena) { return net_run(in, out, arena, NET_ARENA_BYTES); }\n"                  \
    "#endif\n"

/* Prints how many bytes of the arena are written: those before the last byte that differs from a pattern, of two with
 * complementary bits. Fails if anything next to the arena is, or if rows are asked for in another order than stated. */
static const char painted_c[] =
    "#include \"net.h\"\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "enum { GUARD = 4096 };\n"
    "static _Alignas(NET_ALIGNMENT) unsigned char memory[GUARD + NET_ARENA_BYTES + GUARD], weights[NET_WEIGHTS_BYTES];\n"
    "static float in[NET_INPUTS], out[NET_OUTPUTS];\n"
    "static int read_all(const char *path, void *to, size_t bytes) {\n"
    "    FILE *f = fopen(path, \"rb\");\n"
    "    return f && fread(to, 1, bytes, f) == bytes && fclose(f) == 0;\n"
    "}\n" EMITTED_RUNS "int main(void) {\n"
    "    size_t used = 0;\n"
    "    if (!read_all(\"weights.bin\", weights, sizeof weights) || !read_all(\"in.f32\", in, sizeof in)) return 1;\n"
    "    if (net_weights(weights, sizeof weights)) return 2;\n"
    "    for (int round = 0; round < 2; round++) {\n"
    "        const unsigned char pattern = round ? 0x5a : 0xa5;\n"
    "        memset(memory, pattern, sizeof memory);\n"
    "        if (net_runs(memory + GUARD)) return 3;\n"
    "        size_t end = sizeof memory, begin = 0;\n"
    "        while (end > GUARD && memory[end - 1] == pattern) end--;\n"
    "        while (begin < GUARD && memory[begin] == pattern) begin++;\n"
    "        if (begin < GUARD || end > GUARD + NET_ARENA_BYTES) return 4;\n"
    "        if (end - GUARD > used) used = end - GUARD;\n"
    "    }\n"
    "    FILE *f = fopen(\"painted\", \"w\");\n"
    "    if (!f) return 5;\n"
    "    for (size_t i = 0; i < NET_OUTPUTS; i++) fprintf(f, \"%.9g\\n\", (double)out[i]);\n"
    "    printf(\"%lu\\n\", (unsigned long)used);\n"
    "    return fclose(f);\n"
    "}\n";

/* Bytes of the arena that the program writes, built with a compiler; its answer is the runtime's. */
static inline int64_t painted_bytes(double *error, const struct emitted *e, const struct compiler *c,
                                    const char *flags) {
    char path[512];
    long long used = -1;
    write_text(e->folder, "painted.c", painted_c);
    ck_assert_int_eq(shell("cd '%s' && %s -std=c11 -Wall -Wextra -Werror %s %s painted.c net.c -lm -o paint && "
                           "%s ./paint >used",
                           e->folder, c->name, flags, c->flags, c->runner),
                     0);
    snprintf(path, sizeof path, "%s/used", e->folder);
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    ck_assert_int_eq(fscanf(in, "%lld", &used), 1);
    fclose(in);
    *error = answer_is_the_runtimes(e, "painted");
    return used;
}

#endif
