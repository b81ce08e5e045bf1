/* Knapsack by ratio: from the fastest selection, swap the choice that saves the most bytes per ns lost, until all fits.
 * A swap keeps the layouts, so that no conversion changes; the bytes are those that the memory model counts of a layer
 * by itself, weights, workspace and what of its output lies elsewhere than its inputs. */
#include <assert.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "formulation/steps.h"
#include "solver/base/memory.h"

static bool weights_any(const void *context, const struct node *n, int v, int i) {
    (void)context;
    (void)v;
    return i >= 0 && i < n->choices;
}

static int64_t weights_bytes(const struct node *n, const struct choice *c, enum memory_model model) {
    return memory_model_added(model, c->workspace_bytes, c->weights_bytes) + steps_choice_bytes(model, n, c);
}

struct swap {
    int node, choice;
    int64_t saved, lost; /* bytes > 0, ns */
};

/* More bytes per ns; among swaps that lose nothing, the more bytes. */
static bool swap_better(const struct swap *a, const struct swap *b) {
    const double gain_a = (double)a->saved * (double)b->lost, gain_b = (double)b->saved * (double)a->lost;
    assert(a->saved > 0 && a->lost >= 0 && b->lost >= 0);
    if (b->saved == 0) return true;
    return gain_a > gain_b || (a->lost == 0 && b->lost == 0 && a->saved > b->saved);
}

static struct swap weights_swap(const struct instance *g, const int *choice, enum memory_model model) {
    struct swap best = {-1, -1, 0, 0};
    for (int v = 0; v < g->nodes; v++) {
        const struct choice *now = &g->node[v].choice[choice[v]];
        for (int i = 0; i < g->node[v].choices; i++) {
            const struct node *n = &g->node[v];
            const struct choice *c = &n->choice[i];
            const struct swap s = {v, i, weights_bytes(n, now, model) - weights_bytes(n, c, model),
                                   c->time_ns > now->time_ns ? c->time_ns - now->time_ns : 0};
            if (c->in == now->in && c->out == now->out && s.saved > 0 && swap_better(&s, &best)) best = s;
        }
    }
    return best;
}

bool greedy_weights_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                        struct error *err) {
    (void)variant;
    if (!restrict_fastest(out, g, q, weights_any, NULL, err)) return false;
    while (out->choice && selection_evaluate(g, out->choice, q->model, q->conversions).memory_bytes > q->budget_bytes) {
        const struct swap s = weights_swap(g, out->choice, q->model);
        if (s.node < 0) break; /* every layer has its smallest choice: over the budget */
        out->choice[s.node] = s.choice;
    }
    return true;
}
