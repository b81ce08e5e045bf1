/* schedule.h - a plan as steps over buffers: what runs when, from where to where, and how long each tensor lives.
 *
 * Steps are the plan's rows: conversions and layers in execution order. Each step makes one buffer, its output, and may
 * use a workspace while it runs. A buffer is alive from the step that makes it to its last reader
 * (formulation/README.md, equation (5)); the network's output stays alive to the end. live_bytes is the most that is
 * alive at one step, workspace included: memory model `peak`. Workspaces are those of the kernels for `threads`
 * threads, not the plan's figures, which a profile may hold for another number.
 *
 * A segment (formulation/segment.h) is several rows of the plan, one per layer and that of its moves, and as many
 * steps; but in time it is one: nothing is alive then but its block (18) and the largest workspace of its strips. The
 * tensor at its first cut is alive until the step before the segment, which is the one that makes it; then it is moved
 * to the right end of the block. The tensor at its last cut is moved out of the block, after state_bytes, to where it
 * is alive from the step after the segment on. It stays where it is if the next segment begins there, or the network
 * ends. Places that agree save the move, and block and tensors are placed so that they do where that costs nothing
 * (experiments/runtime/schedule_place.c).
 *
 * An image that is handed over by rows (plan->stream_input) has no buffer: the segment's calls take its rows.
 *
 * Invariants (schedule_check): a step reads only buffers made before it, in the layout in which they were made; no
 * buffer is read after its `last`; buffers that are alive together do not overlap; the arena ends where the highest
 * buffer ends and is at least live_bytes. */
#ifndef EXPERIMENTS_RUNTIME_SCHEDULE_H
#define EXPERIMENTS_RUNTIME_SCHEDULE_H
#include "experiments/runtime/launch.h"
#include "experiments/runtime/strips.h"
#include "formulation/plan.h"

struct schedule_step {
    const struct plan_step *row;
    int node;                           /* layer of the folded network; conversion: its reader; move: the last layer */
    int segment;                        /* -1: none */
    const struct primitive *primitive;  /* of a convolution */
    struct shape shape;                 /* of the output */
    int inputs, input[OPERATOR_INPUTS]; /* buffers read = the steps that made them; 0 within segments */
    int64_t out_bytes, out_offset;      /* of a strip: its segment's block; move: the tensor at the last cut */
    int64_t workspace_bytes, workspace_offset;
    int last; /* step that reads the output last, or before which a segment begins that does; the last step of all for
                 the network's output */
};

/* Steps [first, move) are layers by rows, step `move` is all that the segment moves, as one row. */
struct schedule_segment {
    int first, move;
    struct strips *strips;
    int64_t block_offset;
};

struct schedule {
    const struct plan *plan;
    const struct network *network; /* folded */
    int threads, steps, segments;
    struct schedule_step *step;
    struct schedule_segment *segment;
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
int64_t schedule_biases(const struct schedule *s, int step);        /* floats */
/* Steps [first, last] in which the output of a step takes memory as a buffer of its own; false: it has none, its rows
 * being in a block. */
bool schedule_life(int *first, int *last, const struct schedule *s, int step);
/* Where the tensor at a segment's first cut is before the segment and in its block; after it, the one at the last. */
struct schedule_passage {
    int64_t from, to, bytes; /* offsets in the arena */
};
struct schedule_passage schedule_way_in(const struct schedule *s, int segment);
struct schedule_passage schedule_way_out(const struct schedule *s, int segment);
void schedule_place(struct schedule *s); /* sets all offsets, live_bytes and arena_bytes */

#endif
