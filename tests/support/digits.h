/* digits.h - a digest of the numbers in a text, by which a test holds what a program prints without holding its words.
 *
 *     uint32_t d = digits_file(DIGITS_BEGIN, path, folder, DIGITS_WHOLE);
 *
 * Lines that differ from machine to machine or from commit to commit are left out, and so is `folder`, the name of a
 * scratch folder. FNV-1a of the digits, with a newline after each line. */
#ifndef TESTS_SUPPORT_DIGITS_H
#define TESTS_SUPPORT_DIGITS_H
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

#define DIGITS_BEGIN UINT32_C(2166136261)

enum digits_of { DIGITS_ALL, DIGITS_WHOLE }; /* whole: not of numbers with a point or an exponent, as seconds have */

static inline uint32_t digits_add(uint32_t digest, char c) {
    return (digest ^ (unsigned char)c) * UINT32_C(16777619);
}

static inline bool digits_varies(const char *line, size_t length) {
    static const char *const words[] = {"isa",  "ISA",  "commit",   "version", "digest",
                                        "host", "date", "compiler", "flags",   "-march"};
    char copy[1024];
    snprintf(copy, sizeof copy, "%.*s", (int)length, line);
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (strstr(copy, words[k])) return true;
    return false;
}

/* The length of the number that begins here. */
static inline size_t digits_number(bool *whole, const char *at) {
    const size_t length = strspn(at, "0123456789.eE+-");
    *whole = true;
    for (size_t k = 0; k < length; k++) *whole = *whole && !strchr(".eE", at[k]);
    return length;
}

static inline uint32_t digits_line(uint32_t digest, const char *line, size_t length, const char *folder,
                                   enum digits_of what) {
    const size_t skipped = strlen(folder);
    bool whole;
    for (size_t at = 0; at < length; at++) {
        if (strncmp(line + at, folder, skipped) == 0)
            at += skipped - 1;
        else if (isdigit((unsigned char)line[at])) {
            const size_t end = at + digits_number(&whole, line + at);
            for (; at < end; at++)
                if (what == DIGITS_ALL || whole) digest = digits_add(digest, line[at]);
            at--;
        }
    }
    return digits_add(digest, '\n');
}

static inline uint32_t digits_text(uint32_t digest, const char *text, const char *folder, enum digits_of what) {
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        if (!digits_varies(line, length)) digest = digits_line(digest, line, length, folder, what);
        line += length + (line[length] == '\n');
    }
    return digest;
}

static inline uint32_t digits_file(uint32_t digest, const char *path, const char *folder, enum digits_of what) {
    static char text[1 << 20];
    harness_read(text, sizeof text, path);
    return digits_text(digest, text, folder, what);
}

#endif
