/* Small networks of many kinds, made by scripts, as exporters write them: imported with their weights they compute what
 * onnxruntime computes, and those that cannot be expressed are refused by the name of the node.
 * Skipped where node does not find onnxruntime-node (NODE_PATH). */
#define _GNU_SOURCE /* strdup */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

/* Of the largest output: 33 roundings of 2^-24. Convolutions are plain sums (family-direct), whatever is fastest on a busy
 * machine: tiles of Winograd's method for 6 x 6 outputs have 2.8e-6 on one of these networks, by themselves. */
#define TOLERANCE 2e-6

static struct harness_output o;

static float *floats(size_t *count, const char *folder, const char *name, const char *ending) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    FILE *in = fopen(path, "rb");
    float *x = malloc((1 << 16) * sizeof *x);
    ck_assert_msg(in && x, "%s", path);
    *count = fread(x, sizeof *x, 1 << 16, in);
    fclose(in);
    return x;
}

static void command(const char *format, const char *folder, const char *name) {
    char line[1024];
    snprintf(line, sizeof line, format, folder, name, folder, name, folder, name, folder, name, folder, name);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s: %s", line, o.err);
}

static void agrees(const char *folder, const char *name) {
    size_t had, wanted;
    command("import %s/%s.onnx -o %s/%s.net --weights %s/%s.f32 --quiet", folder, name);
    command("profile --network %s/%s.net --quick --quiet -o %s/%s.tsv", folder, name);
    command("select --network %s/%s.net --profile %s/%s.tsv --method family-direct -o %s/%s.plan", folder, name);
    command("run %s/%s.plan --input %s/%s.in --weights %s/%s.f32 --output %s/%s.got --repeat 1", folder, name);
    float *have = floats(&had, folder, name, ".got"), *want = floats(&wanted, folder, name, ".out");
    double most = 0, error = 0;
    ck_assert_uint_eq(had, wanted);
    for (size_t i = 0; i < had; i++) {
        const double e = fabs((double)have[i] - (double)want[i]);
        most = fmax(most, fabs((double)want[i]));
        if (!(e <= error)) error = e; /* a NaN stays */
    }
    ck_assert_msg(most > 0 && error <= TOLERANCE * most, "%s: off by %g of %g", name, error, most);
    free(have);
    free(want);
}

static void is_refused(const char *folder, const char *name, const char *word) {
    char line[512];
    snprintf(line, sizeof line, "import %s/%s.onnx -o %s/%s.net --quiet", folder, name, folder, name);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 2 && strstr(o.err, word), "%s: status %d, %s", name, o.status, o.err);
}

START_TEST(imported_networks_compute_what_onnxruntime_computes) {
    char line[512];
    int count = 0;
    harness_shell(&o, "node -e 'require(\"onnxruntime-node\")' >/dev/null 2>&1");
    if (o.status != 0) {
        printf("SKIPPED: imported networks against onnxruntime: node does not find onnxruntime-node (NODE_PATH)\n");
        return;
    }
    const char *folder = harness_folder();
    snprintf(line, sizeof line, "node tests/tools/onnx_models.mjs %s", folder);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    char *names = strdup(o.out);
    for (char *rest = names, *name; (name = strtok_r(rest, "\n", &rest)); count++) {
        char *word = strstr(name, " refused ");
        if (word) *word = '\0', word += strlen(" refused ");
        if (word)
            is_refused(folder, name, word);
        else
            agrees(folder, name);
    }
    free(names);
    ck_assert_int_ge(count, 18 + 100 + 30);
    harness_remove_folder(folder);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("onnxruntime");
    TCase *peers = tcase_create("peers");
    tcase_set_timeout(peers, 1800);
    tcase_add_test(peers, imported_networks_compute_what_onnxruntime_computes);
    suite_add_tcase(suite, peers);
    return harness_run(suite);
}
