#include "solver/search/sets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/ranked.h"

enum { SETS_FRACTIONAL = 3 /* least fractional members of a set to branch on */ };

static bool sets_one_hot(const struct model *m, const struct rows *r, int row) {
    bool hot = m->row_lower[row] == 1 && m->row_upper[row] == 1 && r->start[row + 1] > r->start[row];
    for (long k = r->start[row]; hot && k < r->start[row + 1]; k++) {
        int j = r->col[k];
        hot = r->value[k] == 1 && m->integer[j] && m->lower[j] >= 0 && m->upper[j] <= 1;
    }
    return hot;
}

void sets_find(struct sets *s, const struct model *m, const struct rows *r) {
    long entries = r->start[m->rows];
    struct ranked *member = MEMORY_NEW(struct ranked, m->cols);
    s->count = 0;
    s->start = MEMORY_NEW(int, m->rows + 1);
    s->col = MEMORY_NEW(int, entries);
    for (int i = 0; i < m->rows; i++) {
        if (!sets_one_hot(m, r, i)) continue;
        int size = 0, used = s->start[s->count];
        for (long k = r->start[i]; k < r->start[i + 1]; k++)
            member[size++] = (struct ranked){r->col[k], m->cost[r->col[k]]};
        ranked_sort(member, size);
        for (int k = 0; k < size; k++) s->col[used + k] = member[k].col;
        s->start[++s->count] = used + size;
        assert(used + size <= entries && size > 0);
    }
    free(member);
}

void sets_free(struct sets *s) {
    free(s->start);
    free(s->col);
    *s = (struct sets){0, NULL, NULL};
}

int sets_place(double *sum, const struct sets *s, int set, const double *x, double tolerance) {
    double head = 0;
    assert(set >= 0 && set < s->count && s->start[set] < s->start[set + 1]);
    int place = -1, fractional = 0;
    for (int k = s->start[set]; k < s->start[set + 1]; k++) {
        double value = x[s->col[k]];
        if (fabs(value - nearbyint(value)) > tolerance) fractional++;
        head += value;
        if (place >= 0 && fabs(head - 0.5) >= fabs(*sum - 0.5)) continue;
        place = k + 1;
        *sum = head;
    }
    assert(place > s->start[set] && place <= s->start[set + 1]); /* the head is not empty */
    return fractional >= SETS_FRACTIONAL && *sum > tolerance && *sum < 1 - tolerance ? place : -1;
}
