#include "solver/tree/branch_rules.h"

#include <assert.h>
#include <math.h>

#include "solver/search/worker.h"

#define BRANCH_RISE 1e-3 /* least rise that counts, as a share of the gap */

const struct branch_rule branch_rules[BRANCH_RULES_COUNT] = {
#define BRANCH_RULE(name, score, trials) {#name, score, trials},
    BRANCH_RULES(BRANCH_RULE)
#undef BRANCH_RULE
};

double branch_fraction(double x) {
    return x - floor(x);
}

double branch_least_rise(const struct worker *w) {
    double gap = worker_threshold(w) - lp_objective(w->lp);
    return gap < MODEL_INFINITY / 2 ? fmax(1e-6, BRANCH_RISE * gap) : 1e-6;
}

double branch_score_fractional(struct worker *w, int col, double x) {
    (void)w, (void)col;
    return 0.5 - fabs(branch_fraction(x) - 0.5);
}

double branch_score_first(struct worker *w, int col, double x) {
    (void)w, (void)x;
    return -col;
}

double branch_score_pseudo(struct worker *w, int col, double x) {
    assert(col >= 0 && col < search_branchables(w->tree));
    double f = branch_fraction(x);
    return pseudo_score(pseudo_rise(w->pseudo, col, false, f), pseudo_rise(w->pseudo, col, true, 1 - f),
                        branch_least_rise(w));
}
