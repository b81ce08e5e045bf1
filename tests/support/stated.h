/* stated.h - the error that a schedule's primitives may make together, by what each of them states. */
#ifndef TESTS_SUPPORT_STATED_H
#define TESTS_SUPPORT_STATED_H
#include "experiments/runtime/schedule.h"

static inline double stated_error(const struct schedule *s) {
    double sum = 0;
    for (int i = 0; i < s->steps; i++)
        if (s->step[i].primitive) sum += s->step[i].primitive->algorithm->tolerance;
    return sum;
}

#endif
