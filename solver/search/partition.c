#include "solver/search/partition.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/hash.h"
#include "solver/base/memory.h"

void partition_refiner_init(struct refiner *r, const struct model *m, const struct rows *rows) {
    int size = m->cols + m->rows;
    *r = (struct refiner){.m = m, .rows = rows};
    r->seen = MEMORY_NEW(uint64_t, size);
    r->key = MEMORY_NEW(struct refiner_key, size);
    r->queue = MEMORY_NEW(int, size);
    r->touched = MEMORY_NEW(int, size);
    r->queued = MEMORY_NEW(bool, size);
}

void partition_refiner_free(struct refiner *r) {
    free(r->seen);
    free(r->key);
    free(r->queue);
    free(r->touched);
    free(r->queued);
    *r = (struct refiner){0};
}

void partition_free(struct partition *p) {
    free(p->element);
    free(p->place);
    free(p->cell);
    free(p->length);
    *p = (struct partition){0};
}

static void partition_allocate(struct partition *p, int size) {
    if (p->element) return;
    *p = (struct partition){.size = size};
    p->element = MEMORY_NEW(int, size);
    p->place = MEMORY_NEW(int, size);
    p->cell = MEMORY_NEW(int, size);
    p->length = MEMORY_NEW(int, size);
}

void partition_copy(struct partition *to, const struct partition *from) {
    size_t bytes = (size_t)from->size * sizeof(int);
    partition_allocate(to, from->size);
    assert(to->size == from->size);
    memory_copy(to->element, from->element, bytes);
    memory_copy(to->place, from->place, bytes);
    memory_copy(to->cell, from->cell, bytes);
    memory_copy(to->length, from->length, bytes);
    to->cells = from->cells;
    to->trace = from->trace;
}

static bool check_cells(const struct partition *p) {
    int cells = 0;
    for (int first = 0; first < p->size; first += p->length[first], cells++) {
        if (p->length[first] < 1) return false;
        for (int k = first; k < first + p->length[first]; k++)
            if (p->place[p->element[k]] != k || p->cell[p->element[k]] != first) return false;
    }
    return cells == p->cells;
}

/* --- refining --- */

static void partition_note(struct partition *p, int number, uint64_t value) {
    uint64_t z = p->trace ^ (value + (uint64_t)number * 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 31)) * 0xbf58476d1ce4e5b9u;
    p->trace = z ^ (z >> 29);
}

static void refiner_queue(struct refiner *r, int size, int cell) {
    assert(cell >= 0 && cell < size);
    if (r->queued[cell]) return;
    int at = r->head + r->waiting;
    assert(r->waiting < size); /* no cell is in the ring twice */
    r->queue[at < size ? at : at - size] = cell;
    r->queued[cell] = true;
    r->waiting++;
}

static int refiner_order(const void *one, const void *two) {
    const struct refiner_key *a = one, *b = two;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    if (a->seen != b->seen) return a->seen < b->seen ? -1 : 1;
    return a->element < b->element ? -1 : a->element > b->element;
}

static int refiner_see(struct refiner *r, int touched, int element, int cell, double value) {
    assert(touched <= r->m->cols + r->m->rows);
    if (r->seen[element] == 0) r->touched[touched++] = element;
    r->seen[element] += hash_entry(cell, value) | 1; /* odd, so that few sums are 0: then a symmetry may be missed */
    return touched;
}

/* What all elements see of one cell: fills touched, and seen. */
static int refiner_look(struct refiner *r, const struct partition *p, int cell) {
    const struct model *m = r->m;
    int touched = 0;
    assert(p->length[cell] >= 1 && cell + p->length[cell] <= p->size);
    for (int k = cell; k < cell + p->length[cell]; k++) {
        int v = p->element[k], row = v - m->cols;
        long begin = row < 0 ? m->start[v] : r->rows->start[row],
             end = row < 0 ? m->start[v + 1] : r->rows->start[row + 1];
        for (long e = begin; e < end; e++)
            touched = row < 0 ? refiner_see(r, touched, m->cols + m->index[e], cell, m->value[e])
                              : refiner_see(r, touched, r->rows->col[e], cell, r->rows->value[e]);
        r->work += end - begin + 1;
    }
    return touched;
}

static void partition_put(struct partition *p, int at, int element, int cell) {
    assert(cell <= at && at < p->size && element >= 0 && element < p->size);
    p->element[at] = element;
    p->place[element] = at;
    p->cell[element] = cell;
}

/* The elements of key[0 .. count - 1] to the end of their cell, whatever its length: each that is before it changes places
 * with one that has seen nothing. */
static void partition_gather(struct partition *p, const struct refiner *r, const struct refiner_key *key, int count) {
    int cell = key[0].cell, end = cell + p->length[cell], first = end - count, to = first;
    for (int k = 0; k < count; k++) {
        int from = p->place[key[k].element];
        if (from >= first) continue;
        while (r->seen[p->element[to]] != 0) to++;
        assert(to < end);
        partition_put(p, from, p->element[to], cell);
        partition_put(p, to, key[k].element, cell);
    }
}

/* One cell of which `count` elements, key[0 .. count - 1] by what they have seen, go to its end in this order; those
 * that have seen the same make a cell. The largest part need not be looked at, if the whole was. */
static void partition_split(struct partition *p, struct refiner *r, const struct refiner_key *key, int count) {
    int cell = key[0].cell, length = p->length[cell], rest = length - count, largest = cell, begin = cell + rest;
    assert(count >= 1 && count <= length);
    if (rest == 0 && key[0].seen == key[count - 1].seen) return;
    partition_gather(p, r, key, count);
    if (rest > 0) p->length[cell] = rest;
    for (int k = 0; k < count; k++) {
        bool opens = k == 0 || key[k].seen != key[k - 1].seen;
        if (opens) begin = cell + rest + k;
        if (opens) p->length[begin] = 0;
        if (opens && begin != cell) p->cells++;
        partition_put(p, cell + rest + k, key[k].element, begin);
        p->length[begin]++;
    }
    for (int c = cell; c < cell + length; c += p->length[c])
        if (p->length[c] > p->length[largest]) largest = c;
    bool all = r->queued[cell];
    for (int c = cell; c < cell + length; c += p->length[c])
        if (all || c != largest) refiner_queue(r, p->size, c);
}

static void partition_refine(struct partition *p, struct refiner *r) {
    while (r->waiting > 0) {
        int cell = r->queue[r->head];
        r->head = r->head + 1 < p->size ? r->head + 1 : 0;
        r->waiting--;
        r->queued[cell] = false;
        int touched = refiner_look(r, p, cell);
        for (int k = 0; k < touched; k++) {
            int v = r->touched[k];
            r->key[k] = (struct refiner_key){p->cell[v], v, r->seen[v]};
        }
        memory_sort(r->key, (size_t)touched, sizeof *r->key, refiner_order);
        for (int k = 0, end; k < touched; k = end) {
            for (end = k; end < touched && r->key[end].cell == r->key[k].cell; end++)
                partition_note(p, r->key[end].cell, r->key[end].seen);
            partition_split(p, r, r->key + k, end - k);
        }
        for (int k = 0; k < touched; k++) r->seen[r->touched[k]] = 0;
    }
    CHECK(check_cells(p));
}

/* --- beginning --- */

static uint64_t partition_colour(const struct model *m, int v) {
    int i = v - m->cols;
    if (i >= 0) return hash_entry(1, m->row_lower[i]) + hash_entry(2, m->row_upper[i]);
    return hash_entry(3 + m->integer[v], m->cost[v]) + hash_entry(5, m->lower[v]) + hash_entry(6, m->upper[v]);
}

void partition_init(struct partition *p, struct refiner *r) {
    const struct model *m = r->m;
    *p = (struct partition){0};
    partition_allocate(p, m->cols + m->rows);
    for (int v = 0; v < p->size; v++) r->key[v] = (struct refiner_key){v >= m->cols, v, partition_colour(m, v)};
    memory_sort(r->key, (size_t)p->size, sizeof *r->key, refiner_order);
    for (int k = 0, first = 0; k < p->size; k++) {
        bool opens = k == 0 || r->key[k].cell != r->key[k - 1].cell || r->key[k].seen != r->key[k - 1].seen;
        if (opens) first = k;
        p->cells += opens;
        partition_put(p, k, r->key[k].element, first);
        p->length[first]++;
    }
    for (int first = 0; first < p->size; first += p->length[first]) refiner_queue(r, p->size, first);
    partition_refine(p, r);
}

void partition_single_out(struct partition *p, struct refiner *r, int element) {
    int cell = p->cell[element], length = p->length[cell], at = p->place[element];
    assert(r->waiting == 0); /* it has been refined */
    assert(length > 1);
    partition_put(p, at, p->element[cell], cell);
    partition_put(p, cell, element, cell);
    p->length[cell] = 1;
    p->length[cell + 1] = length - 1;
    for (int k = cell + 1; k < cell + length; k++) p->cell[p->element[k]] = cell + 1;
    p->cells++;
    refiner_queue(r, p->size, cell);
    partition_refine(p, r);
}
