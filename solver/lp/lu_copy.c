#include "solver/lp/lu_copy.h"

#include <assert.h>

#include "solver/base/memory.h"

static void lu_copy_part(struct lu_part *to, const struct lu_part *from, int size) {
    size_t lines = (size_t)size * sizeof(int), entries = (size_t)from->used;
    assert(!to->room == !from->room); /* the same part */
    memory_copy(to->start, from->start, lines);
    memory_copy(to->length, from->length, lines);
    if (from->room) memory_copy(to->room, from->room, lines);
    to->used = 0;
    lu_part_reserve(to, from->used);
    memory_copy(to->index, from->index, entries * sizeof(int));
    memory_copy(to->value, from->value, entries * sizeof(double));
    to->used = from->used;
}

static void lu_copy_l(struct lu *to, const struct lu *from) {
    assert(from->l.count >= 0 && from->l.count <= from->size);
    lu_copy_part(&to->l.cols, &from->l.cols, from->size);
    lu_copy_part(&to->l.rows, &from->l.rows, from->size);
    memory_copy(to->l.order, from->l.order, (size_t)from->l.count * sizeof(int));
    to->l.count = from->l.count;
}

static void lu_copy_r(struct lu *to, const struct lu *from) {
    size_t etas = (size_t)from->updates, entries = (size_t)from->r.start[etas];
    to->r.index = memory_grow(to->r.index, &to->r.index_capacity, entries, sizeof(int));
    to->r.value = memory_grow(to->r.value, &to->r.value_capacity, entries, sizeof(double));
    assert(from->r.start[0] == 0 && to->r.index_capacity >= entries && to->r.value_capacity >= entries);
    memory_copy(to->r.row, from->r.row, etas * sizeof(int));
    memory_copy(to->r.start, from->r.start, (etas + 1) * sizeof(int));
    memory_copy(to->r.index, from->r.index, entries * sizeof(int));
    memory_copy(to->r.value, from->r.value, entries * sizeof(double));
}

static void lu_copy_u(struct lu *to, const struct lu *from) {
    size_t size = (size_t)from->size;
    assert(from->u.count >= 0 && from->u.count <= from->size + LU_UPDATES);
    lu_copy_part(&to->u.cols, &from->u.cols, from->size);
    lu_copy_part(&to->u.rows, &from->u.rows, from->size);
    memory_copy(to->u.order, from->u.order, (size_t)from->u.count * sizeof(int));
    memory_copy(to->u.place, from->u.place, size * sizeof(int));
    memory_copy(to->u.pivot, from->u.pivot, size * sizeof(double));
    to->u.count = from->u.count;
}

void lu_copy(struct lu *to, const struct lu *from) {
    assert(to != from && to->size == from->size && from->updates <= LU_UPDATES);
    bool same = to->factored == from->factored;
    if (!same) lu_copy_l(to, from);
    if (!same || to->updates < from->updates) lu_copy_r(to, from);
    lu_copy_u(to, from);
    to->updates = from->updates;
    to->factored = from->factored;
    to->factor_entries = from->factor_entries;
}
