/* random.h - a small deterministic generator (splitmix64, Steele, Lea and Flood 2014): same seed, same stream,
 * everywhere. */
#ifndef SOLVER_BASE_RANDOM_H
#define SOLVER_BASE_RANDOM_H
#include <assert.h>
#include <stdint.h>

struct random {
    uint64_t state; /* the seed to begin with */
};

static inline uint64_t random_bits(struct random *r) {
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline double random_unit(struct random *r) { /* [0, 1) */
    return (double)(random_bits(r) >> 11) * 0x1p-53;
}

static inline int random_int(struct random *r, int low, int high) { /* low <= value <= high */
    assert(low <= high);
    return low + (int)(random_bits(r) % (uint64_t)((int64_t)high - low + 1));
}

#endif
