/* Names of emitted programs: everything that a linker or a preprocessor sees begins with the prefix, so that several
 * networks fit into one program, in C and in C++; prefixes that cannot be are refused. */
#include "tests/support/emitted.h"

static const char *const networks[] = {"tests/data/branches.net", "tests/data/diamond.net"};
static const char *const prefixes[] = {"face", "Hand_2"};

/* Two networks that use the same kernels, each in a folder named like its prefix. */
static void two_folders(struct emitted e[2], char folder[256]) {
    snprintf(folder, 256, "%s", harness_folder());
    for (int i = 0; i < 2; i++) {
        struct error err = {""};
        char path[256];
        e[i] = emitted_new(networks[i], PLAIN, (uint64_t)(50 + i), i ? ISA_AVX2 : ISA_PORTABLE);
        snprintf(path, sizeof path, "%.200s/%s", folder, prefixes[i]);
        ck_assert_msg(emit_write(e[i].r, path, prefixes[i], true, &err), "%s", err.text);
        ck_assert_int_eq(shell("mv '%s/in.f32' '%s' && rm -r '%s'", e[i].folder, path, e[i].folder), 0);
        snprintf(e[i].folder, sizeof e[i].folder, "%s", path);
    }
}

/* One source for both languages. */
static const char both[] =
    "#include \"face/face.h\"\n"
    "#include \"Hand_2/Hand_2.h\"\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#ifdef __cplusplus\n"
    "#define ALIGN alignas(64)\n"
    "#else\n"
    "#define ALIGN _Alignas(64)\n"
    "#endif\n"
    "#define NETWORK(folder, net, NET) \\\n"
    "    ALIGN static unsigned char net##_arena[NET##_ARENA_BYTES], net##_stored[NET##_WEIGHTS_BYTES]; \\\n"
    "    static float net##_in[NET##_INPUTS], net##_out[NET##_OUTPUTS]; \\\n"
    "    static int net##_runs(void) { \\\n"
    "        FILE *f = fopen(folder \"/weights.bin\", \"rb\"), *g = fopen(folder \"/in.f32\", \"rb\"), *h; \\\n"
    "        if (!f || !g || fread(net##_stored, 1, NET##_WEIGHTS_BYTES, f) != NET##_WEIGHTS_BYTES) return 1; \\\n"
    "        if (fread(net##_in, 4, NET##_INPUTS, g) != NET##_INPUTS) return 2; \\\n"
    "        if (net##_arena_bytes() != NET##_ARENA_BYTES) return 3; \\\n"
    "        if (net##_weights(net##_stored, NET##_WEIGHTS_BYTES)) return 4; \\\n"
    "        if (net##_run(net##_in, net##_out, net##_arena, NET##_ARENA_BYTES)) return 5; \\\n"
    "        h = fopen(folder \"/answer\", \"w\"); \\\n"
    "        for (int i = 0; h && i < (int)NET##_OUTPUTS; i++) fprintf(h, \"%.9g\\n\", (double)net##_out[i]); \\\n"
    "        return !h || fclose(h); \\\n"
    "    }\n"
    "NETWORK(\"face\", face, FACE)\n"
    "NETWORK(\"Hand_2\", Hand_2, HAND_2)\n"
    "int main(void) {\n"
    "    const int face = face_runs(), hand = Hand_2_runs();\n"
    "    return 10 * face + hand;\n"
    "}\n";

static const struct {
    const char *name, *compiler, *file;
} languages[] = {{"C", "gcc -std=c11", "both.c"}, {"C++", "g++ -std=c++11", "both.cc"}};

START_TEST(two_networks_fit_into_one_program) {
    struct emitted e[2];
    char folder[256];
    if (shell("command -v %.3s >/dev/null", languages[_i].compiler) != 0) {
        printf("SKIPPED: two networks in %s, which needs %.3s\n", languages[_i].name, languages[_i].compiler);
        return;
    }
    two_folders(e, folder);
    write_text(folder, languages[_i].file, both);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(
            shell("make -s -C '%s/%s' CC=gcc CFLAGS=-O0 CPPFLAGS=-Werror %s.o", folder, prefixes[i], prefixes[i]), 0);
    ck_assert_int_eq(
        shell("cd '%s' && %s -Wall -Wextra -Wpedantic -Werror %s face/face.o Hand_2/Hand_2.o -lm -o both && "
              "./both",
              folder, languages[_i].compiler, languages[_i].file),
        0);
    for (int i = 0; i < 2; i++) {
        answer_is_the_runtimes(&e[i], "answer");
        emitted_free(&e[i]);
    }
    harness_remove_folder(folder);
}
END_TEST

/* In the object: no symbol but those of the header. In the folder: no file, macro or function of another name. */
START_TEST(every_name_that_others_see_has_the_prefix) {
    struct error err = {""};
    struct emitted e = emitted_new("tests/data/branches.net", PLAIN, 52, ISA_PORTABLE);
    char folder[256];
    snprintf(folder, sizeof folder, "%s/named", harness_folder());
    ck_assert_msg(emit_write(e.r, folder, "face", true, &err), "%s", err.text);
    ck_assert_int_eq(shell("make -s -C '%s' CC=gcc CFLAGS=-O0 CPPFLAGS=-Werror face linked", folder), 0);
    ck_assert_int_eq(shell("cd '%s' && test \"$(nm -g face.o | awk 'NF == 3 { print $3 }' | sort | tr '\\n' ' ')\" = "
                           "'face_arena_bytes face_run face_weights '",
                           folder),
                     0);
    ck_assert_int_eq(shell("cd '%s' && test \"$(ls | tr '\\n' ' ')\" = "
                           "'Makefile face face.c face.h face.o linked linked.o main.c main.o pages.h weights.S "
                           "weights.bin weights.o '",
                           folder),
                     0);
    ck_assert_int_eq(shell("cd '%s' && ! grep -E '\\b(net|NET)(_|\\.|\\b)' face.h face.c main.c Makefile weights.S "
                           "pages.h | grep -v 'branches.net'",
                           folder),
                     0);
    ck_assert_int_eq(shell("cd '%s' && ./face '%s/in.f32' >'%s/read' && ./linked '%s/in.f32' >'%s/held'", folder,
                           e.folder, e.folder, e.folder, e.folder),
                     0);
    answer_is_the_runtimes(&e, "read");
    answer_is_the_runtimes(&e, "held");
    emitted_free(&e);
    ck_assert_int_eq(shell("rm -r '%s' && rmdir \"$(dirname '%s')\"", folder, folder), 0);
}
END_TEST

static const struct {
    const char *prefix, *said;
} refused[] = {
    {"", "cannot begin names of C"},
    {"2nd", "cannot begin names of C"},
    {"_net", "cannot begin names of C"},
    {"my-net", "cannot begin names of C"},
    {"my net", "cannot begin names of C"},
    {"a/b", "cannot begin names of C"},
    {"n\xc3\xa9t", "cannot begin names of C"},
    {"a23456789012345678901234567890123", "at most 32"},
    {"main", "names a file"},
    {"weights", "names a file"},
    {"linked", "names a file"},
    {"clean", "names a file"},
    {"stdio", "names a file"},
    {"pages", "names a file"},
    {"gemm", "the kernels have a name `gemm_"},
    {"layout", "the kernels have a name `layout_"},
    {"Isa", "the kernels have a name `ISA_"},
};

START_TEST(a_prefix_that_cannot_be_is_refused_and_nothing_written) {
    struct error err = {""};
    struct emitted e = emitted_new("tests/data/diamond.net", PLAIN, 53, ISA_PORTABLE);
    char folder[300];
    snprintf(folder, sizeof folder, "%s/refused", e.folder);
    ck_assert(!emit_write(e.r, folder, refused[_i].prefix, true, &err));
    ck_assert_msg(strstr(err.text, refused[_i].said) && strstr(err.text, "expected"), "%s: %s", refused[_i].prefix,
                  err.text);
    ck_assert_int_eq(shell("test -e '%s'", folder), 1);
    emitted_free(&e);
}
END_TEST

START_TEST(the_longest_prefix_is_taken) {
    struct error err = {""};
    struct emitted e = emitted_new("tests/data/diamond.net", PLAIN, 54, ISA_PORTABLE);
    ck_assert_msg(emit_write(e.r, e.folder, "a2345678901234567890123456789012", true, &err), "%s", err.text);
    ck_assert_int_eq(shell("cd '%s' && gcc -std=c11 -fsyntax-only a2345678901234567890123456789012.c", e.folder), 0);
    emitted_free(&e);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit_names");
    TCase *c = tcase_create("emit_names");
    tcase_add_loop_test(c, two_networks_fit_into_one_program, 0, 2);
    tcase_add_test(c, every_name_that_others_see_has_the_prefix);
    tcase_add_loop_test(c, a_prefix_that_cannot_be_is_refused_and_nothing_written, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(c, the_longest_prefix_is_taken);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
