/* What the keys of several operators share; kernels/operator.h declares it. Apart from operator.c, which refers to all
 * operators: an emitted program has those that its plan needs. */
#include <math.h>
#include <stdio.h>

#include "kernels/operator.h"

const char *operator_padding(struct padding *pad, const double *value, const bool *given) {
    int side[4];
    bool sides = false;
    for (int i = 0; i < 4; i++) {
        side[i] = given[i + 1] ? (int)value[i + 1] : 0;
        sides = sides || given[i + 1];
    }
    if (sides && given[0])
        return "both `p` and the padding of a side (expected `p`, or some of `pt`, `pl`, `pb`, `pr`)";
    *pad = sides ? (struct padding){side[0], side[1], side[2], side[3]} : padding_all((int)value[0]);
    return NULL;
}

bool operator_pair(int *down, int *across, const struct operator_key *key, const double *value, const bool *given,
                   char wrong[OPERATOR_PAIR_WRONG]) {
    const bool one = given[0], two = given[1] && given[2];
    if (one ? given[1] || given[2] : !two && (given[1] || given[2] || isnan(key->preset))) {
        snprintf(wrong, OPERATOR_PAIR_WRONG, "needs the key `%s`, or `%s` and `%s`, and not both", key[0].name,
                 key[1].name, key[2].name);
        return false;
    }
    *down = (int)value[two ? 1 : 0], *across = (int)value[two ? 2 : 0];
    return true;
}
