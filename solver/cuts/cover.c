/* Lifted cover cuts of knapsack rows (Balas 1975; Gu, Nemhauser & Savelsbergh 1998). A set C of binaries whose weights
 * exceed the capacity cannot all be 1: sum_C x <= |C| - 1; the others are lifted in, one after the other, each with its
 * exact coefficient. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/search/worker.h"

enum { COVER_LONGEST = 3000, COVER_LARGEST = 300 };

struct cover_item {
    int col;
    bool flipped; /* stands for 1 - x */
    bool inside;  /* of the cover */
    double weight, value, coefficient;
};

struct cover {
    struct cuts *c;
    struct cover_item *item;
    int count;
    double capacity;
    double *least; /* [COVER_LARGEST + 1] least weight of a selection of this profit */
    double *dense; /* [cols] zero between calls */
    int *list;
};

/* sign * row <= side over binaries with weights >= 0; other columns count with the least that they need. */
static bool cover_read(struct cover *v, int i, double sign, double side) {
    const struct cuts *c = v->c;
    struct cuts_row row = cuts_row(c, i);
    v->count = 0;
    v->capacity = side;
    if (row.count > COVER_LONGEST) return false;
    for (long k = 0; k < row.count; k++) {
        int j = row.col[k];
        double a = sign * row.value[k], lower = c->lower[j], upper = c->upper[j];
        if (c->m->integer[j] && lower == 0 && upper == 1) {
            v->item[v->count++] = (struct cover_item){j, a < 0, false, fabs(a), a < 0 ? 1 - c->x[j] : c->x[j], 0};
            if (a < 0) v->capacity -= a;
            continue;
        }
        double least = a > 0 ? lower : upper;
        if (fabs(least) >= MODEL_INFINITY) return false;
        v->capacity -= a * least;
    }
    assert(v->count <= row.count);
    return v->count > 1 && v->capacity > 0;
}

static int cover_by_need(const void *a, const void *b) {
    const struct cover_item *p = a, *q = b;
    double left = (1 - p->value) * q->weight, right = (1 - q->value) * p->weight;
    if (left != right) return left < right ? -1 : 1;
    return p->col - q->col;
}

/* Greedily takes the items that cost least violation for their weight, then removes those that are not needed. */
static int cover_find(struct cover *v) {
    double weight = 0, margin = 1e-6 * fmax(1, v->capacity);
    int size = 0;
    memory_sort(v->item, (size_t)v->count, sizeof *v->item, cover_by_need);
    for (int k = 0; k < v->count && weight <= v->capacity + margin; k++) {
        if (v->item[k].value < 1e-9) continue;
        v->item[k].inside = true;
        weight += v->item[k].weight;
        size++;
    }
    if (weight <= v->capacity + margin) return 0;
    assert(size <= v->count);
    for (int k = v->count - 1; k >= 0; k--)
        if (v->item[k].inside && weight - v->item[k].weight > v->capacity + margin) {
            v->item[k].inside = false;
            weight -= v->item[k].weight;
            size--;
        }
    assert(weight > v->capacity); /* it is a cover: not all of them can be 1 */
    return size;
}

static int cover_by_lifting(const void *a, const void *b) {
    const struct cover_item *p = a, *q = b;
    if (p->inside != q->inside) return p->inside ? -1 : 1;
    if (p->inside && p->weight != q->weight) return p->weight < q->weight ? -1 : 1;
    if (p->value != q->value) return p->value > q->value ? -1 : 1;
    if (p->weight != q->weight) return p->weight > q->weight ? -1 : 1;
    return p->col - q->col;
}

/* least[p] for profits p < size; the coefficient of an item is size - 1 less the largest profit next to it. Weights are
 * reduced slightly, so that rounding only makes coefficients smaller. */
static void cover_lift(struct cover *v, int size) {
    assert(size >= 2 && size <= COVER_LARGEST && size <= v->count); /* least[] has room */
    double slack = 1e-9 * fmax(1, v->capacity);
    memory_sort(v->item, (size_t)v->count, sizeof *v->item, cover_by_lifting);
    v->least[0] = 0;
    for (int k = 0; k < size; k++) {
        v->item[k].coefficient = 1;
        assert(v->item[k].inside); /* the cover comes first in the order of lifting */
        if (k < size - 1) v->least[k + 1] = v->least[k] + v->item[k].weight;
    }
    for (int k = size; k < v->count; k++) {
        double room = v->capacity - v->item[k].weight + slack;
        int most = -1;
        for (int p = size - 1; p >= 0 && most < 0; p--)
            if (v->least[p] <= room) most = p;
        int coefficient = most < 0 ? size - 1 : size - 1 - most; /* most < 0: it cannot be 1 at all */
        v->item[k].coefficient = coefficient;
        assert(coefficient >= 0 && coefficient < size && !v->item[k].inside);
        for (int p = size - 1; coefficient > 0 && p >= 0; p--) {
            double with = (p > coefficient ? v->least[p - coefficient] : 0) + v->item[k].weight - slack;
            if (with < v->least[p]) v->least[p] = p == 0 ? 0 : with;
        }
    }
}

static void cover_offer(struct cover *v, int size) {
    double rhs = size - 1, activity = 0;
    int count = 0;
    for (int k = 0; k < v->count; k++) activity += v->item[k].coefficient * v->item[k].value;
    if (activity <= rhs + 1e-5) return;
    for (int k = 0; k < v->count; k++) {
        const struct cover_item *item = &v->item[k];
        if (item->coefficient == 0) continue;
        v->dense[item->col] = item->flipped ? -item->coefficient : item->coefficient;
        if (item->flipped) rhs -= item->coefficient;
        v->list[count++] = item->col;
    }
    cuts_offer(v->c, v->dense, v->list, count, rhs, "cover");
    assert(count <= v->count);
    for (int k = 0; k < count; k++) v->dense[v->list[k]] = 0;
}

static void cover_row(struct cover *v, int i, double sign, double side) {
    if (fabs(side) >= MODEL_INFINITY || !cover_read(v, i, sign, side)) return;
    int size = cover_find(v);
    if (size < 2 || size > COVER_LARGEST) return;
    cover_lift(v, size);
    cover_offer(v, size);
}

void cover_separate(struct cuts *c) {
    struct cover v = {.c = c};
    v.item = MEMORY_NEW(struct cover_item, c->m->cols);
    v.least = MEMORY_NEW(double, COVER_LARGEST + 1);
    v.dense = MEMORY_NEW(double, c->m->cols);
    v.list = MEMORY_NEW(int, c->m->cols);
    for (int i = 0; i < c->m->rows && !worker_stopped(c->w); i++) {
        double s = c->x[c->m->cols + i];
        if (c->m->row_upper[i] - s < 1e-6 * fmax(1, fabs(s))) cover_row(&v, i, 1, c->m->row_upper[i]);
        if (s - c->m->row_lower[i] < 1e-6 * fmax(1, fabs(s))) cover_row(&v, i, -1, -c->m->row_lower[i]);
    }
    free(v.item);
    free(v.least);
    free(v.dense);
    free(v.list);
}
