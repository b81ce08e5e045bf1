/* bench_turns.h - contenders measured in turn, all under the same conditions.
 *
 * Every contender has one untimed run right before each timed one, so that its code, its weights and the branch
 * predictors are as warm as its rivals'; between the two, TURNS_EVICT bytes of other memory are read, so that none finds
 * its data in L1 or L2 only because it happened to run last. Contenders take turns round after round, so that a change
 * of the machine's speed affects all equally. Times are medians of thread CPU time, one thread, on one core, and no
 * contender has huge pages: libraries that allocate for themselves could not be given them. */
#ifndef TESTS_BENCH_BENCH_TURNS_H
#define TESTS_BENCH_BENCH_TURNS_H
#include <stdbool.h>
#include <stdint.h>

#define TURNS_MAX   301       /* rounds */
#define TURNS_EVICT (4 << 20) /* bytes: at least four times the L2 of today's cores */
#define TURNS_SLOW  3         /* times the best: such a contender takes no turns, if it may leave */

struct contender {
    void (*run)(void *what);
    void *what;
    bool may_leave, out; /* out: it was too slow to continue, each time it was tried */
    double ms;           /* median; of the best of its first runs if it is out */
    int64_t ns[TURNS_MAX];
};

void turns_begin(void);                                     /* once: stays on this core, with small pages only */
int64_t turns_single(const struct contender *c);            /* ns of one run as it comes: for a first impression */
int64_t turns_once(const struct contender *c);              /* ns: an untimed run, the sweep, a timed run */
int64_t turns_quick(const struct contender *c);             /* ns: the least of some of those, if they are short */
void turns_run(struct contender *c, int count, int rounds); /* sets ms and out; three times the rounds below 2 ms */

#endif
