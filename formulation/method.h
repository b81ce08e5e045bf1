/* method.h - the contract of a selection method. The table of all methods is baselines/methods.def. */
#ifndef FORMULATION_METHOD_H
#define FORMULATION_METHOD_H
#include <stdatomic.h>

#include "formulation/selection.h"

#define METHOD_NO_BUDGET INT64_MAX

enum formulation { FORMULATION_FLOW /* (2) */, FORMULATION_PRODUCT /* (2') */ };

/* May segments of layers run by rows (formulation/segment.h)? Then the instance has strips (instance_stream). */
enum streaming { STREAMING_OFF, STREAMING_ON };

/* May outputs lie over and around inputs (formulation/overlay.h)? If not, the instance is instance_apart. */
enum in_place { IN_PLACE_ON, IN_PLACE_OFF };

struct request {
    enum memory_model model;
    int64_t budget_bytes; /* B; METHOD_NO_BUDGET: none */
    int64_t flash_bytes;  /* F of (21): the most that the stored weights add up to; METHOD_NO_BUDGET: any */
    double slack;         /* eps of (9); 0.15 by default */
    double weight;        /* a of (10); 0.5 by default */
    enum conversions conversions;
    enum formulation formulation;
    double time_limit_s;
    enum streaming streaming;
    enum in_place in_place;
    bool stream_input;    /* with streaming: may the segment at the beginning take the image by rows? */
    struct stream barred; /* layers that may not be a segment at that many rows a call, whatever the layout; 0: none */
    int threads;          /* of the solver */
    const struct options *solver; /* its other options; NULL: the defaults. Limits, threads and gaps are the method's */
    const atomic_int *interrupt;  /* may be NULL */
};

enum outcome {
    OUTCOME_OPTIMAL,     /* proven best for what the method minimises */
    OUTCOME_FEASIBLE,    /* a selection within the budget, no proof claimed */
    OUTCOME_OVER_BUDGET, /* a selection that exceeds the budget, by a method that ignores it or cannot meet it */
    OUTCOME_INFEASIBLE,  /* nothing fits; least_bytes suffice */
    OUTCOME_TIME_LIMIT,  /* the best found, if any (answer.choice), bound valid */
    OUTCOME_INTERRUPTED,
    OUTCOME_MEMORY_LIMIT, /* as the time limit */
    OUTCOME_STUCK         /* a heuristic found no selection, which does not prove that none exists */
};
extern const char *const outcome_names[]; /* "optimal", "feasible", "over-budget", "infeasible", "time-limit",
                                           "interrupted", "memory-limit", "stuck" */

struct answer {
    enum outcome outcome;
    int *choice; /* [nodes] or NULL; the caller frees it, and `streams` */
    struct streams streams;
    int64_t bound_ns;    /* proven lower bound of T under the budget; -1: none */
    int64_t least_bytes; /* infeasible: the least budget that suffices (within the same flash); else, or if none
                          * does, -1 */
    int64_t nodes, iterations;
    bool used_rn; /* pbqp: the RN rule was needed, so the answer is heuristic */
};

/* What a method reads of a request besides model, budget and conversions, which count for every method. */
enum method_use {
    METHOD_USES_NOTHING = 0,
    METHOD_USES_PROGRAM = 1, /* an integer program: formulation, time limit */
    METHOD_USES_SLACK = 2,
    METHOD_USES_WEIGHT = 4,
    METHOD_USES_TIME = 8, /* the time limit, without a program */
    METHOD_USES_STREAMING = 16,
    METHOD_USES_STREAM_INPUT = 64,
    METHOD_USES_FLASH = 32 /* the flash budget (21); a request that has one is refused by all other methods */
};

/* What an answer of the method proves about its objective: time (8), unless it reads slack (9) or weight (10). After a
 * time limit, an interrupt, or the RN rule of a graph reduction (answer.used_rn) the outcome claims less. */
enum method_proof {
    METHOD_NO_PROOF, /* a heuristic */
    METHOD_UNBOUND,  /* the optimum without a budget */
    METHOD_PROVES    /* the optimum within the budget, or that nothing fits */
};

struct method {
    const char *name, *help;
    /* false only for what the method does not support (a memory model): a line that says which methods do. `variant` is
     * the table's: a family's name for family-F. */
    bool (*run)(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err);
    const char *variant;
    unsigned uses; /* METHOD_USES_... */
    enum method_proof proof;
};

#endif
