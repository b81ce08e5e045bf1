#include "experiments/emit/emit_names.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_ROOM 8192 /* characters of the longest text */

/* Files and targets of the program's folder, and headers that it includes. */
static const char *const names_taken[] = {"main",  "linked", "weights", "pages",  "clean",
                                          "flags", "stddef", "stdint",  "stdio",  "string",
                                          "math",  "assert", "stdbool", "limits", "omp"};

/* An identifier of the kernels that begins with the prefix and `_`, or NULL. */
static const char *names_clash(const char *prefix) {
    static char name[64];
    const size_t length = strlen(prefix);
    for (int i = 0; i < amalgam_source_count; i++) {
        if (strncmp(amalgam_sources[i].path, "kernels/", 8) != 0) continue;
        for (const char *const *line = amalgam_sources[i].lines; *line; line++)
            for (const char *at = *line; (at = strstr(at, prefix)); at++) {
                if (at[length] != '_' || (at > *line && (isalnum((unsigned char)at[-1]) || at[-1] == '_'))) continue;
                int used = 0;
                while (isalnum((unsigned char)at[used]) || at[used] == '_') used++;
                snprintf(name, sizeof name, "%.*s", used, at);
                return name;
            }
    }
    return NULL;
}

static void names_upper(char upper[EMIT_PREFIX_MOST + 1], const char *prefix) {
    assert(strlen(prefix) <= EMIT_PREFIX_MOST);
    size_t i = 0;
    for (; prefix[i]; i++) upper[i] = (char)toupper((unsigned char)prefix[i]);
    upper[i] = '\0';
}

bool emit_names_check(const char *prefix, struct error *err) {
    char upper[EMIT_PREFIX_MOST + 1];
    size_t length = 0;
    while (isalnum((unsigned char)prefix[length]) || prefix[length] == '_') length++;
    if (prefix[length] || !isalpha((unsigned char)prefix[0]) || length > EMIT_PREFIX_MOST)
        return error_set(err,
                         "--prefix: `%s` cannot begin names of C (expected a letter, then letters, digits and `_`, at "
                         "most %d in all)",
                         prefix, EMIT_PREFIX_MOST);
    for (size_t i = 0; i < sizeof names_taken / sizeof names_taken[0]; i++)
        if (strcmp(prefix, names_taken[i]) == 0)
            return error_set(err, "--prefix: `%s` names a file that the program needs (expected another name)", prefix);
    names_upper(upper, prefix);
    const char *clash = names_clash(prefix);
    if (!clash) clash = names_clash(upper);
    return !clash ||
           error_set(err, "--prefix: the kernels have a name `%s` (expected another prefix than `%s`)", clash, prefix);
}

/* Appends; text that does not fit is our own mistake. */
static void names_append(char to[NAMES_ROOM], size_t *used, const char *text, size_t length) {
    assert(*used + length < NAMES_ROOM);
    memcpy(to + *used, text, length);
    *used += length;
}

const char *emit_names_of(const struct emitter *e, const char *text) {
    static char to[NAMES_ROOM];
    char upper[EMIT_PREFIX_MOST + 1];
    size_t used = 0;
    names_upper(upper, e->prefix);
    while (*text) {
        size_t word = 0;
        if (strncmp(text, "-D", 2) == 0) names_append(to, &used, text, 2), text += 2; /* a macro on a command line */
        while (isalnum((unsigned char)text[word]) || text[word] == '_') word++;
        const bool lower = strncmp(text, "net", 3) == 0 && (word == 3 || text[3] == '_');
        if (lower || strncmp(text, "NET_", 4) == 0) {
            names_append(to, &used, lower ? e->prefix : upper, strlen(upper));
            text += 3, word -= 3;
        }
        if (word == 0 && *text && !lower) word = 1;
        names_append(to, &used, text, word);
        text += word;
    }
    to[used] = '\0';
    return to;
}

void emit_names_write(const struct emitter *e, struct text_writer *out, const char *format, ...) {
    char text[NAMES_ROOM];
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert(length >= 0 && length < (int)sizeof text);
    (void)length;
    text_write(out, "%s", emit_names_of(e, text));
}
