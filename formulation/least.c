#include "formulation/least.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/steps.h"

/* The least that any choice of n needs in its step, without tensors, and the least that any adds to the sum. */
static void node_least(int64_t *step, int64_t *added, const struct node *n, enum memory_model model) {
    assert(n->choices > 0);
    *step = *added = INT64_MAX;
    for (int i = 0; i < n->choices; i++) {
        const struct choice *c = &n->choice[i];
        int64_t alone = steps_choice_bytes(model, n, c);
        int64_t more = memory_model_added(model, c->workspace_bytes, c->weights_bytes);
        if (alone < *step) *step = alone;
        if (more < *added) *added = more;
    }
}

static int64_t least_peak(const struct instance *g, enum memory_model model) {
    struct steps *steps = steps_new(g, model);
    int64_t peak = 0, alone, added;
    for (int s = 0; s < steps->count; s++) {
        if (!steps->step[s].runs) continue;
        node_least(&alone, &added, &g->node[steps->step[s].node], model);
        if (steps->step[s].fixed_bytes + alone > peak) peak = steps->step[s].fixed_bytes + alone;
    }
    steps_free(steps);
    return peak;
}

int64_t least_bound(const struct instance *g, enum memory_model model) {
    int64_t largest = 0, sum = 0, alone, added;
    for (int v = 0; v < g->nodes; v++) {
        node_least(&alone, &added, &g->node[v], model);
        if (alone > largest) largest = alone;
        sum += added;
    }
    if (memory_model_by_step(model)) largest = least_peak(g, model);
    assert(largest >= 0 && sum >= 0 && largest <= INT64_MAX - sum);
    return largest + sum;
}

/* Feasible: *high becomes the memory of the selection found. Infeasible: *low becomes the next budget. false with
 * *least = -1: neither. */
static bool least_try(int64_t *low, int64_t *high, int64_t budget, const struct instance *g, const struct request *q,
                      least_solver solve, bool *known, struct error *err) {
    struct request at = *q;
    struct answer a = {0};
    assert(budget >= 0);
    at.budget_bytes = budget;
    if (!solve(&a, g, &at, err)) return false;
    *known = a.outcome == OUTCOME_INFEASIBLE || a.choice;
    if (a.outcome == OUTCOME_INFEASIBLE)
        *low = budget == METHOD_NO_BUDGET ? budget : budget + 1; /* infeasible without a budget: no budget suffices */
    else if (a.choice) {
        struct evaluation e = selection_evaluate(g, a.choice, q->model, q->conversions);
        assert(e.possible && (budget == METHOD_NO_BUDGET || e.memory_bytes <= budget));
        assert(e.memory_bytes >= *low); /* all below was proven infeasible */
        *high = e.memory_bytes;
    }
    free(a.choice);
    return true;
}

bool least_bytes(int64_t *least, const struct instance *g, const struct request *q, least_solver solve,
                 struct error *err) {
    int64_t low = least_bound(g, q->model), high = -1;
    bool known = true;
    *least = -1;
    if (!least_try(&low, &high, low, g, q, solve, &known, err)) return false; /* the bound is usually attained */
    if (high < 0 && known && !least_try(&low, &high, METHOD_NO_BUDGET, g, q, solve, &known, err)) return false;
    if (high < 0) return true;
    while (low < high && known)
        if (!least_try(&low, &high, low + (high - low) / 2, g, q, solve, &known, err)) return false;
    assert(!known || low >= high); /* nothing remains between them */
    if (known) *least = high;
    return true;
}

bool least_complete(bool ok, struct answer *out, const struct instance *g, const struct request *q, least_solver solve,
                    struct error *err) {
    if (!ok || out->outcome != OUTCOME_INFEASIBLE) return ok;
    assert(!out->choice);
    return least_bytes(&out->least_bytes, g, q, solve, err);
}
