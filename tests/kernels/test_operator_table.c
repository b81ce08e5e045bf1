/* Each row of the table of operators keeps the contract of kernels/operator.h. That a new row arrives everywhere is
 * checked by tests/experiments/test_added_rows.c. */
#include "kernels/operator.h"

#include <string.h>

#include "tests/support/harness.h"

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
    TCase *rows = tcase_create("rows");
    tcase_add_loop_test(rows, a_row_keeps_the_contract, 0, OPERATORS);
    suite_add_tcase(suite, rows);
    return harness_run(suite);
}
