#include "solver/proof.h"

#include <math.h>

#include "solver/proof_internal.h"

enum {
    PROOF_TRIES = 5,
    PROOF_FEW = 5000 /* nodes, or a tenth of the limit: a larger tree is grown again, with cuts */
};
#define PROOF_INACCURATE "the relaxations of some nodes are too inaccurate for a proof"
#define PROOF_NEAR       1e-6 /* relative: most that rounding errors may cost of a bound */
#define PROOF_TRIED      1e-9 /* relative: relaxations that are this much below the target are not worth the exact sums */

static void proof_init(struct proof *s, const struct model *m, const struct options *o, const struct limits *limits) {
    *s = (struct proof){.options = o, .limits = limits};
    proof_program_init(&s->program, m);
    s->x = proof_vector_new(m->cols);
    s->d = proof_vector_new(m->cols);
    s->fixings.of = MEMORY_NEW(int, m->cols);
}

static void proof_free(struct proof *s) {
    int cols = s->program.m->cols;
    proof_tree_clear(s);
    free(s->record);
    free(s->cut);
    free(s->found.cut);
    free(s->fixings.fix);
    free(s->fixings.of);
    proof_vector_free(s->x, cols);
    proof_vector_free(s->d, cols);
    rational_clear(&s->objective);
    rational_clear(&s->target);
    proof_program_free(&s->program);
}

/* What a relaxation has to reach, approximately, for its sums to be tried. */
static void proof_aim(struct proof *s) {
    double target = rational_double(&s->target), step = rational_double(&s->program.step);
    assert(step >= 0);
    s->goal = target - step - PROOF_TRIED * fmax(1, fabs(target));
}

/* The target is lowered to what was reached, if that is as good up to rounding errors. */
static bool proof_lower(struct proof *s, double least) {
    double target = rational_double(&s->target);
    if (s->infeasible || !(least >= target - PROOF_NEAR * fmax(1, fabs(target)))) return false;
    rational_set(&s->target, least - 1e-9 * fmax(1, fabs(least)));
    rational_set(&s->program.step, 0); /* the target is no multiple of it */
    proof_aim(s);
    return true;
}

static bool proof_search(struct proof *s, struct error *err) {
    double least;
    proof_aim(s);
    for (int k = 0; k < PROOF_TRIES; k++) {
        int64_t all = s->limits->nodes, nodes = s->cutting ? all : all / 10 < PROOF_FEW ? all / 10 + 1 : PROOF_FEW;
        switch (proof_tree(s, nodes, &least)) {
        case PROOF_DONE: return true;
        case PROOF_STOPPED:
            if (nodes == all || limits_clock(s->limits) != LIMITS_RUNNING)
                return error_set(err, "a limit was reached before the proof was complete");
            s->cutting = true;
            break;
        case PROOF_SHORT:
            if (!proof_lower(s, least)) return error_set(err, PROOF_INACCURATE);
        }
    }
    return error_set(err, PROOF_INACCURATE);
}

/* Of an optimum: the exact solution, and what is to be proven of it. */
static bool proof_claim(struct proof *s, const struct milp_result *r, struct error *err) {
    s->infeasible = r->status == MILP_INFEASIBLE;
    if (s->infeasible) return true;
    if (!proof_point(s, r->x, err)) return false;
    rational_copy(&s->target, &s->objective);
    return true;
}

bool proof_write(const char *path, const struct model *m, const struct milp_result *r, const struct options *o,
                 const struct limits *limits, struct error *err) {
    struct proof s;
    if (r->status != MILP_OPTIMAL && r->status != MILP_INFEASIBLE)
        return error_at(err, path, 0, "no proof in this format for the answer '%s' (expected optimal or infeasible)",
                        milp_status_names[r->status]);
    proof_init(&s, m, o, limits);
    bool good = proof_claim(&s, r, err);
    if (good) proof_merge(&s);
    good = good && proof_search(&s, err);
    if (!good) error_prefix(err, "%s", path);
    good = good && proof_text_write(path, &s, err);
    proof_free(&s);
    return good;
}
