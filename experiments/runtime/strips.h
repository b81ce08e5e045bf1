/* strips.h - a segment of a plan as kernels to launch: the strip of its layer (kernels/strip.h) that each call of the
 * list (formulation/segment.h) computes.
 *
 * Most calls of a layer are alike; only the first and the last ones differ, by their padding and number of rows. So a
 * layer has a few different shapes, each stored once, and a call the number of its own. A layer that accumulates (a
 * global mean) has no shapes: its calls say which rows they take. Workspaces are those of the largest strip, for
 * `threads` threads. Everything is made ahead of a run. */
#ifndef EXPERIMENTS_RUNTIME_STRIPS_H
#define EXPERIMENTS_RUNTIME_STRIPS_H
#include "formulation/selection.h"

/* Of a convolution `scenario` is set, of an operator `shape_of`, of a layer that accumulates neither. */
struct strips_layer {
    int calls, shapes;
    struct scenario *scenario;       /* [shapes] */
    struct operator_shape *shape_of; /* [shapes] */
    int64_t workspace_bytes;         /* the most of its calls */
};

struct strips {
    struct segment *segment;
    struct strips_layer *layer; /* [last - first + 1] the segment's layers */
    int *shape;                 /* [calls] the shape of each call, among those of its layer; unused for the image's */
};

/* primitive[last - first + 1]: NULL for operators. plan_match has found that all layers have strips. */
struct strips *strips_new(const struct network *folded, const struct stream *stream,
                          const struct primitive *const *primitive, int threads);
void strips_free(struct strips *s);
/* Calls that take rows of the image. */
struct strips_image {
    int calls, most_rows; /* most_rows: of one call */
};
struct strips_image strips_image(const struct strips *s);
int64_t strips_workspace(const struct strips *s); /* the most of all layers */
/* The shapes fit the list of calls: what a call reads and writes are its strip's rows. For CHECK. */
bool strips_check(const struct strips *s);

#endif
