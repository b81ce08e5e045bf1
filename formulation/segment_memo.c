#include "formulation/segment_memo.h"

#include <assert.h>

#include "solver/base/check.h"

static struct segment_figures figures_of(const struct network *folded, int first, int last, struct segment_pace pace,
                                         bool image_by_rows) {
    struct segment *s =
        image_by_rows ? segment_new_image_by_rows(folded, last, pace) : segment_new(folded, first, last, pace);
    const struct segment_figures out = {s->block_bytes, s->moved_bytes};
    segment_free(s);
    return out;
}

static bool check_figures(const struct segment_figures *kept, struct segment_figures anew) {
    assert(kept->block_bytes == anew.block_bytes && kept->moved_bytes == anew.moved_bytes);
    return true;
}

struct segment_figures segment_memo_figures(struct segment_memo *memo, const struct network *folded, int first,
                                            int last, struct segment_pace pace, bool image_by_rows) {
    assert(0 < first && first <= last && last < folded->layers && pace.rows > 0);
    assert(!image_by_rows || first == 1);
    if (!memo) return figures_of(folded, first, last, pace, image_by_rows);
    const unsigned key = (((unsigned)first * 1021u + (unsigned)last) * 67u + (unsigned)pace.rows) * 8u +
                         (unsigned)pace.slow * 2u + image_by_rows;
    struct segment_memo_slot *s = &memo->slot[key * 2654435761u >> (32 - SEGMENT_MEMO_BITS)];
    if (s->first != first || s->last != last || s->pace.rows != pace.rows || s->pace.slow != pace.slow ||
        s->image_by_rows != image_by_rows)
        *s = (struct segment_memo_slot){first, last, pace, image_by_rows,
                                        figures_of(folded, first, last, pace, image_by_rows)};
    CHECK(check_figures(&s->figures, figures_of(folded, first, last, pace, image_by_rows)));
    return s->figures;
}
