/* "Did you mean": the nearest word by a distance that is counted here by trying every edit. */
#include "tests/support/harness.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/base/similar.h"

static int min(int a, int b) {
    return a < b ? a : b;
}

/* Of what is left of both words: insert, drop, replace, or swap two neighbours, which are then left alone. */
static int distance(const char *a, const char *b) {
    if (!*a || !*b) return (int)(strlen(a) + strlen(b));
    int x = tolower((unsigned char)a[0]), y = tolower((unsigned char)b[0]);
    int least = distance(a + 1, b + 1) + (x != y);
    least = min(least, min(distance(a + 1, b), distance(a, b + 1)) + 1);
    if (a[1] && b[1] && x == tolower((unsigned char)b[1]) && y == tolower((unsigned char)a[1]))
        least = min(least, distance(a + 2, b + 2) + 1);
    return least;
}

static void random_word(char *word, struct random *r) {
    int length = random_int(r, 1, 6);
    for (int k = 0; k < length; k++) word[k] = "abAB"[random_int(r, 0, 3)];
    word[length] = '\0';
}

/* What is meant by the words, as similar.c says: a third of the letters may be wrong, at most three; a word that is cut
 * short counts as one wrong letter; the first of the nearest counts. */
static int expected(const char *word, char candidate[4][8]) {
    int most = min((int)strlen(word) / 3, 3), best = -1;
    for (int k = 0; k < 4; k++) {
        bool begun = strlen(word) > 2 && strncmp(word, candidate[k], strlen(word)) == 0;
        int d = begun ? 1 : distance(word, candidate[k]);
        if (d <= most) best = k, most = d - 1;
    }
    return best;
}

START_TEST(the_nearest_word_is_meant_if_it_is_near) {
    struct random r = {5};
    int meant = 0, none = 0;
    for (int trial = 0; trial < 3000; trial++) {
        char word[8], candidate[4][8], hint[SIMILAR_HINT], text[SIMILAR_HINT] = "";
        random_word(word, &r);
        struct similar s;
        similar_init(&s, word);
        for (int k = 0; k < 4; k++) {
            random_word(candidate[k], &r);
            similar_try(&s, candidate[k]);
        }
        int best = expected(word, candidate);
        if (best >= 0) snprintf(text, sizeof text, " (did you mean --%s?)", candidate[best]);
        ck_assert_str_eq(similar_hint(hint, &s, "--"), text);
        meant += best >= 0;
        none += best < 0;
    }
    ck_assert_int_ge(meant, 500);
    ck_assert_int_ge(none, 500);
}
END_TEST

START_TEST(long_words_are_like_nothing_and_long_candidates_like_no_word) {
    char word[64] = "", hint[SIMILAR_HINT];
    for (int length = 40; length < 60; length++) {
        memset(word, 'w', (size_t)length);
        struct similar s;
        similar_init(&s, word);
        similar_try(&s, word);
        ck_assert_int_eq(similar_hint(hint, &s, "")[0] != '\0', length <= 48);
        similar_init(&s, "wwwwwwwww");
        similar_try(&s, word + length - 10);
        similar_try(&s, word);
        ck_assert_ptr_eq(s.best, word + length - 10);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("similar");
    TCase *tests = tcase_create("similar");
    tcase_add_test(tests, the_nearest_word_is_meant_if_it_is_near);
    tcase_add_test(tests, long_words_are_like_nothing_and_long_candidates_like_no_word);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}
