/* Records, their slices of the arena, and the removal of rows and columns that they describe. */
#include <assert.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct shrink_record *shrink_push(struct presolve *p, enum shrink_kind kind, int row, int col) {
    p->stack.record = memory_grow(p->stack.record, &p->stack.room, p->stack.count + 1, sizeof *p->stack.record);
    assert(row < p->row.count && col < p->col.count && (row >= 0 || col >= 0));
    if (p->stack.count > 0) { /* the slices fill the arena, in order */
        const struct shrink_record *last = &p->stack.record[p->stack.count - 1];
        assert((size_t)(last->first + last->count) == p->arena.used && last->split <= last->count);
    }
    struct shrink_record *r = &p->stack.record[p->stack.count++];
    *r = (struct shrink_record){.kind = kind, .row = row, .col = col, .other = -1, .first = (int)p->arena.used};
    return r;
}

void shrink_keep(struct presolve *p, int index, double value) {
    assert(p->stack.count > 0 && index >= 0);
    p->arena.index = memory_grow(p->arena.index, &p->arena.index_room, p->arena.used + 1, sizeof *p->arena.index);
    p->arena.value = memory_grow(p->arena.value, &p->arena.value_room, p->arena.used + 1, sizeof *p->arena.value);
    p->arena.index[p->arena.used] = index;
    p->arena.value[p->arena.used++] = value;
    p->stack.record[p->stack.count - 1].count++;
    assert(p->arena.used <= p->arena.index_room && p->arena.used <= p->arena.value_room);
}

void shrink_keep_row(struct presolve *p, int e, enum place side) {
    int row = p->entry[e].row;
    double v = p->entry[e].value;
    assert(v != 0 && (side == PLACE_LOWER || side == PLACE_UPPER));
    shrink_keep(p, row, v);
    shrink_keep(p, p->row.length[row] - 1, (v > 0) == (side == PLACE_LOWER) ? p->row.upper[row] : p->row.lower[row]);
    SHRINK_ROW(p, f, row) {
        if (f != e) shrink_keep(p, p->entry[f].col, p->entry[f].value);
    }
}

void shrink_erase_column(struct presolve *p, int col) {
    assert(!p->col.gone[col] && p->col.left > 0);
    shrink_touch_rows_of(p, col);
    while (p->col.head[col] >= 0) {
        shrink_leave_activity(p, p->col.head[col]);
        shrink_remove_entry(p, p->col.head[col]);
    }
    assert(p->col.length[col] == 0);
    p->col.gone[col] = true;
    p->col.left--;
}

void shrink_erase_row(struct presolve *p, int row) {
    assert(!p->row.gone[row] && p->row.left > 0);
    shrink_touch_columns_of(p, row);
    while (p->row.head[row] >= 0) shrink_remove_entry(p, p->row.head[row]);
    assert(p->row.length[row] == 0);
    p->row.gone[row] = true;
    p->row.left--;
}

void shrink_fix(struct presolve *p, int col, double value, enum place side) {
    assert(isfinite(value) && (!p->integer[col] || value == nearbyint(value)));
    struct shrink_record *r = shrink_push(p, SHRINK_FIX, -1, col);
    r->side = (unsigned char)side;
    r->value[0] = value;
    r->value[1] = p->cost[col];
    p->offset += p->cost[col] * value;
    SHRINK_COLUMN(p, e, col) {
        int row = p->entry[e].row;
        double shift = p->entry[e].value * value;
        if (!p->integers) shrink_keep(p, row, p->entry[e].value);
        shrink_shift(p, row, shift);
    }
    p->work.done += p->col.length[col];
    shrink_erase_column(p, col);
}

void shrink_drop_row(struct presolve *p, int row) {
    shrink_push(p, SHRINK_DROP, row, -1);
    shrink_erase_row(p, row);
}
