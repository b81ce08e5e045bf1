/* exact_duals.h - multipliers of the rows in exact arithmetic, for the claims of solver/exact/exact.h that rest on
 * them.
 *
 * Their value is the least of y's over the row bounds plus d'x over the box, where d = scale c - A'y; it needs a bound
 * wherever a multiplier or a sum d is not 0. Multipliers in doubles miss exact zeros by rounding; such sums are met in
 * four ways, the cheap ones first: by a bound that follows from the rows (solver/exact/exact_box.h); by moving y a
 * little, so that sums are on the side that has a bound (Agmon 1954); by solving for some multipliers exactly, so that
 * sums are 0 (Applegate, Cook, Dash and Espinoza 2007); and, where these sums depend on one another, by solving first
 * for those that would need a bound otherwise. */
#ifndef SOLVER_EXACT_EXACT_DUALS_H
#define SOLVER_EXACT_EXACT_DUALS_H
#include "solver/base/limits.h"
#include "solver/exact/rational.h"
#include "solver/model/model.h"

struct exact_duals {
    const struct model *m;
    int scale;                   /* of the costs */
    double *given;               /* [rows] multipliers as given, without noise */
    const struct limits *limits; /* of the repairs */
    struct rational common;      /* > 0; y, d and value are that many times what they stand for */
    struct rational *y, *d;      /* [rows], [cols] */
    int *zero;                   /* [cols] not 0: d is to be 0; where not all can be, rather those of greater numbers */
    struct exact_box *own, *box; /* the model's bounds, and with what follows from them */
    struct rational value;       /* least of y's over the row bounds plus d'x over the box */
    double loss;                 /* how much of it is due to bounds that only follow */
};

/* Whether y[rows], repaired if need be and if `repair`, have a value. To be freed either way. */
bool exact_duals_init(struct exact_duals *s, const struct model *m, const double *y, int scale, bool repair,
                      const struct limits *limits, struct error *why);
void exact_duals_free(struct exact_duals *s);

#endif
