#define _DEFAULT_SOURCE /* madvise */
#include "solver/base/memory.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define HUGE_PAGE ((size_t)1 << 21)

static void memory_exhausted(size_t count, size_t size) {
    fprintf(stderr, "out of memory: could not allocate %zu x %zu bytes; use a smaller input or a larger machine\n",
            count, size);
    exit(2);
}

void *memory_new(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size);
    if (!p) memory_exhausted(count, size);
    return p;
}

void *memory_resize(void *old, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count ? count : 1, size, &bytes)) memory_exhausted(count, size);
    void *p = realloc(old, bytes);
    if (!p) memory_exhausted(count, size);
    return p;
}

/* Streams of weights are limited by the translation of 4 KiB pages (a fully connected layer takes a quarter longer),
 * and their random addresses decide which lines of L2 they share. The last part of a page keeps small pages, so that
 * nothing beyond `bytes` is used. */
static void memory_huge(void *p, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE_PAGE) (void)madvise(p, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); /* advice: may be refused */
#else
    (void)p, (void)bytes;
#endif
}

void *memory_aligned(size_t bytes, size_t alignment) {
    assert(alignment >= sizeof(void *) && (alignment & (alignment - 1)) == 0);
    if (bytes >= HUGE_PAGE && alignment < HUGE_PAGE) alignment = HUGE_PAGE;
    size_t rounded = (bytes ? bytes + alignment - 1 : alignment) / alignment * alignment;
    void *p = rounded >= bytes ? aligned_alloc(alignment, rounded) : NULL;
    if (!p) memory_exhausted(bytes, 1);
    assert((uintptr_t)p % alignment == 0);
    memory_huge(p, bytes);
    return p;
}

void memory_keep(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

char *memory_string(const char *text) {
    size_t n = strlen(text) + 1;
    return memcpy(memory_new(n, 1), text, n);
}

void *memory_grow(void *array, size_t *capacity, size_t need, size_t size) {
    assert(size > 0 && (array || *capacity == 0));
    if (need <= *capacity) return array;
    size_t next = *capacity ? *capacity : 16;
    while (next < need) {
        if (__builtin_mul_overflow(next, (size_t)2, &next)) memory_exhausted(need, size);
    }
    assert(next >= need && next >= 2 * *capacity);
    *capacity = next;
    return memory_resize(array, next, size);
}
