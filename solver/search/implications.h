/* implications.h - what setting one binary does to other columns, as probing (solver/tree/probing.h) found it. */
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
