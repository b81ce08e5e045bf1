/* segment_memo.h - what segments hold and move, kept once it has been computed.
 *
 * Heuristics and frontiers ask for the same segments repeatedly, at every budget, and a segment's list of calls
 * (formulation/segment.h) takes as long as everything else that the judge does. A memo belongs to one network; a slot holds the
 * segment that came last, so that its size is fixed and a segment that lost its slot is computed anew. */
#ifndef FORMULATION_SEGMENT_MEMO_H
#define FORMULATION_SEGMENT_MEMO_H
#include "formulation/segment.h"

struct segment_figures {
    int64_t block_bytes; /* (18) */
    int64_t moved_bytes; /* by all moves within the block */
};

#define SEGMENT_MEMO_BITS 15 /* of a slot's number */
struct segment_memo {
    struct segment_memo_slot {
        int first, last;
        struct segment_pace pace; /* rows 0: empty */
        bool image_by_rows;
        struct segment_figures figures;
    } slot[1 << SEGMENT_MEMO_BITS];
};

/* Of a possible segment. memo: of this network, or NULL: computed each time. */
struct segment_figures segment_memo_figures(struct segment_memo *memo, const struct network *folded, int first,
                                            int last, struct segment_pace pace, bool image_by_rows);

#endif
