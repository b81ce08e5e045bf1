/* taso_program.h - one integer program from a request to a checked selection: what the methods of taso.c consist of. */
#ifndef FORMULATION_TASO_PROGRAM_H
#define FORMULATION_TASO_PROGRAM_H
#include "formulation/ilp.h"

struct solved {
    enum outcome outcome;
    int *choice; /* or NULL; the caller frees it and the streams: taso_solved_free */
    struct streams streams;
    double objective, bound;
};

void taso_solved_free(struct solved *s);
struct evaluation taso_judged(const struct instance *g, const int *choice, const struct streams *streams,
                              const struct request *q);
/* Solves the program of `goal` on a core; adds its nodes and iterations to `count`. The selection has passed the
 * judge. */
bool taso_program(struct solved *out, struct answer *count, const struct core *core, const struct ilp_goal *goal,
                  const struct request *q, struct error *err);
/* (8) without least_bytes, as a least_solver. */
bool taso_solve(struct answer *out, const struct instance *g, const struct request *q, struct error *err);
/* min M s.t. T <= most_ns, and K within the flash budget, as one program. */
bool taso_least(struct solved *out, struct answer *count, const struct instance *g, const struct request *q,
                int64_t most_ns, struct error *err);

#endif
