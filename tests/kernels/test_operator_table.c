/* An operator is a row and a file: a scratch copy of the tree gets one more, and the network language, its messages,
 * the profiler, the runtime with its check, and emitted programs know it. The reference's oracle is the only other
 * place. */
#include "kernels/operator.h"
#include "tests/support/scratch_tree.h"

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

START_TEST(a_new_operator_is_a_file_and_a_row) {
    struct scratch_tree t = scratch_tree_new();
    harness_put(t.folder, "kernels/layers/twice.c", twice);
    harness_put(t.folder, "x.net", "data input - c=2 h=4 w=5\nc conv data m=3 k=1\nt twice c times=3\nr relu t\n");
    harness_put(t.folder, "bad.net", "data input - c=2 h=4 w=5\nt twice data k=3\n");
    harness_put(t.folder, "unknown.net", "data input - c=2 h=4 w=5\nt thrice data\n");
    scratch_tree_run(
        &t,
        "echo 'OPERATOR(TWICE, twice)' >>kernels/operators.def && echo 'REAL(times)' >>kernels/operator_fields.def && "
        "sed -i 's/^    case OPERATOR_LRN:/    case OPERATOR_TWICE: return (float)((double)s->times * "
        "reference_at(in[0], s, m, oh, ow));\\n&/' experiments/runtime/reference_layers.c",
        true, "");
    scratch_tree_make(&t, "bin/taso");
    scratch_tree_run(&t, "bin/taso networks x.net", true, "\ttwice\t");
    scratch_tree_run(&t, "bin/taso networks bad.net", false, "times");
    scratch_tree_run(&t, "bin/taso networks unknown.net", false, "twice");
    scratch_tree_run(&t, "bin/taso profile --network x.net --quick --quiet -o x.tsv", true, "");
    scratch_tree_run(&t, "grep -c '^layer.*twice:c=3,h=4,w=5' x.tsv", true, "3"); /* one row per layout */
    scratch_tree_run(&t, "bin/taso select --network x.net --profile x.tsv --method taso -o x.plan", true, "");
    scratch_tree_run(&t, "bin/taso run x.plan --check", true, "");
    scratch_tree_run(&t, "bin/taso emit x.plan -o out && grep -c 'times = 3.0f' out/net.c", true, "1");
    scratch_tree_run(
        &t,
        "grep 'operator_twice.run' out/net.c && make -s -C out CFLAGS='-O1 -Wall -Wextra -Werror' net && test -x out/net",
        true, "operator_twice");
    scratch_tree_free(&t);
}
END_TEST

START_TEST(a_row_keeps_the_contract) {
    const struct operator_contract *o = operators[_i];
    enum operator_kind kind;
    ck_assert(operator_parse_kind(&kind, operator_names[_i]) && kind == (enum operator_kind)_i);
    ck_assert(o->help && *o->help && o->syntax.least_inputs <= o->syntax.most_inputs);
    ck_assert_int_le(o->syntax.most_inputs, OPERATOR_INPUTS);
    ck_assert(!o->run == (o->syntax.most_inputs == 0 || o == &operator_opaque)); /* all others compute something */
    ck_assert(!o->run || o->stack > 0);
    ck_assert(!o->raw == !o->weights && !o->raw == !o->prepare);
    bool bias = !o->bias_key;
    for (int k = 0; o->syntax.key[k].name; k++) {
        ck_assert_int_lt(k, OPERATOR_KEYS);
        bias = bias || strcmp(o->syntax.key[k].name, o->bias_key) == 0;
        for (int i = 0; i < k; i++) ck_assert_str_ne(o->syntax.key[i].name, o->syntax.key[k].name);
    }
    ck_assert(bias);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("operator_table");
    TCase *rows = tcase_create("rows"), *scratch_build = tcase_create("scratch");
    tcase_add_loop_test(rows, a_row_keeps_the_contract, 0, OPERATORS);
    tcase_add_test(scratch_build, a_new_operator_is_a_file_and_a_row);
    suite_add_tcase(suite, rows), suite_add_tcase(suite, scratch_build);
    return harness_run(suite);
}
