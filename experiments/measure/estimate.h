/* estimate.h - how much of `taso profile` is done, and how long the rest will take.
 *
 * Each kind of work k is planned in seconds of a made-up machine, E(k), of which D(k) are done. They took S(k) seconds
 * here, so that
 *
 *     left = sum over k of (E(k) - D(k)) f(k),    f(k) = (S(k) + A F) / (D(k) + A),    F = (sum S + A) / (sum D + A)
 *
 * A kind that has not begun is taken to be as far off as the others, and after A seconds of it by as much as it was. */
#ifndef EXPERIMENTS_MEASURE_ESTIMATE_H
#define EXPERIMENTS_MEASURE_ESTIMATE_H
#include <stdbool.h>

enum work {
#define WORK(symbol, words) WORK_##symbol,
#include "experiments/measure/works.def"
    WORKS
};
extern const char *const work_words[WORKS];

#define ESTIMATE_PRIOR_S 2.0 /* A */

struct estimate {
    double planned_s[WORKS], done_s[WORKS]; /* E, D */
    double spent_s[WORKS];                  /* S */
};

void estimate_plan(struct estimate *e, enum work k, double seconds); /* adds to E */
/* The rest of kind k is now planned to be so many seconds: E = D + rest. */
void estimate_replan(struct estimate *e, enum work k, double rest_s);
void estimate_did(struct estimate *e, enum work k, double planned_s, double took_s); /* adds to D and S; D <= E */
/* within_s: planned seconds of kind k that are done and not yet in D. */
double estimate_left(const struct estimate *e, enum work k, double within_s);
double estimate_spent(const struct estimate *e); /* sum S */

#endif
