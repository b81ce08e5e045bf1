/* root_stages.h - what happens once per search at the root, before it branches: one table,
 * solver/tree/root_stages.def. */
#ifndef SOLVER_TREE_ROOT_STAGES_H
#define SOLVER_TREE_ROOT_STAGES_H
#include "solver/search/search.h"

enum root_stage {
#define ROOT_STAGE(name, when, once) ROOT_STAGE_##name,
#include "solver/tree/root_stages.def"
#undef ROOT_STAGE
    ROOT_STAGES
};

enum root_stage_when { ROOT_STAGE_BEFORE, ROOT_STAGE_AFTER }; /* the node's heuristics */

enum root_stage_result {
    ROOT_STAGE_ON,     /* continue with the next stage: the relaxation and its solution are unchanged */
    ROOT_STAGE_AGAIN,  /* propagate and solve the root again */
    ROOT_STAGE_STOPPED /* a limit, or a restart */
};

/* Runs the stages that are due, up to the first that does not return ROOT_STAGE_ON. */
enum root_stage_result root_stages_run(struct worker *w, enum root_stage_when when);
const char *root_stages_name(int stage);
bool root_stages_done(const struct search *t, enum root_stage stage);

#define ROOT_STAGE(name, when, once)                                                                                   \
    bool root_stage_##name##_due(const struct worker *w);                                                              \
    enum root_stage_result root_stage_##name##_run(struct worker *w);
#include "solver/tree/root_stages.def"
#undef ROOT_STAGE

#endif
