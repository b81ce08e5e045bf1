/* The promises of net.h and the emitter: floats and operators are emitted exactly or not at all, the input is read
 * where the caller has it, a run keeps to the stated stack, and users' builds have no warnings. */
#include <stdint.h>
#include <sys/resource.h>

#include "experiments/emit/emit_tables.h"
#include "solver/base/random.h"
#include "tests/support/emitted.h"

static const struct compiler *const compilers[] = {&gcc, &clang};
#define COMPILERS ((int)(sizeof compilers / sizeof compilers[0]))

/* --- floats --- */

static const float floats[] = {0.0f,          -0.0f,    1.0f,      -1.0f,         3.0f,           100000000.0f,
                               -123456789.0f, 0.1f,     -1e-4f,    0.75f,         1.0f / 3.0f,    16777216.0f,
                               1e9f,          1e10f,    1.5e20f,   3.4028235e38f, -3.4028235e38f, 1.17549435e-38f,
                               1e-40f,        1.4e-45f, -1.4e-45f, 2e-42f,        INFINITY,       -INFINITY};
#define FLOATS ((int)(sizeof floats / sizeof floats[0]))

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void write_float_check(FILE *out, int count) {
    struct random r = {7};
    fputs("#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n"
          "static const struct { float x; uint32_t bits; } table[] = {\n",
          out);
    for (int i = 0; i < count; i++) {
        char text[EMIT_TABLES_FLOAT];
        float x = i < FLOATS ? floats[i]
                             : float_of((uint32_t)random_int(&r, 0, 65535) << 16 | (uint32_t)random_int(&r, 0, 65535));
        uint32_t bits;
        if (isnan(x)) x = (float)i;
        memcpy(&bits, &x, sizeof bits);
        emit_tables_float(text, x);
        fprintf(out, "    {%s, 0x%08xu},\n", text, (unsigned)bits);
    }
    fputs("};\nint main(void) {\n    int wrong = 0;\n"
          "    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++)\n"
          "        if (memcmp(&table[i].x, &table[i].bits, 4) != 0) wrong++, printf(\"%u: %a\\n\", i, "
          "(double)table[i].x);\n"
          "    return wrong != 0;\n}\n",
          out);
}

START_TEST(every_float_compiles_and_reads_back_equal) {
    char folder[512], path[600];
    if (!compiler_is_here(compilers[_i])) return;
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(path, sizeof path, "%s/floats.c", folder);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    write_float_check(out, 4000);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(shell("cd '%s' && %s -std=c11 -Wall -Wextra -Wpedantic -Werror floats.c -o floats && ./floats",
                           folder, compilers[_i]->name),
                     0);
    harness_remove_folder(folder);
}
END_TEST

static const char *const lrn[] = {"size=5 alpha=2 beta=1 bias=3", "size=3 alpha=1 beta=0.75 bias=2",
                                  "size=7 alpha=1e-42 beta=2 bias=1", "size=1 alpha=0 beta=0 bias=100000000"};

START_TEST(a_normalisation_of_whole_numbers_gives_the_runtimes_answer) {
    char text[256], path[512];
    snprintf(text, sizeof text, "data input - c=7 h=5 w=6\nn lrn data %s\n", lrn[_i]);
    snprintf(path, sizeof path, "%s", harness_scratch("lrn.net", text));
    struct emitted e = emitted_new(path, RANDOM, 31, ISA_PORTABLE);
    program_is_strict_and_right(&e, &gcc, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* --- operators --- */

static const struct {
    int kind;
    const char *said[2];
} strangers[] = {{OPERATOR_OPAQUE, {"layer `norm`", "operator `opaque` cannot be emitted"}},
                 {OPERATOR_INPUT, {"layer `norm`", "operator `input` cannot be emitted"}},
                 {OPERATORS, {"layer `norm`", "not in the table of operators"}}};

START_TEST(an_operator_that_cannot_be_emitted_is_an_error_that_names_it) {
    struct emitted e = emitted_new("tests/data/branches.net", RANDOM, 32, ISA_PORTABLE);
    struct error err = {""};
    int v = 0;
    while (v < e.w.net->layers && strcmp(e.w.net->layer[v].name, "norm") != 0) v++;
    ck_assert_int_lt(v, e.w.net->layers);
    enum operator_kind kind = e.w.net->layer[v].shape_of.kind;
    ck_assert_int_eq(shell("rm -rf '%s'", e.folder), 0);
    e.w.net->layer[v].shape_of.kind = (enum operator_kind)strangers[_i].kind;
    ck_assert(!emit_write(e.r, e.folder, EMIT_PREFIX, true, &err));
    for (int i = 0; i < 2; i++) ck_assert_msg(strstr(err.text, strangers[_i].said[i]), "%s", err.text);
    ck_assert_int_eq(shell("test ! -e '%s/net.c'", e.folder), 0);
    e.w.net->layer[v].shape_of.kind = kind;
    emitted_free(&e);
}
END_TEST

/* --- memory --- */

static const char reader[] =
    "#include \"net.h\"\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "static _Alignas(64) unsigned char arena[NET_ARENA_BYTES], weights[NET_WEIGHTS_BYTES];\n"
    "static float in[NET_INPUTS], a[NET_OUTPUTS], b[NET_OUTPUTS];\n"
    "int main(void) {\n"
    "    FILE *f = fopen(\"weights.bin\", \"rb\"), *g = fopen(\"in.f32\", \"rb\");\n"
    "    float *slot = (float *)(void *)(arena + NET_INPUT_OFFSET);\n"
    "    if (!f || fread(weights, 1, NET_WEIGHTS_BYTES, f) != NET_WEIGHTS_BYTES) return 1;\n"
    "    if (!g || fread(in, 4, NET_INPUTS, g) != NET_INPUTS) return 2;\n"
    "    if (net_weights(weights, NET_WEIGHTS_BYTES)) return 3;\n"
    "    memset(arena, 0x5a, sizeof arena);\n"
    "    if (net_run(in, a, arena, NET_ARENA_BYTES)) return 4;\n"
    "    for (size_t i = 0; i < sizeof in; i++)\n"
    "        if (arena[NET_INPUT_OFFSET + i] != 0x5a) return 5;\n" /* both tensors live at once: only a copy writes
                                                                      there */
    "    memcpy(slot, in, sizeof in);\n"
    "    if (net_run(slot, b, arena, NET_ARENA_BYTES)) return 6;\n"
    "    if (memcmp(a, b, sizeof a) != 0) return 7;\n"
    "    if (!net_run(slot + 1, b, arena, NET_ARENA_BYTES)) return 8;\n"
    "    if (!net_run(in, (float *)(void *)(arena + NET_ARENA_BYTES - 4), arena, NET_ARENA_BYTES)) return 9;\n"
    "    return 0;\n"
    "}\n";

/* The primitive wherever it applies, the first choice elsewhere. */
static void plan_by(struct emitted *e, const char *network, const char *primitive) {
    struct error err = {""};
    bool found = false;
    runtime_free(e->r);
    for (int v = 0; v < e->w.g->nodes; v++) {
        e->w.choice[v] = 0;
        for (int k = 0; k < e->w.g->node[v].choices; k++) {
            const struct primitive *p = e->w.g->node[v].choice[k].primitive;
            if (!p || strcmp(p->name, primitive) != 0) continue;
            e->w.choice[v] = k, found = true;
        }
    }
    ck_assert_msg(found, "%s applies nowhere in %s", primitive, network);
    plan_free(e->w.plan);
    e->w.plan = plan_new(e->w.g, e->w.choice, network, "stack", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    e->r = runtime_new(e->w.plan, e->w.net, &e->w.weights, 1, &err);
    ck_assert_msg(e->r != NULL, "%s", err.text);
    runtime_run(e->r, e->out, e->w.in, NULL);
    ck_assert_msg(emit_write(e->r, e->folder, EMIT_PREFIX, true, &err), "%s", err.text);
}

START_TEST(the_input_is_read_where_the_caller_has_it) {
    char path[512];
    snprintf(path, sizeof path, "%s",
             harness_scratch("one.net", "data input - c=3 h=8 w=8\na conv data m=2 k=3 p=1\n"));
    struct emitted e = emitted_new(path, RANDOM, 33, ISA_PORTABLE);
    plan_by(&e, path, "direct-sum2d"); /* reads CHW: the input lives as long as the output, and its place is its own */
    program_is_strict_and_right(&e, &gcc, "-O0");
    write_text(e.folder, "reader.c", reader);
    ck_assert_int_eq(
        shell("cd '%s' && gcc -std=c11 -Wall -Wextra -Werror reader.c net.o -lm -o reader && ./reader", e.folder), 0);
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* The stack is painted, and looked at by the thread itself before it ends. A first run in main binds functions. The
 * figure must hold and be within four times the use, or 2 KiB, which is the allowance for frames alone. */
static const char painter[] =
    "#include \"net.h\"\n"
    "#include <pthread.h>\n"
    "#include <stdio.h>\n"
    "#include <string.h>\n"
    "enum { STACK = 1 << 20, PAINT = 0x5a };\n"
    "static _Alignas(4096) unsigned char stack[STACK];\n"
    "static _Alignas(64) unsigned char arena[NET_ARENA_BYTES], weights[NET_WEIGHTS_BYTES];\n"
    "static float in[NET_INPUTS], out[NET_OUTPUTS];\n" EMITTED_RUNS "static void *run(void *used) {\n"
    "    const unsigned char *here = __builtin_frame_address(0), *low = stack;\n"
    "    if (net_runs(arena)) return NULL;\n"
    "    while (*low == PAINT) low++;\n"
    "    *(long *)used = (long)(here - low);\n"
    "    return used;\n"
    "}\n"
    "int main(void) {\n"
    "    FILE *f = fopen(\"weights.bin\", \"rb\");\n"
    "    pthread_attr_t attr;\n"
    "    pthread_t thread;\n"
    "    long used = 0;\n"
    "    if (!f || fread(weights, 1, NET_WEIGHTS_BYTES, f) != NET_WEIGHTS_BYTES) return 2;\n"
    "    if (net_weights(weights, NET_WEIGHTS_BYTES) || !run(&used)) return 2;\n"
    "    memset(stack, PAINT, sizeof stack);\n"
    "    if (pthread_attr_init(&attr) || pthread_attr_setstack(&attr, stack, STACK)) return 2;\n"
    "    if (pthread_create(&thread, &attr, run, &used) || pthread_join(thread, NULL)) return 2;\n"
    "    printf(\"stack: %ld used, %ld stated\\n\", used, (long)NET_STACK_BYTES);\n"
    "    return used > NET_STACK_BYTES || (4 * used < NET_STACK_BYTES && NET_STACK_BYTES > 2048);\n"
    "}\n";

/* The deepest of their algorithms. */
static const char *const deepest[] = {"direct-hwc",
                                      "im2col-copy-long-atbt-ik",
                                      "winograd-2x2-3x3",
                                      "winograd-6x6-3x3-vec-16",
                                      "winograd-6x6-3x3-lean",
                                      "winograd-6-3-vec-16",
                                      "fft-32",
                                      "kn2row",
                                      "kn2row-aa-atbt",
                                      "mec-col",
                                      "conv-1x1-gemm-atbt-ki",
                                      "implicit-gemm-chw-hwc",
                                      "depthwise-chw",
                                      "direct-sum2d"};

#define ALGORITHM(symbol, stack, row_step) extern const struct algorithm algorithm_##symbol;
#include "kernels/primitives.def"

static const struct algorithm *const algorithms[] = {
#define ALGORITHM(symbol, stack, row_step) &algorithm_##symbol,
#include "kernels/primitives.def"
};
enum { DEEPEST = sizeof deepest / sizeof *deepest, STACKS = DEEPEST + sizeof algorithms / sizeof *algorithms };

/* Those above, then the first primitive of each algorithm; NULL if the algorithm has one above. */
static const char *stack_row(int row) {
    if (row < DEEPEST) return deepest[row];
    for (int i = 0; i < DEEPEST; i++)
        if (primitive_find(deepest[i])->algorithm == algorithms[row - DEEPEST]) return NULL;
    const struct primitive *p = primitives;
    while (p->algorithm != algorithms[row - DEEPEST]) p++;
    return p->name;
}
static const int sampled[] = {0, DEEPEST - 1}; /* by gcc and by clang: rows that compile quickly */

/* TASO_EMIT=stack: every row, by gcc for AVX2 and by clang for any CPU and for AVX-512, where it uses most; all: by both for each instruction set; unset:
 * one row each. */
static bool stack_is_wanted(int compiler, int isa, int row) {
    const char *wanted = getenv("TASO_EMIT");
    const bool usual = isa == (compiler ? ISA_PORTABLE : ISA_AVX2);
    if (!wanted) return usual && row == sampled[compiler];
    const bool most = compiler && isa == ISA_AVX512;
    return strcmp(wanted, "all") == 0 || (strcmp(wanted, "stack") == 0 && (usual || most));
}

static void stack_is_kept(const struct emitted *e, const struct compiler *c, const char *what) {
    program_is_strict_and_right(e, c, NULL);
    write_text(e->folder, "painter.c", painter);
    ck_assert_int_eq(
        shell("cd '%s' && %s -std=c11 -D_XOPEN_SOURCE=700 -pthread painter.c net.o -lm -o painter", e->folder, c->name),
        0);
    const int status = shell("cd '%s' && ./painter >painted", e->folder);
    if (getenv("TASO_EMIT") || status != 0)
        shell("printf '%%s' '%s %s %s: ' && cat '%s/painted'", c->name, isa_names[isa_current()], what, e->folder);
    ck_assert_int_eq(status, 0);
}

START_TEST(a_run_keeps_to_the_stack_that_is_stated) {
    const int compiler = _i % COMPILERS, isa = _i / COMPILERS % ISAS, row = _i / COMPILERS / ISAS;
    const struct compiler *c = compilers[compiler];
    const char *name = stack_row(row);
    if (!name || !stack_is_wanted(compiler, isa, row) || !compiler_is_here(c) || !isa_available((enum isa)isa)) return;
    struct emitted e = emitted_new("tests/data/families.net", RANDOM, 34, (enum isa)isa);
    plan_by(&e, "tests/data/families.net", name);
    stack_is_kept(&e, c, name);
    emitted_free(&e);
}
END_TEST

static const char two_layers[] = "a input - c=3 h=12 w=12\nb conv a m=8 k=3 p=1\nc maxpool b k=2 s=2\n";

/* Segments keep tables and loops, but no more of the stack than one kernel at a time. */
START_TEST(a_streamed_run_keeps_to_the_stack_that_is_stated) {
    const struct compiler *c = compilers[_i];
    const bool all = getenv("TASO_EMIT") != NULL; /* unset: gcc, which is faster, and a small network */
    struct random r = {5};
    if (!all && c != &gcc) return;
    char path[512];
    if (!compiler_is_here(c)) return;
    snprintf(path, sizeof path, "%s",
             all ? streamed_network("stack.net", &r) : harness_scratch("stack.net", two_layers));
    struct emitted e = emitted_streamed(path, "direct", &r, all ? isa_best() : ISA_PORTABLE);
    stack_is_kept(&e, c, "streamed");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

static const char *const operator_nets[] = {
    "data input - c=70 h=40 w=40\np maxpool data k=3 s=2\nq avgpool p k=3 s=1 p=1\n",
    "data input - c=70 h=40 w=40\nn lrn data size=5 beta=0.6\n",
    "data input - c=70 h=4 w=4\nr relu data\na add r,data\nc concat a,r,data\ns softmax c\n",
    "data input - c=70 h=4 w=4\nf fc data m=30\n",
    "data input - c=7 h=4 w=4\n",
};

/* TASO_EMIT: by both compilers; unset: by one of them in turn. */
START_TEST(operators_keep_to_the_stack_that_is_stated) {
    const int net = _i / COMPILERS;
    const struct compiler *c = compilers[_i % COMPILERS];
    char path[512];
    if ((!getenv("TASO_EMIT") && _i % COMPILERS != net % COMPILERS) || !compiler_is_here(c)) return;
    snprintf(path, sizeof path, "%s", harness_scratch("stack.net", operator_nets[net]));
    struct emitted e = emitted_new(path, RANDOM, 36, isa_best());
    stack_is_kept(&e, c, operator_nets[net]);
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* --- what users compile --- */

START_TEST(users_warnings_are_not_errors_and_cpp_may_include_the_header) {
    struct emitted e = emitted_new("tests/data/branches.net", PLAIN, 35, ISA_PORTABLE);
    ck_assert_int_eq(shell("! grep -q Werror '%s/Makefile'", e.folder), 0);
    write_text(e.folder, "user.cpp",
               "#include \"net.h\"\nint main() { return net_arena_bytes() == NET_ARENA_BYTES ? 0 : 1; }\n");
    if (shell("command -v g++ >/dev/null") != 0) {
        printf("SKIPPED: net.h in C++, which needs g++\n");
        fflush(stdout);
    } else {
        ck_assert_int_eq(
            shell("cd '%s' && make -s CC=gcc CFLAGS=-O0 net.o && g++ -Wall -Wextra -Wpedantic -Werror user.cpp net.o "
                  "-lm -o user && ./user",
                  e.folder),
            0);
    }
    emitted_free(&e);
}
END_TEST

/* The arena is then what the plan says, on any CPU. */
START_TEST(a_program_is_laid_out_as_its_plan_unless_another_layout_is_given) {
    struct harness_output o;
    char folder[512], line[4096];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(
        line, sizeof line,
        "cd '%s' && PATH=\"$OLDPWD/${TASO_BIN:-bin}:$PATH\" && profile=\"$OLDPWD/results/reference/profile.tsv.gz\" && "
        "isa=$(zcat \"$profile\" | sed -n 's/^# isa: //p') && "
        "taso select --quiet --network squeezenet1.1 --profile \"$profile\" --method taso --memory-model peak -o plan "
        ">said && taso emit plan --no-weights -o own >emitted && grep -q \" laid out for $isa;\" own/net.h && "
        "grep -qx \"arena-bytes: $(sed -n 's/^memory-bytes: //p' said)\" emitted && "
        "for isa in portable sse2 avx2 avx512; do taso emit plan --no-weights --isa $isa -o $isa >/dev/null && "
        "grep -q \" laid out for $isa;\" $isa/net.h || exit 1; done",
        folder);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    harness_remove_folder(folder);
}
END_TEST

START_TEST(code_without_weights_takes_no_file_of_weights) {
    struct harness_output o;
    harness_command(&o, "taso", "emit no.plan -o no-folder --weights w.f32 --no-weights");
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.err, "taso: --weights and --no-weights exclude each other (expected one of them)\n");
}
END_TEST

/* make check-plans builds all of them. */
static const struct {
    const char *network, *budget, *compiler, *flags;
} built_in[] = {{"alexnet-owt", "least", "gcc", "shipped"},
                {"squeezenet1.0", "none", "clang", "-O0"},
                {"squeezenet1.1", "256K", "gcc", "-O0"}};

START_TEST(plans_of_built_in_networks_compile_without_a_warning) {
    char folder[512], line[2048];
    struct harness_output o;
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(
        line, sizeof line,
        "WORK='%s' BIN=\"${TASO_BIN:-bin}\" NETWORKS=%s BUDGETS=%s METHODS= COMPILERS=%s FLAGS=%s experiments/bench/emitted.sh",
        folder, built_in[_i].network, built_in[_i].budget, built_in[_i].compiler, built_in[_i].flags);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_msg(strstr(o.out, "1 plans, 1 compilations, 0 with errors") || strstr(o.out, "SKIPPED"), "%s", o.out);
    if (strstr(o.out, "SKIPPED")) printf("%s", o.out), fflush(stdout);
    harness_remove_folder(folder);
}
END_TEST

/* Of each process, compilers among them: on a loaded machine the clock says little. */
static void limit_cpu_seconds(void) {
    const struct rlimit most = {120, 120};
    ck_assert_int_eq(setrlimit(RLIMIT_CPU, &most), 0);
}

int main(void) {
    Suite *suite = suite_create("emit_contract");
    TCase *texts = tcase_create("texts"), *memory = tcase_create("memory"), *users = tcase_create("users");
    tcase_add_loop_test(texts, every_float_compiles_and_reads_back_equal, 0, COMPILERS);
    tcase_add_loop_test(texts, a_normalisation_of_whole_numbers_gives_the_runtimes_answer, 0,
                        (int)(sizeof lrn / sizeof lrn[0]));
    tcase_add_loop_test(texts, an_operator_that_cannot_be_emitted_is_an_error_that_names_it, 0,
                        (int)(sizeof strangers / sizeof strangers[0]));
    tcase_set_timeout(memory, 0);
    tcase_add_checked_fixture(memory, limit_cpu_seconds, NULL);
    tcase_add_test(memory, the_input_is_read_where_the_caller_has_it);
    tcase_add_loop_test(memory, a_run_keeps_to_the_stack_that_is_stated, 0, COMPILERS * ISAS * STACKS);
    tcase_add_loop_test(memory, a_streamed_run_keeps_to_the_stack_that_is_stated, 0, COMPILERS);
    tcase_add_loop_test(memory, operators_keep_to_the_stack_that_is_stated, 0,
                        COMPILERS * (int)(sizeof operator_nets / sizeof operator_nets[0]));
    tcase_add_test(users, users_warnings_are_not_errors_and_cpp_may_include_the_header);
    tcase_add_test(users, a_program_is_laid_out_as_its_plan_unless_another_layout_is_given);
    tcase_add_test(users, code_without_weights_takes_no_file_of_weights);
    tcase_add_loop_test(users, plans_of_built_in_networks_compile_without_a_warning, 0,
                        (int)(sizeof built_in / sizeof built_in[0]));
    suite_add_tcase(suite, texts), suite_add_tcase(suite, memory), suite_add_tcase(suite, users);
    return harness_run(suite);
}
