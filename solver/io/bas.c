#include "solver/io/bas.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/base/text.h"
#include "solver/io/mps_internal.h"
#include "solver/io/renames.h"

/* --- writing --- */

bool bas_write(const char *path, const struct model *m, const unsigned char *place, struct error *err) {
    struct text_writer out;
    struct renames rows, cols;
    if (!text_create(&out, path, err)) return false;
    renames_init(&rows, m->row_name, m->rows, 'r', mps_name_usable);
    renames_init(&cols, m->col_name, m->cols, 'x', mps_name_usable);
    int row = 0;
    text_write(&out, "NAME %s\n", m->name && mps_name_usable(m->name) ? m->name : "");
    for (int j = 0; j < m->cols; j++) {
        if (place[j] == PLACE_UPPER) text_write(&out, " UL %s\n", cols.name[j]);
        if (place[j] != PLACE_BASIC) continue;
        while (row < m->rows && place[m->cols + row] == PLACE_BASIC) row++;
        assert(row < m->rows); /* as many basic columns as nonbasic rows */
        text_write(&out, " %s %s %s\n", place[m->cols + row] == PLACE_UPPER ? "XU" : "XL", cols.name[j],
                   rows.name[row]);
        row++;
    }
    text_write(&out, "ENDATA\n");
    renames_free(&rows);
    renames_free(&cols);
    return text_close(&out, err);
}

/* --- reading --- */

struct bas_reader {
    struct text_reader in;
    struct renames rows, cols;
    const struct model *m;
    unsigned char *place;
    bool *seen; /* [cols + rows] */
    bool begun, ended;
    struct error *err;
};

/* The variable of that name, which no earlier line has placed; -1 and an error. */
static int bas_find(struct bas_reader *r, const char *name, bool row) {
    const struct renames *names = row ? &r->rows : &r->cols;
    int k = names_find(&names->taken, name);
    if (k < 0) {
        error_at(r->err, r->in.path, r->in.line, "the model has no %s '%.100s'", row ? "row" : "column", name);
        return -1;
    }
    assert(k < names->count);
    int variable = row ? r->m->cols + k : k;
    if (r->seen[variable]) {
        error_at(r->err, r->in.path, r->in.line, "%s '%.100s' has a place already", row ? "row" : "column", name);
        return -1;
    }
    r->seen[variable] = true;
    return variable;
}

static bool bas_pair(struct bas_reader *r, char **field, enum place at) {
    int col = bas_find(r, field[1], false), row = col < 0 ? -1 : bas_find(r, field[2], true);
    if (row < 0) return false;
    r->place[col] = PLACE_BASIC;
    r->place[row] = (unsigned char)at;
    return true;
}

static bool bas_upper_pair(struct bas_reader *r, char **field) {
    return bas_pair(r, field, PLACE_UPPER);
}
static bool bas_lower_pair(struct bas_reader *r, char **field) {
    return bas_pair(r, field, PLACE_LOWER);
}
static bool bas_upper(struct bas_reader *r, char **field) {
    int col = bas_find(r, field[1], false);
    if (col >= 0) r->place[col] = PLACE_UPPER;
    return col >= 0;
}
static bool bas_lower(struct bas_reader *r, char **field) {
    return bas_find(r, field[1], false) >= 0;
}
static bool bas_basic(struct bas_reader *r, char **field) {
    return bas_find(r, field[1], true) >= 0;
}

static const struct bas_kind {
    const char *word, *expected;
    int names;
    bool (*read)(struct bas_reader *r, char **field);
} bas_kinds[] = {{"XU", "a column and a row", 2, bas_upper_pair},
                 {"XL", "a column and a row", 2, bas_lower_pair},
                 {"UL", "a column", 1, bas_upper},
                 {"LL", "a column", 1, bas_lower},
                 {"BS", "a row", 1, bas_basic}};

static bool bas_placing(struct bas_reader *r, char **field, int count) {
    double value;
    for (size_t k = 0; k < sizeof bas_kinds / sizeof bas_kinds[0]; k++) {
        const struct bas_kind *kind = &bas_kinds[k];
        if (strcmp(field[0], kind->word) != 0) continue;
        int names = kind->names + 1;
        if (count == names || (count == names + 1 && numbers_read(&value, field[names]))) return kind->read(r, field);
        return error_at(r->err, r->in.path, r->in.line, "%s with %d fields (expected %s)", kind->word, count - 1,
                        kind->expected);
    }
    return error_at(r->err, r->in.path, r->in.line, "'%.100s' (expected XU, XL, UL, LL, BS or ENDATA)", field[0]);
}

static bool bas_line(struct bas_reader *r, char *line) {
    char *field[MPS_FIELDS + 1];
    bool indented = line[0] == ' ' || line[0] == '\t';
    if (line[0] == '*') return true;
    if (!r->begun) {
        r->begun = strncmp(line, "NAME", 4) == 0;
        return r->begun || line[strspn(line, " \t")] == '\0' ||
               error_at(r->err, r->in.path, r->in.line, "'%.100s' (expected NAME, as in an MPS basis)", line);
    }
    int count = mps_fields_free(line, field);
    if (count == 0) return true;
    if (r->ended) return error_at(r->err, r->in.path, r->in.line, "'%.100s' after ENDATA", field[0]);
    if (indented) return bas_placing(r, field, count);
    r->ended = strcmp(field[0], "ENDATA") == 0;
    return r->ended || bas_placing(r, field, count);
}

/* The place that the bounds allow. */
static enum place bas_settle(enum place place, double lower, double upper) {
    bool low = lower > -MODEL_INFINITY, high = upper < MODEL_INFINITY;
    if (place == PLACE_BASIC || (low && place == PLACE_LOWER) || (high && place == PLACE_UPPER)) return place;
    return low ? PLACE_LOWER : high ? PLACE_UPPER : PLACE_ZERO;
}

static bool bas_lines(struct bas_reader *r) {
    char *line;
    bool good;
    while ((good = text_next(&r->in, &line, r->err)) && line)
        if (!(good = bas_line(r, line))) break;
    if (good && !r->ended) good = error_at(r->err, r->in.path, r->in.line, "the file ends early (expected ENDATA)");
    return good;
}

bool bas_read(unsigned char *place, const char *path, const struct model *m, struct error *err) {
    struct bas_reader r = {.m = m, .place = place, .err = err};
    if (!text_open(&r.in, path, err)) return false;
    renames_init(&r.rows, m->row_name, m->rows, 'r', mps_name_usable);
    renames_init(&r.cols, m->col_name, m->cols, 'x', mps_name_usable);
    r.seen = MEMORY_NEW(bool, m->cols + m->rows);
    for (int j = 0; j < m->cols; j++) place[j] = PLACE_LOWER;
    for (int i = 0; i < m->rows; i++) place[m->cols + i] = PLACE_BASIC;
    bool good = bas_lines(&r);
    int basic = 0;
    for (int j = 0; j < m->cols + m->rows; j++) basic += place[j] == PLACE_BASIC;
    assert(!good || basic == m->rows);
    for (int j = 0; j < m->cols; j++) place[j] = (unsigned char)bas_settle(place[j], m->lower[j], m->upper[j]);
    for (int i = 0; i < m->rows; i++)
        place[m->cols + i] = (unsigned char)bas_settle(place[m->cols + i], m->row_lower[i], m->row_upper[i]);
    text_free(&r.in);
    renames_free(&r.rows);
    renames_free(&r.cols);
    free(r.seen);
    return good;
}
