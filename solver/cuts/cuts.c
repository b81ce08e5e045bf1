#include "solver/cuts/cuts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/search/worker.h"

#define CUTS_EFFICACY 1e-4  /* least distance of a cut from the relaxation's solution */
#define CUTS_RANGE    1e6   /* largest ratio of coefficients: smaller ones are moved to the side */
#define CUTS_MARGIN   1e-9  /* relative slack given to every side, against rounding */
#define CUTS_ROUNDING 1e-13 /* likewise, relative to the largest terms that the columns' bounds allow */
#define CUTS_SLOW     0.05  /* a round that closes less of what is left of the gap is slow */

enum { CUTS_STALL = 4 /* rounds without progress in all */, CUTS_OLD = 3 /* rounds slack */ };

static const struct {
    const char *name;
    void (*run)(struct cuts *c);
    size_t option; /* offset of its switch in struct options */
} cuts_separators[] = {
#define SEPARATOR(name, preset, help) {#name, name##_separate, offsetof(struct options, name##_cuts)},
#include "solver/cuts/separators.def"
#undef SEPARATOR
};
_Static_assert((int)CUTS_SEPARATORS <= SEARCH_TALLIES, "search_tallies has too few entries");

const char *cuts_name(int separator) {
    assert(separator >= 0 && separator < CUTS_SEPARATORS);
    return cuts_separators[separator].name;
}

/* --- what separators use --- */

/* Of row i of the LP, not one of the model, among the active cuts; -1: it is a group's. Groups come between the root's
 * cuts and later ones. */
static long cuts_number(const struct cuts *c, int i) {
    assert(i >= c->m->rows); /* others are the model's */
    const struct search *t = c->w->tree;
    long k = i - c->m->rows;
    if (t->structure.group_row < 0 || i < t->structure.group_row) return k;
    return i < t->structure.group_row + t->structure.groups.count ? -1 : k - t->structure.groups.count;
}

bool cuts_combines(const struct cuts *c, int i) {
    return i < c->m->rows || cuts_number(c, i) >= 0;
}

struct cuts_row cuts_row(const struct cuts *c, int i) {
    if (i < c->m->rows) {
        long first = c->rows->start[i];
        return (struct cuts_row){c->rows->col + first, c->rows->value + first, c->rows->start[i + 1] - first};
    }
    long k = cuts_number(c, i);
    if (k < 0) return (struct cuts_row){NULL, NULL, 0};
    assert((size_t)k < c->active->count); /* every other row of the LP is an active cut */
    const struct cut *cut = &c->active->item[k];
    return (struct cuts_row){cut->index, cut->value, cut->count};
}

double cuts_lower(const struct cuts *c, int variable) {
    assert(variable >= 0);
    if (variable < c->m->cols) return c->lower[variable];
    int i = variable - c->m->cols;
    return i < c->m->rows ? c->m->row_lower[i] : -MODEL_INFINITY;
}

double cuts_upper(const struct cuts *c, int variable) {
    if (variable < c->m->cols) return c->upper[variable];
    int i = variable - c->m->cols;
    if (i < c->m->rows) return c->m->row_upper[i];
    long k = cuts_number(c, i);
    assert(k < 0 || (size_t)k < c->active->count);
    return k < 0 ? MODEL_INFINITY : c->active->item[k].rhs;
}

/* The largest magnitude that column j may have. */
static double cuts_reach(const struct cuts *c, int j) {
    double reach = fmax(fabs(c->lower[j]), fabs(c->upper[j]));
    return reach < MODEL_INFINITY ? reach : fmax(1e3, 10 * fabs(c->x[j]));
}

/* Moves small coefficients to the side, using bounds; false if a bound is missing. */
static bool cuts_keep_term(const struct cuts *c, int j, double a, double largest, double *rhs) {
    if (fabs(a) * CUTS_RANGE > largest && fabs(a) > 1e-11) return true;
    *rhs -= a > 0 ? a * c->lower[j] : a * c->upper[j]; /* a x_j >= that */
    return false;
}

void cuts_offer(struct cuts *c, const double *dense, const int *list, int count, double rhs, const char *made_by) {
    double largest = 0, activity = 0, square = 0, scale = 0;
    int kept = 0;
    if (!isfinite(rhs)) return;
    for (int k = 0; k < count; k++) largest = fmax(largest, fabs(dense[list[k]]));
    if (!(largest > 0) || !isfinite(largest)) return;
    for (int k = 0; k < count; k++) {
        int j = list[k];
        double a = dense[j];
        assert(j >= 0 && j < c->m->cols);
        if (a == 0 || !cuts_keep_term(c, j, a, largest, &rhs)) continue;
        activity += a * c->x[j];
        square += a * a;
        scale += fabs(a) * cuts_reach(c, j);
        kept++;
    }
    if (kept == 0 || fabs(rhs) >= 1e12 || kept > 300 + c->m->cols / 10) return;
    assert(kept <= count && square > 0);
    double norm = sqrt(square), side = rhs + CUTS_MARGIN * fmax(fabs(rhs), norm) + CUTS_ROUNDING * scale;
    double efficacy = (activity - side) / norm;
    if (!(efficacy > CUTS_EFFICACY)) return;
    const struct worker *w = c->w;
    double reached = 0; /* by the incumbent, which must keep every cut */
    const double *best = w->incumbent.has ? w->incumbent.x : w->tree->incumbent.has ? w->tree->incumbent.x : NULL;
    struct cut cut = {.rhs = side / norm, .efficacy = efficacy, .made_by = made_by};
    cut.index = MEMORY_NEW(int, kept);
    cut.value = MEMORY_NEW(double, kept);
    for (int k = 0; k < count; k++) {
        int j = list[k];
        double ignored = 0;
        if (dense[j] == 0 || !cuts_keep_term(c, j, dense[j], largest, &ignored)) continue;
        if (best) reached += dense[j] * best[j];
        cut.index[cut.count] = j;
        cut.value[cut.count++] = dense[j] / norm;
    }
    if (best && reached > side + 1e-6 * norm * fmax(1, fabs(side / norm)) && w->incumbent.objective < MODEL_INFINITY) {
        cut_drop(&cut);
        return;
    }
    assert(cut.count == kept);                             /* both loops clean in the same way */
    assert(cut.efficacy > 0 && activity > norm * cut.rhs); /* the relaxation's solution violates it */
    cut_set_append(&c->found, cut);
}

/* --- structure --- */

static bool cuts_whole(double v) {
    return v == nearbyint(v) && fabs(v) < 1e9;
}

static void cuts_find_whole_rows(struct cuts *c) {
    for (int i = 0; i < c->m->rows; i++) {
        struct cuts_row r = cuts_row(c, i);
        double lower = c->m->row_lower[i], upper = c->m->row_upper[i];
        bool whole = (lower <= -MODEL_INFINITY || cuts_whole(lower)) && (upper >= MODEL_INFINITY || cuts_whole(upper));
        for (long k = 0; whole && k < r.count; k++) whole = c->m->integer[r.col[k]] && cuts_whole(r.value[k]);
        c->whole_row[i] = whole;
    }
}

/* Rows of two columns, one continuous, one integer: variable bounds. */
static void cuts_find_variable_bounds(struct cuts *c) {
    for (int j = 0; j < c->m->cols; j++) c->upper_row[j] = c->lower_row[j] = -1;
    for (int i = 0; i < c->m->rows; i++) {
        struct cuts_row r = cuts_row(c, i);
        if (r.count != 2 || c->m->integer[r.col[0]] == c->m->integer[r.col[1]]) continue;
        int at = c->m->integer[r.col[0]] ? 1 : 0, j = r.col[at];
        bool above = c->m->row_upper[i] < MODEL_INFINITY;
        bool below = c->m->row_lower[i] > -MODEL_INFINITY;
        if (r.value[at] > 0 ? above : below) c->upper_row[j] = i;
        if (r.value[at] > 0 ? below : above) c->lower_row[j] = i;
    }
}

/* Row i: a x_j + e x_k in [lower, upper], as a bound on x_j. */
struct cuts_bound cuts_variable_bound(const struct cuts *c, int j, bool upper) {
    int i = upper ? c->upper_row[j] : c->lower_row[j];
    assert(i >= 0 && i < c->m->rows && !c->m->integer[j]);
    struct cuts_row row = cuts_row(c, i);
    int at = row.col[0] == j ? 0 : 1;
    assert(row.count == 2 && row.col[at] == j && c->m->integer[row.col[1 - at]]);
    double a = row.value[at], side = (a > 0) == upper ? c->m->row_upper[i] : c->m->row_lower[i];
    return (struct cuts_bound){row.col[1 - at], -row.value[1 - at] / a, side / a};
}

/* --- rounds --- */

/* Removes rows that have been slack for some rounds (`all`: that are slack now). */
static void cuts_purge(struct worker *w, struct cut_set *active, bool all) {
    const struct model *m = w->tree->p.model;
    bool *remove = MEMORY_NEW(bool, lp_rows(w->lp)), any = false;
    assert((size_t)lp_rows(w->lp) == (size_t)m->rows + active->count); /* no groups yet: cuts are the last rows */
    worker_get_basis(w);
    for (size_t k = 0; k < active->count; k++) {
        bool slack = w->scratch.place[(size_t)m->cols + (size_t)m->rows + k] == PLACE_BASIC;
        active->item[k].age = slack ? active->item[k].age + 1 : 0;
        remove[(size_t)m->rows + k] = slack && (all || active->item[k].age >= CUTS_OLD);
        any |= remove[(size_t)m->rows + k];
    }
    if (any) {
        size_t kept = 0;
        lp_delete_rows(w->lp, remove);
        for (size_t k = 0; k < active->count; k++) {
            if (remove[(size_t)m->rows + k])
                cut_drop(&active->item[k]);
            else
                active->item[kept++] = active->item[k];
        }
        active->count = kept;
        assert((size_t)lp_rows(w->lp) == (size_t)m->rows + kept);
    }
    free(remove);
}

void cuts_separate_with(struct cuts *c, int separator) {
    assert(separator >= 0 && separator < CUTS_SEPARATORS);
    struct search_tally *tally = &c->w->tallies.separator[separator];
    double begin = clock_wall();
    size_t before = c->found.count;
    cuts_separators[separator].run(c);
    assert(c->found.count >= before); /* separators only add */
    tally->calls++;
    tally->found += (int64_t)(c->found.count - before);
    tally->seconds += clock_wall() - begin;
}

void cuts_separate(struct cuts *c) {
    const struct options *o = c->w->tree->p.options;
    size_t variables = (size_t)lp_cols(c->w->lp) + (size_t)lp_rows(c->w->lp);
    c->x = memory_resize(c->x, variables, sizeof *c->x);
    memory_copy(c->x, lp_x(c->w->lp), variables * sizeof *c->x);
    for (int k = 0; k < CUTS_SEPARATORS; k++)
        if (*(const bool *)((const char *)o + cuts_separators[k].option)) cuts_separate_with(c, k);
}

static void cuts_report(const struct cuts *c, int number, const struct search_tallies *before, size_t kept) {
    const struct search_problem *p = &c->w->tree->p;
    struct search_round r = {.number = number, .objective = lp_objective(c->w->lp), .kept = (int64_t)kept};
    if (p->level > 0 || !p->round) return;
    for (int k = 0; k < CUTS_SEPARATORS; k++)
        r.found[k] = c->w->tallies.separator[k].found - before->separator[k].found;
    p->round(p->context, &r);
}

int64_t cuts_patience(int64_t root) {
    assert(root >= 0);
    return root < 1000 ? 50 * root + 5000 : 10 * root + 45000;
}

static void cuts_rounds(struct cuts *c, struct cut_set *active, bool (*enough)(struct worker *w)) {
    struct worker *w = c->w;
    const struct options *o = w->tree->p.options;
    double begin = lp_objective(w->lp), before = begin, last = begin; /* before: when there was progress last */
    int stall = 0;
    int64_t pivots = w->counts.iterations, patience = cuts_patience(w->tree->counts.iterations + w->counts.iterations);
    for (int round = 0; round < o->cut_rounds && stall < CUTS_STALL && !worker_stopped(w); round++) {
        struct search_tallies tallies = w->tallies;
        cuts_separate(c);
        size_t from = active->count, most = 50 + (size_t)(c->m->rows / 5 < 500 ? c->m->rows / 5 : 500);
        if (cut_set_choose(active, &c->found, most, c->m->cols) == 0) break;
        cut_set_add_rows(active, from, active->count, w->lp);
        enum lp_status status = worker_solve(w, INT64_MAX);
        if (status != LP_OPTIMAL) return; /* the node's own solve will deal with it */
        double now = lp_objective(w->lp);
        cuts_report(c, round + 1, &tallies, active->count - from);
        bool progress = now - before > 1e-2 * fmax(now - begin, 0) + 1e-7 * fabs(now);
        stall = progress ? 0 : stall + 1;
        if (progress) before = now;
        if (worker_fractional(w) == 0) return;
        if (now - last < CUTS_SLOW * (worker_threshold(w) - now) && enough && enough(w)) break;
        last = now;
        cuts_purge(w, active, false);
        if (worker_solve(w, INT64_MAX) != LP_OPTIMAL) return;
        if (w->counts.iterations - pivots > patience) break;
    }
    cuts_purge(w, active, true);
}

void cuts_init(struct cuts *c, struct worker *w, const double *lower, const double *upper) {
    struct search *t = w->tree;
    *c = (struct cuts){
        .w = w, .m = t->p.model, .rows = &t->rows, .active = &t->cuts.active, .lower = lower, .upper = upper};
    c->whole_row = MEMORY_NEW(bool, c->m->rows);
    c->upper_row = MEMORY_NEW(int, c->m->cols);
    c->lower_row = MEMORY_NEW(int, c->m->cols);
    for (int j = 0; j < c->m->cols; j++) assert(lower[j] <= upper[j] + 1e-6 || w->domain.infeasible);
    cuts_find_whole_rows(c);
    cuts_find_variable_bounds(c);
}

void cuts_free(struct cuts *c) {
    free(c->x);
    free(c->whole_row);
    free(c->upper_row);
    free(c->lower_row);
    cut_set_free(&c->found);
}

void cuts_run(struct worker *w, bool (*enough)(struct worker *w)) {
    assert(w->tree->structure.group_row < 0 && w->candidates > 0);
    struct cuts c;
    cuts_init(&c, w, w->domain.lower, w->domain.upper);
    cuts_rounds(&c, &w->tree->cuts.active, enough);
    cuts_free(&c);
}

bool cuts_give_up(struct worker *w) {
    struct search *t = w->tree;
    double gap = worker_threshold(w) - t->root.first, closed = t->root.objective - t->root.first;
    if (t->cuts.active.count == 0 || gap >= MODEL_INFINITY / 2 || closed >= t->p.options->cut_worth * gap) return false;
    bool *remove = MEMORY_NEW(bool, lp_rows(w->lp));
    for (size_t k = 0; k < t->cuts.active.count; k++) remove[(size_t)t->p.model->rows + k] = true;
    lp_delete_rows(w->lp, remove);
    free(remove);
    assert(lp_rows(w->lp) == t->p.model->rows + t->structure.groups.count || t->structure.group_row < 0);
    if (t->structure.group_row >= 0) t->structure.group_row -= (int)t->cuts.active.count;
    cut_set_free(&t->cuts.active);
    t->cuts.given_up = true;
    assert(t->structure.group_row < 0 || t->structure.group_row == t->p.model->rows);
    return true;
}
