#include "solver/exact/dixon.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

/* An equation is scaled by 2^-exponent, the smallest power that makes its entries and its right-hand side whole: the
 * solution is the same. */
struct dixon_entry {
    int pivot; /* whose unknown */
    int shift; /* the entry is mantissa 2^shift */
    int64_t mantissa;
};
struct dixon {
    const struct modular *factors;
    int size, *start; /* [size + 1] of equation t in entry */
    struct dixon_entry *entry;
    long *exponent; /* [size] */
    int *word;      /* [size + 1] of equation t in rest */
    uint64_t *rest; /* the residual right-hand sides: whole numbers in two's complement, lowest word first */
    int digits;
    size_t room;
    uint64_t *digit;     /* [digits][size] */
    uint64_t *x, *right; /* [unknowns], [equations] work of modular_solve */
};

/* --- wide numbers: two's complement of a fixed number of words --- */

static void wide_add(uint64_t *w, int words, int at, uint64_t part) {
    for (; part && at < words; at++) {
        w[at] += part;
        part = w[at] < part;
    }
}

static void wide_subtract(uint64_t *w, int words, int at, uint64_t part) {
    for (; part && at < words; at++) {
        bool borrow = w[at] < part;
        w[at] -= part;
        part = borrow;
    }
}

/* w -= mantissa 2^shift digit */
static void wide_subtract_product(uint64_t *w, int words, int64_t mantissa, int shift, uint64_t digit) {
    uint64_t high, low = modular_wide_product(&high, (uint64_t)llabs(mantissa), digit);
    assert(shift >= 0 && digit < MODULAR_PRIME);
    int at = shift / 64, bits = shift % 64;
    uint64_t part[3] = {low << bits, high << bits | (bits ? low >> (64 - bits) : 0), bits ? high >> (64 - bits) : 0};
    for (int k = 0; k < 3; k++) {
        if (mantissa > 0)
            wide_subtract(w, words, at + k, part[k]);
        else
            wide_add(w, words, at + k, part[k]);
    }
}

static uint64_t wide_modulo(const uint64_t *w, int words) {
    assert(words > 0);
    uint64_t sum = 0;
    for (int k = words; k-- > 0;) sum = modular_add(modular_shift(sum, 64), w[k] % MODULAR_PRIME);
    return w[words - 1] >> 63 ? modular_subtract(sum, modular_shift(1, 64L * words)) : sum;
}

/* w / p, which p divides: multiplied by the inverse of p modulo 2^64, word by word (Jebelean 1993). 2^61 - 1 is its own
 * negative inverse up to 2^122, so -(2^61 + 1) p = 1 modulo 2^64. */
static void wide_divide_by_prime(uint64_t *w, int words) {
    const uint64_t inverse = -((UINT64_C(1) << MODULAR_BITS) + 1);
    assert(wide_modulo(w, words) == 0); /* the previous digit was chosen for that */
    uint64_t borrow = 0;
    for (int k = 0; k < words; k++) {
        uint64_t high, quotient = (w[k] - borrow) * inverse;
        modular_wide_product(&high, quotient, MODULAR_PRIME);
        borrow = high + (w[k] < borrow);
        w[k] = quotient;
    }
}

/* --- the system --- */

static int dixon_bits(uint64_t n) {
    return n ? 64 - __builtin_clzll(n) : 0;
}

/* Equation t: its entries in the pivots' unknowns, pivot_of[unknown] or -1. Returns the words that its rest may
 * take. */
static int dixon_equation(struct dixon *l, int t, const struct equations_row *r, const int *pivot_of,
                          const struct rational *right) {
    int below = right->d.length ? whole_bits(&right->d) - 1 : 0, least = -below, count = l->start[t], most = 0;
    for (int k = 0; k < r->count; k++) {
        if (pivot_of[r->index[k]] < 0) continue;
        int exponent;
        int64_t mantissa = rational_split(&exponent, r->value[k]);
        l->entry[count++] = (struct dixon_entry){pivot_of[r->index[k]], exponent, mantissa};
        if (exponent < least) least = exponent;
    }
    assert(least <= 0 || count > l->start[t]);
    l->exponent[t] = least;
    l->start[t + 1] = count;
    for (int k = l->start[t]; k < count; k++) {
        struct dixon_entry *e = &l->entry[k];
        e->shift -= least;
        assert(e->shift >= 0 && e->pivot >= 0 && e->pivot < l->size);
        int bits = e->shift + dixon_bits((uint64_t)llabs(e->mantissa));
        if (bits > most) most = bits;
    }
    most += MODULAR_BITS + dixon_bits((uint64_t)(count - l->start[t]));
    int given = whole_bits(&right->n) - below - least;
    return ((given > most ? given : most) + 2) / 64 + 1;
}

static void dixon_right(struct dixon *l, int t, const struct rational *right) {
    struct whole scaled = {0};
    int below = right->d.length ? whole_bits(&right->d) - 1 : 0;
    assert(-below - l->exponent[t] >= 0);
    whole_shift_left(&scaled, &right->n, (int)(-below - l->exponent[t]));
    for (int k = 0; k < scaled.length; k++) {
        int bit = WHOLE_BITS * k;
        (right->sign < 0 ? wide_subtract : wide_add)(&l->rest[l->word[t]], l->word[t + 1] - l->word[t], bit / 64,
                                                     (uint64_t)scaled.limb[k] << bit % 64);
    }
    whole_clear(&scaled);
}

struct dixon *dixon_new(const struct equations *s, const struct modular *factors, const struct rational *right) {
    struct dixon *l = MEMORY_NEW(struct dixon, 1);
    int size = factors->rank, *pivot_of = MEMORY_NEW(int, s->unknowns);
    assert(size <= s->count && size <= s->unknowns && factors->unknowns == s->unknowns);
    long entries = 0;
    for (int t = 0; t < size; t++) entries += s->row[factors->equation[t]].count;
    *l = (struct dixon){.factors = factors,
                        .size = size,
                        .start = MEMORY_NEW(int, size + 1),
                        .entry = MEMORY_NEW(struct dixon_entry, entries),
                        .exponent = MEMORY_NEW(long, size),
                        .word = MEMORY_NEW(int, size + 1),
                        .x = MEMORY_NEW(uint64_t, s->unknowns),
                        .right = MEMORY_NEW(uint64_t, s->count)};
    for (int u = 0; u < s->unknowns; u++) pivot_of[u] = -1;
    for (int t = 0; t < size; t++) pivot_of[factors->unknown[t]] = t;
    for (int t = 0; t < size; t++)
        l->word[t + 1] = l->word[t] + dixon_equation(l, t, &s->row[factors->equation[t]], pivot_of, &right[t]);
    assert(l->start[size] <= entries);
    l->rest = MEMORY_NEW(uint64_t, l->word[size]);
    for (int t = 0; t < size; t++) dixon_right(l, t, &right[t]);
    free(pivot_of);
    return l;
}

void dixon_free(struct dixon *l) {
    if (!l) return;
    free(l->start);
    free(l->entry);
    free(l->exponent);
    free(l->word);
    free(l->rest);
    free(l->digit);
    free(l->x);
    free(l->right);
    free(l);
}

/* --- digits --- */

void dixon_step(struct dixon *l) {
    const struct modular *f = l->factors;
    l->digit = memory_grow(l->digit, &l->room, (size_t)(l->digits + 1) * (size_t)l->size, sizeof *l->digit);
    uint64_t *digit = l->digit + (size_t)l->digits++ * (size_t)l->size;
    assert(f->rank == l->size);
    memory_clear(l->right, (size_t)f->equations * sizeof *l->right);
    for (int t = 0; t < l->size; t++) {
        uint64_t rest = wide_modulo(&l->rest[l->word[t]], l->word[t + 1] - l->word[t]);
        l->right[f->equation[t]] = modular_shift(rest, l->exponent[t]);
    }
    modular_solve(l->x, f, l->right);
    for (int t = 0; t < l->size; t++) digit[t] = l->x[f->unknown[t]];
    for (int t = 0; t < l->size; t++) {
        uint64_t *w = &l->rest[l->word[t]];
        int words = l->word[t + 1] - l->word[t];
        for (int k = l->start[t]; k < l->start[t + 1]; k++) {
            const struct dixon_entry *e = &l->entry[k];
            wide_subtract_product(w, words, e->mantissa, e->shift, digit[e->pivot]);
        }
        wide_divide_by_prime(w, words);
    }
}

int dixon_digits(const struct dixon *l) {
    return l->digits;
}

/* w = sum of digit[k] p^k over k < digits, where digit k is at digit[k stride]. */
static void dixon_horner(struct whole *w, const uint64_t *digit, int digits, size_t stride) {
    struct whole prime = {0}, part = {0}, product = {0};
    assert(digits >= 0 && (digits == 0 || digit[0] < MODULAR_PRIME));
    whole_set(&prime, MODULAR_PRIME);
    whole_set(w, 0);
    for (int k = digits; k-- > 0;) {
        whole_multiply(&product, &prime, w);
        whole_set(&part, digit[(size_t)k * stride]);
        whole_add(w, &product, &part);
    }
    whole_clear(&prime);
    whole_clear(&part);
    whole_clear(&product);
}

void dixon_value(struct whole *w, const struct dixon *l, int t) {
    assert(t >= 0 && t < l->size);
    dixon_horner(w, l->digit + t, l->digits, (size_t)l->size);
}

void dixon_modulus(struct whole *w, const struct dixon *l) {
    uint64_t *digit = MEMORY_NEW(uint64_t, l->digits + 1);
    digit[l->digits] = 1;
    dixon_horner(w, digit, l->digits + 1, 1);
    free(digit);
}
