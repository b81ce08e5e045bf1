#include "solver/rational.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"

/* --- whole numbers ---------------------------------------------------------------------------------------------------------- */

static void whole_room(struct whole *w, int room) {
    if (room <= w->room) return;
    int next = 2 * w->room > room ? 2 * w->room : room;
    w->limb = memory_resize(w->limb, (size_t)next, sizeof *w->limb);
    w->room = next;
}

static void whole_trim(struct whole *w) {
    while (w->length > 0 && w->limb[w->length - 1] == 0) w->length--;
}

static void whole_copy(struct whole *w, const struct whole *a) {
    if (w == a) return;
    whole_room(w, a->length);
    if (a->length) memcpy(w->limb, a->limb, (size_t)a->length * sizeof *a->limb);
    w->length = a->length;
}

static void whole_swap(struct whole *a, struct whole *b) {
    struct whole t = *a;
    *a = *b;
    *b = t;
}

static void whole_set(struct whole *w, uint64_t value) {
    whole_room(w, 2);
    w->limb[0] = (uint32_t)value;
    w->limb[1] = (uint32_t)(value >> 32);
    w->length = 2;
    whole_trim(w);
}

static bool whole_is_one(const struct whole *w) {
    return w->length == 1 && w->limb[0] == 1;
}

static int whole_compare(const struct whole *a, const struct whole *b) {
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    for (int k = a->length; k-- > 0;)
        if (a->limb[k] != b->limb[k]) return a->limb[k] < b->limb[k] ? -1 : 1;
    return 0;
}

static void whole_add(struct whole *w, const struct whole *a, const struct whole *b) {
    if (a->length < b->length) {
        const struct whole *t = a;
        a = b;
        b = t;
    }
    int length = a->length, shorter = b->length;
    uint64_t carry = 0;
    whole_room(w, length + 1); /* a and b may be w: their limbs are read through them afterwards */
    for (int k = 0; k < length; k++) {
        carry += (uint64_t)a->limb[k] + (k < shorter ? b->limb[k] : 0);
        w->limb[k] = (uint32_t)carry;
        carry >>= 32;
    }
    w->limb[length] = (uint32_t)carry;
    w->length = length + 1;
    whole_trim(w);
}

/* a - b for a >= b */
static void whole_subtract(struct whole *w, const struct whole *a, const struct whole *b) {
    int length = a->length, shorter = b->length;
    uint64_t borrow = 0;
    whole_room(w, length);
    for (int k = 0; k < length; k++) {
        uint64_t take = borrow + (k < shorter ? b->limb[k] : 0);
        borrow = a->limb[k] < take;
        w->limb[k] = (uint32_t)(a->limb[k] - take);
    }
    w->length = length;
    whole_trim(w);
}

/* w is none of a and b */
static void whole_multiply(struct whole *w, const struct whole *a, const struct whole *b) {
    assert(w != a && w != b);
    int length = a->length + b->length;
    whole_room(w, length);
    w->length = length;
    if (length) memset(w->limb, 0, (size_t)length * sizeof *w->limb);
    for (int i = 0; i < a->length; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < b->length; k++) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + w->limb[i + k];
            w->limb[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        w->limb[i + b->length] = (uint32_t)carry;
    }
    whole_trim(w);
}

static void whole_shift_left(struct whole *w, const struct whole *a, int bits) {
    int limbs = bits / 32, rest = bits % 32, length = a->length;
    whole_room(w, length + limbs + 1);
    w->limb[length + limbs] = 0;
    for (int k = length; k-- > 0;) {
        uint64_t moved = (uint64_t)a->limb[k] << rest;
        w->limb[k + limbs + 1] |= (uint32_t)(moved >> 32);
        w->limb[k + limbs] = (uint32_t)moved;
    }
    for (int k = 0; k < limbs; k++) w->limb[k] = 0;
    w->length = length + limbs + 1;
    whole_trim(w);
}

static void whole_shift_right(struct whole *w, int bits) {
    for (int k = 0; k < w->length; k++) {
        uint64_t pair = w->limb[k] | (k + 1 < w->length ? (uint64_t)w->limb[k + 1] << 32 : 0);
        w->limb[k] = (uint32_t)(pair >> bits);
    }
    whole_trim(w);
}

/* Quotient into q (NULL: not wanted), remainder in the place of a; Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D. */
static void whole_divide(struct whole *q, struct whole *a, const struct whole *divisor) {
    assert(divisor->length > 0);
    struct whole b = {0};
    int shift = __builtin_clz(divisor->limb[divisor->length - 1]);
    whole_shift_left(&b, divisor, shift);
    whole_shift_left(a, a, shift);
    int n = b.length, m = a->length - n;
    if (q) q->length = 0;
    if (m >= 0) {
        whole_room(a, a->length + 1);
        a->limb[a->length++] = 0;
        if (q) {
            whole_room(q, m + 1);
            q->length = m + 1;
        }
        uint64_t top = b.limb[n - 1], next = n > 1 ? b.limb[n - 2] : 0;
        for (int j = m; j >= 0; j--) {
            uint64_t pair = (uint64_t)a->limb[j + n] << 32 | a->limb[j + n - 1], guess = pair / top, rest = pair % top;
            uint64_t below = n > 1 ? a->limb[j + n - 2] : 0;
            while (guess >> 32 || guess * next > (rest << 32 | below)) {
                guess--;
                rest += top;
                if (rest >> 32) break;
            }
            uint64_t carry = 0, borrow = 0;
            for (int k = 0; k <= n; k++) {
                carry += guess * (k < n ? b.limb[k] : 0);
                uint64_t take = (carry & 0xffffffffu) + borrow;
                borrow = a->limb[j + k] < take;
                a->limb[j + k] = (uint32_t)(a->limb[j + k] - take);
                carry >>= 32;
            }
            if (borrow) { /* the guess was one too much */
                guess--;
                carry = 0;
                for (int k = 0; k <= n; k++) {
                    carry += (uint64_t)a->limb[j + k] + (k < n ? b.limb[k] : 0);
                    a->limb[j + k] = (uint32_t)carry;
                    carry >>= 32;
                }
            }
            if (q) q->limb[j] = (uint32_t)guess;
        }
        whole_trim(a);
        if (q) whole_trim(q);
    }
    whole_shift_right(a, shift);
    free(b.limb);
}

/* a and b are used up; the divisor is left in a */
static void whole_gcd(struct whole *a, struct whole *b) {
    while (b->length > 0) {
        whole_divide(NULL, a, b);
        whole_swap(a, b);
    }
}

/* --- fractions -------------------------------------------------------------------------------------------------------------- */

void rational_clear(struct rational *r) {
    free(r->n.limb);
    free(r->d.limb);
    *r = (struct rational){0};
}

void rational_copy(struct rational *r, const struct rational *a) {
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
        whole_divide(&quotient, &r->n, &g);
        whole_swap(&quotient, &r->n);
        whole_divide(&quotient, &r->d, &g);
        whole_swap(&quotient, &r->d);
    }
    if (whole_is_one(&r->d)) r->d.length = 0;
    free(g.limb);
    free(rest.limb);
    free(quotient.limb);
}

void rational_set(struct rational *r, double value) {
    assert(isfinite(value));
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
    exponent -= 53;
    while (mantissa && mantissa % 2 == 0) {
        mantissa /= 2;
        exponent++;
    }
    r->sign = value > 0 ? 1 : value < 0 ? -1 : 0;
    whole_set(&r->n, mantissa);
    r->d.length = 0;
    if (mantissa == 0) return;
    if (exponent > 0) whole_shift_left(&r->n, &r->n, exponent);
    if (exponent < 0) {
        whole_set(&r->d, 1);
        whole_shift_left(&r->d, &r->d, -exponent);
    }
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
    whole_copy(&inverse.d, &b->n);
    if (b->d.length)
        whole_copy(&inverse.n, &b->d);
    else
        whole_set(&inverse.n, 1);
    rational_multiply(r, a, &inverse);
    rational_clear(&inverse);
}

void rational_add_product(struct rational *r, const struct rational *a, double b) {
    if (a->sign == 0 || b == 0) return;
    struct rational product = {0};
    rational_set(&product, b);
    rational_multiply(&product, &product, a);
    rational_add(r, r, &product);
    rational_clear(&product);
}

void rational_negate(struct rational *r) {
    r->sign = -r->sign;
}

int rational_compare(const struct rational *a, const struct rational *b) {
    if (a->sign != b->sign) return a->sign < b->sign ? -1 : 1;
    if (a->sign == 0) return 0;
    struct whole left = {0}, right = {0};
    rational_times(&left, &a->n, &b->d);
    rational_times(&right, &b->n, &a->d);
    int order = whole_compare(&left, &right);
    free(left.limb);
    free(right.limb);
    return a->sign * order;
}

/* The leading three limbs are more than a double holds. */
static double whole_leading(const struct whole *w, int *exponent) {
    double value = 0;
    int from = w->length > 3 ? w->length - 3 : 0;
    for (int k = w->length; k-- > from;) value = value * 4294967296.0 + w->limb[k];
    *exponent = 32 * from;
    return value;
}

double rational_double(const struct rational *r) {
    int above, below = 0;
    double n = whole_leading(&r->n, &above), d = r->d.length ? whole_leading(&r->d, &below) : 1;
    return r->sign * ldexp(n / d, above - below);
}

int rational_limbs(const struct rational *r) {
    return r->n.length + r->d.length;
}
