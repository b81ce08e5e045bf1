#include "solver/lp/scale.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

static double power_of_two(double value) {
    int exponent;
    assert(!(value < 0)); /* the reciprocal of a magnitude; infinite for denormal ones */
    double fraction = frexp(value, &exponent);
    return ldexp(1, fraction < 0.70710678118654752 ? exponent - 1 : exponent);
}

/* One sweep: each row (then column) by 1 / sqrt(least x largest) of its entries times the other factors. */
static void scale_sweep(double *factor, const double *other, const struct matrix *lines) {
    for (int j = 0; j < lines->cols; j++) {
        double least = INFINITY, most = 0;
        for (int k = lines->start[j]; k < lines->start[j + 1]; k++) {
            double v = fabs(lines->value[k]) * other[lines->index[k]];
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        factor[j] = most > 0 ? 1 / (sqrt(least) * sqrt(most)) : 1;
    }
}

static void scale_largest(double *factor, const double *other, const struct matrix *lines) {
    for (int j = 0; j < lines->cols; j++) {
        double most = 0;
        for (int k = lines->start[j]; k < lines->start[j + 1]; k++) {
            double v = fabs(lines->value[k]) * other[lines->index[k]];
            most = v > most ? v : most;
        }
        factor[j] = most > 0 ? 1 / most : 1;
    }
}

static void scale_geometric(double *row, double *col, const struct matrix *a, const struct matrix *by_row) {
    for (int pass = 0; pass < 4; pass++) {
        scale_sweep(row, col, by_row);
        scale_sweep(col, row, a);
    }
    scale_largest(col, row, a);
}

/* Mixed takes a tenth fewer pivots on Netlib than geometric; it loses little to equilibration where it does, and on
 * maros-r7 it takes two thirds of the pivots. */
void scale_choose(double *row, double *col, const struct matrix *a, int scaling) {
    assert(scaling >= SCALING_MIXED && scaling <= SCALING_OFF);
    double least = INFINITY, most = 0;
    for (int i = 0; i < a->rows; i++) row[i] = 1;
    for (int j = 0; j < a->cols; j++) col[j] = 1;
    for (int k = 0; k < a->start[a->cols]; k++) {
        double size = fabs(a->value[k]);
        least = size < least ? size : least;
        most = size > most ? size : most;
    }
    if (scaling == SCALING_OFF || (least >= 0.2 && most <= 5)) return;
    struct matrix by_row;
    matrix_transpose(&by_row, a);
    if (scaling == SCALING_GEOMETRIC) {
        scale_geometric(row, col, a, &by_row);
    } else {
        scale_largest(row, col, &by_row);
        (scaling == SCALING_MIXED ? scale_sweep : scale_largest)(col, row, a);
    }
    for (int i = 0; i < a->rows; i++) row[i] = power_of_two(row[i]);
    for (int j = 0; j < a->cols; j++) col[j] = power_of_two(col[j]);
    assert(by_row.rows == a->cols && by_row.cols == a->rows);
    matrix_free(&by_row);
}
