/* The network that is executed: batch norm, activations and dropout are folded into the layer before them if nothing else
 * reads it. host[v] is the layer of the folded network that computes layer v of the original. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network_op.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

static int *fold_readers(const struct network *n) {
    int *readers = MEMORY_NEW(int, n->layers);
    for (int v = 0; v < n->layers; v++)
        for (int i = 0; i < n->layer[v].inputs; i++) readers[n->layer[v].input[i]]++;
    return readers;
}

/* May layer `v` of n, a dropout, batch norm or activation, go into `into` (which computes v's input already)? `alone`:
 * nothing else reads that input. An activation comes second to none, or to itself where that changes nothing. */
static bool fold_may(const struct layer *v, const struct layer *into, bool alone) {
    if (v->kind == LAYER_DROPOUT) return true;
    if (!alone) return false;
    const bool free = into->activation.kind == ACTIVATION_NONE;
    bool fuses = into->kind == LAYER_CONV || operators[into->shape_of.kind]->fuses;
    if (v->kind == LAYER_BATCHNORM) return into->kind == LAYER_CONV && free;
    if (v->kind != LAYER_OPERATOR || !operators[v->shape_of.kind]->activates || !fuses) return false;
    const struct activation f = v->shape_of.activation;
    return free || (activation_repeats(f) && activation_equal(f, into->activation));
}

static void fold_into(struct layer *into, const struct layer *v) {
    if (v->kind == LAYER_BATCHNORM) into->batchnorm = true;
    assert(into->kind == LAYER_CONV || into->kind == LAYER_OPERATOR || v->kind == LAYER_DROPOUT);
    if (v->kind != LAYER_OPERATOR) return;
    assert(operators[v->shape_of.kind]->activates && v->shape_of.activation.kind != ACTIVATION_NONE);
    into->activation = v->shape_of.activation;
    if (into->kind == LAYER_OPERATOR) into->shape_of.activation = into->activation;
}

static void fold_copy(struct layer *out, const struct layer *v, const int *host) {
    *out = *v;
    out->name = memory_string(v->name);
    out->input = MEMORY_NEW(int, v->inputs);
    for (int i = 0; i < v->inputs; i++) out->input[i] = host[v->input[i]];
    assert(v->inputs == 0 || out->input[0] >= 0);
}

/* *stuck: the first batch norm that cannot be folded, or -1. It remains a layer of the result. */
static struct network *fold_all(const struct network *n, int *stuck) {
    struct network *f = MEMORY_NEW(struct network, 1);
    f->name = memory_string(n->name);
    f->source = memory_string(n->source);
    f->layer = MEMORY_NEW(struct layer, n->layers);
    int *readers = fold_readers(n), *host = MEMORY_NEW(int, n->layers);
    bool *alone =
        MEMORY_NEW(bool, n->layers); /* by original layer: every link of its chain into the host has one reader */
    *stuck = -1;
    for (int v = 0; v < n->layers; v++) {
        const struct layer *l = &n->layer[v];
        bool one = readers[v] <= 1;
        if (l->inputs == 1 && fold_may(l, &f->layer[host[l->input[0]]], alone[l->input[0]])) {
            host[v] = host[l->input[0]];
            alone[v] = one && alone[l->input[0]];
            fold_into(&f->layer[host[v]], l);
            continue;
        }
        if (l->kind == LAYER_BATCHNORM && *stuck < 0) *stuck = v;
        fold_copy(&f->layer[f->layers], l, host);
        host[v] = f->layers++;
        alone[v] = one;
    }
    assert(f->layers > 0 && f->layers <= n->layers);
    free(readers);
    free(host);
    free(alone);
    return f;
}

struct network *network_fold(const struct network *n) {
    int stuck;
    struct network *folded = fold_all(n, &stuck);
    assert(stuck < 0); /* the reader refused such networks */
    CHECK(network_check(folded));
    return folded;
}

int network_unfoldable(const struct network *n) {
    int stuck;
    network_free(fold_all(n, &stuck));
    return stuck;
}
