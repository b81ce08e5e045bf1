#include "kernels/operator.h"

#include <stdarg.h>
#include <stdio.h>

#include "kernels/layers/layers.h"

const char *const operator_names[OPERATORS] = {
#define OPERATOR(symbol, name, stack, call, help) name,
#include "kernels/operators.def"
#undef OPERATOR
};

bool operator_parse_kind(enum operator_kind *kind, const char *name) {
    for (int i = 0; i < OPERATORS; i++)
        if (strcmp(name, operator_names[i]) == 0) return *kind = (enum operator_kind)i, true;
    return false;
}

static void operator_append(char text[OPERATOR_TEXT], const char *format, ...) {
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, OPERATOR_TEXT - used, format, arguments);
    va_end(arguments);
}

void operator_print(char text[OPERATOR_TEXT], const struct operator_shape *s) {
    text[0] = '\0';
    operator_append(text, "%s:c=%d", operator_names[s->kind], s->C[0]);
    if (s->kind == OPERATOR_CONCAT)
        for (int i = 1; i < s->inputs; i++) operator_append(text, "+%d", s->C[i]);
    operator_append(text, ",h=%d,w=%d", s->H, s->W);
    switch (s->kind) {
    case OPERATOR_MAXPOOL:
    case OPERATOR_AVGPOOL:
        if (s->kernel == 0)
            operator_append(text, ",global=1");
        else
            operator_append(text, ",k=%d,s=%d,p=%d,ceil=%d", s->kernel, s->stride, s->pad, s->ceil);
        if (s->kind == OPERATOR_AVGPOOL && s->kernel != 0) operator_append(text, ",pad=%d", s->count_pad);
        break;
    case OPERATOR_LRN:
        operator_append(text, ",size=%d,alpha=%g,beta=%g,bias=%g", s->size, (double)s->alpha, (double)s->beta,
                        (double)s->bias);
        break;
    case OPERATOR_ADD: operator_append(text, ",inputs=%d,relu=%d", s->inputs, s->relu); break;
    case OPERATOR_FC: operator_append(text, ",m=%d,relu=%d", s->M, s->relu); break;
    case OPERATOR_INPUT:
    case OPERATOR_RELU:
    case OPERATOR_CONCAT:
    case OPERATOR_SOFTMAX:
    case OPERATORS: break;
    }
}

size_t operator_workspace(const struct operator_shape *s, enum layout layout, int threads) {
    (void)s, (void)layout, (void)threads;
    return 0;
}

size_t operator_weights(const struct operator_shape *s, enum layout layout) {
    (void)layout;
    return s->kind == OPERATOR_FC ? fc_weights(s) : 0;
}

void operator_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights) {
    if (s->kind == OPERATOR_FC) fc_prepare(s, layout, stored, weights);
}

void operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                  const void *stored, const float *bias, void *workspace, int threads) {
    (void)workspace;
    switch (s->kind) {
#define OPERATOR(symbol, name, stack, call, help)                                                                      \
    case OPERATOR_##symbol:                                                                                            \
        call;                                                                                                          \
        break;
#include "kernels/operators.def"
#undef OPERATOR
    case OPERATORS: break;
    }
}
