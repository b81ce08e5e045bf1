/* dag.h - random programs with the testbed's own structure: one choice per layer, layouts joined along the edges in
 * flow form (formulation/README.md, equations (1) to (3)), optionally with a budget for the sum of the choices' memory
 * (equation (7)). */
#ifndef TESTS_SUPPORT_DAG_H
#define TESTS_SUPPORT_DAG_H
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/model/model.h"

struct dag {
    int layers, choices, layouts; /* choices of a convolution; every third layer has one choice per layout only */
    int skip;                     /* per cent of layers that read a second, earlier layer */
    double budget;                /* share of the way from the least to the largest memory; < 0: none */
};

static inline double dag_time(struct random *r, double typical) {
    return (double)(int64_t)(typical * (0.5 + random_unit(r) * random_unit(r) * 6));
}

/* Rows 2 * layouts of edge u -> v, its layouts^2 columns, and the entries of the choices of u and v. */
static inline void dag_edge(struct model *m, struct random *r, const struct dag *d, const int *first, const int *in,
                            const int *out, int u, int v, double typical) {
    int row = m->rows;
    for (int l = 0; l < 2 * d->layouts; l++) model_add_row(m, NULL, 0, 0);
    for (int j = first[u]; j < first[u + 1]; j++) model_add_entry(m, row + out[j], j, -1);
    for (int j = first[v]; j < first[v + 1]; j++) model_add_entry(m, row + d->layouts + in[j], j, -1);
    for (int from = 0; from < d->layouts; from++)
        for (int to = 0; to < d->layouts; to++) {
            double time = from == to ? 0 : dag_time(r, 0.05 * typical);
            int y = model_add_column(m, NULL, time, 0, MODEL_INFINITY, false);
            model_add_entry(m, row + from, y, 1);
            model_add_entry(m, row + d->layouts + to, y, 1);
        }
}

static inline struct model *dag_program(const struct dag *d, uint64_t seed) {
    struct random r = {seed};
    struct model *m = model_new();
    int most = d->layers * (d->choices > d->layouts ? d->choices : d->layouts);
    int *first = MEMORY_NEW(int, d->layers + 1), *in = MEMORY_NEW(int, most), *out = MEMORY_NEW(int, most);
    double *typical = MEMORY_NEW(double, d->layers), least = 0, largest = 0;
    int budget = d->budget >= 0 ? model_add_row(m, "memory", -MODEL_INFINITY, 0) : -1;
    for (int v = 0; v < d->layers; v++) {
        bool convolution = v % 3 != 2;
        int count = convolution ? d->choices : d->layouts, row = model_add_row(m, NULL, 1, 1);
        double low = 1e300, high = 0;
        typical[v] = 1e5 + 1e7 * random_unit(&r) * random_unit(&r);
        first[v] = m->cols;
        for (int c = 0; c < count; c++) {
            double speed = random_unit(&r),
                   memory = convolution ? (double)random_int(&r, 0, 1 << 22) * (1.3 - speed) : 0;
            int j = model_add_column(m, NULL, convolution ? dag_time(&r, typical[v] * (0.3 + speed)) : 0, 0, 1, true);
            in[j] = convolution ? random_int(&r, 0, d->layouts - 1) : c;
            out[j] = convolution ? random_int(&r, 0, d->layouts - 1) : c;
            model_add_entry(m, row, j, 1);
            memory = (double)(int64_t)(memory / 1024);
            low = memory < low ? memory : low;
            high = memory > high ? memory : high;
            if (budget >= 0 && memory > 0) model_add_entry(m, budget, j, memory);
        }
        least += low;
        largest += high;
        first[v + 1] = m->cols;
    }
    for (int v = 1; v < d->layers; v++) {
        dag_edge(m, &r, d, first, in, out, v - 1, v, typical[v]);
        if (v >= 3 && random_int(&r, 1, 100) <= d->skip) dag_edge(m, &r, d, first, in, out, v - 3, v, typical[v]);
    }
    if (budget >= 0) m->row_upper[budget] = least + d->budget * (largest - least);
    struct error err;
    bool good = model_finish(m, &err);
    free(first);
    free(in);
    free(out);
    free(typical);
    if (!good) {
        model_free(m);
        return NULL;
    }
    return m;
}

#endif
