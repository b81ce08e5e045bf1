#include "solver/lp/matrix.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

void matrix_init(struct matrix *a, int rows, int cols, int entries) {
    assert(rows >= 0 && cols >= 0 && entries >= 0);
    *a = (struct matrix){.rows = rows, .cols = cols};
    a->start = MEMORY_NEW(int, cols + 1);
    a->index = MEMORY_NEW(int, entries);
    a->value = MEMORY_NEW(double, entries);
}

void matrix_free(struct matrix *a) {
    free(a->start);
    free(a->index);
    free(a->value);
    *a = (struct matrix){0};
}

void matrix_transpose(struct matrix *t, const struct matrix *a) {
    int entries = a->start[a->cols];
    matrix_init(t, a->cols, a->rows, entries);
    CHECK(matrix_check(a));
    for (int k = 0; k < entries; k++) t->start[a->index[k] + 1]++;
    for (int i = 0; i < a->rows; i++) t->start[i + 1] += t->start[i];
    int *next = MEMORY_NEW(int, a->rows);
    for (int i = 0; i < a->rows; i++) next[i] = t->start[i];
    for (int j = 0; j < a->cols; j++) {
        for (int k = a->start[j]; k < a->start[j + 1]; k++) {
            int at = next[a->index[k]]++;
            t->index[at] = j;
            t->value[at] = a->value[k];
        }
    }
    CHECK(matrix_check(t));
    assert(t->start[t->cols] == entries);
    free(next);
}

bool matrix_check(const struct matrix *a) {
    if (a->start[0] != 0) return false;
    for (int j = 0; j < a->cols; j++)
        if (a->start[j] > a->start[j + 1]) return false;
    for (int k = 0; k < a->start[a->cols]; k++)
        if (a->index[k] < 0 || a->index[k] >= a->rows) return false;
    return true;
}
