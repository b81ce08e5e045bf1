/* random_programs.h - small random programs of difficult classes, by class and seed. */
#ifndef TESTS_SUPPORT_RANDOM_PROGRAMS_H
#define TESTS_SUPPORT_RANDOM_PROGRAMS_H
#include <math.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

struct program_class {
    const char *name;
    int rows, cols, percent;          /* most rows and columns; density */
    int integers, binaries;           /* per cent of the columns; of the integers */
    int equalities, tight;            /* per cent of the rows: equations; sides that the point meets exactly or 0 */
    int free, fixed, boxed, infinite; /* per cent of the columns; infinite: upper bound missing where not boxed */
    int empty, repeated;      /* per cent of rows and of columns without entries; that are multiples of another one */
    int feasible;             /* per cent of the programs that are built around a feasible point */
    int row_scale, col_scale; /* factors of 10 to at most this power, up and down */
};

static const struct program_class program_classes[] = {
    {"lp", 5, 7, 60, 0, 0, 20, 30, 15, 10, 40, 70, 3, 5, 60, 0, 0},
    {"lp degenerate", 6, 7, 60, 0, 0, 30, 95, 5, 5, 50, 60, 3, 25, 80, 0, 0},
    {"lp badly scaled", 5, 6, 60, 0, 0, 30, 40, 10, 5, 40, 50, 3, 5, 70, 1e8, 1e8},
    {"lp equations", 6, 8, 60, 0, 0, 90, 30, 15, 5, 30, 80, 3, 15, 80, 0, 0},
    {"lp free and fixed, empty", 5, 7, 50, 0, 0, 30, 30, 45, 35, 20, 70, 25, 5, 60, 0, 0},
    {"lp infeasible or unbounded", 6, 5, 55, 0, 0, 40, 20, 30, 5, 10, 100, 5, 15, 10, 0, 0},
    {"binary", 5, 8, 60, 100, 100, 20, 40, 0, 3, 100, 0, 3, 10, 60, 0, 0},
    {"binary badly scaled", 4, 7, 60, 100, 100, 20, 40, 0, 3, 100, 0, 3, 5, 60, 1e8, 0},
    {"integer", 4, 5, 65, 100, 20, 25, 40, 0, 5, 100, 0, 5, 10, 60, 0, 0},
    {"integer badly scaled", 4, 5, 65, 100, 20, 20, 40, 0, 5, 100, 0, 5, 5, 60, 1e8, 0},
    {"integer equations", 3, 5, 70, 100, 30, 85, 40, 0, 5, 100, 0, 5, 10, 70, 0, 0},
    {"mixed", 5, 6, 60, 50, 40, 25, 40, 10, 5, 60, 50, 5, 10, 60, 0, 0},
    {"mixed badly scaled", 4, 6, 60, 50, 40, 20, 40, 5, 5, 60, 50, 5, 5, 60, 1e8, 1e6},
    {"mixed degenerate, equations", 5, 6, 60, 50, 40, 70, 90, 10, 5, 50, 50, 5, 20, 80, 0, 0},
    {"mixed infeasible or unbounded", 5, 5, 55, 40, 40, 40, 20, 30, 5, 20, 100, 10, 10, 15, 0, 0},
};
enum { PROGRAM_CLASSES = sizeof program_classes / sizeof program_classes[0], PROGRAM_COLS = 8, PROGRAM_ROWS = 6 };

static inline bool program_chance(struct random *r, int percent) {
    return random_int(r, 1, 100) <= percent;
}

/* Factors that keep whole data exact: powers of 10 upwards for rows, powers of 2 both ways, from 1/most to most. */
static inline double program_factor(struct random *r, double most, bool row) {
    double factor = 1;
    if (most <= 1) return 1;
    if (row && random_int(r, 0, 1)) {
        for (int k = random_int(r, 0, (int)log10(most)); k > 0; k--) factor *= 10;
        return factor;
    }
    int e = (int)log2(sqrt(most));
    return ldexp(1, random_int(r, -e, e));
}

static inline void program_column(struct random *r, const struct program_class *c, struct model *m, double factor) {
    bool integer = program_chance(r, c->integers), binary = integer && program_chance(r, c->binaries);
    double lower = program_chance(r, 70) ? 0 : random_int(r, -4, 4), upper = lower + random_int(r, 1, integer ? 3 : 6);
    if (integer) factor = 1;
    if (binary) lower = 0, upper = 1;
    if (!integer && !program_chance(r, c->boxed)) {
        if (program_chance(r, c->infinite)) upper = INFINITY;
        if (program_chance(r, 10)) lower = -INFINITY;
    }
    if (program_chance(r, c->fixed) && lower > -INFINITY) upper = lower;
    if (!integer && program_chance(r, c->free)) lower = -INFINITY, upper = INFINITY;
    if (integer && !binary && program_chance(r, 5)) lower -= 0.5; /* rounds back to the same value */
    double cost = program_chance(r, 80) ? random_int(r, -6, 8) : 0;
    model_add_column(m, NULL, cost / factor, lower > -INFINITY ? lower * factor : -MODEL_INFINITY,
                     upper < INFINITY ? upper * factor : MODEL_INFINITY, integer);
}

/* A point within the bounds, which determines the sides if the program is to be feasible. */
static inline double program_value(struct random *r, const struct model *m, int j, double factor) {
    double low = m->lower[j], high = m->upper[j];
    if (low <= -MODEL_INFINITY) low = fmin(0, high) - 2 * factor;
    if (high >= MODEL_INFINITY) high = low + 4 * factor;
    if (m->integer[j]) return random_int(r, (int)ceil(low), (int)floor(high));
    return low + (high - low) * random_int(r, 0, 4) / 4;
}

static inline struct model *program_random(uint64_t seed, const struct program_class *c) {
    struct random r = {seed};
    struct model *m = model_new();
    struct error err;
    int rows = random_int(&r, 0, c->rows), cols = random_int(&r, 1, c->cols);
    double a[PROGRAM_ROWS][PROGRAM_COLS] = {{0}}, factor[PROGRAM_COLS], point[PROGRAM_COLS];
    bool feasible = program_chance(&r, c->feasible);
    m->maximize = program_chance(&r, 40);
    m->offset = program_chance(&r, 20) ? random_int(&r, -9, 9) : 0;
    for (int j = 0; j < cols; j++) {
        factor[j] = program_factor(&r, c->col_scale, false);
        program_column(&r, c, m, factor[j]);
        if (m->integer[j]) factor[j] = 1;
        point[j] = program_value(&r, m, j, factor[j]);
        bool empty = program_chance(&r, c->empty);
        for (int i = 0; i < rows && !empty; i++)
            if (program_chance(&r, c->percent)) a[i][j] = random_int(&r, -5, 6);
        int other = j > 0 && program_chance(&r, c->repeated) ? random_int(&r, 0, j - 1) : -1;
        for (int i = 0; i < rows && other >= 0; i++) a[i][j] = a[i][other];
    }
    for (int i = 0; i < rows; i++) {
        double scale = program_factor(&r, c->row_scale, true), at = 0;
        bool empty = program_chance(&r, c->empty);
        int other = i > 0 && program_chance(&r, c->repeated) ? random_int(&r, 0, i - 1) : -1;
        for (int j = 0; j < cols; j++) {
            if (empty) a[i][j] = 0;
            if (other >= 0) a[i][j] = -2 * a[other][j];
            at += a[i][j] * point[j] / factor[j];
        }
        double low = feasible ? at - (program_chance(&r, c->tight) ? 0 : random_int(&r, 0, 5))
                              : (program_chance(&r, c->tight) ? 0 : random_int(&r, -8, 12));
        double high = feasible ? at + random_int(&r, 0, 5) : low + random_int(&r, 0, 6);
        bool equation = program_chance(&r, c->equalities);
        if (equation) low = high = feasible ? at : low;
        int kind = equation ? 2 : random_int(&r, 0, 2);
        int row = model_add_row(m, NULL, kind == 0 ? -MODEL_INFINITY : low * scale,
                                kind == 1 ? MODEL_INFINITY : high * scale);
        for (int j = 0; j < cols; j++)
            if (a[i][j] != 0) model_add_entry(m, row, j, a[i][j] * scale / factor[j]);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

#endif
