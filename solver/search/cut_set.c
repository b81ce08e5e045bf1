#include "solver/search/cut_set.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

#define CUT_PARALLEL 0.5 /* largest cosine between two cuts of a choice */

void cut_drop(struct cut *cut) {
    free(cut->index);
    free(cut->value);
}

/* Columns in range, none twice, coefficients finite and not zero. */
static bool check_cut(const struct cut *cut, int cols) {
    for (int k = 0; k < cut->count; k++) {
        if (cut->index[k] < 0 || cut->index[k] >= cols || !isfinite(cut->value[k])) return false;
        for (int e = 0; e < k; e++)
            if (cut->index[e] == cut->index[k]) return false;
    }
    return isfinite(cut->rhs);
}

void cut_set_append(struct cut_set *s, struct cut cut) {
    assert(cut.count > 0 && cut.index && cut.value); /* not one whose entries were moved to another set */
    assert(s->count <= s->room);
    s->item = memory_grow(s->item, &s->room, s->count + 1, sizeof *s->item);
    s->item[s->count++] = cut;
}

void cut_set_free(struct cut_set *s) {
    for (size_t k = 0; k < s->count; k++) cut_drop(&s->item[k]);
    free(s->item);
    *s = (struct cut_set){NULL, 0, 0};
}

static int cut_by_efficacy(const void *a, const void *b) {
    const struct cut *p = a, *q = b;
    if (p->efficacy != q->efficacy) return p->efficacy > q->efficacy ? -1 : 1;
    if (p->count != q->count) return p->count - q->count;
    for (int k = 0; k < p->count; k++)
        if (p->index[k] != q->index[k]) return p->index[k] - q->index[k];
    if (p->rhs != q->rhs) return p->rhs < q->rhs ? -1 : 1;
    for (int k = 0; k < p->count; k++)
        if (p->value[k] != q->value[k]) return p->value[k] < q->value[k] ? -1 : 1;
    return 0;
}

static double cut_cosine(const struct cut *a, const double *dense) {
    double dot = 0;
    for (int k = 0; k < a->count; k++) dot += a->value[k] * dense[a->index[k]];
    return dot;
}

size_t cut_set_choose(struct cut_set *chosen, struct cut_set *found, size_t most, int cols) {
    size_t first = chosen->count;
    for (size_t k = 0; k < found->count; k++) CHECK(check_cut(&found->item[k], cols));
    assert(chosen != found);
    double *dense = MEMORY_NEW(double, cols);
    memory_sort(found->item, found->count, sizeof *found->item, cut_by_efficacy);
    for (size_t k = 0; k < found->count && chosen->count - first < most; k++) {
        struct cut *cut = &found->item[k];
        if (cut->efficacy < 0) continue;
        for (int e = 0; e < cut->count; e++) dense[cut->index[e]] = cut->value[e];
        for (size_t other = k + 1; other < found->count; other++)
            if (found->item[other].efficacy > 0 && cut_cosine(&found->item[other], dense) > CUT_PARALLEL)
                found->item[other].efficacy = -1;
        for (int e = 0; e < cut->count; e++) dense[cut->index[e]] = 0;
        cut_set_append(chosen, *cut);
        cut->index = NULL;
        cut->value = NULL;
    }
    free(dense);
    cut_set_free(found);
    assert(found->count == 0 && chosen->count - first <= most);
    return chosen->count - first;
}

/* Cuts from, ..., to - 1 by rows, as both kinds of programs take them. */
struct cut_rows {
    int count, *start, *index;
    double *value, *lower, *upper;
};

static void cut_rows_init(struct cut_rows *r, const struct cut_set *s, size_t from, size_t to) {
    long entries = 0;
    assert(from <= to && to <= s->count);
    for (size_t k = from; k < to; k++) entries += s->item[k].count;
    r->count = (int)(to - from);
    r->start = MEMORY_NEW(int, r->count + 1), r->index = MEMORY_NEW(int, entries);
    r->value = MEMORY_NEW(double, entries), r->lower = MEMORY_NEW(double, r->count);
    r->upper = MEMORY_NEW(double, r->count);
    for (int k = 0; k < r->count; k++) {
        const struct cut *cut = &s->item[from + (size_t)k];
        memory_copy(r->index + r->start[k], cut->index, (size_t)cut->count * sizeof *r->index);
        memory_copy(r->value + r->start[k], cut->value, (size_t)cut->count * sizeof *r->value);
        r->start[k + 1] = r->start[k] + cut->count;
        r->lower[k] = -MODEL_INFINITY;
        r->upper[k] = cut->rhs;
    }
    assert(r->start[r->count] == entries);
}

static void cut_rows_free(struct cut_rows *r) {
    free(r->start);
    free(r->index);
    free(r->value);
    free(r->lower);
    free(r->upper);
}

void cut_set_add_rows(const struct cut_set *s, size_t from, size_t to, struct lp *lp) {
    if (from == to) return;
    struct cut_rows r;
    cut_rows_init(&r, s, from, to);
    int rows = lp_rows(lp);
    lp_add_rows(lp, r.count, r.start, r.index, r.value, r.lower, r.upper);
    assert(lp_rows(lp) == rows + r.count); /* they are the last rows */
    cut_rows_free(&r);
}

void cut_set_append_rows(const struct cut_set *s, struct model *m) {
    struct cut_rows r;
    cut_rows_init(&r, s, 0, s->count);
    model_append_rows(m, r.count, r.start, r.index, r.value, r.lower, r.upper);
    cut_rows_free(&r);
}
