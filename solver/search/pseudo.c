#include "solver/search/pseudo.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void pseudo_init(struct pseudo *p, int cols) {
    *p = (struct pseudo){.cols = cols};
    assert(cols >= 0);
    for (int up = 0; up < 2; up++) {
        p->sum[up] = MEMORY_NEW(double, cols);
        p->count[up] = MEMORY_NEW(int, cols);
    }
}

void pseudo_free(struct pseudo *p) {
    for (int up = 0; up < 2; up++) {
        free(p->sum[up]);
        free(p->count[up]);
    }
}

void pseudo_copy(struct pseudo *to, const struct pseudo *from) {
    assert(to->cols == from->cols && to != from);
    for (int up = 0; up < 2; up++) {
        memory_copy(to->sum[up], from->sum[up], (size_t)from->cols * sizeof(double));
        memory_copy(to->count[up], from->count[up], (size_t)from->cols * sizeof(int));
        to->total[up] = from->total[up];
        to->total_count[up] = from->total_count[up];
    }
}

void pseudo_merge(struct pseudo *to, const struct pseudo *now, const struct pseudo *before) {
    assert(to->cols == now->cols && to->cols == before->cols);
    for (int up = 0; up < 2; up++) {
        for (int j = 0; j < to->cols; j++) {
            to->sum[up][j] += now->sum[up][j] - before->sum[up][j];
            to->count[up][j] += now->count[up][j] - before->count[up][j];
        }
        to->total[up] += now->total[up] - before->total[up];
        to->total_count[up] += now->total_count[up] - before->total_count[up];
        assert(now->total_count[up] >= before->total_count[up]); /* a worker only adds */
        assert(to->total_count[up] >= 0 && to->total[up] >= -1e-6 * fabs(now->total[up]));
    }
}

void pseudo_learn(struct pseudo *p, int col, bool up, double distance, double rise) {
    if (!(distance > 1e-6)) return;
    assert(col >= 0 && col < p->cols);
    double unit = fmax(rise, 0) / distance;
    assert(unit >= 0);
    p->sum[up][col] += unit;
    p->count[up][col]++;
    p->total[up] += unit;
    p->total_count[up]++;
    assert(p->count[up][col] > 0 && p->total_count[up] >= p->count[up][col]);
}

double pseudo_rise(const struct pseudo *p, int col, bool up, double distance) {
    assert(col >= 0 && col < p->cols && p->count[up][col] >= 0);
    if (p->count[up][col] > 0) return distance * p->sum[up][col] / p->count[up][col];
    return p->total_count[up] > 0 ? distance * p->total[up] / (double)p->total_count[up] : distance;
}

int pseudo_trials(const struct pseudo *p, int col) {
    assert(col >= 0 && col < p->cols);
    return p->count[0][col] < p->count[1][col] ? p->count[0][col] : p->count[1][col];
}

double pseudo_score(double down, double up, double least) {
    assert(least > 0); /* otherwise a child without a rise would hide the other one */
    return fmax(down, least) * fmax(up, least);
}
