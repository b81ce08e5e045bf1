#include "solver/exact/rational_text.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"

enum { RATIONAL_TEXT_CHUNK = 9 /* digits at a time: 10^9 is a limb on every machine */ };
static const uint64_t rational_text_power[RATIONAL_TEXT_CHUNK + 1] = {1,      10,      100,      1000,      10000,
                                                                      100000, 1000000, 10000000, 100000000, 1000000000};

/* w = w factor + more */
static void rational_text_push(struct whole *w, uint64_t factor, uint64_t more) {
    struct whole by = {0}, product = {0};
    whole_set(&by, factor);
    whole_multiply(&product, w, &by);
    whole_set(&by, more);
    whole_add(w, &product, &by);
    whole_clear(&by);
    whole_clear(&product);
}

static void rational_text_digits(struct whole *w, const char *digits, size_t count) {
    while (count > 0) {
        size_t take = count < RATIONAL_TEXT_CHUNK ? count : RATIONAL_TEXT_CHUNK;
        uint64_t value = 0;
        for (size_t k = 0; k < take; k++) {
            assert(isdigit((unsigned char)digits[k]));
            value = 10 * value + (uint64_t)(digits[k] - '0');
        }
        rational_text_push(w, rational_text_power[take], value);
        digits += take;
        count -= take;
    }
}

static size_t rational_text_span(const char *text) {
    return strspn(text, "0123456789");
}

/* `text` is what follows the first digits: a point with digits, an exponent, both or neither. Digits behind the point
 * are appended to `n`; *power is what is left to multiply by, as a power of 10. */
static bool rational_text_tail(struct whole *n, long *power, const char *text, bool digits) {
    *power = 0;
    if (*text == '.') {
        size_t count = rational_text_span(++text);
        rational_text_digits(n, text, count);
        *power = -(long)count;
        digits = digits || count > 0;
        text += count;
    }
    if (!digits) return false;
    if (*text != 'e' && *text != 'E') return *text == '\0';
    bool down = *++text == '-';
    if (*text == '-' || *text == '+') text++;
    size_t count = rational_text_span(text);
    if (count == 0 || text[count] != '\0' || count > 9) return false;
    long exponent = strtol(text, NULL, 10);
    *power += down ? -exponent : exponent;
    return exponent <= RATIONAL_TEXT_POWER;
}

/* r = sign n / d */
static void rational_text_make(struct rational *r, bool negative, struct whole *n, struct whole *d) {
    struct rational top = {.sign = n->length > 0}, below = {.sign = 1};
    assert(d->length > 0);
    whole_swap(&top.n, n);
    whole_swap(&below.n, d);
    rational_divide(r, &top, &below);
    if (negative) rational_negate(r);
    rational_clear(&top);
    rational_clear(&below);
}

static bool rational_text_parts(struct whole *n, struct whole *d, const char *text) {
    size_t count = rational_text_span(text);
    rational_text_digits(n, text, count);
    text += count;
    if (*text == '/') {
        size_t below = rational_text_span(++text);
        rational_text_digits(d, text, below);
        return count > 0 && below > 0 && text[below] == '\0' && d->length > 0;
    }
    long power;
    whole_set(d, 1);
    if (!rational_text_tail(n, &power, text, count > 0)) return false;
    for (long left = labs(power); left > 0;) {
        long take = left < RATIONAL_TEXT_CHUNK ? left : RATIONAL_TEXT_CHUNK;
        rational_text_push(power > 0 ? n : d, rational_text_power[take], 0);
        left -= take;
    }
    return true;
}

bool rational_text_read(struct rational *r, const char *text) {
    struct whole n = {0}, d = {0};
    bool negative = *text == '-', good = strlen(text) <= RATIONAL_TEXT_LONGEST;
    text += negative;
    good = good && rational_text_parts(&n, &d, text);
    if (good) rational_text_make(r, negative, &n, &d);
    whole_clear(&n);
    whole_clear(&d);
    assert(!good || rational_check(r));
    return good;
}

/* Writes the digits of w backwards, from before `end`; returns their beginning. */
static char *rational_text_back(char *end, const struct whole *w) {
    struct whole left = {0}, quotient = {0}, by = {0};
    whole_copy(&left, w);
    whole_set(&by, rational_text_power[RATIONAL_TEXT_CHUNK]);
    do {
        whole_divide(&quotient, &left, &by);
        uint64_t chunk = left.length ? left.limb[0] : 0;
        for (int k = 0; k < RATIONAL_TEXT_CHUNK && (chunk > 0 || quotient.length > 0 || k == 0); k++, chunk /= 10)
            *--end = (char)('0' + chunk % 10);
        whole_swap(&left, &quotient);
    } while (left.length > 0);
    whole_clear(&left);
    whole_clear(&quotient);
    whole_clear(&by);
    return end;
}

char *rational_text_new(const struct rational *r) {
    assert(rational_check(r));
    size_t room = (size_t)(whole_bits(&r->n) + whole_bits(&r->d)) / 3 + 8; /* a digit has more than 3 bits */
    char *text = memory_new(room, 1), *end = text + room - 1, *at = end;
    if (r->d.length) {
        at = rational_text_back(at, &r->d);
        *--at = '/';
    }
    at = rational_text_back(at, &r->n);
    if (r->sign < 0) *--at = '-';
    assert(at >= text && *end == '\0');
    memmove(text, at, (size_t)(end - at) + 1);
    return text;
}

void rational_text_decimal(struct rational *r, double value) {
    char spare[40];
    if (value == floor(value) && fabs(value) < 0x1p53) { /* it is its decimal */
        rational_set(r, value);
        return;
    }
    bool good = rational_text_read(r, numbers_print(spare, value));
    assert(good && isfinite(value)); /* what is printed is a number */
    (void)good;
}
