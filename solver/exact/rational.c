#include "solver/exact/rational.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void rational_clear(struct rational *r) {
    free(r->n.limb);
    free(r->d.limb);
    *r = (struct rational){0};
}

void rational_copy(struct rational *r, const struct rational *a) {
    assert(rational_check(a));
    r->sign = a->sign;
    whole_copy(&r->n, &a->n);
    whole_copy(&r->d, &a->d);
}

static void rational_reduce(struct rational *r) {
    if (r->n.length == 0) {
        r->sign = 0;
        r->d.length = 0;
    }
    if (r->d.length == 0) return;
    struct whole g = {0}, rest = {0}, quotient = {0};
    whole_copy(&g, &r->n);
    whole_copy(&rest, &r->d);
    whole_gcd(&g, &rest);
    if (!whole_is_one(&g)) {
        assert(g.length > 0 && r->d.length > 0);
        whole_divide(&quotient, &r->n, &g);
        whole_swap(&quotient, &r->n);
        whole_divide(&quotient, &r->d, &g);
        whole_swap(&quotient, &r->d);
    }
    if (whole_is_one(&r->d)) r->d.length = 0;
    assert((r->sign == 0) == (r->n.length == 0));
    free(g.limb);
    free(rest.limb);
    free(quotient.limb);
}

int64_t rational_split(int *exponent, double value) {
    assert(isfinite(value));
    int64_t mantissa = (int64_t)ldexp(frexp(value, exponent), 53);
    if (mantissa == 0) return 0;
    assert(llabs(mantissa) >> 53 == 0);
    int zeros = __builtin_ctzll((uint64_t)llabs(mantissa));
    *exponent += zeros - 53;
    assert((mantissa >> zeros & 1) == 1);
    return mantissa / ((int64_t)1 << zeros);
}

void rational_set(struct rational *r, double value) {
    int exponent;
    if (value == 0) { /* the commonest */
        r->sign = 0;
        r->n.length = r->d.length = 0;
        return;
    }
    int64_t mantissa = rational_split(&exponent, value);
    r->sign = (mantissa > 0) - (mantissa < 0);
    whole_set(&r->n, (uint64_t)llabs(mantissa));
    r->d.length = 0;
    if (exponent > 0) whole_shift_left(&r->n, &r->n, exponent);
    if (exponent < 0) {
        whole_set(&r->d, 1);
        whole_shift_left(&r->d, &r->d, -exponent);
    }
}

/* --- parts of a word: most fractions are small, and need no limbs --- */

/* Below 2^63, so that a sum of two is a word. An absent denominator is 1. */
static bool rational_word(uint64_t *word, const struct whole *w, bool denominator) {
    int bits = whole_bits(w);
    *word = denominator && bits == 0;
    for (int k = w->length; bits < 64 && k-- > 0;) *word = *word << WHOLE_BITS / 2 << WHOLE_BITS / 2 | w->limb[k];
    return bits < 64;
}

struct rational_words {
    uint64_t n, d;
};

static bool rational_words(struct rational_words *w, const struct rational *r) {
    return rational_word(&w->n, &r->n, false) && rational_word(&w->d, &r->d, true);
}

static uint64_t rational_word_gcd(uint64_t a, uint64_t b) {
    while (b > 1) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return b == 1 ? 1 : a;
}

static bool rational_store(struct rational *r, int sign, uint64_t n, uint64_t d) {
    r->sign = n ? sign : 0;
    whole_set(&r->n, n);
    if (n == 0 || d == 1)
        r->d.length = 0;
    else
        whole_set(&r->d, d);
    assert(rational_check(r));
    return true;
}

/* Knuth, The Art of Computer Programming 2, 4.5.1: the divisors are taken out first. False: too large for words. */
static bool rational_multiply_words(struct rational *r, const struct rational *a, const struct rational *b) {
    struct rational_words v, w;
    uint64_t n, d;
    if (!rational_words(&v, a) || !rational_words(&w, b)) return false;
    uint64_t first = rational_word_gcd(v.n, w.d), second = rational_word_gcd(w.n, v.d);
    if (__builtin_mul_overflow(v.n / first, w.n / second, &n)) return false;
    if (__builtin_mul_overflow(v.d / second, w.d / first, &d)) return false;
    return rational_store(r, a->sign * b->sign, n, d);
}

static bool rational_sum_words(struct rational *r, const struct rational *a, const struct rational *b, int b_sign) {
    struct rational_words v, w;
    uint64_t left, right, n, d;
    if (!rational_words(&v, a) || !rational_words(&w, b)) return false;
    uint64_t common = rational_word_gcd(v.d, w.d);
    if (__builtin_mul_overflow(v.n, w.d / common, &left) || __builtin_mul_overflow(w.n, v.d / common, &right))
        return false;
    bool same = a->sign * b_sign >= 0;
    if (same ? __builtin_add_overflow(left, right, &n) : false) return false;
    if (!same) n = left > right ? left - right : right - left;
    uint64_t divisor = n ? rational_word_gcd(n, common) : 1;
    if (__builtin_mul_overflow(v.d / common, w.d / divisor, &d)) return false;
    int sign = a->sign == 0 || (!same && right > left) ? b_sign : a->sign;
    return rational_store(r, sign, n / divisor, d);
}

/* w = n * d, where d of length 0 is 1 */
static void rational_times(struct whole *w, const struct whole *n, const struct whole *d) {
    if (d->length)
        whole_multiply(w, n, d);
    else
        whole_copy(w, n);
}

static void rational_denominator(struct whole *w, const struct rational *a, const struct rational *b) {
    if (a->d.length == 0)
        whole_copy(w, &b->d);
    else
        rational_times(w, &a->d, &b->d);
}

static void rational_sum(struct rational *r, const struct rational *a, const struct rational *b, int b_sign) {
    assert(rational_check(a) && rational_check(b) && b_sign >= -1 && b_sign <= 1);
    if (rational_sum_words(r, a, b, b_sign)) return;
    struct whole left = {0}, right = {0}, d = {0};
    int sign = a->sign;
    rational_times(&left, &a->n, &b->d);
    rational_times(&right, &b->n, &a->d);
    rational_denominator(&d, a, b);
    if (a->sign == 0 || a->sign == b_sign) {
        whole_add(&r->n, &left, &right);
        sign = b_sign ? b_sign : a->sign;
    } else if (whole_compare(&left, &right) >= 0) {
        whole_subtract(&r->n, &left, &right);
    } else {
        whole_subtract(&r->n, &right, &left);
        sign = b_sign;
    }
    r->sign = sign;
    whole_swap(&r->d, &d);
    free(left.limb);
    free(right.limb);
    free(d.limb);
    rational_reduce(r);
}

void rational_add(struct rational *r, const struct rational *a, const struct rational *b) {
    rational_sum(r, a, b, b->sign);
}
void rational_subtract(struct rational *r, const struct rational *a, const struct rational *b) {
    rational_sum(r, a, b, -b->sign);
}

void rational_multiply(struct rational *r, const struct rational *a, const struct rational *b) {
    assert(rational_check(a) && rational_check(b));
    if (rational_multiply_words(r, a, b)) return;
    struct whole n = {0}, d = {0};
    int sign = a->sign * b->sign;
    whole_multiply(&n, &a->n, &b->n);
    rational_denominator(&d, a, b);
    r->sign = sign;
    whole_swap(&r->n, &n);
    whole_swap(&r->d, &d);
    free(n.limb);
    free(d.limb);
    rational_reduce(r);
}

void rational_divide(struct rational *r, const struct rational *a, const struct rational *b) {
    assert(b->sign != 0);
    struct rational inverse = {.sign = b->sign};
    assert(b->n.length > 0);
    whole_copy(&inverse.d, &b->n);
    if (b->d.length)
        whole_copy(&inverse.n, &b->d);
    else
        whole_set(&inverse.n, 1);
    rational_multiply(r, a, &inverse);
    rational_clear(&inverse);
}

void rational_add_multiple(struct rational *r, const struct rational *a, const struct rational *b) {
    if (a->sign == 0 || b->sign == 0) return;
    struct rational product = {0};
    rational_multiply(&product, a, b);
    rational_add(r, r, &product);
    rational_clear(&product);
}

void rational_add_product(struct rational *r, const struct rational *a, double b) {
    assert(isfinite(b));
    if (a->sign == 0 || b == 0) return;
    struct rational number = {0};
    rational_set(&number, b);
    rational_add_multiple(r, a, &number);
    rational_clear(&number);
}

void rational_negate(struct rational *r) {
    r->sign = -r->sign;
}

bool rational_is_whole(const struct rational *r) {
    assert(rational_check(r));
    return r->d.length == 0;
}

void rational_floor(struct rational *r, const struct rational *a) {
    struct rational cut = {0}, one = {0};
    struct whole rest = {0};
    bool below = a->sign < 0 && a->d.length > 0;
    if (a->d.length == 0) {
        rational_copy(r, a);
        return;
    }
    whole_copy(&rest, &a->n);
    whole_divide(&cut.n, &rest, &a->d);
    cut.sign = cut.n.length > 0 ? a->sign : 0;
    rational_set(&one, 1);
    if (below) rational_subtract(&cut, &cut, &one); /* the quotient is rounded towards 0 */
    rational_copy(r, &cut);
    assert(rational_is_whole(r));
    whole_clear(&rest);
    rational_clear(&cut);
    rational_clear(&one);
}

void rational_ceiling(struct rational *r, const struct rational *a) {
    struct rational minus = {0};
    rational_copy(&minus, a);
    rational_negate(&minus);
    rational_floor(r, &minus);
    rational_negate(r);
    rational_clear(&minus);
}

int rational_compare(const struct rational *a, const struct rational *b) {
    assert(rational_check(a) && rational_check(b));
    if (a->sign != b->sign) return a->sign < b->sign ? -1 : 1;
    if (a->sign == 0) return 0;
    struct rational_words v, w;
    uint64_t more, less;
    if (rational_words(&v, a) && rational_words(&w, b) && !__builtin_mul_overflow(v.n, w.d, &more) &&
        !__builtin_mul_overflow(w.n, v.d, &less))
        return a->sign * ((more > less) - (more < less));
    struct whole left = {0}, right = {0};
    rational_times(&left, &a->n, &b->d);
    rational_times(&right, &b->n, &a->d);
    int order = whole_compare(&left, &right);
    free(left.limb);
    free(right.limb);
    return a->sign * order;
}

double rational_double(const struct rational *r) {
    whole_limb limb = 1;
    const struct rational one = {.sign = 1, .n = {.length = 1, .limb = &limb}};
    return rational_ratio(r, &one);
}

double rational_ratio(const struct rational *a, const struct rational *b) {
    assert(b->sign != 0);
    int exponent = 0, above;
    assert(rational_check(a));
    double value = whole_leading(&a->n, &above);
    for (int k = 0; k < 3; k++) {
        const struct whole *part = k == 0 ? &b->n : k == 1 ? &a->d : &b->d;
        int scale = 0;
        if (part->length == 0) continue;
        double leading = whole_leading(part, &scale);
        value = k < 2 ? value / leading : value * leading;
        exponent += k < 2 ? -scale : scale;
    }
    return a->sign * b->sign * ldexp(value, above + exponent);
}
