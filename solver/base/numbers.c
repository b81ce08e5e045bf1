#include "solver/base/numbers.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *numbers_print(char spare[40], double value) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(spare, 40, "%.*g", digits, value);
        if (strtod(spare, NULL) == value) break;
    }
    assert(strlen(spare) < 40 && (isnan(value) || strtod(spare, NULL) == value));
    return spare;
}

/* `text`, or a copy of it with FORTRAN's exponent letter replaced; NULL if it cannot be a number. */
static const char *numbers_plain(char copy[64], const char *text) {
    size_t length = strlen(text), mark = strcspn(text, "dD");
    if (length == 0 || isspace((unsigned char)text[0])) return NULL;
    if (strpbrk(text, "xX")) return NULL; /* C would read hexadecimal, which no model file means */
    if (mark == length || mark == 0 || !isdigit((unsigned char)text[length - 1])) return text;
    if (length >= 64) return NULL;
    assert(mark > 0 && mark < length && length < 64);
    memcpy(copy, text, length + 1);
    copy[mark] = 'e';
    return copy;
}

bool numbers_read(double *value, const char *text) {
    char copy[64], *end;
    text = numbers_plain(copy, text);
    if (!text) return false;
    *value = strtod(text, &end);
    return *end == '\0' && end != text && !isnan(*value);
}

bool numbers_read_long(long double *value, const char *text) {
    char copy[64], *end;
    text = numbers_plain(copy, text);
    if (!text) return false;
    *value = strtold(text, &end);
    return *end == '\0' && end != text && !isnan(*value);
}

double numbers_gcd(double a, double b) {
    assert(a >= 0 && b >= 0);
    while (b > 0.5) {
        double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a;
}
