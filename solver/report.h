/* report.h - what the programs print of an answer or of a proof that was checked: `key: value` lines or JSON. */
#ifndef SOLVER_REPORT_H
#define SOLVER_REPORT_H
#include "solver/base/keys.h"
#include "solver/base/limits.h"
#include "solver/milp.h"

/* The answer; log: with JSON, its facts too. Leaves the object open: keys_end is the caller's. */
void report_result(struct keys *k, const struct milp_result *r, bool log);

/* Checks a proof in the format VIPR of the program m and prints what is proven. False: the file is malformed or about
 * another program. Nothing of lp, presolve and search is called. */
bool report_vipr(bool *proven, const char *path, bool json, const struct model *m, const struct limits *limits,
                 struct error *err);

#endif
