#include "formulation/network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network_op.h"

void network_free(struct network *n) {
    if (!n) return;
    for (int v = 0; v < n->layers; v++) {
        free(n->layer[v].name);
        free(n->layer[v].input);
    }
    free(n->layer);
    free(n->name);
    free(n->source);
    free(n);
}

int network_builtin_count(void) {
    int count = 0;
    while (count < network_text_count && strcmp(network_texts[count].set, "paper") == 0) count++;
    return count;
}

int network_builtin_every(void) {
    return network_text_count;
}

const char *network_builtin_name(int i) {
    assert(i >= 0 && i < network_text_count);
    return network_texts[i].name;
}

const char *network_builtin_set(int i) {
    assert(i >= 0 && i < network_text_count);
    return network_texts[i].set;
}

bool network_builtin_several(int *from, int *to, const char *word) {
    const int paper = network_builtin_count(), every = network_text_count;
    *from = strcmp(word, "today") == 0 ? paper : 0;
    *to = strcmp(word, "all") == 0 ? paper : every;
    return *to == paper || *from == paper || strcmp(word, "every") == 0;
}

static void check_layer(const struct layer *l, const struct network *n) {
    const struct shape in = l->inputs ? n->layer[l->input[0]].out : l->out;
    assert(l->name && l->out.C > 0 && l->out.H > 0 && l->out.W > 0);
    assert(shape_bytes(l->out) < (int64_t)1 << 40);
    if (l->kind == LAYER_CONV) {
        const struct scenario *s = &l->scenario;
        assert(l->inputs == 1 && !scenario_check(s));
        assert(s->C == in.C && s->H == in.H && s->W == in.W);
        assert(s->M == l->out.C && scenario_out_h(s) == l->out.H && scenario_out_w(s) == l->out.W);
    } else if (l->kind == LAYER_OPERATOR) {
        const struct operator_shape *o = &l->shape_of;
        assert(l->inputs <= OPERATOR_INPUTS && o->H == in.H && o->W == in.W && o->C[0] == in.C);
        assert(o->M == l->out.C && o->OH == l->out.H && o->OW == l->out.W);
    }
    assert(l->kind == LAYER_CONV || !l->batchnorm);
}

bool network_check(const struct network *n) {
    assert(n->layers > 0 && n->layer[0].inputs == 0); /* the input comes first */
    for (int v = 0; v < n->layers; v++) {
        for (int i = 0; i < n->layer[v].inputs; i++) assert(n->layer[v].input[i] >= 0 && n->layer[v].input[i] < v);
        check_layer(&n->layer[v], n);
    }
    return true;
}

static int64_t network_parameters(const struct layer *l) {
    const struct scenario *s = &l->scenario;
    const struct operator_shape *o = &l->shape_of;
    int64_t batchnorm = l->batchnorm || l->kind == LAYER_BATCHNORM ? (int64_t)2 * l->out.C : 0;
    int64_t bias = l->bias ? l->out.C : 0;
    if (l->kind == LAYER_CONV) return (int64_t)s->M * (s->C / s->groups) * s->KH * s->KW + bias + batchnorm;
    if (l->kind == LAYER_OPERATOR) return (int64_t)operator_raw(o) + bias;
    return batchnorm;
}

struct network_facts network_facts(const struct network *n) {
    struct network_facts facts = {0, 0, 0};
    for (int v = 0; v < n->layers; v++) {
        const struct layer *l = &n->layer[v];
        facts.parameters += network_parameters(l);
        if (l->kind != LAYER_CONV) continue;
        facts.convolutions++;
        facts.macs += scenario_macs(&l->scenario);
    }
    assert(facts.macs >= 0 && facts.parameters >= 0); /* bounded by the sizes of layers */
    return facts;
}
