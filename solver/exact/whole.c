#include "solver/exact/whole.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;
#else
typedef uint64_t wide;
#endif

void whole_clear(struct whole *w) {
    free(w->limb);
    *w = (struct whole){0};
}

static void whole_room(struct whole *w, int room) {
    if (room <= w->room) return;
    assert(w->length <= w->room && w->room >= 0);
    int next = 2 * w->room > room ? 2 * w->room : room;
    w->limb = memory_resize(w->limb, (size_t)next, sizeof *w->limb);
    w->room = next;
}

static void whole_trim(struct whole *w) {
    while (w->length > 0 && w->limb[w->length - 1] == 0) w->length--;
}

void whole_copy(struct whole *w, const struct whole *a) {
    if (w == a) return;
    assert(whole_check(a));
    whole_room(w, a->length);
    memory_copy(w->limb, a->limb, (size_t)a->length * sizeof *a->limb);
    w->length = a->length;
}

void whole_swap(struct whole *a, struct whole *b) {
    assert(a->length <= a->room && b->length <= b->room);
    struct whole t = *a;
    *a = *b;
    *b = t;
}

void whole_set(struct whole *w, uint64_t value) {
    whole_room(w, 64 / WHOLE_BITS);
    for (w->length = 0; value; value = WHOLE_BITS == 64 ? 0 : value >> WHOLE_BITS / 2 >> WHOLE_BITS / 2)
        w->limb[w->length++] = (whole_limb)value;
}

bool whole_is_one(const struct whole *w) {
    return w->length == 1 && w->limb[0] == 1;
}

/* Leading zeros of a limb that is not 0. */
static int whole_zeros(whole_limb limb) {
    return __builtin_clzll(limb) - (64 - WHOLE_BITS);
}

int whole_bits(const struct whole *w) {
    assert(whole_check(w));
    return w->length ? WHOLE_BITS * w->length - whole_zeros(w->limb[w->length - 1]) : 0;
}

int whole_compare(const struct whole *a, const struct whole *b) {
    assert(whole_check(a) && whole_check(b)); /* with leading zeros a longer number could be the smaller one */
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    for (int k = a->length; k-- > 0;)
        if (a->limb[k] != b->limb[k]) return a->limb[k] < b->limb[k] ? -1 : 1;
    return 0;
}

void whole_add(struct whole *w, const struct whole *a, const struct whole *b) {
    if (a->length < b->length) {
        const struct whole *t = a;
        a = b;
        b = t;
    }
    int length = a->length, shorter = b->length;
    wide carry = 0;
    whole_room(w, length + 1); /* a and b may be w: their limbs are read through them afterwards */
    for (int k = 0; k < length; k++) {
        carry += (wide)a->limb[k] + (k < shorter ? b->limb[k] : 0);
        w->limb[k] = (whole_limb)carry;
        carry >>= WHOLE_BITS;
    }
    assert(carry <= 1);
    w->limb[length] = (whole_limb)carry;
    w->length = length + 1;
    whole_trim(w);
}

void whole_subtract(struct whole *w, const struct whole *a, const struct whole *b) {
    int length = a->length, shorter = b->length;
    whole_limb borrow = 0;
    whole_room(w, length);
    for (int k = 0; k < length; k++) {
        wide take = (wide)borrow + (k < shorter ? b->limb[k] : 0);
        borrow = a->limb[k] < take;
        w->limb[k] = a->limb[k] - (whole_limb)take;
    }
    w->length = length;
    whole_trim(w);
}

void whole_multiply(struct whole *w, const struct whole *a, const struct whole *b) {
    assert(w != a && w != b);
    int length = a->length + b->length;
    whole_room(w, length);
    w->length = length;
    memory_clear(w->limb, (size_t)length * sizeof *w->limb);
    for (int i = 0; i < a->length; i++) {
        whole_limb carry = 0;
        for (int k = 0; k < b->length; k++) {
            wide sum = (wide)a->limb[i] * b->limb[k] + w->limb[i + k] + carry;
            w->limb[i + k] = (whole_limb)sum;
            carry = (whole_limb)(sum >> WHOLE_BITS);
        }
        w->limb[i + b->length] = carry;
    }
    whole_trim(w);
}

void whole_shift_left(struct whole *w, const struct whole *a, int bits) {
    assert(bits >= 0);
    int limbs = bits / WHOLE_BITS, rest = bits % WHOLE_BITS, length = a->length;
    whole_room(w, length + limbs + 1);
    w->limb[length + limbs] = 0;
    for (int k = length; k-- > 0;) {
        wide moved = (wide)a->limb[k] << rest;
        w->limb[k + limbs + 1] |= (whole_limb)(moved >> WHOLE_BITS);
        w->limb[k + limbs] = (whole_limb)moved;
    }
    for (int k = 0; k < limbs; k++) w->limb[k] = 0;
    w->length = length + limbs + 1;
    whole_trim(w);
}

/* By fewer bits than a limb has. */
static void whole_shift_right(struct whole *w, int bits) {
    assert(bits >= 0 && bits < WHOLE_BITS);
    for (int k = 0; k < w->length; k++) {
        wide pair = w->limb[k] | (k + 1 < w->length ? (wide)w->limb[k + 1] << WHOLE_BITS : 0);
        w->limb[k] = (whole_limb)(pair >> bits);
    }
    whole_trim(w);
}

/* The quotient of a's leading limbs by b's two, at most one too large; a has one limb more than b, b's leading bit is
 * set. */
static whole_limb whole_guess(const whole_limb *a, const struct whole *b) {
    int n = b->length;
    assert(n > 0 && b->limb[n - 1] >> (WHOLE_BITS - 1) == 1);
    whole_limb top = b->limb[n - 1], next = n > 1 ? b->limb[n - 2] : 0, below = n > 1 ? a[n - 2] : 0;
    wide pair = (wide)a[n] << WHOLE_BITS | a[n - 1];
    wide guess = a[n] >= top ? (whole_limb)-1 : pair / top, rest = pair - guess * top;
    while (rest >> WHOLE_BITS == 0 && guess * next > (rest << WHOLE_BITS | below)) {
        guess--;
        rest += top;
    }
    return (whole_limb)guess;
}

/* a -= factor b, over one limb more than b has; returns whether the result is negative. */
static bool whole_take(whole_limb *a, const struct whole *b, whole_limb factor) {
    whole_limb carry = 0;
    for (int k = 0; k < b->length; k++) {
        wide product = (wide)factor * b->limb[k] + carry;
        whole_limb low = (whole_limb)product;
        carry = (whole_limb)(product >> WHOLE_BITS) + (a[k] < low);
        a[k] -= low;
    }
    bool below = a[b->length] < carry;
    a[b->length] -= carry;
    return below;
}

static void whole_give_back(whole_limb *a, const struct whole *b) {
    wide carry = 0;
    for (int k = 0; k < b->length; k++) {
        carry += (wide)a[k] + b->limb[k];
        a[k] = (whole_limb)carry;
        carry >>= WHOLE_BITS;
    }
    a[b->length] += (whole_limb)carry;
}

/* Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D. */
void whole_divide(struct whole *q, struct whole *a, const struct whole *divisor) {
    assert(divisor->length > 0);
    struct whole b = {0};
    int shift = whole_zeros(divisor->limb[divisor->length - 1]);
    whole_shift_left(&b, divisor, shift);
    whole_shift_left(a, a, shift);
    int m = a->length - b.length;
    if (q) {
        whole_room(q, m < 0 ? 0 : m + 1);
        q->length = m < 0 ? 0 : m + 1;
    }
    whole_room(a, a->length + 1);
    a->limb[a->length++] = 0;
    for (int j = m; j >= 0; j--) {
        whole_limb guess = whole_guess(&a->limb[j], &b);
        if (whole_take(&a->limb[j], &b, guess)) { /* the guess was one too large */
            guess--;
            whole_give_back(&a->limb[j], &b);
        }
        if (q) q->limb[j] = guess;
    }
    assert(a->limb[a->length - 1] == 0 || m < 0); /* a remainder is no longer than the divisor */
    whole_trim(a);
    if (q) whole_trim(q);
    whole_shift_right(a, shift);
    free(b.limb);
}

void whole_gcd(struct whole *a, struct whole *b) {
    while (b->length > 0) {
        whole_divide(NULL, a, b);
        whole_swap(a, b);
    }
}

double whole_leading(const struct whole *w, int *exponent) {
    double value = 0; /* three limbs are more than a double holds */
    int from = w->length > 3 ? w->length - 3 : 0;
    for (int k = w->length; k-- > from;) value = ldexp(value, WHOLE_BITS) + (double)w->limb[k];
    assert(value > 0 || w->length == 0);
    *exponent = WHOLE_BITS * from;
    return value;
}
