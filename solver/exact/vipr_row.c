/* vipr_row.c - rows of a VIPR file, what they dominate, and sums of them. */
#include "solver/exact/vipr_internal.h"

#include <limits.h>
#include <stdio.h>

/* --- terms --- */

void vipr_terms_clear(struct vipr_terms *t) {
    for (int k = 0; k < t->count; k++) rational_clear(&t->value[k]);
    free(t->index);
    free(t->value);
    *t = (struct vipr_terms){0};
}

struct vipr_term {
    int index;
    struct rational value;
};

static int vipr_by_index(const void *a, const void *b) {
    const struct vipr_term *p = a, *q = b;
    return (p->index > q->index) - (p->index < q->index);
}

/* Takes over the values of item[count]; those that are 0 are dropped. False: an index is there twice. */
static bool vipr_terms_make(struct vipr_terms *t, struct vipr_term *item, int count, int *twice) {
    memory_sort(item, (size_t)count, sizeof *item, vipr_by_index);
    *t = (struct vipr_terms){.index = MEMORY_NEW(int, count), .value = MEMORY_NEW(struct rational, count)};
    bool good = true;
    for (int k = 0; k < count; k++) {
        if (k > 0 && item[k].index == item[k - 1].index) good = false, *twice = item[k].index;
        if (item[k].value.sign == 0) {
            rational_clear(&item[k].value);
            continue;
        }
        t->index[t->count] = item[k].index;
        t->value[t->count++] = item[k].value;
    }
    assert(t->count <= count);
    return good;
}

bool vipr_terms_read(struct vipr *s, struct vipr_terms *t, const char *word) {
    long long count;
    *t = (struct vipr_terms){0};
    if (!text_int64(&count, word) || count < 0 || count > s->m->cols)
        return vipr_malformed(s, "'%.40s' terms (expected a number from 0 to %d, as there are columns)", word,
                              s->m->cols);
    struct vipr_term *item = MEMORY_NEW(struct vipr_term, count);
    int read = 0, twice = 0;
    bool good = true;
    for (; read < count && good; read++)
        good = vipr_integer(s, &item[read].index, 0, s->m->cols - 1, "column") &&
               vipr_number(s, &item[read].value, "value");
    bool once = vipr_terms_make(t, item, read, &twice);
    free(item);
    if (good && !once) good = vipr_malformed(s, "column %d is there twice (expected distinct columns)", twice);
    if (!good) vipr_terms_clear(t);
    return good;
}

bool vipr_terms_equal(const struct vipr_terms *a, const struct vipr_terms *b) {
    if (a == b) return true;
    if (a->count != b->count) return false;
    for (int k = 0; k < a->count; k++)
        if (a->index[k] != b->index[k] || rational_compare(&a->value[k], &b->value[k]) != 0) return false;
    return true;
}

bool vipr_terms_whole(const struct vipr *s, const struct vipr_terms *t) {
    for (int k = 0; k < t->count; k++)
        if (!s->integer[t->index[k]] || !rational_is_whole(&t->value[k])) return false;
    return true;
}

/* --- rows --- */

void vipr_list_add(struct vipr_list *list, int row) {
    list->item = memory_grow(list->item, &list->room, (size_t)list->count + 1, sizeof *list->item);
    list->item[list->count++] = row;
}

static bool vipr_row_left(struct vipr *s, struct vipr_row *row) {
    const char *word;
    if (!vipr_token(s, &word)) return false;
    if (strcmp(word, "OBJ") == 0) return row->terms = &s->objective.terms, true;
    row->terms = MEMORY_NEW(struct vipr_terms, 1);
    return vipr_terms_read(s, row->terms, word);
}

struct vipr_row *vipr_row_read(struct vipr *s, char name[64]) {
    const char *word, *const senses = "LEG";
    name[0] = '\0';
    if (!vipr_token(s, &word)) return NULL;
    if (!*word) {
        vipr_malformed(s, "the file ends (expected a row)");
        return NULL;
    }
    snprintf(name, 64, "%s", word);
    if (!vipr_token(s, &word)) return NULL;
    const char *sense = strlen(word) == 1 ? strchr(senses, *word) : NULL;
    if (!sense) {
        vipr_malformed(s, "row %s: sense '%.40s' (expected L, E or G)", name, word);
        return NULL;
    }
    struct vipr_row *row = MEMORY_NEW(struct vipr_row, 1);
    row->sense = (int)(sense - senses) - 1;
    row->last = -1;
    if (vipr_number(s, &row->right, "side") && vipr_row_left(s, row)) return row;
    vipr_row_free(s, row);
    return NULL;
}

void vipr_row_free(const struct vipr *s, struct vipr_row *row) {
    if (!row) return;
    if (row->terms && row->terms != &s->objective.terms) {
        vipr_terms_clear(row->terms);
        free(row->terms);
    }
    rational_clear(&row->right);
    free(row->assumed);
    free(row);
}

void vipr_row_append(struct vipr *s, struct vipr_row *row) {
    assert(s->rows < INT_MAX && row->terms);
    s->row = memory_grow(s->row, &s->room, (size_t)s->rows + 1, sizeof *s->row);
    s->row[s->rows++] = row;
}

bool vipr_row_absurd(const struct vipr_row *row) {
    int sign = row->right.sign;
    return row->terms->count == 0 && ((row->sense >= 0 && sign > 0) || (row->sense <= 0 && sign < 0));
}

bool vipr_row_dominates(const struct vipr_row *a, const struct vipr_row *b) {
    assert(a->sense >= -1 && a->sense <= 1 && b->sense >= -1 && b->sense <= 1);
    if (vipr_row_absurd(a)) return true;
    if (!vipr_terms_equal(a->terms, b->terms)) return false;
    int order = rational_compare(&a->right, &b->right);
    if (b->sense == 0) return a->sense == 0 && order == 0;
    return (a->sense == 0 || a->sense == b->sense) && order * b->sense >= 0;
}

/* --- sums --- */

void vipr_sum_add(struct vipr_sum *sum, const struct vipr_terms *t, const struct rational *factor) {
    struct rational product = {0};
    for (int k = 0; k < t->count; k++) {
        int j = t->index[k];
        if (!sum->touched[j]) sum->list[sum->count++] = j;
        sum->touched[j] = true;
        rational_multiply(&product, &t->value[k], factor);
        rational_add(&sum->value[j], &sum->value[j], &product);
    }
    rational_clear(&product);
}

static int vipr_by_column(const void *a, const void *b) {
    const int *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

void vipr_sum_take(struct vipr_sum *sum, struct vipr_terms *t) {
    memory_sort(sum->list, (size_t)sum->count, sizeof *sum->list, vipr_by_column);
    *t = (struct vipr_terms){.index = MEMORY_NEW(int, sum->count), .value = MEMORY_NEW(struct rational, sum->count)};
    for (int k = 0; k < sum->count; k++) {
        int j = sum->list[k];
        assert(sum->touched[j] && (k == 0 || sum->list[k - 1] < j));
        sum->touched[j] = false;
        if (sum->value[j].sign == 0) continue;
        t->index[t->count] = j;
        t->value[t->count++] = sum->value[j];
        sum->value[j] = (struct rational){0};
    }
    sum->count = 0;
}
