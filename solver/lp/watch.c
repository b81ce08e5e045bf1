/* Telling a struct lp_watch what a solve does. */
#include <assert.h>
#include <math.h>

#include "solver/base/clock.h"
#include "solver/lp/simplex.h"

const char *const lp_phase_names[] = {"dual, phase 1", "dual", "primal", "first order", "sifting"};
_Static_assert(sizeof lp_phase_names / sizeof lp_phase_names[0] == LP_PHASES, "a phase has no name");

void lp_watch_init(struct lp_watch *w, double every, void (*report)(void *context, const struct lp_progress *p),
                   void *context) {
    *w = (struct lp_watch){.report = report, .context = context, .every = every, .next = clock_wall() + every};
    w->now.phase = LP_PHASES;
}

void watch_enter(const struct simplex *s, enum lp_phase phase) {
    struct lp_watch *w = s->run.control ? s->run.control->watch : NULL;
    if (!w) return;
    double now = clock_wall();
    if (w->now.phase < LP_PHASES && s->run.iterations >= w->now.iterations) {
        struct lp_spent *spent = &w->spent[w->now.phase];
        spent->iterations += s->run.iterations - w->now.iterations;
        spent->seconds += now - w->now.clock;
        assert(spent->iterations >= 0 && spent->seconds >= 0);
    }
    w->now.phase = phase;
    w->now.iterations = s->run.iterations;
    w->now.clock = now;
}

static struct lp_progress watch_progress(const struct simplex *s, enum lp_phase phase) {
    struct lp_progress p = {.phase = phase, .iterations = s->run.iterations};
    bool dual = phase == LP_DUAL || phase == LP_DUAL_ONE;
    for (int j = 0; j < s->total; j++) {
        double off = fabs(simplex_violation(s, j));
        if (!dual && j < s->cols) p.objective += s->cost[j] * s->x[j];
        if (off <= s->tolerance.primal) continue;
        p.infeasible++;
        p.infeasibility += off;
    }
    if (dual) p.objective = s->objective;
    return p;
}

void watch_report(const struct simplex *s) {
    struct lp_watch *w = s->run.control->watch;
    if (!w || !w->report || w->now.phase >= LP_PHASES) return;
    double now = clock_wall();
    if (now < w->next) return;
    struct lp_progress p = watch_progress(s, w->now.phase);
    assert(p.infeasible >= 0 && p.infeasibility >= 0);
    w->next = now + w->every;
    w->report(w->context, &p);
}
