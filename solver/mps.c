/* The reader keeps the text in memory and parses it as free MPS; where that fails, and only then, once more with the columns of
 * fixed MPS, in which names may hold blanks. Of two failures the one that came later in the file is told. */
#include "solver/mps.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"
#include "solver/names.h"
#include "solver/numbers.h"
#include "solver/text.h"

enum { MPS_FIELDS = 8 };
enum { MPS_OBJECTIVE = -1, MPS_FREE_ROW = -2 }; /* what a row's name stands for, if not for a row */
enum mps_given { MPS_ANY = 1, MPS_LOWER = 2, MPS_UPPER = 4, MPS_NEGATIVE_UPPER = 8 };

struct mps_text {
    char *bytes; /* lines, each NUL-terminated */
    size_t used, capacity;
};

struct mps_row { /* of any kind, the objective and free rows too */
    char kind;   /* N L G E */
    int number;  /* in the model, or MPS_OBJECTIVE, MPS_FREE_ROW */
    double rhs;
    long double range;
    long rhs_line, range_line, entry_line; /* where given; 0: not */
    int entry_column;                      /* column of the last entry */
};

struct mps_reader {
    struct model *model;
    const char *path;
    long line;
    bool fixed, strict, layout_trouble; /* layout_trouble: the error may be due to blanks in names */
    FILE *warnings;                     /* kept in `told` until it is known which form the file has */
    char *told;
    struct error *err;
    struct names rows, cols;
    struct mps_row *row;
    size_t row_count, row_room;
    char **row_name; /* of all kinds */
    size_t row_name_room;
    long *col_line;       /* where a column began */
    unsigned char *given; /* enum mps_given of each column */
    long *negative_line;  /* line of a negative UP */
    size_t col_room, given_room, negative_room;
    int column;    /* being read */
    char *scratch; /* the line being read, cut into fields */
    size_t scratch_room;
    bool integers, has_objective;
    char *objective_wanted;              /* OBJNAME */
    char *set[3];                        /* first set's name of RHS, RANGES, BOUNDS */
    bool set_warned[3];                  /* that there are further ones */
    char fixed_buffer[MPS_FIELDS][1024]; /* fields of fixed form */
};

static bool mps_fail(struct mps_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool mps_fail(struct mps_reader *r, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_at(r->err, r->path, r->line, "%s", text);
}

static bool mps_layout_fail(struct mps_reader *r, const char *what, const char *found) {
    r->layout_trouble = true;
    return mps_fail(r, "'%.100s', %s was expected", found, what);
}

/* With `strict` the warning is the error. */
static bool mps_warn(struct mps_reader *r, long line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool mps_warn(struct mps_reader *r, long line, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (r->strict) return error_at(r->err, r->path, line, "%s", text);
    if (r->warnings) fprintf(r->warnings, "%s:%ld: warning: %s\n", r->path, line, text);
    return true;
}

/* --- fields ----------------------------------------------------------------------------------------------------------- */

static int mps_split_free(char *line, char **field) {
    int count = 0;
    char *at = line;
    for (;;) {
        at += strspn(at, " \t");
        if (*at == '\0') return count;
        if (count == MPS_FIELDS) return MPS_FIELDS + 1;
        field[count++] = at;
        at += strcspn(at, " \t");
        if (*at) *at++ = '\0';
    }
}

/* Columns 2-3, 5-12, 15-22, 25-36, 40-47, 50-61, counted from 1, tabs to multiples of 8; the first field may be empty, and is then
 * left out unless `with_type`. */
static int mps_split_fixed(struct mps_reader *r, const char *line, bool with_type, char **field) {
    static const int from[6] = {1, 4, 14, 24, 39, 49}, to[6] = {3, 12, 22, 36, 47, 200};
    char wide[1024];
    int width = 0, count = 0;
    for (; *line && width < 250; line++) {
        if (*line != '\t') wide[width++] = *line;
        while (*line == '\t' && (wide[width++] = ' ', width % 8 != 0)) continue;
    }
    for (int k = with_type ? 0 : 1; k < 6; k++) {
        int first = from[k], last = to[k] < width ? to[k] : width;
        while (first < last && wide[first] == ' ') first++;
        while (last > first && wide[last - 1] == ' ') last--;
        int length = last > first ? last - first : 0;
        memcpy(r->fixed_buffer[k], wide + (length ? first : 0), (size_t)length);
        r->fixed_buffer[k][length] = '\0';
        field[count++] = r->fixed_buffer[k];
        for (int gap = to[k]; k < 5 && gap < from[k + 1] && gap < width; gap++)
            if (wide[gap] != ' ') return MPS_FIELDS + 1;
    }
    while (count > 0 && field[count - 1][0] == '\0') count--;
    return count;
}

/* A '$' that begins field 3 or 5 makes the rest a comment, unless a row has that name. */
static int mps_cut_comment(const struct mps_reader *r, char **field, int count, int first) {
    for (int k = first; k < count; k += 2)
        if (field[k][0] == '$' && names_find(&r->rows, field[k]) < 0) return k;
    return count;
}

static bool mps_number(struct mps_reader *r, double *value, const char *text) {
    if (numbers_read(value, text)) return true;
    return mps_layout_fail(r, "a number", text);
}

/* --- sections --------------------------------------------------------------------------------------------------------- */

static bool mps_rows_line(struct mps_reader *r, char **field, int count) {
    if (count != 2) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields, a row's type and name were expected", count);
    }
    char kind = field[0][0] >= 'a' ? (char)(field[0][0] - 32) : field[0][0];
    if (field[0][1] || !strchr("NLGE", kind)) return mps_layout_fail(r, "one of N, L, G, E", field[0]);
    int number = MPS_FREE_ROW;
    bool objective = kind == 'N' && !r->has_objective;
    if (objective && r->objective_wanted) objective = strcmp(r->objective_wanted, field[1]) == 0;
    if (objective) {
        number = MPS_OBJECTIVE;
        r->has_objective = true;
        r->model->objective_name = memory_string(field[1]);
    } else if (kind != 'N')
        number = model_add_row(r->model, field[1], 0, 0);
    r->row = memory_grow(r->row, &r->row_room, r->row_count + 1, sizeof *r->row);
    r->row_name = memory_grow(r->row_name, &r->row_name_room, r->row_count + 1, sizeof *r->row_name);
    r->row[r->row_count] = (struct mps_row){.kind = kind, .number = number, .entry_column = -1};
    r->row_name[r->row_count] = memory_string(field[1]);
    int old = names_add(&r->rows, r->row_name[r->row_count], (int)r->row_count);
    r->row_count++;
    return old < 0 || mps_fail(r, "row '%.100s' is there twice", field[1]);
}

static bool mps_marker(struct mps_reader *r, const char *kind) {
    if (strstr(kind, "SOS"))
        return mps_fail(r, "special ordered sets (marker %.40s) are not supported; model them with binaries", kind);
    if (strcmp(kind, "'INTORG'") == 0) r->integers = true;
    if (strcmp(kind, "'INTEND'") == 0) r->integers = false;
    return true; /* GUBORG and others tell a solver about structure and change nothing */
}

static bool mps_begin_column(struct mps_reader *r, const char *name) {
    struct model *m = r->model;
    int old = names_find(&r->cols, name);
    if (old >= 0)
        return mps_fail(r, "column '%.100s' began on line %ld; its entries were expected to stand together", name,
                        r->col_line[old]);
    int j = model_add_column(m, name, 0, 0, r->integers ? 1 : MODEL_INFINITY, r->integers);
    names_add(&r->cols, m->col_name[j], j);
    r->col_line = memory_grow(r->col_line, &r->col_room, (size_t)j + 1, sizeof *r->col_line);
    r->given = memory_grow(r->given, &r->given_room, (size_t)j + 1, sizeof *r->given);
    r->negative_line = memory_grow(r->negative_line, &r->negative_room, (size_t)j + 1, sizeof *r->negative_line);
    r->col_line[j] = r->line;
    r->given[j] = 0;
    r->negative_line[j] = 0;
    r->column = j;
    return true;
}

static bool mps_entry(struct mps_reader *r, const char *row, const char *text) {
    double value;
    int k = names_find(&r->rows, row);
    if (k < 0) return mps_layout_fail(r, "the name of a row", row);
    if (!mps_number(r, &value, text)) return false;
    if (fabs(value) >= MODEL_INFINITY) return mps_fail(r, "coefficient %.40s, a finite number was expected", text);
    struct mps_row *at = &r->row[k];
    if (at->entry_column == r->column)
        return mps_fail(r, "row '%.100s' of column '%.100s' is given twice, first on line %ld", row,
                        r->model->col_name[r->column], at->entry_line);
    at->entry_column = r->column;
    at->entry_line = r->line;
    if (at->number == MPS_OBJECTIVE) r->model->cost[r->column] = value;
    if (at->number >= 0) model_add_entry(r->model, at->number, r->column, value);
    return true;
}

static bool mps_columns_line(struct mps_reader *r, char **field, int count) {
    if (count >= 3 && strcmp(field[1], "'MARKER'") == 0) return mps_marker(r, field[count - 1]);
    count = mps_cut_comment(r, field, count, 1);
    if (count != 3 && count != 5) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields, a column and one or two pairs of row and number were expected", count);
    }
    bool same = r->column >= 0 && strcmp(field[0], r->model->col_name[r->column]) == 0;
    if (!same && !mps_begin_column(r, field[0])) return false;
    return mps_entry(r, field[1], field[2]) && (count == 3 || mps_entry(r, field[3], field[4]));
}

/* Whether the line belongs to the first set of its section; *good is false if the warning is an error. */
static bool mps_first_set(struct mps_reader *r, int section, const char *name, bool *good) {
    static const char *const sections[] = {"RHS", "RANGES", "BOUNDS"};
    *good = true;
    if (!r->set[section]) r->set[section] = memory_string(name);
    if (strcmp(r->set[section], name) == 0) return true;
    if (!r->set_warned[section])
        *good = mps_warn(r, r->line, "%s has a second set '%.100s'; only the first, '%.100s', is used",
                         sections[section], name, r->set[section]);
    r->set_warned[section] = true;
    return false;
}

static bool mps_side(struct mps_reader *r, bool ranges, const char *row, const char *text) {
    long double value;
    int k = names_find(&r->rows, row);
    if (k < 0) return mps_layout_fail(r, "the name of a row", row);
    if (!numbers_read_long(&value, text)) return mps_layout_fail(r, "a number", text);
    struct mps_row *at = &r->row[k];
    long *line = ranges ? &at->range_line : &at->rhs_line;
    if (*line)
        return mps_fail(r, "%s of row '%.100s' is given twice, first on line %ld",
                        ranges ? "the range" : "the right-hand side", row, *line);
    *line = r->line;
    if (ranges) at->range = value;
    if (!ranges && !numbers_read(&at->rhs, text)) return mps_layout_fail(r, "a number", text);
    if (!ranges && at->number == MPS_OBJECTIVE) {
        if (fabs(at->rhs) >= MODEL_INFINITY) return mps_fail(r, "constant %.40s, a finite number was expected", text);
        r->model->offset = at->rhs == 0 ? 0 : -at->rhs;
    }
    return true;
}

/* A set's name, which may be missing, then pairs of row and number. */
static bool mps_sides_line(struct mps_reader *r, bool ranges, char **field, int count) {
    count = mps_cut_comment(r, field, count, 1);
    if (count < 2 || count > 5) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields, pairs of row and number were expected", count);
    }
    bool good;
    const char *set = count % 2 ? *field++ : "";
    if (!mps_first_set(r, ranges, set, &good)) return good;
    return mps_side(r, ranges, field[0], field[1]) && (count < 4 || mps_side(r, ranges, field[2], field[3]));
}

static bool mps_bound_twice(struct mps_reader *r, int j, enum mps_given sides) {
    bool twice = (r->given[j] & sides) != 0;
    r->given[j] |= (unsigned char)(sides | MPS_ANY);
    return !twice || mps_warn(r, r->line, "a bound of column '%.100s' is given again; the last one is used",
                              r->model->col_name[j]);
}

static bool mps_bound(struct mps_reader *r, const char *type, int j, double v) {
    struct model *m = r->model;
    if (!(r->given[j] & MPS_ANY) && m->integer[j]) m->upper[j] = MODEL_INFINITY;
    double *lower = &m->lower[j], *upper = &m->upper[j];
    bool up = strcmp(type, "UP") == 0 || strcmp(type, "UI") == 0;
    bool low = strcmp(type, "LO") == 0 || strcmp(type, "LI") == 0;
    if (type[1] == 'I' && type[0] != 'M') m->integer[j] = true;
    if (up) {
        if (v < 0) r->given[j] |= MPS_NEGATIVE_UPPER;
        r->negative_line[j] = r->line;
        *upper = v >= MODEL_INFINITY ? MODEL_INFINITY : v;
        if (v <= -MODEL_INFINITY) return mps_fail(r, "an upper bound of -infinity, more was expected");
        return mps_bound_twice(r, j, MPS_UPPER);
    }
    if (low) {
        *lower = v <= -MODEL_INFINITY ? -MODEL_INFINITY : v;
        if (v >= MODEL_INFINITY) return mps_fail(r, "a lower bound of +infinity, less was expected");
        return mps_bound_twice(r, j, MPS_LOWER);
    }
    if (strcmp(type, "FX") == 0) {
        if (fabs(v) >= MODEL_INFINITY) return mps_fail(r, "a column fixed at infinity, a finite value was expected");
        *lower = *upper = v;
        return mps_bound_twice(r, j, MPS_LOWER | MPS_UPPER);
    }
    if (strcmp(type, "FR") == 0) {
        *lower = -MODEL_INFINITY, *upper = MODEL_INFINITY;
        return mps_bound_twice(r, j, MPS_LOWER | MPS_UPPER);
    }
    if (strcmp(type, "BV") == 0) {
        m->integer[j] = true;
        *lower = 0, *upper = 1;
        return mps_bound_twice(r, j, MPS_LOWER | MPS_UPPER);
    }
    if (strcmp(type, "MI") == 0) {
        *lower = -MODEL_INFINITY;
        return mps_bound_twice(r, j, MPS_LOWER);
    }
    if (strcmp(type, "PL") == 0) {
        *upper = MODEL_INFINITY;
        return mps_bound_twice(r, j, MPS_UPPER);
    }
    if (strcmp(type, "SC") == 0) return mps_fail(r, "semi-continuous columns (bound SC) are not supported");
    return mps_layout_fail(r, "one of UP, LO, FX, FR, MI, PL, BV, LI, UI", type);
}

static bool mps_bounds_line(struct mps_reader *r, char **field, int count) {
    const char *type = field[0], *set = "", *column;
    bool valued =
        strcmp(type, "FR") != 0 && strcmp(type, "MI") != 0 && strcmp(type, "PL") != 0 && strcmp(type, "BV") != 0;
    double value = 0;
    if (count > 4 && field[4][0] == '$') count = 4;
    if (count > 3 && !valued && field[3][0] == '$') count = 3;
    bool named = count == 4 || (count == 3 && !valued && names_find(&r->cols, field[2]) >= 0);
    if (count < (valued ? 3 : 2) || count > 4) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields, bound type, set, column and value were expected", count);
    }
    if (named) set = field[1];
    column = field[named ? 2 : 1];
    bool good;
    if (!mps_first_set(r, 2, set, &good)) return good;
    int j = names_find(&r->cols, column);
    if (j < 0) return mps_layout_fail(r, "the name of a column", column);
    if (valued && !mps_number(r, &value, field[named ? 3 : 2])) return false;
    return mps_bound(r, type, j, value);
}

static bool mps_sense(struct mps_reader *r, const char *word) {
    bool max = strcmp(word, "MAX") == 0 || strcmp(word, "MAXIMIZE") == 0 || strcmp(word, "MAXIMISE") == 0;
    bool min = strcmp(word, "MIN") == 0 || strcmp(word, "MINIMIZE") == 0 || strcmp(word, "MINIMISE") == 0;
    if (!max && !min) return mps_fail(r, "'%.100s', MIN or MAX was expected", word);
    r->model->maximize = max;
    return true;
}

/* --- the whole file --------------------------------------------------------------------------------------------------- */

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
        if (*section == MPS_NAME && !r->model->name && rest[0]) r->model->name = memory_string(rest);
        if (*section == MPS_SENSE && rest[0]) return mps_sense(r, rest);
        return true;
    }
    line[length < 100 ? length : 100] = '\0';
    if (strncmp(line, "SOS", 3) == 0)
        return mps_fail(r, "special ordered sets (section %s) are not supported; model them with binaries", line);
    if (*section == MPS_START) return mps_fail(r, "'%s', an MPS file that begins with NAME or ROWS was expected", line);
    return mps_fail(
        r, "section %s is not supported; NAME, OBJSENSE, ROWS, COLUMNS, RHS, RANGES, BOUNDS or ENDATA was expected",
        line);
}

static bool mps_data(struct mps_reader *r, char *line, enum mps_section section) {
    char *field[MPS_FIELDS + 1];
    bool typed = section == MPS_ROWS || section == MPS_BOUNDS;
    bool fixed = r->fixed && section >= MPS_ROWS;
    int count = fixed ? mps_split_fixed(r, line, typed, field) : mps_split_free(line, field);
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
        free(r->objective_wanted);
        r->objective_wanted = memory_string(field[0]);
        return true;
    case MPS_START:
    case MPS_NAME:
    case MPS_END: break;
    }
    return mps_fail(r, "'%.100s', a section was expected", field[0]);
}

static bool mps_apply_row(struct mps_reader *r, size_t k) {
    const struct mps_row *at = &r->row[k];
    if (at->number < 0) return true;
    double *lower = &r->model->row_lower[at->number], *upper = &r->model->row_upper[at->number], rhs = at->rhs;
    double other_up = (double)(rhs + fabsl(at->range)), other_down = (double)(rhs - fabsl(at->range));
    r->line = at->rhs_line;
    if (fabs(rhs) >= MODEL_INFINITY && !((at->kind == 'L' && rhs > 0) || (at->kind == 'G' && rhs < 0)))
        return mps_fail(r, "row '%.100s' of type %c cannot have an infinite right-hand side", r->row_name[k], at->kind);
    *lower = at->kind == 'L' ? -MODEL_INFINITY : rhs;
    *upper = at->kind == 'G' ? MODEL_INFINITY : rhs;
    if (at->range_line) {
        if (at->kind == 'L') *lower = other_down;
        if (at->kind == 'G') *upper = other_up;
        if (at->kind == 'E' && at->range > 0) *upper = other_up;
        if (at->kind == 'E' && at->range < 0) *lower = other_down;
    }
    if (*lower <= -MODEL_INFINITY) *lower = -MODEL_INFINITY;
    if (*upper >= MODEL_INFINITY) *upper = MODEL_INFINITY;
    return true;
}

static bool mps_apply_columns(struct mps_reader *r) {
    struct model *m = r->model;
    long unbounded = 0;
    int first = -1;
    for (int j = 0; j < m->cols; j++) {
        if ((r->given[j] & MPS_NEGATIVE_UPPER) && !(r->given[j] & MPS_LOWER)) {
            m->lower[j] = -MODEL_INFINITY;
            if (!mps_warn(
                    r, r->negative_line[j],
                    "column '%.100s' has a negative upper bound and no lower one; the lower one is taken as -infinity",
                    m->col_name[j]))
                return false;
        }
        if (m->integer[j] && !(r->given[j] & MPS_ANY) && unbounded++ == 0) first = j;
    }
    if (unbounded == 0) return true;
    return mps_warn(r, r->col_line[first], "%ld integer columns without bounds, '%.100s' the first; [0, 1] is taken",
                    unbounded, m->col_name[first]);
}

static bool mps_parse(struct mps_reader *r, const struct mps_text *text) {
    enum mps_section section = MPS_START;
    for (size_t at = 0; at < text->used && section != MPS_END;) {
        size_t length = strlen(text->bytes + at);
        r->scratch = memory_grow(r->scratch, &r->scratch_room, length + 1, 1);
        char *line = memcpy(r->scratch, text->bytes + at, length + 1);
        at += length + 1;
        r->line++;
        if (line[0] == '*' || line[strspn(line, " \t")] == '\0') continue;
        while (length > 0 && strchr(" \t", line[length - 1])) line[--length] = '\0';
        bool header = line[0] != ' ' && line[0] != '\t';
        if (!(header ? mps_header(r, line, &section) : mps_data(r, line, section))) return false;
    }
    if (section != MPS_END) return mps_fail(r, "the file ends without ENDATA");
    for (size_t k = 0; k < r->row_count; k++)
        if (!mps_apply_row(r, k)) return false;
    if (r->objective_wanted && !r->has_objective)
        return error_at(r->err, r->path, 0, "OBJNAME %.100s is not the name of an N row", r->objective_wanted);
    if (!mps_apply_columns(r)) return false;
    if (model_finish(r->model, r->err)) return true;
    error_prefix(r->err, "%s", r->path);
    return false;
}

static void mps_reader_clear(struct mps_reader *r) {
    for (size_t k = 0; k < r->row_count; k++) free(r->row_name[k]);
    for (int k = 0; k < 3; k++) free(r->set[k]);
    names_free(&r->rows);
    names_free(&r->cols);
    free(r->row);
    free(r->row_name);
    free(r->col_line);
    free(r->given);
    free(r->negative_line);
    free(r->objective_wanted);
    free(r->scratch);
    free(r->told);
}

static struct model *mps_attempt(struct mps_reader *r, const struct mps_text *text, const char *path, bool fixed,
                                 bool strict, struct error *err) {
    *r = (struct mps_reader){.path = path, .fixed = fixed, .strict = strict, .err = err, .column = -1};
    char *told = NULL;
    size_t told_length;
    r->warnings = open_memstream(&told, &told_length);
    r->model = model_new();
    bool good = mps_parse(r, text);
    if (!good) model_free(r->model);
    if (r->warnings) fclose(r->warnings);
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
