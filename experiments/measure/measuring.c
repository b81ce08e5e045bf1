#include "experiments/measure/measuring.h"

#include <assert.h>

#include "experiments/measure/progress.h"
#include "solver/base/clock.h"

void measuring_add(struct profiler *p, const struct unit *u, const struct measured *m) {
    const struct timing *took = &m->took;
    struct profile_row row = {.kind = u->kind,
                              .scenario = u->text,
                              .name = (char *)(uintptr_t)m->name, /* copied by profile_add */
                              .from = m->from,
                              .to = m->to,
                              .median_ns = took->median_ns,
                              .min_ns = took->min_ns,
                              .spread_ns = took->spread_ns < 0 ? PROFILE_MISSING : took->spread_ns,
                              .runs = took->runs,
                              .workspace_bytes = (int64_t)m->workspace,
                              .weights_bytes = (int64_t)m->weights};
    assert(took->min_ns <= took->median_ns && took->runs >= 1);
    profile_add(p->profile, &row);
}

void measuring_show(const struct profiler *p, enum work kind, double within_s) {
    const double left = estimate_left(&p->estimate, kind, within_s), spent = estimate_spent(&p->estimate);
    const double now = spent + (p->unit_begun_s > 0 ? clock_wall() - p->unit_begun_s : 0);
    progress_at(now / (now + left + 1e-9), left, p->what);
}
