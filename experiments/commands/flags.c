#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "solver/base/output.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"

const char *flags_bytes(int64_t *bytes, const char *text, bool none) {
    const char *expected = none ? "(expected a size in bytes, with K, M or G for powers of 1024, or none)"
                                : "(expected a size in bytes, with K, M or G for powers of 1024)";
    if (none && strcmp(text, "none") == 0) return *bytes = INT64_MAX, NULL;
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

/* No limit: what a range that large stands for. */
#define FLAGS_UNLIMITED 1e20

static bool flags_range(const struct flag *f, double value, struct error *err, const char *text) {
    if ((f->least == 0 && f->most == 0) || (value >= f->least && value <= f->most)) return true;
    if (f->most >= FLAGS_UNLIMITED)
        return error_set(err, "--%s: %s is out of range (expected at least %g)", f->name, text, f->least);
    return error_set(err, "--%s: %s is out of range (expected %.10g to %.10g)", f->name, text, f->least, f->most);
}

static bool flags_int(int *value, const struct flag *f, const char *text, struct error *err) {
    long long whole;
    if (!text_int64(&whole, text) || whole < INT_MIN || whole > INT_MAX)
        return error_set(err, "--%s: '%s' is not a whole number", f->name, text);
    *value = (int)whole;
    return flags_range(f, (double)whole, err, text);
}

/* Decimal: 0x1 is a slip of the keyboard. */
static bool flags_number(double *value, const char *text) {
    return !strpbrk(text, "xX") && text_double(value, text);
}

/* 0.15, or 15%: a bare 15 is more likely a percentage than fifteen times. */
static bool flags_share(double *value, const struct flag *f, const char *text, struct error *err) {
    char number[64] = "";
    size_t length = strlen(text);
    bool percent = length > 1 && text[length - 1] == '%';
    if (length < sizeof number) memcpy(number, text, length - percent);
    if (!flags_number(value, number))
        return error_set(err, "--%s: '%s' is not a number (expected a share as 0.15, or a percentage as 15%%)", f->name,
                         text);
    if (percent) *value /= 100;
    if (*value >= 0 && *value <= 1) return true;
    if (!percent && *value > 1 && *value <= 100)
        return error_set(err, "--%s: %s is out of range (expected 0 to 1; did you mean %s%%?)", f->name, text, text);
    return error_set(err, "--%s: %s is out of range (expected 0 to 1, or 0%% to 100%%)", f->name, text);
}

static bool flags_word(int *index, const struct flag *f, const char *text, struct error *err) {
    char expected[512] = "", hint[SIMILAR_HINT];
    struct similar near = similar_begin(text);
    for (int i = 0; i < f->count; i++) {
        if (strcmp(text, f->words[i]) == 0) return *index = i, true;
        similar_try(&near, f->words[i]);
        size_t used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s%s",
                 i == 0             ? ""
                 : i + 1 < f->count ? ", "
                                    : " or ",
                 f->words[i]);
    }
    return error_set(err, "--%s: unknown word '%s' (expected %s)%s", f->name, text, expected,
                     similar_hint(hint, &near, ""));
}

static bool flags_store(void *given, const struct flag *f, const char *text, struct error *err) {
    void *field = (char *)given + f->field;
    double real;
    int index;
    const char *expected;
    switch (f->type) {
    case FLAG_SWITCH: *(bool *)field = true; return true;
    case FLAG_TEXT:
    case FLAG_IN:
    case FLAG_OUT:
    case FLAG_FOLDER:
        if (!text[0]) return error_set(err, "--%s: is empty (expected %s)", f->name, f->argument);
        *(const char **)field = text;
        return true;
    case FLAG_INT: return flags_int(field, f, text, err);
    case FLAG_REAL:
        real = FLAGS_UNLIMITED;
        if (!(f->most >= FLAGS_UNLIMITED && strcmp(text, "none") == 0) && !flags_number(&real, text))
            return error_set(err, "--%s: '%s' is not a number (expected %s: %s)", f->name, text, f->argument, f->help);
        *(double *)field = real;
        return flags_range(f, real, err, text);
    case FLAG_SHARE: return flags_share(field, f, text, err);
    case FLAG_BYTES:
        expected = flags_bytes(field, text, f->none);
        return !expected || error_set(err, "--%s: '%s' is no size %s", f->name, text, expected);
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

static bool flags_unknown(const struct command *c, const char *word, struct error *err) {
    char hint[SIMILAR_HINT], name[64];
    if (strcmp(word, "--quiet") == 0) return error_set(err, "--quiet is given twice (expected once)");
    snprintf(name, sizeof name, "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    struct similar near = similar_begin(name);
    for (const struct flag *f = c->flags; f && f->name; f++) similar_try(&near, f->name);
    similar_try(&near, "quiet");
    similar_try(&near, "help");
    return error_set(err, "%s: unknown option %s%s, see taso %s --help", c->name, word, similar_hint(hint, &near, "--"),
                     c->name);
}

/* One option at argv[*at]; steps over a value that stands in an argument of its own. */
static bool flags_option(void *given, bool *seen, const struct command *c, int argc, char **argv, int *at,
                         struct error *err) {
    const char *name = argv[*at] + 2, *value = strchr(name, '=');
    size_t length = value ? (size_t)(value - name) : strlen(name);
    const struct flag *f = flags_find(c, name, length);
    if (!f) return flags_unknown(c, argv[*at], err);
    if (f->type == FLAG_SWITCH) {
        if (value) return error_set(err, "--%s takes no value", f->name);
    } else if (value) {
        value++;
    } else {
        if (*at + 1 >= argc) return error_set(err, "--%s: %s is missing", f->name, f->argument);
        value = argv[++*at];
    }
    if (seen[f - c->flags]) return error_set(err, "--%s is given twice (expected once)", f->name);
    seen[f - c->flags] = true;
    return flags_store(given, f, value, err);
}

static bool flags_walk(void *given, bool *seen, int *operands, const struct command *c, int argc, char **argv,
                       struct error *err) {
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (only_operands || word[0] != '-' || strcmp(word, "-") == 0) {
            argv[(*operands)++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else {
            if (strcmp(word, "-o") == 0) argv[i] = "--output";
            if (argv[i][1] != '-') return flags_unknown(c, word, err);
            if (!flags_option(given, seen, c, argc, argv, &i, err)) return false;
        }
    }
    return true;
}

/* A flag that changes nothing is not what the user thinks it is. */
static bool flags_useful(const bool *seen, int operands, const struct command *c, struct error *err) {
    for (const struct flag *f = c->flags; f && f->name; f++) {
        const struct flag *needs = f->needs ? flags_find(c, f->needs, strlen(f->needs)) : NULL;
        const struct flag *other = f->not_beside ? flags_find(c, f->not_beside, strlen(f->not_beside)) : NULL;
        if (!seen[f - c->flags]) continue;
        if (f->needs && !needs && operands == 0)
            return error_set(err, "--%s does nothing without %s, see taso %s --help", f->name, c->operands, c->name);
        if (needs && !seen[needs - c->flags])
            return error_set(err, "--%s does nothing without --%s, see taso %s --help", f->name, f->needs, c->name);
        if (other && seen[other - c->flags])
            return error_set(err, "--%s does nothing beside --%s, see taso %s --help", f->name, f->not_beside, c->name);
    }
    return true;
}

static const char *flags_path(const void *given, const struct flag *f) {
    bool file = f->type == FLAG_IN || f->type == FLAG_OUT || f->type == FLAG_FOLDER;
    return file ? *(const char *const *)(const void *)((const char *)given + f->field) : NULL;
}

/* One output against what else the command reads and writes. */
static bool flags_alone(const void *given, const struct flag *f, const char *path, const struct command *c,
                        char **operand, int operands, struct error *err) {
    for (const struct flag *g = c->flags; g->name; g++) {
        const char *other = flags_path(given, g);
        if (g == f || !other || !output_same(path, other)) continue;
        return error_set(err, "--%s and --%s name the same file, %s (expected two)", f->name, g->name, path);
    }
    for (int i = 0; i < operands; i++)
        if (output_same(path, operand[i]))
            return error_set(err, "--%s: %s is what is read (expected another file)", f->name, path);
    return true;
}

/* Before hours of work, not after: can every output be written? */
static bool flags_outputs(const void *given, const struct command *c, char **operand, int operands, struct error *err) {
    for (const struct flag *f = c->flags; f && f->name; f++) {
        const char *path = f->type == FLAG_OUT || f->type == FLAG_FOLDER ? flags_path(given, f) : NULL;
        if (!path) continue;
        if (f->type == FLAG_FOLDER && strcmp(path, "-") == 0)
            return error_set(err, "--%s: several files do not go to standard output (expected a folder)", f->name);
        if (f->reports && strcmp(path, "-") == 0)
            return error_set(err, "--%s: standard output has the results of %s already (expected a file)", f->name,
                             c->name);
        if (f->type == FLAG_OUT && !(f->existing && output_exists(path)) && !output_check(path, err)) return false;
        if (!flags_alone(given, f, path, c, operand, operands, err)) return false;
    }
    return true;
}

bool flags_parse(void *given, bool *seen, int *operands, const struct command *c, int argc, char **argv,
                 struct error *err) {
    *operands = 0;
    if (c->size) memcpy(given, c->preset, c->size);
    if (!flags_walk(given, seen, operands, c, argc, argv, err)) return false;
    for (const struct flag *f = c->flags; f && f->name; f++)
        if (f->required && !seen[f - c->flags])
            return error_set(err, "%s: --%s %s is missing, see taso %s --help", c->name, f->name, f->argument, c->name);
    if (*operands < c->least_operands)
        return error_set(err, "%s: %s is missing, see taso %s --help", c->name, c->operands, c->name);
    if (*operands > c->most_operands)
        return error_set(err, "%s: unexpected argument '%s', see taso %s --help", c->name, argv[c->most_operands],
                         c->name);
    return flags_useful(seen, *operands, c, err) && flags_outputs(given, c, argv, *operands, err);
}

bool flags_given(const struct call *call, const char *name) {
    const struct flag *f = flags_find(call->command, name, strlen(name));
    return f && call->seen[f - call->command->flags];
}

/* "default 5"; a required flag has none, and what does not limit is called so. */
static void flags_help_default(char text[64], const struct flag *f, const void *field) {
    const char *word = f->type == FLAG_TEXT ? *(const char *const *)field : NULL;
    double real = f->type == FLAG_REAL || f->type == FLAG_SHARE ? *(const double *)field : 0;
    int number = f->type == FLAG_INT || f->type == FLAG_WORD ? *(const int *)field : 0;
    text[0] = '\0';
    if (f->required)
        snprintf(text, 64, " (required)");
    else if ((f->type == FLAG_REAL && real >= FLAGS_UNLIMITED) || f->none)
        snprintf(text, 64, " (default: none)");
    else if (f->type == FLAG_REAL || f->type == FLAG_SHARE)
        snprintf(text, 64, " (default: %g)", real);
    else if (f->type == FLAG_INT)
        snprintf(text, 64, " (default: %d)", number);
    else if (f->type == FLAG_WORD && number >= 0 && number < f->count)
        snprintf(text, 64, " (default: %s)", f->words[number]);
    else if (word)
        snprintf(text, 64, " (default: %s)", word);
}

static void flags_help_one(const struct flag *f, const void *preset) {
    char left[64], usual[64];
    bool output = strcmp(f->name, "output") == 0;
    snprintf(left, sizeof left, "%s--%s%s%s", output ? "-o, " : "    ", f->name, f->type == FLAG_SWITCH ? "" : " ",
             f->type == FLAG_SWITCH ? "" : f->argument);
    printf("  %-28s %s", left, f->help);
    for (int i = 0; f->type == FLAG_WORD && i < f->count; i++) printf("%s%s", i ? " | " : ": ", f->words[i]);
    flags_help_default(usual, f, (const char *)preset + f->field);
    printf("%s\n", usual);
}

void flags_help(const struct command *c) {
    printf("taso %s: %s\n\nUsage: taso %s", c->name, c->summary, c->name);
    for (const struct flag *f = c->flags; f && f->name; f++)
        if (f->required) printf(" --%s %s", f->name, f->argument);
    printf("%s%s [OPTION]...\n\n%s\n\nOptions:\n", c->operands[0] ? " " : "", c->operands, c->help);
    for (const struct flag *f = c->flags; f && f->name; f++) flags_help_one(f, c->preset);
    printf("  %-28s %s\n  %-28s %s\n", "    --quiet", "no progress, no remarks", "    --help", "this text");
}
