/* The tables of methods and memory models drive everything: one more row of each, in a scratch copy, arrives in parser,
 * help, sweep and the tests that compare with trying everything, and no other file is touched (a method brings its
 * own). */
#include <stdio.h>
#include <unistd.h>

#include "tests/support/harness.h"

#define MODEL                                                                                                          \
    "MEMORY_MODEL(ACTIVATIONS, \"activations\", \"-\", true, IGNORED, false, \"live tensors and nothing else\")"
#define METHOD                                                                                                         \
    "METHOD(\"again\", again_run, NULL, METHOD_USES_NOTHING, METHOD_PROVES, \"every combination, one more time\")"

static const char method_file[] =
    "#include \"baselines/methods.h\"\n"
    "bool again_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,\n"
    "               struct error *err) {\n"
    "    return exhaustive_run(out, g, q, variant, err);\n"
    "}\n";
static const char network[] = "in input - c=3 h=8 w=8\nc1 conv in m=4 k=3 p=1\nc2 conv c1 m=4 k=3 p=1\n";
static const char profile[] =
    "# format: taso-profile 2\n"
    "kind\tscenario\tname\tfrom\tto\tmedian_ns\tmin_ns\tspread_ns\truns\tworkspace_bytes\tweights_bytes\n"
    "conv\t3,8,8,4,3,1,1\tdirect-sum2d\tchw\tchw\t90\t90\tnan\t1\t0\t0\n"
    "conv\t3,8,8,4,3,1,1\tdirect-hwc\thwc\thwc\t50\t50\tnan\t1\t0\t0\n"
    "conv\t4,8,8,4,3,1,1\tdirect-sum2d\tchw\tchw\t90\t90\tnan\t1\t0\t0\n"
    "conv\t4,8,8,4,3,1,1\tdirect-hwc\thwc\thwc\t20\t20\tnan\t1\t0\t0\n"
    "convert\t3,8,8\tconvert\tchw\thwc\t5\t5\tnan\t1\t0\t0\n"
    "convert\t4,8,8\tconvert\tchw\thwc\t7\t7\tnan\t1\t0\t0\n"
    "# rows: 6\n";

static void must(const char *folder, const char *command) {
    static struct harness_output o;
    char line[4096];
    snprintf(line, sizeof line, "cd %s && { %s; }", folder, command);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s: %.2000s%.4000s", command, o.err, o.out);
}

START_TEST(a_row_of_each_table_arrives_everywhere) {
    char line[4096], copy[512];
    static struct harness_output o;
    if (access("build/libsolver.a", R_OK) != 0 || access("Makefile", R_OK) != 0) {
        printf("SKIPPED: added rows: no plain build to start from\n");
        return;
    }
    snprintf(copy, sizeof copy, "%s", harness_folder());
    /* With the existing objects, so that only the dependents of the two tables are rebuilt. */
    snprintf(
        line, sizeof line,
        "mkdir %s/build && cp -a Makefile ARCHITECTURE.md solver kernels formulation baselines experiments tests %s/ && "
        "cp -a build/solver build/kernels build/formulation build/baselines build/experiments build/*.[acdo] %s/build/",
        copy, copy, copy);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    harness_put(copy, "baselines/again.c", method_file);
    harness_put(copy, "tiny.net", network);
    harness_put(copy, "tiny.tsv", profile);
    must(copy, "sed -i '/clang-format on/i " MODEL "' formulation/memory_models.def");
    must(copy, "sed -i '/clang-format on/i " METHOD "' baselines/methods.def");
    must(
        copy,
        "make -s -j2 BUILD=build BIN=bin bin/taso build/tests/test_selection build/tests/test_methods >log 2>&1 || { tail log; false; }");
    must(copy, "bin/taso select --help | grep 'activations  *live tensors and nothing else'");
    must(copy, "bin/taso select --help | grep 'again  *every combination, one more time'");
    must(copy, "bin/taso select --help | grep 'unshared | activations'");
    must(copy, "bin/taso sweep --network ./tiny.net --profile tiny.tsv --memory-model activations "
               "--methods taso,dynamic,exhaustive,again --budgets 1792,none >sweep");
    /* 4 x 256 + 4 x 256 bytes are alive at c2: a budget of 1792 leaves nothing, without one all agree. */
    must(
        copy,
        "awk -F '\\t' 'NR > 1 && $5 == \"none\" {if ($6 != \"optimal\" || $7 != 75 || $8 != 2048) exit 1; n++} "
        "NR > 1 && $5 == 1792 {if ($6 != \"infeasible\") exit 1; n++} END {exit n != 8}' sweep || { cat sweep; false; }");
    must(copy, "build/tests/test_selection >log 2>&1 || { tail log; false; }");
    must(copy, "build/tests/test_methods >log 2>&1 || { tail log; false; }");
    harness_remove_folder(copy);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added_rows");
    TCase *tests = tcase_create("added_rows");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_row_of_each_table_arrives_everywhere);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
