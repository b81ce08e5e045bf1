#include "experiments/commands/runner_up.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

bool runner_up_fastest(struct answer *a, const struct instance *g, const struct request *q, struct error *err) {
    struct error declined = {""};
    const struct method *dynamic = methods_find("dynamic", err), *taso = methods_find("taso", err),
                        *labels = methods_find("labels", err);
    assert(dynamic && taso && labels);
    if (q->stream_input) return methods_run(a, labels, g, q, err); /* the only one that knows it */
    const bool two = q->flash_bytes != METHOD_NO_BUDGET || q->streaming == STREAMING_ON;
    return methods_run(a, two ? labels : dynamic, g, q, &declined) || methods_run(a, taso, g, q, err);
}

/* The choices without a primitive, as a list of its own; index[]: where they were. */
static struct choice *choices_without(int *kept, int *index, const struct choice *all, int count,
                                      const struct primitive *primitive) {
    struct choice *left = MEMORY_NEW(struct choice, count);
    *kept = 0;
    for (int i = 0; i < count; i++) {
        if (all[i].primitive == primitive) continue;
        index[*kept] = i;
        left[(*kept)++] = all[i];
    }
    return left;
}

static bool layer_streams(const struct streams *s, int v) {
    for (int i = 0; i < s->count; i++)
        if (s->stream[i].first <= v && v <= s->stream[i].last) return true;
    return false;
}

bool runner_up_layer(const struct choice **choice, int64_t *time_ns, const struct instance *g, const struct request *q,
                     int v, const struct primitive *primitive, struct error *err) {
    struct instance other = *g;
    const struct node *n = &g->node[v];
    struct node *node = MEMORY_NEW(struct node, g->nodes);
    int *index = MEMORY_NEW(int, n->choices), *strip = MEMORY_NEW(int, n->strips);
    struct answer a = {0};
    memory_copy(node, g->node, (size_t)g->nodes * sizeof *node);
    other.node = node;
    node[v].choice = choices_without(&node[v].choices, index, n->choice, n->choices, primitive);
    node[v].strip = choices_without(&node[v].strips, strip, n->strip, n->strips, primitive);
    assert(node[v].choices + node[v].strips < n->choices + n->strips); /* the primitive is gone */
    *choice = NULL;
    bool ok = node[v].choices == 0 || runner_up_fastest(&a, &other, q, err);
    if (ok && a.choice) {
        *choice = layer_streams(&a.streams, v) ? &n->strip[strip[a.choice[v]]] : &n->choice[index[a.choice[v]]];
        *time_ns = selection_evaluate_streamed(&other, a.choice, &a.streams, q->model, q->conversions).time_ns;
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    free(index);
    free(strip);
    free(node[v].choice);
    free(node[v].strip);
    free(node);
    return ok;
}
