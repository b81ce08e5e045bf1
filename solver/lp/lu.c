#include "solver/lp/lu.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/markowitz.h"

enum { LU_WORN = 100, LU_WORN_MOST = 500 }; /* updates that wear the factors: at least and at most */

static void part_init(struct lu_part *p, int size, bool roomy) {
    p->start = MEMORY_NEW(int, size);
    p->length = MEMORY_NEW(int, size);
    if (roomy) p->room = MEMORY_NEW(int, size);
}

static void part_free(struct lu_part *p) {
    free(p->start);
    free(p->length);
    free(p->room);
    free(p->index);
    free(p->value);
}

void lu_part_reserve(struct lu_part *p, int more) {
    assert(p->used >= 0 && more >= 0);
    size_t need = (size_t)p->used + (size_t)more;
    p->index = memory_grow(p->index, &p->index_capacity, need, sizeof *p->index);
    p->value = memory_grow(p->value, &p->value_capacity, need, sizeof *p->value);
}

struct lu *lu_new(int size) {
    assert(size >= 0);
    struct lu *lu = MEMORY_NEW(struct lu, 1);
    lu->size = size;
    lu->threshold = 0.1;
    lu->pivot_least = 1e-10;
    lu->hypersparse = true;
    part_init(&lu->l.cols, size, false);
    part_init(&lu->l.rows, size, false);
    part_init(&lu->u.cols, size, false);
    part_init(&lu->u.rows, size, true);
    lu->l.order = MEMORY_NEW(int, size);
    lu->u.order = MEMORY_NEW(int, size + LU_UPDATES);
    lu->u.place = MEMORY_NEW(int, size);
    lu->u.pivot = MEMORY_NEW(double, size);
    lu->r.row = MEMORY_NEW(int, LU_UPDATES + 1);
    lu->r.start = MEMORY_NEW(int, LU_UPDATES + 2);
    lu->spike = vector_new(size);
    lu->row_eta = vector_new(size);
    lu->search.stack = MEMORY_NEW(int, size);
    lu->search.edge = MEMORY_NEW(int, size);
    lu->search.reach = MEMORY_NEW(int, size);
    lu->search.mark = MEMORY_NEW(unsigned char, size);
    lu->work = markowitz_new(size);
    return lu;
}

void lu_free(struct lu *lu) {
    if (!lu) return;
    part_free(&lu->l.cols);
    part_free(&lu->l.rows);
    part_free(&lu->u.cols);
    part_free(&lu->u.rows);
    free(lu->l.order);
    free(lu->u.order);
    free(lu->u.place);
    free(lu->u.pivot);
    free(lu->r.row);
    free(lu->r.start);
    free(lu->r.index);
    free(lu->r.value);
    vector_free(lu->spike);
    vector_free(lu->row_eta);
    free(lu->search.stack);
    free(lu->search.edge);
    free(lu->search.reach);
    free(lu->search.mark);
    markowitz_free(lu->work);
    free(lu);
}

/* A factorisation costs as much as the basis is large, an update much less where solves are sparse. */
bool lu_worn(const struct lu *lu) {
    assert(lu->updates >= 0 && lu->updates <= LU_UPDATES);
    if (lu->updates >= LU_WORN + lu->size / LU_WORN || lu->updates >= LU_WORN_MOST) return true;
    int fill = lu->u.cols.used + lu->l.cols.used + lu->r.start[lu->updates];
    return lu->updates >= 20 && fill > 3 * lu->factor_entries + 2 * lu->size;
}

/* Depth-first search from the nonzeros of x along the entries of `p`. lu->search.reach[first..size-1] is then a
 * topological order of all entries that can become nonzero; returns first, or -1 (nothing marked) if those are more
 * than `limit`. */
static int lu_search(struct lu *lu, const struct lu_part *p, const struct vector *x, int limit) {
    assert(x->size == lu->size && x->count <= limit);
    int first = lu->size;
    unsigned char *mark = lu->search.mark;
    for (int k = 0; k < x->count; k++) {
        if (mark[x->index[k]]) continue;
        int depth = 0, i = x->index[k];
        lu->search.stack[0] = i;
        lu->search.edge[0] = p->start[i];
        mark[i] = 1;
        while (depth >= 0) {
            i = lu->search.stack[depth];
            int at = lu->search.edge[depth], end = p->start[i] + p->length[i];
            while (at < end && mark[p->index[at]]) at++;
            if (at < end) {
                int next = p->index[at];
                lu->search.edge[depth++] = at + 1;
                mark[next] = 1;
                lu->search.stack[depth] = next;
                lu->search.edge[depth] = p->start[next];
            } else {
                assert(first > 0);
                lu->search.reach[--first] = i;
                depth--;
            }
        }
        if (lu->size - first > limit) {
            for (int t = first; t < lu->size; t++) mark[lu->search.reach[t]] = 0;
            return -1;
        }
    }
    for (int t = first; t < lu->size; t++) mark[lu->search.reach[t]] = 0;
    return first;
}

/* Solves with one factor along its nonzeros; false: too dense, x unchanged. */
static bool lu_solve_sparse(struct lu *lu, const struct lu_part *p, const double *pivot, struct vector *x,
                            double *density) {
    int limit = lu->size / 10;
    if (!lu->hypersparse || x->count < 0 || x->count > limit || *density > 0.1) return false;
    int first = lu_search(lu, p, x, limit);
    if (first < 0) return false;
    assert(first >= 0 && first <= lu->size && x->size == lu->size);
    x->count = 0;
    for (int t = first; t < lu->size; t++) {
        int i = lu->search.reach[t];
        double value = x->value[i];
        if (fabs(value) <= VECTOR_TINY) {
            x->value[i] = 0;
            continue;
        }
        if (pivot) x->value[i] = value = value / pivot[i];
        x->index[x->count++] = i;
        for (int k = p->start[i], end = k + p->length[i]; k < end; k++) x->value[p->index[k]] -= p->value[k] * value;
    }
    return true;
}

/* One factor, all pivots in order; zeros are skipped. */
static void lu_solve_scatter(const struct lu_part *p, const double *pivot, const int *order, int from, int to, int step,
                             struct vector *x) {
    assert(step == 1 ? from <= to : from >= to);
    double *v = x->value;
    for (int t = from; t != to; t += step) {
        int i = order[t];
        if (i < 0 || v[i] == 0) continue;
        if (fabs(v[i]) <= VECTOR_TINY) {
            v[i] = 0;
            continue;
        }
        if (pivot) v[i] /= pivot[i];
        double value = v[i];
        for (int k = p->start[i], end = k + p->length[i]; k < end; k++) v[p->index[k]] -= p->value[k] * value;
    }
    x->count = VECTOR_UNLISTED;
}

static void lu_remember(double *density, const struct vector *x) {
    double now = x->size ? (double)x->count / x->size : 0;
    assert(now >= 0 && now <= 1); /* the vector is listed */
    *density = 0.9 * *density + 0.1 * now;
}

static void lu_ftran_etas(const struct lu *lu, struct vector *x) {
    double *v = x->value;
    for (int e = 0; e < lu->updates; e++) {
        double sum = 0;
        for (int k = lu->r.start[e]; k < lu->r.start[e + 1]; k++) sum += lu->r.value[k] * v[lu->r.index[k]];
        if (sum == 0) continue;
        if (x->count >= 0)
            vector_add(x, lu->r.row[e], -sum);
        else
            v[lu->r.row[e]] -= sum;
    }
}

static void lu_btran_etas(const struct lu *lu, struct vector *x) {
    double *v = x->value;
    for (int e = lu->updates - 1; e >= 0; e--) {
        double value = v[lu->r.row[e]];
        if (value == 0) continue;
        for (int k = lu->r.start[e]; k < lu->r.start[e + 1]; k++) {
            if (x->count >= 0)
                vector_add(x, lu->r.index[k], -lu->r.value[k] * value);
            else
                v[lu->r.index[k]] -= lu->r.value[k] * value;
        }
    }
}

/* After the first factor: an unlisted vector is listed only if the second factor may be solved along its nonzeros. */
static void lu_between(const struct lu *lu, struct vector *x, double *density) {
    if (x->count < 0 && (density[1] > 0.1 || !lu->hypersparse)) {
        density[0] *= 0.98; /* so that sparsity is eventually tried again */
        return;
    }
    vector_list(x);
    lu_remember(&density[0], x);
}

void lu_ftran(struct lu *lu, struct vector *x, enum lu_kind kind) {
    assert(x->size == lu->size && x != lu->spike && x != lu->row_eta);
    CHECK(vector_check(x));
    double *density = lu->density[kind];
    if (lu->l.count > 0 && !lu_solve_sparse(lu, &lu->l.cols, NULL, x, &density[0]))
        lu_solve_scatter(&lu->l.cols, NULL, lu->l.order, 0, lu->l.count, 1, x);
    if (lu->updates > 0) lu_ftran_etas(lu, x);
    lu_between(lu, x, density);
    if (kind == LU_COLUMN) vector_copy(lu->spike, x);
    if (!lu_solve_sparse(lu, &lu->u.cols, lu->u.pivot, x, &density[1]))
        lu_solve_scatter(&lu->u.cols, lu->u.pivot, lu->u.order, lu->u.count - 1, -1, -1, x);
    vector_list(x);
    lu_remember(&density[1], x);
}

/* L' by dot products with the columns of L, last pivot first. */
static void lu_btran_gather(const struct lu *lu, struct vector *x) {
    const struct lu_part *p = &lu->l.cols;
    for (int t = lu->l.count - 1; t >= 0; t--) {
        int i = lu->l.order[t];
        double sum = x->value[i];
        for (int k = p->start[i], end = k + p->length[i]; k < end; k++) sum -= p->value[k] * x->value[p->index[k]];
        x->value[i] = sum;
    }
    x->count = VECTOR_UNLISTED;
}

void lu_btran(struct lu *lu, struct vector *x, enum lu_kind kind) {
    assert(x->size == lu->size && x != lu->spike && x != lu->row_eta);
    CHECK(vector_check(x));
    double *density = lu->density[kind];
    if (!lu_solve_sparse(lu, &lu->u.rows, lu->u.pivot, x, &density[0]))
        lu_solve_scatter(&lu->u.rows, lu->u.pivot, lu->u.order, 0, lu->u.count, 1, x);
    lu_between(lu, x, density);
    if (kind == LU_ROW) vector_copy(lu->row_eta, x);
    if (lu->updates > 0) lu_btran_etas(lu, x);
    if (lu->l.count > 0 && !lu_solve_sparse(lu, &lu->l.rows, NULL, x, &density[1])) lu_btran_gather(lu, x);
    vector_list(x);
    lu_remember(&density[1], x);
}

static void lu_fresh(struct lu *lu) {
    lu->l.cols.used = lu->l.rows.used = lu->u.cols.used = lu->u.rows.used = 0;
    lu->l.count = lu->u.count = lu->updates = 0;
    lu->factored++;
    lu->r.start[0] = 0;
    size_t bytes = (size_t)lu->size * sizeof(int);
    struct lu_part *parts[] = {&lu->l.cols, &lu->l.rows, &lu->u.cols, &lu->u.rows};
    for (int k = 0; k < 4; k++) memory_clear(parts[k]->length, bytes);
}

/* Rows of L from its columns. */
static void lu_transpose_l(struct lu *lu) {
    const struct lu_part *c = &lu->l.cols;
    struct lu_part *r = &lu->l.rows;
    lu_part_reserve(r, c->used);
    for (int k = 0; k < c->used; k++) r->length[c->index[k]]++;
    for (int i = 0, at = 0; i < lu->size; i++) {
        r->start[i] = at;
        at += r->length[i];
        r->length[i] = 0;
    }
    for (int t = 0; t < lu->l.count; t++) {
        int j = lu->l.order[t];
        for (int k = c->start[j], end = k + c->length[j]; k < end; k++) {
            int i = c->index[k], at = r->start[i] + r->length[i]++;
            r->index[at] = j;
            r->value[at] = c->value[k];
        }
    }
    r->used = c->used;
}

/* U by columns and by rows from the list of its entries; entries of columns without a pivot are left out. */
static void lu_build_u(struct lu *lu, const struct markowitz *work) {
    struct lu_part *c = &lu->u.cols, *r = &lu->u.rows;
    for (int k = 0; k < work->u.count; k++) {
        int j = work->pivot_row[work->u.col[k]];
        if (j < 0) continue;
        c->length[j]++;
        r->length[work->u.row[k]]++;
    }
    lu_part_reserve(c, work->u.count);
    lu_part_reserve(r, work->u.count + 3 * lu->size);
    for (int i = 0, at = 0, wide = 0; i < lu->size; i++) {
        c->start[i] = at;
        at += c->length[i];
        r->start[i] = wide;
        r->room[i] = r->length[i] + 3;
        wide += r->room[i];
        c->length[i] = r->length[i] = 0;
        c->used = at;
        r->used = wide;
    }
    for (int k = 0; k < work->u.count; k++) {
        int i = work->u.row[k], j = work->pivot_row[work->u.col[k]];
        if (j < 0) continue;
        int at = c->start[j] + c->length[j]++, across = r->start[i] + r->length[i]++;
        c->index[at] = i;
        r->index[across] = j;
        c->value[at] = r->value[across] = work->u.value[k];
    }
}

int lu_factor(struct lu *lu, const struct matrix *a, const int *variable, int count, int *head) {
    lu_fresh(lu);
    int replaced = markowitz_factor(lu, a, variable, count, head);
    lu_transpose_l(lu);
    lu_build_u(lu, lu->work);
    lu->factor_entries = lu->l.cols.used + lu->u.cols.used;
    assert(lu->u.count == lu->size && lu->l.count <= lu->size);
    CHECK(lu_check(lu));
    return replaced;
}

/* Every entry of `a` is in `b`, its other half; indices are in range; lines are within the arrays. */
static bool lu_check_half(const struct lu_part *a, const struct lu_part *b, int size) {
    long entries = 0, others = 0;
    for (int i = 0; i < size; i++) {
        if (a->length[i] < 0 || (a->length[i] > 0 && a->start[i] + a->length[i] > a->used)) return false;
        if (a->room && a->length[i] > a->room[i]) return false;
        entries += a->length[i];
        others += b->length[i];
        for (int k = a->start[i]; k < a->start[i] + a->length[i]; k++) {
            int j = a->index[k], at = 0;
            if (j < 0 || j >= size || j == i) return false;
            while (at < b->length[j] && b->index[b->start[j] + at] != i) at++;
            if (at == b->length[j] || b->value[b->start[j] + at] != a->value[k]) return false;
        }
    }
    return entries == others && (size_t)a->used <= a->index_capacity && (size_t)a->used <= a->value_capacity;
}

static bool lu_check_part(const struct lu_part *cols, const struct lu_part *rows, int size) {
    return lu_check_half(cols, rows, size) && lu_check_half(rows, cols, size);
}

bool lu_check(const struct lu *lu) {
    int pivots = 0;
    for (int t = 0; t < lu->u.count; t++) {
        int i = lu->u.order[t];
        if (i >= 0 && lu->u.place[i] != t) return false;
        pivots += i >= 0;
    }
    if (pivots != lu->size || lu->updates < 0 || lu->updates > LU_UPDATES) return false;
    for (int i = 0; i < lu->size; i++) {
        if (lu->search.mark[i] || lu->u.pivot[i] == 0 || lu->u.order[lu->u.place[i]] != i) return false;
        for (int k = lu->u.cols.start[i]; k < lu->u.cols.start[i] + lu->u.cols.length[i]; k++)
            if (lu->u.place[lu->u.cols.index[k]] >= lu->u.place[i]) return false;
    }
    return lu_check_part(&lu->l.cols, &lu->l.rows, lu->size) && lu_check_part(&lu->u.cols, &lu->u.rows, lu->size);
}
