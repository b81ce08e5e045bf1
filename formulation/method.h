/* method.h - the contract of a selection method. The table of all methods is baselines/methods.def. */
#ifndef FORMULATION_METHOD_H
#define FORMULATION_METHOD_H
#include <stdatomic.h>

#include "formulation/selection.h"

#define METHOD_NO_BUDGET INT64_MAX

enum formulation { FORMULATION_FLOW /* (2) */, FORMULATION_PRODUCT /* (2') */ };

struct request {
    enum memory_model model;
    int64_t budget_bytes; /* B; METHOD_NO_BUDGET: none */
    double slack;         /* eps of (9); 0.15 by default */
    double weight;        /* a of (10); 0.5 by default */
    enum conversions conversions;
    enum formulation formulation;
    double time_limit_s;
    int threads;                 /* of the solver */
    const atomic_int *interrupt; /* may be NULL */
};

enum outcome {
    OUTCOME_OPTIMAL,     /* proven best for what the method minimises */
    OUTCOME_FEASIBLE,    /* a selection within the budget, no proof claimed */
    OUTCOME_OVER_BUDGET, /* a selection by a method that ignores the budget, or cannot meet it */
    OUTCOME_INFEASIBLE,  /* nothing fits; least_bytes would do */
    OUTCOME_TIME_LIMIT,  /* the best found, if any (answer.choice), bound valid */
    OUTCOME_INTERRUPTED,
    OUTCOME_MEMORY_LIMIT, /* as the time limit */
    OUTCOME_STUCK         /* a heuristic found no selection at all, and says nothing about whether there is one */
};
extern const char *const outcome_names[]; /* "optimal", "feasible", "over-budget", "infeasible", "time-limit",
                                           "interrupted", "memory-limit", "stuck" */

struct answer {
    enum outcome outcome;
    int *choice;         /* [nodes] or NULL; the caller frees */
    int64_t bound_ns;    /* proven lower bound of T under the budget; -1: none */
    int64_t least_bytes; /* infeasible: the least budget that would do; else -1 */
    int64_t nodes, iterations;
    bool used_rn; /* pbqp: the RN rule was needed, so the answer is a heuristic's */
};

/* What a method reads of a request besides model, budget and conversions, by which every method is judged. */
enum method_use {
    METHOD_USES_NOTHING = 0,
    METHOD_USES_PROGRAM = 1, /* an integer program: formulation, time limit */
    METHOD_USES_SLACK = 2,
    METHOD_USES_WEIGHT = 4,
    METHOD_USES_TIME = 8 /* the time limit, without a program */
};

/* What an answer of the method proves about what it minimises: time (8), unless it reads slack (9) or weight (10). A
 * time limit, an interrupt, or the RN rule of a graph reduction (answer.used_rn) leave its outcome short of that. */
enum method_proof {
    METHOD_NO_PROOF, /* a heuristic */
    METHOD_UNBOUND,  /* the best if there were no budget */
    METHOD_PROVES    /* the best within the budget, or that nothing fits */
};

struct method {
    const char *name, *help;
    /* false only for what the method cannot do (a model it does not know): a line that says which can. `variant` is the
     * table's: a family's name for family-F. */
    bool (*run)(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err);
    const char *variant;
    unsigned uses; /* METHOD_USES_... */
    enum method_proof proof;
};

#endif
