#include "solver/proof.h"

#include <math.h>

#include "solver/proof_internal.h"

enum {
    PROOF_TRIES = 5,
    PROOF_FEW = 5000, /* nodes, or a tenth of the limit: a larger tree is grown again, with cuts */
    PROOF_MORE = 4    /* times as many nodes, after both programs have had so many */
};
#define PROOF_INACCURATE "the relaxations of some nodes are too inaccurate for a proof"
#define PROOF_NEAR       1e-6 /* relative: most that rounding errors may cost of a bound */
#define PROOF_TRIED      1e-9 /* relative: relaxations that are this much below the target are not worth the exact sums */

static void proof_init(struct proof *s, const struct model *m, bool sparser, const struct options *o,
                       const struct limits *limits) {
    *s = (struct proof){.options = o, .limits = limits};
    proof_program_init(&s->program, m, sparser);
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

/* With at most so many nodes; PROOF_STOPPED: they were not enough, and there is time for more; PROOF_SHORT: an error. */
static enum proof_end proof_search(struct proof *s, int64_t most, struct error *err) {
    double least;
    proof_aim(s);
    for (int k = 0; k < PROOF_TRIES; k++) {
        const int64_t all = s->limits->nodes, few = all / 10 < PROOF_FEW ? all / 10 + 1 : PROOF_FEW;
        const int64_t nodes = s->cutting ? most : few < most ? few : most;
        switch (proof_tree(s, nodes, &least)) {
        case PROOF_DONE: return PROOF_DONE;
        case PROOF_STOPPED:
            if (limits_clock(s->limits) != LIMITS_RUNNING || (nodes == most && most == all)) {
                error_set(err, "a limit was reached before the proof was complete");
                return PROOF_SHORT;
            }
            if (nodes == most) return PROOF_STOPPED;
            s->cutting = true;
            break;
        case PROOF_SHORT:
            if (!proof_lower(s, least)) k = PROOF_TRIES;
        }
    }
    error_set(err, PROOF_INACCURATE);
    return PROOF_SHORT;
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
    enum proof_end end = PROOF_STOPPED;
    bool sparser = true; /* hardly ever worse, but sometimes much: then it is the given rows' turn */
    for (int64_t most = PROOF_FEW; end == PROOF_STOPPED; sparser = !sparser) {
        proof_init(&s, m, sparser, o, limits);
        if (!s.program.sparser && sparser) most = limits->nodes; /* there is one program only */
        end =
            proof_claim(&s, r, err) ? proof_search(&s, most < limits->nodes ? most : limits->nodes, err) : PROOF_SHORT;
        if (end == PROOF_STOPPED) proof_free(&s);
        if (!sparser) most *= PROOF_MORE;
    }
    bool good = end == PROOF_DONE;
    if (!good) error_prefix(err, "%s", path);
    good = good && proof_text_write(path, &s, err);
    proof_free(&s);
    return good;
}
