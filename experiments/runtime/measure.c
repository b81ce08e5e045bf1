#include "experiments/runtime/measure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include "solver/base/clock.h"
#include "solver/base/memory.h"

const struct effort efforts[] = {
    [EFFORT_QUICK] = {"quick", 3, 9, 12000000, 2, 60000000, 30000000, 0.02, 96 << 20},
    [EFFORT_NORMAL] = {"normal", 5, 15, 40000000, 5, 60000000, INT64_MAX, 0, INT64_MAX},
    [EFFORT_THOROUGH] = {"thorough", 7, 31, 100000000, 7, 60000000, INT64_MAX, 0, INT64_MAX},
};
#define MEASURE_CLOCK_READS 2001

void measure_flush_denormals(void) {
#ifdef __SSE2__
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ and DAZ */
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (1u << 24)));
#elif defined(__arm__) && defined(__ARM_FP)
    uint32_t control; /* vector instructions always flush, scalar ones only if asked to */
    __asm__ volatile("vmrs %0, fpscr" : "=r"(control));
    __asm__ volatile("vmsr fpscr, %0" : : "r"(control | (1u << 24)));
#endif
}

static size_t measure_l2_bytes(void) {
    long bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
    bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return bytes > 0 ? (size_t)bytes : (size_t)1 << 20;
}

int64_t measure_clock_ns(const struct measure *m) {
    return m->clock_ns();
}

int64_t measure_since(const struct measure *m, int64_t begun_ns) {
    assert(m->clock_read_ns >= 0 && m->clock_read_ns < INT64_MAX); /* it has been measured */
    int64_t ns = m->clock_ns() - begun_ns - m->clock_read_ns;
    return ns > 0 ? ns : 1;
}

struct measure measure_clock(int threads) {
    struct measure m = {.threads = threads, .clock_ns = threads > 1 ? clock_wall_ns : clock_thread_ns};
    measure_clock_read(&m);
    return m;
}

void measure_init(struct measure *m, const struct effort *effort, int threads, size_t evict_bytes) {
    assert(threads >= 1 && effort->least_runs >= 1 && effort->least_runs <= effort->most_runs);
    assert(effort->most_runs <= MEASURE_MOST_RUNS);
    if (evict_bytes == 0) evict_bytes = MEASURE_EVICT_L2 * measure_l2_bytes();
    *m = measure_clock(threads);
    m->effort = effort;
    m->evict_bytes = evict_bytes;
    m->evict = memory_new(evict_bytes, 1);
    memset(m->evict, 1, evict_bytes); /* private pages, not the shared zero page */
    measure_flush_denormals();
}

void measure_free(struct measure *m) {
    free(m->evict);
    *m = (struct measure){0};
}

void measure_sweep(struct measure *m, size_t bytes) {
    enum { LINE = 64 };
    unsigned sum = 0;
    assert(bytes <= m->evict_bytes);
    for (size_t i = 0; i < bytes; i += LINE) sum += (unsigned char)m->evict[i];
    m->sink += sum;
}

static void measure_set_caches(struct measure *m, float *input, size_t inputs) {
    measure_sweep(m, m->evict_bytes);
    for (size_t i = 0; i < inputs; i++) input[i] = -input[i];
}

static int measure_compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct timing measure_summary(int64_t *ns, int runs) {
    assert(runs >= 1);
    memory_sort(ns, (size_t)runs, sizeof *ns, measure_compare);
    assert(ns[0] >= 0); /* no clock runs backwards */
    int quarter = runs / 4;
    return (struct timing){.median_ns = (ns[(runs - 1) / 2] + ns[runs / 2]) / 2,
                           .min_ns = ns[0],
                           .spread_ns = runs > 1 ? ns[runs - 1 - quarter] - ns[quarter] : -1,
                           .runs = runs};
}

void measure_clock_read(struct measure *m) {
    m->clock_read_ns = INT64_MAX;
    for (int i = 0; i < MEASURE_CLOCK_READS; i++) {
        int64_t begun = m->clock_ns(), ns = m->clock_ns() - begun;
        if (ns < m->clock_read_ns) m->clock_read_ns = ns;
    }
}

static int64_t measure_once(struct measure *m, void (*run)(const void *task), const void *task, float *input,
                            size_t inputs) {
    measure_set_caches(m, input, inputs);
    int64_t begun = measure_clock_ns(m);
    run(task);
    return measure_since(m, begun);
}

static int64_t measure_sum(const int64_t *ns, int runs) {
    int64_t sum = 0;
    for (int i = 0; i < runs; i++) sum += ns[i];
    return sum;
}

bool measure_again(const struct measure *m, const int64_t *ns, int runs, int64_t best_ns) {
    const struct effort *e = m->effort;
    assert(runs >= 1 && e->most_runs <= MEASURE_MOST_RUNS);
    if (runs >= e->most_runs || (best_ns > 0 && runs == 1 && ns[0] > MEASURE_HOPELESS * best_ns)) return false;
    const double behind = MEASURE_BEHIND * (double)best_ns;
    if (best_ns > 0 && runs == 2 && (double)ns[0] > behind && (double)ns[1] > behind) return false;
    return runs < e->least_runs || measure_sum(ns, runs) < e->enough_ns;
}

struct timing measure_run(struct measure *m, void (*run)(const void *task), const void *task, float *input,
                          size_t inputs, int64_t best_ns) {
    int64_t ns[MEASURE_MOST_RUNS];
    ns[0] = measure_once(m, run, task, input, inputs);
    if (best_ns > 0 && ns[0] > MEASURE_HOPELESS * best_ns && ns[0] > MEASURE_BRIEF) return measure_summary(ns, 1);
    int runs = 1;
    if (ns[0] < m->effort->enough_ns / 2) ns[0] = measure_once(m, run, task, input, inputs);
    while (measure_again(m, ns, runs, best_ns)) {
        ns[runs] = measure_once(m, run, task, input, inputs);
        assert(ns[runs] >= 1);
        runs++;
    }
    return measure_summary(ns, runs);
}
