#include "formulation/notes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

/* Whatever a compiler's version string holds. */
static char *notes_one_line(const char *text) {
    char *copy = memory_string(text);
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    return copy;
}

void notes_set(struct notes *n, const char *key, const char *value) {
    assert(n->count >= 0 && (n->count == 0) == (n->key == NULL));
    for (int i = 0; i < n->count; i++) {
        if (strcmp(n->key[i], key) != 0) continue;
        free(n->value[i]);
        n->value[i] = notes_one_line(value);
        return;
    }
    n->key = memory_resize(n->key, (size_t)n->count + 1, sizeof *n->key);
    n->value = memory_resize(n->value, (size_t)n->count + 1, sizeof *n->value);
    n->key[n->count] = notes_one_line(key);
    n->value[n->count++] = notes_one_line(value);
}

const char *notes_get(const struct notes *n, const char *key) {
    for (int i = 0; i < n->count; i++)
        if (strcmp(n->key[i], key) == 0) return n->value[i];
    return NULL;
}

void notes_free(struct notes *n) {
    for (int i = 0; i < n->count; i++) {
        free(n->key[i]);
        free(n->value[i]);
    }
    free(n->key);
    free(n->value);
    *n = (struct notes){0};
}
