/* core_segments.h - the streamed segments that a run may use, for the integer program: equations (13) to (18) of
 * formulation/README.md. What a segment (i, j, h, L) costs whatever its layers choose is in its row: the block (18) and
 * the time of what it moves (16). Which strips its layers may use is looked up: those of its layout and rows.
 *
 * Between two neighbouring cuts lies an interval of layers. Either all of them run as a whole, or all are in one
 * segment. Layer 0 is before the first interval, and always runs as a whole. */
#ifndef FORMULATION_CORE_SEGMENTS_H
#define FORMULATION_CORE_SEGMENTS_H
#include "formulation/selection.h"

struct core_segment {
    struct stream stream;
    int h;               /* its pace is segment_pace(h) */
    int64_t block_bytes; /* (18) */
    int64_t moves_ns;    /* D(n_s) of (16) */
};

struct core_segments {
    int cuts;
    int *cut;      /* [cuts] layers, ascending; cut[0] = 0 */
    int *interval; /* [nodes] layer v is in (cut[interval[v]], cut[interval[v] + 1]]; -1 for layer 0 */
    int *spanned;  /* [cuts - 1] how many segments have the interval's layers */
    int (*begins)[LAYOUTS], (*ends)[LAYOUTS]; /* [nodes] how many begin after layer v in this layout, end with it */
    int *first_strip, *strip; /* by node, h and layout: what a layer may use there, indices into node[].strip */
    int count;
    struct core_segment *segment; /* in no order */
};

/* Every segment whose layers all have strips for it; rows of a call that change nothing are left out, and so is `barred`
 * in all layouts (pace.rows 0: none is). NULL: there are no segments. */
struct core_segments *core_segments_new(const struct instance *g, const struct stream *barred);
void core_segments_free(struct core_segments *s);
/* The strips that layer v may use in a segment: at least one. */
const int *core_segments_strips(int *count, const struct core_segments *s, const struct core_segment *of, int v);
bool core_segments_spans(const struct stream *s, int v);
/* Can layer v be in a segment? */
bool core_segments_any(const struct core_segments *s, int v);
/* Is there a segment that begins after layer v, in `layout`; one that ends with it? */
bool core_segments_begin(const struct core_segments *s, int v, int layout);
bool core_segments_end(const struct core_segments *s, int v, int layout);
/* Removes segment i; the last one takes its place. */
void core_segments_strike(struct core_segments *s, int i);

#endif
