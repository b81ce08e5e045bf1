/* The reader keeps the text in memory and parses it as free MPS; where that fails, and only then, once more with the
 * columns of fixed MPS, in which names may hold blanks. Of two failures the one further down the file is reported. */
#include "solver/io/mps.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"
#include "solver/io/mps_internal.h"

struct mps_text {
    char *bytes; /* lines, each NUL-terminated */
    size_t used, capacity;
};

bool mps_fail(struct mps_reader *r, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_at(r->err, r->path, r->line, "%s", text);
}

bool mps_layout_fail(struct mps_reader *r, const char *what, const char *found) {
    r->layout_trouble = true;
    return mps_fail(r, "expected %s, got '%.100s'", what, found);
}

/* With `strict` the warning is the error. */
bool mps_warn(struct mps_reader *r, long line, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_warn(r->err, r->strict, r->warnings, r->path, line, text);
}

static bool mps_sense(struct mps_reader *r, const char *word) {
    bool max = strcmp(word, "MAX") == 0 || strcmp(word, "MAXIMIZE") == 0 || strcmp(word, "MAXIMISE") == 0;
    bool min = strcmp(word, "MIN") == 0 || strcmp(word, "MINIMIZE") == 0 || strcmp(word, "MINIMISE") == 0;
    if (!max && !min) return mps_fail(r, "expected MIN or MAX, got '%.100s'", word);
    r->model->maximize = max;
    r->objective.has_sense = true;
    return true;
}

enum mps_section {
    MPS_START,
    MPS_NAME,
    MPS_SENSE,
    MPS_OBJNAME,
    MPS_ROWS,
    MPS_COLUMNS,
    MPS_RHS,
    MPS_RANGES,
    MPS_BOUNDS,
    MPS_END
};

/* FREE behind the name says that fields are cut at blanks, which is tried first anyway. */
static void mps_name(struct mps_reader *r, char *rest) {
    size_t length = strlen(rest);
    if (length > 5 && strcmp(rest + length - 5, " FREE") == 0) length -= 5;
    while (length > 0 && strchr(" \t", rest[length - 1])) length--;
    rest[length] = '\0';
    if (!r->model->name && rest[0]) r->model->name = memory_string(rest);
}

static bool mps_header(struct mps_reader *r, char *line, enum mps_section *section) {
    static const struct {
        const char *word;
        enum mps_section section;
    } words[] = {{"NAME", MPS_NAME},      {"OBJSENSE", MPS_SENSE}, {"OBJSENS", MPS_SENSE},   {"OBJNAME", MPS_OBJNAME},
                 {"OBJECT", MPS_OBJNAME}, {"ROWS", MPS_ROWS},      {"COLUMNS", MPS_COLUMNS}, {"RHS", MPS_RHS},
                 {"RANGES", MPS_RANGES},  {"BOUNDS", MPS_BOUNDS},  {"ENDATA", MPS_END}};
    size_t length = strcspn(line, " \t");
    char *rest = line + length + strspn(line + length, " \t");
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        if (strlen(words[k].word) != length || strncmp(words[k].word, line, length) != 0) continue;
        *section = words[k].section;
        if (*section == MPS_NAME) mps_name(r, rest);
        if (*section == MPS_SENSE && rest[0]) return mps_sense(r, rest);
        return true;
    }
    line[length < 100 ? length : 100] = '\0';
    if (strncmp(line, "SOS", 3) == 0)
        return mps_fail(r, "special ordered sets (section %s) are not supported; model them with binaries", line);
    if (*section == MPS_START) return mps_fail(r, "not an MPS file (expected NAME or ROWS, got '%s')", line);
    return mps_fail(
        r,
        "section %s is not supported (expected NAME, OBJSENSE, OBJNAME, ROWS, COLUMNS, RHS, RANGES, BOUNDS or ENDATA)",
        line);
}

static bool mps_data(struct mps_reader *r, char *line, enum mps_section section) {
    char *field[MPS_FIELDS + 1];
    bool typed = section == MPS_ROWS || section == MPS_BOUNDS;
    bool fixed = r->fixed && section >= MPS_ROWS;
    int count = fixed ? mps_fields_fixed(r, line, typed, field) : mps_fields_free(line, field);
    if (count == 0) return true;
    if (count > MPS_FIELDS) {
        r->layout_trouble = true;
        return mps_fail(r, "too many fields, or one beyond its columns");
    }
    switch (section) {
    case MPS_ROWS: return mps_rows_line(r, field, count);
    case MPS_COLUMNS: return mps_columns_line(r, field, count);
    case MPS_RHS: return mps_sides_line(r, false, field, count);
    case MPS_RANGES: return mps_sides_line(r, true, field, count);
    case MPS_BOUNDS: return mps_bounds_line(r, field, count);
    case MPS_SENSE: return mps_sense(r, field[0]);
    case MPS_OBJNAME:
        free(r->objective.wanted);
        r->objective.wanted = memory_string(field[0]);
        return true;
    case MPS_START:
    case MPS_NAME:
    case MPS_END: break;
    }
    return mps_fail(r, "expected a section, got '%.100s'", field[0]);
}

/* What our own writer says in comments. */
static void mps_comment(struct mps_reader *r, const char *line) {
    static const char mark[] = "* " MODEL_CONSTANT_MARK;
    if (strcmp(line, "* " MPS_NEGATED) == 0) r->objective.negated = true;
    if (r->objective.constant || strncmp(line, mark, sizeof mark - 1) != 0) return;
    r->objective.constant = memory_string(line + sizeof mark - 1);
}

/* Undoes what the writer did for other readers, unless the file has a sense of its own. */
static void mps_undo(struct mps_reader *r) {
    struct model *m = r->model;
    if (r->objective.constant) model_fold_constant(m, r->objective.constant);
    if (!r->objective.negated || r->objective.has_sense) return;
    m->maximize = true;
    if (m->offset != 0) m->offset = -m->offset;
    for (int j = 0; j < m->cols; j++)
        if (m->cost[j] != 0) m->cost[j] = -m->cost[j];
}

static bool mps_parse(struct mps_reader *r, const struct mps_text *text) {
    enum mps_section section = MPS_START;
    for (size_t at = 0; at < text->used && section != MPS_END;) {
        size_t length = strlen(text->bytes + at);
        r->text.line = memory_grow(r->text.line, &r->text.room, length + 1, 1);
        char *line = memcpy(r->text.line, text->bytes + at, length + 1);
        at += length + 1;
        r->line++;
        if (line[0] == '*') mps_comment(r, line);
        if (line[0] == '*' || line[strspn(line, " \t")] == '\0') continue;
        while (length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
        bool header = line[0] != ' ' && line[0] != '\t';
        if (!(header ? mps_header(r, line, &section) : mps_data(r, line, section))) return false;
    }
    if (section != MPS_END) return mps_fail(r, "the file ends without ENDATA");
    if (!mps_rows_settle(r)) return false;
    if (r->objective.wanted && !r->objective.found)
        return error_at(r->err, r->path, 0, "OBJNAME %.100s is not the name of an N row", r->objective.wanted);
    if (!mps_bounds_settle(r)) return false;
    if (model_finish(r->model, r->err)) return mps_undo(r), true;
    error_prefix(r->err, "%s", r->path);
    return false;
}

static void mps_reader_clear(struct mps_reader *r) {
    for (size_t k = 0; k < r->rows.count; k++) free(r->rows.name[k]);
    for (int k = 0; k < 3; k++) free(r->sets.name[k]);
    names_free(&r->rows.names);
    names_free(&r->cols.names);
    free(r->rows.row);
    free(r->rows.name);
    free(r->cols.line);
    free(r->cols.given);
    free(r->cols.upper_line);
    free(r->objective.wanted);
    free(r->text.line);
    free(r->objective.constant);
    free(r->told);
}

static struct model *mps_attempt(struct mps_reader *r, const struct mps_text *text, const char *path, bool fixed,
                                 bool strict, struct error *err) {
    *r = (struct mps_reader){.path = path, .fixed = fixed, .strict = strict, .err = err, .cols.current = -1};
    char *told = NULL;
    size_t told_length;
    r->warnings = open_memstream(&told, &told_length);
    if (!r->warnings) return error_at(err, path, 0, "cannot be read: %s", strerror(errno)), NULL;
    r->model = model_new();
    bool good = mps_parse(r, text);
    if (fclose(r->warnings) != 0 && good) good = error_at(err, path, 0, "cannot be read: %s", strerror(errno));
    if (!good) model_free(r->model);
    r->told = told;
    return good ? r->model : NULL;
}

static bool mps_load(struct mps_text *text, char **path, const char *given, struct error *err) {
    struct text_reader in;
    char *line;
    bool good = text_open(&in, given, err);
    if (!good) return false;
    *path = memory_string(in.path);
    while ((good = text_next(&in, &line, err)) && line) {
        size_t length = strlen(line) + 1;
        text->bytes = memory_grow(text->bytes, &text->capacity, text->used + length, 1);
        memcpy(text->bytes + text->used, line, length);
        text->used += length;
    }
    text_free(&in);
    return good;
}

struct model *mps_read(const char *path, bool strict, FILE *warnings, struct error *err) {
    struct mps_text text = {NULL, 0, 0};
    struct mps_reader *r = MEMORY_NEW(struct mps_reader, 1);
    char *shown = NULL;
    struct model *m = NULL;
    if (mps_load(&text, &shown, path, err)) {
        m = mps_attempt(r, &text, shown, false, strict, err);
        if (!m && r->layout_trouble) {
            struct error second = {{0}};
            long line = r->line;
            mps_reader_clear(r);
            m = mps_attempt(r, &text, shown, true, strict, &second);
            if (m || r->line > line) *err = second; /* none, if the fixed form is what it was */
        }
        if (warnings && r->told) fputs(r->told, warnings);
        mps_reader_clear(r);
    }
    free(r);
    free(text.bytes);
    free(shown);
    return m;
}
