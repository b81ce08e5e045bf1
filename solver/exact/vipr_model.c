/* vipr_model.c - the sections that repeat the model: VAR, INT, OBJ and CON must say what the model says.
 *
 * Rows may come in any order, so each is looked up by its sense and columns; a row of the model with two different
 * sides is two rows of the file, one with equal sides is an E row. */
#include <math.h>

#include "solver/base/numbers.h"
#include "solver/exact/vipr_internal.h"
#include "solver/model/rows.h"

/* Whether a number of the file is that of the model, in a way of reading that fits all numbers so far. */
static bool vipr_model_number(struct vipr *s, const struct rational *value, double number) {
    struct rational other = {0};
    if (s->reading.doubles) {
        rational_set(&other, number);
        s->reading.doubles = rational_compare(value, &other) == 0;
    }
    bool good = s->reading.doubles;
    if (s->reading.decimals) {
        rational_text_decimal(&other, number);
        s->reading.decimals = rational_compare(value, &other) == 0;
        good = good || s->reading.decimals;
    }
    rational_clear(&other);
    return good;
}

/* Likewise for terms, without a message. */
static bool vipr_model_terms(struct vipr *s, const struct vipr_terms *t, const int *col, const double *value,
                             long count) {
    if (t->count != count) return false;
    for (int k = 0; k < t->count; k++)
        if (t->index[k] != col[k]) return false;
    for (int k = 0; k < t->count; k++)
        if (!vipr_model_number(s, &t->value[k], value[k])) return false;
    return true;
}

/* --- columns --- */

/* A name without blanks has to be the model's. (VIPR has no others; the order of the columns decides.) */
static bool vipr_model_columns(struct vipr *s) {
    int count;
    char spare[24];
    if (!vipr_expect(s, "VAR") || !vipr_integer(s, &count, 0, INT32_MAX, "number of columns")) return false;
    if (count != s->m->cols) return vipr_malformed(s, "%d columns (expected %d, as the model has)", count, s->m->cols);
    for (int j = 0; j < count; j++) {
        const char *word, *name = model_col_name(s->m, j, spare);
        if (!vipr_token(s, &word)) return false;
        bool plain = *name && !strpbrk(name, " \t");
        if (!*word || (plain && strcmp(word, name) != 0))
            return vipr_malformed(s, "column %d is '%.100s' (expected '%.100s', as in the model)", j, word, name);
    }
    return true;
}

static bool vipr_model_integers(struct vipr *s) {
    int count, expected = 0;
    for (int j = 0; j < s->m->cols; j++) expected += s->m->integer[j];
    if (!vipr_expect(s, "INT") || !vipr_integer(s, &count, 0, s->m->cols, "number of integers")) return false;
    if (count != expected) return vipr_malformed(s, "%d integers (expected %d, as the model has)", count, expected);
    for (int k = 0; k < count; k++) {
        int j;
        if (!vipr_integer(s, &j, 0, s->m->cols - 1, "integer column")) return false;
        if (!s->m->integer[j]) return vipr_malformed(s, "column %d is not integer in the model", j);
        if (s->integer[j]) return vipr_malformed(s, "column %d is there twice (expected distinct columns)", j);
        s->integer[j] = true;
    }
    return true;
}

static bool vipr_model_objective(struct vipr *s) {
    const char *word;
    if (!vipr_expect(s, "OBJ") || !vipr_expect(s, s->m->maximize ? "max" : "min")) return false;
    if (!vipr_token(s, &word) || !vipr_terms_read(s, &s->objective.terms, word)) return false;
    const struct vipr_terms *t = &s->objective.terms;
    for (int j = 0, k = 0; j < s->m->cols; j++) {
        bool there = k < t->count && t->index[k] == j;
        if (there ? !vipr_model_number(s, &t->value[k], s->m->cost[j]) : s->m->cost[j] != 0)
            return vipr_malformed(s, "the cost of column %d is not the model's, %.17g", j, s->m->cost[j]);
        k += there;
    }
    s->objective.whole = vipr_terms_whole(s, t);
    return true;
}

/* --- rows --- */

struct vipr_side { /* one row that CON must have */
    int row;       /* of the model; -1 - col: a bound */
    int sense, next;
    double right;
    bool found;
};

struct vipr_sides {
    struct vipr_side *item; /* bounds first */
    int count, bounds;
    int *first; /* [mask + 1] chains by columns and sense; -1: none */
    uint64_t mask;
    struct rows rows;
};

static uint64_t vipr_model_hash(uint64_t hash, uint64_t more) {
    return (hash ^ more) * 0x100000001b3u; /* FNV-1a by words */
}

static uint64_t vipr_model_key(int sense, const int *col, long count) {
    uint64_t hash = vipr_model_hash(0xcbf29ce484222325u, (uint64_t)sense + 1);
    for (long k = 0; k < count; k++) hash = vipr_model_hash(hash, (uint64_t)col[k]);
    return hash ^ hash >> 32;
}

/* The two sides of a row or a column: those that exist, as one if they are equal. */
static void vipr_sides_add(struct vipr_sides *all, int row, double lower, double upper) {
    bool low = lower > -MODEL_INFINITY, high = upper < MODEL_INFINITY, equation = row >= 0 && lower == upper;
    if (low) all->item[all->count++] = (struct vipr_side){.row = row, .sense = equation ? 0 : 1, .right = lower};
    if (high && !equation) all->item[all->count++] = (struct vipr_side){.row = row, .sense = -1, .right = upper};
}

static void vipr_sides_columns(const int **col, const double **value, long *count, const struct vipr_sides *all,
                               const struct vipr_side *side, int *own) {
    static const double one = 1;
    *own = -1 - side->row;
    long from = side->row >= 0 ? all->rows.start[side->row] : 0;
    *col = side->row >= 0 ? all->rows.col + from : own;
    *value = side->row >= 0 ? all->rows.value + from : &one;
    *count = side->row >= 0 ? all->rows.start[side->row + 1] - from : 1;
}

static void vipr_sides_init(struct vipr_sides *all, const struct model *m) {
    *all = (struct vipr_sides){.item = MEMORY_NEW(struct vipr_side, 2 * ((size_t)m->cols + (size_t)m->rows))};
    rows_init(&all->rows, m);
    for (int j = 0; j < m->cols; j++) vipr_sides_add(all, -1 - j, m->lower[j], m->upper[j]);
    all->bounds = all->count;
    for (int i = 0; i < m->rows; i++) vipr_sides_add(all, i, m->row_lower[i], m->row_upper[i]);
    size_t room = 1;
    while (room < 2 * (size_t)all->count) room *= 2;
    all->mask = room - 1;
    all->first = MEMORY_NEW(int, room);
    for (size_t k = 0; k < room; k++) all->first[k] = -1;
    for (int k = all->count; k-- > 0;) {
        const int *col;
        const double *value;
        long count;
        int own;
        vipr_sides_columns(&col, &value, &count, all, &all->item[k], &own);
        int *chain = &all->first[vipr_model_key(all->item[k].sense, col, count) & all->mask];
        all->item[k].next = *chain;
        *chain = k;
    }
}

static void vipr_sides_free(struct vipr_sides *all) {
    rows_free(&all->rows);
    free(all->item);
    free(all->first);
}

/* Whether the row is that side; only then is its way of reading numbers kept. */
static bool vipr_sides_match(struct vipr *s, const struct vipr_sides *all, const struct vipr_side *side,
                             const struct vipr_row *row) {
    bool decimals = s->reading.decimals, doubles = s->reading.doubles;
    const int *col;
    const double *value;
    long count;
    int own;
    if (side->found || side->sense != row->sense) return false;
    vipr_sides_columns(&col, &value, &count, all, side, &own);
    if (vipr_model_terms(s, row->terms, col, value, count) && vipr_model_number(s, &row->right, side->right))
        return true;
    s->reading.decimals = decimals;
    s->reading.doubles = doubles;
    return false;
}

static bool vipr_sides_find(struct vipr *s, struct vipr_sides *all, const struct vipr_row *row, bool bound) {
    uint64_t key = vipr_model_key(row->sense, row->terms->index, row->terms->count);
    for (int k = all->first[key & all->mask]; k >= 0; k = all->item[k].next) {
        if ((k < all->bounds) != bound || !vipr_sides_match(s, all, &all->item[k], row)) continue;
        all->item[k].found = true;
        return true;
    }
    return false;
}

static bool vipr_model_rows(struct vipr *s, struct vipr_sides *all) {
    int count, bounds;
    if (!vipr_expect(s, "CON") || !vipr_integer(s, &count, 0, INT32_MAX, "number of rows") ||
        !vipr_integer(s, &bounds, 0, INT32_MAX, "number of bounds"))
        return false;
    if (count != all->count || bounds != all->bounds)
        return vipr_malformed(s, "%d rows, %d of them bounds (expected %d and %d, as the model has)", count, bounds,
                              all->count, all->bounds);
    for (int k = 0; k < count; k++) {
        char name[64];
        struct vipr_row *row = vipr_row_read(s, name);
        if (!row) return false;
        vipr_row_append(s, row);
        if (!vipr_sides_find(s, all, row, k < bounds))
            return vipr_malformed(s, "%s %s is not the model's, or is there twice", k < bounds ? "bound" : "row", name);
    }
    s->given = s->rows;
    return true;
}

bool vipr_model_read(struct vipr *s) {
    const char *word;
    struct vipr_sides all;
    if (!vipr_first(s, &word)) return false;
    if (strcmp(word, "VER") != 0) return vipr_malformed(s, "'%.40s' (expected VER)", word);
    if (!vipr_token(s, &word)) return false;
    if (strcmp(word, "1.0") != 0 && strcmp(word, "1.1") != 0)
        return vipr_malformed(s, "version %.40s (expected 1.0 or 1.1)", word);
    if (!vipr_model_columns(s) || !vipr_model_integers(s) || !vipr_model_objective(s)) return false;
    vipr_sides_init(&all, s->m);
    bool good = vipr_model_rows(s, &all);
    vipr_sides_free(&all);
    return good;
}
