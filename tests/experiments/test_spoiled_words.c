/* Every word of every input spoiled: a reader that has seen something wrong says so and returns false, never one of the
 * two, and leaves neither memory nor an open file behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz_seeds.h"
#include "tests/support/failing.h"

static void prepare(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    make_seeds();
}

static void clear_away(void) {
    harness_remove_folder(folder);
}

/* A reader returns false exactly where it has an error to tell. */
static void check_reader(const struct reader *r, const char *path, const char *what, size_t at) {
    struct error err = {""};
    struct failing_seen seen;
    failing_arm(FAILING_NOTHING, 0);
    bool good = r->read(path, &err);
    failing_disarm(&seen);
    ck_assert_msg(good == (err.text[0] == '\0'), "%s, byte %zu %s: %s, and the error is '%s'", r->name, at, what,
                  good ? "taken" : "refused", err.text);
    ck_assert_msg(!strchr(err.text, '\n'), "%s, byte %zu %s: more than one line: %s", r->name, at, what, err.text);
    ck_assert_msg(seen.blocks_left == 0 && seen.files_left == 0, "%s, byte %zu %s: %ld blocks, %ld files were left",
                  r->name, at, what, seen.blocks_left, seen.files_left);
}

static size_t word_length(const char *text, size_t room) {
    size_t length = 0;
    while (length < room && !strchr(" \t\r\n,=:", text[length])) length++;
    return length;
}

/* Every word is taken out, replaced, doubled, and the file cut off before it; long files have only the words of their
 * first part spoiled. */
START_TEST(every_spoiled_word_is_refused_with_a_reason_or_taken_without_one) {
    static const char *const words[] = {"", "?!", "1 2", "-1", "<= <="};
    const struct reader *r = &readers[_i];
    size_t length = r->length ? r->length : strlen(r->seed);
    char path[128], *spoiled = MEMORY_NEW(char, length + 8);
    snprintf(path, sizeof path, "%s/spoiled.%s", folder, r->ending);
    for (size_t at = 0, count = 0; at < length && count < 120; at++) {
        size_t word = word_length(r->seed + at, length - at);
        if (word == 0) continue;
        store(path, r->seed, at);
        check_reader(r, path, "cut off", at);
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            size_t other = strlen(words[k]);
            memcpy(spoiled, r->seed, at);
            memcpy(spoiled + at, words[k], other);
            memcpy(spoiled + at + other, r->seed + at + word, length - at - word);
            store(path, spoiled, length + other - word);
            check_reader(r, path, words[k], at);
        }
        at += word;
        count++;
    }
    free(spoiled);
}
END_TEST

/* Under the sanitizers: blocks are counted here already, and a program that ends for want of memory need not free any.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

int main(void) {
    Suite *suite = suite_create("spoiled words");
    TCase *c = tcase_create("spoiled words");
    tcase_add_unchecked_fixture(c, prepare, clear_away);
    tcase_add_loop_test(c, every_spoiled_word_is_refused_with_a_reason_or_taken_without_one, 0, READERS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
