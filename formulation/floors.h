/* floors.h - the least RAM in which a network can run, from its shapes alone: kernels that need no workspace, no
 * conversions, no costs. Equation numbers are those of formulation/README.md.
 *
 *     whole      max over the layers v of the bytes of the tensors alive while v runs          (5) with w = 0
 *     in place   the same, but outputs lie over an input or around several where some kernel and layout allow it (28) to
 *                (30), on one thread. The image counts as such an input: a run keeps its own copy.
 *     streamed   min over the paths from the image to the output over the cuts (formulation/segment.h) of
 *                max over the arcs of the path of
 *                    a segment (i, j] by rows       block(i, j, h) of (18), the least over all paces
 *                    the layers between two cuts    their largest step, as under `in place`
 *
 *     image      the same, but a segment that begins with the image takes its rows from the caller as they are needed, and
 *     by rows    holds those that it still needs
 *
 * A run in whole tensors or by rows reaches all but the first if these kernels have no workspace and their layouts agree.
 * The first is what it would take without memory in common.
 *
 * The path follows from the end by dynamic programming (formulation/floors_ways.h).
 *
 * Bytes of an element are a parameter: 4 is what kernels compute with, 1 is int8 as others count it. */
#ifndef FORMULATION_FLOORS_H
#define FORMULATION_FLOORS_H
#include <stdatomic.h>

#include "formulation/segment.h"

enum floors_form { FLOORS_WHOLE, FLOORS_IN_PLACE, FLOORS_STREAMED, FLOORS_IMAGE_BY_ROWS, FLOORS_FORMS };
extern const char *const floors_names[FLOORS_FORMS]; /* "whole", "in-place", "streamed", "image-by-rows" */

struct floors_tensor {
    int node; /* whose output */
    int64_t bytes;
};

/* The floor and its witness: the first step or segment on the way that needs so much. */
struct floors {
    int64_t bytes;
    int first, last;          /* the layers of the segment; of a step: both its layer */
    struct segment_pace pace; /* of a segment; rows 0: a step */
    int tensors;
    struct floors_tensor *tensor; /* [tensors] what is alive there, the largest first; with `state` they make `bytes` */
    int64_t state_bytes;          /* of a segment whose last layer accumulates */
};

/* element_bytes: 1, 2 or 4. interrupt: may be NULL. false: it came; then out is what is needed at most. */
bool floors_find(struct floors *out, const struct network *folded, enum floors_form form, int element_bytes,
                 const atomic_int *interrupt);
void floors_free(struct floors *f);

#endif
