/* faults_memory - allocation TASO_FAIL_AT of a program fails, wherever it is made: LD_PRELOAD of tests/fuzz/faults.c.
 *
 * When it does, the file TASO_FAIL_FLAG is made. Only with glibc, whose own allocator goes by a second name. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long calls;
static long fail_at;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("TASO_FAIL_AT");
    calls = 0;
    fail_at = at ? atol(at) : 0;
}

static int fails(void) {
    if (fail_at == 0 || atomic_fetch_add(&calls, 1) + 1 != fail_at) return 0;
    const char *flag = getenv("TASO_FAIL_FLAG");
    const int file = flag ? open(flag, O_WRONLY | O_CREAT, 0600) : -1;
    if (file >= 0) close(file);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}
