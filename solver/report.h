/* report.h - what `milp` prints of an answer: `key: value` lines or JSON. */
#ifndef SOLVER_REPORT_H
#define SOLVER_REPORT_H
#include "solver/base/keys.h"
#include "solver/milp.h"

/* The answer; log: with JSON, its facts too. Leaves the object open: keys_end is the caller's. */
void report_result(struct keys *k, const struct milp_result *r, bool log);

#endif
