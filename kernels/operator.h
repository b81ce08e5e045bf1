/* operator.h - the layers that are not convolutions: one table (kernels/operators.def), every one in every layout.
 *
 * Text form of an operator with its sizes, as in profiles: name:key=value,...  e.g.
 * maxpool:c=96,h=55,w=55,k=3,s=2,p=0,ceil=1 */
#ifndef KERNELS_OPERATOR_H
#define KERNELS_OPERATOR_H
#include "kernels/tensor.h"

enum operator_kind {
#define OPERATOR(symbol, name, stack, call, help) OPERATOR_##symbol,
#include "kernels/operators.def"
#undef OPERATOR
    OPERATORS
};

#define OPERATOR_INPUTS 8
#define OPERATOR_TEXT   192

struct operator_shape {
    enum operator_kind kind;
    int inputs;              /* 1; concat and add: 2..OPERATOR_INPUTS */
    int C[OPERATOR_INPUTS];  /* channels of each input */
    int H, W;                /* of every input */
    int M, OH, OW;           /* output */
    int kernel, stride, pad; /* pools; kernel 0: global */
    bool ceil;               /* pools: output size rounded up (Caffe), windows clipped to the padded input */
    bool count_pad;          /* average pool: padding counts in the divisor, as in Caffe (clipped to H + pad) */
    int size;                /* lrn: channels in the window */
    float alpha, beta, bias; /* lrn: (bias + alpha / size * sum x^2) ^ -beta */
    bool relu;               /* fc, add: ReLU at the end */
};

extern const char *const operator_names[OPERATORS];
bool operator_parse_kind(enum operator_kind *kind, const char *name);
void operator_print(char text[OPERATOR_TEXT], const struct operator_shape *s);
size_t operator_workspace(const struct operator_shape *s, enum layout layout, int threads); /* bytes, exact: 0 today */
size_t operator_weights(const struct operator_shape *s, enum layout layout); /* bytes stored; 0 but for fc */
void operator_prepare(const struct operator_shape *s, enum layout layout, void *stored,
                      const float *weights); /* fc: M x C*H*W of CHW */
/* All inputs and the output are in `layout`. bias: M floats of fc, else NULL. */
void operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                  const void *stored, const float *bias, void *workspace, int threads);

#endif
