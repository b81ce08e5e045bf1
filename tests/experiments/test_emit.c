/* `taso emit` writes a program: strict C11 for every available compiler, no allocation, the runtime's answer, and it
 * refuses weights or an arena that do not fit. Every algorithm of the table is emitted at least once.
 * CK_RUN_CASE=programs or contract: a part. */
#include "experiments/emit/emit_tables.h"
#include "tests/support/emitted.h"

/* Cross compilers link statically, so that the emulator needs no target libraries. */
static const struct compiler arm64 = {"aarch64-linux-gnu-gcc", "-static", "qemu-aarch64"},
                             arm32 = {"arm-linux-gnueabihf-gcc", "-static -mfpu=neon", "qemu-arm"};

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
    {"tests/data/axes.net", RANDOM, 12, &gcc, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/two.net", RANDOM, 14, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/kinds.net", RANDOM, 13, &gcc, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 3, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"squeezenet1.1", SENSIBLE, 4, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 5, &clang, "-O0", ISA_AVX2, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 42, &gcc, "-O0", ISA_AVX512, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 43, &clang, "-O0 -mavx2 -mfma", ISA_AVX512, ALWAYS},
    {"tests/data/families.net", EVERY_ALGORITHM, 44, &arm64, "-O1", ISA_AVX2, ON_ARM},
    {"tests/data/families.net", EVERY_ALGORITHM, 45, &arm32, "-O1", ISA_AVX2, ON_ARM},
    {"tests/data/families.net", EVERY_ALGORITHM, 46, &arm64, "-O1", ISA_AVX512, ON_ARM},
    {"tests/data/families.net", EVERY_ALGORITHM, 47, &arm32, "-O1", ISA_AVX512, ON_ARM},
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
    {"tests/data/branches.net", STREAMED, 21, &gcc, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/branches.net", STREAMED, 22, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/branches.net", BY_ROWS, 38, &gcc, "-O0", ISA_PORTABLE, ALWAYS},
    {"tests/data/branches.net", BY_ROWS, 39, &clang, "-O0", ISA_PORTABLE, ALWAYS},
    {"squeezenet1.1", BY_ROWS, 40, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", BY_ROWS, 41, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", STREAMED, 23, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"squeezenet1.1", STREAMED, 24, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"resnet18", STREAMED, 25, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"resnet18", STREAMED, 26, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"googlenet", STREAMED, 32, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"googlenet", STREAMED, 33, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"alexnet", STREAMED, 34, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"alexnet", STREAMED, 35, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"tests/data/vgg16-64.net", STREAMED, 42, &arm64, "-O2", ISA_PORTABLE, ON_ARM},
    {"tests/data/vgg16-64.net", STREAMED, 43, &arm32, "-O2", ISA_PORTABLE, ON_ARM},
    {"vgg16", STREAMED, 36, &arm64, "-O2", ISA_PORTABLE, ALL},
    {"vgg16", STREAMED, 37, &arm32, "-O2", ISA_PORTABLE, ALL},
    {"squeezenet1.1", STREAMED, 27, &gcc, "-O2", ISA_AVX2, ALL},
    {"resnet18", STREAMED, 28, &clang, "-O2", ISA_AVX2, ALL},
    {"googlenet", STREAMED, 29, &gcc, "-O2", ISA_AVX2, ALL},
    {"alexnet", STREAMED, 30, &clang, "-O2", ISA_AVX2, ALL},
    {"vgg16", STREAMED, 31, &gcc, "-O2", ISA_AVX2, ALL},
};

/* TASO_EMIT=arm: the rows of make check-arm; all: every row; SEED: that row. */
static bool program_is_wanted(int i) {
    const char *wanted = getenv("TASO_EMIT");
    if (!wanted) return programs[i].demand == ALWAYS;
    if (strcmp(wanted, "arm") == 0) return programs[i].demand == ON_ARM;
    return strcmp(wanted, "all") == 0 || programs[i].seed == strtoull(wanted, NULL, 10);
}

START_TEST(an_emitted_program_builds_without_a_warning_and_gives_the_same_answer) {
    const struct compiler *c = programs[_i].compiler;
    if (!program_is_wanted(_i) || !compiler_is_here(c)) return;
    struct emitted e = emitted_new(programs[_i].network, programs[_i].kind, programs[_i].seed, programs[_i].isa);
    program_is_strict_and_right(&e, c, programs[_i].flags);
    if (e.w.net->layers < 40) { /* the image from standard input as well */
        ck_assert_int_eq(shell("cd '%s' && %s ./net <in.f32 >answer", e.folder, c->runner), 0);
        answer_is_the_runtimes(&e, "answer");
    }
    /* net.o needs nothing from outside but mathematics and copying of bytes */
    ck_assert_int_eq(shell("! nm -u '%s/net.o' | grep -E 'alloc|free|[^n]printf|fopen|exit|pthread|omp|OMP'", e.folder),
                     0);
    /* truncated weights, and another plan's of the right length: one line, status 2 */
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

/* The arena is used alike everywhere: to the last byte, unless the image, which is read where the caller has it, would
 * have been there. */
START_TEST(a_streamed_program_writes_the_same_bytes_on_every_machine) {
    const struct compiler *c = programs[_i].compiler;
    if (programs[_i].kind < STREAMED || !program_is_wanted(_i) || !compiler_is_here(c)) return;
    struct emitted e = emitted_new(programs[_i].network, programs[_i].kind, programs[_i].seed, programs[_i].isa);
    double error_here, error;
    const int64_t here = painted_bytes(&error_here, &e, &gcc, "-O2");
    const int64_t there = painted_bytes(&error, &e, c, programs[_i].flags);
    printf("%s by %s %s: arena %lld bytes, written %lld here, %lld there; outputs off by %.1e here, %.1e there\n",
           programs[_i].network, c->name, c->runner, (long long)e.r->schedule->arena_bytes, (long long)here,
           (long long)there, error_here, error);
    ck_assert_int_eq(here, there);
    ck_assert_int_le(there, e.r->schedule->arena_bytes);
    ck_assert(there == e.r->schedule->arena_bytes || emit_tables_in_place(e.r->schedule, 0));
    emitted_free(&e);
}
END_TEST

/* Whatever the plan's layout, products are made by NEON where the compiler's target has it: on 32-bit Arm by intrinsics,
 * since gcc has no other use for it. */
static const struct {
    const struct compiler *compiler;
    const char *flags, *instruction;
} vectors[] = {{&arm32, "-O2 -mfpu=neon", "vml?f?[ma]a?\\.f32\\s+q"},
               {&arm64, "-O2", "fml[as]\\s+v[0-9]+\\.4s"},
               {&gcc, "-O2 -march=haswell", "vfn?m[a-z0-9]*ps\\s.*ymm"},
               {&gcc, "-O2 -march=skylake-avx512", "vfn?m[a-z0-9]*ps\\s.*zmm"}};

START_TEST(products_use_the_vectors_of_the_compilers_target) {
    const struct compiler *c = vectors[_i].compiler;
    if (!compiler_is_here(c)) return;
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("product.net", "a input - c=8 h=6 w=6\nb conv a m=70 k=1\n"));
    struct emitted e = emitted_new(path, SENSIBLE, 60, ISA_AVX512);
    ck_assert_int_eq(shell("cd '%s' && %s -std=c11 -ffp-contract=fast %s -S net.c && "
                           "test $(grep -cE '%s' net.s) -gt 20",
                           e.folder, c->name, vectors[_i].flags, vectors[_i].instruction),
                     0);
    emitted_free(&e);
    harness_forget(path);
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

/* Linked with a net.o that was compiled with the same flags. */
static void misuse_is_refused(const struct emitted *e, const struct compiler *c, const char *flags) {
    write_text(e->folder, "misuse.c", misuse);
    ck_assert_int_eq(shell("%s cd '%s' && %s -std=c11 -Wall -Wextra -Wpedantic -Werror %s misuse.c net.o -lm -o misuse "
                           "&& ./misuse",
                           unlimited(flags), e->folder, c->name, flags),
                     0);
}

START_TEST(an_arena_one_byte_short_is_refused) {
    struct emitted e = emitted_new("tests/data/branches.net", PLAIN, 8, ISA_PORTABLE);
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

/* clang's sanitizers, if available, compile three times as fast. */
START_TEST(an_emitted_program_of_every_algorithm_is_clean_under_the_sanitizers) {
    const struct compiler *c = compiler_is_here(&clang) ? &clang : &gcc;
    const char *flags = "-O0 -fsanitize=address,undefined -fno-sanitize-recover=all";
    struct emitted e = emitted_new("tests/data/families.net", EVERY_ALGORITHM, 21, ISA_PORTABLE);
    program_is_strict_and_right(&e, c, flags);
    misuse_is_refused(&e, c, flags);
    emitted_free(&e);
}
END_TEST

/* With the flags that are shipped, and not a word from compiler, assembler or linker. */
START_TEST(weights_can_be_linked_in) {
    const struct compiler *const by[] = {&clang, &gcc};
    struct emitted e = emitted_new("tests/data/branches.net", PLAIN, 23, ISA_PORTABLE);
    for (int i = 0; i < 2; i++)
        if (compiler_is_here(by[i]))
            ck_assert_int_eq(
                shell("cd '%s' && make -s clean && MAKEFLAGS= make -s CC=%s net linked >log 2>&1 && test ! -s log || "
                      "{ head -20 log; false; }",
                      e.folder, by[i]->name),
                0);
    ck_assert_int_eq(shell("cd '%s' && rm weights.bin && ./linked in.f32 >answer", e.folder), 0);
    answer_is_the_runtimes(&e, "answer");
    ck_assert_int_eq(
        shell("cd '%s' && { ./linked in.f32 weights.bin 2>told; test $? = 2; } && test $(wc -l <told) = 1", e.folder),
        0);
    emitted_free(&e);
}
END_TEST

/* Runs twice, on the image in a const array and then at its place in the arena. */
static const char again[] =
    "#include \"net.h\"\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "static _Alignas(64) unsigned char arena[NET_ARENA_BYTES], weights[NET_WEIGHTS_BYTES];\n"
    "static float in[NET_INPUTS], kept[NET_INPUTS], out[2][NET_OUTPUTS];\n"
    "int main(void) {\n"
    "    FILE *f = fopen(\"weights.bin\", \"rb\"), *image = fopen(\"in.f32\", \"rb\");\n"
    "    if (!f || fread(weights, 1, NET_WEIGHTS_BYTES, f) != NET_WEIGHTS_BYTES) return 1;\n"
    "    if (!image || fread(in, sizeof in, 1, image) != 1 || net_weights(weights, NET_WEIGHTS_BYTES)) return 2;\n"
    "    memcpy(kept, in, sizeof in);\n"
    "    if (net_run(in, out[0], arena, NET_ARENA_BYTES)) return 3;\n"
    "    if (memcmp(kept, in, sizeof in)) return 4;\n"
    "    memcpy(arena + NET_INPUT_OFFSET, in, sizeof in);\n"
    "    const void *at = arena + NET_INPUT_OFFSET;\n"
    "    if (net_run((const float *)at, out[1], arena, NET_ARENA_BYTES)) return 5;\n"
    "    return memcmp(out[0], out[1], sizeof out[0]) ? 6 : 0;\n"
    "}\n";

/* Everything in CHW: p over the image, which the program may only read; a and b in c; the others over what they read. */
START_TEST(an_emitted_program_writes_over_and_around_its_inputs_and_leaves_the_callers_image) {
    char path[512];
    snprintf(path, sizeof path, "%s",
             harness_scratch("overlay.net", "data input - c=3 h=9 w=9\np maxpool data k=2 s=2\na conv p m=4 k=3 p=1\n"
                                            "b conv p m=5 k=1\nc concat a,b\nn lrn c\nq avgpool n k=3 s=2 p=1\n"
                                            "d conv q m=9 k=1\ns add d,q\nt softmax s\n"));
    const char *flags = "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all";
    struct emitted e = emitted_new(path, PLAIN, 26, ISA_PORTABLE);
    program_is_strict_and_right(&e, &gcc, flags);
    ck_assert_int_eq(shell("test $(grep -c 'over that of step' '%s/net.c') = 5", e.folder), 0);
    ck_assert_int_eq(shell("test $(grep -c 'around those of step . and .' '%s/net.c') = 1", e.folder), 0);
    write_text(e.folder, "again.c", again);
    ck_assert_int_eq(shell("%s cd '%s' && gcc -std=c11 -Wall -Wextra -Werror %s again.c net.o -lm -o again && ./again",
                           unlimited(flags), e.folder, flags),
                     0);
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

START_TEST(names_of_layers_may_be_anything) {
    char path[512];
    snprintf(
        path, sizeof path, "%s",
        harness_scratch("names.net", "data input - c=3 h=8 w=8\na*/b conv data m=4 k=3\nc/*x conv a*/b m=2 k=1\n"));
    struct emitted e = emitted_new(path, PLAIN, 25, ISA_PORTABLE);
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
    tcase_add_loop_test(programs_right, a_streamed_program_writes_the_same_bytes_on_every_machine, 0,
                        (int)(sizeof programs / sizeof programs[0]));
    tcase_add_loop_test(contract, products_use_the_vectors_of_the_compilers_target, 0,
                        (int)(sizeof vectors / sizeof vectors[0]));
    tcase_add_test(contract, an_arena_one_byte_short_is_refused);
    tcase_add_test(contract, an_emitted_program_of_every_algorithm_is_clean_under_the_sanitizers);
    tcase_add_test(contract, weights_can_be_linked_in);
    tcase_add_test(contract, an_emitted_program_writes_over_and_around_its_inputs_and_leaves_the_callers_image);
    tcase_add_test(contract, names_of_layers_may_be_anything);
    suite_add_tcase(suite, programs_right), suite_add_tcase(suite, contract);
    return harness_run(suite);
}
