#include "baselines/elimination.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

static int64_t sum_of(int64_t a, int64_t b) {
    return a >= ELIMINATION_NONE || b >= ELIMINATION_NONE ? ELIMINATION_NONE : a + b;
}

struct elimination *elimination_new(int variables) {
    struct elimination *p = MEMORY_NEW(struct elimination, 1);
    assert(variables >= 0);
    p->variables = variables;
    p->size = MEMORY_NEW(int, variables);
    return p;
}

static void factor_clear(struct factor *f) {
    free(f->scope);
    free(f->table);
    *f = (struct factor){0};
}

void elimination_free(struct elimination *p) {
    if (!p) return;
    for (int f = 0; f < p->factors; f++) factor_clear(&p->factor[f]);
    free(p->factor);
    free(p->size);
    free(p);
}

static size_t scope_entries(const struct elimination *p, int count, const int *scope) {
    size_t entries = 1;
    for (int i = 0; i < count; i++) assert(scope[i] >= 0 && scope[i] < p->variables && p->size[scope[i]] > 0);
    for (int i = 0; i < count; i++) entries *= (size_t)p->size[scope[i]];
    return entries;
}

struct factor *elimination_add(struct elimination *p, int count, const int *scope, int64_t value) {
    p->factor = memory_grow(p->factor, &p->room, (size_t)p->factors + 1, sizeof *p->factor);
    struct factor *f = &p->factor[p->factors++];
    size_t entries = scope_entries(p, count, scope);
    *f = (struct factor){count, MEMORY_NEW(int, count), MEMORY_NEW(int64_t, entries)};
    for (int i = 0; i < count; i++) {
        assert(i == 0 || scope[i - 1] < scope[i]);
        f->scope[i] = scope[i];
    }
    for (size_t i = 0; i < entries; i++) f->table[i] = value;
    return f;
}

/* --- the order: neighbours as sorted lists --- */

struct neighbours {
    int count, *list;
    size_t room;
    bool gone;
};

static void neighbours_insert(struct neighbours *n, int v) {
    int at = 0;
    while (at < n->count && n->list[at] < v) at++;
    if (at < n->count && n->list[at] == v) return;
    n->list = memory_grow(n->list, &n->room, (size_t)n->count + 1, sizeof *n->list);
    memmove(n->list + at + 1, n->list + at, (size_t)(n->count - at) * sizeof *n->list);
    n->list[at] = v;
    n->count++;
}

static void neighbours_remove(struct neighbours *n, int v) {
    int at = 0;
    assert(n->count > 0); /* the relation is symmetric */
    while (n->list[at] != v) at++;
    memmove(n->list + at, n->list + at + 1, (size_t)(n->count - at - 1) * sizeof *n->list);
    n->count--;
}

static struct neighbours *neighbours_new(const struct elimination *p) {
    struct neighbours *n = MEMORY_NEW(struct neighbours, p->variables);
    for (int f = 0; f < p->factors; f++)
        for (int i = 0; i < p->factor[f].count; i++)
            for (int j = 0; j < p->factor[f].count; j++)
                if (i != j) neighbours_insert(&n[p->factor[f].scope[i]], p->factor[f].scope[j]);
    return n;
}

static void neighbours_free(struct neighbours *n, int variables) {
    for (int v = 0; v < variables; v++) free(n[v].list);
    free(n);
}

static int neighbours_least(const struct neighbours *n, int variables) {
    int best = -1;
    for (int v = 0; v < variables; v++)
        if (!n[v].gone && (best < 0 || n[v].count < n[best].count)) best = v;
    return best;
}

/* Takes v out and joins its neighbours to each other. */
static void neighbours_eliminate(struct neighbours *n, int v) {
    for (int i = 0; i < n[v].count; i++) {
        struct neighbours *a = &n[n[v].list[i]];
        neighbours_remove(a, v);
        for (int j = 0; j < n[v].count; j++)
            if (i != j) neighbours_insert(a, n[v].list[j]);
    }
    assert(!n[v].gone);
    n[v].gone = true;
}

double elimination_estimate(const struct elimination *p) {
    struct neighbours *n = neighbours_new(p);
    double most = 1;
    for (int step = 0; step < p->variables; step++) {
        int v = neighbours_least(n, p->variables);
        double entries = p->size[v];
        for (int i = 0; i < n[v].count; i++) entries *= p->size[n[v].list[i]];
        if (entries > most) most = entries;
        if (n[v].count > 40) { /* too large for any table: no need to continue */
            most = entries;
            break;
        }
        neighbours_eliminate(n, v);
    }
    neighbours_free(n, p->variables);
    return most;
}

/* --- elimination --- */

struct bucket { /* a variable that was eliminated, for recovering its value */
    int variable, count, *scope;
    int *best; /* [entries of scope] its best value */
};

static bool factor_holds(const struct factor *f, int v) {
    for (int i = 0; i < f->count; i++)
        if (f->scope[i] == v) return true;
    return false;
}

static size_t factor_index(const struct elimination *p, const struct factor *f, const int *x) {
    size_t at = 0;
    for (int i = 0; i < f->count; i++) at = at * (size_t)p->size[f->scope[i]] + (size_t)x[f->scope[i]];
    return at;
}

/* The next x over the scope; the last variable runs fastest. */
static void scope_next(const struct elimination *p, int count, const int *scope, int *x) {
    for (int i = count - 1; i >= 0; i--) {
        if (++x[scope[i]] < p->size[scope[i]]) return;
        x[scope[i]] = 0;
    }
}

static void bucket_fill(struct bucket *b, int64_t *message, const struct elimination *p, const int *used, int uses,
                        int *x) {
    size_t entries = scope_entries(p, b->count, b->scope);
    for (int i = 0; i < b->count; i++) x[b->scope[i]] = 0;
    for (size_t at = 0; at < entries; at++, scope_next(p, b->count, b->scope, x)) {
        message[at] = ELIMINATION_NONE;
        for (x[b->variable] = 0; x[b->variable] < p->size[b->variable]; x[b->variable]++) {
            int64_t sum = 0;
            for (int u = 0; u < uses && sum < ELIMINATION_NONE; u++)
                sum = sum_of(sum, p->factor[used[u]].table[factor_index(p, &p->factor[used[u]], x)]);
            if (sum >= message[at]) continue;
            message[at] = sum;
            b->best[at] = x[b->variable];
        }
    }
}

/* A factor with the bucket's variable has only that and its neighbours in its scope. */
static bool check_within(const struct factor *f, const struct bucket *b) {
    for (int i = 0, at = 0; i < f->count; i++) {
        if (f->scope[i] == b->variable) continue;
        while (at < b->count && b->scope[at] < f->scope[i]) at++;
        assert(at < b->count && b->scope[at] == f->scope[i]);
    }
    return true;
}

/* Minimises variable v out of its factors, which become one new factor over its neighbours. */
static struct bucket bucket_new(struct elimination *p, int v, const struct neighbours *n, int *x) {
    struct bucket b = {.variable = v, .count = n->count};
    int *used = MEMORY_NEW(int, p->factors), uses = 0;
    b.scope = MEMORY_NEW(int, b.count);
    memory_copy(b.scope, n->list, (size_t)b.count * sizeof *b.scope);
    b.best = MEMORY_NEW(int, scope_entries(p, b.count, b.scope));
    for (int f = 0; f < p->factors; f++)
        if (factor_holds(&p->factor[f], v)) used[uses++] = f;
    for (int u = 0; u < uses; u++) CHECK(check_within(&p->factor[used[u]], &b));
    int64_t *message = MEMORY_NEW(int64_t, scope_entries(p, b.count, b.scope));
    bucket_fill(&b, message, p, used, uses, x);
    for (int u = uses - 1; u >= 0; u--) {
        factor_clear(&p->factor[used[u]]);
        p->factor[used[u]] = p->factor[--p->factors];
    }
    struct factor *out = elimination_add(p, b.count, b.scope, 0);
    free(out->table);
    out->table = message;
    free(used);
    return b;
}

int64_t elimination_run(int *x, struct elimination *p) {
    struct neighbours *n = neighbours_new(p);
    struct bucket *b = MEMORY_NEW(struct bucket, p->variables);
    int64_t total = 0;
    for (int step = 0; step < p->variables; step++) {
        int v = neighbours_least(n, p->variables);
        assert(v >= 0);
        b[step] = bucket_new(p, v, &n[v], x);
        neighbours_eliminate(n, v);
    }
    for (int f = 0; f < p->factors; f++) { /* all are constants now */
        assert(p->factor[f].count == 0);
        total = sum_of(total, p->factor[f].table[0]);
    }
    for (int step = p->variables - 1; step >= 0; step--) {
        struct factor scope = {b[step].count, b[step].scope, NULL};
        if (total < ELIMINATION_NONE) x[b[step].variable] = b[step].best[factor_index(p, &scope, x)];
        free(b[step].scope);
        free(b[step].best);
    }
    free(b);
    neighbours_free(n, p->variables);
    return total;
}
