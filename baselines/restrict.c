#include "baselines/restrict.h"

#include <assert.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "solver/base/memory.h"

/* index[] of n's remaining choices. */
static int restrict_node(int *index, const struct node *n, int v, restrict_rule rule, const void *context) {
    int count = 0;
    for (int i = 0; i < n->choices; i++)
        if (rule(context, n, v, i)) index[count++] = i;
    for (int i = 0; i < n->choices && count == 0; i++) index[i] = i;
    return count > 0 ? count : n->choices;
}

bool restrict_fastest(struct answer *out, const struct instance *g, const struct request *q, restrict_rule rule,
                      const void *context, struct error *err) {
    struct instance part = *g;
    struct request per_edge = *q; /* as a PBQP requires; the judge follows the request */
    int **index = MEMORY_NEW(int *, g->nodes);
    part.node = MEMORY_NEW(struct node, g->nodes);
    per_edge.conversions = CONVERSIONS_PER_EDGE;
    for (int v = 0; v < g->nodes; v++) {
        struct node *n = &part.node[v];
        *n = g->node[v];
        index[v] = MEMORY_NEW(int, n->choices);
        n->choices = restrict_node(index[v], &g->node[v], v, rule, context);
        assert(n->choices > 0 && n->choices <= g->node[v].choices);
        n->choice = MEMORY_NEW(struct choice, n->choices);
        for (int i = 0; i < n->choices; i++) n->choice[i] = g->node[v].choice[index[v][i]];
    }
    bool ok = pbqp_run(out, &part, &per_edge, NULL, err);
    for (int v = 0; v < g->nodes; v++) {
        if (out->choice) out->choice[v] = index[v][out->choice[v]];
        free(part.node[v].choice);
        free(index[v]);
    }
    free(part.node);
    free(index);
    out->bound_ns = -1; /* a bound for the part does not hold for the whole */
    out->used_rn = false;
    out->outcome = out->choice ? OUTCOME_FEASIBLE : OUTCOME_STUCK;
    return ok;
}
