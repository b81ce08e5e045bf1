/* From the fastest selection, by the swaps of greedy_weights.h: first until the stored weights fit into the flash, if
 * there is such a budget, then until the memory fits, with stored weights within the flash. The bytes are those that the
 * memory model counts of a layer by itself, weights and workspace. */
#include "baselines/greedy_weights.h"

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

/* Which bytes swaps are to save, and how many more the stored weights may become. */
struct saving {
    enum memory_model model;
    bool flash; /* stored weights; else what the model counts of a layer by itself */
    int64_t weights_spare;
};

static int64_t saving_bytes(const struct saving *s, const struct node *n, const struct choice *c) {
    if (s->flash) return c->weights_bytes;
    return memory_model_added(s->model, c->workspace_bytes, c->weights_bytes) + steps_choice_bytes(s->model, n, c);
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

static struct swap saving_swap(const struct saving *saving, const struct instance *g, const int *choice) {
    struct swap best = {-1, -1, 0, 0};
    for (int v = 0; v < g->nodes; v++) {
        const struct node *n = &g->node[v];
        const struct choice *now = &n->choice[choice[v]];
        const int64_t held = saving_bytes(saving, n, now);
        for (int i = 0; i < n->choices; i++) {
            const struct choice *c = &n->choice[i];
            if (c->in != now->in || c->out != now->out) continue;
            if (c->weights_bytes - now->weights_bytes > saving->weights_spare) continue;
            const struct swap s = {v, i, held - saving_bytes(saving, n, c),
                                   c->time_ns > now->time_ns ? c->time_ns - now->time_ns : 0};
            if (s.saved > 0 && swap_better(&s, &best)) best = s;
        }
    }
    return best;
}

void greedy_weights_flash(int *choice, const struct instance *g, const struct request *q) {
    const struct saving saving = {q->model, true, 0};
    struct swap s = {0};
    while (s.node >= 0 && selection_evaluate(g, choice, q->model, q->conversions).weights_bytes > q->flash_bytes) {
        s = saving_swap(&saving, g, choice);
        if (s.node >= 0) choice[s.node] = s.choice;
    }
}

/* Until the memory fits; the stored weights keep to their budget if they do so now. */
static void weights_memory(int *choice, const struct instance *g, const struct request *q) {
    struct saving saving = {.model = q->model};
    struct evaluation e = selection_evaluate(g, choice, q->model, q->conversions);
    while (e.memory_bytes > q->budget_bytes) {
        saving.weights_spare = e.weights_bytes <= q->flash_bytes ? q->flash_bytes - e.weights_bytes : 0;
        const struct swap s = saving_swap(&saving, g, choice);
        if (s.node < 0) return; /* every layer has its smallest choice: over the budget */
        choice[s.node] = s.choice;
        e = selection_evaluate(g, choice, q->model, q->conversions);
    }
}

bool greedy_weights_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                        struct error *err) {
    (void)variant;
    if (!restrict_fastest(out, g, q, weights_any, NULL, err)) return false;
    if (!out->choice) return true;
    greedy_weights_flash(out->choice, g, q);
    weights_memory(out->choice, g, q);
    return true;
}
