#include "formulation/frontier.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/least.h"
#include "formulation/sizes.h"
#include "solver/base/check.h"
#include "solver/base/clock.h"
#include "solver/base/limits.h"
#include "solver/base/memory.h"

struct explorer {
    struct frontier *out;
    const struct instance *g;
    struct request q; /* the budget is that of the next question */
    const struct method *method;
    double deadline; /* clock_wall() at which all questions have to be answered */
};

struct found { /* the answer for one budget */
    bool proven, any;
    int64_t memory_bytes, time_ns;
    int *choice;
    struct streams streams;
};

static void found_free(struct found *f) {
    free(f->choice);
    selection_streams_free(&f->streams);
    f->choice = NULL;
}

static void point_free(struct frontier_point *p) {
    free(p->choice);
    selection_streams_free(&p->streams);
}

void frontier_free(struct frontier *f) {
    for (int i = 0; i < f->points; i++) point_free(&f->point[i]);
    free(f->point);
    *f = (struct frontier){0};
}

static double frontier_deadline(const struct request *q) {
    assert(q->time_limit_s >= 0);
    return q->time_limit_s < LIMITS_NO_DEADLINE ? clock_wall() + q->time_limit_s : LIMITS_NO_DEADLINE;
}

/* The optimum within the budget, or that nothing fits, for which a trivial bound may suffice. */
static bool explorer_ask(struct found *f, struct explorer *x, int64_t budget, struct error *err) {
    struct answer a = {.outcome = OUTCOME_FEASIBLE, .bound_ns = -1, .least_bytes = -1};
    *f = (struct found){.proven = true};
    assert(x->method->proof == METHOD_PROVES);
    const int64_t bound =
        x->q.streaming == STREAMING_OFF ? least_bound(x->g, x->q.model) : 0; /* of layers as a whole */
    if (budget < bound) return true;
    x->q.budget_bytes = budget;
    if (x->deadline < LIMITS_NO_DEADLINE) x->q.time_limit_s = fmax(0, x->deadline - clock_wall());
    if (!x->method->run(&a, x->g, &x->q, x->method->variant, err)) return false;
    x->out->nodes += a.nodes;
    x->out->iterations += a.iterations;
    f->proven = a.outcome == OUTCOME_OPTIMAL || a.outcome == OUTCOME_INFEASIBLE;
    if (a.choice) {
        struct evaluation e = selection_evaluate_streamed(x->g, a.choice, &a.streams, x->q.model, x->q.conversions);
        assert(e.possible && e.memory_bytes <= budget);
        *f = (struct found){f->proven, true, e.memory_bytes, e.time_ns, a.choice, a.streams};
    }
    return true;
}

static void explorer_add(struct explorer *x, struct found *f) {
    struct frontier *out = x->out;
    assert(f->any && f->choice); /* moved into the point */
    out->point = memory_grow(out->point, &out->room, (size_t)out->points + 1, sizeof *out->point);
    out->point[out->points++] = (struct frontier_point){f->memory_bytes, f->time_ns, f->choice, f->streams, 0};
    f->choice = NULL;
    f->streams = (struct streams){0, NULL};
}

static void explorer_reverse(struct explorer *x) {
    struct frontier *out = x->out;
    for (int i = 0, j = out->points - 1; i < j; i++, j--) {
        struct frontier_point swap = out->point[i];
        out->point[i] = out->point[j];
        out->point[j] = swap;
    }
}

/* Strictly: more memory, less time. */
static bool check_monotone(const struct frontier *f) {
    for (int i = 0; i < f->points; i++) {
        assert(f->point[i].choice && f->point[i].memory_bytes >= 0);
        assert(i == 0 || f->point[i - 1].memory_bytes < f->point[i].memory_bytes);
        assert(i == 0 || f->point[i - 1].time_ns > f->point[i].time_ns);
    }
    return true;
}

bool frontier_walk(struct frontier *out, const struct instance *g, const struct request *q, const struct method *m,
                   struct error *err) {
    struct explorer x = {out, g, *q, m, frontier_deadline(q)};
    int64_t budget = q->budget_bytes;
    *out = (struct frontier){.complete = true};
    for (;;) {
        struct found f;
        if (!explorer_ask(&f, &x, budget, err)) {
            frontier_free(out);
            return false;
        }
        out->complete = f.proven;
        if (f.any && f.proven) {
            if (out->points > 0 && out->point[out->points - 1].time_ns == f.time_ns) /* as fast, and smaller */
                point_free(&out->point[--out->points]);
            explorer_add(&x, &f);
        }
        found_free(&f);
        if (!f.any || !f.proven) break;
        assert(f.memory_bytes - 1 < budget); /* so the walk ends */
        budget = f.memory_bytes - 1;
    }
    out->missed_ns = out->complete ? 0 : FRONTIER_UNKNOWN;
    out->stopped = !out->complete;
    explorer_reverse(&x);
    CHECK(check_monotone(out));
    return true;
}

/* Adds the points with memory in (size[low], size[high]], whose ends are known. */
static bool sweep_between(struct explorer *x, const int64_t *size, int low, const struct found *at_low, int high,
                          struct found *at_high, struct error *err) {
    struct found middle;
    assert(low < high && (!at_low->any || at_low->time_ns >= at_high->time_ns || !at_high->any || !at_high->proven));
    if (!at_high->any || (at_low->any && at_low->time_ns == at_high->time_ns)) return true;
    if (high - low == 1) {
        explorer_add(x, at_high);
        return true;
    }
    int half = low + (high - low) / 2;
    if (!explorer_ask(&middle, x, size[half], err)) return false;
    x->out->complete = x->out->complete && middle.proven;
    struct found half_low = middle; /* the same answer; only one of the two keeps the selection */
    bool ok = sweep_between(x, size, low, at_low, half, &middle, err) &&
              sweep_between(x, size, half, &half_low, high, at_high, err);
    found_free(&middle);
    return ok;
}

bool frontier_sweep(struct frontier *out, const struct instance *g, const struct request *q, const struct method *m,
                    struct error *err) {
    if (!memory_model_is_a_size(q->model)) return frontier_walk(out, g, q, m, err);
    struct explorer x = {out, g, *q, m, frontier_deadline(q)};
    struct found nothing = {.proven = true}, all;
    int count;
    int64_t *size = sizes_workspaces(&count, g);
    *out = (struct frontier){.complete = true};
    while (count > 0 && size[count - 1] > q->budget_bytes) count--;
    bool ok = true;
    if (count > 0) {
        ok = explorer_ask(&all, &x, size[count - 1], err);
        out->complete = out->complete && ok && all.proven;
        ok = ok && sweep_between(&x, size, -1, &nothing, count - 1, &all, err);
        found_free(&all);
    }
    free(size);
    out->missed_ns = out->complete ? 0 : FRONTIER_UNKNOWN;
    out->stopped = !out->complete;
    CHECK(!ok || !out->complete || check_monotone(out));
    if (!ok) frontier_free(out);
    return ok;
}
