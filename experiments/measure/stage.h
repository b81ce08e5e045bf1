/* stage.h - a network, ready to run one plan after another: how plans are timed, in the rehearsal and back to back.
 *
 * Weights are scaled so that signals neither vanish nor overflow, and quick to make. Those that the next plan shares
 * with the last one are handed over. */
#ifndef EXPERIMENTS_MEASURE_STAGE_H
#define EXPERIMENTS_MEASURE_STAGE_H
#include "experiments/runtime/measure.h"
#include "experiments/runtime/runtime.h"

struct stage {
    const struct network *network; /* folded */
    int threads;
    struct weights weights;
    float *in;
    struct plan *plan; /* the last one, and its runtime */
    struct runtime *runtime;
};

bool stage_init(struct stage *s, const struct network *folded, int threads, struct error *err);
void stage_free(struct stage *s);
/* Takes the plan over. warm: runs that are not timed, before the others. */
struct stage_runs {
    int warm, runs;
    int64_t *step_ns;  /* [runs x steps] times of the steps; NULL: they are not timed */
    int64_t *whole_ns; /* [runs] of runs in which the steps are not timed; NULL: no such runs */
};
bool stage_run(struct stage *s, const struct stage_runs *of, struct plan *plan, const struct measure *m,
               struct error *err);

#endif
