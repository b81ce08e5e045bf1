#include "formulation/overlay.h"

#include <assert.h>

#include "formulation/instance.h"

static int64_t overlay_bytes(const struct network *n, int v) {
    return shape_bytes(n->layer[v].out);
}

/* Does nothing read the tensor of this input after v, nor v a second time? */
static bool overlay_last(const struct network *n, int v, int slot) {
    const int u = n->layer[v].input[slot];
    for (int i = 0; i < n->layer[v].inputs; i++)
        if (i != slot && n->layer[v].input[i] == u) return false;
    for (int w = v + 1; w < n->layers; w++)
        for (int i = 0; i < n->layer[w].inputs; i++)
            if (n->layer[w].input[i] == u) return false;
    return true;
}

/* How many of its first inputs the kernel may overwrite. */
static int overlay_kernel(const struct layer *l, int threads) {
    return l->kind == LAYER_OPERATOR ? operator_over(&l->shape_of, threads) : 0;
}

/* The input of (24) where the first `inputs` may be overwritten; -1: none. */
static int overlay_over(const struct network *n, int v, int inputs) {
    const struct layer *l = &n->layer[v];
    assert(inputs <= OPERATOR_INPUTS);
    for (int i = 0; i < inputs && i < l->inputs; i++)
        if (overlay_last(n, v, i) && overlay_bytes(n, l->input[i]) >= overlay_bytes(n, v)) return i;
    return -1;
}

/* May the memory of v's output be that of a larger tensor? */
static bool overlay_sticks(const struct network *n, int v, int threads) {
    const int64_t bytes = overlay_bytes(n, v);
    for (int slot; (slot = overlay_over(n, v, overlay_kernel(&n->layer[v], threads))) >= 0;) {
        v = n->layer[v].input[slot];
        if (overlay_bytes(n, v) > bytes) return true;
    }
    return false;
}

bool overlay_joins(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    return l->kind == LAYER_OPERATOR && operators[l->shape_of.kind]->joins;
}

int64_t overlay_offset(const struct network *n, int v, int slot, enum layout layout, int threads) {
    const struct layer *l = &n->layer[v];
    assert(slot >= 0 && slot < l->inputs);
    if (!overlay_joins(n, v)) return overlay_over(n, v, overlay_kernel(l, threads)) == slot ? 0 : -1;
    if (!instance_alike(l->out, layout, LAYOUT_CHW)) return -1;
    if (!overlay_last(n, v, slot) || overlay_sticks(n, l->input[slot], threads)) return -1;
    int64_t offset = 0;
    for (int i = 0; i < slot; i++) offset += overlay_bytes(n, l->input[i]);
    assert(offset + overlay_bytes(n, l->input[slot]) <= overlay_bytes(n, v)); /* a part of the output */
    return offset;
}

int64_t overlay_reused(const struct network *n, int v, enum layout layout, int threads) {
    const struct layer *l = &n->layer[v];
    int64_t bytes = 0;
    for (int i = 0; i < l->inputs; i++)
        if (overlay_offset(n, v, i, layout, threads) >= 0)
            bytes += overlay_joins(n, v) ? overlay_bytes(n, l->input[i]) : overlay_bytes(n, v);
    assert(bytes <= overlay_bytes(n, v));
    return bytes;
}
