/* memory_model.h - what a budget counts: the properties of each row of formulation/memory_models.def, and the
 * arithmetic that follows from them (formulation/README.md, equations (4) to (7)).
 *
 *     M = max over steps  of memory_model_step(live tensors, workspace)
 *       + sum over layers of memory_model_added(workspace, weights)
 *
 * A workspace is counted in at most one of the two, so no model counts it twice. The judge (selection_evaluate), the
 * bounds (formulation/least.h), the reduction by a budget (formulation/core.h), the integer program (formulation/ilp.h)
 * and the methods all call the functions below and never ask which model it is. */
#ifndef FORMULATION_MEMORY_MODEL_H
#define FORMULATION_MEMORY_MODEL_H
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum memory_model {
#define MEMORY_MODEL(symbol, name, equation, live, workspaces, weights, help) MEMORY_##symbol,
#include "formulation/memory_models.def"
    MEMORY_MODELS
};

enum memory_workspaces { MEMORY_WORKSPACES_IGNORED, MEMORY_WORKSPACES_LARGEST, MEMORY_WORKSPACES_SUM };

struct memory_model_row {
    const char *name, *equation, *help;
    bool live; /* tensors count while they are alive */
    enum memory_workspaces workspaces;
    bool weights; /* stored weights count, all of them at all times */
};

extern const struct memory_model_row memory_models[MEMORY_MODELS];
extern const char *const memory_model_names[MEMORY_MODELS]; /* the same names, for command-line flags */

bool memory_model_parse(enum memory_model *model, const char *name); /* false: no such model */
/* All names, for messages: "workspace, peak, footprint or unshared". */
#define MEMORY_MODEL_LIST 256
const char *memory_model_list(char text[MEMORY_MODEL_LIST]);

/* What one step needs; the largest step counts. */
static inline int64_t memory_model_step(enum memory_model m, int64_t live_bytes, int64_t workspace_bytes) {
    assert(live_bytes >= 0 && workspace_bytes >= 0);
    return (memory_models[m].live ? live_bytes : 0) +
           (memory_models[m].workspaces == MEMORY_WORKSPACES_LARGEST ? workspace_bytes : 0);
}

/* What one layer, or conversion (without weights), adds to the sum over all of them. */
static inline int64_t memory_model_added(enum memory_model m, int64_t workspace_bytes, int64_t weights_bytes) {
    assert(workspace_bytes >= 0 && weights_bytes >= 0);
    return (memory_models[m].workspaces == MEMORY_WORKSPACES_SUM ? workspace_bytes : 0) +
           (memory_models[m].weights ? weights_bytes : 0);
}

/* Live tensors count: each step of a run has its own memory (formulation/steps.h). */
static inline bool memory_model_by_step(enum memory_model m) {
    return memory_models[m].live;
}

/* M has a maximum over steps: it is not only a sum. */
static inline bool memory_model_has_step(enum memory_model m) {
    return memory_models[m].live || memory_models[m].workspaces == MEMORY_WORKSPACES_LARGEST;
}

/* M has a sum over the layers: a budget then couples all of them, which only an integer program can express. */
static inline bool memory_model_adds_up(enum memory_model m) {
    return memory_models[m].weights || memory_models[m].workspaces == MEMORY_WORKSPACES_SUM;
}

/* M is always the workspace of some layer or conversion (4): only the distinct sizes matter as budgets. */
static inline bool memory_model_is_a_size(enum memory_model m) {
    return memory_models[m].workspaces == MEMORY_WORKSPACES_LARGEST && !memory_models[m].live &&
           !memory_models[m].weights;
}

#endif
