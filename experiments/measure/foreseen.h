/* foreseen.h - what the second pass is planned to take, in seconds of the made-up machine (experiments/measure/
 * estimate.h). As measured: most is the first visit of each network, less if earlier ones have its convolutions. */
#ifndef EXPERIMENTS_MEASURE_FORESEEN_H
#define EXPERIMENTS_MEASURE_FORESEEN_H
#include "experiments/measure/workload.h"
#include "experiments/runtime/measure.h"

double foreseen_network(const struct network *n,
                        const struct effort *e); /* a visit with all convolutions new, without frontiers */
double *foreseen_visits(const struct workload *w, const struct effort *e); /* [networks] the first ones; to be freed */
double foreseen_later(const struct effort *e); /* a visit in a later round, of the first one */
double foreseen_rehearsal(const struct workload *w, const struct effort *e); /* all rounds */

#endif
