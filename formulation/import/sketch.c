#include "formulation/import/sketch.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void sketch_init(struct sketch *s) {
    *s = (struct sketch){.left = SKETCH_SLACK};
}

static void layer_free(struct sketch_layer *l) {
    free(l->text);
    free(l->name);
    free(l->origin);
    free(l->input);
    free(l->weights);
    free(l->bias);
}

void sketch_free(struct sketch *s) {
    for (int i = 0; i < s->layers; i++) layer_free(&s->layer[i]);
    free(s->layer);
    names_free(&s->names);
    *s = (struct sketch){0};
}

/* A name that a .net can hold and that no layer has yet. The search for a number resumes where it last ended, or a model
 * whose layers all have one name would take quadratic time. */
static char *sketch_name(struct sketch *s, const char *wanted, const char *op) {
    const size_t room = strlen(wanted) + strlen(op) + 24;
    char *name = memory_new(room, 1);
    snprintf(name, room, "%s", *wanted ? wanted : op);
    if (strcmp(name, "-") == 0) *name = '_';
    for (char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 127 || strchr(",:=#\\\"", *c)) *c = '_';
    const size_t length = strlen(name);
    const int taken = names_find(&s->names, name);
    if (taken < 0) return name;
    int *copies = &s->layer[taken].copies;
    do snprintf(name + length, room - length, "_%d", ++*copies + 1);
    while (names_find(&s->names, name) >= 0);
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
    l.input = memory_duplicate(input, (size_t)inputs * sizeof *input), l.inputs = inputs;
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

void sketch_keep(struct sketch *s, int *layer, int count) {
    int *place = MEMORY_NEW(int, s->layers), kept = 0; /* 1: needed; then the new number */
    for (int i = 0; i < count; i++) place[layer[i]] = 1;
    for (int v = s->layers - 1; v >= 0; v--)
        for (int i = 0; i < s->layer[v].inputs && place[v]; i++) place[s->layer[v].input[i]] = 1;
    names_free(&s->names);
    s->names = (struct names){0};
    for (int v = 0; v < s->layers; v++) {
        struct sketch_layer *l = &s->layer[v];
        if (!place[v]) {
            layer_free(l);
            continue;
        }
        place[v] = kept;
        for (int i = 0; i < l->inputs; i++) l->input[i] = place[l->input[i]];
        names_add(&s->names, l->name, kept);
        s->layer[kept++] = *l;
    }
    s->layers = kept;
    for (int i = 0; i < count; i++) layer[i] = place[layer[i]];
    free(place);
}

bool sketch_reads(const struct sketch *s, int layer, const char *op, int input) {
    assert(layer >= 0 && layer < s->layers && input >= 0 && input < s->layers);
    const struct sketch_layer *l = &s->layer[layer];
    const char *at = l->text + strlen(l->name) + 1, *name = s->layer[input].name;
    const size_t before = strlen(op), length = strlen(name);
    if (strncmp(at, op, before) != 0 || at[before] != ' ') return false;
    at += before + 1;
    return strncmp(at, name, length) == 0 && (at[length] == ' ' || at[length] == '\0');
}

bool sketch_says(const struct sketch *s, int layer, const char *keys) {
    const char *text = s->layer[layer].text, *at = strstr(text, keys);
    return at && at > text && at[-1] == ' ' && at[strlen(keys)] == '\0';
}

void sketch_change(struct sketch *s, const char *op) {
    assert(s->layers > 0);
    struct sketch_layer *l = &s->layer[s->layers - 1];
    const char *old = strchr(l->text + strlen(l->name) + 1, ' ') + 1;
    const size_t room = strlen(l->name) + strlen(op) + strlen(old) + 3;
    char *text = memory_new(room, 1);
    snprintf(text, room, "%s %s %.*s", l->name, op, (int)strcspn(old, " "), old);
    free(l->text);
    l->text = text;
}

void sketch_weights(struct sketch *s, int64_t weights, int64_t bias) {
    assert(s->layers > 0 && weights >= 0 && bias >= 0);
    struct sketch_layer *l = &s->layer[s->layers - 1];
    assert(!l->weights && !l->bias);
    l->weights_count = weights, l->bias_count = bias;
    if (weights > 0) l->weights = MEMORY_NEW(float, weights);
    if (bias > 0) l->bias = MEMORY_NEW(float, bias);
}

void sketch_allow(struct sketch *s, size_t file) {
    s->left += SKETCH_TIMES * file;
}

bool sketch_afford(struct sketch *s, int64_t count) {
    assert(count >= 0);
    if ((uint64_t)count > s->left / sizeof(float)) return false;
    s->left -= (size_t)count * sizeof(float);
    return true;
}

int sketch_opaque(struct sketch *s, const char *name, const char *type, long line, int input) {
    char both[160];
    snprintf(both, sizeof both, "%.100s(%.50s)", name, type);
    return sketch_add(s, both, line, "opaque", &input, 1, "%s", "");
}

void sketch_unsupported(struct sketch *s, const char *type, const char *name, long line) {
    char start[48], where[32] = "";
    const size_t used = strlen(s->unsupported), room = sizeof s->unsupported - used;
    snprintf(start, sizeof start, "%.40s (", type);
    if (strstr(s->unsupported, start)) return;
    if (line > 0) snprintf(where, sizeof where, ", line %ld", line);
    snprintf(s->unsupported + used, room, "%s%s`%.60s`%s)", used ? ", " : "", start, name, where);
}

bool sketch_finite(const float *x, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(x[i])) return false;
    return true;
}
