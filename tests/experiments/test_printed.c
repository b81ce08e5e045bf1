/* What taso networks prints: the layers of a small network as written and as folded, and the totals of a list. */
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

static const struct {
    const char *arguments, *text;
} printed[] = {
    {"networks tests/data/branches.net --folded", "step\tlayer\top\tinputs\tout_chw\tscenario\tfolded_in\n"
                                                  "0\tdata\tinput\t-\t3,19,23\t-\t-\n"
                                                  "1\tc1\tconv\tdata\t8,10,12\t3,19,23,8,5,2,2\tbatchnorm relu\n"
                                                  "2\tnorm\tlrn\tc1\t8,10,12\t-\t-\n"
                                                  "3\tp1\tmaxpool\tnorm\t8,5,6\t-\t-\n"
                                                  "4\ta1\tconv\tp1\t6,5,6\t8,5,6,6,1,1,0\trelu\n"
                                                  "5\tb1\tconv\tp1\t4,5,6\t8,5,6,4,1,1,0\trelu\n"
                                                  "6\tb2\tconv\tb1\t10,5,6\t4,5,6,10,3,1,1\trelu\n"
                                                  "7\td1\tmaxpool\tp1\t8,5,6\t-\t-\n"
                                                  "8\td2\tconv\td1\t5,5,6\t8,5,6,5,3,1,2,1,2\t-\n"
                                                  "9\tjoin\tconcat\ta1,b2,d2,p1\t29,5,6\t-\t-\n"
                                                  "10\tg1\tconv\tjoin\t29,5,6\t29,5,6,29,3,1,1,29\tbatchnorm\n"
                                                  "11\tsum\tadd\tjoin,g1,join\t29,5,6\t-\trelu\n"
                                                  "12\tone\tconv\tsum\t1,5,4\t29,5,6,1,1x3,1,0\t-\n"
                                                  "13\tback\tconv\tone\t7,3,2\t1,5,4,7,3,1,0\t-\n"
                                                  "14\tsoft\tsoftmax\tback\t7,3,2\t-\t-\n"
                                                  "15\tmean\tavgpool\tsoft\t7,2,2\t-\t-\n"
                                                  "16\tall\tavgpool\tmean\t7,1,1\t-\t-\n"
                                                  "17\tpoint\tconv\tall\t9,1,1\t7,1,1,9,1,1,0\trelu\n"
                                                  "18\tfc\tfc\tpoint\t11,1,1\t-\trelu\n"
                                                  "19\tprob\tsoftmax\tfc\t11,1,1\t-\t-\n"},
    {"networks tests/data/branches.net", "step\tlayer\top\tinputs\tout_chw\tscenario\tfolded_in\n"
                                         "0\tdata\tinput\t-\t3,19,23\t-\t-\n"
                                         "1\tc1\tconv\tdata\t8,10,12\t3,19,23,8,5,2,2\t-\n"
                                         "2\tbn1\tbatchnorm\tc1\t8,10,12\t-\t-\n"
                                         "3\tr1\trelu\tbn1\t8,10,12\t-\t-\n"},
    {"networks", "network\tlayers\tconvolutions\tmultiply_adds\tparameters\tset\n"
                 "alexnet\t24\t5\t665784864\t60965224\tpaper\n"}, /* as published: 61.0 million parameters */
    {"networks --ops",
     "op\tinputs\tkeys\tcomputes\n"
     "conv\t1\tm k kh kw s=1 sh sw p=0 pt pl pb pr d=1 dh dw g=1 bias=1\tconvolution: m kernels of k x k or kh x kw, "
     "stride, padding, dilation (h: down, w: across), groups\n"},
    {"primitives --scenario 4,5,5,3,3,1,1", /* 4 * 3 * 3 * 3 floats are 432 bytes; a patch matrix of 36 x 25, 3600 */
     "name\tfamily\tfrom\tto\tworkspace_bytes\tweights_bytes\n"
     "direct-sum2d\tsum2d\tchw\tchw\t0\t432\n"
     "direct-sum2d-hcw\tsum2d\thcw\thcw\t0\t432\n"},
};

/* The text begins what is printed. */
START_TEST(layers_and_sizes_are_printed_as_known) {
    struct harness_output o;
    harness_command(&o, "taso", printed[_i].arguments);
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(o.err, "");
    o.out[strnlen(o.out, strlen(printed[_i].text))] = '\0';
    ck_assert_str_eq(o.out, printed[_i].text);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("printed");
    TCase *c = tcase_create("printed");
    tcase_add_loop_test(c, layers_and_sizes_are_printed_as_known, 0, (int)(sizeof printed / sizeof printed[0]));
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
