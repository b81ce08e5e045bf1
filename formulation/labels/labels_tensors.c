#include "formulation/labels/labels_tensors.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

static void tensors_readers(struct labels_tensors *t, int *last) {
    const struct instance *g = t->g;
    int *later = MEMORY_NEW(int, g->nodes);
    for (int u = 0; u < g->nodes; u++) last[u] = -1;
    for (int e = g->edges - 1; e >= 0; e--) {
        const struct edge *edge = &g->edge[e];
        assert(edge->bytes == g->node[edge->from].out_bytes);
        t->readers_left[e] = later[edge->from]++;
        if (last[edge->from] < 0) last[edge->from] = edge->to;
        for (int i = e + 1; i < g->node[edge->to].last_in; i++)
            t->again[e] = t->again[e] || g->edge[i].from == edge->from;
    }
    free(later);
}

void labels_tensors_init(struct labels_tensors *t, const struct instance *g) {
    int *last = MEMORY_NEW(int, g->nodes);
    size_t room = 0;
    int count = 0;
    *t = (struct labels_tensors){.g = g};
    t->readers_left = MEMORY_NEW(int, g->edges);
    t->again = MEMORY_NEW(bool, g->edges);
    t->first = MEMORY_NEW(int, g->nodes + 2);
    t->outputs = MEMORY_NEW(int64_t, g->nodes + 1);
    tensors_readers(t, last);
    for (int v = 0; v <= g->nodes; v++) {
        t->first[v] = count;
        int before = v > 0 ? t->first[v - 1] : 0, end = count;
        t->live = memory_grow(t->live, &room, (size_t)count + (size_t)(end - before) + 1, sizeof *t->live);
        for (int i = before; i < end; i++)
            if (last[t->live[i]] >= v) t->live[count++] = t->live[i];
        if (v > 0 && last[v - 1] >= v) t->live[count++] = v - 1;
        if (v > 0) t->outputs[v] = t->outputs[v - 1] + (last[v - 1] < 0 ? g->node[v - 1].out_bytes : 0);
    }
    t->first[g->nodes + 1] = count;
    assert(t->first[g->nodes] == count); /* nothing is read after the last node */
    free(last);
}

void labels_tensors_free(struct labels_tensors *t) {
    free(t->readers_left);
    free(t->again);
    free(t->first);
    free(t->live);
    free(t->outputs);
    *t = (struct labels_tensors){0};
}

int labels_tensors_count(unsigned char bits) {
    int count = 0;
    for (int l = 0; l < LAYOUTS; l++) count += (bits & labels_tensors_bit(l)) != 0;
    return count;
}

_Static_assert(LAYOUTS <= 3, "out takes two bits of the byte, held and made three each");

unsigned char labels_tensors_pack(const struct labels_tensor *t) {
    bool original = t->held & labels_tensors_bit(t->out);
    unsigned char made = original ? t->made : t->held | labels_tensors_bit(t->out);
    assert(t->held != 0 && (t->held & ~t->made) == 0 && t->out < LAYOUTS);
    return (unsigned char)(t->out | t->held << 2 | made << (2 + LAYOUTS));
}

struct labels_tensor labels_tensors_unpack(unsigned char packed) {
    const unsigned char all = (1u << LAYOUTS) - 1;
    struct labels_tensor t = {packed & 3, (packed >> 2) & all, (packed >> (2 + LAYOUTS)) & all};
    assert(t.out < LAYOUTS && t.held != 0 && (t.held & ~t.made) == 0);
    return t;
}
