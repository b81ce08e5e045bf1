/* memory.h - checked allocation. Sizes are count x size with overflow caught. If the machine is out of memory, the
 * process says so in one line and exits with status 2: no caller could do better, and no half-written file is left
 * (solver/base/output.h renames only complete files). */
#ifndef SOLVER_BASE_MEMORY_H
#define SOLVER_BASE_MEMORY_H
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *memory_new(size_t count, size_t size);               /* zeroed; count 0 gives a pointer that may be freed */
void *memory_resize(void *old, size_t count, size_t size); /* the part beyond the old size is not zeroed */
/* Not zeroed; alignment a power of 2; from a huge page's size on in huge pages if the system has them; freed with
 * free(). */
void *memory_aligned(size_t bytes, size_t alignment);
/* From here on freed memory stays with the process (with glibc): for work that frees and allocates gigabytes
 * repeatedly, where fresh pages would cost more than the work. */
void memory_keep(void);
char *memory_string(const char *text); /* a copy, freed with free() */

/* Room for at least `need` items of `size` bytes in a growing array; doubles, so appending is amortised O(1). */
void *memory_grow(void *array, size_t *capacity, size_t need, size_t size);

#define MEMORY_NEW(type, count) ((type *)memory_new((size_t)(count), sizeof(type)))

/* memcpy, memmove, memset to 0 and qsort for arrays that may be NULL where they are empty, which C's own functions do
 * not allow: an empty program has no arrays. */
static inline void memory_copy(void *to, const void *from, size_t bytes) {
    if (bytes > 0) memcpy(to, from, bytes);
}
static inline void memory_move(void *to, const void *from, size_t bytes) {
    if (bytes > 0) memmove(to, from, bytes);
}
static inline void memory_clear(void *to, size_t bytes) {
    if (bytes > 0) memset(to, 0, bytes);
}
static inline void memory_sort(void *array, size_t count, size_t size, int (*order)(const void *, const void *)) {
    if (count > 1) qsort(array, count, size, order);
}
/* A new copy, freed with free(). */
static inline void *memory_duplicate(const void *from, size_t bytes) {
    void *to = memory_new(bytes, 1);
    memory_copy(to, from, bytes);
    return to;
}

#endif
