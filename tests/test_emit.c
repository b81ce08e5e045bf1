/* What `taso emit` writes is a program: strict C11 for every compiler at hand, no allocation, the runtime's answer, and it refuses
 * weights or an arena that do not fit. */
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

static struct emitted emitted_new(const char *network, uint64_t seed, enum isa isa) {
    struct emitted e;
    struct error err = {""};
    struct random r = {seed};
    ck_assert(isa_force(isa));
    e.w = world_new(network);
    world_plan(&e.w, network, &r, seed % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
    if (seed == 0) world_plan_by(&e.w, network, "im2");
    e.r = runtime_new(e.w.plan, e.w.net, &e.w.weights, 1, &err);
    ck_assert_msg(e.r != NULL, "%s", err.text);
    e.out = MEMORY_NEW(float, runtime_outputs(e.r));
    runtime_run(e.r, e.out, e.w.in, NULL);
    snprintf(e.folder, sizeof e.folder, "%s", harness_scratch("emitted", NULL));
    ck_assert_msg(emit_write(e.r, e.folder, &err), "%s", err.text);
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

/* Rows of whole networks beyond the first are for TASO_EMIT=all (make check-arm): an emulator takes minutes for them. */
static const struct {
    const char *network;
    uint64_t seed; /* 0: every convolution by im2col or im2row, which emulators can bear */
    const struct compiler *compiler;
    const char *flags;
    enum isa isa;
    bool long_one;
} programs[] = {
    {"tests/data/branches.net", 1, &gcc, "-O0", ISA_PORTABLE, false},
    {"tests/data/diamond.net", 2, &clang, "-O0", ISA_PORTABLE, false},
    {"squeezenet1.1", 0, &gcc, "-O1", ISA_PORTABLE, false},
    {"tests/data/diamond.net", 5, &gcc, "-O0", ISA_AVX2, false},
    {"tests/data/branches.net", 6, &arm64, "-O1", ISA_PORTABLE, true},
    {"tests/data/diamond.net", 7, &arm32, "-O1", ISA_PORTABLE, true},
    {"squeezenet1.1", 0, &clang, "-O2", ISA_PORTABLE, true},
    {"squeezenet1.1", 0, &arm64, "-O2", ISA_PORTABLE, true},
    {"squeezenet1.1", 0, &arm32, "-O2", ISA_PORTABLE, true},
    {"resnet50", 0, &gcc, "-O2", ISA_PORTABLE, true},
    {"resnet50", 0, &clang, "-O2", ISA_PORTABLE, true},
    {"resnet50", 0, &arm64, "-O2", ISA_PORTABLE, true},
    {"resnet50", 0, &arm32, "-O2", ISA_PORTABLE, true},
    {"vgg16", 0, &gcc, "-O2", ISA_PORTABLE, true},
    {"vgg16", 0, &clang, "-O2", ISA_PORTABLE, true},
    {"vgg16", 0, &arm64, "-O2", ISA_PORTABLE, true},
    {"vgg16", 0, &arm32, "-O2", ISA_PORTABLE, true},
};

static bool program_is_wanted(int i) {
    const char *all = getenv("TASO_EMIT");
    return !programs[i].long_one || (all && strcmp(all, "all") == 0);
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
    struct emitted e = emitted_new(programs[_i].network, programs[_i].seed, programs[_i].isa);
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

START_TEST(an_arena_one_byte_short_is_refused) {
    struct emitted e = emitted_new("tests/data/branches.net", 8, ISA_PORTABLE);
    char path[512];
    snprintf(path, sizeof path, "%s/misuse.c", e.folder);
    FILE *out = fopen(path, "w");
    fputs(misuse, out);
    fclose(out);
    ck_assert_int_eq(shell("cd '%s' && ${CC:-gcc} -std=c11 -O0 misuse.c net.c -lm -o misuse && ./misuse", e.folder), 0);
    emitted_free(&e);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit");
    TCase *c = tcase_create("emit");
    tcase_add_loop_test(c, an_emitted_program_builds_without_a_warning_and_gives_the_same_answer, 0,
                        (int)(sizeof programs / sizeof programs[0]));
    tcase_add_test(c, an_arena_one_byte_short_is_refused);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
