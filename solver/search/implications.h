/* implications.h - the effect of setting one binary on other columns, as found by probing (solver/tree/probing.h). */
#ifndef SOLVER_SEARCH_IMPLICATIONS_H
#define SOLVER_SEARCH_IMPLICATIONS_H
#include <stddef.h>

struct implication { /* x[col] = value makes x[other] <= bound (`upper`) or >= bound */
    int col, other;
    signed char value, upper;
    double bound;
};

struct implications {
    struct implication *item;
    size_t count, room;
};

#endif
