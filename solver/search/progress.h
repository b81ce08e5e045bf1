/* progress.h - how far a search has come, as its callbacks see it. */
#ifndef SOLVER_SEARCH_PROGRESS_H
#define SOLVER_SEARCH_PROGRESS_H
#include <stdint.h>

struct search_progress {              /* what a callback is shown */
    double seconds, objective, bound; /* objective MODEL_INFINITY (of the sense) while there is none */
    int64_t nodes, open_nodes, iterations;
    const char *found_by; /* what found the incumbent; "" while there is none */
};

#endif
