/* report_vipr.h - a proof checked and what is proven printed, as `milp --verify` and `taso verify` do. Links without lp,
 * presolve and search (tests/experiments/test_verify.c). */
#ifndef SOLVER_REPORT_VIPR_H
#define SOLVER_REPORT_VIPR_H
#include "solver/base/limits.h"
#include "solver/model/model.h"

/* Checks a proof in the format VIPR of the program m. False: the file is malformed or about another program. */
bool report_vipr(bool *proven, const char *path, bool json, const struct model *m, const struct limits *limits,
                 struct error *err);

#endif
