/* cut_set.h - cuts as data, and the choice of the best. A cut is sum value[k] x[index[k]] <= rhs over columns, scaled
 * to norm 1. */
#ifndef SOLVER_SEARCH_CUT_SET_H
#define SOLVER_SEARCH_CUT_SET_H
#include <stddef.h>

#include "solver/lp/lp.h"

struct cut {
    int count;
    int *index;
    double *value;
    double rhs, efficacy; /* efficacy: distance from the solution that it cuts off */
    int age;              /* rounds in which it was slack */
    const char *made_by;
};

struct cut_set {
    struct cut *item;
    size_t count, room;
};

void cut_drop(struct cut *cut); /* frees what it holds */
void cut_set_append(struct cut_set *s, struct cut cut);
void cut_set_free(struct cut_set *s);
/* The best of `found`, at most `most` of them and none too parallel to a better one, go to `chosen`; `found` is empty
 * afterwards. Returns how many. */
size_t cut_set_choose(struct cut_set *chosen, struct cut_set *found, size_t most, int cols);
/* Adds cuts from, ..., to - 1 to an LP, as its last rows; all of them to a model. */
void cut_set_add_rows(const struct cut_set *s, size_t from, size_t to, struct lp *lp);
void cut_set_append_rows(const struct cut_set *s, struct model *m);

#endif
