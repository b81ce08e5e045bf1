/* schedule.h - a plan as steps over buffers: what runs when, from where to where, and how long each tensor lives.
 *
 * Steps are the plan's rows: conversions and layers in execution order. Each step makes one buffer, its output, and may
 * use a workspace while it runs. A buffer is alive from the step that makes it to its last reader
 * (formulation/README.md, equation (5)); the network's output stays alive to the end. live_bytes is the most that is
 * alive at one step, workspace included: memory model `peak`. Workspaces are those of the kernels for `threads`
 * threads, not the plan's figures, which a profile may hold for another number.
 *
 * Invariants (schedule_check): a step reads only buffers made before it, in the layout in which they were made; no
 * buffer is read after its `last`; buffers that are alive together do not overlap; the arena ends where the highest
 * buffer ends and is at least live_bytes. */
#ifndef EXPERIMENTS_RUNTIME_SCHEDULE_H
#define EXPERIMENTS_RUNTIME_SCHEDULE_H
#include "experiments/runtime/launch.h"
#include "formulation/plan.h"

struct schedule_step {
    const struct plan_step *row;
    int node;                           /* layer of the folded network; conversion: its reader */
    const struct primitive *primitive;  /* of a convolution */
    struct shape shape;                 /* of the output */
    int inputs, input[OPERATOR_INPUTS]; /* buffers read = the steps that made them */
    int64_t out_bytes, out_offset;
    int64_t workspace_bytes, workspace_offset;
    int last; /* step that reads the output last; the last step of all for the network's output */
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

/* NULL if the plan does not fit the network, or leaves layers uncovered: those cannot be run. */
struct schedule *schedule_new(const struct plan *plan, const struct network *folded, int threads, struct error *err);
void schedule_free(struct schedule *s);
enum launch_kind schedule_kind(const struct schedule *s, int step); /* what kind of kernel the step is */
bool schedule_check(const struct schedule *s);                      /* the invariants above */
int64_t schedule_stored_bytes(const struct schedule *s, int step);  /* stored weights of one step */

#endif
