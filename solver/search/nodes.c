#include "solver/search/nodes.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/lp/lp.h"

struct node *node_new(struct node *parent, double bound, int changes) {
    assert(changes >= 0);
    struct node *n = memory_new(1, sizeof *n + (size_t)changes * sizeof(struct node_change));
    n->parent = parent;
    n->bound = n->relaxed = bound;
    n->branch_col = -1;
    n->changes = changes;
    n->depth = parent ? parent->depth + 1 : 0;
    assert(n->depth > 0 || !parent);           /* depths do not wrap */
    assert(!parent || bound >= parent->bound); /* a child is never better than its parent */
    atomic_init(&n->refs, 1);
    if (parent) atomic_fetch_add(&parent->refs, 1);
    assert(!parent || atomic_load(&parent->refs) >= 2); /* the caller's reference and the child's */
    return n;
}

void node_release(struct node *n) {
    while (n && atomic_fetch_sub(&n->refs, 1) == 1) {
        struct node *parent = n->parent;
        assert(!parent || n->depth == parent->depth + 1);
        node_basis_release(n->basis);
        free(n);
        n = parent;
    }
}

struct node_basis *node_pack(const unsigned char *place, int variables) {
    struct node_basis *b = memory_new(1, sizeof *b + (size_t)variables / 4 + 1);
    atomic_init(&b->refs, 1);
    b->variables = variables;
    assert(variables >= 0);
    for (int k = 0; k < variables; k++) assert(place[k] < 4); /* fits 2 bits */
    for (int k = 0; k < variables; k++) b->place[k / 4] |= (unsigned char)(place[k] << (k % 4 * 2));
    return b;
}

void node_unpack(unsigned char *place, const struct node_basis *b, int variables) {
    assert(b->variables <= variables);
    for (int k = 0; k < b->variables; k++) place[k] = b->place[k / 4] >> (k % 4 * 2) & 3;
    for (int k = b->variables; k < variables; k++) place[k] = PLACE_BASIC;
}

void node_basis_release(struct node_basis *b) {
    if (b && atomic_fetch_sub(&b->refs, 1) == 1) free(b);
}

void node_append(struct node_list *l, struct node *n) {
    l->item = memory_grow(l->item, &l->room, l->count + 1, sizeof *l->item);
    l->item[l->count++] = n;
}

static bool node_before(const struct node *a, const struct node *b) {
    if (a->bound != b->bound) return a->bound < b->bound;
    if (a->depth != b->depth) return a->depth > b->depth;
    return a->id > b->id;
}

/* No node comes before its parent in the heap, and each is in it once. */
static bool check_heap(const struct node_heap *h) {
    for (size_t k = 1; k < h->count; k++)
        if (node_before(h->item[k], h->item[(k - 1) / 2]) || h->item[k] == h->item[(k - 1) / 2]) return false;
    return true;
}

void node_push(struct node_heap *h, struct node *n) {
    h->item = memory_grow(h->item, &h->room, h->count + 1, sizeof *h->item);
    size_t at = h->count++;
    for (; at > 0 && node_before(n, h->item[(at - 1) / 2]); at = (at - 1) / 2) h->item[at] = h->item[(at - 1) / 2];
    h->item[at] = n;
    assert(at == 0 || !node_before(n, h->item[(at - 1) / 2]));
    CHECK(check_heap(h));
}

struct node *node_pop(struct node_heap *h) {
    if (h->count == 0) return NULL;
    struct node *first = h->item[0], *last = h->item[--h->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= h->count) break;
        if (child + 1 < h->count && node_before(h->item[child + 1], h->item[child])) child++;
        if (!node_before(h->item[child], last)) break;
        h->item[at] = h->item[child];
        at = child;
    }
    if (h->count > 0) h->item[at] = last;
    assert(h->count == 0 || !node_before(h->item[0], first)); /* nothing left comes before it */
    CHECK(check_heap(h));
    return first;
}
