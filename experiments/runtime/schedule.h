/* schedule.h - a plan as steps over buffers: what runs when, from where to where, and how long each tensor lives.
 *
 * Steps are the plan's rows: conversions and layers in execution order. Every step makes one buffer (its output) and
 * may use a workspace of its own for as long as it runs. A buffer lives from the step that makes it to its last reader
 * (problem.md, equation 5); the network's output lives to the end. live_bytes is the most that is alive at one step,
 * workspace included: memory model `peak`. Workspaces are those of the code for `threads` threads, not the plan's
 * figures, which a profile may have for another number. */
#ifndef EXPERIMENTS_RUNTIME_SCHEDULE_H
#define EXPERIMENTS_RUNTIME_SCHEDULE_H
#include "formulation/plan.h"

struct schedule_step {
    const struct plan_step *row;
    int node;                           /* layer of the folded network; conversion: its reader */
    const struct primitive *primitive;  /* of a convolution */
    struct shape shape;                 /* of the output */
    int inputs, input[OPERATOR_INPUTS]; /* buffers read = the steps that made them */
    int64_t out_bytes, out_offset;
    int64_t workspace_bytes, workspace_offset;
    int last; /* step that reads the output last; the network's output: the last step */
};

struct schedule {
    const struct plan *plan;
    const struct network *network; /* folded */
    int threads, steps;
    struct schedule_step *step;
    int *made_by; /* [layers] step that computes a layer */
    int64_t live_bytes, arena_bytes;
    int64_t weights_bytes; /* stored weights of all steps */
};

/* NULL where the plan does not fit the network or has uncovered layers, which nothing can run. */
struct schedule *schedule_new(const struct plan *plan, const struct network *folded, int threads, struct error *err);
void schedule_free(struct schedule *s);
int64_t schedule_stored_bytes(const struct schedule *s, int step); /* stored weights of one step */

#endif
