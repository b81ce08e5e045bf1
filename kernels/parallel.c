/* A region of one thread without a team. libgomp allocates and frees a team for every parallel region, even for one
 * thread, which `if (threads > 1)` does not avoid; kernels allocate nothing (kernels/primitive.h). The Makefile links
 * with --wrap=GOMP_parallel, which sends gcc's calls here. Within a region a team is needed, or the loop would be
 * shared among the outer region's threads. Without that option (clang, or no OpenMP) this file is empty. */
#if defined(_OPENMP) && defined(__GNUC__) && !defined(__clang__)
#include <omp.h>

void __wrap_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
void __real_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);

void __wrap_GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    if (threads == 1 && !omp_in_parallel())
        body(data);
    else
        __real_GOMP_parallel(body, data, threads, flags);
}
#else
typedef int parallel_takes_no_part; /* ISO C forbids an empty file */
#endif
