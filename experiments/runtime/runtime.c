#include "experiments/runtime/runtime.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

/* Weights of at least this many bytes have a separate block, which is handed over without a copy. */
#define LARGE ((int64_t)4 << 20)

static bool runtime_large(const struct runtime *r, int step) {
    return schedule_stored_bytes(r->schedule, step) >= LARGE;
}

void runtime_free(struct runtime *r) {
    if (!r) return;
    free(r->block);
    for (int i = 0; r->schedule && i < r->schedule->steps; i++)
        if (r->stored[i] && runtime_large(r, i)) free(r->stored[i]);
    schedule_free(r->schedule);
    free(r->stored);
    free(r->small); /* NOLINT: parts of it are in `stored` too, and not large */
    free(r->stored_offset);
    free(r->bias);
    free(r->bias_offset);
    free(r);
}

static int64_t runtime_align(int64_t bytes) {
    return (bytes + PRIMITIVE_ALIGNMENT - 1) & ~(int64_t)(PRIMITIVE_ALIGNMENT - 1);
}

/* Takes step i's prepared weights from a runtime that has the same layer with the same primitive, or operator and
 * layout. */
static bool runtime_take(struct runtime *r, int i, struct runtime *like) {
    const struct schedule_step *step = &r->schedule->step[i], *have;
    assert(like->schedule->network == r->schedule->network); /* steps of both are found by the network's layers */
    int at = like->schedule->made_by[step->node];
    have = &like->schedule->step[at];
    if (have->primitive != step->primitive || have->row->from != step->row->from) return false;
    if (runtime_large(r, i)) {
        r->stored[i] = like->stored[at];
        like->stored[at] = NULL;
    } else {
        memory_copy(r->stored[i], like->stored[at], (size_t)schedule_stored_bytes(r->schedule, i));
    }
    if (r->bias_offset[i] >= 0)
        memcpy(r->bias + r->bias_offset[i], like->bias + like->bias_offset[at],
               (size_t)schedule_biases(r->schedule, i) * sizeof(float));
    return true;
}

/* taken [steps]: weights that are ready. Large blocks that are not taken are freed before others are made. */
static void runtime_take_all(struct runtime *r, bool *taken, struct runtime *like) {
    for (int i = 0; i < r->schedule->steps; i++)
        taken[i] = schedule_stored_bytes(r->schedule, i) > 0 && runtime_take(r, i, like);
    for (int i = 0; i < like->schedule->steps; i++) {
        if (!runtime_large(like, i)) continue;
        free(like->stored[i]);
        like->stored[i] = NULL;
    }
}

/* Zeros, padding included: emitted weights are the same every time. */
static void *runtime_zeros(int64_t bytes) {
    size_t whole = (size_t)runtime_align(bytes ? bytes : 1);
    return memset(memory_aligned(whole, PRIMITIVE_ALIGNMENT), 0, whole);
}

/* Random weights of an operator that stores as many are as good in any order. */
static bool runtime_as_stored(const struct runtime *r, int step, const struct weights *w) {
    const struct schedule *s = r->schedule;
    const struct layer *l = &s->network->layer[s->step[step].node];
    return w->any_order && !s->step[step].primitive && schedule_stored_bytes(s, step) == 4 * weights_count(l);
}

/* Raw weights of one layer at a time: holding those of the whole network would double the memory. */
static bool runtime_prepare(struct runtime *r, const struct weights *w, struct runtime *like, struct error *err) {
    const struct schedule *s = r->schedule;
    float *raw = NULL;
    int64_t room = 0;
    bool good = true, *taken = MEMORY_NEW(bool, s->steps);
    if (like) runtime_take_all(r, taken, like);
    for (int i = 0; i < s->steps && good; i++) {
        const struct schedule_step *step = &s->step[i];
        const struct layer *l = &s->network->layer[step->node];
        if (schedule_stored_bytes(s, i) == 0 || taken[i]) continue;
        if (runtime_large(r, i)) r->stored[i] = runtime_zeros(schedule_stored_bytes(s, i));
        const bool as_stored = runtime_as_stored(r, i, w);
        if (!as_stored && weights_count(l) > room) {
            free(raw);
            room = weights_count(l);
            raw = memory_aligned((size_t)runtime_align(room * 4), PRIMITIVE_ALIGNMENT);
        }
        assert(!r->stored[i] == (schedule_stored_bytes(s, i) == 0) || !runtime_large(r, i));
        float *bias = r->bias_offset[i] < 0 ? NULL : r->bias + r->bias_offset[i];
        good = weights_layer(as_stored ? (float *)(void *)r->stored[i] : raw, bias, w, step->node, err);
        if (as_stored) continue;
        if (good && step->primitive)
            primitive_prepare(step->primitive, &l->scenario, r->stored[i], raw);
        else if (good)
            operator_prepare(&l->shape_of, step->row->from, r->stored[i], raw);
    }
    free(raw);
    free(taken);
    return good;
}

static void runtime_allocate(struct runtime *r) {
    const struct schedule *s = r->schedule;
    int64_t small = 0;
    r->stored = MEMORY_NEW(char *, s->steps);
    r->stored_offset = MEMORY_NEW(int64_t, s->steps);
    r->bias_offset = MEMORY_NEW(int64_t, s->steps);
    for (int i = 0; i < s->steps; i++) {
        const int64_t bytes = runtime_align(schedule_stored_bytes(s, i)), biases = schedule_biases(s, i);
        r->stored_offset[i] = r->stored_bytes;
        r->stored_bytes += bytes;
        if (!runtime_large(r, i)) small += bytes;
        r->bias_offset[i] = biases > 0 ? r->biases : -1;
        r->biases += biases;
    }
    r->small = runtime_zeros(small);
    char *next = r->small;
    for (int i = 0; i < s->steps; i++) {
        if (runtime_large(r, i)) continue;
        r->stored[i] = next;
        next += runtime_align(schedule_stored_bytes(s, i));
    }
    assert(next - r->small == small);
    r->bias = MEMORY_NEW(float, r->biases);
    assert(r->stored_bytes % PRIMITIVE_ALIGNMENT == 0);
    r->block = memory_aligned((size_t)(2 * RUNTIME_GUARD + runtime_align(s->arena_bytes)), PRIMITIVE_ALIGNMENT);
    r->arena = r->block + RUNTIME_GUARD;
    assert((uintptr_t)r->arena % PRIMITIVE_ALIGNMENT == 0); /* so offsets may be aligned instead of addresses */
    memory_clear(r->block,
                 (size_t)(2 * RUNTIME_GUARD + s->arena_bytes)); /* touch the pages here, not in the first run */
}

struct runtime *runtime_new(const struct plan *plan, const struct network *folded, const struct weights *weights,
                            int threads, struct error *err) {
    return runtime_new_like(plan, folded, weights, threads, NULL, err);
}

struct runtime *runtime_new_like(const struct plan *plan, const struct network *folded, const struct weights *weights,
                                 int threads, struct runtime *like, struct error *err) {
    struct runtime *r = MEMORY_NEW(struct runtime, 1);
    r->threads = threads;
    r->schedule = schedule_new(plan, folded, threads, err);
    if (r->schedule) {
        runtime_allocate(r);
        if (!weights || runtime_prepare(r, weights, like, err)) return r;
    }
    runtime_free(r);
    return NULL;
}

bool runtime_write_stored(const struct runtime *r, FILE *out) {
    for (int i = 0; i < r->schedule->steps; i++) {
        size_t bytes = (size_t)runtime_align(schedule_stored_bytes(r->schedule, i));
        if (bytes && fwrite(r->stored[i], 1, bytes, out) != bytes) return false;
    }
    return true;
}

int64_t runtime_inputs(const struct runtime *r) {
    assert(schedule_kind(r->schedule, 0) == LAUNCH_IMAGE); /* the first step is the input */
    return shape_bytes(r->schedule->step[0].shape) / 4;
}

int64_t runtime_outputs(const struct runtime *r) {
    return r->schedule->step[r->schedule->steps - 1].out_bytes / 4;
}
