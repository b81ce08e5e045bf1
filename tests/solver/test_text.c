/* Text files in and out, gzip or not, against what was written byte by byte; fields, strict numbers, and errors of one
 * line (error.h). */
#include "tests/support/harness.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/base/text.h"

static void write_bytes(const char *path, const char *bytes, size_t count) {
    FILE *out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, count, out), count);
    ck_assert_int_eq(fclose(out), 0);
}

/* Lines of bytes without NUL, each ended by a newline except perhaps the last; CR LF counts as a newline. */
static void check_lines(const char *path, const char *bytes, size_t count) {
    struct text_reader in;
    struct error err;
    char *line;
    long number = 0;
    ck_assert_msg(text_open(&in, path, &err), "%s", err.text);
    for (size_t at = 0; at < count;) {
        size_t end = at;
        while (end < count && bytes[end] != '\n') end++;
        size_t next = end + 1;
        while (end > at && bytes[end - 1] == '\r') end--;
        ck_assert_msg(text_next(&in, &line, &err), "%s", err.text);
        ck_assert_ptr_nonnull(line);
        ck_assert_msg(strlen(line) == end - at && memcmp(line, bytes + at, end - at) == 0, "line %ld", number + 1);
        ck_assert_int_eq(in.line, ++number);
        at = next;
    }
    for (int k = 0; k < 2; k++) {
        ck_assert(text_next(&in, &line, &err));
        ck_assert_ptr_null(line);
    }
    text_free(&in);
}

/* Lengths around powers of 2, where the buffer grows. */
static char *random_text(struct random *r, size_t *count) {
    size_t room = 1;
    char *text = memory_new(room, 1);
    *count = 0;
    for (int lines = random_int(r, 0, 6); lines > 0; lines--) {
        int length = random_int(r, 0, 2) ? random_int(r, 0, 40) : (1 << random_int(r, 4, 14)) + random_int(r, -3, 3);
        text = memory_grow(text, &room, *count + (size_t)length + 3, 1);
        for (int k = 0; k < length; k++) text[(*count)++] = (char)random_int(r, 'a', 'z');
        if (random_int(r, 0, 5) == 0) text[(*count)++] = '\r';
        if (lines > 1 || random_int(r, 0, 1)) text[(*count)++] = '\n';
    }
    return text;
}

START_TEST(lines_of_any_length_come_back) {
    for (int seed = 1; seed <= 150; seed++) {
        struct random r = {(uint64_t)seed};
        size_t count;
        char *text = random_text(&r, &count);
        const char *path = harness_scratch("text.txt", NULL);
        write_bytes(path, text, count);
        check_lines(path, text, count);
        harness_forget(path);
        free(text);
    }
}
END_TEST

START_TEST(what_is_written_is_read_again_gzip_or_not) {
    static const char *const names[] = {"text.txt", "text.gz"};
    for (int seed = 1; seed <= 40; seed++) {
        struct random r = {(uint64_t)seed * 3};
        struct text_writer out;
        struct error err;
        size_t count;
        char *text = random_text(&r, &count);
        const char *path = harness_scratch(names[seed % 2], NULL);
#ifdef TASO_WITHOUT_ZLIB
        if (seed % 2) {
            ck_assert(!text_create(&out, path, &err));
            free(text);
            continue;
        }
#endif
        ck_assert_msg(text_create(&out, path, &err), "%s", err.text);
        for (size_t at = 0; at < count; at += 1000) {
            int part = (int)(count - at < 1000 ? count - at : 1000);
            text_write(&out, "%.*s", part, text + at);
        }
        ck_assert_msg(text_close(&out, &err), "%s", err.text);
        check_lines(path, text, count);
        harness_forget(path);
        free(text);
    }
}
END_TEST

static bool read_all(const char *path, struct error *err) {
    struct text_reader in;
    char *line;
    bool good;
    if (!text_open(&in, path, err)) return false;
    while ((good = text_next(&in, &line, err)) && line) continue;
    text_free(&in);
    return good;
}

/* Anywhere: within a line, before a newline, first, last, and in a last line without a newline. */
START_TEST(a_nul_byte_is_an_error_with_its_line) {
    static const struct {
        const char *bytes;
        size_t count;
        const char *where;
    } files[] = {{"one\nt\0wo\nthree\n", 15, ":2: "},
                 {"one\ntwo\0\nthree\n", 15, ":2: "},
                 {"\0one\n", 5, ":1: "},
                 {"one\ntwo\n\0", 9, ":3: "},
                 {"one\nt\0wo", 8, ":2: "},
                 {"one\ntwo\0", 8, ":2: "},
                 {"\0", 1, ":1: "},
                 {"one\n\0\0\n", 7, ":2: "},
                 {"one\nt\0\0", 7, ":2: "}};
    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        struct error err = {""};
        const char *path = harness_scratch("nul.txt", NULL);
        write_bytes(path, files[k].bytes, files[k].count);
        ck_assert_msg(!read_all(path, &err), "file %zu is read without an error", k);
        ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0, "%s", err.text);
        ck_assert_msg(strncmp(err.text + strlen(path), files[k].where, 4) == 0, "file %zu: %s", k, err.text);
        harness_forget(path);
    }
}
END_TEST

/* The same, in long lines that are read in parts. */
START_TEST(a_nul_byte_is_found_in_long_lines_too) {
    enum { LONG = 20000 };
    static char bytes[LONG + 1];
    for (int newline = 0; newline < 2; newline++)
        for (int at = 0; at < LONG; at += at < 600 || (at > 4000 && at < 4200) ? 1 : 97) {
            struct error err = {""};
            const char *path = harness_scratch("nul.txt", NULL);
            memset(bytes, 'a', LONG);
            bytes[LONG - 1] = newline ? '\n' : 'a';
            if (at < LONG - 1) bytes[at] = '\0';
            write_bytes(path, bytes, LONG);
            bool good = read_all(path, &err);
            if (good != (at >= LONG - 1)) ck_abort_msg("a NUL byte at %d, newline %d", at, newline);
            harness_forget(path);
        }
}
END_TEST

START_TEST(a_missing_file_or_a_truncated_gzip_stream_is_an_error) {
    struct error err;
    struct text_reader in;
    ck_assert(!text_open(&in, "/nowhere/at/all", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all: "));
    ck_assert(!text_open(&in, "/tmp", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "directory"));
#ifndef TASO_WITHOUT_ZLIB
    struct text_writer out;
    struct random r = {5};
    const char *path = harness_scratch("cut.gz", NULL);
    ck_assert(text_create(&out, path, &err));
    for (int k = 0; k < 2000; k++) text_write(&out, "%d\n", random_int(&r, 0, 1000000));
    ck_assert(text_close(&out, &err));
    ck_assert(read_all(path, &err));
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    for (int part = 1; part < 10; part++) {
        ck_assert_int_eq(truncate(path, info.st_size * (10 - part) / 10), 0);
        ck_assert_msg(!read_all(path, &err), "%d tenths are read without an error", 10 - part);
        ck_assert_ptr_nonnull(strstr(err.text, "cut off"));
    }
    harness_forget(path);
#endif
}
END_TEST

static long size_of(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (long)info.st_size : -1;
}

/* --- sizes --- */

/* `times` members of gzip, each of 4 MiB: lines of 4 KiB, or no line at all. */
static const char *bomb(const char *name, bool lines, int times) {
    enum { PART = 4 << 20 };
    const char *path = harness_scratch(name, "");
    unsigned char *part = MEMORY_NEW(unsigned char, PART), *packed = MEMORY_NEW(unsigned char, PART);
    for (size_t i = 0; i < PART; i++) part[i] = lines && i % 4096 == 4095 ? '\n' : 'x';
    z_stream z = {.next_in = part, .avail_in = PART, .next_out = packed, .avail_out = PART};
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    FILE *out = fopen(path, "wb");
    for (int i = 0; i < times; i++) ck_assert_uint_eq(fwrite(packed, 1, z.total_out, out), z.total_out);
    ck_assert_int_eq(fclose(out), 0);
    deflateEnd(&z);
    free(part);
    free(packed);
    return path;
}

/* A gigabyte in a file of a megabyte: refused after a line of 16 MiB, or after 128 times the file, in little memory. */
START_TEST(a_small_file_that_expands_to_gigabytes_is_refused) {
    static const char *const errors[] = {": a line of more than ", ": it expands to more than 128 times its size"};
    const char *path = bomb("bomb.gz", _i == 1, 256);
    struct text_reader in;
    struct error err = {""};
    char *line;
    ck_assert(text_open(&in, path, &err));
    while (text_next(&in, &line, &err)) ck_assert_ptr_nonnull(line);
    ck_assert_msg(strstr(err.text, errors[_i]), "%s", err.text);
    ck_assert(in.bytes < 300ll << 20 && in.capacity <= 64 << 20 && in.size < 2 << 20);
    text_free(&in);
    harness_forget(path);
}
END_TEST

/* As large, but packed as files are. */
START_TEST(a_large_file_is_read_however_it_is_packed) {
    const char *path = bomb("large.gz", true, 8);
    struct text_reader in;
    struct error err = {""};
    long lines = 0;
    char *line;
    ck_assert(text_open(&in, path, &err));
    while (text_next(&in, &line, &err) && line) lines++;
    ck_assert_str_eq(err.text, "");
    ck_assert_int_eq(lines, 8 << 10);
    text_free(&in);
    harness_forget(path);
}
END_TEST

/* Not packed, a line may be as long as its file: 20 MB are more than the 16 MiB that a small file may expand to. */
START_TEST(a_long_line_of_a_file_as_long_is_read) {
    const size_t length = 20000000;
    char *text = memory_new(length + 1, 1), *line;
    memset(text, 'x', length);
    text[length] = '\0';
    const char *path = harness_scratch("line.txt", text);
    struct text_reader in;
    struct error err = {""};
    ck_assert(text_open(&in, path, &err));
    ck_assert_msg(text_next(&in, &line, &err) && line && strlen(line) == length, "%s", err.text);
    ck_assert(text_next(&in, &line, &err) && !line);
    text_free(&in);
    free(text);
    harness_forget(path);
}
END_TEST

START_TEST(a_file_is_the_old_one_until_the_new_one_is_whole) {
    struct text_writer out;
    struct error err;
    const char *path = harness_scratch("old.txt", "old");
    ck_assert(text_create(&out, path, &err));
    char *temporary = memory_string(out.to.temporary);
    text_write(&out, "new %d\n", 1);
    ck_assert_int_eq(size_of(path), 3);
    text_abandon(&out);
    ck_assert(size_of(path) == 3 && size_of(temporary) < 0);
    ck_assert(text_create(&out, path, &err));
    text_write(&out, "new %d\n", 1);
    ck_assert(text_close(&out, &err));
    ck_assert(size_of(path) == 6 && size_of(temporary) < 0);
    harness_forget(path);
    free(temporary);
    ck_assert(!text_create(&out, "/nowhere/at/all", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all: cannot be written"));
}
END_TEST

START_TEST(a_full_disk_is_an_error_of_closing) {
    struct text_writer out;
    struct error err;
    if (access("/dev/full", W_OK) != 0) {
        printf("SKIPPED: /dev/full is not here\n");
        return;
    }
    ck_assert(text_create(&out, "/dev/full", &err));
    text_write(&out, "%01000d\n", 1);
    ck_assert(!text_close(&out, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "/dev/full: cannot be written"));
}
END_TEST

/* --- fields and numbers --- */

START_TEST(fields_are_the_text_between_separators) {
    static const struct {
        const char *line, *fields[5];
    } lines[] = {
        {"a,b,c", {"a", "b", "c"}}, {"", {""}}, {",", {"", ""}}, {"a,,b,", {"a", "", "b", ""}}, {"x y", {"x y"}}};
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        char line[16], *rest = line, *field;
        int at = 0;
        strcpy(line, lines[k].line);
        while ((field = text_field(&rest, ','))) {
            ck_assert_ptr_nonnull(lines[k].fields[at]);
            ck_assert_str_eq(field, lines[k].fields[at++]);
        }
        ck_assert_ptr_null(lines[k].fields[at]);
        ck_assert_ptr_null(text_field(&rest, ','));
    }
}
END_TEST

START_TEST(numbers_are_the_whole_of_their_text_and_finite) {
    static const struct {
        const char *text;
        bool whole, real;
        double value;
    } texts[] = {{"0", true, true, 0},
                 {"-12", true, true, -12},
                 {"12x", false, false, 0},
                 {"", false, false, 0},
                 {" 1", false, false, 0},
                 {"1 ", false, false, 0},
                 {"1.5", false, true, 1.5},
                 {"1e3", false, true, 1000},
                 {"inf", false, false, 0},
                 {"nan", false, false, 0},
                 {"1e999", false, false, 0},
                 {"-", false, false, 0},
                 {"\t1", false, false, 0},
                 {"999999999999999999", true, true, 999999999999999999.0},
                 {"12345678901234567", true, true, 12345678901234567.0},
                 {"999999999999999999x", false, false, 0},
                 {"000000000000000000012", true, true, 12},
                 {"9223372036854775807", true, true, 9223372036854775807.0},
                 {"9223372036854775808", false, true, 9223372036854775808.0},
                 {"--1", false, false, 0}};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        long long whole;
        double real;
        ck_assert_msg(text_int64(&whole, texts[k].text) == texts[k].whole, "'%s'", texts[k].text);
        ck_assert_msg(!texts[k].whole || (double)whole == texts[k].value, "'%s'", texts[k].text);
        ck_assert_msg(text_double(&real, texts[k].text) == texts[k].real, "'%s'", texts[k].text);
        ck_assert_msg(!texts[k].real || real == texts[k].value, "'%s'", texts[k].text);
    }
}
END_TEST

/* --- error.h --- */

START_TEST(an_error_is_one_line_with_its_place) {
    struct error err;
    ck_assert(!error_set(&err, "%d of %s", 3, "four"));
    ck_assert_str_eq(err.text, "3 of four");
    ck_assert(!error_at(&err, "a.lp", 7, "odd '%s'", "x\n\033[31my"));
    ck_assert_str_eq(err.text, "a.lp:7: odd 'x??[31my'");
    ck_assert(!error_at(&err, "a.lp", 0, "odd"));
    ck_assert_str_eq(err.text, "a.lp: odd");
    ck_assert(!error_prefix(&err, "while %s", "reading"));
    ck_assert_str_eq(err.text, "while reading: a.lp: odd");
}
END_TEST

START_TEST(a_long_error_is_cut_off_and_still_one_line) {
    enum { LONG = 3000 };
    static char text[LONG + 1];
    struct error err;
    for (int k = 0; k < LONG; k++) text[k] = k % 7 == 3 ? '\n' : 'a';
    ck_assert(!error_set(&err, "%s", text));
    ck_assert(strlen(err.text) == sizeof err.text - 1 && !strchr(err.text, '\n'));
    ck_assert(!error_prefix(&err, "before"));
    ck_assert(strlen(err.text) == sizeof err.text - 1 && strncmp(err.text, "before: aaa?", 12) == 0);
    ck_assert(!error_at(&err, text, 5, "odd"));
    ck_assert(strlen(err.text) < sizeof err.text && !strchr(err.text, '\n'));
}
END_TEST

int main(void) {
    Suite *s = suite_create("text");
    TCase *t = tcase_create("text");
    tcase_add_test(t, lines_of_any_length_come_back);
    tcase_add_test(t, what_is_written_is_read_again_gzip_or_not);
    tcase_add_test(t, a_nul_byte_is_an_error_with_its_line);
    tcase_add_test(t, a_nul_byte_is_found_in_long_lines_too);
    tcase_add_test(t, a_missing_file_or_a_truncated_gzip_stream_is_an_error);
    tcase_add_loop_test(t, a_small_file_that_expands_to_gigabytes_is_refused, 0, 2);
    tcase_add_test(t, a_large_file_is_read_however_it_is_packed);
    tcase_add_test(t, a_long_line_of_a_file_as_long_is_read);
    tcase_add_test(t, a_file_is_the_old_one_until_the_new_one_is_whole);
    tcase_add_test(t, a_full_disk_is_an_error_of_closing);
    tcase_add_test(t, fields_are_the_text_between_separators);
    tcase_add_test(t, numbers_are_the_whole_of_their_text_and_finite);
    tcase_add_test(t, an_error_is_one_line_with_its_place);
    tcase_add_test(t, a_long_error_is_cut_off_and_still_one_line);
    suite_add_tcase(s, t);
    return harness_run(s);
}
