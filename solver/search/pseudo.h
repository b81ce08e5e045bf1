/* pseudo.h - pseudo-costs: by how much the relaxation rose, on average, for each unit that branching moved a column
 * (Benichou et al. 1971). */
#ifndef SOLVER_SEARCH_PSEUDO_H
#define SOLVER_SEARCH_PSEUDO_H
#include <stdbool.h>

struct pseudo {
    double *sum[2];  /* [cols] of rises per unit; 0: down, 1: up */
    int *count[2];   /* [cols] */
    double total[2]; /* over all columns */
    long total_count[2];
    int cols;
};

void pseudo_init(struct pseudo *p, int cols);
void pseudo_free(struct pseudo *p);
void pseudo_copy(struct pseudo *to, const struct pseudo *from);
/* to += now - before: the observations of one worker. */
void pseudo_merge(struct pseudo *to, const struct pseudo *now, const struct pseudo *before);
void pseudo_learn(struct pseudo *p, int col, bool up, double distance, double rise);
/* Expected rise; a column without observations counts as average. */
double pseudo_rise(const struct pseudo *p, int col, bool up, double distance);
int pseudo_trials(const struct pseudo *p, int col); /* the smaller number of both directions */
/* Achterberg's product of rises, each at least `least`. */
double pseudo_score(double down, double up, double least);

#endif
