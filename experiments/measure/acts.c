#include "experiments/measure/acts.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/segment.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

#define HEAVY ((size_t)16 << 20) /* stored weights of a layer, in bytes */

/* The first layer of the second act; `layers`: there is none. */
static int acts_border(const struct network *folded) {
    int border = folded->layers;
    for (int v = folded->layers - 1; v > 0 && folded->layer[v].kind != LAYER_CONV; v--)
        if (folded->layer[v].kind == LAYER_OPERATOR && segment_cut(folded, v - 1) &&
            operator_weights(&folded->layer[v].shape_of, LAYOUT_CHW) > HEAVY)
            border = v;
    return border;
}

static struct layer acts_input(const struct layer *cut) {
    const struct shape s = cut->out;
    return (struct layer){.name = cut->name,
                          .kind = LAYER_OPERATOR,
                          .shape_of = {.kind = OPERATOR_INPUT,
                                       .C = {s.C},
                                       .H = s.H,
                                       .W = s.W,
                                       .M = s.C,
                                       .OH = s.H,
                                       .OW = s.W},
                          .out = s};
}

/* The layers from the border on, behind an input in place of the one before them. */
static void acts_tail(struct network *tail, const struct network *folded, int border) {
    const int shift = border - 1;
    *tail = *folded;
    tail->layers = folded->layers - shift;
    tail->layer = MEMORY_NEW(struct layer, tail->layers);
    tail->layer[0] = acts_input(&folded->layer[shift]);
    for (int v = 1; v < tail->layers; v++) {
        struct layer *l = &tail->layer[v];
        *l = folded->layer[shift + v];
        l->input = MEMORY_NEW(int, l->inputs);
        for (int i = 0; i < l->inputs; i++) l->input[i] = folded->layer[shift + v].input[i] - shift;
    }
    CHECK(network_check(tail));
}

void acts_init(struct acts *p, const struct network *folded) {
    const int border = acts_border(folded);
    *p = (struct acts){.count = border < folded->layers ? 2 : 1, .of = {*folded}};
    p->of[0].layers = border;
    if (p->count == 2) acts_tail(&p->of[1], folded, border);
    assert(p->of[0].layers >= 1 && p->of[0].layers <= folded->layers);
}

void acts_free(struct acts *p) {
    struct network *tail = &p->of[1];
    for (int v = 0; v < tail->layers; v++) free(tail->layer[v].input);
    free(tail->layer);
    *p = (struct acts){0};
}
