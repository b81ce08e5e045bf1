/* samples.h - raw times of a profile's rows, taken in running networks, and the file that keeps them until they are
 * pooled.
 *
 * A row's series holds every time that was seen, and the last round in which it was seen. Until it has one, a row is
 * priced at what the first pass saw, less SAMPLES_OPTIMISM, so that a row which may be better than the best is looked
 * at, rather than one that was lucky once be believed. File: `# key: value` lines, then the header `kind scenario name
 * from to round ns`, one row per series, ns with commas, and `# rows: N`. */
#ifndef EXPERIMENTS_MEASURE_SAMPLES_H
#define EXPERIMENTS_MEASURE_SAMPLES_H
#include <limits.h>

#include "formulation/profile.h"

#define SAMPLES_FORMAT   "taso-samples 2"
#define SAMPLES_OPTIMISM 0.03
#define SAMPLES_SLOW                                                                                                   \
    4 /* times the best of its scenario: taken only where memory leaves no other, and one time is as good as ten */
#define SAMPLES_SETTLED INT_MAX /* as a round: a row that stays as it is: a slow one, or one of a finished profile */

struct series {
    int64_t first_ns; /* what the first pass saw */
    int64_t *ns;      /* [count] */
    int count, round;
    size_t capacity;
};

struct samples {
    struct profile *profile; /* sorted; its medians are the prices at hand */
    struct series *series;   /* [rows] */
};

void samples_open(struct samples *s, struct profile *sorted);
void samples_free(struct samples *s);
void samples_add(struct samples *s, int row, const int64_t *ns, int count);
void samples_price(struct samples *s, int row); /* after samples_add: the row's median */
void samples_settle(struct samples *s, int row);
/* Every row as the profile shall have it: median, minimum, spread and runs of its series, or what the first pass saw.
 * Returns how many have a series. */
int samples_pool(struct samples *s);

bool samples_write(const struct samples *s, const char *path, struct error *err);
bool samples_read(struct samples *s, const char *path, struct error *err);

#endif
