#include <assert.h>

#include "kernels/primitive.h"

#define ALGORITHM(symbol, stack, row_step) extern const struct algorithm algorithm_##symbol;
#include "kernels/primitives.def"

const struct primitive primitives[] = {
#define PRIMITIVE(name, algorithm, in, out, v0, v1, v2, v3)                                                            \
    {name, &algorithm_##algorithm, LAYOUT_##in, LAYOUT_##out, {v0, v1, v2, v3}},
#include "kernels/primitives.def"
};
const int primitive_count = (int)(sizeof primitives / sizeof primitives[0]);

const struct primitive *primitive_find(const char *name) {
    for (int i = 0; i < primitive_count; i++)
        if (strcmp(primitives[i].name, name) == 0) return &primitives[i];
    return NULL;
}

bool primitive_applies(const struct primitive *p, const struct scenario *s) {
    return !s->same && (p->algorithm->per_axis || scenario_even(s)) && p->algorithm->applies(p, s);
}

size_t primitive_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    assert(threads >= 1 && primitive_applies(p, s));
    return p->algorithm->workspace(p, s, threads);
}

size_t primitive_weights(const struct primitive *p, const struct scenario *s) {
    return p->algorithm->weights(p, s);
}

size_t primitive_stack(const struct primitive *p) {
#define ALGORITHM(symbol, stack, row_step)                                                                             \
    if (p->algorithm == &algorithm_##symbol) return (size_t)(stack);
#include "kernels/primitives.def"
    return 0;
}

int primitive_row_step(const struct primitive *p, const struct scenario *s) {
    (void)s;
#define ALGORITHM(symbol, stack, row_step)                                                                             \
    if (p->algorithm == &algorithm_##symbol) return (int)(row_step);
#include "kernels/primitives.def"
    return 0;
}

void primitive_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    p->algorithm->prepare(p, s, stored, weights);
}

void primitive_run(const struct primitive *p, const struct scenario *s, float *out, const float *in, const void *stored,
                   const float *bias, struct activation activation, void *workspace, int threads) {
    assert(threads >= 1 && primitive_applies(p, s) && out != in);
    assert(stored && (workspace || primitive_workspace(p, s, threads) == 0));
    p->algorithm->run(p, s, out, in, stored, bias, activation, workspace, threads);
}
