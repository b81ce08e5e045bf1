/* emit_steps.h - the plan as C: the steps of net_run.
 *
 * A step calls the `run` of its primitive's algorithm or of its operator, constants that the compiler can inline. A
 * step without a kernel is an error, so that no program lacks a step. Steps of a segment
 * are one loop (experiments/emit/emit_segments.h). */
#ifndef EXPERIMENTS_EMIT_EMIT_STEPS_H
#define EXPERIMENTS_EMIT_EMIT_STEPS_H
#include "experiments/emit/amalgam.h"
#include "experiments/runtime/runtime.h"

#define EMIT_HEADER 64 /* bytes of weights.bin before the weights */

struct emitter {
    const struct runtime *r;
    const struct schedule *s;
    struct amalgam code;
    const char *prefix;   /* of the program's names (experiments/emit/emit_names.h) */
    char id[EMIT_HEADER]; /* what weights.bin begins with */
    int64_t stored_bytes; /* of weights.bin: header, stored weights, biases */
    int64_t biases_at;    /* offset of the biases */
    const char *isa;
    bool has_isa; /* some kernel asks for the instruction set */
};

/* A name as it may stand in a comment. Valid until the next call but one. */
const char *emit_steps_name(const char *name);
/* Includes the sources that the steps need. false: a step has no kernel. */
bool emit_steps_need(struct emitter *e, struct error *err);
void emit_steps_calls(const struct emitter *e, struct text_writer *out);
/* Parts of a step's call. emit_steps_tensor: what the step makes, to be read by another; stored: NULL if the step has
 * no weights. */
void emit_steps_tensor(const struct emitter *e, struct text_writer *out, int step);
void emit_steps_stored(const struct emitter *e, struct text_writer *out, int step);
void emit_steps_bias(const struct emitter *e, struct text_writer *out, int step);
/* Arguments of a run after the tensors: weights, bias, for a convolution its activation, workspace, threads. */
void emit_steps_rest(const struct emitter *e, struct text_writer *out, int step);
/* Most bytes of stack that the steps use (kernels/primitive.h), one at a time. */
int64_t emit_steps_stack(const struct emitter *e);

#endif
