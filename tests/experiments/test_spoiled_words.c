/* Every word, line and byte of every input spoiled: a reader that has seen something wrong says so and returns false,
 * never one of the two, stays within its memory, and leaves neither memory nor an open file behind. What the readers
 * say, where they point and with which numbers, is held for all of it together. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/digits.h" /* before the seeds, which redefine Check's assertions */

#include "kernels/isa.h"
#include "tests/fuzz/fuzz_seeds.h"
#include "tests/support/failing.h"

enum { WORDS_MOST = 80, WORDS_FIRST = 40, BYTES_MOST = 120, FENCED_STEP = 50 };

/* Files taken; refused at the first line that was spoiled, at another line, and as a whole or by an importer, which names
 * the layer instead; and a digest of the digits in all errors. The numbers are those of today: a failure prints the
 * row to put here after a deliberate change. Words of the errors may change freely. */
enum { TAKEN, HERE, ELSEWHERE, WHOLE, VERDICTS };
static const struct held {
    const char *reader;
    int count[VERDICTS];
    uint32_t digits;
} held[] = {
    {"mps", {173, 402, 55, 2}, 0xeba77a51},
    {"lp", {182, 264, 44, 1}, 0xb7a93726},
    {"net", {21, 361, 35, 1}, 0x2c165a50},
    {"profile", {55, 1048, 83, 1}, 0xff15bf52},
    {"plan", {39, 830, 117, 1}, 0x41f50482},
    {"table", {6, 209, 2, 1}, 0x5761f069},
    {"table-2018", {12, 172, 18, 13}, 0x3b7f568b},
    {"npy", {102, 0, 0, 166}, 0xdefa6e44},
    {"ppm", {23, 0, 0, 53}, 0x606435a6},
    {"options", {19, 45, 3, 0}, 0x3b01ac40},
    {"solution", {59, 34, 2, 0}, 0x671268db},
    {"basis", {12, 54, 7, 1}, 0x2962031b},
    {"transforms", {9, 102, 7, 1}, 0x799f3a03},
    {"certificate", {13, 45, 3, 17}, 0x7474525e},
    {"vipr", {36, 569, 98, 1}, 0x77ef4de4},
    {"profile-streamed", {175, 913, 77, 1}, 0x8239629e},
    {"plan-streamed", {40, 833, 119, 1}, 0x1197abf2},
    {"buffers", {22, 123, 4, 2}, 0xd44f61d1},
    {"profile-shard", {2, 256, 9, 13}, 0x73e29497},
    {"sweep-shard", {153, 47, 56, 42}, 0x6114fe72},
    {"prototxt", {72, 393, 74, 4}, 0xbf6e4399},
    {"caffemodel", {335, 0, 0, 522}, 0x4e7d8c35},
    {"onnx", {231, 0, 0, 766}, 0x19a64536},
    {"tflite", {83, 0, 0, 954}, 0xd0099614},
};

struct spoiled {
    const struct reader *reader;
    const char *path, *what;
    const char *seed;
    size_t length, at; /* what is spoiled begins there */
    char *text;        /* room for another version of the file */
    int files;         /* that were tried so far */
    int count[VERDICTS];
    uint32_t digits;
};

static void prepare(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    isa_assume(ISA_AVX2); /* the same bytes on every machine */
    make_seeds();
}

static void clear_away(void) {
    harness_remove_folder(folder);
}

/* --- what a reader says --- */

static int line_at(const char *text, size_t at) {
    int line = 1;
    for (size_t k = 0; k < at; k++) line += text[k] == '\n';
    return line;
}

static void note_verdict(struct spoiled *s, bool good, const char *error) {
    const size_t path = strlen(s->path);
    long line = 0;
    if (strncmp(error, s->path, path) == 0 && error[path] == ':') line = strtol(error + path + 1, NULL, 10);
    s->count[good ? TAKEN : line == 0 ? WHOLE : line == line_at(s->seed, s->at) ? HERE : ELSEWHERE]++;
    s->digits = digits_text(s->digits, error, folder, DIGITS_ALL);
}

/* A reader returns false exactly where it has an error to tell. */
static void check_reader(struct spoiled *s, const char *what, const char *text, size_t length) {
    struct error err = {""};
    struct failing_seen seen;
    store(s->path, text, length);
    failing_arm(s->files++ % FENCED_STEP ? FAILING_NOTHING : FAILING_FENCED, 0); /* fences are slow */
    bool good = s->reader->read(s->path, &err);
    failing_disarm(&seen);
    ck_assert_msg(good == (err.text[0] == '\0'), "%s, byte %zu %s: %s, and the error is '%s'", s->reader->name, s->at,
                  what, good ? "taken" : "refused", err.text);
    ck_assert_msg(!strchr(err.text, '\n'), "%s, byte %zu %s: more than one line: %s", s->reader->name, s->at, what,
                  err.text);
    ck_assert_msg(seen.blocks_left == 0 && seen.files_left == 0, "%s, byte %zu %s: %ld blocks, %ld files were left",
                  s->reader->name, s->at, what, seen.blocks_left, seen.files_left);
    note_verdict(s, good, err.text);
}

/* --- ways to spoil a file --- */

/* `other` instead of the `old` bytes at s->at. */
static void replace(struct spoiled *s, const char *what, size_t old, const char *other, size_t length) {
    memcpy(s->text, s->seed, s->at);
    memcpy(s->text + s->at, other, length);
    memcpy(s->text + s->at + length, s->seed + s->at + old, s->length - s->at - old);
    check_reader(s, what, s->text, s->length + length - old);
}

static size_t word_length(const char *text, size_t room) {
    size_t length = 0;
    while (length < room && !strchr(" \t\r\n,=:", text[length])) length++;
    return length;
}

/* The next word at or after `at`; false: there is no more. */
static bool word_next(size_t *at, size_t *length, const struct spoiled *s) {
    for (; *at < s->length; ++*at)
        if ((*length = word_length(s->seed + *at, s->length - *at)) > 0) return true;
    return false;
}

/* Every word is taken out, replaced, doubled, and the file cut off before it; of long files the first words, and some of
 * the others. */
static void spoil_words(struct spoiled *s) {
    static const char *const words[] = {"", "?!", "1 2", "-1", "<= <=", "9e99"};
    size_t length = 0;
    int all = 0, nth = 0;
    for (size_t at = 0; word_next(&at, &length, s); at += length) all++;
    const int step = 1 + all / WORDS_MOST;
    for (size_t at = 0; word_next(&at, &length, s); at += length) {
        if (nth++ >= WORDS_FIRST && nth % step != 0) continue;
        s->at = at;
        check_reader(s, "cut off", s->seed, at);
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            replace(s, words[k], length, words[k], strlen(words[k]));
    }
}

/* Every line is left out, doubled, and exchanged with the next. */
static void spoil_lines(struct spoiled *s) {
    int all = line_at(s->seed, s->length), nth = 0;
    const int step = 1 + all / WORDS_FIRST;
    for (size_t at = 0, next; at < s->length; at = next) {
        const char *end = memchr(s->seed + at, '\n', s->length - at);
        next = end ? (size_t)(end - s->seed) + 1 : s->length;
        if (nth++ % step != 0) continue;
        s->at = at;
        replace(s, "line left out", next - at, "", 0);
        replace(s, "line doubled", 0, s->seed + at, next - at);
        end = memchr(s->seed + next, '\n', s->length - next);
        if (!end) continue;
        const size_t second = (size_t)(end - s->seed) + 1 - next;
        char *both = MEMORY_NEW(char, second + next - at);
        memcpy(both, s->seed + next, second);
        memcpy(both + second, s->seed + at, next - at);
        replace(s, "lines exchanged", next + second - at, both, second + next - at);
        free(both);
    }
}

/* Bytes of a binary file are one more, and all ones. */
static void spoil_bytes(struct spoiled *s) {
    const size_t step = 1 + s->length / BYTES_MOST;
    for (s->at = 0; s->at < s->length; s->at += step) {
        const char more = (char)(s->seed[s->at] + 1), ones = (char)0xff;
        replace(s, "one more", 1, &more, 1);
        replace(s, "all ones", 1, &ones, 1);
    }
}

START_TEST(every_spoiled_part_is_refused_with_a_reason_or_taken_without_one) {
    const struct reader *r = &readers[_i];
    const struct held *h = &held[_i];
    char path[512];
    struct spoiled s = {.reader = r, .seed = r->seed, .path = path, .digits = DIGITS_BEGIN};
    s.length = r->length ? r->length : strlen(r->seed);
    s.text = MEMORY_NEW(char, 2 * s.length + 8);
    snprintf(path, sizeof path, "%s/spoiled.%s", folder, r->ending);
    spoil_words(&s);
    spoil_lines(&s);
    if (r->length > 0) spoil_bytes(&s);
    free(s.text);
    ck_assert_str_eq(h->reader, r->name);
    ck_assert_msg(memcmp(s.count, h->count, sizeof s.count) == 0 && s.digits == h->digits,
                  "{\"%s\", {%d, %d, %d, %d}, 0x%08x},", r->name, s.count[TAKEN], s.count[HERE], s.count[ELSEWHERE],
                  s.count[WHOLE], (unsigned)s.digits);
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
    tcase_add_loop_test(c, every_spoiled_part_is_refused_with_a_reason_or_taken_without_one, 0, READERS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}
