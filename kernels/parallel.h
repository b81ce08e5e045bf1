/* parallel.h - loops shared among threads. Iterations are independent, so results do not depend on the number of
 * threads.
 *
 *     PARALLEL_FOR
 *     for (int i = 0; i < n; i++) ...        runs on `threads` threads, a variable in scope; without OpenMP: on one
 *
 *     PARALLEL_CALLS(i, n, f(i, n))          a call for each i: on one thread without a parallel region, which takes
 *                                            0.6 us
 *
 * Macros, because a plain #pragma warns where a kernel is compiled without OpenMP. */
#ifndef KERNELS_PARALLEL_H
#define KERNELS_PARALLEL_H
#include <stdbool.h>
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

#define PARALLEL_CALLS(i, n, call)                                                                                     \
    do {                                                                                                               \
        if (threads > 1) {                                                                                             \
            PARALLEL_FOR                                                                                               \
            for (int i = 0; i < (n); i++) call;                                                                        \
        } else {                                                                                                       \
            for (int i = 0; i < (n); i++) call;                                                                        \
        }                                                                                                              \
    } while (0)

/* First item of a part when `items` are divided among `parts` as evenly as possible; part `parts` gives the end of the
 * last. */
static inline int64_t parallel_from(int64_t items, int part, int parts) {
    return items * part / parts;
}
static inline int parallel_first(int items, int part, int parts) {
    return (int)parallel_from(items, part, parts);
}

/* Threads that share out an image's pixels all read every weight. Threads that share out output channels all read the
 * whole image, half of which the others made: its lines are then in every core's cache, and who writes there next waits
 * until the others have given theirs up. On cores with no cache in common that takes five times as long as reading a
 * line. Hence pixels, unless weights outnumber them by this factor; image and weights for each input channel. */
#define PARALLEL_SHARED 4
static inline bool parallel_by_pixels(int64_t image, int64_t weights) {
    return PARALLEL_SHARED * image >= weights;
}

#endif
