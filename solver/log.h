/* log.h - the log of a run, for people to read: what was given, what presolve made of it, the first relaxation by
 * phase, rounds of cuts by separator, the search, and at the end what everything took. All numbers are those of
 * struct facts, objectives in the model's sense. */
#ifndef SOLVER_LOG_H
#define SOLVER_LOG_H
#include "solver/facts.h"

#define LOG_EVERY 1.0 /* s between lines of an LP */

void log_given(FILE *out, const struct model *m, const struct facts *f);
void log_relaxation_step(FILE *out, const struct lp_progress *p, double seconds);
/* At the end of the first relaxation. */
void log_relaxation(FILE *out, const struct facts *f);
void log_round(FILE *out, const struct search_round *r, double objective);
/* new_solution: the incumbent is new. */
void log_search(FILE *out, const struct search_progress *p, bool new_solution);
void log_end(FILE *out, const struct facts *f);

#endif
