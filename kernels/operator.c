#include "kernels/operator.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

const struct operator_contract *const operators[OPERATORS] = {
#define OPERATOR(symbol, name) &operator_##name,
#include "kernels/operators.def"
#undef OPERATOR
};

const char *const operator_names[OPERATORS] = {
#define OPERATOR(symbol, name) #name,
#include "kernels/operators.def"
#undef OPERATOR
};

bool operator_parse_kind(enum operator_kind *kind, const char *name) {
    for (int i = 0; i < OPERATORS; i++)
        if (strcmp(name, operator_names[i]) == 0) return *kind = (enum operator_kind)i, true;
    return false;
}

static const struct operator_contract *operator_of(const struct operator_shape *s) {
    assert((int)s->kind >= 0 && s->kind < OPERATORS);
    return operators[s->kind];
}

void operator_print(char text[OPERATOR_TEXT], const struct operator_shape *s) {
    const struct operator_contract *o = operator_of(s);
    size_t used = (size_t)snprintf(text, OPERATOR_TEXT, "%s:c=%d", operator_names[s->kind], s->C[0]);
    for (int i = 1; i < s->inputs && o->uneven; i++)
        used += (size_t)snprintf(text + used, OPERATOR_TEXT - used, "+%d", s->C[i]);
    used += (size_t)snprintf(text + used, OPERATOR_TEXT - used, ",h=%d,w=%d", s->H, s->W);
    if (o->print) used += (size_t)o->print(text + used, OPERATOR_TEXT - used, s);
    assert(used < OPERATOR_TEXT);
}

bool operator_infer(struct operator_shape *s, enum operator_kind kind, const struct operator_layer *l,
                    char wrong[OPERATOR_WRONG]) {
    *s = (struct operator_shape){.kind = kind, .inputs = l->inputs > 0 ? l->inputs : 1};
    const struct operator_contract *o = operator_of(s);
    assert(l->inputs >= o->syntax.least_inputs && l->inputs <= o->syntax.most_inputs);
    for (int i = 0; i < l->inputs; i++) s->C[i] = l->in[i].C;
    s->H = l->in[0].H, s->W = l->in[0].W;
    s->M = s->C[0], s->OH = s->H, s->OW = s->W;
    if (o->shape && !o->shape(s, l, wrong)) return false;
    assert(s->C[0] > 0 && s->H > 0 && s->W > 0 && s->M > 0 && s->OH > 0 && s->OW > 0);
    return true;
}

size_t operator_raw(const struct operator_shape *s) {
    const struct operator_contract *o = operator_of(s);
    return o->raw ? o->raw(s) : 0;
}

size_t operator_workspace(const struct operator_shape *s, enum layout layout, int threads) {
    const struct operator_contract *o = operator_of(s);
    return o->workspace ? o->workspace(s, layout, threads) : 0;
}

size_t operator_weights(const struct operator_shape *s, enum layout layout) {
    const struct operator_contract *o = operator_of(s);
    return o->weights ? o->weights(s, layout) : 0;
}

int operator_over(const struct operator_shape *s, int threads) {
    const struct operator_contract *o = operator_of(s);
    assert(threads >= 1 && (!o->over || o->in_place == 0));
    return o->over ? o->over(s, threads) : o->in_place;
}

size_t operator_state(const struct operator_shape *s) {
    const struct operator_contract *o = operator_of(s);
    assert(!o->state == !o->accumulate);
    return o->state ? o->state(s) : 0;
}

void operator_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    const struct operator_contract *o = operator_of(s);
    assert(!o->weights == !o->prepare && !o->weights == !o->raw);
    if (o->prepare) o->prepare(s, layout, stored, weights);
}

void operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                  const void *stored, const float *bias, void *workspace, int threads) {
    const struct operator_contract *o = operator_of(s);
    assert(threads >= 1);
    assert(workspace || operator_workspace(s, layout, threads) == 0);
    assert(stored || operator_weights(s, layout) == 0);
    assert(in[0] != out || o->joins || operator_over(s, threads) > 0);
    if (o->run) o->run(s, layout, out, in, stored, bias, workspace, threads);
}

void operator_accumulate(const struct operator_shape *s, enum layout layout, float *out, const float *in, void *state,
                         int from, int to, int threads) {
    assert(operator_state(s) > 0 && s->inputs == 1 && threads >= 1);
    assert(0 <= from && from < to && to <= s->H && in != out);
    operator_of(s)->accumulate(s, layout, out, in, state, from, to, threads);
}
