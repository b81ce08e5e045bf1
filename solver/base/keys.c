#include "solver/base/keys.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/utf8.h"

static void keys_put(const struct keys *k, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void keys_put(const struct keys *k, const char *format, ...) {
    char text[1024]; /* numbers, brackets, and our own names; values are put as they are */
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert(length >= 0 && (size_t)length < sizeof text);
    if (k->to)
        text_write(k->to, "%s", text);
    else
        fputs(text, stdout); /* main looks for errors */
}

static void keys_verbatim(const struct keys *k, const char *text, size_t length) {
    if (k->to)
        text_write(k->to, "%.*s", (int)length, text);
    else
        printf("%.*s", (int)length, text);
}

/* One character, or a byte that is not part of one. Returns the bytes of text that it takes. */
static size_t keys_escape(char **to, const char *text, size_t length) {
    const unsigned char c = (unsigned char)*text;
    const size_t bytes = utf8_character(text, length);
    if (bytes == 0)
        *to += sprintf(*to, "\\ufffd");
    else if (c == '"' || c == '\\')
        *to += sprintf(*to, "\\%c", c);
    else if (c < 0x20 || c == '<')
        *to += sprintf(*to, "\\u%04x", (unsigned)c);
    else
        *to += sprintf(*to, "%.*s", (int)bytes, text);
    return bytes ? bytes : 1;
}

char *keys_quote(const char *text, size_t length) {
    char *quoted = memory_new(6 * length + 3, 1), *to = quoted; /* no byte becomes more than six */
    assert(text);
    *to++ = '"';
    for (size_t i = 0; i < length;) i += keys_escape(&to, text + i, length - i);
    *to++ = '"';
    assert((size_t)(to - quoted) < 6 * length + 3);
    return quoted;
}

static void keys_string(const struct keys *k, const char *text, size_t length) {
    char *quoted = keys_quote(text, length);
    assert(k->json && !k->to);
    fputs(quoted, stdout);
    free(quoted);
}

/* What stands before a member in JSON. */
static void keys_separate(struct keys *k) {
    assert(k->depth >= 1 && k->depth <= KEYS_DEEP);
    const bool first = k->members[k->depth - 1]++ == 0;
    if (k->depth == 1)
        keys_put(k, "%s  ", first ? "" : ",\n");
    else
        keys_put(k, "%s", first ? "" : ", ");
}

/* A cell's column, and the step to the next one. */
static bool keys_cell(struct keys *k) {
    assert(k->column); /* no more cells than columns */
    const size_t length = strcspn(k->column, "\t");
    if (k->json) {
        keys_separate(k);
        keys_string(k, k->column, length);
        keys_put(k, ": ");
    } else if (k->column != k->columns) {
        keys_put(k, "\t");
    }
    k->column = k->column[length] ? k->column + length + 1 : NULL;
    return true;
}

/* What stands before a value; false: nothing of it is printed. */
static bool keys_name(struct keys *k, const char *key) {
    assert(!k->columns || !key); /* a cell's key is its column */
    if (k->columns) return keys_cell(k);
    if (!k->json) {
        assert(key || k->depth > 1); /* only members of lists have no key */
        if (k->depth == 1) keys_put(k, "%s%s: ", k->comment ? "# " : "", key);
        return k->depth == 1;
    }
    assert((key == NULL) == (k->closes[k->depth - 1] == ']'));
    keys_separate(k);
    if (key) {
        keys_string(k, key, strlen(key));
        keys_put(k, ": ");
    }
    return true;
}

static void keys_after(const struct keys *k) {
    if (!k->json && !k->columns) keys_put(k, "\n");
}

void keys_begin(struct keys *k, bool json) {
    *k = (struct keys){.json = json, .depth = 1};
    k->closes[0] = '}';
    if (json) keys_put(k, "{\n");
}

void keys_begin_file(struct keys *k, struct text_writer *to) {
    keys_begin(k, false);
    assert(to);
    k->to = to;
}

void keys_text(struct keys *k, const char *key, const char *value) {
    if (!keys_name(k, key)) return;
    assert(value);
    if (k->json)
        keys_string(k, value, strlen(value));
    else
        keys_verbatim(k, value, strlen(value));
    keys_after(k);
}

void keys_number(struct keys *k, const char *key, int64_t value) {
    if (!keys_name(k, key)) return;
    keys_put(k, "%" PRId64, value);
    keys_after(k);
}

void keys_real(struct keys *k, const char *key, double value, char conversion, int digits) {
    if (!keys_name(k, key)) return;
    assert(digits >= 0 && digits <= 17);
    if (k->json && !isfinite(value))
        keys_put(k, "null");
    else if (conversion == 'f')
        keys_put(k, "%.*f", digits, value);
    else if (conversion == 'e')
        keys_put(k, "%.*e", digits, value);
    else
        keys_put(k, "%.*g", digits, value);
    keys_after(k);
}

void keys_yes(struct keys *k, const char *key, bool value) {
    if (!keys_name(k, key)) return;
    keys_put(k, "%s", k->json ? (value ? "true" : "false") : value ? "yes" : "no");
    keys_after(k);
}

void keys_missing(struct keys *k, const char *key, const char *value) {
    if (!keys_name(k, key)) return;
    keys_put(k, "%s", k->json ? "null" : value);
    keys_after(k);
}

void keys_line(struct keys *k, const char *key, const char *format, ...) {
    va_list args;
    if (k->json) return;
    assert(k->depth == 1 && !k->to && !k->columns);
    printf("%s: ", key);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void keys_open(struct keys *k, const char *key, char bracket) {
    assert(bracket == '{' || bracket == '[');
    if (k->json && keys_name(k, key)) keys_put(k, "%c", bracket);
    assert(k->depth < KEYS_DEEP);
    k->closes[k->depth] = bracket == '{' ? '}' : ']';
    k->members[k->depth++] = 0;
}

void keys_close(struct keys *k) {
    assert(k->depth > 1 && !k->column);
    k->depth--;
    if (k->json) keys_put(k, "%c", k->closes[k->depth]);
}

void keys_table(struct keys *k, const char *key, const char *columns) {
    assert(!k->columns && k->depth == 1);
    const bool first = k->members[0] == 0;
    keys_open(k, key, '[');
    k->columns = columns;
    if (k->json) return;
    keys_put(k, "%s%s\n", first ? "" : "\n", columns);
    k->members[0]++;
}

void keys_row(struct keys *k) {
    assert(k->columns && !k->column && k->depth == 2);
    if (k->json) keys_put(k, "%s    {", k->members[1]++ ? ",\n" : "\n");
    k->closes[k->depth] = '}';
    k->members[k->depth++] = 0;
    k->column = k->columns;
}

void keys_row_end(struct keys *k) {
    assert(k->columns && k->depth == 3);
    keys_close(k);
    if (!k->json) keys_put(k, "\n");
}

void keys_table_end(struct keys *k) {
    assert(k->columns && k->depth == 2);
    k->columns = NULL;
    keys_close(k);
}

void keys_end(struct keys *k) {
    assert(k->depth == 1 && !k->columns);
    k->depth = 0;
    if (k->json) keys_put(k, "\n}\n");
}
