/* A primitive is a row, an algorithm a row and a file: a scratch copy of the tree gets both, and the list of
 * primitives, methods, help, profiles, plans, the runtime with its check, mixes and emitted programs know them. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

#define ROWS                                                                                                           \
    "ALGORITHM(gather, 512, 1)\\nPRIMITIVE(\"gather-none\", gather, CHW, CHW, 0, 0, 0, 0)\\n"                          \
    "PRIMITIVE(\"gather-some\", gather, CHW, CHW, 128, 0, 0, 0)\\n"                                                    \
    "PRIMITIVE(\"im2row-strip-3-ik\", im2row, HWC, HWC, 1, 2, 3, 0)"

static struct scratch_tree tree;
static const struct harness_output *const o = &scratch_tree_output;

static void scratch(const char *command, bool good, const char *said) {
    scratch_tree_run(&tree, command, good, said);
}

static void build(void) {
    tree = scratch_tree_new();
    harness_put(tree.folder, "kernels/conv/gather.c", gather);
    scratch("sed -i '/clang-format on/i " ROWS "' kernels/primitives.def && grep -q gather kernels/primitives.def",
            true, "");
    scratch_tree_make(&tree, "bin/taso");
}

static void lists_have_them(void) {
    scratch("bin/taso primitives", true, "\ngather-none\tgather\tchw\tchw\t3e-06\n");
    scratch("bin/taso primitives --scenario 4,6,7,3,1,1,0", true, "\ngather-some\tgather\tchw\tchw\t128\t48\n");
    ck_assert(strstr(o->out, "\nim2row-strip-3-ik\tim2row\thwc\thwc\t"));
    scratch("bin/taso primitives --scenario 4,6,7,3,3,1,1", true, "im2row-strip-3-ik");
    ck_assert(!strstr(o->out, "gather"));
    scratch("bin/taso select --help", true, ", gather");
}

static void plans_have_them(void) {
    harness_put(tree.folder, "x.net", "data input - c=4 h=6 w=7\nc conv data m=3 k=1\nd conv c m=5 k=3 p=1\n");
    scratch("bin/taso profile --network x.net --quick --quiet -o x.tsv", true, "");
    scratch("cut -f 2,3,9- x.tsv", true, "4,6,7,3,1,1,0\tgather-some\t");
    scratch("grep -c im2row-strip-3-ik x.tsv", true, "2");
    scratch("bin/taso select --network x.net --profile x.tsv --method family-gather --budget 64 -o x.plan", true, "");
    scratch("grep gather-none x.plan", true, "gather-none");
    scratch("bin/taso run x.plan --check", true, "max-relative-error");
    scratch("bin/taso emit x.plan -o out && make -s -C out CFLAGS='-O1 -Wall -Wextra -Werror' net && "
            "grep -c gather_run out/net.c",
            true, "2"); /* its definition and its contract */
    scratch("bin/taso mix --network x.net --profile x.tsv --method family-gather --budgets none | "
            "awk -f experiments/tables/columns.awk -f experiments/tables/mix.awk",
            true, "\tfamily\tgather\t");
}

START_TEST(a_new_algorithm_is_a_file_and_its_rows) {
    build();
    lists_have_them();
    plans_have_them();
    scratch_tree_free(&tree);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added primitive");
    TCase *tests = tcase_create("rows");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_new_algorithm_is_a_file_and_its_rows);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
