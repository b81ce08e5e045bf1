/* exact_duals.h - multipliers of the rows in exact arithmetic, for the claims of solver/exact/exact.h that depend on
 * them.
 *
 * Their value is the least of y's over the row bounds plus d'x over the box, where d = scale c - A'y; it needs a bound
 * wherever a multiplier or a sum d is not 0. Multipliers in doubles miss exact zeros by rounding; such sums are
 * repaired in four ways, the cheap ones first: by a bound that follows from the rows (solver/exact/exact_box.h); by
 * moving y slightly, so that sums are on the side that has a bound (Agmon 1954); by solving for some multipliers
 * exactly, so that sums are 0 (Applegate, Cook, Dash and Espinoza 2007); and, if these sums depend on one another, by
 * solving first for those that would otherwise need a bound. */
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
    struct rational common;      /* > 0; y, d and value are multiplied by it */
    struct rational *y, *d;      /* [rows], [cols] */
    int *zero;                   /* [cols] not 0: d is to be 0, with priority for greater numbers */
    struct exact_box *own, *box; /* the model's bounds, and those with implied ones */
    struct rational value;       /* least of y's over the row bounds plus d'x over the box */
    double loss;                 /* how much of it is due to implied bounds */
};

/* Whether y[rows], repaired if need be and if `repair`, have a value. To be freed either way. */
bool exact_duals_init(struct exact_duals *s, const struct model *m, const double *y, int scale, bool repair,
                      const struct limits *limits, struct error *why);
void exact_duals_free(struct exact_duals *s);

#endif
