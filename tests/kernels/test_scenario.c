#include <stdlib.h>
#include <string.h>

#include "kernels/scenario.h"
#include "tests/support/harness.h"

static const struct {
    const char *text, *printed;
    int OH, OW;
    long long macs;
} good[] = {
    {"3,224,224,64,3,1,1", "3,224,224,64,3,1,1", 224, 224, 86704128},
    {"3,227,227,96,11,4,0", "3,227,227,96,11,4,0", 55, 55, 105415200},
    {"96,27,27,256,5,1,2,2", "96,27,27,256,5,1,2,2", 27, 27, 223948800},
    {"8,9,10,16,1x7,1,3", "8,9,10,16,1x7,1,3", 15, 10, 134400},
    {"8,9,10,16,3x3,2,0", "8,9,10,16,3,2,0", 4, 4, 18432},
    {"4,5,5,4,3,1,2,1,2", "4,5,5,4,3,1,2,1,2", 5, 5, 3600},
    {"4,5,5,4,3,1,2,4,2", "4,5,5,4,3,1,2,4,2", 5, 5, 900},
    {"4,7,7,4,3,1,1,1", "4,7,7,4,3,1,1", 7, 7, 7056},
    {"64,55,55,64,3,2,same", "64,55,55,64,3,2,same", 28, 28, 28901376},
    {"64,6,56,64,3,1,0:1:0:1", "64,6,56,64,3,1,0:1:0:1", 4, 56, 8257536},
    {"3,7,9,4,3,2,2:0:1:3", "3,7,9,4,3,2,2:0:1:3", 4, 5, 2160},
    {"4,7,7,4,3,1,1:1:1:1", "4,7,7,4,3,1,1", 7, 7, 7056},
    {"4,5,5,4,3,1,0:2:4:2,4,2", "4,5,5,4,3,1,0:2:4:2,4,2", 5, 5, 900},
    {"3,9,20,4,3,2x1,1", "3,9,20,4,3,2x1,1", 5, 20, 10800},
    {"3,9,20,4,3,1x2,1", "3,9,20,4,3,1x2,1", 9, 10, 9720},
    {"3,9,20,4,3,2x2,1", "3,9,20,4,3,2,1", 5, 10, 5400},
    {"4,9,9,4,3,1,2:1:2:1,1,2x1", "4,9,9,4,3,1,2:1:2:1,1,2x1", 9, 9, 11664},
    {"4,9,9,4,3,1,1:2:1:2,4,1x2", "4,9,9,4,3,1,1:2:1:2,4,1x2", 9, 9, 2916},
    {"4,5,5,4,3,1,2,1,2x2", "4,5,5,4,3,1,2,1,2", 5, 5, 3600},
    {"1,1,1,1,1,1,0", "1,1,1,1,1,1,0", 1, 1, 1},
    {"2,1,3,4,5,1,2", "2,1,3,4,5,1,2", 1, 3, 600},
    {"1048576,1,1,1,1,1,0", "1048576,1,1,1,1,1,0", 1, 1, 1048576},
};

START_TEST(a_scenario_reads_prints_and_reads_again) {
    struct scenario s, again;
    char text[SCENARIO_TEXT];
    ck_assert_ptr_null(scenario_parse(&s, good[_i].text));
    scenario_print(text, &s);
    ck_assert_str_eq(text, good[_i].printed);
    ck_assert_ptr_null(scenario_parse(&again, text));
    ck_assert(scenario_equal(&s, &again));
    ck_assert_int_eq(scenario_out_h(&s), good[_i].OH);
    ck_assert_int_eq(scenario_out_w(&s), good[_i].OW);
    ck_assert_int_eq(scenario_macs(&s), good[_i].macs);
}
END_TEST

static const struct {
    const char *text, *message;
} bad[] = {
    {"", "expected"},
    {"3,224,224,64,3,1", "expected"},
    {"3,224,224,64,3,1,", "expected"},
    {"3,224,224,64,3,1,1,", "expected"},
    {"3,224,224,64,3,1,1,1,1,1", "expected"},
    {"3,224,224,64,3,1,1 ", "expected"},
    {" 3,224,224,64,3,1,1", "expected"},
    {"3,224,224,64,3x,1,1", "expected"},
    {"3,224,224,64,3,2x,1", "expected"},
    {"3,224,224,64,3,2x0,1", "every size must be at least 1"},
    {"3,224,224,64,3,1,1,1,2x0", "every size must be at least 1"},
    {"3,224,224,64,3,1,1,1,2x3x4", "expected"},
    {"3,224,224,64,3,1,1,1x2", "expected"},
    {"3,224,224,64,x3,1,1", "expected"},
    {"3,224,224,64,3x3x3,1,1", "expected"},
    {"-3,224,224,64,3,1,1", "expected"},
    {"3,224,224,64,3,1,-1", "expected"},
    {"3,224,224,64,3,1,sam", "expected"},
    {"3,224,224,64,3,1,samey", "expected"},
    {"3,224,224,64,3,1,1:1", "expected"},
    {"3,224,224,64,3,1,1:1:1", "expected"},
    {"3,224,224,64,3,1,1:1:1:", "expected"},
    {"3,224,224,64,3,1,1:1:1:1:1", "expected"},
    {"3,224,224,64,3,1,:1:1:1", "expected"},
    {"3,224,224,64,3,1,1:1:-1:1", "expected"},
    {"3,224,224,64,3,1,1:1:same:1", "expected"},
    {"3,2e2,224,64,3,1,1", "expected"},
    {"99999999,1,1,1,1,1,0", "expected"},
    {"99999999999999999999,1,1,1,1,1,0", "expected"},
    {"0,224,224,64,3,1,1", "at least 1"},
    {"3,224,224,64,0,1,1", "at least 1"},
    {"3,224,224,64,3,0,1", "at least 1"},
    {"3,224,224,64,3,1,1,0", "at least 1"},
    {"3,224,224,64,3,1,1,1,0", "at least 1"},
    {"1048577,1,1,1,1,1,0", "at most 1048576"},
    {"1,1,1,1,1,1,1048577", "padding"},
    {"1,1,1,1,1,1,0:0:1048577:0", "padding"},
    {"1,1,1,1,1,1,0:0:0:1048577", "padding"},
    {"1,1,1,1,1,1,1048576", "every output size"},
    {"3,8,8,64,3,1,1,2", "groups must divide"},
    {"4,8,8,6,3,1,1,4", "groups must divide"},
    {"1,2,2,1,3,1,0", "within the padded input"},
    {"1,2,2,1,3,1,1,1,2", "within the padded input"},
    {"1,2,2,1,3,1,0:1:0:1", "within the padded input"},
    {"1,2,2,1,3,1,1:0:1:0", "within the padded input"},
    {"1,1048576,1048576,1,1,1,0", "pixels"},
    {"1048576,1048576,1,1,1,1,0", "2^40"},
    {"1048576,1,1,1048576,1,1,0", "2^40"},
    {"1048576,64,64,1,64,1,0", "channels x kernel"},
    {"1048576,1,1,1,1000,1,500", "channels x kernel"},
    {"1000000,40,40,1,40,1,20", "2^40"},
};

START_TEST(a_bad_scenario_is_refused_with_the_form_expected) {
    struct scenario s;
    const char *message = scenario_parse(&s, bad[_i].text);
    ck_assert_msg(message != NULL, "\"%s\" was accepted", bad[_i].text);
    ck_assert_msg(strstr(message, bad[_i].message) != NULL, "\"%s\": %s", bad[_i].text, message);
}
END_TEST

START_TEST(the_output_counts_the_places_where_the_kernel_fits) {
    for (int pads = 0; pads < 25; pads++) {
        struct scenario s = {.C = 1, .M = 1, .groups = 1}, turned;
        s.pad = (struct padding){pads / 5, 0, pads % 5, 0}, s.KW = s.W = 1;
        for (s.H = 1; s.H < 9; s.H++)
            for (s.KH = 1; s.KH < 6; s.KH++)
                for (s.stride = 1; s.stride < 5; s.stride++)
                    for (s.dilation = 1; s.dilation < 4; s.dilation++) {
                        int places = 0, first = -s.pad.top, reach = s.dilation * (s.KH - 1);
                        for (int top = first; top + reach < s.H + s.pad.bottom; top += s.stride) places++;
                        ck_assert_int_eq(scenario_out_h(&s), places);
                        ck_assert_int_eq(scenario_check(&s) == NULL, places > 0);
                        turned = s;
                        turned.W = s.H, turned.KW = s.KH, turned.H = turned.KH = 1;
                        turned.pad = (struct padding){0, s.pad.top, 0, s.pad.bottom};
                        ck_assert_int_eq(scenario_out_w(&turned), places);
                    }
    }
}
END_TEST

START_TEST(the_longest_scenario_fits_its_text) {
    const int most = 1 << 20;
    struct scenario s = {most,  most,     most,    most, most, most - 1, most, most, most, {most, most, most - 1, most},
                         false, most - 1, most - 1};
    char text[SCENARIO_TEXT];
    scenario_print(text, &s);
    ck_assert_str_eq(text, "1048576,1048576,1048576,1048576,1048576x1048575,1048576x1048575,"
                           "1048576:1048576:1048575:1048576,1048576,1048576x1048575");
}
END_TEST

START_TEST(unknown_padding_is_not_equal_to_any_padding) {
    struct scenario same, one;
    ck_assert_ptr_null(scenario_parse(&same, "3,8,8,4,3,1,same"));
    ck_assert_ptr_null(scenario_parse(&one, "3,8,8,4,3,1,1"));
    ck_assert(!scenario_equal(&same, &one));
    ck_assert(!scenario_equal(&one, &same));
    ck_assert(scenario_equal(&same, &same));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("scenario");
    TCase *tests = tcase_create("scenario");
    tcase_add_loop_test(tests, a_scenario_reads_prints_and_reads_again, 0, (int)(sizeof good / sizeof good[0]));
    tcase_add_loop_test(tests, a_bad_scenario_is_refused_with_the_form_expected, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tests, the_output_counts_the_places_where_the_kernel_fits);
    tcase_add_test(tests, the_longest_scenario_fits_its_text);
    tcase_add_test(tests, unknown_padding_is_not_equal_to_any_padding);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
