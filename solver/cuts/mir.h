/* mir.h - mixed-integer rounding of an aggregated row (Marchand & Wolsey 2001).
 *
 * Rows A x - s = 0 hold for any solution, and so does every combination sum_j g_j v_j = 0 over columns and logicals.
 * With v_j written as the distance t_j >= 0 from a bound, sum c_j t_j <= b, and with a divisor d, f = frac(b/d),
 *
 *     sum_int (floor(c_j/d) + max(0, frac(c_j/d) - f)/(1 - f)) t_j + sum_cont min(0, c_j/d)/(1 - f) t_j <= floor(b/d).
 *
 * Gomory's mixed-integer cut is that of a row of the tableau, with d = 1. Multipliers may be inexact: every combination
 * is valid. */
#ifndef SOLVER_CUTS_MIR_H
#define SOLVER_CUTS_MIR_H
#include "solver/cuts/cuts.h"

/* An entry that is not zero, while divisors are tried. */
struct mir_term {
    double value, distance; /* the coefficient of the distance from a bound, and that distance */
    int entry;              /* of `list` */
    bool whole;             /* an integer */
};

struct mir {
    struct cuts *c;
    double *coef; /* [cols + rows]: the combination, zero outside `list` */
    int *list;    /* variables that may have a coefficient */
    bool *listed; /* [cols + rows] */
    int count;
    double *t;              /* [count] per listed variable: coefficient of its distance */
    double scale;           /* sum of the magnitudes that the side consists of */
    unsigned char *side;    /* [count] the bound from which the distance is measured */
    struct mir_term *terms; /* [terms_count] of the combination with its sign, in the order of `list` */
    int terms_count;
    double *dense; /* [cols] the cut, zero between calls, as are seen and touches */
    bool *seen;    /* [cols] */
    int *touched, touches;
};

void mir_init(struct mir *r, struct cuts *c);
void mir_free(struct mir *r);
void mir_clear(struct mir *r);
void mir_add_row(struct mir *r, int row, double multiplier); /* of the LP */
/* Tries the combination and its negative; with `divisor` > 0 that alone. Offers the best cut. True if one was
 * violated. */
bool mir_try(struct mir *r, double divisor, const char *made_by);

/* Aggregation: the combination's continuous column that is farthest from its bounds, and the shortest row that
 * eliminates it. False: there is none. */
bool mir_choose_elimination(struct mir *r, const bool *used, int *col, int *row);
/* May row i of the model, which holds the continuous column j, eliminate it? It is not used, an equation or tight. */
bool mir_eliminates(const struct mir *r, int i, int j, const bool *used);
void mir_eliminate(struct mir *r, int col, int row);

#endif
