/* emit_instances.h - which instances of the kernels' loops net.c compiles: those that its plan runs
 * (kernels/instances.def). */
#ifndef EXPERIMENTS_EMIT_EMIT_INSTANCES_H
#define EXPERIMENTS_EMIT_EMIT_INSTANCES_H
#include "experiments/runtime/schedule.h"
#include "solver/base/text.h"

/* A `#define NAME_USED(x, y, z) ...` for every NAME: true for the constants of the plan's convolutions. */
void emit_instances_write(struct text_writer *out, const struct schedule *s);

#endif
