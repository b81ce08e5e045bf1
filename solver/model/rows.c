#include "solver/model/rows.h"

#include <stdlib.h>

#include "solver/base/memory.h"

void rows_init(struct rows *r, const struct model *m) {
    long *next = MEMORY_NEW(long, m->rows + 1);
    r->start = MEMORY_NEW(long, m->rows + 1);
    r->col = MEMORY_NEW(int, m->entries);
    r->value = MEMORY_NEW(double, m->entries);
    for (long k = 0; k < m->entries; k++) r->start[m->index[k] + 1]++;
    for (int i = 0; i < m->rows; i++) r->start[i + 1] += r->start[i];
    for (int i = 0; i < m->rows; i++) next[i] = r->start[i];
    for (int j = 0; j < m->cols; j++)
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            long at = next[m->index[k]]++;
            r->col[at] = j;
            r->value[at] = m->value[k];
        }
    free(next);
}

void rows_free(struct rows *r) {
    free(r->start);
    free(r->col);
    free(r->value);
    *r = (struct rows){NULL, NULL, NULL};
}
