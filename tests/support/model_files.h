/* model_files.h - shared by the tests of both model formats: comparing models, random models, corrupting files. */
#ifndef TESTS_SUPPORT_MODEL_FILES_H
#define TESTS_SUPPORT_MODEL_FILES_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

/* What mps_read or lpfile_read makes of a scratch file NAME with this text, and what it warns of. */
typedef struct model *model_reader(const char *path, bool strict, FILE *told, struct error *err);
static inline struct model *read_model(model_reader *reader, const char *name, const char *text, bool strict,
                                       char *warnings, size_t room, struct error *err) {
    const char *path = harness_scratch(name, text);
    memset(warnings, 0, room);
    FILE *told = fmemopen(warnings, room, "w");
    ck_assert_ptr_nonnull(told);
    err->text[0] = '\0';
    struct model *m = reader(path, strict, told, err);
    fclose(told);
    harness_forget(path);
    return m;
}

static inline bool bits_equal(const void *a, const void *b, long count, size_t size) {
    return count == 0 || memcmp(a, b, (size_t)count * size) == 0;
}

static inline bool names_equal(const struct model *a, const struct model *b) {
    char p[24], q[24];
    for (int j = 0; j < a->cols; j++)
        if (strcmp(model_col_name(a, j, p), model_col_name(b, j, q)) != 0) return false;
    for (int i = 0; i < a->rows; i++)
        if (strcmp(model_row_name(a, i, p), model_row_name(b, i, q)) != 0) return false;
    return true;
}

/* NULL, or what differs in the numbers. `ordered`: entries of a column in the same order. */
static inline const char *models_differ(const struct model *a, const struct model *b, bool ordered) {
    if (a->rows != b->rows || a->cols != b->cols || a->entries != b->entries) return "sizes";
    if (a->maximize != b->maximize || a->offset != b->offset) return "sense or constant";
    if (!bits_equal(a->cost, b->cost, a->cols, sizeof(double))) return "costs";
    if (!bits_equal(a->lower, b->lower, a->cols, sizeof(double))) return "lower bounds";
    if (!bits_equal(a->upper, b->upper, a->cols, sizeof(double))) return "upper bounds";
    if (!bits_equal(a->integer, b->integer, a->cols, sizeof(bool))) return "integrality";
    if (!bits_equal(a->row_lower, b->row_lower, a->rows, sizeof(double))) return "lower sides";
    if (!bits_equal(a->row_upper, b->row_upper, a->rows, sizeof(double))) return "upper sides";
    if (!bits_equal(a->start, b->start, a->cols + 1, sizeof(long))) return "column lengths";
    if (ordered && !bits_equal(a->index, b->index, a->entries, sizeof(int))) return "indices";
    if (ordered && !bits_equal(a->value, b->value, a->entries, sizeof(double))) return "values";
    return NULL;
}

/* Any kind of model: every kind of bound and side, negative zeros, awkward fractions, empty rows and columns. */
static inline struct model *random_file_model(struct random *r) {
    struct model *m = model_new();
    struct error err;
    int rows = random_int(r, 0, 6), cols = random_int(r, 0, 7);
    double some[] = {0, 1, -1, 0.1, 1.0 / 3, 1e-7, 123456789.123, -2.5, 1e19, -0.7, 3e-300};
    m->maximize = random_int(r, 0, 1);
    m->offset = random_int(r, 0, 1) ? some[random_int(r, 0, 10)] : 0;
    for (int i = 0; i < rows; i++) {
        double a = some[random_int(r, 0, 10)], b = some[random_int(r, 0, 10)];
        char name[24];
        snprintf(name, sizeof name, "row_%d", i);
        model_add_row(m, random_int(r, 0, 1) ? name : NULL, random_int(r, 0, 2) ? (a < b ? a : b) : -MODEL_INFINITY,
                      random_int(r, 0, 2) ? (a < b ? b : a) : MODEL_INFINITY);
    }
    for (int j = 0; j < cols; j++) {
        double a = some[random_int(r, 0, 10)], b = some[random_int(r, 0, 10)];
        model_add_column(m, NULL, some[random_int(r, 0, 10)],
                         random_int(r, 0, 2)   ? a
                         : random_int(r, 0, 1) ? 0
                                               : -MODEL_INFINITY,
                         random_int(r, 0, 2) ? b : MODEL_INFINITY, random_int(r, 0, 1));
        for (int i = rows - 1; i >= 0; i--)
            if (random_int(r, 0, 1)) model_add_entry(m, i, j, some[random_int(r, 1, 10)]);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

/* The program as an LP file expresses it: a row with two sides is two rows, NAME with the lower one and NAME_upper. */
static inline struct model *sides_split(const struct model *m) {
    struct model *s = model_new();
    struct error err;
    char spare[24], name[300];
    s->maximize = m->maximize;
    s->offset = m->offset;
    for (int j = 0; j < m->cols; j++)
        model_add_column(s, m->col_name[j], m->cost[j], m->lower[j], m->upper[j], m->integer[j]);
    for (int i = 0; i < m->rows; i++) {
        double lower = m->row_lower[i], upper = m->row_upper[i];
        bool two = lower > -MODEL_INFINITY && upper < MODEL_INFINITY && lower != upper;
        snprintf(name, sizeof name, "%s", model_row_name(m, i, spare));
        for (int part = 0; part <= (int)two; part++) {
            if (part == 1) snprintf(name, sizeof name, "%s_upper", model_row_name(m, i, spare));
            int row =
                model_add_row(s, name, part == 1 ? -MODEL_INFINITY : lower, two && part == 0 ? MODEL_INFINITY : upper);
            for (int j = 0; j < m->cols; j++)
                for (long k = m->start[j]; k < m->start[j + 1]; k++)
                    if (m->index[k] == i) model_add_entry(s, row, j, m->value[k]);
        }
    }
    ck_assert_msg(model_finish(s, &err), "%s", err.text);
    return s;
}

/* A few bytes changed, lines cut, doubled or exchanged. The result is NUL-terminated, `text` is kept. */
static inline char *spoiled(const char *text, struct random *r) {
    size_t length = strlen(text);
    char *copy = malloc(2 * length + 64);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length + 1);
    for (int k = random_int(r, 1, 4); k > 0 && length > 2; k--) {
        size_t at = (size_t)random_int(r, 0, (int)length - 1), span = (size_t)random_int(r, 1, 20);
        static const char bytes[] = " \t\n-+.<>=:*$'\"0123456789eEdDnaifXRUPLO\\\x80\x01";
        if (span > length - at) span = length - at;
        switch (random_int(r, 0, 3)) {
        case 0: copy[at] = bytes[random_int(r, 0, (int)sizeof bytes - 2)]; break;
        case 1:
            memmove(copy + at, copy + at + span, length - at - span + 1);
            length -= span;
            break;
        case 2:
            if (length + span > 2 * strlen(text)) break;
            memmove(copy + at + span, copy + at, length - at + 1);
            length += span;
            break;
        default: copy[at] = text[(size_t)random_int(r, 0, (int)strlen(text) - 1)]; break;
        }
    }
    return copy;
}

#endif
