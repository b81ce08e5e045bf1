/* greedy_weights.h - knapsack by ratio: the swap that saves the most bytes per ns lost, again and again. A swap takes
 * another choice of a layer with the same layouts, so that no conversion changes. */
#ifndef BASELINES_GREEDY_WEIGHTS_H
#define BASELINES_GREEDY_WEIGHTS_H
#include "formulation/method.h"

/* Swaps until the stored weights fit into the flash budget (21), or every layer has its smallest. No layer of the
 * selection runs by rows. */
void greedy_weights_flash(int *choice, const struct instance *g, const struct request *q);

#endif
