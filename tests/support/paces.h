/* paces.h - every pace at which a segment may run, and the rows of a layer's calls, by the definition of struct
 * segment_pace (formulation/segment.h) and with none of its code. */
#ifndef TESTS_SUPPORT_PACES_H
#define TESTS_SUPPORT_PACES_H
#include "formulation/segment.h"

#define PACES (2 * SEGMENT_ROWS)

static inline struct segment_pace paces_one(int i) {
    return (struct segment_pace){segment_rows[i / 2], i % 2};
}

static inline int paces_rows(const struct network *n, int v, struct segment_pace pace) {
    const struct layer *l = &n->layer[v];
    const struct operator_shape *s = &l->shape_of;
    const bool takes = l->kind == LAYER_OPERATOR && operator_state(s) > 0; /* rows, and makes none */
    const int height = takes ? n->layer[l->input[0]].out.H : l->out.H;
    if (pace.pools_by_one && l->kind == LAYER_OPERATOR && !takes && s->kernel > 0 && s->stride > 1) return 1;
    return pace.rows < height ? pace.rows : height;
}

static inline bool paces_alike(const struct network *n, int first, int last, struct segment_pace a,
                               struct segment_pace b) {
    bool same = true;
    for (int v = first; v <= last; v++) same = same && paces_rows(n, v, a) == paces_rows(n, v, b);
    return same;
}

/* With pools by one, do any of layers [first, last] make other calls than without? */
static inline bool paces_differ(const struct network *n, int first, int last, int i) {
    return i % 2 == 0 || !paces_alike(n, first, last, paces_one(i - 1), paces_one(i));
}

#endif
