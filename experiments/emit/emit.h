/* emit.h - a plan as a stand-alone C11 program: net.h, net.c, main.c, Makefile, weights.bin and weights.S in a folder.
 *
 * net.c holds the kernels that the plan uses and a function net_run that is the plan, step by step, each with its
 * layer, primitive, scenario and bytes. No library but libm, no allocation; the arena is the caller's and has the bytes
 * that the plan promises, the input among them: the steps read the input where the caller has it, which may be its
 * place in the arena (NET_INPUT_OFFSET). net.h states all that a run needs, its stack as well: the most of any step
 * (kernels/primitive.h) and net_run's own. weights.bin begins with bytes that name the plan, then the weights as the
 * primitives store them, biases among them, each part aligned to 64 bytes. Stored forms and workspaces are of one layout
 * (kernels/isa.h), usually the plan's; the instructions are those of the compiler's target. Numbers are little-endian. The program reads weights.bin or has it linked in (weights.S); on a 32-bit machine weights and
 * arena must each fit into half the address space, which the compiler checks. */
#ifndef EXPERIMENTS_EMIT_EMIT_H
#define EXPERIMENTS_EMIT_EMIT_H
#include "experiments/runtime/runtime.h"

/* false: `read` is one of the files that would be written into the folder. */
bool emit_spares(const char *folder, const char *prefix, const char *read, struct error *err);
/* Writes into the folder, which is made if missing; all names begin with the prefix (experiments/emit/emit_names.h, usually
 * EMIT_PREFIX). The runtime must have been made under isa_current(), which need not be this CPU's; without `weights`
 * there is no weights.bin, and the runtime may have been made without them. A layer whose operator cannot be
 * emitted is an error. */
bool emit_write(const struct runtime *r, const char *folder, const char *prefix, bool weights, struct error *err);

#endif
