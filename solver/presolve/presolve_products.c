/* Columns that are switched on by two choices together (products.h): equal ones are merged.
 *
 * A column y with lower bound l, a cost that is not negative and only one row that keeps it from falling is, in some
 * optimal solution, at the value that this row requires, or at l. Of a family's rows at most one requires more than l =
 * 0; so columns with the same cost, the same upper bound and the same entries elsewhere can be one column, in one row
 * with all their choices:
 *
 *     C + a S_1 - m y_1 <= b,  C + a S_2 - m y_2 <= b     become     C + a (S_1 + S_2) - m w <= b,   w = y_1 + y_2.
 *
 * So quadratic costs that were linearised pair by pair shrink to their classes of equal cost. */
#include <stdlib.h>

#include "solver/base/hash.h"
#include "solver/base/memory.h"
#include "solver/model/products.h"
#include "solver/presolve/shrink.h"

struct presolve_switch {
    int row, col;  /* of y */
    uint64_t hash; /* of the data that must agree */
    double value;  /* of y in the row */
};

struct presolve_products {
    struct presolve *p;
    struct rows rows; /* as they stand */
    struct products found;
    bool *changed; /* [rows] since then */
    struct presolve_switch *in_hand;
    size_t room;
};

static void presolve_products_rows(struct presolve_products *s) {
    const struct presolve *p = s->p;
    long count = 0;
    s->rows.start = MEMORY_NEW(long, p->row.count + 1);
    for (int i = 0; i < p->row.count; i++) count += p->row.gone[i] ? 0 : p->row.length[i];
    s->rows.col = MEMORY_NEW(int, count);
    s->rows.value = MEMORY_NEW(double, count);
    count = 0;
    for (int i = 0; i < p->row.count; i++) {
        s->rows.start[i] = count;
        SHRINK_ROW(p, e, i) {
            s->rows.col[count] = p->entry[e].col;
            s->rows.value[count++] = p->entry[e].value;
        }
    }
    s->rows.start[p->row.count] = count;
}

/* Whether only `row` keeps the column from falling to 0, where it costs least. */
static bool presolve_products_held(const struct presolve *p, int col, int row) {
    if (p->col.lower[col] != 0 || p->cost[col] < 0) return false;
    SHRINK_COLUMN(p, e, col) {
        int i = p->entry[e].row;
        bool blocks = p->entry[e].value > 0 ? p->row.lower[i] > -INFINITY : p->row.upper[i] < INFINITY;
        if (blocks != (i == row)) return false;
    }
    return true;
}

/* The switched column of a family's row, if the row has exactly one, held by that row only. */
static bool presolve_products_find(const struct presolve_products *s, struct presolve_switch *found,
                                   const struct product_family *f, const struct product_member *m) {
    const struct presolve *p = s->p;
    int count = 0;
    if (s->changed[m->row] || (p->row.lower[m->row] > -INFINITY && p->row.upper[m->row] < INFINITY)) return false;
    found->row = m->row;
    SHRINK_ROW(p, e, m->row) {
        double v = m->sign * p->entry[e].value;
        if (products_part(&s->found, f->group, p->entry[e].col, v) != PRODUCT_SWITCHED) continue;
        found->col = p->entry[e].col;
        found->value = p->entry[e].value;
        count++;
    }
    if (count != 1 || !presolve_products_held(p, found->col, m->row)) return false;
    found->hash = hash_entry(p->integer[found->col], found->value) + hash_entry(-3, p->cost[found->col]) +
                  hash_entry(-4, p->col.upper[found->col]);
    SHRINK_COLUMN(p, e, found->col) {
        if (p->entry[e].row != m->row) found->hash += hash_entry(p->entry[e].row, p->entry[e].value);
    }
    return true;
}

static bool presolve_products_alike(struct presolve *p, const struct presolve_switch *a,
                                    const struct presolve_switch *b) {
    bool alike = a->value == b->value && p->cost[a->col] == p->cost[b->col] &&
                 p->col.upper[a->col] == p->col.upper[b->col] && p->integer[a->col] == p->integer[b->col] &&
                 p->col.length[a->col] == p->col.length[b->col];
    shrink_mark_column(p, a->col);
    SHRINK_COLUMN(p, e, b->col) {
        int f = p->scratch.mark[p->entry[e].row];
        if (p->entry[e].row != b->row) alike = alike && f >= 0 && p->entry[f].value == p->entry[e].value;
    }
    shrink_unmark_column(p, a->col);
    p->work.done += 2 * p->col.length[a->col] + p->col.length[b->col];
    return alike;
}

/* The column is at the value that the row, as it is now, requires. */
static void presolve_products_record(struct presolve *p, const struct presolve_switch *s, int into) {
    struct shrink_record *r = shrink_push(p, SHRINK_PRODUCT, -1, s->col);
    r->other = into;
    r->side = PLACE_UPPER;
    r->value[0] = p->col.lower[s->col];
    r->value[1] = p->col.upper[s->col];
    shrink_keep_row(p, shrink_find(p, s->row, s->col), PLACE_UPPER);
}

static void presolve_products_merge(struct presolve_products *s, const struct presolve_switch *into,
                                    const struct presolve_switch *from, int group) {
    struct presolve *p = s->p;
    double sign = into->value < 0 ? 1 : -1;
    presolve_products_record(p, from, into->col);
    SHRINK_ROW(p, e, from->row) {
        struct shrink_entry x = p->entry[e];
        if (products_part(&s->found, group, x.col, sign * x.value) == PRODUCT_CHOICE)
            shrink_add(p, into->row, x.col, x.value);
    }
    p->work.done += 2 * p->row.length[from->row];
    shrink_erase_row(p, from->row);
    shrink_erase_column(p, from->col);
    s->changed[from->row] = true;
}

static int presolve_products_order(const void *one, const void *two) {
    const struct presolve_switch *a = one, *b = two;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->row - b->row;
}

static bool presolve_products_family(struct presolve_products *s, const struct product_family *f) {
    struct presolve *p = s->p;
    int count = 0;
    bool changed = false;
    s->in_hand = memory_grow(s->in_hand, &s->room, (size_t)f->count, sizeof *s->in_hand);
    for (int k = 0; k < f->count; k++)
        count += presolve_products_find(s, &s->in_hand[count], f, &s->found.member[f->first + k]);
    memory_sort(s->in_hand, (size_t)count, sizeof *s->in_hand, presolve_products_order);
    for (int k = 0, next; k < count && shrink_going(p); k = next) {
        const struct presolve_switch *into = &s->in_hand[k];
        bool merged = false;
        for (next = k + 1; next < count && s->in_hand[next].hash == into->hash; next++) {
            if (!presolve_products_alike(p, into, &s->in_hand[next])) continue;
            if (!merged) presolve_products_record(p, into, into->col);
            presolve_products_merge(s, into, &s->in_hand[next], f->group);
            merged = true;
        }
        if (!merged) continue;
        s->changed[into->row] = changed = true;
        shrink_forget_activity(p, into->row);
        shrink_touch_row(p, into->row);
        shrink_touch_columns_of(p, into->row);
    }
    return changed;
}

/* Once over the program: families by the last of their groups first, so that whole lines of a rectangle of pairs are
 * merged. */
static bool presolve_products_once(struct presolve *p) {
    struct presolve_products s = {.p = p};
    bool changed = false;
    presolve_products_rows(&s);
    s.changed = MEMORY_NEW(bool, p->row.count);
    const struct product_source source = {p->row.count, p->col.count, &s.rows,      p->row.lower,
                                          p->row.upper, p->col.lower, p->col.upper, p->integer};
    products_init(&s.found, &source);
    p->work.done += 4 * s.rows.start[p->row.count];
    for (int k = 0; k < s.found.families && shrink_going(p); k++)
        changed |= presolve_products_family(&s, &s.found.family[k]);
    products_free(&s.found);
    rows_free(&s.rows);
    free(s.changed);
    free(s.in_hand);
    return changed;
}

bool presolve_all_products(struct presolve *p) {
    bool changed = false;
    if (!p->integers) return false;
    while (shrink_going(p) && presolve_products_once(p)) changed = true;
    return changed;
}
