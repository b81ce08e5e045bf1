#include "solver/verify.h"

#include <assert.h>
#include <math.h>

#include "solver/exact/exact.h"

#define VERIFY_VIOLATION 1e-6 /* of a solution, absolute, as milp promises */
#define VERIFY_CLOSE     1e-6 /* relative, of a solution's objective and the bound */

const char *const verify_names[] = {"no", "yes", "bound only", "direction only"};

static bool verify_close(double a, double b) {
    return fabs(a - b) <= VERIFY_CLOSE * fmax(1, fmax(fabs(a), fabs(b)));
}

static bool verify_has_integers(const struct model *m) {
    for (int j = 0; j < m->cols; j++)
        if (m->integer[j]) return true;
    return false;
}

/* Whether the file has a solution that holds, with the objective claimed. */
static bool verify_solution(const struct model *m, const struct certificate *c, struct error *why) {
    if (c->relaxation && verify_has_integers(m))
        return error_set(why,
                         "the certificate is of the relaxation: it does not show that a solution in integers exists");
    if (!c->x) return error_set(why, "the certificate has no solution");
    double off = model_violation(m, c->x), objective = model_objective(m, c->x);
    if (!(off <= VERIFY_VIOLATION))
        return error_set(why, "the solution violates rows, bounds or integrality by %.3g", off);
    if (c->has_objective && !verify_close(c->objective, objective))
        return error_set(why, "the objective is claimed to be %.12g, but the solution's is %.12g", c->objective,
                         objective);
    return true;
}

/* Whether all claims of the file are those of an optimum with this bound. */
static bool verify_optimum(const struct model *m, const struct certificate *c, double bound, struct error *why) {
    if (c->has_objective && !verify_close(c->objective, bound))
        return error_set(why, "the objective is claimed to be %.12g, but the bound is %.12g", c->objective, bound);
    if (c->has_bound && !verify_close(c->bound, bound))
        return error_set(why, "the bound is claimed to be %.12g, but %.12g is proven", c->bound, bound);
    if (!verify_solution(m, c, why)) return false;
    double objective = model_objective(m, c->x);
    if (verify_close(objective, bound)) return true;
    return error_set(why, "the solution's objective is %.12g, but the bound is %.12g", objective, bound);
}

static void verify_optimal(struct verify_verdict *v, const struct model *m, const struct certificate *c,
                           const struct limits *limits) {
    double bound = 0;
    if (!exact_bound(&bound, m, c->proof, limits, &v->why)) return;
    v->has_bound = true;
    assert(isfinite(bound)); /* exact_bound returned true */
    v->bound = m->maximize ? -bound : bound;
    v->proven = verify_optimum(m, c, v->bound, &v->why) ? VERIFY_YES : VERIFY_BOUND;
}

static void verify_infeasible(struct verify_verdict *v, const struct model *m, const struct certificate *c,
                              const struct limits *limits) {
    if (c->has_objective || c->has_bound || c->x)
        error_set(&v->why, "an infeasible program has no solution, objective or bound, but the certificate has");
    else if (exact_farkas(m, c->proof, limits, &v->why))
        v->proven = VERIFY_YES;
}

static void verify_unbounded(struct verify_verdict *v, const struct model *m, const struct certificate *c,
                             const struct limits *limits) {
    if (c->has_bound)
        error_set(&v->why, "an unbounded program has no bound, but the certificate has");
    else if (exact_ray(m, c->proof, limits, &v->why))
        v->proven = verify_solution(m, c, &v->why) ? VERIFY_YES : VERIFY_DIRECTION;
}

void verify_certificate(struct verify_verdict *v, const struct model *m, const struct certificate *c,
                        const struct limits *limits) {
    *v = (struct verify_verdict){.proven = VERIFY_NO};
    assert(c->proof && (c->kind != MILP_INFEASIBLE || v->proven == VERIFY_NO));
    switch (c->kind) {
    case MILP_OPTIMAL: verify_optimal(v, m, c, limits); break;
    case MILP_INFEASIBLE: verify_infeasible(v, m, c, limits); break;
    case MILP_UNBOUNDED: verify_unbounded(v, m, c, limits); break;
    case MILP_TIME_LIMIT:
    case MILP_NODE_LIMIT:
    case MILP_ITERATION_LIMIT:
    case MILP_INTERRUPTED:
    case MILP_NUMERICAL: error_set(&v->why, "'%s' is no claim", milp_status_names[c->kind]); break;
    }
}
