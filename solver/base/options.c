#include "solver/base/options.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/similar.h"
#include "solver/base/text.h"

enum option_type { OPTION_bool, OPTION_int, OPTION_real, OPTION_choice };

struct option {
    const char *name;
    enum option_type type;
    size_t offset; /* in struct options */
    double preset, least, most;
    const char *words; /* of a choice: "first|second|...", the first is number 0 */
    const char *help;
};

static const struct option option_table[] = {
#define OPTION(name, type, preset, least, most, words, help)                                                           \
    {#name, OPTION_##type, offsetof(struct options, name), preset, least, most, words, help},
#include "solver/base/options.def"
#undef OPTION
};

/* A range that ends here is unlimited. */
#define OPTIONS_UNLIMITED 1e20

enum { OPTION_COUNT = sizeof option_table / sizeof option_table[0] };
_Static_assert((int)OPTION_COUNT <= OPTIONS_MOST, "OPTIONS_MOST is too small");

static void options_store(struct options *o, const struct option *entry, double value) {
    char *at = (char *)o + entry->offset;
    assert(entry->offset < sizeof *o && value >= entry->least && value <= entry->most);
    switch (entry->type) {
    case OPTION_bool: *(bool *)at = value != 0; break;
    case OPTION_int:
    case OPTION_choice: *(int *)at = (int)value; break;
    case OPTION_real: *(double *)at = value; break;
    }
}

struct options options_default(void) {
    struct options o;
    assert(OPTION_COUNT <= OPTIONS_MOST);
    memset(&o, 0, sizeof o);
    for (int k = 0; k < OPTION_COUNT; k++) options_store(&o, &option_table[k], option_table[k].preset);
    return o;
}

static bool options_parse_bool(double *value, const char *text) {
    static const char *const words[] = {"off", "on", "no", "yes", "false", "true", "0", "1"};
    for (int k = 0; k < 8; k++)
        if (strcmp(text, words[k]) == 0) {
            *value = k % 2;
            return true;
        }
    return false;
}

static bool options_parse_choice(double *value, const char *words, const char *text) {
    size_t length = strlen(text);
    for (int k = 0; length > 0; k++) {
        const char *end = strchr(words, '|');
        size_t span = end ? (size_t)(end - words) : strlen(words);
        if (span == length && strncmp(words, text, span) == 0) {
            *value = k;
            return true;
        }
        assert(span > 0); /* the table has no empty words */
        if (!end) return false;
        words = end + 1;
    }
    return false;
}

/* A limit whose default is the largest value is written `none`. */
static bool options_limits(const struct option *entry) {
    assert(entry->least <= entry->preset && entry->preset <= entry->most);
    return entry->preset == entry->most && entry->most > 1;
}

static bool options_parse(double *value, const struct option *entry, const char *text, struct error *err) {
    long long whole;
    if (options_limits(entry) && strcmp(text, "none") == 0) return *value = entry->most, true;
    switch (entry->type) {
    case OPTION_bool:
        if (options_parse_bool(value, text)) return true;
        return error_set(err, "option %s: '%s' (expected on or off)", entry->name, text);
    case OPTION_choice:
        if (options_parse_choice(value, entry->words, text)) return true;
        return error_set(err, "option %s: '%s' (expected one of %s)", entry->name, text, entry->words);
    case OPTION_int:
        if (text_int64(&whole, text) && (double)whole >= entry->least && (double)whole <= entry->most) {
            *value = (double)whole;
            return true;
        }
        return error_set(err, "option %s: '%s' (expected a whole number from %.0f to %.0f)", entry->name, text,
                         entry->least, entry->most);
    case OPTION_real:
        if (text_double(value, text) && *value >= entry->least && *value <= entry->most) return true;
        if (entry->most >= OPTIONS_UNLIMITED)
            return error_set(err, "option %s: '%s' (expected a number of at least %g)", entry->name, text,
                             entry->least);
        return error_set(err, "option %s: '%s' (expected a number from %g to %g)", entry->name, text, entry->least,
                         entry->most);
    }
    return false;
}

/* The part of `text` without the blanks at both ends. */
static size_t options_trim(const char **text, size_t length) {
    while (length > 0 && strchr(" \t", **text)) ++*text, length--;
    while (length > 0 && strchr(" \t", (*text)[length - 1])) length--;
    return length;
}

int options_index(const char *assignment) {
    const char *name = assignment;
    size_t length = options_trim(&name, strcspn(name, "="));
    assert(length <= strlen(assignment));
    for (int k = 0; k < OPTION_COUNT; k++)
        if (strlen(option_table[k].name) == length && strncmp(option_table[k].name, name, length) == 0) return k;
    return -1;
}

static bool options_unknown(const char *name, size_t length, struct error *err) {
    char word[100] = "", hint[SIMILAR_HINT];
    snprintf(word, sizeof word, "%.*s", (int)(length < 99 ? length : 99), name);
    struct similar near;
    similar_init(&near, word);
    for (int k = 0; k < OPTION_COUNT; k++) similar_try(&near, option_table[k].name);
    return error_set(err, "option '%s' is unknown%s; --help lists the options", word, similar_hint(hint, &near, ""));
}

bool options_set(struct options *o, const char *assignment, struct error *err) {
    const char *name = assignment, *text = strchr(assignment, '=');
    if (!text) return error_set(err, "option '%.200s' (expected NAME=VALUE)", assignment);
    size_t length = options_trim(&name, (size_t)(text - name));
    text++;
    char word[256] = "";
    size_t word_length = options_trim(&text, strlen(text));
    if (word_length >= sizeof word)
        return error_set(err, "option %.*s: value too long (expected at most %zu characters, got %zu)",
                         (int)(length < 99 ? length : 99), name, sizeof word - 1, word_length);
    snprintf(word, sizeof word, "%.*s", (int)word_length, text);
    int k = options_index(assignment);
    if (k < 0) return options_unknown(name, length, err);
    double value = 0;
    assert(k < OPTION_COUNT && length == strlen(option_table[k].name));
    if (!options_parse(&value, &option_table[k], word, err)) return false;
    options_store(o, &option_table[k], value);
    return true;
}

static bool options_line(struct options *o, bool *seen, const char *line, struct error *err) {
    int k = options_index(line);
    if (k >= 0 && seen[k]) return error_set(err, "option %s is given twice (expected once)", option_table[k].name);
    assert(k < OPTION_COUNT);
    if (k >= 0) seen[k] = true;
    return options_set(o, line, err);
}

bool options_read(struct options *o, const char *path, struct error *err) {
    struct text_reader in;
    bool good, seen[OPTION_COUNT] = {false};
    if (!text_open(&in, path, err)) return false;
    char *line;
    while ((good = text_next(&in, &line, err)) && line) {
        line[strcspn(line, "#")] = '\0';
        if (line[strspn(line, " \t")] == '\0') continue;
        struct error inner = {{0}};
        if (options_line(o, seen, line, &inner)) continue;
        good = error_at(err, in.path, in.line, "%s", inner.text);
        break;
    }
    text_free(&in);
    return good;
}

static void options_help_value(FILE *out, const struct option *entry) {
    switch (entry->type) {
    case OPTION_bool: fprintf(out, "on|off, default: %s", entry->preset != 0 ? "on" : "off"); break;
    case OPTION_int:
        if (options_limits(entry))
            fprintf(out, "at least %.0f, default: none", entry->least);
        else
            fprintf(out, "%.0f to %.0f, default: %.0f", entry->least, entry->most, entry->preset);
        break;
    case OPTION_real:
        if (entry->most < OPTIONS_UNLIMITED)
            fprintf(out, "%g to %g, default: %g", entry->least, entry->most, entry->preset);
        else if (options_limits(entry))
            fprintf(out, "at least %g, default: none", entry->least);
        else
            fprintf(out, "at least %g, default: %g", entry->least, entry->preset);
        break;
    case OPTION_choice: {
        const char *word = entry->words;
        for (int k = 0; k < (int)entry->preset; k++) word = strchr(word, '|') + 1;
        fprintf(out, "%s, default: %.*s", entry->words, (int)strcspn(word, "|"), word);
        break;
    }
    }
}

void options_help(FILE *out) {
    for (int k = 0; k < OPTION_COUNT; k++) {
        fprintf(out, "  %-22s %s (", option_table[k].name, option_table[k].help);
        options_help_value(out, &option_table[k]);
        fprintf(out, ")\n");
    }
}
