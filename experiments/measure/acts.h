/* acts.h - a network that ends in large fully connected layers, in two acts.
 *
 * Such layers have no primitives to choose from, take longer than all the rest and have most of the weights. The first
 * act is all before the first of them, if a single tensor connects both and no convolution comes later; the second is
 * an input of that tensor's shape, and the rest. */
#ifndef EXPERIMENTS_MEASURE_ACTS_H
#define EXPERIMENTS_MEASURE_ACTS_H
#include "formulation/network.h"

struct acts {
    int count;            /* 2, or 1: the network is not such a one, and the first act is all of it */
    struct network of[2]; /* views: names and other layers are the network's, which must outlive them */
};
void acts_init(struct acts *p, const struct network *folded);
void acts_free(struct acts *p);

#endif
