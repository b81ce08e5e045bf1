/* streamer.h - a selection that gets segments one by one: what the heuristics that stream (baselines/greedy_stream.c)
 * build on. It knows the largest step, and what the selection becomes with one more segment; every state is graded by
 * the judge. */
#ifndef BASELINES_STREAMER_H
#define BASELINES_STREAMER_H
#include "formulation/method.h"
#include "formulation/steps.h"

struct streamer_state {
    int *choice; /* [nodes] */
    struct streams streams;
    struct evaluation graded;
};
void streamer_state_free(struct streamer_state *s);

struct streamer {
    const struct instance *g;
    const struct request *q;
    struct steps *steps; /* NULL: tensors do not count */
    int *first_step;     /* [nodes + 1] */
    int *cut, cuts;      /* without streaming none */
    struct streamer_state now;
};

void streamer_init(struct streamer *s, const struct instance *g, const struct request *q);
void streamer_free(struct streamer *s); /* not what `now` holds, which is the answer */

/* Takes the selection, without segments. */
void streamer_start(struct streamer *s, int *choice);
void streamer_take(struct streamer *s, struct streamer_state *state);

/* Tensors that are alive in any case while v runs as a whole. */
int64_t streamer_fixed(const struct streamer *s, int v);
/* (18) of a possible segment. */
int64_t streamer_block_bytes(const struct streamer *s, const struct stream *stream);
/* What the segment needs in a state that has it: its block, and the largest workspace. */
int64_t streamer_step(const struct streamer *s, const struct streamer_state *state, const struct stream *stream);
/* Layers [first, last] of the largest step: a layer, or a segment. Its bytes. */
int64_t streamer_largest(int *first, int *last, const struct streamer *s);
/* What `now` becomes with that segment, whose layers take the fastest strips with at most so much workspace; false: not
 * possible. Then nothing is to be freed. */
bool streamer_with(struct streamer_state *out, const struct streamer *s, const struct stream *stream,
                   int64_t workspace);

#endif
