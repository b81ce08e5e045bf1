/* sixty_columns.h - random programs of sixty columns, too many to enumerate; the caller frees them. */
#ifndef TESTS_SUPPORT_SIXTY_COLUMNS_H
#define TESTS_SUPPORT_SIXTY_COLUMNS_H
#include <math.h>
#include <stdio.h>

#include "solver/base/random.h"
#include "solver/model/model.h"
#include "tests/support/harness.h"

enum { SIXTY_BINARIES = 48, SIXTY_FLOWS = 12 };

static inline void sixty_columns_add(struct model *m, int row, int col, double value) {
    model_add_entry(m, row, col, value);
}

/* One-hot rows over blocks of binaries, knapsacks, covers, and flows that binaries switch on. */
static inline struct model *sixty_columns_program(long seed) {
    struct random r = {(uint64_t)seed * 7919 + 13};
    struct model *m = model_new();
    int columns = SIXTY_BINARIES + SIXTY_FLOWS;
    for (int j = 0; j < columns; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        bool binary = j < SIXTY_BINARIES;
        double cost = binary ? random_int(&r, -20, 30) : random_int(&r, -9, -1);
        model_add_column(m, name, cost, 0, binary ? 1 : random_int(&r, 3, 12), binary);
    }
    int rows = 0;
    char name[16];
    for (int first = 0; first + 6 <= SIXTY_BINARIES / 2; first += 6) {
        snprintf(name, sizeof name, "hot%d", rows);
        model_add_row(m, name, 1, 1);
        for (int k = 0; k < 6; k++) sixty_columns_add(m, rows, first + k, 1);
        rows++;
    }
    for (int knapsack = 0; knapsack < 4; knapsack++, rows++) {
        double sum = 0;
        double weight[SIXTY_BINARIES];
        for (int j = 0; j < SIXTY_BINARIES; j++) {
            weight[j] = random_int(&r, 0, 2) ? random_int(&r, 1, 60) : 0;
            sum += weight[j];
        }
        snprintf(name, sizeof name, "sack%d", rows);
        model_add_row(m, name, -MODEL_INFINITY, floor(sum * (0.15 + 0.1 * random_unit(&r))));
        for (int j = 0; j < SIXTY_BINARIES; j++)
            if (weight[j] > 0) sixty_columns_add(m, rows, j, weight[j]);
    }
    for (int cover = 0; cover < 8; cover++, rows++) {
        snprintf(name, sizeof name, "cover%d", rows);
        model_add_row(m, name, 1, MODEL_INFINITY);
        int at = random_int(&r, 0, SIXTY_BINARIES - 20);
        for (int k = 0; k < 5; k++) sixty_columns_add(m, rows, at + 4 * k, 1);
    }
    for (int flow = 0; flow < SIXTY_FLOWS; flow++, rows++) {
        snprintf(name, sizeof name, "switch%d", rows);
        model_add_row(m, name, -MODEL_INFINITY, 0);
        sixty_columns_add(m, rows, SIXTY_BINARIES + flow, 1);
        sixty_columns_add(m, rows, SIXTY_BINARIES / 2 + flow, -(double)random_int(&r, 4, 15));
    }
    snprintf(name, sizeof name, "demand%d", rows);
    model_add_row(m, name, random_int(&r, 5, 20), random_int(&r, 25, 45));
    for (int flow = 0; flow < SIXTY_FLOWS; flow++) sixty_columns_add(m, rows, SIXTY_BINARIES + flow, 1);
    struct error err;
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

#endif
