#include "experiments/runtime/arena_file.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/names.h"
#include "solver/base/text.h"

enum { FILE_ID, FILE_LOWER, FILE_UPPER, FILE_SIZE, FILE_ALIGNMENT, FILE_OFFSET, FILE_COLUMNS };
static const char *const column_names[FILE_COLUMNS] = {"id", "lower", "upper", "size", "alignment", "offset"};

struct arena_file_reading {
    struct text_reader in;
    struct arena_file *f;
    size_t row_room, buffer_room;
    int columns, column[FILE_COLUMNS]; /* what stands in each field of a line */
    bool has[FILE_COLUMNS];
    struct names ids;
};

static char *arena_file_trim(char *field) {
    field += strspn(field, " \t");
    size_t n = strlen(field);
    while (n > 0 && (field[n - 1] == ' ' || field[n - 1] == '\t')) field[--n] = '\0';
    return field;
}

static bool arena_file_column(struct arena_file_reading *r, const char *name, struct error *err) {
    int c = 0;
    while (c < FILE_COLUMNS && strcmp(column_names[c], name) != 0) c++;
    if (c == FILE_COLUMNS)
        return error_at(err, r->in.path, r->in.line,
                        "unknown column `%s` (expected id, lower, upper, size, and perhaps alignment, offset)", name);
    if (r->has[c]) return error_at(err, r->in.path, r->in.line, "column `%s` is there twice", name);
    r->has[c] = true;
    r->column[r->columns++] = c;
    return true;
}

static bool arena_file_header(struct arena_file_reading *r, struct error *err) {
    char *line, *field;
    if (!text_next(&r->in, &line, err)) return false;
    if (!line) return error_at(err, r->in.path, 0, "the file is empty (expected a header line, id,lower,upper,size)");
    while ((field = text_field(&line, ',')))
        if (!arena_file_column(r, arena_file_trim(field), err)) return false;
    for (int c = FILE_ID; c <= FILE_SIZE; c++)
        if (!r->has[c])
            return error_at(err, r->in.path, r->in.line, "column `%s` is missing (expected id,lower,upper,size)",
                            column_names[c]);
    r->f->aligned = r->has[FILE_ALIGNMENT];
    return true;
}

static bool arena_file_number(int64_t *value, const struct arena_file_reading *r, int column, const char *field,
                              int64_t least, int64_t most, struct error *err) {
    long long number;
    if (!text_int64(&number, field) || number < least || number > most)
        return error_at(err, r->in.path, r->in.line,
                        "%s is `%s` (expected a whole number from %" PRId64 " to %" PRId64 ")", column_names[column],
                        field, least, most);
    *value = number;
    return true;
}

static bool arena_file_id(struct arena_file_reading *r, struct arena_file_row *row, const char *field,
                          struct error *err) {
    if (!field[0]) return error_at(err, r->in.path, r->in.line, "a buffer without an id");
    row->id = memory_string(field);
    if (names_add(&r->ids, row->id, r->f->buffers) >= 0)
        return error_at(err, r->in.path, r->in.line, "id `%s` is there twice (expected unique ids)", field);
    return true;
}

static bool arena_file_field(struct arena_file_reading *r, struct arena_file_row *row, struct arena_buffer *b,
                             int column, const char *field, struct error *err) {
    switch (column) {
    case FILE_ID: return arena_file_id(r, row, field, err);
    case FILE_LOWER: return arena_file_number(&row->lower, r, column, field, 0, ARENA_FILE_STEP, err);
    case FILE_UPPER: return arena_file_number(&row->upper, r, column, field, 0, ARENA_FILE_STEP, err);
    case FILE_SIZE: return arena_file_number(&b->bytes, r, column, field, 0, ARENA_FILE_BYTES, err);
    case FILE_ALIGNMENT:
        if (!arena_file_number(&b->alignment, r, column, field, 1, ARENA_FILE_ALIGNED, err)) return false;
        if ((b->alignment & (b->alignment - 1)) != 0)
            return error_at(err, r->in.path, r->in.line, "alignment is %s (expected a power of 2)", field);
        return true;
    default: return true; /* an offset: recomputed */
    }
}

static bool arena_file_line(struct arena_file_reading *r, char *line, struct error *err) {
    struct arena_file *f = r->f;
    int fields = 1;
    for (const char *c = line; *c; c++) fields += *c == ',';
    if (fields != r->columns)
        return error_at(err, r->in.path, r->in.line, "%d fields (expected %d, as in the header)", fields, r->columns);
    if (f->buffers == ARENA_FILE_BUFFERS)
        return error_at(err, r->in.path, r->in.line, "too many buffers (expected at most %d)", ARENA_FILE_BUFFERS);
    f->row = memory_grow(f->row, &r->row_room, (size_t)f->buffers + 1, sizeof *f->row);
    f->buffer = memory_grow(f->buffer, &r->buffer_room, (size_t)f->buffers + 1, sizeof *f->buffer);
    struct arena_file_row *row = &f->row[f->buffers];
    struct arena_buffer *b = &f->buffer[f->buffers++];
    *row = (struct arena_file_row){NULL, 0, 0};
    *b = (struct arena_buffer){.alignment = 1};
    for (int i = 0; i < r->columns; i++)
        if (!arena_file_field(r, row, b, r->column[i], arena_file_trim(text_field(&line, ',')), err)) return false;
    if (row->lower >= row->upper)
        return error_at(err, r->in.path, r->in.line,
                        "upper is %" PRId64 " (expected more than lower, %" PRId64 ": alive from lower to upper - 1)",
                        row->upper, row->lower);
    return true;
}

static int arena_file_by_step(const void *x, const void *y) {
    const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Steps become ranks: only their order matters, and their values may be anything. */
static void arena_file_ranks(struct arena_file *f) {
    int64_t *step = MEMORY_NEW(int64_t, 2 * (size_t)f->buffers);
    size_t count = 2 * (size_t)f->buffers, kept = 0;
    for (int i = 0; i < f->buffers; i++) step[2 * i] = f->row[i].lower, step[2 * i + 1] = f->row[i].upper;
    qsort(step, count, sizeof *step, arena_file_by_step);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || step[i] != step[kept - 1]) step[kept++] = step[i];
    for (int i = 0; i < f->buffers; i++) {
        const int64_t *lower = bsearch(&f->row[i].lower, step, kept, sizeof *step, arena_file_by_step);
        const int64_t *upper = bsearch(&f->row[i].upper, step, kept, sizeof *step, arena_file_by_step);
        assert(lower && upper && lower < upper);
        f->buffer[i].first = (int)(lower - step);
        f->buffer[i].last = (int)(upper - step) - 1;
    }
    free(step);
}

struct arena_file *arena_file_read(const char *path, struct error *err) {
    struct arena_file_reading r = {.columns = 0};
    if (!text_open(&r.in, path, err)) return NULL;
    r.f = MEMORY_NEW(struct arena_file, 1);
    char *line = NULL;
    bool good = arena_file_header(&r, err);
    while (good && (good = text_next(&r.in, &line, err)) && line) good = arena_file_line(&r, line, err);
    if (good && r.f->buffers == 0)
        good = error_at(err, path, 0, "there are no buffers (expected a line for each after the header)");
    text_free(&r.in);
    names_free(&r.ids);
    if (good) {
        arena_file_ranks(r.f);
        return r.f;
    }
    arena_file_free(r.f);
    return NULL;
}

bool arena_file_write(const char *path, const struct arena_file *f, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "id,lower,upper,size%s,offset\n", f->aligned ? ",alignment" : "");
    for (int i = 0; i < f->buffers; i++) {
        const struct arena_buffer *b = &f->buffer[i];
        assert(b->bytes == 0 || (b->offset >= 0 && b->offset % b->alignment == 0));
        text_write(&out, "%s,%" PRId64 ",%" PRId64 ",%" PRId64, f->row[i].id, f->row[i].lower, f->row[i].upper,
                   b->bytes);
        if (f->aligned) text_write(&out, ",%" PRId64, b->alignment);
        text_write(&out, ",%" PRId64 "\n", b->offset);
    }
    return text_close(&out, err);
}

void arena_file_free(struct arena_file *f) {
    if (!f) return;
    for (int i = 0; i < f->buffers; i++) free(f->row[i].id);
    free(f->row);
    free(f->buffer);
    free(f);
}
