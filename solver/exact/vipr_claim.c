/* vipr_claim.c - what is to be proven (RTP), the points (SOL), and whether the derivations reach it. */
#include "solver/exact/vipr_internal.h"

/* A limit of the range, or `open` for none. */
static bool vipr_claim_limit(struct vipr *s, struct rational *limit, bool *has, const char *open) {
    const char *word;
    if (!vipr_token(s, &word)) return false;
    *has = strcmp(word, open) != 0;
    if (!*has || rational_text_read(limit, word)) return true;
    return vipr_malformed(s, "limit '%.40s' (expected %s or a fraction)", word, open);
}

static bool vipr_claim_relation(struct vipr *s) {
    const char *word;
    struct vipr_verdict *v = s->v;
    if (!vipr_expect(s, "RTP") || !vipr_token(s, &word)) return false;
    if (strcmp(word, "infeas") == 0) return v->claim = VIPR_INFEASIBLE, true;
    if (strcmp(word, "range") != 0) return vipr_malformed(s, "'%.40s' (expected infeas or range)", word);
    if (!vipr_claim_limit(s, &s->range.lower, &v->has_lower, "-inf") ||
        !vipr_claim_limit(s, &s->range.upper, &v->has_upper, "inf"))
        return false;
    int order = rational_compare(&s->range.lower, &s->range.upper);
    bool both = v->has_lower && v->has_upper;
    if (both && order > 0) return vipr_malformed(s, "the lower limit is above the upper one");
    v->claim = both && order == 0 ? VIPR_OPTIMAL : VIPR_RANGE;
    if (v->has_lower) v->lower = rational_double(&s->range.lower) + s->m->offset;
    if (v->has_upper) v->upper = rational_double(&s->range.upper) + s->m->offset;
    return true;
}

/* sum += the terms' value at the point, which is dense in `x`. */
static void vipr_claim_value(struct rational *sum, const struct vipr_terms *t, const struct rational *x) {
    struct rational product = {0};
    rational_set(sum, 0);
    for (int k = 0; k < t->count; k++) {
        if (x[t->index[k]].sign == 0) continue;
        rational_multiply(&product, &t->value[k], &x[t->index[k]]);
        rational_add(sum, sum, &product);
    }
    rational_clear(&product);
}

static bool vipr_claim_holds(struct vipr *s, const char *name, const struct rational *x) {
    struct rational value = {0};
    bool good = true;
    for (int i = 0; i < s->given && good; i++) {
        const struct vipr_row *row = s->row[i];
        vipr_claim_value(&value, row->terms, x);
        int order = rational_compare(&value, &row->right);
        if (row->sense == 0 ? order != 0 : order * row->sense < 0)
            good = vipr_refute(s, "point %s violates row %d", name, i);
    }
    rational_clear(&value);
    return good;
}

static void vipr_claim_improve(struct vipr *s, const struct rational *x) {
    struct rational value = {0};
    vipr_claim_value(&value, &s->objective.terms, x);
    int order = s->range.has_best ? rational_compare(&value, &s->range.best) : 0;
    if (!s->range.has_best || (s->m->maximize ? order > 0 : order < 0)) rational_copy(&s->range.best, &value);
    s->range.has_best = true;
    rational_clear(&value);
}

static bool vipr_claim_point(struct vipr *s) {
    char name[64];
    const char *word;
    struct vipr_terms t;
    if (!vipr_token(s, &word)) return false;
    snprintf(name, sizeof name, "%.63s", word);
    if (!vipr_token(s, &word) || !vipr_terms_read(s, &t, word)) return false;
    bool good = true;
    for (int k = 0; k < t.count && good; k++) {
        if (s->integer[t.index[k]] && !rational_is_whole(&t.value[k]))
            good = vipr_refute(s, "point %s: column %d is integer, but its value is not", name, t.index[k]);
        rational_copy(&s->sum.value[t.index[k]], &t.value[k]);
    }
    good = good && vipr_claim_holds(s, name, s->sum.value);
    if (good) vipr_claim_improve(s, s->sum.value);
    for (int k = 0; k < t.count; k++) rational_set(&s->sum.value[t.index[k]], 0);
    vipr_terms_clear(&t);
    return good;
}

/* The points' side of the range, and that the other limit is not beyond the best point. */
static bool vipr_claim_points_reach(struct vipr *s) {
    const struct vipr_verdict *v = s->v;
    bool max = s->m->maximize, needed = max ? v->has_lower : v->has_upper, other = max ? v->has_upper : v->has_lower;
    int sense = max ? -1 : 1;
    const struct rational *limit = max ? &s->range.lower : &s->range.upper;
    const struct rational *beyond = max ? &s->range.upper : &s->range.lower;
    if (needed && !s->range.has_best) return vipr_refute(s, "no point is given (expected one as good as the range)");
    if (needed && sense * rational_compare(&s->range.best, limit) > 0)
        return vipr_refute(s, "the best point is worth %.12g, outside of the range", rational_double(&s->range.best));
    if (other && s->range.has_best && sense * rational_compare(&s->range.best, beyond) < 0)
        return vipr_refute(s, "the best point is worth %.12g, outside of the range", rational_double(&s->range.best));
    return true;
}

bool vipr_claim_read(struct vipr *s) {
    int count;
    if (!vipr_claim_relation(s) || !vipr_expect(s, "SOL") || !vipr_integer(s, &count, 0, INT32_MAX, "number of points"))
        return false;
    if (s->v->claim == VIPR_INFEASIBLE && count > 0)
        return vipr_malformed(s, "%d points of a program said to be infeasible (expected none)", count);
    for (int k = 0; k < count; k++)
        if (!vipr_claim_point(s)) return false;
    return vipr_claim_points_reach(s);
}

/* The row that has to be proven: OBJ >= lower, or <= upper of a maximum. False: there is none. */
static bool vipr_claim_target(struct vipr *s, struct vipr_row *target) {
    bool max = s->m->maximize;
    *target = (struct vipr_row){.sense = max ? -1 : 1, .terms = &s->objective.terms};
    if (!(max ? s->v->has_upper : s->v->has_lower)) return false;
    rational_copy(&target->right, max ? &s->range.upper : &s->range.lower);
    return true;
}

bool vipr_claim_reached(struct vipr *s) {
    const struct vipr_row *last = s->rows > s->given ? s->row[s->rows - 1] : NULL;
    struct vipr_row target;
    bool infeasible = s->v->claim == VIPR_INFEASIBLE, good = true;
    assert(!last || s->rows > 0);
    if (!infeasible && !vipr_claim_target(s, &target)) return true;
    if (!last)
        good = vipr_refute(s, "nothing is derived");
    else if (last->assumptions > 0)
        good = vipr_refute(s, "the last row assumes row %d (expected no assumptions)", last->assumed[0]);
    else if (infeasible ? !vipr_row_absurd(last) : !vipr_row_dominates(last, &target))
        good = vipr_refute(s, "the last row is not what was to be proven");
    if (!infeasible) rational_clear(&target.right);
    return good;
}
