/* exhaustive.c - every combination of choices, each graded by the judge: the oracle for small networks, under every
 * memory model. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "solver/base/memory.h"

#define EXHAUSTIVE_COMBINATIONS 4e6

static bool exhaustive_next(int *choice, const struct instance *g) {
    for (int v = g->nodes - 1; v >= 0; v--) {
        if (++choice[v] < g->node[v].choices) return true;
        choice[v] = 0;
    }
    return false;
}

bool exhaustive_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                    struct error *err) {
    (void)variant;
    double combinations = 1;
    for (int v = 0; v < g->nodes; v++) combinations *= g->node[v].choices;
    if (combinations > EXHAUSTIVE_COMBINATIONS)
        return error_set(err, "%.3g combinations are too many (expected at most %.3g); taso and dynamic can",
                         combinations, EXHAUSTIVE_COMBINATIONS);
    int *choice = MEMORY_NEW(int, g->nodes);
    size_t bytes = (size_t)g->nodes * sizeof *choice;
    do {
        struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
        if (!e.possible || e.weights_bytes > q->flash_bytes) continue;
        if (out->least_bytes < 0 || e.memory_bytes < out->least_bytes) out->least_bytes = e.memory_bytes;
        if (e.memory_bytes > q->budget_bytes || (out->choice && e.time_ns >= out->bound_ns)) continue;
        if (!out->choice) out->choice = MEMORY_NEW(int, g->nodes);
        memory_copy(out->choice, choice, bytes);
        out->bound_ns = e.time_ns;
    } while (exhaustive_next(choice, g));
    free(choice);
    out->outcome = out->choice ? OUTCOME_OPTIMAL : OUTCOME_INFEASIBLE;
    assert(!out->choice || out->least_bytes <= q->budget_bytes);
    if (out->choice) out->least_bytes = -1;
    return true;
}
