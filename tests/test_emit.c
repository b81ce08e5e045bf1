/* What `taso emit` writes is a program: strict C11 for every compiler at hand, no allocation, the runtime's answer, and it refuses
 * weights or an arena that do not fit. Every algorithm of the table is emitted at least once. CK_RUN_CASE=programs or contract: a part. */
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include "experiments/emit.h"
#include "experiments/runtime.h"
#include "kernels/isa.h"
#include "tests/world.h"

/* Cross compilers link statically, so that the emulator needs no libraries of theirs. */
static const struct compiler {
    const char *name, *flags, *runner;
} gcc = {"gcc", "", ""}, clang = {"clang", "", ""}, arm64 = {"aarch64-linux-gnu-gcc", "-static", "qemu-aarch64"},
  arm32 = {"arm-linux-gnueabihf-gcc", "-static -mfpu=neon", "qemu-arm"};

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...) {
    char command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool compiler_is_here(const struct compiler *c) {
    if (shell("command -v %s >/dev/null", c->name) == 0 &&
        (c->runner[0] == '\0' || shell("command -v %s >/dev/null", c->runner) == 0))
        return true;
    printf("SKIPPED: emitted programs with %s%s%s, which is not installed\n", c->name, c->runner[0] ? " and " : "",
           c->runner);
    fflush(stdout);
    return false;
}

struct emitted {
    struct world w;
    struct runtime *r;
    float *out;
    char folder[256];
};

static void write_floats(const char *folder, const char *name, const float *x, int64_t floats) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fwrite(x, sizeof *x, (size_t)floats, file), floats);
    ck_assert_int_eq(fclose(file), 0);
}

/* What emulators can bear and devices would run: Winograd where it applies, 1 x 1 as a product, im2row elsewhere. */
static void plan_sensibly(struct world *w, const char *network) {
    static const char *const families[] = {"im2row", "conv-1x1", "winograd"}; /* the last that applies */
    for (int v = 0; v < w->g->nodes; v++)
        for (size_t f = w->choice[v] = 0; f < sizeof families / sizeof families[0]; f++)
            for (int k = w->g->node[v].choices - 1; k >= 0; k--) {
                const struct primitive *p = w->g->node[v].choice[k].primitive;
                if (p && strcmp(p->algorithm->name, families[f]) == 0) w->choice[v] = k;
            }
    plan_free(w->plan);
    w->plan = plan_new(w->g, w->choice, network, "sensible", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
}

static int layers_of(const struct instance *g, const struct algorithm *a) {
    int count = 0;
    for (int v = 0; v < g->nodes; v++)
        for (int k = 0; k < g->node[v].choices; k++)
            if (g->node[v].choice[k].primitive && g->node[v].choice[k].primitive->algorithm == a) {
                count++;
                break;
            }
    return count;
}

/* Every algorithm of the table once, those that few layers can have first; which of its primitives, chance says. */
static void plan_every_algorithm(struct world *w, const char *network, struct random *r) {
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
        ck_assert_msg(layer >= 0, "%s has no layer left for algorithm %s", network, a->name);
        taken[layer] = true;
        do w->choice[layer] = random_int(r, 0, g->node[layer].choices - 1);
        while (g->node[layer].choice[w->choice[layer]].primitive->algorithm != a);
    }
    plan_free(w->plan);
    w->plan = plan_new(g, w->choice, network, "families", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    free(taken);
    free(had);
}

enum plan_kind { RANDOM, SENSIBLE, EVERY_ALGORITHM };

static struct emitted emitted_new(const char *network, enum plan_kind kind, uint64_t seed, enum isa isa) {
    struct emitted e;
    struct error err = {""};
    struct random r = {seed};
    ck_assert(isa_force(isa));
    e.w = world_new(network);
    world_plan(&e.w, network, &r, seed % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
    if (kind == SENSIBLE) plan_sensibly(&e.w, network);
    if (kind == EVERY_ALGORITHM) plan_every_algorithm(&e.w, network, &r);
    e.r = runtime_new(e.w.plan, e.w.net, &e.w.weights, 1, &err);
    ck_assert_msg(e.r != NULL, "%s", err.text);
    e.out = MEMORY_NEW(float, runtime_outputs(e.r));
    runtime_run(e.r, e.out, e.w.in, NULL);
    snprintf(e.folder, sizeof e.folder, "%s", harness_scratch("emitted", NULL));
    ck_assert_msg(emit_write(e.r, e.folder, true, &err), "%s", err.text);
    write_floats(e.folder, "in.f32", e.w.in, runtime_inputs(e.r));
    return e;
}

static void emitted_free(struct emitted *e) {
    ck_assert_int_eq(shell("rm -rf '%s'", e->folder), 0);
    runtime_free(e->r);
    world_free(&e->w);
    free(e->out);
}

static void answer_is_the_runtimes(const struct emitted *e, const char *file) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", e->folder, file);
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    double largest = 0, value;
    for (int64_t i = 0; i < runtime_outputs(e->r); i++) largest = fmax(largest, fabs((double)e->out[i]));
    for (int64_t i = 0; i < runtime_outputs(e->r); i++) {
        ck_assert_int_eq(fscanf(in, "%lf", &value), 1);
        ck_assert_double_eq_tol(value, (double)e->out[i], 1e-4 * largest);
    }
    ck_assert_int_eq(fscanf(in, "%lf", &value), EOF);
    fclose(in);
}

/* TASO_EMIT: what else to build. An emulator takes a minute for a large network, and several for VGG-16. */
enum demand { ALWAYS, ON_ARM, ALL };

static const struct {
    const char *network;
    enum plan_kind kind;
    uint64_t seed;
    const struct compiler *compiler;
    const char *flags;
    enum isa isa;
    enum demand demand;
} programs[] = {
    {"tests/data/branches.net", RANDOM, 1, &gcc, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/diamond.net", RANDOM, 2, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 3, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"squeezenet1.1", SENSIBLE, 4, &gcc, "-O1", ISA_PORTABLE, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 5, &gcc, "-O0", ISA_AVX2, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 6, &arm64, "-O1", ISA_PORTABLE, ON_ARM},
    {"tests/data/families.net", EVERY_ALGORITHM, 7, &arm32, "-O1", ISA_PORTABLE, ON_ARM},
    {"tests/data/branches.net", RANDOM, 8, &arm64, "-O1", ISA_PORTABLE, ON_ARM},
    {"tests/data/branches.net", RANDOM, 9, &arm32, "-O1", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", SENSIBLE, 10, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", SENSIBLE, 11, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"resnet50", SENSIBLE, 12, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"resnet50", SENSIBLE, 13, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", SENSIBLE, 14, &clang, "-O2", ISA_PORTABLE, ALL},
    {"resnet50", SENSIBLE, 15, &gcc, "-O2", ISA_PORTABLE, ALL},
    {"resnet50", SENSIBLE, 16, &clang, "-O2", ISA_PORTABLE, ALL},
    {"vgg16", SENSIBLE, 17, &gcc, "-O2", ISA_PORTABLE, ALL},
    {"vgg16", SENSIBLE, 18, &clang, "-O2", ISA_PORTABLE, ALL},
    {"vgg16", SENSIBLE, 19, &arm64, "-O2", ISA_PORTABLE, ALL},
    {"vgg16", SENSIBLE, 20, &arm32, "-O2", ISA_PORTABLE, ALL},
};

/* TASO_EMIT=arm: the rows of make check-arm; all: every row; SEED: that row. */
static bool program_is_wanted(int i) {
    const char *wanted = getenv("TASO_EMIT");
    if (!wanted) return programs[i].demand == ALWAYS;
    if (strcmp(wanted, "arm") == 0) return programs[i].demand == ON_ARM;
    return strcmp(wanted, "all") == 0 || programs[i].seed == strtoull(wanted, NULL, 10);
}

static void program_is_strict_and_right(const struct emitted *e, const struct compiler *c, const char *flags) {
    ck_assert_int_eq(shell("make -s -C '%s' CC=%s CFLAGS='%s %s' >'%s/log' 2>&1 || { head -20 '%s/log'; false; }",
                           e->folder, c->name, flags, c->flags, e->folder, e->folder),
                     0);
    ck_assert_int_eq(shell("cd '%s' && %s ./net in.f32 weights.bin >answer", e->folder, c->runner), 0);
    answer_is_the_runtimes(e, "answer");
}

START_TEST(an_emitted_program_builds_without_a_warning_and_gives_the_same_answer) {
    const struct compiler *c = programs[_i].compiler;
    if (!program_is_wanted(_i) || !compiler_is_here(c) || !isa_available(programs[_i].isa)) return;
    struct emitted e = emitted_new(programs[_i].network, programs[_i].kind, programs[_i].seed, programs[_i].isa);
    program_is_strict_and_right(&e, c, programs[_i].flags);
    if (e.w.net->layers < 40) { /* the image from standard input as well */
        ck_assert_int_eq(shell("cd '%s' && %s ./net <in.f32 >answer", e.folder, c->runner), 0);
        answer_is_the_runtimes(&e, "answer");
    }
    /* net.o wants nothing from outside but mathematics and moving of bytes */
    ck_assert_int_eq(shell("! nm -u '%s/net.o' | grep -E 'alloc|free|[^n]printf|fopen|exit|pthread|omp|OMP'", e.folder),
                     0);
    /* weights cut off, and of the right length but another's: one line, status 2 */
    ck_assert_int_eq(
        shell("cd '%s' && head -c 1000 weights.bin >cut && { %s ./net in.f32 cut 2>told; test $? = 2; } && "
              "grep -q '^cut: fewer than' told && test $(wc -l <told) = 1",
              e.folder, c->runner),
        0);
    ck_assert_int_eq(shell("cd '%s' && { printf x; tail -c +2 weights.bin; } >other && { %s ./net in.f32 other 2>told; "
                           "test $? = 2; } && "
                           "grep -q 'not those of this network and plan' told && test $(wc -l <told) = 1",
                           e.folder, c->runner),
                     0);
    emitted_free(&e);
}
END_TEST

static void write_text(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static const char misuse[] =
    "#include \"net.h\"\n"
    "#include <stdio.h>\n"
    "static _Alignas(64) unsigned char arena[NET_ARENA_BYTES + 64], weights[NET_WEIGHTS_BYTES + 64];\n"
    "static float in[NET_INPUTS], out[NET_OUTPUTS];\n"
    "int main(void) {\n"
    "    FILE *f = fopen(\"weights.bin\", \"rb\");\n"
    "    if (!f || fread(weights, 1, NET_WEIGHTS_BYTES, f) != NET_WEIGHTS_BYTES) return 1;\n"
    "    if (net_arena_bytes() != NET_ARENA_BYTES) return 2;\n"
    "    if (!net_run(in, out, arena, NET_ARENA_BYTES)) return 3;\n"
    "    if (!net_weights(weights, NET_WEIGHTS_BYTES - 1)) return 4;\n"
    "    if (!net_weights(weights + 4, NET_WEIGHTS_BYTES)) return 5;\n"
    "    if (net_weights(weights, NET_WEIGHTS_BYTES)) return 6;\n"
    "    if (!net_run(in, out, arena, NET_ARENA_BYTES - 1)) return 7;\n"
    "    if (!net_run(in, out, arena + 4, NET_ARENA_BYTES)) return 8;\n"
    "    if (net_run(in, out, arena, NET_ARENA_BYTES)) return 9;\n"
    "    for (int i = 0; i < 64; i++)\n"
    "        if (arena[NET_ARENA_BYTES + i]) return 10;\n"
    "    return 0;\n"
    "}\n";

/* Beside a net.o that was compiled with the same flags. */
static void misuse_is_refused(const struct emitted *e, const struct compiler *c, const char *flags) {
    write_text(e->folder, "misuse.c", misuse);
    ck_assert_int_eq(shell("cd '%s' && %s -std=c11 -Wall -Wextra -Wpedantic -Werror %s misuse.c net.o -lm -o misuse "
                           "&& ./misuse",
                           e->folder, c->name, flags),
                     0);
}

START_TEST(an_arena_one_byte_short_is_refused) {
    struct emitted e = emitted_new("tests/data/branches.net", RANDOM, 8, ISA_PORTABLE);
    program_is_strict_and_right(&e, &gcc, "-O0");
    misuse_is_refused(&e, &gcc, "-O0");
    /* nor does it compile where weights exceed the address space */
    ck_assert_int_eq(
        shell("cd '%s' && sed 's/^#define NET_WEIGHTS_BYTES.*/#define NET_WEIGHTS_BYTES 9223372036854775808u/' net.h "
              ">net_large.h && ! gcc -std=c11 -fsyntax-only -x c net_large.h 2>told && grep -q 'do not fit' told",
              e.folder),
        0);
    emitted_free(&e);
}
END_TEST

/* clang's sanitizers, where they are, compile three times as fast. */
START_TEST(an_emitted_program_of_every_algorithm_is_clean_under_the_sanitizers) {
    const struct compiler *c = compiler_is_here(&clang) ? &clang : &gcc;
    const char *flags = "-O0 -fsanitize=address,undefined -fno-sanitize-recover=all";
    struct emitted e = emitted_new("tests/data/families.net", EVERY_ALGORITHM, 21, ISA_PORTABLE);
    program_is_strict_and_right(&e, c, flags);
    misuse_is_refused(&e, c, flags);
    emitted_free(&e);
}
END_TEST

START_TEST(weights_can_be_linked_in) {
    struct emitted e = emitted_new("tests/data/branches.net", RANDOM, 23, ISA_PORTABLE);
    ck_assert_int_eq(shell("make -s -C '%s' CC=gcc CFLAGS=-O0 linked >'%s/log' 2>&1 || { head -20 '%s/log'; false; }",
                           e.folder, e.folder, e.folder),
                     0);
    ck_assert_int_eq(shell("cd '%s' && rm weights.bin && ./linked in.f32 >answer", e.folder), 0);
    answer_is_the_runtimes(&e, "answer");
    ck_assert_int_eq(
        shell("cd '%s' && { ./linked in.f32 weights.bin 2>told; test $? = 2; } && test $(wc -l <told) = 1", e.folder),
        0);
    emitted_free(&e);
}
END_TEST

START_TEST(names_of_layers_may_be_anything) {
    char path[512];
    snprintf(
        path, sizeof path, "%s",
        harness_scratch("names.net", "data input - c=3 h=8 w=8\na*/b conv data m=4 k=3\nc/*x conv a*/b m=2 k=1\n"));
    struct emitted e = emitted_new(path, RANDOM, 25, ISA_PORTABLE);
    program_is_strict_and_right(&e, &gcc, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit");
    TCase *programs_right = tcase_create("programs"), *contract = tcase_create("contract");
    tcase_add_loop_test(programs_right, an_emitted_program_builds_without_a_warning_and_gives_the_same_answer, 0,
                        (int)(sizeof programs / sizeof programs[0]));
    tcase_add_test(contract, an_arena_one_byte_short_is_refused);
    tcase_add_test(contract, an_emitted_program_of_every_algorithm_is_clean_under_the_sanitizers);
    tcase_add_test(contract, weights_can_be_linked_in);
    tcase_add_test(contract, names_of_layers_may_be_anything);
    suite_add_tcase(suite, programs_right), suite_add_tcase(suite, contract);
    return harness_run(suite);
}
