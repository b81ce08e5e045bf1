/* parallel.h - loops shared among threads. Iterations are independent, so results do not depend on the number of
 * threads.
 *
 *     PARALLEL_FOR
 *     for (int i = 0; i < n; i++) ...        runs on `threads` threads, a variable in scope; without OpenMP: on one
 *
 * A macro, because a plain #pragma warns where a kernel is compiled without OpenMP. */
#ifndef KERNELS_PARALLEL_H
#define KERNELS_PARALLEL_H
#include <stdint.h>

#ifdef _OPENMP
#include <omp.h>
#define PARALLEL_PRAGMA(text) _Pragma(#text)
#define PARALLEL_FOR          PARALLEL_PRAGMA(omp parallel for num_threads(threads) schedule(static) if (threads > 1))
static inline int parallel_thread(void) {
    return omp_get_thread_num();
}
#else
#define PARALLEL_FOR (void)threads;
static inline int parallel_thread(void) {
    return 0;
}
#endif

/* First item of a part when `items` are divided among `parts` as evenly as possible; part `parts` gives the end of the
 * last. */
static inline int64_t parallel_from(int64_t items, int part, int parts) {
    return items * part / parts;
}
static inline int parallel_first(int items, int part, int parts) {
    return (int)parallel_from(items, part, parts);
}

#endif
