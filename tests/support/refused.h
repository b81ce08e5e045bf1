/* refused.h - files that a reader has to refuse: where its error has to point, and how a file is cut off. */
#ifndef TESTS_SUPPORT_REFUSED_H
#define TESTS_SUPPORT_REFUSED_H
#include <stdio.h>
#include <string.h>

#include "solver/base/error.h"
#include "tests/support/harness.h"

/* The error begins with the file and its line (0: with the file alone), and has `part`. */
static inline void refused_at(const struct error *err, const char *path, int line, const char *part) {
    char start[600], number[16] = "";
    if (line) snprintf(number, sizeof number, "%d:", line);
    snprintf(start, sizeof start, "%s:%s ", path, number);
    ck_assert_msg(strncmp(err->text, start, strlen(start)) == 0, "`%s` does not begin with `%s`", err->text, start);
    ck_assert_msg(strstr(err->text, part) != NULL, "`%s` lacks `%s`", err->text, part);
}

/* Writes the first half of a file's bytes to another. */
static inline void refused_half(const char *to, const char *from) {
    static char bytes[1 << 20];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    ck_assert(in && out);
    size_t length = fread(bytes, 1, sizeof bytes, in);
    ck_assert(feof(in) && length > 1);
    ck_assert_uint_eq(fwrite(bytes, 1, length / 2, out), length / 2);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
}

#endif
