#include "solver/model/logic.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

struct logic *logic_new(void) {
    return MEMORY_NEW(struct logic, 1);
}

void logic_free(struct logic *l) {
    if (!l) return;
    for (size_t k = 0; k < l->sets; k++) free(l->set[k].name);
    free(l->semi);
    free(l->set);
    free(l->member);
    free(l->indicator);
    free(l);
}

struct logic *logic_copy(const struct logic *l) {
    struct logic *c = memory_duplicate(l, sizeof *l);
    c->semi = memory_duplicate(l->semi, l->semis * sizeof *l->semi);
    c->set = memory_duplicate(l->set, l->sets * sizeof *l->set);
    c->member = memory_duplicate(l->member, l->members * sizeof *l->member);
    c->indicator = memory_duplicate(l->indicator, l->indicators * sizeof *l->indicator);
    c->semi_room = l->semis, c->set_room = l->sets, c->member_room = l->members, c->indicator_room = l->indicators;
    for (size_t k = 0; k < l->sets; k++)
        if (l->set[k].name) c->set[k].name = memory_string(l->set[k].name);
    return c;
}

void logic_add_semi(struct logic *l, int col) {
    l->semi = memory_grow(l->semi, &l->semi_room, l->semis + 1, sizeof *l->semi);
    l->semi[l->semis++] = (struct logic_semi){col, -1, 0, MODEL_INFINITY};
}

void logic_add_set(struct logic *l, const char *name, int type) {
    assert(type == 1 || type == 2);
    l->set = memory_grow(l->set, &l->set_room, l->sets + 1, sizeof *l->set);
    l->set[l->sets++] = (struct logic_set){name ? memory_string(name) : NULL, type, (int)l->members, 0};
}

void logic_add_member(struct logic *l, int col, double weight) {
    assert(l->sets > 0 && !isnan(weight));
    struct logic_set *s = &l->set[l->sets - 1];
    assert((size_t)(s->first + s->count) == l->members); /* the last set's are the last */
    l->member = memory_grow(l->member, &l->member_room, l->members + 1, sizeof *l->member);
    l->member[l->members++] = (struct logic_member){col, -1, weight};
    s->count++;
}

void logic_add_indicator(struct logic *l, int row, int col, bool value) {
    l->indicator = memory_grow(l->indicator, &l->indicator_room, l->indicators + 1, sizeof *l->indicator);
    l->indicator[l->indicators++] = (struct logic_indicator){row, col, value, -MODEL_INFINITY, MODEL_INFINITY, 0};
}

void logic_drop(struct logic *l) {
    if (!l) return;
    for (size_t k = 0; k < l->sets; k++) free(l->set[k].name);
    l->semis = l->sets = l->members = l->indicators = 0;
}

/* --- what a point makes of it --- */

static double logic_semi_violation(const struct logic_semi *s, double x) {
    return fmin(fabs(x), fmax(0, fmax(s->lower - x, x - s->upper)));
}

/* The largest value outside the best window of `type` neighbours: a set of type 1 is one of windows of one column. Each
 * value but those of a window is before or behind it. */
static double logic_set_violation(const struct logic *l, const struct logic_set *s, const double *x) {
    double least = INFINITY, before = 0, *behind = MEMORY_NEW(double, s->count + 3);
    for (int k = s->count; k-- > 0;) behind[k] = fmax(behind[k + 1], fabs(x[l->member[s->first + k].col]));
    for (int k = 0; k < s->count; k++) {
        least = fmin(least, fmax(before, behind[k + s->type]));
        before = fmax(before, fabs(x[l->member[s->first + k].col]));
    }
    free(behind);
    return s->count ? least : 0;
}

static double logic_indicator_violation(const struct logic_indicator *d, const double *x, const long double *activity) {
    if ((nearbyint(x[d->col]) != 0) != d->value) return 0;
    double own = (double)(activity[d->row] - (long double)d->shift * x[d->col]);
    return fmax(0, fmax(d->lower - own, own - d->upper));
}

double logic_violation(const struct model *m, const double *x, const long double *activity) {
    const struct logic *l = m->logic;
    double worst = 0;
    if (!l) return 0;
    for (size_t k = 0; k < l->semis; k++) worst = fmax(worst, logic_semi_violation(&l->semi[k], x[l->semi[k].col]));
    for (size_t k = 0; k < l->sets; k++) worst = fmax(worst, logic_set_violation(l, &l->set[k], x));
    for (size_t k = 0; k < l->indicators; k++)
        worst = fmax(worst, logic_indicator_violation(&l->indicator[k], x, activity));
    return worst;
}

/* Type 1: which members are not 0. Type 2: the pair that begins with the first of them. */
static void logic_complete_set(const struct logic *l, const struct logic_set *s, double *x) {
    bool any = false;
    for (int k = 0; k < s->count; k++) {
        const struct logic_member *a = &l->member[s->first + k];
        bool last = k + 2 >= s->count, on = x[a->col] != 0 || (s->type == 2 && last);
        if (a->helper >= 0) x[a->helper] = on && !(s->type == 2 && any);
        any |= on;
    }
}

void logic_complete(const struct model *m, double *x) {
    const struct logic *l = m->logic;
    if (!l) return;
    for (int j = l->own_cols; j < m->cols; j++) x[j] = 0;
    for (size_t k = 0; k < l->semis; k++)
        if (l->semi[k].helper >= 0) x[l->semi[k].helper] = x[l->semi[k].col] != 0;
    for (size_t k = 0; k < l->sets; k++) logic_complete_set(l, &l->set[k], x);
}
