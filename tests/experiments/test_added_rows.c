/* A row of each of the testbed's tables, in one scratch build, arrives wherever its README says: an algorithm and its
 * primitives, an activation, an operator, a memory model and a method. No file of the tree is touched but the tables
 * and the oracles that the READMEs name; an algorithm, an operator and a method bring one of their own. Rows of the
 * solver's tables: tests/solver/test_added_solver_rows.c. */
#include "tests/support/scratch_tree.h"

/* One loop over outputs and one over what they sum; no kernel of the tree has it. */
static const char gather[] =
    "#include \"kernels/primitive.h\"\n"
    "static bool gather_applies(const struct primitive *p, const struct scenario *s) {\n"
    "    (void)p;\n"
    "    return s->KH == 1 && s->KW == 1 && s->stride == 1 && s->groups == 1 &&\n"
    "           scenario_out_h(s) == s->H && scenario_out_w(s) == s->W;\n"
    "}\n"
    "static size_t gather_workspace(const struct primitive *p, const struct scenario *s, int threads) {\n"
    "    (void)s, (void)threads;\n"
    "    return (size_t)p->variant[0];\n"
    "}\n"
    "static size_t gather_weights(const struct primitive *p, const struct scenario *s) {\n"
    "    (void)p;\n"
    "    return sizeof(float) * (size_t)s->M * (size_t)s->C;\n"
    "}\n"
    "static void gather_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *w) {\n"
    "    memcpy(stored, w, gather_weights(p, s));\n"
    "}\n"
    "static void gather_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,\n"
    "                       const void *stored, const float *bias, struct activation f, void *workspace, int threads) {\n"
    "    const int pixels = s->H * s->W;\n"
    "    const float *w = stored;\n"
    "    (void)p, (void)workspace, (void)threads;\n"
    "    for (int i = 0; i < s->M * pixels; i++) {\n"
    "        float sum = bias ? bias[i / pixels] : 0;\n"
    "        for (int c = 0; c < s->C; c++) sum += w[i / pixels * s->C + c] * in[c * pixels + i % pixels];\n"
    "        activation_run(f, &out[i], &sum, 1);\n"
    "    }\n"
    "}\n"
    "const struct algorithm algorithm_gather = {.name = \"gather\", .variant_help = \"bytes of workspace\",\n"
    "    .tolerance = 3e-6, .applies = gather_applies, .workspace = gather_workspace, .weights = gather_weights,\n"
    "    .prepare = gather_prepare, .run = gather_run};\n";

#define PRIMITIVES                                                                                                     \
    "ALGORITHM(gather, 512, 1)\\nPRIMITIVE(\"gather-none\", gather, CHW, CHW, 0, 0, 0, 0)\\n"                          \
    "PRIMITIVE(\"gather-some\", gather, CHW, CHW, 128, 0, 0, 0)\\n"                                                    \
    "PRIMITIVE(\"im2row-strip-3-ik\", im2row, HWC, HWC, 1, 2, 3, 0)"

#define ACTIVATION                                                                                                     \
    "ACTIVATION(SOFTSIGN, softsign, CURVE, \"scale\", 1, NULL, 0, a * x \\/ (1 + (x > 0 ? x : -x)), "                  \
    "\"scale x \\/ (1 + |x|)\")"
#define ORACLE "    case ACTIVATION_SOFTSIGN: return a * x \\/ (1 + fabs(x));"

static const char twice[] =
    "#include \"kernels/operator.h\"\n"
    "static void twice_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,\n"
    "                      const void *stored, const float *bias, void *workspace, int threads) {\n"
    "    (void)layout, (void)stored, (void)bias, (void)workspace, (void)threads;\n"
    "    for (int i = 0; i < s->C[0] * s->H * s->W; i++) out[i] = s->times * in[0][i];\n"
    "}\n"
    "static bool twice_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {\n"
    "    (void)wrong;\n"
    "    s->times = (float)l->value[0];\n"
    "    return true;\n"
    "}\n"
    "const struct operator_contract operator_twice = {.help = \"twice\", .stack = 256, .shape = twice_shape,\n"
    "    .syntax = {1, 1, {{\"times\", KEY_REAL, 2, false}}}, .run = twice_run};\n";

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
static const char tiny_net[] = "in input - c=3 h=8 w=8\nc1 conv in m=4 k=3 p=1\nc2 conv c1 m=4 k=3 p=1\n";
static const char tiny_tsv[] =
    "# format: taso-profile 2\n"
    "kind\tscenario\tname\tfrom\tto\tmedian_ns\tmin_ns\tspread_ns\truns\tworkspace_bytes\tweights_bytes\n"
    "conv\t3,8,8,4,3,1,1\tdirect-sum2d\tchw\tchw\t90\t90\tnan\t1\t0\t0\n"
    "conv\t3,8,8,4,3,1,1\tdirect-hwc\thwc\thwc\t50\t50\tnan\t1\t0\t0\n"
    "conv\t4,8,8,4,3,1,1\tdirect-sum2d\tchw\tchw\t90\t90\tnan\t1\t0\t0\n"
    "conv\t4,8,8,4,3,1,1\tdirect-hwc\thwc\thwc\t20\t20\tnan\t1\t0\t0\n"
    "convert\t3,8,8\tconvert\tchw\thwc\t5\t5\tnan\t1\t0\t0\n"
    "convert\t4,8,8\tconvert\tchw\thwc\t7\t7\tnan\t1\t0\t0\n"
    "# rows: 6\n";

static struct scratch_tree tree;
static const struct harness_output *const o = &scratch_tree_output;

static void scratch(const char *command, bool good, const char *said) {
    scratch_tree_run(&tree, command, good, said);
}

static void must(const char *command) {
    scratch(command, true, "");
}

static void put_primitives(void) {
    harness_put(tree.folder, "kernels/conv/gather.c", gather);
    must("sed -i '/clang-format on/i " PRIMITIVES "' kernels/primitives.def && grep -q gather kernels/primitives.def");
}

static void put_activation(void) {
    scratch("sed -i 's/^#undef ACTIVATION$/" ACTIVATION "\\n&/' kernels/activations.def && "
            "sed -i 's/^    case ACTIVATION_TANH:/" ORACLE "\\n&/' experiments/runtime/reference_layers.c "
            "tests/support/activated.h && "
            "grep -l SOFTSIGN kernels/activations.def experiments/runtime/reference_layers.c tests/support/activated.h "
            "| wc -l",
            true, "3");
}

static void put_operator(void) {
    harness_put(tree.folder, "kernels/layers/twice.c", twice);
    must("echo 'OPERATOR(TWICE, twice)' >>kernels/operators.def && echo 'REAL(times)' >>kernels/operator_fields.def && "
         "sed -i 's/^    case OPERATOR_LRN:/    case OPERATOR_TWICE: return (float)((double)s->times * "
         "reference_at(in[0], s, m, oh, ow));\\n&/' experiments/runtime/reference_layers.c");
}

static void put_model_and_method(void) {
    harness_put(tree.folder, "baselines/again.c", method_file);
    must("sed -i '/clang-format on/i " MODEL "' formulation/memory_models.def");
    must("sed -i '/clang-format on/i " METHOD "' baselines/methods.def");
}

/* Built once for all tests: most files include one of these tables. */
static void build(void) {
    tree = scratch_tree_new();
    put_primitives();
    put_activation();
    put_operator();
    put_model_and_method();
    scratch_tree_make(&tree, "bin/taso build/tests/test_selection build/tests/test_methods");
}

static void clean(void) {
    scratch_tree_free(&tree);
}

static void lists_have_the_primitives(void) {
    scratch("bin/taso primitives", true, "\ngather-none\tgather\tchw\tchw\t3e-06\n");
    scratch("bin/taso primitives --scenario 4,6,7,3,1,1,0", true, "\ngather-some\tgather\tchw\tchw\t128\t48\n");
    ck_assert(strstr(o->out, "\nim2row-strip-3-ik\tim2row\thwc\thwc\t"));
    scratch("bin/taso primitives --scenario 4,6,7,3,3,1,1", true, "im2row-strip-3-ik");
    ck_assert(!strstr(o->out, "gather"));
    scratch("bin/taso select --help", true, ", gather");
}

static void plans_have_the_primitives(void) {
    harness_put(tree.folder, "gather.net", "data input - c=4 h=6 w=7\nc conv data m=3 k=1\nd conv c m=5 k=3 p=1\n");
    scratch("bin/taso profile --network gather.net --quick --quiet -o gather.tsv", true, "");
    scratch("cut -f 2,3,9- gather.tsv", true, "4,6,7,3,1,1,0\tgather-some\t");
    scratch("grep -c im2row-strip-3-ik gather.tsv", true, "2");
    scratch(
        "bin/taso select --network gather.net --profile gather.tsv --method family-gather --budget 64 -o gather.plan",
        true, "");
    scratch("grep gather-none gather.plan", true, "gather-none");
    scratch("bin/taso run gather.plan --check", true, "max-relative-error");
    scratch("bin/taso emit gather.plan -o gather && make -s -C gather CFLAGS='-O1 -Wall -Wextra -Werror' net && "
            "grep -c gather_run gather/net.c",
            true, "2"); /* its definition and its contract */
    scratch("bin/taso mix --network gather.net --profile gather.tsv --method family-gather --budgets none | "
            "awk -f experiments/tables/columns.awk -f experiments/tables/mix.awk",
            true, "\tfamily\tgather\t");
}

START_TEST(a_new_algorithm_is_a_file_and_its_rows) {
    lists_have_the_primitives();
    plans_have_the_primitives();
}
END_TEST

static void the_language_has_the_activation(void) {
    harness_put(tree.folder, "softsign.net",
                "data input - c=3 h=9 w=8\nc conv data m=8 k=3 p=1\na softsign c scale=3\nd conv a m=8 k=3 p=1 g=8\n"
                "b softsign d\ns add a,b\ne softsign s\nf softsign e scale=0.5\ng fc f m=5\nh softsign g\n");
    harness_put(tree.folder, "slope.net", "data input - c=3 h=9 w=8\na softsign data slope=3\n");
    scratch("bin/taso networks --ops", true, "\nsoftsign\t1\tscale=1\tscale x / (1 + |x|)\n");
    scratch("bin/taso networks slope.net", false, "softsign has no key `slope` (expected scale");
    scratch("bin/taso networks softsign.net --folded", true, "\tsoftsign(3)\n");
    scratch("bin/taso networks softsign.net --folded | grep -c 'softsign('", true,
            "4"); /* c, d, s, g: f stays a layer */
}

static void plans_have_the_activation(void) {
    scratch("bin/taso profile --network softsign.net --quick --quiet -o softsign.tsv", true, "");
    scratch("grep -c '^layer.*softsign:c=8,h=9,w=8' softsign.tsv", true, "3"); /* one row per layout */
    scratch(
        "for method in taso family-direct family-winograd sum2d; do bin/taso select --network softsign.net --profile "
        "softsign.tsv --method $method -o $method.plan && bin/taso run $method.plan --check || exit 1; done",
        true, "max-relative-error");
    scratch(
        "bin/taso emit taso.plan -o softsign && make -s -C softsign CFLAGS='-O1 -Wall -Wextra -Wpedantic -Werror' net && "
        "grep -c '{ACTIVATION_SOFTSIGN, [0-9.]*f, 0.0f}' softsign/net.c",
        true, "5");
}

START_TEST(a_new_activation_is_a_row) {
    the_language_has_the_activation();
    plans_have_the_activation();
}
END_TEST

START_TEST(a_new_operator_is_a_file_and_a_row) {
    harness_put(tree.folder, "twice.net",
                "data input - c=2 h=4 w=5\nc conv data m=3 k=1\nt twice c times=3\nr relu t\n");
    harness_put(tree.folder, "keys.net", "data input - c=2 h=4 w=5\nt twice data k=3\n");
    harness_put(tree.folder, "thrice.net", "data input - c=2 h=4 w=5\nt thrice data\n");
    scratch("bin/taso networks twice.net", true, "\ttwice\t");
    scratch("bin/taso networks keys.net", false, "times");
    scratch("bin/taso networks thrice.net", false, "twice");
    scratch("bin/taso profile --network twice.net --quick --quiet -o twice.tsv", true, "");
    scratch("grep -c '^layer.*twice:c=3,h=4,w=5' twice.tsv", true, "3"); /* one row per layout */
    scratch("bin/taso select --network twice.net --profile twice.tsv --method taso -o twice.plan", true, "");
    scratch("bin/taso run twice.plan --check", true, "");
    scratch("bin/taso emit twice.plan -o twice && grep -c 'times = 3.0f' twice/net.c", true, "1");
    scratch(
        "grep 'operator_twice.run' twice/net.c && make -s -C twice CFLAGS='-O1 -Wall -Wextra -Werror' net && test -x twice/net",
        true, "operator_twice");
}
END_TEST

START_TEST(a_new_memory_model_and_a_new_method_are_rows) {
    harness_put(tree.folder, "tiny.net", tiny_net);
    harness_put(tree.folder, "tiny.tsv", tiny_tsv);
    must("bin/taso select --help | grep 'activations  *live tensors and nothing else'");
    must("bin/taso select --help | grep 'again  *every combination, one more time'");
    must("bin/taso select --help | grep 'unshared | activations'");
    must("bin/taso sweep --network ./tiny.net --profile tiny.tsv --memory-model activations "
         "--methods taso,dynamic,exhaustive,again --budgets 1792,none >sweep");
    /* 4 x 256 + 4 x 256 bytes are alive at c2: a budget of 1792 leaves nothing, without one all agree. */
    must(
        "awk -F '\\t' 'NR > 1 && $5 == \"none\" {if ($6 != \"optimal\" || $7 != 75 || $8 != 2048) exit 1; n++} "
        "NR > 1 && $5 == 1792 {if ($6 != \"infeasible\") exit 1; n++} END {exit n != 8}' sweep || { cat sweep; false; }");
    must("build/tests/test_selection >log 2>&1 || { tail log; false; }");
    must("build/tests/test_methods >log 2>&1 || { tail log; false; }");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added_rows");
    TCase *tests = tcase_create("added_rows");
    tcase_add_unchecked_fixture(tests, build, clean);
    tcase_add_test(tests, a_new_algorithm_is_a_file_and_its_rows);
    tcase_add_test(tests, a_new_activation_is_a_row);
    tcase_add_test(tests, a_new_operator_is_a_file_and_a_row);
    tcase_add_test(tests, a_new_memory_model_and_a_new_method_are_rows);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
