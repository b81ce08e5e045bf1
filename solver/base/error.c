#include "solver/base/error.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/utf8.h"

/* Text quoted from a file stays on one line, is UTF-8, and cannot control a terminal: U+0080 to U+009F are controls,
 * too. */
static void error_one_line(struct error *err) {
    size_t length = strlen(err->text), bytes;
    assert(length < sizeof err->text);
    for (size_t at = 0; at < length; at += bytes) {
        char *c = err->text + at;
        bytes = utf8_character(c, length - at);
        bool control = iscntrl((unsigned char)*c) || (bytes == 2 && c[0] == '\xc2' && (unsigned char)c[1] < 0xa0);
        if (bytes > 0 && !control) continue;
        memset(c, '?', bytes ? bytes : 1);
        if (bytes == 0) bytes = 1;
    }
}

bool error_set(struct error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    error_one_line(err);
    return false;
}

bool error_at(struct error *err, const char *file, long line, const char *format, ...) {
    int used = line > 0 ? snprintf(err->text, sizeof err->text, "%s:%ld: ", file, line)
                        : snprintf(err->text, sizeof err->text, "%s: ", file);
    if (used >= 0 && (size_t)used < sizeof err->text) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text + used, sizeof err->text - (size_t)used, format, args);
        va_end(args);
    }
    error_one_line(err);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...) {
    char before[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(before, sizeof before, format, args);
    va_end(args);
    size_t used = strlen(before), room = sizeof err->text - used;
    if (room < 3) return false;
    size_t kept = strlen(err->text);
    if (kept > room - 3) kept = room - 3;
    assert(used + 2 + kept < sizeof err->text);
    memmove(err->text + used + 2, err->text, kept);
    memcpy(err->text, before, used);
    memcpy(err->text + used, ": ", 2);
    err->text[used + 2 + kept] = '\0';
    return false;
}

bool error_warn(struct error *err, bool strict, FILE *warnings, const char *file, long line, const char *text) {
    assert(text[0]);
    struct error told = {{0}};
    if (strict) return error_at(err, file, line, "%s", text);
    error_at(&told, file, line, "warning: %s", text);
    if (warnings) fprintf(warnings, "%s\n", told.text);
    return true;
}
