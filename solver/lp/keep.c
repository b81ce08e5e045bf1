/* A basis with its factors and values, and the way back to it: a trial changes all of these, but only a little of each,
 * so copies are much cheaper than a factorisation and values computed anew. */
#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/lp/lu_copy.h"
#include "solver/lp/simplex.h"

enum { KEEP_UPDATES = 20 }; /* with more, the basis is factorised before it is kept: every trial solves with it */

struct simplex_kept {
    unsigned char *place; /* as in struct simplex_basis, */
    signed char *move;
    int *head, *where;
    double *x, *d;  /* of struct simplex, */
    double *weight; /* and struct simplex_pricing */
    bool exact;
    struct lu *lu;
    double objective; /* of the dual */
    bool optimal;     /* every x and d is within tolerance */
    bool live;        /* no solve since: changes of bounds are noted */
    int *changed, count;
    unsigned char *noted; /* [total] whether in that list */
};

static struct simplex_kept *keep_new(const struct simplex *s) {
    struct simplex_kept *k = MEMORY_NEW(struct simplex_kept, 1);
    assert(s->total >= s->rows);
    k->place = MEMORY_NEW(unsigned char, s->total);
    k->move = MEMORY_NEW(signed char, s->total);
    k->head = MEMORY_NEW(int, s->rows);
    k->where = MEMORY_NEW(int, s->total);
    k->x = MEMORY_NEW(double, s->total);
    k->d = MEMORY_NEW(double, s->total);
    k->weight = MEMORY_NEW(double, s->rows);
    k->lu = lu_new(s->rows);
    k->changed = MEMORY_NEW(int, s->total);
    k->noted = MEMORY_NEW(unsigned char, s->total);
    return k;
}

void keep_free(struct simplex_kept *k) {
    if (!k) return;
    free(k->place);
    free(k->move);
    free(k->head);
    free(k->where);
    free(k->x);
    free(k->d);
    free(k->weight);
    lu_free(k->lu);
    free(k->changed);
    free(k->noted);
    free(k);
}

void keep_note(struct simplex *s, int j) {
    struct simplex_kept *k = s->kept;
    if (!k || !k->live || k->noted[j]) return;
    assert(k->count < s->total);
    k->noted[j] = 1;
    k->changed[k->count++] = j;
}

void keep_end(struct simplex *s) {
    if (!s->kept || !s->kept->live) return;
    assert(s->kept->count <= s->total);
    for (int t = 0; t < s->kept->count; t++) s->kept->noted[s->kept->changed[t]] = 0;
    s->kept->count = 0;
    s->kept->live = false;
}

bool keep_resume(struct simplex *s, const int **changed, int *count) {
    const struct simplex_kept *k = s->kept;
    assert(k->live && s->fresh.dual);
    for (int t = 0; t < k->count; t++)
        if (s->basis.where[k->changed[t]] < 0) simplex_settle(s, k->changed[t]);
    *changed = k->changed;
    *count = k->count;
    s->objective = k->objective;
    return k->optimal && s->fresh.primal;
}

void keep_take(struct simplex *s) {
    if (!s->kept) s->kept = keep_new(s);
    struct simplex_kept *k = s->kept;
    size_t total = (size_t)s->total, rows = (size_t)s->rows;
    keep_end(s);
    cost_restore(s);
    if (!s->basis.factored || s->lu->updates > KEEP_UPDATES) simplex_factor(s);
    simplex_activate(s);
    dual_values(s);
    k->optimal = s->pricing.suspect_count == 0 && !s->costs.shifted;
    k->objective = s->objective;
    k->live = true;
    cost_restore(s);
    simplex_dual(s);
    memory_copy(k->place, s->basis.place, total);
    memory_copy(k->move, s->basis.move, total);
    memory_copy(k->head, s->basis.head, rows * sizeof *k->head);
    memory_copy(k->where, s->basis.where, total * sizeof *k->where);
    memory_copy(k->x, s->x, total * sizeof *k->x);
    memory_copy(k->d, s->d, total * sizeof *k->d);
    memory_copy(k->weight, s->pricing.weight, rows * sizeof *k->weight);
    k->exact = s->pricing.exact;
    lu_copy(k->lu, s->lu);
}

void keep_recall(struct simplex *s) {
    const struct simplex_kept *k = s->kept;
    size_t total = (size_t)s->total, rows = (size_t)s->rows;
    assert(k && k->lu->size == s->rows);
    cost_restore(s);
    memory_copy(s->basis.place, k->place, total);
    memory_copy(s->basis.move, k->move, total);
    memory_copy(s->basis.head, k->head, rows * sizeof *k->head);
    memory_copy(s->basis.where, k->where, total * sizeof *k->where);
    memory_copy(s->x, k->x, total * sizeof *k->x);
    memory_copy(s->d, k->d, total * sizeof *k->d);
    memory_copy(s->pricing.weight, k->weight, rows * sizeof *k->weight);
    s->pricing.exact = k->exact;
    lu_copy(s->lu, k->lu);
    s->basis.factored = s->fresh.primal = s->fresh.dual = true;
}
