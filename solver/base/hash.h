/* hash.h - hashes of (index, value) whose sum is a hash of the set, independent of order. */
#ifndef SOLVER_BASE_HASH_H
#define SOLVER_BASE_HASH_H
#include <stdint.h>
#include <string.h>

/* The value is rounded to 40 bits, so that values equal up to rounding seldom differ. */
static inline uint64_t hash_entry(int index, double value) {
    uint64_t bits;
    _Static_assert(sizeof bits == sizeof value, "the value's bits are hashed");
    value += value * 0x1p-42;
    memcpy(&bits, &value, sizeof bits);
    uint64_t z = (bits >> 12) * 0x9e3779b97f4a7c15u + (uint64_t)(index + 1) * 0xd1342543de82ef95u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

#endif
