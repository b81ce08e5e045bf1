/* pages.h - huge pages for a program's large arrays, where the system has them: Linux, by madvise, unless NO_HUGE_PAGES is
 * defined. Weights are read from memory once per run, one after the other; with pages of 4 KiB, translating their addresses
 * takes up to a quarter of a run (fully connected layers). This is only advice: nothing depends on it.
 *
 * To be included before any other header: madvise is not part of ISO C. */
#ifndef PAGES_H
#define PAGES_H
#if defined(__linux__) && !defined(NO_HUGE_PAGES)
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#endif

#if defined(MADV_HUGEPAGE) && !defined(NO_HUGE_PAGES)
#define PAGES_SMALL 65536 /* a multiple of the page of any Linux */
/* Memory that has not been written yet, or only a little of it. */
static inline void pages_huge(void *memory, size_t bytes) {
    const uintptr_t past = (uintptr_t)memory % PAGES_SMALL, skipped = past ? PAGES_SMALL - past : 0;
    if (bytes > skipped + PAGES_SMALL)
        (void)madvise((unsigned char *)memory + skipped, (bytes - skipped) / PAGES_SMALL * PAGES_SMALL, MADV_HUGEPAGE);
}
#else
#define pages_huge(memory, bytes) (void)0
#endif

#endif
