/* The reader keeps the text in memory and parses it as free MPS; if that fails because of the layout, once more as
 * fixed MPS, in which names may hold blanks. Of two failures the one further down the file is reported. */
#include "solver/io/mps.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"
#include "solver/io/mps_internal.h"
#include "solver/model/logic.h"

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

/* OBJSENSE MAX on one line; else the sense is on the next. */
static bool mps_sense_behind(struct mps_reader *r, char *rest) {
    return !rest[0] || mps_sense(r, rest);
}

/* FREE behind the name says that fields are cut at blanks, which is tried first anyway. */
static bool mps_name(struct mps_reader *r, char *rest) {
    size_t length = strlen(rest);
    if (length > 5 && strcmp(rest + length - 5, " FREE") == 0) length -= 5;
    while (length > 0 && strchr(" \t", rest[length - 1])) length--;
    rest[length] = '\0';
    if (!r->model->name && rest[0]) r->model->name = memory_string(rest);
    return true;
}

static bool mps_objname(struct mps_reader *r, char **field, int count) {
    assert(count > 0);
    free(r->objective.wanted);
    r->objective.wanted = memory_string(field[0]);
    return true;
}

static bool mps_objsense(struct mps_reader *r, char **field, int count) {
    assert(count > 0);
    return mps_sense(r, field[0]);
}

/* Every section: the parser and its messages know no other list. */
static const struct mps_section {
    const char *word, *alias;
    bool columned;                                               /* fixed form has columns for its lines */
    bool typed;                                                  /* the first of them holds a type */
    bool (*rest)(struct mps_reader *r, char *rest);              /* what stands behind the word; NULL: ignored */
    bool (*line)(struct mps_reader *r, char **field, int count); /* NULL: it has no lines */
} mps_sections[] = {
    {"NAME", "NAME", .rest = mps_name},
    {"OBJSENSE", "OBJSENS", .rest = mps_sense_behind, .line = mps_objsense},
    {"OBJNAME", "OBJECT", .line = mps_objname},
    {"ROWS", "ROWS", .columned = true, .typed = true, .line = mps_rows_line},
    {"COLUMNS", "COLUMNS", .columned = true, .line = mps_columns_line},
    {"RHS", "RHS", .columned = true, .line = mps_sides_rhs},
    {"RANGES", "RANGES", .columned = true, .line = mps_sides_ranges},
    {"BOUNDS", "BOUNDS", .columned = true, .typed = true, .line = mps_bounds_line},
    {"SOS", "SOS", .columned = true, .typed = true, .line = mps_logic_sets},
    {"SOS1", "SOS1", .columned = true, .typed = true, .line = mps_logic_sets_1},
    {"SOS2", "SOS2", .columned = true, .typed = true, .line = mps_logic_sets_2},
    {"INDICATORS", "INDICATORS", .columned = true, .typed = true, .line = mps_logic_indicator},
    {"ENDATA", "ENDATA"},
};
enum { MPS_SECTIONS = sizeof mps_sections / sizeof mps_sections[0], MPS_LAST = MPS_SECTIONS - 1 /* ENDATA */ };

static bool mps_unknown_section(struct mps_reader *r, const char *word, bool first) {
    char list[160] = "", hint[SIMILAR_HINT];
    struct similar near;
    similar_init(&near, word);
    if (word[0] == 'Q')
        return mps_fail(r, "section %s: quadratic parts are not supported (expected linear rows and costs)", word);
    if (first) return mps_fail(r, "not an MPS file (expected NAME or ROWS, got '%s')", word);
    for (int k = 0; k < MPS_SECTIONS; k++) {
        size_t used = strlen(list);
        const char *between = k == 0 ? "" : k == MPS_LAST ? " or " : ", ";
        int length = snprintf(list + used, sizeof list - used, "%s%s", between, mps_sections[k].word);
        assert(length > 0 && used + (size_t)length < sizeof list);
        similar_try(&near, mps_sections[k].word);
    }
    return mps_fail(r, "section %s is not supported (expected %s)%s", word, list, similar_hint(hint, &near, ""));
}

/* *section: that of the lines before, NULL at the beginning; becomes the new one. */
static bool mps_header(struct mps_reader *r, char *line, const struct mps_section **section) {
    size_t length = strcspn(line, " \t");
    char *rest = line + length + strspn(line + length, " \t");
    line[length] = '\0';
    assert(length > 0);
    for (int k = 0; k < MPS_SECTIONS; k++) {
        const struct mps_section *s = &mps_sections[k];
        if (strcmp(line, s->word) != 0 && strcmp(line, s->alias) != 0) continue;
        *section = s;
        return !s->rest || s->rest(r, rest);
    }
    line[length < 100 ? length : 100] = '\0';
    return mps_unknown_section(r, line, !*section);
}

static bool mps_data(struct mps_reader *r, char *line, const struct mps_section *section) {
    char *field[MPS_FIELDS + 1];
    int count = r->fixed && section && section->columned ? mps_fields_fixed(r, line, section->typed, field)
                                                         : mps_fields_free(line, field);
    assert(count >= 0 && count <= MPS_FIELDS + 1);
    if (count == 0) return true;
    if (count > MPS_FIELDS) {
        r->layout_trouble = true;
        return mps_fail(r, "too many fields, or one beyond its columns");
    }
    if (!section || !section->line) return mps_fail(r, "expected a section, got '%.100s'", field[0]);
    return section->line(r, field, count);
}

/* Comments of our own writer. */
static void mps_comment(struct mps_reader *r, const char *line) {
    static const char mark[] = "* " MODEL_CONSTANT_MARK;
    assert(line[0] == '*');
    if (strcmp(line, "* " MPS_NEGATED) == 0) r->objective.negated = true;
    if (r->objective.constant || strncmp(line, mark, sizeof mark - 1) != 0) return;
    r->objective.constant = memory_string(line + sizeof mark - 1);
}

/* Undoes what the writer did for other readers, unless the file has a sense. */
static void mps_undo(struct mps_reader *r) {
    struct model *m = r->model;
    assert(!m->builder); /* it is finished */
    if (r->objective.constant) model_fold_constant(m, r->objective.constant);
    if (!r->objective.negated || r->objective.has_sense) return;
    m->maximize = true;
    if (m->offset != 0) m->offset = -m->offset;
    for (int j = 0; j < m->cols; j++)
        if (m->cost[j] != 0) m->cost[j] = -m->cost[j];
}

/* The next line, in a copy that may be cut: *at moves behind it. */
static char *mps_next(struct mps_reader *r, const struct mps_text *text, size_t *at) {
    size_t length = strlen(text->bytes + *at);
    assert(*at + length < text->used);
    r->text.line = memory_grow(r->text.line, &r->text.room, length + 1, 1);
    char *line = memcpy(r->text.line, text->bytes + *at, length + 1);
    *at += length + 1;
    r->line++;
    while (line[0] != '*' && length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
    return line;
}

static bool mps_reader_expand(struct mps_reader *r) {
    if (r->logic->semis + r->logic->sets + r->logic->indicators == 0) return true;
    r->model = logic_expand(r->model, r->logic, r->err);
    r->logic = NULL;
    return r->model || error_prefix(r->err, "%s", r->path);
}

static bool mps_settle(struct mps_reader *r) {
    if (!mps_rows_settle(r)) return false;
    if (r->objective.wanted && !r->objective.found)
        return error_at(r->err, r->path, 0, "OBJNAME %.100s is not the name of an N row", r->objective.wanted);
    if (!mps_bounds_settle(r)) return false;
    if (!model_finish(r->model, r->err)) return error_prefix(r->err, "%s", r->path);
    mps_undo(r);
    return mps_reader_expand(r);
}

static bool mps_parse(struct mps_reader *r, const struct mps_text *text) {
    const struct mps_section *section = NULL, *last = &mps_sections[MPS_LAST];
    for (size_t at = 0; at < text->used && section != last;) {
        char *line = mps_next(r, text, &at);
        if (line[0] == '*') mps_comment(r, line);
        if (line[0] == '*' || line[0] == '\0') continue;
        bool header = line[0] != ' ' && line[0] != '\t';
        if (!(header ? mps_header(r, line, &section) : mps_data(r, line, section))) return false;
    }
    if (section != last) return mps_fail(r, "the file ends without ENDATA");
    return mps_settle(r);
}

static void mps_reader_clear(struct mps_reader *r) {
    for (size_t k = 0; k < r->rows.count; k++) free(r->rows.name[k]);
    for (int k = 0; k < MPS_SETS; k++) free(r->sets.name[k]);
    logic_free(r->logic);
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
    free(r->warned);
}

static struct model *mps_attempt(struct mps_reader *r, const struct mps_text *text, const char *path, bool fixed,
                                 bool strict, struct error *err) {
    *r = (struct mps_reader){.path = path, .fixed = fixed, .strict = strict, .err = err, .cols.current = -1};
    char *warned = NULL;
    size_t length;
    r->warnings = open_memstream(&warned, &length);
    if (!r->warnings) return error_at(err, path, 0, "cannot be read: %s", strerror(errno)), NULL;
    r->model = model_new();
    r->logic = logic_new();
    bool good = mps_parse(r, text);
    if (fclose(r->warnings) != 0 && good) good = error_at(err, path, 0, "cannot be read: %s", strerror(errno));
    if (!good) model_free(r->model);
    r->warned = warned;
    assert(good || err->text[0]); /* a failure has a reason */
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
    assert(text->used == 0 || text->bytes[text->used - 1] == '\0'); /* whole lines */
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
        if (warnings && r->warned) fputs(r->warned, warnings);
        mps_reader_clear(r);
    }
    free(r);
    free(text.bytes);
    free(shown);
    CHECK(!m || model_check(m));
    return m;
}
