/* back_to_back.h - does the sum of measured times hold? A network's convolutions, each by its fastest primitive, run one after the
 * other, over and over, against the sum of their profiled times.
 *
 * Every layer has stored weights of its own, as in a network; activations go to and fro between two buffers; the workspace
 * is shared. No conversions, no other layers: it is the times of the primitives that are checked, not a selection. */
#ifndef EXPERIMENTS_BACK_TO_BACK_H
#define EXPERIMENTS_BACK_TO_BACK_H
#include "experiments/measure.h"
#include "formulation/network.h"
#include "formulation/profile.h"

struct back_to_back {
    int convolutions, uncovered;
    int64_t predicted_ns; /* sum of the medians */
    struct timing measured;
};
/* folded: the network as it is executed. */
struct back_to_back back_to_back_run(const struct network *folded, const struct profile *p, const struct measure *m);

#endif
