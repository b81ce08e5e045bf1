#include "solver/base/text.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "solver/base/memory.h"
#include "solver/base/utf8.h"

#ifdef TASO_WITHOUT_ZLIB
#include "solver/base/plain.h"
#else
#include <zlib.h>
static inline bool plain_is_gzip(gzFile file) { /* zlib reads it */
    (void)file;
    return false;
}
#endif

#define TEXT_END     "# rows: "
#define TEXT_NO_GZIP "gzip, which this build cannot read or write (ZLIB=no; expected plain text)"

bool text_open(struct text_reader *in, const char *path, struct error *err) {
    *in = (struct text_reader){0};
    struct stat info;
    bool standard = strcmp(path, "-") == 0;
    if (!path[0]) return error_set(err, "an empty file name (expected the name of a file to read)");
    if (!standard && stat(path, &info) != 0) return error_at(err, path, 0, "%s", strerror(errno));
    if (!standard && S_ISDIR(info.st_mode)) return error_at(err, path, 0, "is a directory (expected a file)");
    gzFile stream = standard ? gzdopen(dup(0), "rb") : gzopen(path, "rb");
    if (!stream) return error_at(err, path, 0, "cannot be opened: %s", strerror(errno ? errno : ENOMEM));
    gzbuffer(stream, 1 << 17);
    if (plain_is_gzip(stream)) return gzclose(stream), error_at(err, path, 0, TEXT_NO_GZIP);
    in->stream = stream;
    in->path = memory_string(standard ? "<stdin>" : path);
    in->size = !standard && S_ISREG(info.st_mode) ? (long long)info.st_size : -1;
    return true;
}

static bool text_read_failure(struct text_reader *in, struct error *err) {
    int code;
    const char *message = gzerror(in->stream, &code);
    if (code == Z_OK || code == Z_STREAM_END) return true;
    if (code == Z_BUF_ERROR)
        return error_at(err, in->path, in->line + 1, "the gzip stream ends too early, the file is cut off");
    return error_at(err, in->path, in->line + 1, "cannot be read: %s", code == Z_ERRNO ? strerror(errno) : message);
}

/* A byte-order mark at the beginning of the file: UTF-8's is skipped, UTF-16's and UTF-32's are refused. */
static bool text_mark(struct text_reader *in, size_t *length, struct error *err) {
    char *at = in->buffer;
    if (*length >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
        return error_at(err, in->path, 1, "the file is in UTF-16 or UTF-32 (expected UTF-8 or ASCII)");
    if (*length < 3 || memcmp(at, "\xef\xbb\xbf", 3) != 0) return true;
    *length -= 3;
    memmove(at, at + 3, *length + 1);
    return true;
}

static bool text_nul(const struct text_reader *in, struct error *err) {
    return error_at(err, in->path, in->line + 1, "a NUL byte (expected text)");
}

/* What a small file could otherwise become: a line, or a text, of gigabytes. */
static bool text_bounded(const struct text_reader *in, size_t line, struct error *err) {
    const bool pipe = in->size < 0;
    if ((long long)line > (pipe ? TEXT_PIPE : TEXT_LINE + in->size))
        return error_at(err, in->path, in->line + 1, "a line of more than %zu bytes (expected shorter lines)", line);
    if (pipe || in->bytes <= TEXT_SLACK + TEXT_EXPANDS * in->size) return true;
    return error_at(err, in->path, in->line + 1,
                    "it expands to more than %lld times its size (expected ordinary gzip text)", TEXT_EXPANDS);
}

bool text_next(struct text_reader *in, char **line, struct error *err) {
    size_t used = 0;
    *line = NULL;
    for (;;) {
        in->buffer = memory_grow(in->buffer, &in->capacity, used + 256, 1);
        char *at = in->buffer + used;
        size_t room = in->capacity - used;
        assert(room > 1 && used < in->capacity);
        if (!gzgets(in->stream, at, (int)(room > 1 << 30 ? 1 << 30 : room))) {
            if (!text_read_failure(in, err)) return false;
            if (used == 0) return true;
            break;
        }
        size_t length = strlen(at), given = length;
        if (in->line == 0 && used == 0 && !text_mark(in, &length, err)) return false;
        bool newline = length > 0 && at[length - 1] == '\n';
        if (!newline && given + 1 < room && !gzeof(in->stream)) return text_nul(in, err);
        assert(length <= given && used + length < in->capacity);
        used += length;
        in->bytes += (long long)given;
        if (!text_bounded(in, used, err)) return false;
        if (newline) break;
        if (gzeof(in->stream)) {
            if (!text_read_failure(in, err)) return false;
            if (gztell(in->stream) > in->bytes) return text_nul(in, err);
            break;
        }
    }
    while (used > 0 && (in->buffer[used - 1] == '\n' || in->buffer[used - 1] == '\r')) used--;
    in->buffer[used] = '\0';
    assert(used < in->capacity && in->buffer[used] == '\0');
    in->line++;
    size_t good = utf8_good(in->buffer, used);
    if (good < used)
        return error_at(err, in->path, in->line, "byte %zu, 0x%02x, is not UTF-8 (expected UTF-8 text)", good + 1,
                        (unsigned char)in->buffer[good]);
    *line = in->buffer;
    return true;
}

bool text_end(struct text_reader *in, const char *line, long rows, struct error *err) {
    const size_t key = strlen(TEXT_END);
    assert(rows >= 0 && rows <= in->line);
    long long stated;
    char *rest;
    if (!line)
        return error_at(err, in->path, in->line, "cut off after %ld rows (expected the last line, `" TEXT_END "N`)",
                        rows);
    if (strncmp(line, TEXT_END, key) != 0 || !text_int64(&stated, line + key))
        return error_at(err, in->path, in->line, "`%s` among the rows (expected a row or, last, `" TEXT_END "%ld`)",
                        line, rows);
    if (stated != rows)
        return error_at(err, in->path, in->line, "rows are missing or were added (expected %lld, got %ld)", stated,
                        rows);
    if (!text_next(in, &rest, err)) return false;
    if (!rest) return true;
    return error_at(err, in->path, in->line, "a line after the last one (expected nothing after `" TEXT_END "%ld`)",
                    rows);
}

void text_free(struct text_reader *in) {
    if (in->stream) gzclose(in->stream);
    free(in->path);
    free(in->buffer);
    *in = (struct text_reader){0};
}

/* --- writing --- */

bool text_create(struct text_writer *out, const char *path, struct error *err) {
    *out = (struct text_writer){.gzip = text_ends_with(path, ".gz")};
#ifdef TASO_WITHOUT_ZLIB
    if (out->gzip) return error_at(err, path, 0, TEXT_NO_GZIP);
#endif
    if (!output_open(&out->to, path, err)) return false;
    if (!out->gzip) return out->stream = out->to.file, true;
    out->stream = gzdopen(dup(fileno(out->to.file)), "wb9");
    assert(out->gzip && out->to.file);
    if (out->stream) return gzbuffer(out->stream, 1 << 17), true; /* also the longest text of one text_write */
    error_at(err, path, 0, "cannot be written: %s", strerror(errno ? errno : ENOMEM));
    output_abandon(&out->to);
    return false;
}

void text_write(struct text_writer *out, const char *format, ...) {
    va_list args;
    assert(out->stream && out->to.file);
    va_start(args, format);
    bool good =
        out->gzip ? gzvprintf(out->stream, format, args) > 0 || !format[0] : vfprintf(out->stream, format, args) >= 0;
    if (!good && !out->failed) out->failed = errno ? errno : EIO;
    va_end(args);
}

void text_write_end(struct text_writer *out, long rows) {
    text_write(out, TEXT_END "%ld\n", rows);
}

void text_abandon(struct text_writer *out) {
    if (out->gzip) gzclose(out->stream);
    output_abandon(&out->to);
    *out = (struct text_writer){0};
}

bool text_close(struct text_writer *out, struct error *err) {
    errno = 0;
    if (out->gzip && gzclose(out->stream) != Z_OK && !out->failed) out->failed = errno ? errno : EIO;
    errno = out->failed;
    assert(out->to.file && out->stream);
    bool good = output_close(&out->to, !out->failed, err);
    *out = (struct text_writer){0};
    return good;
}

bool text_ends_with(const char *text, const char *tail) {
    size_t n = strlen(text), m = strlen(tail);
    return n >= m && strcmp(text + n - m, tail) == 0;
}

char *text_field(char **rest, char separator) {
    char *field = *rest;
    assert(separator != '\0');
    if (!field) return NULL;
    char *end = strchr(field, separator);
    *rest = end ? end + 1 : NULL;
    if (end) *end = '\0';
    return field;
}

bool text_int64(long long *value, const char *text) {
    char *end;
    *value = 0;
    size_t n = 0; /* up to 18 digits, as most are, without strtoll */
    for (; n < 18 && text[n] >= '0' && text[n] <= '9'; n++) *value = *value * 10 + (text[n] - '0');
    if (n > 0 && text[n] == '\0') return true;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
}

bool text_double(double *value, const char *text) {
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value) && !(text[0] == ' ' || text[0] == '\t');
}
