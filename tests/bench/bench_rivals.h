/* bench_rivals.h - one convolution by every peer that can compute it: what tests/bench/bench_layer.c measures ours
 * against. */
#ifndef TESTS_BENCH_BENCH_RIVALS_H
#define TESTS_BENCH_BENCH_RIVALS_H
#include "tests/bench/bench_peers.h"

/* One implementation. */
struct rival {
    int peer, i;
    void *conv;
};

struct rivals {
    void *conv[PEERS]; /* NULL: not this one */
    int count;         /* implementations of all */
    size_t floats;     /* room that the input and the output need, in any layout */
};

struct rivals rivals_new(const struct scenario *s);
struct rival *rivals_list(const struct rivals *r, float *in,
                          float *out); /* [count], all bound to in and out; freed with free() */
void rivals_free(struct rivals *r);
void rival_run(void *rival); /* a contender's run */

#endif
