#define _GNU_SOURCE /* sched_setaffinity */
#include "tests/bench/bench_turns.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"

#define TURNS_SHORT 2000000 /* ns */
#define TURNS_TRIES 3       /* of a short run: an interrupt takes longer than some layers */
#define TURNS_LINE  64      /* bytes */

static volatile unsigned sink; /* keeps the sweep from being optimised away */

static void turns_evict(void) {
    static unsigned char *other;
    if (!other) {
        other = memory_aligned(TURNS_EVICT, TURNS_LINE);
        for (int i = 0; i < TURNS_EVICT; i++) other[i] = (unsigned char)i; /* pages of its own, not the page of zeros */
    }
    unsigned sum = 0;
    for (int i = 0; i < TURNS_EVICT; i += TURNS_LINE) sum += other[i];
    sink = sum;
}

void turns_begin(void) {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    if (sched_setaffinity(0, sizeof here, &here) != 0) perror("bench: not pinned to a core");
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) != 0) perror("bench: huge pages could not be switched off");
}

int64_t turns_single(const struct contender *c) {
    const int64_t start = clock_thread_ns();
    c->run(c->what);
    return clock_thread_ns() - start;
}

int64_t turns_once(const struct contender *c) {
    c->run(c->what);
    turns_evict();
    return turns_single(c);
}

static int compare_ns(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t turns_quick(const struct contender *c) {
    int64_t best = turns_once(c);
    for (int i = 1; i < TURNS_TRIES && best < TURNS_SHORT; i++) {
        const int64_t ns = turns_once(c);
        if (ns < best) best = ns;
    }
    return best;
}

static int64_t turns_first(struct contender *c, int count) {
    int64_t best = INT64_MAX;
    for (int i = 0; i < count; i++) {
        c[i].ns[0] = turns_quick(&c[i]);
        if (c[i].ns[0] < best) best = c[i].ns[0];
    }
    return best;
}

void turns_run(struct contender *c, int count, int rounds) {
    const int64_t best = turns_first(c, count);
    if (best < TURNS_SHORT && 3 * rounds <= TURNS_MAX) rounds *= 3;
    for (int i = 0; i < count; i++) c[i].out = c[i].may_leave && c[i].ns[0] / TURNS_SLOW > best;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            if (!c[i].out) c[i].ns[round] = turns_once(&c[i]);
    for (int i = 0; i < count; i++) {
        if (!c[i].out) qsort(c[i].ns, (size_t)rounds, sizeof c[i].ns[0], compare_ns);
        c[i].ms = 1e-6 * (double)c[i].ns[c[i].out ? 0 : rounds / 2];
    }
}
