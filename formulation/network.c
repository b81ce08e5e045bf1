#include "formulation/network.h"

#include <stdlib.h>

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
    return network_text_count;
}

const char *network_builtin_name(int i) {
    return network_texts[i].name;
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
    return facts;
}
