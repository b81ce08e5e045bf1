/* runtime.h - executes a PLAN: one arena, weights prepared once, not one allocation while it runs.
 *
 * The arena holds activations, converted copies and workspaces at the offsets that experiments/runtime/arena.h found;
 * its size is the memory model `peak` of the selection, or what fragmentation adds. Guards of GUARD bytes stand before
 * and behind it. Stored weights are prepared in runtime_new and live in a block of their own. The image goes in and the
 * answer comes out as CHW. */
#ifndef EXPERIMENTS_RUNTIME_RUNTIME_H
#define EXPERIMENTS_RUNTIME_RUNTIME_H
#include "experiments/runtime/measure.h"
#include "experiments/runtime/schedule.h"
#include "experiments/runtime/weights.h"

struct runtime {
    struct schedule *schedule;
    int threads;
    char *block;   /* guard, arena, guard */
    char *arena;   /* aligned to PRIMITIVE_ALIGNMENT */
    char **stored; /* [steps] prepared weights: in `small`, or, if large, a block of their own */
    char *small;
    int64_t *stored_offset; /* [steps] where they would lie in one block of all, as emitted programs have it */
    int64_t stored_bytes;   /* of that block: each part rounded up to PRIMITIVE_ALIGNMENT */
    float *bias;
    int64_t biases;       /* floats */
    int64_t *bias_offset; /* [steps]; -1: none */
};

/* Sees each step's output as soon as it is there. May be NULL. */
struct runtime_observer {
    void (*step)(void *context, const struct schedule *s, int step, const float *out);
    void *context;
    int64_t *step_ns;            /* [steps] time of each step, or NULL */
    const struct measure *clock; /* that they are read from */
};

/* weights NULL: nothing is prepared; such a runtime knows sizes and offsets, but must not be run. */
struct runtime *runtime_new(const struct plan *plan, const struct network *folded, const struct weights *weights,
                            int threads, struct error *err);
/* As runtime_new, but weights that `like` (NULL, or a runtime of the same network and weights) has prepared already are
 * taken from it: it can only be freed then. */
struct runtime *runtime_new_like(const struct plan *plan, const struct network *folded, const struct weights *weights,
                                 int threads, struct runtime *like, struct error *err);
bool runtime_write_stored(const struct runtime *r, FILE *out); /* as one block */
void runtime_free(struct runtime *r);
int64_t runtime_inputs(const struct runtime *r); /* floats of the image */
int64_t runtime_outputs(const struct runtime *r);
void runtime_run(const struct runtime *r, float *out, const float *in, const struct runtime_observer *observer);
/* Bytes of the arena up to the highest that a run writes, found by filling it with a pattern (twice, with complements,
 * so that no value hides). The observer (or NULL) sees both runs. false: a guard was written. */
bool runtime_used(int64_t *bytes, const struct runtime *r, const float *in, const struct runtime_observer *observer);

#endif
