/* vipr_derive.c - the derivations: each row follows from earlier ones by its reason. */
#include "solver/exact/vipr_internal.h"

/* --- what a derivation uses --- */

/* An earlier row that may still be used; NULL after an error. */
static struct vipr_row *vipr_derive_row(struct vipr *s, int *index) {
    if (!vipr_integer(s, index, 0, s->rows - 1, "row")) return NULL;
    struct vipr_row *row = s->row[*index];
    if (!row || (row->last >= 0 && row->last < s->rows)) {
        vipr_refute(s, "row %d is used after what it calls its last use", *index);
        return NULL;
    }
    vipr_list_add(&s->used, *index);
    return row;
}

/* What the row assumes, but for `without`, joins what this derivation assumes. */
static void vipr_derive_gather(struct vipr *s, const struct vipr_row *row, int without) {
    for (int k = 0; k < row->assumptions; k++)
        if (row->assumed[k] != without) vipr_list_add(&s->assumed, row->assumed[k]);
}

static int vipr_derive_order(const void *a, const void *b) {
    const int *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

/* The union of the assumptions gathered becomes the row's. */
static void vipr_derive_assume(struct vipr *s, struct vipr_row *row) {
    int count = 0, *item = s->assumed.item;
    memory_sort(item, (size_t)s->assumed.count, sizeof *item, vipr_derive_order);
    for (int k = 0; k < s->assumed.count; k++)
        if (k == 0 || item[k] != item[k - 1]) item[count++] = item[k];
    assert(!row->assumed && count <= s->assumed.count);
    row->assumptions = count;
    row->assumed = memory_duplicate(item, (size_t)count * sizeof *item);
    s->assumed.count = 0;
}

/* Rows that this derivation was the last to use are dropped. */
static void vipr_derive_drop(struct vipr *s, int number) {
    for (int k = 0; k < s->used.count; k++) {
        struct vipr_row **row = &s->row[s->used.item[k]];
        if (!*row || (*row)->last < 0 || (*row)->last > number) continue;
        vipr_row_free(s, *row);
        *row = NULL;
    }
    s->used.count = 0;
}

/* --- reasons: each checks that `row` follows, and reads up to the closing brace --- */

static bool vipr_derive_asm(struct vipr *s, struct vipr_row *row, const char *name) {
    (void)name;
    row->assumption = true;
    vipr_list_add(&s->assumed, s->rows);
    return true;
}

/* Whether a row is used once in a sum; `index` is sorted. */
static bool vipr_derive_distinct(struct vipr *s, int *index, int count) {
    memory_sort(index, (size_t)count, sizeof *index, vipr_derive_order);
    for (int k = 1; k < count; k++)
        if (index[k] == index[k - 1]) return vipr_malformed(s, "row %d is there twice (expected once)", index[k]);
    return true;
}

/* sum += multiplier row; its sense has to agree with the sum's. */
static bool vipr_derive_term(struct vipr *s, struct vipr_row *sum, const struct vipr_row *row, int index,
                             const struct rational *multiplier) {
    int sense = row->sense * multiplier->sign;
    if (sense * sum->sense < 0) return vipr_refute(s, "the multiplier of row %d has the wrong sign", index);
    if (sense) sum->sense = sense;
    struct rational product = {0};
    vipr_sum_add(&s->sum, row->terms, multiplier);
    rational_multiply(&product, &row->right, multiplier);
    rational_add(&sum->right, &sum->right, &product);
    rational_clear(&product);
    return true;
}

/* `p {i l}`, as a row whose terms the caller clears in any case. */
static bool vipr_derive_combine(struct vipr *s, struct vipr_row *sum) {
    int count, read = 0;
    if (!vipr_integer(s, &count, 0, s->rows, "number of rows")) return false;
    int *index = MEMORY_NEW(int, count);
    struct rational multiplier = {0};
    bool good = true;
    for (; read < count && good; read++) {
        const struct vipr_row *row = vipr_derive_row(s, &index[read]);
        good =
            row && vipr_number(s, &multiplier, "multiplier") && vipr_derive_term(s, sum, row, index[read], &multiplier);
        if (good) vipr_derive_gather(s, row, -1);
    }
    good = good && vipr_derive_distinct(s, index, count);
    vipr_sum_take(&s->sum, sum->terms);
    rational_clear(&multiplier);
    free(index);
    return good;
}

static bool vipr_derive_sum(struct vipr *s, struct vipr_row *row, const char *name, bool round) {
    struct vipr_terms terms = {0};
    struct vipr_row sum = {.terms = &terms};
    bool good = vipr_derive_combine(s, &sum);
    if (good && round && sum.sense == 0)
        good = vipr_refute(s, "row %s: an equation cannot be rounded", name);
    else if (good && round && !vipr_terms_whole(s, &terms))
        good = vipr_refute(s, "row %s: the sum cannot be rounded (expected whole values on integer columns)", name);
    if (good && round) (sum.sense > 0 ? rational_ceiling : rational_floor)(&sum.right, &sum.right);
    if (good && !vipr_row_dominates(&sum, row)) good = vipr_refute(s, "row %s does not follow from the sum", name);
    vipr_terms_clear(&terms);
    rational_clear(&sum.right);
    return good;
}

static bool vipr_derive_lin(struct vipr *s, struct vipr_row *row, const char *name) {
    return vipr_derive_sum(s, row, name, false);
}
static bool vipr_derive_rnd(struct vipr *s, struct vipr_row *row, const char *name) {
    return vipr_derive_sum(s, row, name, true);
}

/* Whether every point satisfies one of the two assumptions: ax <= d and ax >= d + 1, with a and d whole. */
static bool vipr_derive_covers(struct vipr *s, const struct vipr_row *down, const struct vipr_row *up,
                               const char *name) {
    struct rational gap = {0}, one = {0};
    assert(down->sense < 0 && up->sense > 0);
    rational_set(&one, 1);
    rational_subtract(&gap, &up->right, &down->right);
    bool next = rational_compare(&gap, &one) == 0;
    rational_clear(&gap);
    rational_clear(&one);
    if (!vipr_terms_equal(down->terms, up->terms) || !next || !rational_is_whole(&down->right) ||
        !vipr_terms_whole(s, down->terms))
        return vipr_refute(s,
                           "row %s: the assumptions leave points out (expected ax <= d and ax >= d + 1, with d and a "
                           "whole, on integer columns)",
                           name);
    return true;
}

/* `i l`: row i dominates `row`, and is freed of assumption l, which is returned; NULL after an error. */
static struct vipr_row *vipr_derive_side(struct vipr *s, const struct vipr_row *row, const char *name) {
    int index, assumed;
    const struct vipr_row *given = vipr_derive_row(s, &index);
    struct vipr_row *assumption = given ? vipr_derive_row(s, &assumed) : NULL;
    if (!assumption) return NULL;
    bool good = vipr_row_dominates(given, row) || vipr_refute(s, "row %s does not follow from row %d", name, index);
    if (good && !assumption->assumption) good = vipr_refute(s, "row %s: row %d is no assumption", name, assumed);
    if (good && assumption->discharged)
        good = vipr_refute(s, "row %s: assumption %d is discharged twice", name, assumed);
    if (!good) return NULL;
    assumption->discharged = true;
    vipr_derive_gather(s, given, assumed);
    return assumption;
}

static bool vipr_derive_uns(struct vipr *s, struct vipr_row *row, const char *name) {
    struct vipr_row *assumption[2];
    for (int side = 0; side < 2; side++)
        if (!(assumption[side] = vipr_derive_side(s, row, name))) return false;
    if (assumption[0]->sense * assumption[1]->sense != -1)
        return vipr_refute(s, "row %s: the assumptions are not opposite", name);
    bool first = assumption[0]->sense < 0;
    return vipr_derive_covers(s, assumption[!first], assumption[first], name);
}

static bool vipr_derive_sol(struct vipr *s, struct vipr_row *row, const char *name) {
    struct rational least = {0}, one = {0};
    if (s->m->maximize) return vipr_refute(s, "row %s: sol is not defined for a maximum", name);
    if (row->terms != &s->objective.terms || row->sense >= 0)
        return vipr_refute(s, "row %s does not follow from a point (expected L and OBJ)", name);
    if (!s->range.has_best) return vipr_refute(s, "row %s: there is no point", name);
    rational_copy(&least, &s->range.best);
    rational_set(&one, s->objective.whole ? 1 : 0);
    rational_subtract(&least, &least, &one);
    bool good = rational_compare(&row->right, &least) >= 0;
    rational_clear(&least);
    rational_clear(&one);
    return good || vipr_refute(s, "row %s is below the best point", name);
}

static const struct {
    const char *word;
    bool (*check)(struct vipr *s, struct vipr_row *row, const char *name);
} vipr_reasons[] = {{"asm", vipr_derive_asm},
                    {"lin", vipr_derive_lin},
                    {"rnd", vipr_derive_rnd},
                    {"uns", vipr_derive_uns},
                    {"sol", vipr_derive_sol}};
enum { VIPR_REASONS = sizeof vipr_reasons / sizeof vipr_reasons[0] };

/* --- one after the other --- */

static bool vipr_derive_reason(struct vipr *s, struct vipr_row *row, const char *name) {
    const char *word;
    if (!vipr_expect(s, "{") || !vipr_token(s, &word)) return false;
    for (int k = 0; k < VIPR_REASONS; k++) {
        if (strcmp(word, vipr_reasons[k].word) != 0) continue;
        return vipr_reasons[k].check(s, row, name) && vipr_expect(s, "}");
    }
    return vipr_malformed(s, "row %s: reason '%.40s' (expected asm, lin, rnd, uns or sol)", name, word);
}

/* Derivation `number`, of rows that go up to `most`. */
static bool vipr_derive_one(struct vipr *s, int number, int most) {
    char name[64];
    int last;
    assert(number == s->rows && s->used.count == 0 && s->assumed.count == 0);
    struct vipr_row *row = vipr_row_read(s, name);
    if (!row) return false;
    bool good = vipr_derive_reason(s, row, name) && vipr_integer(s, &last, -1, most, "last use");
    if (good) vipr_derive_assume(s, row);
    if (!good) {
        vipr_row_free(s, row);
        return false;
    }
    row->last = last;
    vipr_row_append(s, row);
    vipr_derive_drop(s, number);
    if (last < 0 || last > number || number == most) return true;
    vipr_row_free(s, row);
    s->row[number] = NULL;
    return true;
}

bool vipr_derive_all(struct vipr *s) {
    int count;
    if (!vipr_expect(s, "DER") || !vipr_integer(s, &count, 0, INT32_MAX - s->given, "number of derivations"))
        return false;
    for (int k = 0; k < count; k++) {
        if (limits_clock(s->limits) != LIMITS_RUNNING)
            return vipr_refute(s, "stopped by the time limit or an interrupt");
        if (!vipr_derive_one(s, s->given + k, s->given + count - 1)) return false;
        s->v->derivations++;
    }
    const char *word;
    if (!vipr_token(s, &word)) return false;
    if (*word) return vipr_malformed(s, "'%.40s' after the last derivation (expected nothing)", word);
    return true;
}
