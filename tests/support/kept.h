/* kept.h - checks everything that a plan promises of a run: every layer within tolerance of direct loops in double
 * precision, bytes as planned and as computed by selection_evaluate, and no allocation. malloc is replaced for that: a
 * program that includes this header counts all of its allocations. */
#ifndef TESTS_SUPPORT_KEPT_H
#define TESTS_SUPPORT_KEPT_H
#include <stdlib.h>

#include "experiments/runtime/reference.h"
#include "experiments/runtime/runtime.h"
#include "tests/support/stated.h"
#include "tests/support/world.h"

/* --- counting allocations --- */

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define COUNTS_ALLOCATIONS 1
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
static volatile long allocations;
void *malloc(size_t size) {
    return allocations++, __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return allocations++, __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    return allocations++, __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    return allocations++, __libc_memalign(alignment, size);
}
void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) {
    return allocations++, __libc_memalign(alignment, size);
}
#else
#define COUNTS_ALLOCATIONS 0
static volatile long allocations;
#endif

/* Runs w->plan, whose choice is w->choice in w->g, twice. */
static void plan_is_kept(const struct world *w, struct reference *f, int threads) {
    struct error err = {""};
    struct runtime *r = runtime_new(w->plan, w->net, &w->weights, threads, &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    const struct schedule *s = r->schedule;
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    if (threads == 1) {
        ck_assert_int_eq(s->live_bytes, w->plan->memory_bytes); /* the judge's figure under `peak` */
        struct evaluation foot =
            selection_evaluate_streamed(w->g, w->choice, &w->streams, MEMORY_FOOTPRINT, w->plan->conversions);
        ck_assert_int_eq(s->live_bytes + s->weights_bytes, foot.memory_bytes);
    }
    ck_assert_int_ge(s->arena_bytes, s->live_bytes);
    struct runtime_observer watch = {.step = reference_compare, .context = f};
    for (int round = 0; round < 2; round++) { /* a second run finds the arena as the first left it */
        int worst;
        runtime_run(r, out, w->in, &watch);
        double error = reference_worst(&worst, f);
        ck_assert_msg(error <= 1e-5 + stated_error(s), "layer %s by %s, %d threads, run %d, is off by %.2e",
                      w->net->layer[worst].name, s->step[s->made_by[worst]].row->name, threads, round, error);
    }
    int64_t used;
    ck_assert(runtime_used(&used, r, w->in, NULL));
    ck_assert_int_eq(used, s->arena_bytes);
    if (COUNTS_ALLOCATIONS && threads == 1) {
        long before = allocations;
        runtime_run(r, out, w->in, NULL);
        ck_assert_int_eq(allocations, before);
    }
    const struct shape answer = w->net->layer[w->net->layers - 1].out;
    const float *want = f->out[w->net->layers - 1];
    for (int64_t i = 0; i < shape_bytes(answer) / 4; i++)
        ck_assert_double_eq_tol((double)out[i], (double)want[i], 1e-3 * f->largest[w->net->layers - 1]);
    free(out);
    runtime_free(r);
}

#endif
