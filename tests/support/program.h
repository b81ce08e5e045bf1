/* program.h - small programs for tests, built from dense rows, and enumeration of their integer points. */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H
#include "solver/base/random.h"
#include "solver/model/model.h"
#include "solver/model/rows.h"
#include "tests/support/harness.h"

enum { PROGRAM_WIDTH = 12 /* most columns */ };

/* A program under construction; more columns and rows may follow. */
static inline struct model *program_of(int cols, double cost, double lower, double upper, bool integer) {
    struct model *m = model_new();
    for (int j = 0; j < cols; j++) model_add_column(m, NULL, cost, lower, upper, integer);
    return m;
}

/* lower <= value[m->cols] x <= upper */
static inline void program_row(struct model *m, double lower, const double *value, double upper) {
    int i = model_add_row(m, NULL, lower, upper);
    for (int j = 0; j < m->cols; j++)
        if (value[j] != 0) model_add_entry(m, i, j, value[j]);
}

static inline struct model *program_finish(struct model *m) {
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

/* Rows with integer coefficients from -most to most, each nonzero with probability `percent`; integer sides: lower,
 * upper, both, or an equation. */
static inline void program_random_rows(struct model *m, struct random *r, int rows, int percent, int most) {
    for (int i = 0; i < rows; i++) {
        double value[PROGRAM_WIDTH] = {0}, side = random_int(r, -most, 2 * most);
        for (int j = 0; j < m->cols; j++)
            if (random_int(r, 1, 100) <= percent) value[j] = random_int(r, -most, most);
        int kind = random_int(r, 0, 3);
        program_row(m, kind == 0 ? -MODEL_INFINITY : side, value,
                    kind == 1 ? MODEL_INFINITY : side + (kind == 2 ? random_int(r, 0, most) : 0));
    }
}

static inline double program_entry(const struct model *m, int row, int col) {
    for (long k = m->start[col]; k < m->start[col + 1]; k++)
        if (m->index[k] == row) return m->value[k];
    return 0;
}

/* The next integer point of the box lower..upper, in odometer order; start with x = lower. False after the last one. */
static inline bool program_next_point(double *x, const double *lower, const double *upper, int cols) {
    for (int j = 0; j < cols; j++) {
        if (x[j] < upper[j]) {
            x[j]++;
            return true;
        }
        x[j] = lower[j];
    }
    return false;
}

#endif
