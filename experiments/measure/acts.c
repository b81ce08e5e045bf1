#include "experiments/measure/acts.h"

#include <assert.h>
#include <stdlib.h>

#include "experiments/runtime/weights.h"
#include "formulation/segment.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

#define HEAVY ((int64_t)16 << 20) /* raw weights of a layer, in bytes */

static int64_t acts_weights(const struct layer *l) {
    return (int64_t)sizeof(float) * weights_count(l);
}

/* The first of the large fully connected layers at the end; `layers`: there is none. */
static int acts_border(const struct network *folded, const bool *cut) {
    int border = folded->layers;
    for (int v = folded->layers - 1; v > 0 && folded->layer[v].kind != LAYER_CONV; v--)
        if (folded->layer[v].kind == LAYER_OPERATOR && cut[v - 1] && acts_weights(&folded->layer[v]) > HEAVY)
            border = v;
    return border;
}

/* Where the act that begins at `first` ends: the first layer of the next. */
static int acts_end(const struct network *folded, const bool *cut, int first, int border, int64_t most) {
    int64_t bytes = 0;
    int end = first < border ? border : folded->layers;
    for (int v = first, last = first; v < end; v++) {
        if (v > first && cut[v - 1]) last = v;
        bytes += acts_weights(&folded->layer[v]);
        if (bytes > most && last > first) return last;
    }
    return end;
}

static struct layer acts_input(const struct layer *before) {
    const struct shape s = before->out;
    return (struct layer){
        .name = before->name,
        .kind = LAYER_OPERATOR,
        .shape_of = {.kind = OPERATOR_INPUT, .C = {s.C}, .H = s.H, .W = s.W, .M = s.C, .OH = s.H, .OW = s.W},
        .out = s};
}

/* Layers [first, end), from the second act on behind an input. */
static struct network acts_one(const struct network *folded, int first, int end) {
    struct network act = *folded;
    const int shift = first > 0 ? first - 1 : 0;
    act.layers = end - shift;
    act.layer = MEMORY_NEW(struct layer, act.layers);
    for (int v = 0; v < act.layers; v++) {
        struct layer *l = &act.layer[v];
        *l = v == 0 && first > 0 ? acts_input(&folded->layer[shift]) : folded->layer[shift + v];
        const int *from = l->input;
        l->input = MEMORY_NEW(int, l->inputs);
        for (int i = 0; i < l->inputs; i++) l->input[i] = from[i] - shift;
    }
    CHECK(network_check(&act));
    return act;
}

void acts_init(struct acts *a, const struct network *folded, int64_t most) {
    bool *cut = segment_cuts(folded);
    const int border = acts_border(folded, cut);
    *a = (struct acts){.of = MEMORY_NEW(struct network, folded->layers)};
    for (int first = 0, end; first < folded->layers; first = end) {
        end = acts_end(folded, cut, first, border, most);
        assert(end > first && end <= folded->layers);
        a->of[a->count++] = acts_one(folded, first, end);
    }
    free(cut);
}

void acts_free(struct acts *a) {
    for (int i = 0; i < a->count; i++) {
        for (int v = 0; v < a->of[i].layers; v++) free(a->of[i].layer[v].input);
        free(a->of[i].layer);
    }
    free(a->of);
    *a = (struct acts){0};
}
