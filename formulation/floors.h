/* floors.h - the least RAM in which a network can run, from its shapes alone: kernels that need no workspace, no
 * conversions, no costs. Equation numbers are those of formulation/README.md.
 *
 *     whole      max over the layers v of the bytes of the tensors alive while v runs          (5) with w = 0
 *     in place   the same, but where a layer's operator says `in_place` (kernels/operator.h: ReLU, additions), its output
 *                takes the place of one of those inputs, if no later layer reads that. The image counts as such an
 *                input: a run keeps its own copy. A concatenation copies its inputs: views of them are not counted on.
 *     streamed   min over the paths from the image to the output over the cuts (formulation/segment.h) of
 *                max over the arcs of the path of
 *                    a segment (i, j] by rows       block(i, j, h) of (18), the least over h of segment_rows
 *                    the layers between two cuts    their largest step, as under `whole`
 *
 *     image      the same, but a segment that begins with the image takes its rows from the caller as they are needed, and
 *     by rows    holds those that it still needs
 *
 * A run in whole tensors or by rows reaches all but the second with kernels that have no workspace. The second is
 * what segments do by rows; that whole layers do so, too, is a bound so far.
 *
 * The path follows from the end by dynamic programming, best(i) = min over j of max(arc(i, j), best(j)). Segments that
 * begin at i are extended from cut to cut and measured (formulation/floors_reach.h) until what any longer one holds of the
 * tensors before j is not below the best so far: nothing longer can then be better.
 *
 * Bytes of an element are a parameter: 4 is what kernels compute with, 1 is int8 as others count it. */
#ifndef FORMULATION_FLOORS_H
#define FORMULATION_FLOORS_H
#include <stdatomic.h>

#include "formulation/network.h"

enum floors_form { FLOORS_WHOLE, FLOORS_IN_PLACE, FLOORS_STREAMED, FLOORS_IMAGE_BY_ROWS, FLOORS_FORMS };
extern const char *const floors_names[FLOORS_FORMS]; /* "whole", "in-place", "streamed", "image-by-rows" */

struct floors_tensor {
    int node; /* whose output */
    int64_t bytes;
};

/* The floor and its witness: the first step or segment on the way that needs so much. */
struct floors {
    int64_t bytes;
    int first, last; /* the layers of the segment; of a step: both its layer */
    int rows;        /* of a segment, a call; 0: a step */
    int tensors;
    struct floors_tensor *tensor; /* [tensors] what is alive there, the largest first; with `state` they make `bytes` */
    int64_t state_bytes;          /* of a segment whose last layer accumulates */
};

/* element_bytes: 1, 2 or 4. interrupt: may be NULL. false: it came; then out is what is needed at most. */
bool floors_find(struct floors *out, const struct network *folded, enum floors_form form, int element_bytes,
                 const atomic_int *interrupt);
void floors_free(struct floors *f);

#endif
