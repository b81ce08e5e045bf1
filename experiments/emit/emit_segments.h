/* emit_segments.h - segments (formulation/segment.h) as C: their lists of calls and moves as constants, and one loop
 * over them.
 *
 *     static const struct { .. from, to, bytes; } moves_K[];
 *     static const struct { .. layer, shape, moves, out, in[N]; } calls_K[];
 *
 * A call names its layer (from the segment's first), its strip among those of the layer (of a layer that accumulates,
 * the number of the call), how many moves come before it, and offsets in the block. A call for rows of the image has the
 * number after the last layer's; its `shape` is the first row, its in[0] how many. Each member has the narrowest type
 * that holds all values of the segment. */
#ifndef EXPERIMENTS_EMIT_EMIT_SEGMENTS_H
#define EXPERIMENTS_EMIT_EMIT_SEGMENTS_H
#include "experiments/emit/emit_steps.h"

void emit_segments_tables(const struct emitter *e, struct text_writer *out);
void emit_segments_loop(const struct emitter *e, struct text_writer *out, int segment);

#endif
