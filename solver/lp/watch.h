/* watch.h - telling a struct lp_watch (lp.h) what a solve does. All of this returns at once if there is none. */
#ifndef SOLVER_LP_WATCH_H
#define SOLVER_LP_WATCH_H
#include "solver/lp/simplex.h"

/* A phase begins; the one before it ends, and its iterations and seconds are added up. LP_PHASES: nothing begins. */
void watch_enter(const struct simplex *s, enum lp_phase phase);
void watch_report(const struct simplex *s); /* if a report is due */

#endif
