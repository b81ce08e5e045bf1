/* labels_wide.h - products of two 63-bit integers, exactly: compared, and divided. Some compilers (32-bit Arm) have no
 * type of 128 bits; where a product fits 64, as nearly always, none is needed. All arguments are >= 0. */
#ifndef FORMULATION_LABELS_LABELS_WIDE_H
#define FORMULATION_LABELS_LABELS_WIDE_H
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct labels_wide {
    uint64_t high, low;
};

static inline struct labels_wide labels_wide_product(int64_t a, int64_t b) {
    uint64_t a0 = (uint64_t)a & UINT32_MAX, a1 = (uint64_t)a >> 32, b0 = (uint64_t)b & UINT32_MAX;
    uint64_t b1 = (uint64_t)b >> 32, low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1;
    assert(a >= 0 && b >= 0);
    other += middle & UINT32_MAX; /* a0 b1 < 2^64 - 2^33: it does not overflow */
    return (struct labels_wide){a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | (low & UINT32_MAX)};
}

/* a b >= c d */
static inline bool labels_wide_at_least(int64_t a, int64_t b, int64_t c, int64_t d) {
    int64_t x, y;
    if (!__builtin_mul_overflow(a, b, &x) && !__builtin_mul_overflow(c, d, &y)) return x >= y;
    struct labels_wide p = labels_wide_product(a, b), q = labels_wide_product(c, d);
    return p.high != q.high ? p.high > q.high : p.low >= q.low;
}

/* a b / c, rounded down; b < c, so that the result is at most a. */
static inline int64_t labels_wide_share(int64_t a, int64_t b, int64_t c) {
    int64_t x;
    assert(a >= 0 && b >= 0 && b < c);
    if (!__builtin_mul_overflow(a, b, &x)) return x / c;
    struct labels_wide p = labels_wide_product(a, b);
    uint64_t rest = p.high, quotient = 0; /* high < c, as the quotient fits */
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (p.low >> bit & 1); /* rest < c < 2^63 before */
        quotient <<= 1;
        if (rest >= (uint64_t)c) rest -= (uint64_t)c, quotient |= 1;
    }
    assert(quotient <= (uint64_t)a);
    return (int64_t)quotient;
}

#endif
