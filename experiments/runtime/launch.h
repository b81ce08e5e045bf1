/* launch.h - one kernel on given memory: the only place that says how a step is run. The runtime launches the steps of
 * a schedule in its arena, the profiler launches single rows in pooled memory, so both time the same calls.
 *
 * Shapes: out is `shape`; of a conversion, in[0] has the same shape. The image is copied from CHW into layout `to`; if
 * row_to is not 0, out has only its rows [row_from, row_to).
 * Nothing is allocated. */
#ifndef EXPERIMENTS_RUNTIME_LAUNCH_H
#define EXPERIMENTS_RUNTIME_LAUNCH_H
#include "formulation/network.h"
#include "kernels/operator.h"
#include "kernels/primitive.h"

enum launch_kind {
    LAUNCH_IMAGE,
    LAUNCH_CONVERSION,
    LAUNCH_PRIMITIVE,
    LAUNCH_OPERATOR,
    LAUNCH_ACCUMULATE, /* rows of an operator's input (kernels/operator.h) */
    LAUNCH_MOVE        /* bytes to another place, which may overlap theirs */
};

struct launch {
    enum launch_kind kind;
    struct shape shape;                    /* of the output */
    enum layout from, to;                  /* of the inputs and the output; an operator's are equal */
    const struct primitive *primitive;     /* LAUNCH_PRIMITIVE */
    const struct scenario *scenario;       /* LAUNCH_PRIMITIVE */
    struct activation activation;          /* LAUNCH_PRIMITIVE: at the end */
    const struct operator_shape *operator; /* LAUNCH_OPERATOR, LAUNCH_ACCUMULATE */
    int row_from, row_to;                  /* LAUNCH_ACCUMULATE, LAUNCH_IMAGE */
    void *state;                           /* LAUNCH_ACCUMULATE */
    int64_t bytes;                         /* LAUNCH_MOVE */
    float *out;
    const float *in[OPERATOR_INPUTS];
    const void *stored; /* prepared weights */
    const float *bias;  /* NULL: none */
    void *workspace;    /* aligned to PRIMITIVE_ALIGNMENT, as large as the kernel says; contents irrelevant */
    int threads;
};

void launch_run(const struct launch *l);

#endif
