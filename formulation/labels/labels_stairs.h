/* labels_stairs.h - the best that is known so far, and whether a label can still add to it.
 *
 * The staircase: corners (M, T), M ascending, T falling; S(x) is the T of the last corner with M <= x, and has no value
 * before the first. Each corner is a path that there is: a label, and the vertex of its state's hull that completes it.
 *
 * A label (P, K, T) of a state with hull H (23) and least peak p: with P' = max(P, p) its completions of M <= x take at
 * least L(x) = T + H(x - K - P'). Its gap is the largest S(x) - L(x), rounded down, over x from the least M it can
 * reach to the largest that is looked at: the most by which it could still improve the staircase. A label whose gap is
 * 0 or less adds nothing.
 *
 * `least` and `most` bound the memories that matter: less counts as `least`, and more is refused. With both at a budget
 * the staircase is one corner, the fastest path within it. */
#ifndef FORMULATION_LABELS_LABELS_STAIRS_H
#define FORMULATION_LABELS_LABELS_STAIRS_H
#include "formulation/labels/labels_hulls.h"

#define LABELS_GAP_UNKNOWN INT64_MAX /* it may need less memory than all corners */

struct labels_corner {
    int64_t m, t; /* bytes, ns */
    int label, vertex;
};

/* What a search for one label leaves for the next one of the same hull. {0} before the first. */
struct labels_hint {
    int64_t x;         /* where a label was found to be below the staircase */
    int after, vertex; /* about the corner after x, and the hull's vertex before x */
    int first, end;    /* about where the last search of all steps began and ended */
    bool dropped;      /* some label was found not to be below it: the last one had */
    int64_t offset, t; /* this P' + K, and T */
};

struct labels_stairs {
    int64_t least, most; /* bytes */
    int64_t grain;       /* ns: what improves the staircase by no more than this is not taken */
    int64_t passed_over; /* ns: the most by which any of that did */
    struct labels_corner *corner;
    int corners;
    struct labels_corner *fresh; /* offered since the last labels_stairs_settle, in any order */
    int freshes;
    int near; /* where the last offer stands: the next one is not far */
    size_t corner_room, fresh_room;
};

void labels_stairs_init(struct labels_stairs *s, int64_t least, int64_t most, int64_t grain);
void labels_stairs_free(struct labels_stairs *s);
/* Takes a path unless a corner beats it, or nearly does. */
void labels_stairs_offer(struct labels_stairs *s, const struct labels_corner *path);
void labels_stairs_settle(struct labels_stairs *s); /* makes corners of what was offered */

/* The gap, of a label with this cost; P' is put into it already. Any value above `enough` may be returned instead of
 * a larger one, and any below 1 instead of a smaller one, and instead of one that an earlier call with *hint returned.
 * hull[0 .. vertices) is not empty, and it and `enough` are the same for all calls with *hint. */
int64_t labels_stairs_gap(const struct labels_stairs *s, const struct labels_cost *label,
                          const struct labels_item *hull, int vertices, int64_t enough, struct labels_hint *hint);

#endif
