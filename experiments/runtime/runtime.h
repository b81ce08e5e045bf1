/* runtime.h - executes a PLAN: one arena, weights prepared once, no allocation during a run.
 *
 * The arena holds activations, converted copies and workspaces at the offsets that experiments/runtime/arena.h found;
 * its size is that of memory model `peak`, plus what fragmentation adds. RUNTIME_GUARD bytes before and after it must never be
 * written. Stored weights are prepared in runtime_new, in memory apart from the arena. The input image and the answer
 * are CHW.
 *
 * Invariants: every output and workspace lies within the arena; what a step reads was made before it and is still alive
 * (experiments/runtime/schedule.h). */
#ifndef EXPERIMENTS_RUNTIME_RUNTIME_H
#define EXPERIMENTS_RUNTIME_RUNTIME_H
#include "experiments/runtime/measure.h"
#include "experiments/runtime/schedule.h"
#include "experiments/runtime/weights.h"

#define RUNTIME_GUARD 4096

struct runtime {
    struct schedule *schedule;
    int threads;
    char *block;   /* guard, arena, guard */
    char *arena;   /* aligned to PRIMITIVE_ALIGNMENT */
    char **stored; /* [steps] prepared weights: in `small`, or, if large, a separate block */
    char *small;
    int64_t *stored_offset; /* [steps] offsets in one block of all weights, as in emitted programs */
    int64_t stored_bytes;   /* of that block: each part rounded up to PRIMITIVE_ALIGNMENT */
    float *bias;
    int64_t biases;       /* floats */
    int64_t *bias_offset; /* [steps]; -1: none */
};

/* Sees the output of each step as soon as it exists: rows [from, to), all of them but within segments. `out` is a
 * tensor of these rows. May be NULL. */
struct runtime_observer {
    void (*step)(void *context, const struct schedule *s, int step, int from, int to, const float *out);
    void *context;
    int64_t *step_ns;            /* [steps] time of each step, of all its calls together, or NULL */
    const struct measure *clock; /* for step_ns */
};

/* weights NULL: nothing is prepared; such a runtime has sizes and offsets, but must not be run. */
struct runtime *runtime_new(const struct plan *plan, const struct network *folded, const struct weights *weights,
                            int threads, struct error *err);
/* As runtime_new, but takes weights that `like` (NULL, or a runtime of the same network and weights) has already
 * prepared, and frees the others; `like` can only be freed afterwards. */
struct runtime *runtime_new_like(const struct plan *plan, const struct network *folded, const struct weights *weights,
                                 int threads, struct runtime *like, struct error *err);
bool runtime_write_stored(const struct runtime *r, FILE *out); /* as one block */
void runtime_free(struct runtime *r);
int64_t runtime_inputs(const struct runtime *r); /* floats of the image */
int64_t runtime_outputs(const struct runtime *r);
void runtime_run(const struct runtime *r, float *out, const float *in, const struct runtime_observer *observer);
/* Extent of the arena that a run writes, found by filling it with a pattern (twice, with complements, so that no value
 * is mistaken for it). The observer (or NULL) sees both runs. false: a guard was written. */
bool runtime_used(int64_t *bytes, const struct runtime *r, const float *in, const struct runtime_observer *observer);

#endif
