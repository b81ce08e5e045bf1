#include "solver/eliminate.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/memory.h"

struct eliminate *eliminate_new(int equations, int unknowns) {
    struct eliminate *s = MEMORY_NEW(struct eliminate, 1);
    *s = (struct eliminate){equations, unknowns, 0, MEMORY_NEW(struct eliminate_row, equations)};
    return s;
}

static void eliminate_row_clear(struct eliminate_row *r) {
    for (int k = 0; k < r->count; k++) rational_clear(&r->value[k]);
    free(r->value);
    free(r->index);
    r->value = NULL;
    r->index = NULL;
    r->count = r->room = 0;
}

void eliminate_free(struct eliminate *s) {
    if (!s) return;
    for (int i = 0; i < s->equations; i++) {
        eliminate_row_clear(&s->row[i]);
        rational_clear(&s->row[i].right);
    }
    free(s->row);
    free(s);
}

/* A zero at the end of the row, for index `unknown`. */
static struct rational *eliminate_append(struct eliminate_row *r, int unknown) {
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 8;
        r->index = memory_resize(r->index, (size_t)r->room, sizeof *r->index);
        r->value = memory_resize(r->value, (size_t)r->room, sizeof *r->value);
    }
    r->index[r->count] = unknown;
    r->value[r->count] = (struct rational){0};
    return &r->value[r->count++];
}

void eliminate_add(struct eliminate *s, int equation, int unknown, double value) {
    struct eliminate_row *r = &s->row[equation];
    assert(r->count == 0 || r->index[r->count - 1] < unknown);
    rational_set(eliminate_append(r, unknown), value);
}

/* r -= factor * pivot, where unknown `gone` cancels. */
static void eliminate_combine(struct eliminate_row *r, const struct eliminate_row *pivot, const struct rational *factor,
                              int gone) {
    struct eliminate_row sum = {.right = r->right};
    struct rational product = {0};
    for (int a = 0, b = 0; a < r->count || b < pivot->count;) {
        int left = a < r->count ? r->index[a] : INT32_MAX, right = b < pivot->count ? pivot->index[b] : INT32_MAX;
        int unknown = left < right ? left : right;
        if (unknown == gone) {
            rational_clear(&r->value[a++]);
            b++;
            continue;
        }
        struct rational *to = eliminate_append(&sum, unknown);
        if (left == unknown) *to = r->value[a++];
        if (right == unknown) {
            rational_multiply(&product, factor, &pivot->value[b++]);
            rational_subtract(to, to, &product);
        }
        if (to->sign == 0) {
            rational_clear(to);
            sum.count--;
        }
    }
    rational_multiply(&product, factor, &pivot->right);
    rational_subtract(&sum.right, &sum.right, &product);
    rational_clear(&product);
    free(r->index);
    free(r->value);
    *r = sum;
}

static int eliminate_search(const struct eliminate_row *r, int unknown) {
    int low = 0, high = r->count - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        if (r->index[middle] == unknown) return middle;
        if (r->index[middle] < unknown)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return -1;
}

/* The shortest row that is left, and in it the unknown of fewest rows among those of at least a millionth of the greatest weight. */
static int eliminate_choose(const struct eliminate *s, const int *rows_of, const double *weight, int *unknown) {
    int best = -1;
    for (int i = 0; i < s->equations; i++) {
        const struct eliminate_row *r = &s->row[i];
        if (!r->done && r->count > 0 && (best < 0 || r->count < s->row[best].count)) best = i;
        if (best >= 0 && s->row[best].count == 1) break;
    }
    if (best < 0) return best;
    const struct eliminate_row *r = &s->row[best];
    double most = 0;
    for (int k = 0; k < r->count && weight; k++) most = weight[r->index[k]] > most ? weight[r->index[k]] : most;
    *unknown = -1;
    for (int k = 0; k < r->count; k++) {
        if (weight && weight[r->index[k]] < 1e-6 * most) continue;
        if (*unknown < 0 || rows_of[r->index[k]] < rows_of[*unknown]) *unknown = r->index[k];
    }
    return best;
}

static void eliminate_backwards(struct rational *x, struct eliminate *s, const int *order, const int *pivot,
                                int steps) {
    struct rational product = {0};
    while (steps-- > 0) {
        struct eliminate_row *r = &s->row[order[steps]];
        int at = eliminate_search(r, pivot[steps]);
        struct rational *value = &x[pivot[steps]];
        rational_copy(value, &r->right);
        for (int k = 0; k < r->count; k++) {
            if (k == at) continue;
            rational_multiply(&product, &r->value[k], &x[r->index[k]]);
            rational_subtract(value, value, &product);
        }
        rational_divide(value, value, &r->value[at]);
    }
    rational_clear(&product);
}

bool eliminate_solve(struct rational *x, struct eliminate *s, const double *weight) {
    int *order = MEMORY_NEW(int, s->equations), *pivot = MEMORY_NEW(int, s->equations), steps = 0;
    int *rows_of = MEMORY_NEW(int, s->unknowns);
    struct rational factor = {0};
    for (int i = 0; i < s->equations; i++)
        for (int k = 0; k < s->row[i].count; k++) rows_of[s->row[i].index[k]]++;
    int unknown, chosen;
    while ((chosen = eliminate_choose(s, rows_of, weight, &unknown)) >= 0) {
        struct eliminate_row *p = &s->row[chosen];
        int at = eliminate_search(p, unknown);
        p->done = true;
        order[steps] = chosen;
        pivot[steps++] = unknown;
        for (int i = 0; i < s->equations; i++) {
            struct eliminate_row *r = &s->row[i];
            int k = r->done ? -1 : eliminate_search(r, unknown);
            if (k < 0) continue;
            rational_divide(&factor, &r->value[k], &p->value[at]);
            for (int l = 0; l < r->count; l++) rows_of[r->index[l]]--;
            eliminate_combine(r, p, &factor, unknown);
            for (int l = 0; l < r->count; l++) rows_of[r->index[l]]++;
        }
    }
    bool consistent = true;
    s->rank = steps;
    for (int i = 0; i < s->equations; i++) consistent = consistent && (s->row[i].done || s->row[i].right.sign == 0);
    if (consistent) eliminate_backwards(x, s, order, pivot, steps);
    rational_clear(&factor);
    free(order);
    free(pivot);
    free(rows_of);
    return consistent;
}
