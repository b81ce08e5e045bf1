/* arithmetic.h - small integers: what sizes of tiles, strips and panels are made of. */
#ifndef KERNELS_ARITHMETIC_H
#define KERNELS_ARITHMETIC_H
#include <stdint.h>

static inline __attribute__((always_inline)) int least_of(int a, int b) {
    return a < b ? a : b;
}
static inline __attribute__((always_inline)) int most_of(int a, int b) {
    return a > b ? a : b;
}

/* ceil(a / b); a >= 0, b > 0. */
static inline __attribute__((always_inline)) int divide_up(int a, int b) {
    return (a + b - 1) / b;
}

/* Greatest common divisor of numbers >= 0. */
static inline int64_t common_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        const int64_t rest = a % b;
        a = b, b = rest;
    }
    return a;
}

#endif
