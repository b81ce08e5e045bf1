/* branch_rules.h - how candidates for branching are ranked: one table, solver/tree/rules.def, chosen by option
 * `branching`. */
#ifndef SOLVER_TREE_BRANCH_RULES_H
#define SOLVER_TREE_BRANCH_RULES_H
#include "solver/search/search.h"
#include "solver/tree/rules.def"

enum branch_rule_row { /* values of option `branching` */
#define BRANCH_RULE(name, score, trials) BRANCH_RULE_##name,
                       BRANCH_RULES(BRANCH_RULE)
#undef BRANCH_RULE
};

struct branch_rule {
    const char *name;
    /* The score of column, group or set `col`, whose value in the relaxation is x, not whole; the greatest is branched
     * on. */
    double (*score)(struct worker *w, int col, double x);
    bool trials; /* columns without observations are tried (strong branching) */
};
extern const struct branch_rule branch_rules[BRANCH_RULES_COUNT];

#define BRANCH_RULE(name, score, trials) double score(struct worker *w, int col, double x);
BRANCH_RULES(BRANCH_RULE)
#undef BRANCH_RULE

double branch_fraction(double x); /* x - floor(x) */
/* Floor for rises of the relaxation's objective: a share of the gap, since "small" depends on the units of the
 * objective. So one child that rises a lot counts for more than two that hardly rise. */
double branch_least_rise(const struct worker *w);

#endif
