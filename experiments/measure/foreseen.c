#include "experiments/measure/foreseen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

#define PLANS           50   /* run in a network's first visit, about */
#define PLAN_RUNS       2.5  /* of each, the preparation of weights included; together at least network_ns */
#define PLAN_MACS_PER_S 1e11 /* five times as fast as the average primitive */
#define SCENARIO_S      0.15 /* frontiers, for each distinct convolution */
#define KNOWN           0.4  /* of that, where earlier networks have all of its convolutions */
#define EXACT           1.5  /* times that, if frontiers miss no point, */
#define INEXACT         0.4  /* or if they may: they have fewer, and their rows do not change as often */
#define LATER           0.5  /* of the first visit, in each later round */
#define LATER_INEXACT   0.6 /* the same if frontiers may miss points: large fully connected layers run in the last only */

struct seen_scenario {
    char text[SCENARIO_TEXT];
    int network; /* the last that has it */
};

/* all[networks]: distinct convolutions of each; fresh[networks]: of these, those that no earlier one has. */
static void scenarios_count(int *all, int *fresh, const struct workload *w) {
    struct seen_scenario *seen = memory_new((size_t)w->units + 1, sizeof *seen);
    int count = 0;
    for (int i = 0; i < w->networks; i++)
        for (int v = 0; v < w->network[i]->layers; v++) {
            int at = 0;
            if (w->network[i]->layer[v].kind != LAYER_CONV) continue;
            scenario_print(seen[count].text, &w->network[i]->layer[v].scenario);
            while (strcmp(seen[at].text, seen[count].text) != 0) at++;
            const bool is_fresh = at == count;
            if (is_fresh || seen[at].network != i) all[i]++;
            fresh[i] += is_fresh, count += is_fresh;
            seen[at].network = i;
            assert(count <= w->units);
        }
    free(seen);
}

double foreseen_network(const struct network *n, const struct effort *e) {
    const double network_s = (double)e->network_ns * 1e-9;
    double macs = 0;
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].kind == LAYER_CONV) macs += (double)scenario_macs(&n->layer[v].scenario);
    const double runs_s = PLAN_RUNS * macs / PLAN_MACS_PER_S;
    return PLANS * (runs_s > network_s ? runs_s : network_s);
}

double *foreseen_visits(const struct workload *w, const struct effort *e) {
    int *all = MEMORY_NEW(int, w->networks), *fresh = MEMORY_NEW(int, w->networks);
    double *visit_s = MEMORY_NEW(double, w->networks);
    scenarios_count(all, fresh, w);
    for (int i = 0; i < w->networks; i++) {
        if (all[i] == 0) continue;
        const double whole_s = foreseen_network(w->network[i], e) + SCENARIO_S * all[i];
        visit_s[i] = (KNOWN + (1 - KNOWN) * fresh[i] / all[i]) * whole_s * (e->missed > 0 ? INEXACT : EXACT);
        if (w->strips) visit_s[i] *= 2;
    }
    free(all);
    free(fresh);
    return visit_s;
}

double foreseen_later(const struct effort *e) {
    return e->missed > 0 ? LATER_INEXACT : LATER;
}

double foreseen_rehearsal(const struct workload *w, const struct effort *e) {
    double *visit_s = foreseen_visits(w, e), sum = 0;
    for (int i = 0; i < w->networks; i++) sum += visit_s[i];
    free(visit_s);
    return sum * (1 + foreseen_later(e) * (e->rounds - 1));
}
