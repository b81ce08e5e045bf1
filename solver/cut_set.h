/* cut_set.h - cuts as data. A cut is sum value[k] x[index[k]] <= rhs over columns, scaled to norm 1. */
#ifndef SOLVER_CUT_SET_H
#define SOLVER_CUT_SET_H
#include <stddef.h>

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

#endif
