/* text.h - text files in and out, gzip where the name ends in .gz (reading: wherever the content is gzip).
 *
 * Reading is by line, of any length; the reader keeps file name and line number for messages. A truncated or corrupt
 * gzip stream, a read error, a NUL byte and invalid UTF-8 are errors with file and line, never a silently shortened
 * file. A byte-order mark of UTF-8 is skipped; a file in UTF-16 or UTF-32 is an error. So that memory follows the file,
 * a line is at most TEXT_LINE bytes longer than it, and gzip may expand to TEXT_EXPANDS times its size (and TEXT_SLACK).
 * Writing follows solver/base/output.h: a reader sees the old file or the whole new one; a full disk is an error of
 * text_close. */
#ifndef SOLVER_BASE_TEXT_H
#define SOLVER_BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>

#include "solver/base/error.h"
#include "solver/base/output.h"

#define TEXT_LINE    (16ll << 20)
#define TEXT_PIPE    (256ll << 20) /* a line of a pipe */
#define TEXT_SLACK   (64ll << 20)
#define TEXT_EXPANDS 128ll

struct text_reader {
    char *path;   /* as given; "-" is standard input */
    long line;    /* number of the line last returned, from 1 */
    void *stream; /* gzFile */
    char *buffer; /* the current line, NUL-terminated, without its newline (or CR LF) */
    size_t capacity;
    long long bytes; /* read so far, as far as text functions see them */
    long long size;  /* of the file, packed or not; -1: a pipe */
};

bool text_open(struct text_reader *in, const char *path, struct error *err);
/* *line = the next line, valid until the next call; NULL at the end of the file. The caller may write into it. */
bool text_next(struct text_reader *in, char **line, struct error *err);
/* Where the rows of a table end: `line`, or NULL at the end of the file. false unless it is `# rows: N`, with as many
 * rows before it and nothing after it. */
bool text_end(struct text_reader *in, const char *line, long rows, struct error *err);
void text_free(struct text_reader *in);

struct text_writer {
    struct output to;
    void *stream; /* FILE or gzFile */
    bool gzip;
    int failed; /* errno of the first write that failed, or 0 */
};

bool text_create(struct text_writer *out, const char *path, struct error *err);
/* Formatted; failures are remembered and reported by text_close. */
void text_write(struct text_writer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The last line of a table, `# rows: N`: a table truncated anywhere, even at the end of a line, lacks it. */
void text_write_end(struct text_writer *out, long rows);
bool text_close(struct text_writer *out, struct error *err); /* flushes, checks, renames */
void text_abandon(struct text_writer *out);                  /* removes the temporary file */

bool text_ends_with(const char *text, const char *tail);
/* Next field of a line that is cut at `separator` (a tab, a comma); NULL when no field is left. */
char *text_field(char **rest, char separator);
/* Strict numbers: the whole of `text` must be one finite number in range, or false. */
bool text_int64(long long *value, const char *text);
bool text_double(double *value, const char *text);

#endif
