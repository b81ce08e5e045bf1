/* How many calls of a segment take rows of the image, and how many rows one takes at most: counted again for every
 * beginning of the list of calls. */
#include "experiments/runtime/strips.h"
#include "tests/support/sketches.h"

static const char *const networks[] = {"a input - c=2 h=9 w=5\nb conv a m=2 k=3 p=1\nc conv b m=2 k=3 s=2\n",
                                       "a input - c=1 h=8 w=4\nb maxpool a k=2 s=2\nc conv b m=2 k=1\n"};

START_TEST(calls_that_take_rows_of_the_image_are_counted) {
    static const int paces[] = {1, 2, 3, 100};
    struct network *n = sketches_parse(networks[_i]);
    for (int h = 0; h < 4; h++) {
        struct segment *all = segment_new_image_by_rows(n, 2, segment_pace_even(paces[h]));
        int calls = 0, most = 0;
        for (int k = 1; k <= all->calls; k++) {
            struct segment first = *all;
            const struct segment_call *c = &all->call[k - 1];
            first.calls = k;
            if (c->node == 0 && c->to - c->from > most) most = c->to - c->from;
            calls += c->node == 0;
            const struct strips_image counted = strips_image(&(struct strips){.segment = &first});
            ck_assert_int_eq(counted.calls, calls);
            ck_assert_int_eq(counted.most_rows, most);
        }
        ck_assert_int_gt(calls, 0);
        segment_free(all);
    }
    network_free(n);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("strips");
    TCase *c = tcase_create("strips");
    tcase_add_loop_test(c, calls_that_take_rows_of_the_image_are_counted, 0, 2);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
