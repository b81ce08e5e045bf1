#include "experiments/commands/keys.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void keys_string(const char *text) {
    putchar('"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            printf("\\u%04x", (unsigned)(unsigned char)*c);
        else
            putchar(*c);
    }
    putchar('"');
}

/* What stands before a value; false: nothing of it is printed. */
static bool keys_name(struct keys *k, const char *key) {
    if (!k->json) {
        assert(key || k->depth > 1); /* only members of lists have no key */
        if (k->depth == 1) printf("%s: ", key);
        return k->depth == 1;
    }
    const bool first = k->members[k->depth - 1]++ == 0;
    assert((key == NULL) == (k->closes[k->depth - 1] == ']'));
    if (k->depth == 1)
        printf("%s  ", first ? "" : ",\n");
    else
        printf("%s", first ? "" : ", ");
    if (key) {
        keys_string(key);
        printf(": ");
    }
    return true;
}

static void keys_after(const struct keys *k) {
    if (!k->json) putchar('\n');
}

void keys_begin(struct keys *k, bool json) {
    *k = (struct keys){.json = json, .depth = 1};
    k->closes[0] = '}';
    if (json) printf("{\n");
}

void keys_text(struct keys *k, const char *key, const char *value) {
    if (!keys_name(k, key)) return;
    if (k->json)
        keys_string(value);
    else
        printf("%s", value);
    keys_after(k);
}

void keys_number(struct keys *k, const char *key, int64_t value) {
    if (!keys_name(k, key)) return;
    printf("%" PRId64, value);
    keys_after(k);
}

void keys_yes(struct keys *k, const char *key, bool value) {
    if (!keys_name(k, key)) return;
    printf("%s", k->json ? (value ? "true" : "false") : value ? "yes" : "no");
    keys_after(k);
}

void keys_line(struct keys *k, const char *key, const char *format, ...) {
    va_list args;
    if (k->json) return;
    assert(k->depth == 1);
    printf("%s: ", key);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void keys_open(struct keys *k, const char *key, char bracket) {
    assert(bracket == '{' || bracket == '[');
    if (k->json && keys_name(k, key)) putchar(bracket);
    assert(k->depth < KEYS_DEEP);
    k->closes[k->depth] = bracket == '{' ? '}' : ']';
    k->members[k->depth++] = 0;
}

void keys_close(struct keys *k) {
    assert(k->depth > 1);
    k->depth--;
    if (k->json) putchar(k->closes[k->depth]);
}

void keys_end(struct keys *k) {
    assert(k->depth == 1);
    k->depth = 0;
    if (k->json) printf("\n}\n");
}
