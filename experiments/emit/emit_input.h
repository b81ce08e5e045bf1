/* emit_input.h - how the emitted program gets its input: from memory of the caller's, or, where the plan takes the image
 * by rows (plan->stream_input), from a function of the caller's.
 *
 *     const char *net_run(const float *in, float *out, void *arena, size_t arena_bytes);
 *     const char *net_run(net_rows *rows, void *context, float *out, void *arena, size_t arena_bytes);
 *
 * net.h says in which order and layout rows are asked for. It then has NET_INPUT_ROW (floats of a row), NET_INPUT_HEIGHT
 * (rows of the image) and NET_INPUT_MOST (rows of one call, at most) besides NET_INPUTS. */
#ifndef EXPERIMENTS_EMIT_EMIT_INPUT_H
#define EXPERIMENTS_EMIT_EMIT_INPUT_H
#include "experiments/emit/emit_steps.h"

/* Where in the arena the caller may put the input; -1: there is no room, or it comes by rows. */
int64_t emit_input_offset(const struct schedule *s);
/* For net.h: what the input is, where it may be, what is defined, the type of the function. */
void emit_input_contract(const struct emitter *e, struct text_writer *out);
void emit_input_memory(const struct emitter *e, struct text_writer *out);
void emit_input_definitions(const struct emitter *e, struct text_writer *out);
void emit_input_type(const struct emitter *e, struct text_writer *out);
/* What net_run takes and returns. */
void emit_input_signature(const struct emitter *e, struct text_writer *out);
/* For net_run: refuses an input in a wrong place. */
void emit_input_checks(const struct emitter *e, struct text_writer *out);

#endif
