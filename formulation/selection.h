/* selection.h - one choice per node, and the one judge of what it costs (formulation/README.md, equations (3) to (7)).
 *
 * Memory models (formulation/memory_models.def); every one counts what the runtime allocates:
 *   workspace (4)  largest workspace of a layer or conversion
 *   unshared  (7)  sum of the workspaces
 *   peak      (5)  largest over the steps of live tensors + the step's workspace. Steps: for each node in order, the
 *                  conversions of its inputs in slot order, each leg of a path one step, then the node. A tensor lives
 *                  from the step that makes it to the last step that reads it, a conversion or a node; the network's
 *                  output to the end; a converted copy from its conversion to its reader (per-edge) or last reader in
 *                  that layout (per-tensor). An output that lies where inputs do counts in its step only with what
 *                  they do not hold already (formulation/overlay.h); then the inputs go, and it counts in full.
 *   footprint (6)  peak + the sum of stored weights */
#ifndef FORMULATION_SELECTION_H
#define FORMULATION_SELECTION_H
#include "formulation/instance.h"
#include "formulation/memory_model.h"
#include "formulation/segment.h"

enum conversions { CONVERSIONS_PER_EDGE, CONVERSIONS_PER_TENSOR };
#define CONVERSIONS 2
extern const char *const conversion_names[CONVERSIONS]; /* "per-edge", "per-tensor" */

/* Layers [first, last] run by rows, all in `layout`: a segment (formulation/segment.h). For its layers, choice[v] is an
 * index into node[v].strip, of that layout and segment_call_rows rows. image_by_rows, of one that begins with the image
 * (first = 1): the caller hands over its rows. */
struct stream {
    int first, last;
    struct segment_pace pace;
    enum layout layout;
    bool image_by_rows;
};

/* The segments of a selection, ascending; none: every layer runs as a whole. */
struct streams {
    int count;
    struct stream *stream;
};
void selection_streams_free(struct streams *s);
/* Is the image handed over by rows? */
bool selection_image_by_rows(const struct streams *s);
/* Is (first, last) at this pace the segment `barred`, in any layout? More rows than a layer has are as good as all of
 * them. pace.rows 0: no segment is barred. */
bool selection_is_barred(const struct stream *barred, const struct instance *g, int first, int last,
                         struct segment_pace pace);

struct evaluation {
    bool possible;         /* every needed conversion exists */
    int64_t time_ns;       /* (3) */
    int64_t memory_bytes;  /* under the model */
    int64_t weights_bytes; /* stored weights of all layers, whatever the model counts: K of (21) */
    int conversions;       /* how many are executed, each leg of a path counted */
    int64_t conversion_ns; /* their part of time_ns */
};

/* The legs of the path from `from` to `to` on edge e: stop[0..legs) are the layouts after each. 0 if nothing is
 * executed: the same layout, or layouts with the same bytes. A path must exist. */
int selection_legs(enum layout stop[LAYOUTS], const struct edge *e, enum layout from, enum layout to);

/* Workspace of those legs: the largest, or their sum. */
int64_t selection_legs_bytes(const struct edge *e, enum layout from, enum layout to, bool sum);

/* choice[nodes]: index into node[v].choice. */
struct evaluation selection_evaluate(const struct instance *g, const int *choice, enum memory_model model,
                                     enum conversions conversions);
/* The same with segments. A segment is one step: its block (18), and the largest workspace of its layers. Its time is
 * that of its layers by rows, and of all that is moved: within the block, the tensor at its first cut to its place in
 * the block, and the one at its last cut from there. Not possible where the first tensor is in another layout. An image
 * by rows is nowhere before its segment, and is not moved to it; its time is that of the whole image in its layout. */
struct evaluation selection_evaluate_streamed(const struct instance *g, const int *choice,
                                              const struct streams *streams, enum memory_model model,
                                              enum conversions conversions);
struct segment *selection_segment(const struct network *folded, const struct stream *s);
/* Bytes that a segment moves, as above. */
int64_t selection_moved_bytes(const struct segment *s);

#endif
