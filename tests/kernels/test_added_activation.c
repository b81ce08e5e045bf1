/* An activation is a row and its two oracles: a scratch copy of the tree gets softsign, and the network language, its
 * messages, folding, every kernel, the runtime with its check, and emitted programs know it. */
#include "tests/support/scratch_tree.h"

#define ROW                                                                                                            \
    "ACTIVATION(SOFTSIGN, softsign, CURVE, \"scale\", 1, NULL, 0, a * x \\/ (1 + (x > 0 ? x : -x)), "                  \
    "\"scale x \\/ (1 + |x|)\")"
#define ORACLE "    case ACTIVATION_SOFTSIGN: return a * x \\/ (1 + fabs(x));"

static struct scratch_tree tree;

static void scratch(const char *command, bool good, const char *said) {
    scratch_tree_run(&tree, command, good, said);
}

static void build(void) {
    tree = scratch_tree_new();
    harness_put(tree.folder, "x.net",
                "data input - c=3 h=9 w=8\nc conv data m=8 k=3 p=1\na softsign c scale=3\nd conv a m=8 k=3 p=1 g=8\n"
                "b softsign d\ns add a,b\ne softsign s\nf softsign e scale=0.5\ng fc f m=5\nh softsign g\n");
    harness_put(tree.folder, "bad.net", "data input - c=3 h=9 w=8\na softsign data slope=3\n");
    scratch("sed -i 's/^#undef ACTIVATION$/" ROW "\\n&/' kernels/activations.def && "
            "sed -i 's/^    case ACTIVATION_TANH:/" ORACLE "\\n&/' experiments/runtime/reference_layers.c "
            "tests/support/activated.h && "
            "grep -l SOFTSIGN kernels/activations.def experiments/runtime/reference_layers.c tests/support/activated.h "
            "| wc -l",
            true, "3");
    scratch_tree_make(&tree, "bin/taso");
}

static void the_language_has_it(void) {
    scratch("bin/taso networks --ops", true, "\nsoftsign\t1\tscale=1\tscale x / (1 + |x|)\n");
    scratch("bin/taso networks bad.net", false, "softsign has no key `slope` (expected scale");
    scratch("bin/taso networks x.net --folded", true, "\tsoftsign(3)\n");
    scratch("bin/taso networks x.net --folded | grep -c 'softsign('", true, "4"); /* c, d, s, g: f stays a layer */
}

static void plans_have_it(void) {
    scratch("bin/taso profile --network x.net --quick --quiet -o x.tsv", true, "");
    scratch("grep -c '^layer.*softsign:c=8,h=9,w=8' x.tsv", true, "3"); /* one row per layout */
    scratch("for method in taso family-direct family-winograd sum2d; do bin/taso select --network x.net --profile "
            "x.tsv --method $method -o $method.plan && bin/taso run $method.plan --check || exit 1; done",
            true, "max-relative-error");
    scratch("bin/taso emit taso.plan -o out && make -s -C out CFLAGS='-O1 -Wall -Wextra -Wpedantic -Werror' net && "
            "grep -c '{ACTIVATION_SOFTSIGN, [0-9.]*f, 0.0f}' out/net.c",
            true, "5");
}

START_TEST(a_new_activation_is_a_row) {
    build();
    the_language_has_it();
    plans_have_it();
    scratch_tree_free(&tree);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("added activation");
    TCase *tests = tcase_create("rows");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, a_new_activation_is_a_row);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
