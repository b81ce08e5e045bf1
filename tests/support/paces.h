/* paces.h - every pace at which a segment may run, and the rows of a layer's calls, by the definition of struct
 * segment_pace (formulation/segment.h) and with none of its code. */
#ifndef TESTS_SUPPORT_PACES_H
#define TESTS_SUPPORT_PACES_H
#include "formulation/segment.h"

#define PACES (SEGMENT_SLOWS * SEGMENT_ROWS)

static inline struct segment_pace paces_one(int i) {
    return (struct segment_pace){segment_rows[i / SEGMENT_SLOWS], (enum segment_slow)(i % SEGMENT_SLOWS)};
}

static inline int paces_rows(const struct network *n, int v, struct segment_pace pace) {
    const struct layer *l = &n->layer[v];
    const struct operator_shape *s = &l->shape_of;
    const bool takes = l->kind == LAYER_OPERATOR && operator_state(s) > 0; /* rows, and makes none */
    const int height = takes ? n->layer[l->input[0]].out.H : l->out.H;
    if (pace.slow == SEGMENT_SLOW_STRIDES && l->kind == LAYER_CONV && l->scenario.stride > 1) {
        int rows = pace.rows / l->scenario.stride;
        while (rows > 1 && rows != 2 && rows != 4 && rows != 6 && rows != 8) rows--;
        return rows < 1 ? 1 : rows < height ? rows : height;
    }
    if (pace.slow != SEGMENT_SLOW_NONE && l->kind == LAYER_OPERATOR && !takes && s->kernel > 0 && s->stride > 1)
        return 1;
    return pace.rows < height ? pace.rows : height;
}

static inline bool paces_alike(const struct network *n, int first, int last, struct segment_pace a,
                               struct segment_pace b) {
    bool same = true;
    for (int v = first; v <= last; v++) same = same && paces_rows(n, v, a) == paces_rows(n, v, b);
    return same;
}

/* Do any of layers [first, last] make other calls than at those before, with as many rows? */
static inline bool paces_differ(const struct network *n, int first, int last, int i) {
    for (int k = i - i % SEGMENT_SLOWS; k < i; k++)
        if (paces_alike(n, first, last, paces_one(k), paces_one(i))) return false;
    return true;
}

#endif
