/* The tables of methods and memory models drive everything: one more row of each, in a scratch copy, arrives in parser,
 * help, sweep and the tests that compare with trying everything, and no other file is touched (a method brings its
 * own). */
#include "tests/support/scratch_tree.h"

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

static void must(const struct scratch_tree *t, const char *command) {
    scratch_tree_run(t, command, true, "");
}

START_TEST(a_row_of_each_table_arrives_everywhere) {
    struct scratch_tree t = scratch_tree_new();
    harness_put(t.folder, "baselines/again.c", method_file);
    harness_put(t.folder, "tiny.net", network);
    harness_put(t.folder, "tiny.tsv", profile);
    must(&t, "sed -i '/clang-format on/i " MODEL "' formulation/memory_models.def");
    must(&t, "sed -i '/clang-format on/i " METHOD "' baselines/methods.def");
    scratch_tree_make(&t, "bin/taso build/tests/test_selection build/tests/test_methods");
    must(&t, "bin/taso select --help | grep 'activations  *live tensors and nothing else'");
    must(&t, "bin/taso select --help | grep 'again  *every combination, one more time'");
    must(&t, "bin/taso select --help | grep 'unshared | activations'");
    must(&t, "bin/taso sweep --network ./tiny.net --profile tiny.tsv --memory-model activations "
             "--methods taso,dynamic,exhaustive,again --budgets 1792,none >sweep");
    /* 4 x 256 + 4 x 256 bytes are alive at c2: a budget of 1792 leaves nothing, without one all agree. */
    must(
        &t,
        "awk -F '\\t' 'NR > 1 && $5 == \"none\" {if ($6 != \"optimal\" || $7 != 75 || $8 != 2048) exit 1; n++} "
        "NR > 1 && $5 == 1792 {if ($6 != \"infeasible\") exit 1; n++} END {exit n != 8}' sweep || { cat sweep; false; }");
    must(&t, "build/tests/test_selection >log 2>&1 || { tail log; false; }");
    must(&t, "build/tests/test_methods >log 2>&1 || { tail log; false; }");
    scratch_tree_free(&t);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added_rows");
    TCase *tests = tcase_create("added_rows");
    tcase_add_test(tests, a_row_of_each_table_arrives_everywhere);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
