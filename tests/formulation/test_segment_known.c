/* Segments whose calls, block and cuts are known: computed by hand, and those of a memo against segments made anew. */
#include <stdio.h>
#include <stdlib.h>

#include "formulation/segment_memo.h"
#include "tests/support/sketches.h"

/* Two 3x3 convolutions of 6 rows: 16, 32 and 48 bytes a row. Held at each call, by (17): a's rows but those consumed,
 * b's window, c so far. */
START_TEST(two_convolutions_are_as_computed_by_hand) {
    static const struct {
        int node, from, a, b, c; /* rows held */
    } hand[] = {{1, 0, 6, 1, 0}, {1, 1, 6, 2, 0}, {2, 0, 5, 2, 1}, {1, 2, 5, 3, 1}, {2, 1, 4, 3, 2}, {1, 3, 4, 3, 2},
                {2, 2, 3, 3, 3}, {1, 4, 3, 3, 3}, {2, 3, 2, 3, 4}, {1, 5, 2, 3, 4}, {2, 4, 0, 3, 5}, {2, 5, 0, 2, 6}};
    struct network *n = sketches_parse("a input - c=1 h=6 w=4\nb conv a m=2 k=3 p=1\nc conv b m=3 k=3 p=1\n");
    struct segment *s = segment_new(n, 1, 2, segment_pace_even(1));
    struct segment *whole = segment_new(n, 1, 2, segment_pace_even(100));
    int64_t most = 0;
    ck_assert_int_eq(s->calls, 12);
    for (int t = 0; t < 12; t++) {
        const int64_t held = 16 * hand[t].a + 32 * hand[t].b + 48 * hand[t].c;
        most = held > most ? held : most;
        ck_assert_int_eq(s->call[t].node, hand[t].node);
        ck_assert_int_eq(s->call[t].from, hand[t].from);
        ck_assert_int_eq(s->call[t].to, hand[t].from + 1);
    }
    ck_assert_int_eq(most, 352);
    ck_assert_int_eq(s->block_bytes, 352);
    ck_assert_int_eq(whole->block_bytes, 480); /* b and c */
    ck_assert_int_eq(whole->calls, 2);
    ck_assert_int_eq(whole->moves, 1); /* b, once a is consumed */
    ck_assert_int_eq(whole->moved_bytes, 192);
    segment_free(s);
    segment_free(whole);
    network_free(n);
}
END_TEST

/* A pool of two rows in one, after a convolution that makes four at a time: 16, 32 and 16 bytes a row. At four rows it
 * waits for all eight; by one, four are enough. A convolution with a stride in its place makes two rows a call. */
START_TEST(slow_layers_wait_for_fewer_rows) {
    static const struct {
        const char *layer;
        enum segment_slow slow;
        int calls, last_calls, block;
    } hand[] = {{"c maxpool b k=2 s=2", SEGMENT_SLOW_NONE, 3, 1, 64 + 256},
                {"c maxpool b k=2 s=2", SEGMENT_SLOW_POOLS, 6, 4, 128 + 128},
                {"c maxpool b k=2 s=2", SEGMENT_SLOW_STRIDES, 6, 4, 128 + 128},
                {"c conv b m=2 k=2 s=2", SEGMENT_SLOW_NONE, 3, 1, 64 + 256},
                {"c conv b m=2 k=2 s=2", SEGMENT_SLOW_POOLS, 3, 1, 64 + 256},
                {"c conv b m=2 k=2 s=2", SEGMENT_SLOW_STRIDES, 4, 2, 128 + 128}};
    for (size_t i = 0; i < sizeof hand / sizeof hand[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "a input - c=1 h=8 w=4\nb conv a m=2 k=1\n%s\n", hand[i].layer);
        struct network *n = sketches_parse(text);
        struct segment *s = segment_new(n, 1, 2, (struct segment_pace){4, hand[i].slow});
        int last = 0;
        for (int t = 0; t < s->calls; t++) last += s->call[t].node == 2;
        ck_assert_int_eq(s->calls, hand[i].calls);
        ck_assert_int_eq(last, hand[i].last_calls);
        ck_assert_int_eq(s->block_bytes, hand[i].block);
        segment_free(s);
        network_free(n);
    }
}
END_TEST

START_TEST(cuts_and_what_can_run_by_rows_are_found) {
    struct network *n = sketches_parse("a input - c=2 h=6 w=4\nb conv a m=2 k=3 p=1\nc conv b m=2 k=1\nd add b,c\n"
                                       "e softmax d\nf avgpool e global=1\ng conv f m=3 k=1\nh fc g m=2\n");
    static const bool cut[] = {true, true, false, true, true, true, true, true};
    static const struct {
        int first, last;
        bool possible;
    } asked[] = {{1, 1, true},
                 {1, 2, false},
                 {2, 2, false},
                 {2, 3, true},
                 {1, 4, true},
                 {1, 5, true},
                 {1, 6, false} /* past a global pool */,
                 {6, 6, true},
                 {6, 7, false} /* fc */,
                 {0, 1, false} /* the image */,
                 {4, 3, false},
                 {7, 8, false}};
    bool *cuts = segment_cuts(n);
    for (int v = 0; v < n->layers; v++) ck_assert(segment_cut(n, v) == cut[v] && cuts[v] == cut[v]);
    free(cuts);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        ck_assert_msg(segment_possible(n, asked[i].first, asked[i].last) == asked[i].possible, "layers %d to %d",
                      asked[i].first, asked[i].last);
    network_free(n);
}
END_TEST

/* Each asked for twice: by then another one may have taken its slot. */
START_TEST(a_memo_says_what_the_segment_itself_says) {
    struct segment_memo *memo = calloc(1, sizeof *memo);
    struct error err = {""};
    struct network *net = network_open("googlenet", &err), *n = network_fold(net);
    int asked = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < n->layers; i++)
            for (int j = i + 1; j < n->layers && j < i + 40; j++) {
                if (!segment_cut(n, i) || !segment_cut(n, j) || !segment_possible(n, i + 1, j)) continue;
                for (int h = 1; h < 40; h += 7)
                    for (int image = 0; image < 2 && image <= (i == 0); image++) {
                        const struct segment_pace pace = {h, (enum segment_slow)(h % SEGMENT_SLOWS)};
                        struct segment *s =
                            image ? segment_new_image_by_rows(n, j, pace) : segment_new(n, i + 1, j, pace);
                        const struct segment_figures f = segment_memo_figures(memo, n, i + 1, j, pace, image);
                        ck_assert_int_eq(f.block_bytes, s->block_bytes);
                        ck_assert_int_eq(f.moved_bytes, s->moved_bytes);
                        segment_free(s);
                        asked++;
                    }
            }
    ck_assert_int_gt(asked, 100);
    network_free(n);
    network_free(net);
    free(memo);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("segment_known");
    TCase *c = tcase_create("segment_known");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, a_memo_says_what_the_segment_itself_says);
    tcase_add_test(c, two_convolutions_are_as_computed_by_hand);
    tcase_add_test(c, slow_layers_wait_for_fewer_rows);
    tcase_add_test(c, cuts_and_what_can_run_by_rows_are_found);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
