/* Weights from NumPy arrays: files of numpy.save are read, everything else is refused with its reason; the resulting
 * file is the one that the runtime reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "experiments/runtime/npy.h"
#include "experiments/runtime/weights.h"
#include "solver/base/memory.h"
#include "tests/support/harness.h"

/* As numpy.save does it: the header padded with blanks to a multiple of 64, a newline at its end. */
static void npy_write(const char *path, int version, const char *dictionary, const float *values, size_t count) {
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    const size_t before = version <= 1 ? 10 : 12, used = before + strlen(dictionary) + 1,
                 length = (used + 63) / 64 * 64 - before;
    fwrite("\x93NUMPY", 1, 6, out);
    fputc(version, out);
    fputc(0, out);
    for (size_t i = 0; i < before - 8; i++) fputc((int)(length >> (8 * i) & 255), out);
    fprintf(out, "%-*s\n", (int)length - 1, dictionary);
    ck_assert_int_eq(fwrite(values, sizeof *values, count, out), count);
    ck_assert_int_eq(fclose(out), 0);
}

#define DICTIONARY(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape ", }"
static const int64_t shape[] = {2, 1, 3};
static const float values[] = {1, -2, 3.5f, 0, 1e-20f, 6};

START_TEST(what_numpy_saves_is_read) {
    static const int64_t one[] = {6};
    float had[6] = {0};
    struct error err = {""};
    const char *path = harness_scratch("a.npy", NULL);
    npy_write(path, _i, DICTIONARY("(2, 1, 3)"), values, 6);
    ck_assert_msg(npy_read(had, shape, 3, path, &err), "%s", err.text);
    ck_assert_int_eq(memcmp(had, values, sizeof values), 0);
    memset(had, 0, sizeof had);
    npy_write(path, _i, DICTIONARY("(6,)"), values, 6);
    ck_assert_msg(npy_read(had, one, 1, path, &err), "%s", err.text);
    ck_assert_int_eq(memcmp(had, values, sizeof values), 0);
    harness_forget(path);
}
END_TEST

static const struct {
    const char *dictionary;
    size_t count;
    const char *part;
} broken[] = {
    {DICTIONARY("(2, 1, 4)"), 6, "wrong shape (expected (2, 1, 3), got (2, 1, 4))"},
    {DICTIONARY("(2, 1)"), 6, "wrong shape (expected (2, 1, 3), got (2, 1))"},
    {DICTIONARY("(2, 1, 3, 1)"), 6, "expected (2, 1, 3), got "},
    {DICTIONARY("()"), 6, "expected (2, 1, 3), got "},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 3), }", 6, "got '<f8')"},
    {"{'descr': '>f4', 'fortran_order': False, 'shape': (2, 1, 3), }", 6, "got '>f4')"},
    {"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1, 3), }", 6,
     "expected False, as numpy.ascontiguousarray makes it, got True)"},
    {"{'descr': '\n\x1b[2J', 'fortran_order': False, 'shape': (2, 1, 3), }", 6, "got '??[2J')"}, /* stays one line */
    {"{}", 6, "got nothing)"},
    {"{'descr': [('x', '<f4'), ('a_long_name', '<f8')], 'fortran_order': False, 'shape': (2, 1, 3), }", 6,
     "got [('x', '<f4'), ('a_long_name', '<f8')])"},
    {"{'descr': '|V12345678901234567890123456789012345678901234567890', }", 6, "...)"},
    {DICTIONARY("(2, 1, 3)"), 5, "wrong length (expected 6 values"},
};

START_TEST(other_arrays_are_refused_with_the_reason) {
    float had[6];
    struct error err = {""};
    const char *path = harness_scratch("b.npy", NULL);
    npy_write(path, 1, broken[_i].dictionary, values, broken[_i].count);
    ck_assert(!npy_read(had, shape, 3, path, &err));
    ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0 && strstr(err.text, broken[_i].part), "`%s` lacks `%s`",
                  err.text, broken[_i].part);
    harness_forget(path);
}
END_TEST

START_TEST(files_that_are_no_arrays_are_refused) {
    static const char *const texts[] = {"", "\x93NUMPY", "P6 3 2 255", "\x93NUMPY\x01\x01\x7f\x7fxxxx",
                                        "\x93NUMPY\x09\x01\x01\x01xxxx"};
    float had[6];
    for (int i = 0; i < 5; i++) {
        struct error err = {""};
        const char *path = harness_scratch("c.npy", texts[i]);
        ck_assert(!npy_read(had, shape, 3, path, &err));
        ck_assert_msg(strstr(err.text, "is not a .npy file"), "%s", err.text);
        harness_forget(path);
    }
    struct error err = {""};
    ck_assert(!npy_read(had, shape, 3, "/nowhere.npy", &err));
}
END_TEST

/* Versions 1 to 3 of the format are read (what_numpy_saves_is_read); otherwise the header may be anything. */
START_TEST(other_versions_of_the_format_are_refused) {
    static const int versions[] = {0, 4, 255};
    float had[6];
    for (int i = 0; i < 3; i++) {
        struct error err = {""};
        const char *path = harness_scratch("v.npy", NULL);
        npy_write(path, versions[i], DICTIONARY("(2, 1, 3)"), values, 6);
        ck_assert(!npy_read(had, shape, 3, path, &err));
        ck_assert_msg(strstr(err.text, "is not a .npy file"), "version %d: %s", versions[i], err.text);
        harness_forget(path);
    }
}
END_TEST

static const char net[] = "in input - c=2 h=4 w=4\n"
                          "a/1 conv in m=3 k=2 bias=0\n"
                          "b fc a/1 m=2\n";

static int program(const char *arguments) {
    char command[2048];
    snprintf(command, sizeof command, "'%s' %s", harness_program("taso"), arguments);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(the_program_gathers_arrays_into_a_file) {
    const char *path = harness_scratch("w.net", net), *out = harness_scratch("w.f32", NULL),
               *told = harness_scratch("told", NULL);
    char folder[600], file[800], arguments[1500];
    float want[24 + 54 + 2], had[24 + 54 + 2];
    for (int i = 0; i < 80; i++) want[i] = (float)i - 40;
    snprintf(folder, sizeof folder, "%s.d", path);
    snprintf(arguments, sizeof arguments, "mkdir -p '%s'", folder);
    ck_assert_int_eq(system(arguments), 0);
    snprintf(file, sizeof file, "%s/a_1.npy", folder);
    npy_write(file, 1, DICTIONARY("(3, 2, 2, 2)"), want, 24);
    snprintf(file, sizeof file, "%s/b.npy", folder);
    npy_write(file, 1, DICTIONARY("(2, 27)"), want + 24, 54);
    snprintf(arguments, sizeof arguments, "weights --network '%s' --from '%s' -o '%s' 2>'%s'", path, folder, out, told);
    ck_assert_int_eq(program(arguments), 2); /* b.bias.npy is not there */
    ck_assert_ptr_null(fopen(out, "rb"));
    snprintf(file, sizeof file, "%s/b.bias.npy", folder);
    npy_write(file, 1, DICTIONARY("(2,)"), want + 78, 2);
    ck_assert_int_eq(program(arguments), 0);
    struct error err = {""};
    struct network *n = network_open(path, &err);
    struct weights w;
    ck_assert_msg(weights_init(&w, n, 0, out, &err), "%s", err.text);
    ck_assert(weights_layer(had, had + 24, &w, 1, &err) && weights_layer(had + 24, had + 78, &w, 2, &err));
    ck_assert_int_eq(memcmp(had, want, sizeof want), 0);
    weights_free(&w);
    network_free(n);
    snprintf(arguments, sizeof arguments, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(arguments), 0);
    harness_forget(path);
    harness_forget(out);
    harness_forget(told);
}
END_TEST

/* Every kind of layer with weights, the shape of its array, and one of another shape. */
static const struct {
    const char *layer, *shape, *other;
    size_t count, wrong;
} kinds[] = {
    {"w conv in m=6 kh=3 kw=2 g=2 bias=0", "(6, 2, 3, 2)", "(6, 4, 3, 2)", 72, 144},
    {"w fc in m=2 bias=0", "(2, 64)", "(64, 2)", 128, 128},
    {"w deconv in m=6 kh=3 kw=2 g=2 bias=0", "(4, 3, 3, 2)", "(6, 2, 3, 2)", 72, 72},
    {"w deconv in m=4 k=1 bias=0", "(4, 4, 1, 1)", "(4, 64)", 16, 256},
    {"w prelu in", "(4,)", "(4, 64)", 4, 256},
    {"w scale in bias=0", "(4,)", "(1, 4)", 4, 4},
};

START_TEST(an_array_has_the_shape_of_its_kind_of_layer) {
    struct harness_output o;
    char text[200], path[400], file[420], dictionary[120], line[1600];
    float want[256];
    for (int i = 0; i < 256; i++) want[i] = (float)i;
    snprintf(path, sizeof path, "%s", harness_folder());
    snprintf(text, sizeof text, "in input - c=4 h=4 w=4\n%s\n", kinds[_i].layer);
    harness_put(path, "k.net", text);
    snprintf(line, sizeof line, "weights --network '%s/k.net' --from '%s' -o '%s/k.f32'", path, path, path);
    snprintf(file, sizeof file, "%s/w.npy", path);
    for (int good = 0; good < 2; good++) {
        snprintf(dictionary, sizeof dictionary, "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }",
                 good ? kinds[_i].shape : kinds[_i].other);
        npy_write(file, 1, dictionary, want, good ? kinds[_i].count : kinds[_i].wrong);
        harness_command(&o, "taso", line);
        ck_assert_msg(o.status == (good ? 0 : 2), "%s with %s: status %d, %s", kinds[_i].layer, dictionary, o.status,
                      o.err);
        ck_assert_msg(good || strstr(o.err, "w.npy"), "%s", o.err);
    }
    snprintf(line, sizeof line, "wc -c <'%s/k.f32'", path);
    harness_shell(&o, line);
    ck_assert_int_eq(atoi(o.out), (int)(4 * kinds[_i].count));
    harness_remove_folder(path);
}
END_TEST

/* Two layers' arrays in one file, and names that make no file name. */
static const struct {
    const char *layers, *files; /* empty arrays to make, as shell words */
    const char *says;
} shared[] = {
    {"a/1 conv in m=3 k=1\na_1 conv a/1 m=3 k=1\n", "", "layers `a/1` and `a_1` would both read a_1."},
    {"a_1 conv in m=3 k=1\na/1 conv a_1 m=3 k=1\n", "", "would both read a_1."},
    {"x/y/z conv in m=3 k=1\nx_y/z fc x/y/z m=2 bias=0\n", "", "would both read x_y_z.npy"},
    {"b conv in m=3 k=1\nb.bias conv b m=3 k=1 bias=0\n", "", "would both read b.bias.npy"},
    {"A conv in m=3 k=1 bias=0\na conv A m=3 k=1 bias=0\n", "touch A.npy; ln A.npy a.npy", "would both read "},
    {"A conv in m=3 k=1 bias=0\na conv A m=3 k=1 bias=0\n", "touch A.npy; touch a.npy", "A.npy: is not a .npy file"},
    {".. conv in m=3 k=1\n", "", "layer `..`: a name of dots only"},
    {". conv in m=3 k=1\n", "", "layer `.`: a name of dots only"},
    {"LONG conv in m=3 k=1\n", "", "bytes (expected at most 255)"},
};

START_TEST(arrays_of_two_layers_never_come_from_one_file) {
    static struct harness_output o;
    char line[2000], folder[512], text[1000], name[301];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    memset(name, 'n', 300);
    name[300] = '\0';
    const char *rest = shared[_i].layers, *from = strncmp(rest, "LONG", 4) == 0 ? name : "";
    snprintf(text, sizeof text, "in input - c=2 h=4 w=4\n%s%s", from, rest + (from[0] ? 4 : 0));
    const char *path = harness_scratch("s.net", text);
    snprintf(line, sizeof line, "cd '%s' && { true; %s; }", folder, shared[_i].files[0] ? shared[_i].files : "true");
    harness_shell(&o, line);
    snprintf(line, sizeof line, "weights --network '%s' --from '%s' -o '%s/out'", path, folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, shared[_i].says), "`%s` lacks `%s`", o.err, shared[_i].says);
    harness_forget(path);
    harness_remove_folder(folder);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("weights");
    TCase *c = tcase_create("weights");
    tcase_add_loop_test(c, what_numpy_saves_is_read, 1, 4);
    tcase_add_loop_test(c, other_arrays_are_refused_with_the_reason, 0, (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(c, files_that_are_no_arrays_are_refused);
    tcase_add_test(c, other_versions_of_the_format_are_refused);
    tcase_add_test(c, the_program_gathers_arrays_into_a_file);
    tcase_add_loop_test(c, an_array_has_the_shape_of_its_kind_of_layer, 0, (int)(sizeof kinds / sizeof kinds[0]));
    tcase_add_loop_test(c, arrays_of_two_layers_never_come_from_one_file, 0, (int)(sizeof shared / sizeof shared[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
