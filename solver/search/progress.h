/* progress.h - the state of a search, as reported to callbacks. */
#ifndef SOLVER_SEARCH_PROGRESS_H
#define SOLVER_SEARCH_PROGRESS_H
#include <stdint.h>

struct search_progress {              /* passed to a callback */
    double seconds, objective, bound; /* objective MODEL_INFINITY (of the sense) while there is none */
    int64_t nodes, open_nodes, iterations;
    const char *found_by; /* what found the incumbent; "" while there is none */
};

#endif
