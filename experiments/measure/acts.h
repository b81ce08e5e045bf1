/* acts.h - a network in acts, which run one after the other.
 *
 * Large fully connected layers at a network's end have no primitives to choose from, take longer than all the rest and
 * have most of the weights: if a single tensor connects them with what comes before and no convolution comes later, they
 * are not in the same act as that. Acts with more raw weights than `most` bytes are divided wherever a single tensor
 * connects both sides. */
#ifndef EXPERIMENTS_MEASURE_ACTS_H
#define EXPERIMENTS_MEASURE_ACTS_H
#include <stdint.h>

#include "formulation/network.h"

#define ACTS_ANY INT64_MAX /* as `most`: divided before large fully connected layers only */

struct acts {
    int count;          /* 1: the network as a whole */
    struct network *of; /* [count] its layers in order; from the second act on behind an input in place of the layer
                         * before; views: names and layers are the network's, which must outlive them */
};
void acts_init(struct acts *a, const struct network *folded, int64_t most);
void acts_free(struct acts *a);

#endif
