#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/command.h"
#include "solver/text.h"

const char *flags_bytes(int64_t *bytes, const char *text) {
    static const char expected[] = "a size in bytes, with K, M or G for powers of 1024, was expected";
    char number[64];
    size_t length = strlen(text);
    if (length == 0 || length >= sizeof number) return expected;
    memcpy(number, text, length + 1);
    double scale = 1;
    const char *suffix = strchr("KMG", number[length - 1]);
    if (suffix && *suffix) {
        scale = suffix[0] == 'K' ? 1024.0 : suffix[0] == 'M' ? 1048576.0 : 1073741824.0;
        number[length - 1] = '\0';
    }
    long long whole;
    double value;
    if (scale == 1) { /* exact beyond 2^53 */
        if (!text_int64(&whole, number) || whole < 0) return expected;
        *bytes = whole;
        return NULL;
    }
    if (number[0] < '0' || number[0] > '9' || strpbrk(number, "xXpP") || !text_double(&value, number)) return expected;
    if (value * scale >= 0x1p62) return expected;
    *bytes = (int64_t)floor(value * scale);
    return NULL;
}

static bool flags_range(const struct flag *f, double value, struct error *err, const char *text) {
    if ((f->least == 0 && f->most == 0) || (value >= f->least && value <= f->most)) return true;
    return error_set(err, "--%s: %s is out of range, %g to %g was expected", f->name, text, f->least, f->most);
}

static bool flags_word(int *index, const struct flag *f, const char *text, struct error *err) {
    char expected[512] = "";
    for (int i = 0; i < f->count; i++) {
        if (strcmp(text, f->words[i]) == 0) return *index = i, true;
        size_t used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s%s",
                 i == 0             ? ""
                 : i + 1 < f->count ? ", "
                                    : " or ",
                 f->words[i]);
    }
    return error_set(err, "--%s: unknown word '%s', %s was expected", f->name, text, expected);
}

static bool flags_store(void *given, const struct flag *f, const char *text, struct error *err) {
    void *field = (char *)given + f->field;
    long long whole;
    double real;
    int64_t bytes;
    int index;
    const char *expected;
    switch (f->type) {
    case FLAG_SWITCH: *(bool *)field = true; return true;
    case FLAG_TEXT:
        if (!text[0]) return error_set(err, "--%s: is empty, %s was expected", f->name, f->argument);
        *(const char **)field = text;
        return true;
    case FLAG_INT:
        if (!text_int64(&whole, text) || whole < INT_MIN || whole > INT_MAX)
            return error_set(err, "--%s: '%s' is not a whole number", f->name, text);
        *(int *)field = (int)whole;
        return flags_range(f, (double)whole, err, text);
    case FLAG_REAL:
        if (!text_double(&real, text)) return error_set(err, "--%s: '%s' is not a number", f->name, text);
        *(double *)field = real;
        return flags_range(f, real, err, text);
    case FLAG_BYTES:
        expected = flags_bytes(&bytes, text);
        if (expected) return error_set(err, "--%s: '%s': %s", f->name, text, expected);
        *(int64_t *)field = bytes;
        return true;
    case FLAG_WORD:
        if (!flags_word(&index, f, text, err)) return false;
        memcpy(field, &index, sizeof index);
        return true;
    }
    return false;
}

static const struct flag *flags_find(const struct command *c, const char *name, size_t length) {
    for (const struct flag *f = c->flags; f && f->name; f++)
        if (strlen(f->name) == length && memcmp(f->name, name, length) == 0) return f;
    return NULL;
}

/* One option at argv[*at]; steps over a value that stands in an argument of its own. */
static bool flags_option(void *given, bool *seen, const struct command *c, int argc, char **argv, int *at,
                         struct error *err) {
    const char *name = argv[*at] + 2, *value = strchr(name, '=');
    size_t length = value ? (size_t)(value - name) : strlen(name);
    const struct flag *f = flags_find(c, name, length);
    if (!f) return error_set(err, "%s: unknown option %s, see taso %s --help", c->name, argv[*at], c->name);
    if (f->type == FLAG_SWITCH) {
        if (value) return error_set(err, "--%s takes no value", f->name);
    } else if (value) {
        value++;
    } else {
        if (*at + 1 >= argc) return error_set(err, "--%s: %s is missing", f->name, f->argument);
        value = argv[++*at];
    }
    seen[f - c->flags] = true;
    return flags_store(given, f, value, err);
}

bool flags_parse(void *given, int *operands, const struct command *c, int argc, char **argv, struct error *err) {
    bool seen[64] = {false}, only_operands = false;
    *operands = 0;
    if (c->size) memcpy(given, c->preset, c->size);
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (only_operands || word[0] != '-' || strcmp(word, "-") == 0)
            argv[(*operands)++] = word;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (strcmp(word, "-o") == 0) {
            argv[i] = "--output";
            if (!flags_option(given, seen, c, argc, argv, &i, err)) return false;
        } else if (word[1] != '-') {
            return error_set(err, "%s: unknown option %s, see taso %s --help", c->name, word, c->name);
        } else if (!flags_option(given, seen, c, argc, argv, &i, err)) {
            return false;
        }
    }
    for (const struct flag *f = c->flags; f && f->name; f++)
        if (f->required && !seen[f - c->flags])
            return error_set(err, "%s: --%s %s is missing, see taso %s --help", c->name, f->name, f->argument, c->name);
    if (*operands < c->least_operands)
        return error_set(err, "%s: %s is missing, see taso %s --help", c->name, c->operands, c->name);
    if (*operands > c->most_operands)
        return error_set(err, "%s: '%s' is one too many, see taso %s --help", c->name, argv[c->most_operands], c->name);
    return true;
}

static void flags_help_one(const struct flag *f, const void *preset) {
    char left[64];
    const char *field = (const char *)preset + f->field;
    bool output = strcmp(f->name, "output") == 0;
    snprintf(left, sizeof left, "%s--%s%s%s", output ? "-o, " : "    ", f->name, f->type == FLAG_SWITCH ? "" : " ",
             f->type == FLAG_SWITCH ? "" : f->argument);
    printf("  %-28s %s", left, f->help);
    if (f->type == FLAG_WORD) {
        int index;
        memcpy(&index, field, sizeof index);
        printf(": ");
        for (int i = 0; i < f->count; i++) printf("%s%s", i ? " | " : "", f->words[i]);
        if (index >= 0 && index < f->count) printf(" (default %s)", f->words[index]);
    }
    if (f->type == FLAG_INT) printf(" (default %d)", *(const int *)(const void *)field);
    if (f->type == FLAG_REAL) printf(" (default %g)", *(const double *)(const void *)field);
    if (f->type == FLAG_TEXT && *(const char *const *)(const void *)field)
        printf(" (default %s)", *(const char *const *)(const void *)field);
    printf("%s\n", f->required ? " (required)" : "");
}

void flags_help(const struct command *c) {
    printf("taso %s: %s\n\nUsage: taso %s", c->name, c->summary, c->name);
    for (const struct flag *f = c->flags; f && f->name; f++)
        if (f->required) printf(" --%s %s", f->name, f->argument);
    printf("%s%s [OPTION]...\n\n%s\n\nOptions:\n", c->operands[0] ? " " : "", c->operands, c->help);
    for (const struct flag *f = c->flags; f && f->name; f++) flags_help_one(f, c->preset);
    printf("  %-28s %s\n  %-28s %s\n", "    --quiet", "no progress, no remarks", "    --help", "this text");
}
