#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tests/support/failing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifndef TASO_WITHOUT_ZLIB
#include <zlib.h>
#endif

#include "baselines/methods.h"

/* With --wrap=f the linker turns calls of f into __wrap_f, and __real_f is f itself. */
#define WRAPPED(type, f, ...)                                                                                          \
    type __real_##f(__VA_ARGS__);                                                                                      \
    type __wrap_##f(__VA_ARGS__);                                                                                      \
    type __wrap_##f(__VA_ARGS__)

enum { BLOCKS = 1 << 16, PAGE = 4096 };

static struct {
    enum failing_kind kind;
    long nth;
    int files_before;
    struct failing_seen seen;
    bool gz_failed; /* gzerror reports it */
} armed;

#ifdef __SANITIZE_ADDRESS__
enum { FENCE_AS_MALLOC = true };
#else
enum { FENCE_AS_MALLOC = false };
#endif

/* Blocks allocated while armed: few are alive at a time, and the last one is usually freed first. fenced: bytes of the
 * whole mapping. */
static struct block {
    void *at;
    size_t size, fenced;
    char *mapping;
} block[BLOCKS];
static int blocks;

/* --- counting --- */

static bool fails(enum failing_kind kind, const char *name) {
    if (armed.kind != kind || ++armed.seen.calls < armed.nth) return false;
    if (armed.seen.calls > armed.nth && kind != FAILING_METHODS) return false;
    armed.seen.failed = true;
    armed.seen.name = name;
    return true;
}

static int open_files(void) {
    int count = 0;
    for (int d = 0; d < 256; d++) count += fcntl(d, F_GETFD) >= 0;
    return count;
}

static bool counting;

void failing_arm(enum failing_kind kind, long nth) {
    memset(&armed, 0, sizeof armed);
    armed.kind = kind;
    armed.nth = nth;
    armed.seen.name = "";
    armed.files_before = open_files();
    blocks = 0;
    counting = true;
}

void failing_disarm(struct failing_seen *seen) {
    counting = false;
    armed.kind = FAILING_NOTHING;
    armed.seen.blocks_left = blocks;
    armed.seen.files_left = open_files() - armed.files_before;
    *seen = armed.seen;
}

/* --- memory --- */

static int block_find(const void *at) {
    for (int k = blocks - 1; k >= 0; k--)
        if (block[k].at == at) return k;
    return -1;
}

static void *block_note(void *at, size_t size) {
    if (at && counting && blocks < BLOCKS) block[blocks++] = (struct block){at, size, 0, NULL};
    return at;
}

/* The page after the block is inaccessible. Aligned as strictly as an array of that many bytes can need, or, where a
 * sanitizer asks for what the standard promises (a struct may end in an odd number of bytes), as malloc does. */
static void *block_fenced(size_t size, size_t alignment) {
    size_t align = size & (~size + 1);
    if (align > 16 || align == 0 || FENCE_AS_MALLOC) align = 16;
    if (align < alignment) align = alignment;
    size_t inner = (size + align - 1) / align * align, pages = (inner + PAGE - 1) / PAGE * PAGE;
    if (blocks == BLOCKS) return NULL;
    const size_t all = pages + PAGE + (align > PAGE ? align : 0);
    char *mapping = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *fence;
    if (mapping == MAP_FAILED) return NULL;
    fence = mapping + pages;
    if (align > PAGE) fence += -(uintptr_t)fence & (align - 1);
    if (mprotect(fence, PAGE, PROT_NONE) != 0) return NULL;
    block[blocks++] = (struct block){fence - inner, size, all, mapping};
    return fence - inner;
}

static bool refused(const char *name) {
    bool refuse = fails(FAILING_MEMORY, name);
    if (refuse) errno = ENOMEM;
    return refuse;
}

WRAPPED(void *, malloc, size_t size) {
    if (refused("malloc")) return NULL;
    return armed.kind == FAILING_FENCED ? block_fenced(size, 1) : block_note(__real_malloc(size), size);
}

WRAPPED(void *, calloc, size_t count, size_t size) {
    size_t bytes;
    if (refused("calloc") || __builtin_mul_overflow(count, size, &bytes)) return NULL;
    return armed.kind == FAILING_FENCED ? block_fenced(bytes, 1) : block_note(__real_calloc(count, size), bytes);
}

WRAPPED(void *, aligned_alloc, size_t alignment, size_t size) {
    if (refused("aligned_alloc")) return NULL;
    return armed.kind == FAILING_FENCED ? block_fenced(size, alignment)
                                        : block_note(__real_aligned_alloc(alignment, size), size);
}

WRAPPED(void, free, void *at) {
    int k = at ? block_find(at) : -1;
    if (k < 0) {
        __real_free(at);
        return;
    }
    struct block b = block[k];
    block[k] = block[--blocks];
    if (b.fenced)
        munmap(b.mapping, b.fenced);
    else
        __real_free(at);
}

WRAPPED(void *, realloc, void *old, size_t size) {
    if (refused("realloc")) return NULL;
    int k = old ? block_find(old) : -1;
    if (armed.kind == FAILING_FENCED && (!old || k >= 0)) {
        void *at = block_fenced(size, 1);
        if (at && old) memcpy(at, old, block[k].size < size ? block[k].size : size);
        if (at && old) __wrap_free(old);
        return at;
    }
    void *at = __real_realloc(old, size);
    if (at && k >= 0) block[k] = (struct block){at, size, 0, NULL};
    return at && !old ? block_note(at, size) : at;
}

/* --- files --- */

static bool broken(const char *name, int reason) {
    bool is = fails(FAILING_FILES, name);
    if (is) errno = reason;
    return is;
}

/* Writes to standard error may fail, and closing a file that was only read cannot lose data. */
static bool is_output(FILE *file) {
    return file != stderr && (fcntl(fileno(file), F_GETFL) & O_ACCMODE) != O_RDONLY;
}

WRAPPED(FILE *, fopen, const char *path, const char *mode) {
    bool facts = strncmp(path, "/proc/", 6) == 0; /* provenance copes without it */
    return !facts && broken("fopen", EMFILE) ? NULL : __real_fopen(path, mode);
}

WRAPPED(FILE *, open_memstream, char **text, size_t *length) {
    return broken("open_memstream", ENOMEM) ? NULL : __real_open_memstream(text, length);
}

WRAPPED(size_t, fread, void *to, size_t size, size_t count, FILE *file) {
    return broken("fread", EIO) ? 0 : __real_fread(to, size, count, file);
}

WRAPPED(int, fseek, FILE *file, long offset, int whence) {
    return broken("fseek", EIO) ? -1 : __real_fseek(file, offset, whence);
}

WRAPPED(size_t, fwrite, const void *from, size_t size, size_t count, FILE *file) {
    bool fail = count > 0 && is_output(file) && broken("fwrite", ENOSPC);
    return fail ? count / 2 : __real_fwrite(from, size, count, file);
}

WRAPPED(int, vfprintf, FILE *file, const char *format, va_list args) {
    return is_output(file) && broken("vfprintf", ENOSPC) ? -1 : __real_vfprintf(file, format, args);
}

WRAPPED(int, fflush, FILE *file) {
    return file && is_output(file) && broken("fflush", ENOSPC) ? EOF : __real_fflush(file);
}

/* Never calls the real fsync: tests need not wait for a disk. */
int __wrap_fsync(int descriptor);
int __wrap_fsync(int descriptor) {
    (void)descriptor;
    return broken("fsync", EIO) ? -1 : 0;
}

WRAPPED(int, fclose, FILE *file) {
    bool fail = is_output(file) && broken("fclose", ENOSPC);
    int result = __real_fclose(file);
    if (fail) errno = ENOSPC;
    return fail ? EOF : result;
}

WRAPPED(int, rename, const char *from, const char *to) {
    return broken("rename", EACCES) ? -1 : __real_rename(from, to);
}

WRAPPED(int, mkdir, const char *path, mode_t mode) {
    return broken("mkdir", EACCES) ? -1 : __real_mkdir(path, mode);
}

#ifndef TASO_WITHOUT_ZLIB
static gzFile gz_output;

WRAPPED(gzFile, gzopen, const char *path, const char *mode) {
    if (broken("gzopen", EMFILE)) return NULL;
    gzFile file = __real_gzopen(path, mode);
    if (mode[0] == 'w') gz_output = file;
    return file;
}

WRAPPED(char *, gzgets, gzFile file, char *to, int room) {
    armed.gz_failed = broken("gzgets", EIO);
    return armed.gz_failed ? NULL : __real_gzgets(file, to, room);
}

WRAPPED(const char *, gzerror, gzFile file, int *code) {
    const char *text = __real_gzerror(file, code);
    if (armed.gz_failed) *code = Z_ERRNO;
    return text;
}

WRAPPED(int, gzvprintf, gzFile file, const char *format, va_list args) {
    return broken("gzvprintf", ENOSPC) ? 0 : __real_gzvprintf(file, format, args);
}

WRAPPED(int, gzclose, gzFile file) {
    bool fail = file == gz_output && broken("gzclose", ENOSPC);
    if (file == gz_output) gz_output = NULL;
    int result = __real_gzclose(file);
    if (fail) errno = ENOSPC;
    return fail ? Z_ERRNO : result;
}
#endif

/* --- methods --- */

/* Weak: tests of the solver are linked without methods. */
bool __real_methods_run(struct answer *out, const struct method *m, const struct instance *g, const struct request *q,
                        struct error *err) __attribute__((weak));

WRAPPED(bool, methods_run, struct answer *out, const struct method *m, const struct instance *g,
        const struct request *q, struct error *err) {
    if (fails(FAILING_METHODS, "methods_run")) return error_set(err, "this method was made to fail");
    return __real_methods_run(out, m, g, q, err);
}
