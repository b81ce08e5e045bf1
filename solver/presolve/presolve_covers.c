/* Columns of covering programs whose rows a cheaper column covers alone.
 *
 * If column a satisfies every row of column b by itself and costs no more, b = 1 is never needed: a = 1 instead is as
 * good in b's rows, better in others, and no dearer. */
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

enum { PRESOLVE_COVERS_LOOKS = 8 /* candidates, of which two words are read, for the work of an entry */ };

struct presolve_cover { /* a column that only ever helps its rows, at a cost */
    uint64_t rows;      /* a bit of each; 0: the column does not */
    double cost;
};

/* What the row lacks if no other column helps; `sign` says which way it does. */
static double presolve_covers_need(struct presolve *p, int row, double *sign) {
    struct shrink_activity a = shrink_activity(p, row);
    bool below = isfinite(p->row.lower[row]), above = isfinite(p->row.upper[row]);
    *sign = below ? 1 : -1;
    if (below == above || (below ? a.least_infinite : a.most_infinite)) return INFINITY;
    return below ? p->row.lower[row] - a.least : a.most - p->row.upper[row];
}

static struct presolve_cover presolve_covers_column(struct presolve *p, int col) {
    struct presolve_cover c = {0, p->cost[col]};
    if (!p->integer[col] || p->col.lower[col] != 0 || p->col.upper[col] != 1 || !(c.cost >= 0)) return c;
    SHRINK_COLUMN(p, e, col) {
        double sign;
        double need = presolve_covers_need(p, p->entry[e].row, &sign);
        if (need == INFINITY || !(sign * p->entry[e].value > 0)) return (struct presolve_cover){0, c.cost};
        c.rows |= UINT64_C(1) << p->entry[e].row % 64;
    }
    return c;
}

/* Whether column a satisfies the marked rows, `count` of them, alone. */
static bool presolve_covers_alone(struct presolve *p, int a, int count) {
    SHRINK_COLUMN(p, e, a) {
        double sign;
        if (p->scratch.mark[p->entry[e].row] < 0) continue;
        double need = presolve_covers_need(p, p->entry[e].row, &sign);
        if (!(sign * p->entry[e].value >= need)) return false;
        count--;
    }
    p->work.done += p->col.length[a];
    return count == 0;
}

/* The column that makes b superfluous, or -1: it has to be in b's shortest row. */
static int presolve_covers_find(struct presolve *p, const struct presolve_cover *cover, int b) {
    int row = p->entry[p->col.head[b]].row, looks = 0, found = -1;
    SHRINK_COLUMN(p, e, b) {
        if (p->row.length[p->entry[e].row] < p->row.length[row]) row = p->entry[e].row;
    }
    shrink_mark_column(p, b);
    SHRINK_ROW(p, e, row) {
        int a = p->entry[e].col;
        looks++;
        if (a == b || cover[b].rows & ~cover[a].rows || cover[a].cost > cover[b].cost) continue;
        if (!presolve_covers_alone(p, a, p->col.length[b])) continue;
        found = a;
        break;
    }
    shrink_unmark_column(p, b);
    p->work.done += looks / PRESOLVE_COVERS_LOOKS;
    return found;
}

bool presolve_all_covers(struct presolve *p) {
    bool changed = false;
    if (!p->integers) return false;
    struct presolve_cover *cover = MEMORY_NEW(struct presolve_cover, p->col.count);
    for (int j = 0; j < p->col.count; j++) {
        if (!p->col.gone[j]) cover[j] = presolve_covers_column(p, j);
        p->work.done += p->col.length[j];
    }
    for (int j = 0; j < p->col.count && shrink_going(p); j++) {
        int by = p->col.gone[j] || !cover[j].rows ? -1 : presolve_covers_find(p, cover, j);
        if (by < 0) continue;
        shrink_fix(p, j, 0, PLACE_LOWER);
        p->stack.record[p->stack.count - 1].other = by;
        changed = true;
    }
    free(cover);
    return changed;
}
