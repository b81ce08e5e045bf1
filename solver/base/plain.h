/* plain.h - the part of zlib that text.c uses, over stdio: for builds without zlib (make ZLIB=no), such as cross
 * builds. Compressed files are recognised by their first byte, or by a name that ends in .gz, and refused by text.c. */
#ifndef SOLVER_BASE_PLAIN_H
#define SOLVER_BASE_PLAIN_H
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef FILE *gzFile;
enum { Z_OK = 0, Z_STREAM_END = 1, Z_ERRNO = -1, Z_BUF_ERROR = -5 };

static inline gzFile gzopen(const char *path, const char *mode) {
    return fopen(path, mode[0] == 'r' ? "rb" : "wb");
}
static inline gzFile gzdopen(int descriptor, const char *mode) {
    return fdopen(descriptor, mode);
}
static inline int gzbuffer(gzFile file, unsigned size) {
    return setvbuf(file, NULL, _IOFBF, size);
}
static inline char *gzgets(gzFile file, char *to, int room) {
    return fgets(to, room, file);
}
static inline long gztell(gzFile file) { /* -1: a pipe */
    return ftell(file);
}
static inline int gzeof(gzFile file) {
    return feof(file);
}
static inline const char *gzerror(gzFile file, int *code) {
    *code = ferror(file) ? Z_ERRNO : Z_OK;
    return "";
}
static inline int gzvprintf(gzFile file, const char *format, va_list args) {
    return vfprintf(file, format, args);
}
static inline int gzclose(gzFile file) {
    return fclose(file) == 0 ? Z_OK : Z_ERRNO;
}
/* Whether the file begins like gzip. No text file of ours begins with that byte. */
static inline bool plain_is_gzip(gzFile file) {
    int first = getc(file);
    return first != EOF && (ungetc(first, file), first == 0x1f);
}

#endif
