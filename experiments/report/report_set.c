#include "experiments/report/report_set.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/memory.h"

void report_text_init(struct report_text *t) {
    *t = (struct report_text){0};
    t->text = memory_grow(NULL, &t->room, 64, 1);
    t->text[0] = '\0';
}

void report_text_add(struct report_text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int more = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(more >= 0);
    t->text = memory_grow(t->text, &t->room, t->length + (size_t)more + 1, 1);
    va_start(args, format);
    vsnprintf(t->text + t->length, t->room - t->length, format, args);
    va_end(args);
    t->length += (size_t)more;
}

void report_text_put(struct report_text *t, const char *text) {
    report_text_add(t, "%s", text);
}

void report_text_free(struct report_text *t) {
    free(t->text);
    *t = (struct report_text){0};
}

int report_set_add(struct report_set *s, const char *text) {
    const int known = names_find(&s->index, text);
    if (known >= 0) return known;
    s->text = memory_grow(s->text, &s->room, (size_t)s->count + 1, sizeof *s->text);
    s->text[s->count] = memory_string(text);
    names_add(&s->index, s->text[s->count], s->count);
    return s->count++;
}

void report_set_free(struct report_set *s) {
    for (int i = 0; i < s->count; i++) free(s->text[i]);
    free(s->text);
    names_free(&s->index);
    *s = (struct report_set){0};
}
