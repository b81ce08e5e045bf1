/* pthreadpool.h - a stand-in for the header that xnnpack.h includes for the type of one pointer, where a distribution
 * packages XNNPACK without it. The Makefile searches this folder last, so that an installed header takes precedence. */
#ifndef TESTS_BENCH_PTHREADPOOL_H
#define TESTS_BENCH_PTHREADPOOL_H

typedef struct pthreadpool *pthreadpool_t;

#endif
