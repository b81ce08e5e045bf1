/* lattice_internal.h - what lattice.c (rows one by one) and lattice_system.c (equations together) share. */
#ifndef SOLVER_LATTICE_LATTICE_INTERNAL_H
#define SOLVER_LATTICE_LATTICE_INTERNAL_H
#include "solver/lattice/lattice.h"
#include "solver/model/rows.h"

/* sum of value[k] x[col[k]] is a whole number from low to high */
struct lattice_row {
    int count, *col;
    double *value; /* whole, without a common divisor */
    double low, high;
};

struct lattice {
    const struct model *m;
    struct rows by_row;
    struct lattice_row *row; /* [rows] */
    int rows;
    int *uses;   /* [cols] rows that hold the column */
    bool *boxed; /* [cols] of small range */
    bool empty;
};

void lattice_row_free(struct lattice_row *r);
double lattice_lower(const struct model *m, int col); /* of an integer column: whole, or infinite */
double lattice_upper(const struct model *m, int col);

/* The rows that allow a single value, together; x as in lattice.h. Overwrites the rows. */
enum lattice_answer lattice_system_search(double *x, struct lattice *l, const struct limits *limits);

#endif
