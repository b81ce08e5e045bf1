/* Rows made sparser by equations that count choices: with x_1 + ... + x_n = b, any multiple of the equation can be
 * taken from a row.
 *
 * If a knapsack contains all choices of a layer with their weights, the commonest weight is moved to the side; if all
 * weights are equal, the choice disappears from the row. The relaxation is the same, but rounding and covers see a
 * smaller knapsack. Nothing is rounded: if a difference is not a double, the row stays as it is. (Sparsifying by
 * equations: Achterberg, Bixby, Gu, Rothberg and Weninger 2020, section 5.4.) */
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct presolve_choice { /* an entry of a column of the equation */
    int row;
    double value;
};

static int presolve_choices_order(const void *one, const void *two) {
    const struct presolve_choice *a = one, *b = two;
    if (a->row != b->row) return a->row - b->row;
    return a->value < b->value ? -1 : a->value > b->value;
}

/* Whether the row is an equation of integers that all have the same coefficient. */
static bool presolve_choices_counts(const struct presolve *p, int row) {
    if (p->row.gone[row] || p->row.length[row] < 2 || p->row.lower[row] != p->row.upper[row]) return false;
    double value = p->entry[p->row.head[row]].value;
    SHRINK_ROW(p, e, row) {
        if (p->entry[e].value != value || !p->integer[p->entry[e].col]) return false;
    }
    return true;
}

/* Whether from - take is a double, and one that shrink_change does not take for 0. */
static bool presolve_choices_exact(double from, double take) {
    double rest = from - take;
    if (!isfinite(from)) return true;
    if (rest != 0 && fabs(rest) <= 1e-12 * fmax(fabs(from), fabs(take))) return false;
    return rest + take == from && from - rest == take;
}

/* The commonest of the sorted values; of several, the smallest. */
static double presolve_choices_commonest(const struct presolve_choice *c, int count, int *times) {
    double best = 0;
    *times = 0;
    for (int k = 0, next; k < count; k = next) {
        for (next = k; next < count && c[next].value == c[k].value;) next++;
        if (next - k <= *times) continue;
        *times = next - k;
        best = c[k].value;
    }
    return best;
}

/* Subtracts `weight` times the equation from the row, if that makes it sparser. `c`: the equation's columns in the
 * row. */
static bool presolve_choices_take(struct presolve *p, int equation, const struct presolve_choice *c, int count) {
    int times, row = c->row, size = p->row.length[equation];
    double weight = presolve_choices_commonest(c, count, &times);
    double sum = p->row.upper[equation] / p->entry[p->row.head[equation]].value;
    if (row == equation || size - times >= count || fma(weight, sum, -weight * sum) != 0) return false;
    if (!presolve_choices_exact(p->row.lower[row], weight * sum)) return false;
    if (!presolve_choices_exact(p->row.upper[row], weight * sum)) return false;
    for (int k = 0; k < count; k++)
        if (!presolve_choices_exact(c[k].value, weight)) return false;
    SHRINK_ROW(p, e, equation) shrink_change(p, row, p->entry[e].col, -weight);
    shrink_shift(p, row, weight * sum);
    p->work.done += 4 * size;
    return true;
}

static bool presolve_choices_equation(struct presolve *p, int equation, struct presolve_choice **list, size_t *room) {
    int count = 0;
    bool changed = false;
    SHRINK_ROW(p, e, equation) {
        int col = p->entry[e].col;
        *list = memory_grow(*list, room, (size_t)count + (size_t)p->col.length[col], sizeof **list);
        SHRINK_COLUMN(p, f, col)(*list)[count++] = (struct presolve_choice){p->entry[f].row, p->entry[f].value};
    }
    p->work.done += 2 * count;
    memory_sort(*list, (size_t)count, sizeof **list, presolve_choices_order);
    for (int k = 0, next; k < count && shrink_going(p); k = next) {
        for (next = k; next < count && (*list)[next].row == (*list)[k].row;) next++;
        changed = presolve_choices_take(p, equation, *list + k, next - k) || changed;
    }
    return changed;
}

bool presolve_all_choices(struct presolve *p) {
    struct presolve_choice *list = NULL;
    size_t room = 0;
    bool changed = false;
    for (int i = 0; i < p->row.count && p->integers && shrink_going(p); i++)
        if (presolve_choices_counts(p, i)) changed = presolve_choices_equation(p, i, &list, &room) || changed;
    free(list);
    return changed;
}
