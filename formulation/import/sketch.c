#include "formulation/import/sketch.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void sketch_init(struct sketch *s) {
    *s = (struct sketch){0};
}

void sketch_free(struct sketch *s) {
    for (int i = 0; i < s->layers; i++) {
        free(s->layer[i].text);
        free(s->layer[i].name);
        free(s->layer[i].origin);
    }
    free(s->layer);
    names_free(&s->names);
    *s = (struct sketch){0};
}

/* A name that a .net can hold and that no layer has yet. */
static char *sketch_name(const struct sketch *s, const char *wanted, const char *op) {
    const size_t room = strlen(wanted) + strlen(op) + 24;
    char *name = memory_new(room, 1);
    snprintf(name, room, "%s", *wanted ? wanted : op);
    if (strcmp(name, "-") == 0) *name = '_';
    for (char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 127 || strchr(",:=#\\\"", *c)) *c = '_';
    const size_t length = strlen(name);
    for (int i = 2; names_find(&s->names, name) >= 0; i++) snprintf(name + length, room - length, "_%d", i);
    return name;
}

int sketch_add(struct sketch *s, const char *name, long line, const char *op, const int *input, int inputs,
               const char *keys, ...) {
    char settings[512];
    va_list values;
    va_start(values, keys);
    const int length = vsnprintf(settings, sizeof settings, keys, values);
    va_end(values);
    assert(length >= 0 && (size_t)length < sizeof settings); /* numbers only */
    struct sketch_layer l = {.name = sketch_name(s, name, op), .origin = memory_string(name), .line = line};
    size_t room = strlen(l.name) + strlen(op) + strlen(settings) + 4 + (inputs == 0);
    for (int i = 0; i < inputs; i++) {
        assert(input[i] >= 0 && input[i] < s->layers);
        room += strlen(s->layer[input[i]].name) + 1;
    }
    l.text = memory_new(room, 1);
    size_t at = (size_t)sprintf(l.text, "%s %s ", l.name, op);
    if (inputs == 0) at += (size_t)sprintf(l.text + at, "-");
    for (int i = 0; i < inputs; i++) at += (size_t)sprintf(l.text + at, "%s%s", i ? "," : "", s->layer[input[i]].name);
    if (length > 0) sprintf(l.text + at, " %s", settings);
    s->layer = memory_grow(s->layer, &s->capacity, (size_t)s->layers + 1, sizeof *s->layer);
    s->layer[s->layers] = l;
    names_add(&s->names, l.name, s->layers);
    return s->layers++;
}
