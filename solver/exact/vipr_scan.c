/* vipr_scan.c - tokens of a VIPR file: words between blanks, wherever lines break. */
#include <stdarg.h>
#include <stdio.h>

#include "solver/exact/vipr_internal.h"

static void vipr_say(struct error *err, const struct vipr *s, const char *format, va_list args) {
    char text[sizeof err->text];
    vsnprintf(text, sizeof text, format, args);
    error_at(err, s->in.path, s->in.line, "%s", text);
}

bool vipr_malformed(struct vipr *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vipr_say(s->err, s, format, args);
    va_end(args);
    return false;
}

bool vipr_refute(struct vipr *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    assert(!s->v->proven && !s->v->why.text[0]); /* the first fault ends the check */
    vipr_say(&s->v->why, s, format, args);
    va_end(args);
    return false;
}

bool vipr_token(struct vipr *s, const char **word) {
    static char nothing[1];
    *word = "";
    for (;;) {
        s->rest += strspn(s->rest, " \t");
        if (*s->rest) break;
        char *line;
        if (!text_next(&s->in, &line, s->err)) return false;
        s->rest = line ? line : nothing;
        if (!line) return true;
    }
    *word = s->rest;
    s->rest += strcspn(s->rest, " \t");
    if (*s->rest) *s->rest++ = '\0';
    assert(**word);
    return true;
}

bool vipr_first(struct vipr *s, const char **word) {
    while (vipr_token(s, word)) {
        if (**word != '%') return true;
        s->rest = s->rest + strlen(s->rest);
    }
    return false;
}

bool vipr_expect(struct vipr *s, const char *word) {
    const char *found;
    if (!vipr_token(s, &found)) return false;
    if (strcmp(found, word) == 0) return true;
    return vipr_malformed(s, "'%.40s' (expected %s)", found, word);
}

bool vipr_integer(struct vipr *s, int *value, int least, int most, const char *what) {
    const char *word;
    long long number;
    if (!vipr_token(s, &word)) return false;
    if (text_int64(&number, word) && number >= least && number <= most) return *value = (int)number, true;
    return vipr_malformed(s, "%s '%.40s' (expected a whole number from %d to %d)", what, word, least, most);
}

bool vipr_number(struct vipr *s, struct rational *value, const char *what) {
    const char *word;
    if (!vipr_token(s, &word)) return false;
    if (rational_text_read(value, word)) return true;
    return vipr_malformed(s, "%s '%.40s' (expected a fraction or decimal of at most %d characters)", what, word,
                          RATIONAL_TEXT_LONGEST);
}
