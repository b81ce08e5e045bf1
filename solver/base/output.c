#include "solver/base/output.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"

enum { OUTPUT_LINKS = 40, OUTPUT_OPEN = 16, OUTPUT_NAME = 200, OUTPUT_TRIES = 100 };

static const char *const output_descriptors[] = {"/dev/fd/", "/proc/self/fd/"};

/* The temporary files that are open, for output_remove_all, and the process that opened them: a forked child did
 * not. */
static char *volatile output_pending[OUTPUT_OPEN];
static pid_t output_owner;

static void output_remember(char *temporary) {
    assert(temporary && temporary[0]);
    static bool at_exit;
    if (!at_exit) at_exit = atexit(output_remove_all) == 0; /* memory.c ends the program if memory runs out */
    output_owner = getpid();
    for (int i = 0; i < OUTPUT_OPEN; i++)
        if (!output_pending[i]) {
            output_pending[i] = temporary;
            return;
        }
}

static void output_forget(const char *temporary) {
    for (int i = 0; i < OUTPUT_OPEN; i++)
        if (output_pending[i] == temporary) output_pending[i] = NULL;
}

void output_remove_all(void) {
    for (int i = 0; i < OUTPUT_OPEN && output_owner == getpid(); i++)
        if (output_pending[i]) unlink(output_pending[i]);
}

/* --- where a name leads --- */

/* The descriptor that `path` names, or -1. */
static int output_descriptor(const char *path) {
    long long number;
    if (strcmp(path, "-") == 0) return STDOUT_FILENO;
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(output_descriptors[i]);
        if (strncmp(path, output_descriptors[i], length) != 0) continue;
        if (text_int64(&number, path + length) && number >= 0 && number < 1 << 20) return (int)number;
    }
    return -1;
}

static size_t output_folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The next name along a link; NULL: `path` is not a link. */
static char *output_link(const char *path) {
    struct stat info;
    char to[4096];
    if (lstat(path, &info) != 0 || !S_ISLNK(info.st_mode)) return NULL;
    ssize_t length = readlink(path, to, sizeof to - 1);
    if (length < 0) return NULL;
    to[length] = '\0';
    size_t folder = to[0] == '/' ? 0 : output_folder_length(path), room = folder + (size_t)length + 1;
    assert(room > (size_t)length);
    char *next = memory_new(room, 1);
    memcpy(next, path, folder);
    memcpy(next + folder, to, (size_t)length + 1);
    return next;
}

/* Follows links up to a descriptor or the last name. NULL: a circle of links. */
static char *output_follow(const char *path) {
    char *at = memory_string(path), *next;
    for (int hops = 0; hops < OUTPUT_LINKS; hops++) {
        if (output_descriptor(at) >= 0 || !(next = output_link(at))) return at;
        free(at);
        at = next;
    }
    free(at);
    return NULL;
}

static const char *output_shown(const char *path) {
    return strcmp(path, "-") == 0 ? "standard output" : path;
}

static bool output_refuse(const char *path, struct error *err) {
    return error_at(err, output_shown(path), 0, "cannot be written: %s", strerror(errno ? errno : EIO));
}

static bool output_folder_check(const char *path, const char *target, struct error *err) {
    struct stat info;
    size_t length = output_folder_length(target);
    char *folder = length ? memory_string(target) : memory_string(".");
    if (length) folder[length > 1 ? length - 1 : 1] = '\0';
    bool good = true;
    if (stat(folder, &info) != 0)
        good = error_at(err, path, 0, "cannot be written: folder '%s': %s", folder, strerror(errno));
    else if (!S_ISDIR(info.st_mode))
        good = error_at(err, path, 0, "cannot be written: '%s' is not a folder", folder);
    else if (access(folder, W_OK | X_OK) != 0)
        good = error_at(err, path, 0, "cannot be written: folder '%s': %s", folder, strerror(errno));
    free(folder);
    return good;
}

/* `direct`: nothing to rename over. `mode`: the permissions of the existing file, or 0. */
static bool output_kind(bool *direct, mode_t *mode, const char *path, const char *target, struct error *err) {
    struct stat info;
    *mode = 0;
    *direct = output_descriptor(target) >= 0;
    if (*direct) return true;
    if (!path[0]) return error_set(err, "an empty file name (expected the name of a file to write)");
    if (stat(target, &info) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) return output_refuse(path, err);
        if (target[strlen(target) - 1] == '/') return error_at(err, path, 0, "is not a file name: it ends in '/'");
        return output_folder_check(path, target, err);
    }
    if (S_ISDIR(info.st_mode)) return error_at(err, path, 0, "is a directory (expected a file to write)");
    if (S_ISBLK(info.st_mode) || S_ISSOCK(info.st_mode))
        return error_at(err, path, 0, "is a %s (expected a file, a FIFO or a character device)",
                        S_ISBLK(info.st_mode) ? "block device" : "socket");
    if (access(target, W_OK) != 0) return output_refuse(path, err);
    *direct = !S_ISREG(info.st_mode);
    *mode = info.st_mode & 07777;
    return *direct || output_folder_check(path, target, err);
}

bool output_check(const char *path, struct error *err) {
    bool direct;
    mode_t mode;
    char *target = output_follow(path);
    if (!target) return errno = ELOOP, output_refuse(path, err);
    bool good = output_kind(&direct, &mode, path, target, err);
    free(target);
    return good;
}

bool output_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool output_same(const char *path, const char *other) {
    struct stat a, b;
    if (strcmp(path, other) == 0) return true;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* --- opening, closing --- */

/* The process number distinguishes programs, the counter leftovers of an earlier process with that number. Long names
 * are truncated. */
static int output_temporary(struct output *o, mode_t mode) {
    size_t folder = output_folder_length(o->target), room = strlen(o->target) + 48;
    char *name = memory_new(room, 1);
    int descriptor = -1;
    sigset_t all, before; /* a signal finds the file made and remembered, or neither */
    assert(folder <= strlen(o->target) && !o->temporary);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    memcpy(name, o->target, folder);
    for (int i = 0; i < OUTPUT_TRIES && descriptor < 0; i++) {
        snprintf(name + folder, room - folder, "%.*s.%ld.%d.tmp", OUTPUT_NAME, o->target + folder, (long)getpid(), i);
        descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno != EEXIST) break;
    }
    o->temporary = name;
    if (descriptor >= 0) output_remember(name);
    const int reason = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    if (descriptor < 0) return -1;
    if (mode) (void)!fchmod(descriptor, mode); /* some file systems have no permissions to keep */
    return descriptor;
}

static int output_direct(const struct output *o) {
    assert(o->target && !o->file);
    int descriptor = output_descriptor(o->target);
    fflush(stdout); /* keeps the order with earlier output */
    return descriptor >= 0 ? dup(descriptor) : open(o->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static void output_free(struct output *o) {
    if (o->temporary) output_forget(o->temporary);
    free(o->path);
    free(o->target);
    free(o->temporary);
    *o = (struct output){0};
}

bool output_open(struct output *o, const char *path, struct error *err) {
    bool direct;
    mode_t mode;
    *o = (struct output){.path = memory_string(path), .target = output_follow(path)};
    errno = ELOOP;
    bool good = o->target ? output_kind(&direct, &mode, path, o->target, err) : output_refuse(path, err);
    if (good) {
        errno = 0;
        int descriptor = direct ? output_direct(o) : output_temporary(o, mode);
        o->file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
        good = o->file || output_refuse(path, err);
        if (!good && descriptor >= 0) { /* no memory for the stream: the file is there already */
            close(descriptor);
            if (o->temporary) unlink(o->temporary);
        }
    }
    assert(!good || (o->file && direct == !o->temporary)); /* renamed exactly if it is not written directly */
    if (!good) output_free(o);
    return good;
}

bool output_close(struct output *o, bool good, struct error *err) {
    int cause = good ? 0 : errno; /* that of the first failure */
    errno = 0;
    assert(o->file && o->path && o->target); /* opened, and not closed before */
    if (fflush(o->file) != 0 && good) good = false, cause = errno;
    if (good && o->temporary && fsync(fileno(o->file)) != 0) good = false, cause = errno;
    if (fclose(o->file) != 0 && good) good = false, cause = errno;
    if (good && o->temporary && rename(o->temporary, o->target) != 0) good = false, cause = errno;
    errno = cause;
    if (!good) output_refuse(o->path, err);
    if (!good && o->temporary) unlink(o->temporary);
    output_free(o);
    return good;
}

void output_abandon(struct output *o) {
    assert(o->path || !o->file);
    if (o->file) fclose(o->file);
    if (o->temporary) unlink(o->temporary);
    output_free(o);
}
