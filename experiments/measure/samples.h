/* samples.h - raw times of a profile's rows, measured in running networks, and the file that keeps them until they are
 * pooled.
 *
 * The series of a row holds all of its times, and the last round in which it was measured. Until a row has one, its
 * price is the time of the first pass, less SAMPLES_OPTIMISM, or SAMPLES_COLD if that was a single run or judged from a
 * part: a row that may be better than the best is then measured, rather than trusting one whose first time was low by
 * chance. Likewise its price at the beginning of a later round is the least of its times: others may have had the
 * processor in the rounds before, so times are too long by chance, hardly ever too short. A row that takes more than
 * SAMPLES_SLOW times the best of its scenario is only used where memory is scarce: it is measured in one round, others
 * in each.
 *
 * File: `# key: value` lines, then the header `kind scenario name from to round ns`, one row per series, ns with
 * commas, and `# rows: N`. */
#ifndef EXPERIMENTS_MEASURE_SAMPLES_H
#define EXPERIMENTS_MEASURE_SAMPLES_H
#include <limits.h>

#include "formulation/profile.h"

#define SAMPLES_FORMAT   "taso-samples 2"
#define SAMPLES_OPTIMISM 0.03
#define SAMPLES_COLD     0.25 /* plans of cold rows ran at 0.70 to 0.84 of their times */
#define SAMPLES_SLOW     2
/* As a round: a row of a finished profile, which keeps its time. */
#define SAMPLES_SETTLED INT_MAX

struct series {
    int64_t first_ns; /* time of the first pass */
    int64_t *ns;      /* [count] */
    int count, round;
    size_t capacity;
    bool cold, slow;
};

struct samples {
    struct profile *profile; /* sorted; its medians are the current prices */
    struct series *series;   /* [rows] */
};

void samples_init(struct samples *s, struct profile *sorted);
void samples_free(struct samples *s);
void samples_add(struct samples *s, int row, const int64_t *ns, int count);
void samples_price(struct samples *s, int row);    /* after samples_add: the row's median */
void samples_reopen(struct samples *s, int round); /* the prices at the beginning of the round */
/* Is it to be measured in this round, if a frontier uses it? */
bool samples_lacks(const struct samples *s, int row, int round);
void samples_settle(struct samples *s, int row);
/* Sets every row of the profile to median, minimum, spread and runs of its series, or to the first pass. Returns how
 * many rows have a series. */
int samples_pool(struct samples *s);

bool samples_write(const struct samples *s, const char *path, struct error *err);
bool samples_read(struct samples *s, const char *path, struct error *err);

#endif
