#include "formulation/labels/labels_beyond.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "formulation/taso_program.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"

/* taso_run without the least budget that would do, which a frontier does not ask for. */
static bool beyond_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err) {
    (void)variant;
    return taso_solve(out, g, q, err);
}

bool labels_beyond_frontier(struct frontier *out, const struct instance *g, const struct request *q,
                            struct error *err) {
    static const struct method program = {.name = "taso", .run = beyond_run, .proof = METHOD_PROVES};
    assert(!q->stream_input);
    if (!frontier_walk(out, g, q, &program, err)) return false;
    out->by_program = true;
    return true;
}

/* --- two budgets --- */

/* One program; *found has no choice if nothing fits. *proven: it is the fastest, or nothing fits. */
static bool beyond_ask(struct frontier_point *found, bool *proven, struct frontier *count, const struct instance *g,
                       const struct request *q, struct error *err) {
    struct answer a = {.outcome = OUTCOME_FEASIBLE, .bound_ns = -1, .least_bytes = -1};
    *found = (struct frontier_point){0};
    assert(!q->stream_input);
    if (!taso_solve(&a, g, q, err)) return false;
    *proven = a.outcome == OUTCOME_OPTIMAL || a.outcome == OUTCOME_INFEASIBLE;
    count->nodes += a.nodes;
    count->iterations += a.iterations;
    if (!a.choice) return true;
    struct evaluation e = taso_judged(g, a.choice, &a.streams, q);
    assert(e.possible && e.memory_bytes <= q->budget_bytes && e.weights_bytes <= q->flash_bytes);
    *found = (struct frontier_point){e.memory_bytes, e.time_ns, a.choice, a.streams, e.weights_bytes};
    return true;
}

static void point_drop(struct frontier_point *p) {
    free(p->choice);
    selection_streams_free(&p->streams);
    *p = (struct frontier_point){0};
}

/* The fastest of K <= flash in the level above, if it keeps within the bound; then it is the fastest here. */
static bool above_take(struct frontier_point *found, struct frontier *above, int64_t flash, int64_t bound) {
    int at = 0;
    while (at < above->points && above->point[at].flash_bytes > flash) at++;
    if (at == above->points || above->point[at].memory_bytes > bound) return false;
    struct frontier_point *p = &above->point[at];
    *found = *p;
    p->choice = NULL;
    p->streams = (struct streams){0, NULL};
    assert(found->choice); /* no K comes twice in a level */
    return true;
}

/* Nothing of K <= flash fits even within the larger bound of the level above. */
static bool above_excludes(const struct frontier *above, int64_t flash) {
    return above->points > 0 && flash < above->point[above->points - 1].flash_bytes;
}

bool labels_beyond_level(struct frontier *level, struct frontier *above, const struct instance *g,
                         const struct request *q, int64_t bound, double deadline, struct error *err) {
    struct request at = *q;
    *level = (struct frontier){.complete = true};
    at.budget_bytes = bound;
    assert(bound >= 0 && (above->points == 0 || above->complete));
    while (at.flash_bytes >= 0 && !above_excludes(above, at.flash_bytes)) {
        struct frontier_point p;
        bool proven = true;
        at.time_limit_s = fmax(0, deadline - clock_wall());
        if (!above_take(&p, above, at.flash_bytes, bound) && !beyond_ask(&p, &proven, level, g, &at, err)) {
            frontier_free(level);
            return false;
        }
        level->complete = proven;
        if (!proven || !p.choice) {
            point_drop(&p);
            break;
        }
        assert(p.flash_bytes <= at.flash_bytes); /* so the walk ends */
        at.flash_bytes = p.flash_bytes - 1;
        level->point = memory_grow(level->point, &level->room, (size_t)level->points + 1, sizeof *level->point);
        level->point[level->points++] = p;
    }
    return true;
}

/* --- what would do --- */

static bool beyond_stopped(struct error *err) {
    return error_set(err, "a limit came before it was known what would fit");
}

bool labels_beyond_least_ram(int64_t *least, const struct instance *g, const struct request *q, int64_t flash,
                             struct error *err) {
    struct request at = *q;
    struct answer count = {0};
    struct solved s;
    assert(flash >= 0 && !memory_model_adds_up(q->model));
    at.budget_bytes = METHOD_NO_BUDGET;
    at.flash_bytes = flash;
    if (!taso_least(&s, &count, g, &at, INT64_MAX, err)) return false;
    const bool known = s.outcome == OUTCOME_OPTIMAL || s.outcome == OUTCOME_INFEASIBLE;
    *least = s.outcome == OUTCOME_OPTIMAL ? taso_judged(g, s.choice, &s.streams, &at).memory_bytes : -1;
    taso_solved_free(&s);
    return known || beyond_stopped(err);
}

bool labels_beyond_least_flash(int64_t *least, const struct instance *g, const struct request *q, int64_t bound,
                               struct error *err) {
    struct request at = *q;
    struct frontier count = {0};
    int64_t low = 0, high = METHOD_NO_BUDGET; /* no selection has less than low; one has high, unless it is none */
    at.budget_bytes = bound;
    at.flash_bytes = METHOD_NO_BUDGET;
    *least = -1;
    while (low < high) {
        struct frontier_point p;
        bool proven;
        if (!beyond_ask(&p, &proven, &count, g, &at, err)) return false;
        const bool any = p.choice != NULL;
        const int64_t flash = p.flash_bytes;
        point_drop(&p);
        if (!any && !proven) return beyond_stopped(err);
        if (any)
            *least = high = flash;
        else if (high == METHOD_NO_BUDGET)
            return true;
        else
            low = at.flash_bytes + 1;
        assert(low <= high);
        at.flash_bytes = low + (high - low) / 2;
    }
    return true;
}
