#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/flags_internal.h"
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

/* Decimal only: 0x1 is more likely a typing error. */
static bool flags_number(double *value, const char *text) {
    return !strpbrk(text, "xX") && text_double(value, text);
}

/* 0.15, or 15%: a bare 15 more likely means a percentage than a factor. */
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
    struct similar near;
    similar_init(&near, text);
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

bool flags_store(void *given, const struct flag *f, const char *text, struct error *err) {
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
        if (!text[0]) return error_set(err, "--%s is empty (expected %s)", f->name, f->argument);
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
        return !expected || error_set(err, "--%s: '%s' is not a size %s", f->name, text, expected);
    case FLAG_WORD:
        if (!flags_word(&index, f, text, err)) return false;
        memcpy(field, &index, sizeof index);
        return true;
    case FLAG_OWN: return f->take(given, f, text, err);
    }
    return false;
}

const char *flags_path(const void *given, const struct flag *f) {
    bool file = f->type == FLAG_IN || f->type == FLAG_OUT || f->type == FLAG_FOLDER;
    return file ? *(const char *const *)(const void *)((const char *)given + f->field) : NULL;
}
