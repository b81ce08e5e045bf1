/* along.h - memory along the execution of a plan: what each step of its schedule keeps in RAM, by what it is for, and
 * the weights that it reads.
 *
 * Equation (5) as a sum of parts: in step i the tensors alive then (schedule_life), those that layers made and those
 * that conversions made apart; the workspace of the step; and, during a segment, its block and the largest workspace of
 * its strips, and nothing else (18). The largest of the sums is schedule.live_bytes, memory model `peak`; with the
 * stored weights of all steps it is `footprint`. All sizes in bytes. */
#ifndef EXPERIMENTS_RUNTIME_ALONG_H
#define EXPERIMENTS_RUNTIME_ALONG_H
#include "experiments/runtime/schedule.h"

struct along {
    int64_t activations_bytes; /* tensors that layers, and segments as a whole, made */
    int64_t conversions_bytes; /* their copies in other layouts */
    int64_t workspace_bytes;
    int64_t block_bytes;  /* rows of a segment */
    int64_t stored_bytes; /* weights that the step reads: not in RAM */
};

struct along *along_new(const struct schedule *s); /* [steps]; the caller frees */
/* The RAM of a step: all parts but the stored weights. */
int64_t along_bytes(const struct along *a);
/* One row per step: the columns are in formulation/FORMATS.md (`taso select --steps`). */
bool along_write(const struct schedule *s, const char *path, struct error *err);

#endif
