/* proof_tree.c - the recorded tree. */
#include <math.h>

#include "solver/proof_cut.h"
#include "solver/tree/tree.h"

static int proof_tree_add(struct proof *s, struct proof_record record) {
    s->record = memory_grow(s->record, &s->room, (size_t)s->records + 1, sizeof *s->record);
    record.reached = -MODEL_INFINITY;
    s->record[s->records] = record;
    return s->records++;
}

/* Only where the relaxation does not close the root anyway. */
static bool proof_tree_cut(void *context, struct lp *lp) {
    struct proof *s = context;
    return (s->infeasible || lp_objective(lp) < s->goal) && proof_cut_round(s, lp);
}

static bool proof_tree_fix(void *context, struct lp *lp, signed char *side) {
    struct proof *s = context;
    if (s->infeasible || lp_objective(lp) >= s->goal || !s->options->reduced_cost_fixing) return false;
    return proof_fix_columns(s, lp, side);
}

void proof_open(struct proof *s) {
    int cols = s->program.m->cols + s->groups.count;
    assert(!s->y && !s->lower && !s->upper);
    s->y = proof_vector_new(s->program.m->rows + s->cuts + s->groups.count);
    s->lower = MEMORY_NEW(int, cols);
    s->upper = MEMORY_NEW(int, cols);
    for (int j = 0; j < cols; j++) s->lower[j] = s->upper[j] = -1;
}

void proof_close(struct proof *s) {
    proof_vector_free(s->y, s->program.m->rows + s->cuts + s->groups.count);
    free(s->lower);
    free(s->upper);
    s->y = NULL;
    s->lower = s->upper = NULL;
}

static void proof_tree_begin(void *context, const struct groups *g) {
    struct proof *s = context;
    size_t members = g->count ? (size_t)g->start[g->count] : 0;
    assert(!s->y && s->records == 1); /* the root, after its cuts */
    s->groups.count = g->count;
    s->groups.start = memory_duplicate(g->start, ((size_t)g->count + (g->count > 0)) * sizeof *g->start);
    s->groups.col = memory_duplicate(g->col, members * sizeof *g->col);
    proof_open(s);
}

/* --- which branchings a node needs --- */

static bool proof_tree_uses(const struct proof_record *r, int branching) {
    for (int k = 0; k < r->use_count; k++)
        if (r->uses[k] == branching) return true;
    return false;
}

static void proof_tree_use(struct proof_record *r, int branching) {
    if (!proof_tree_uses(r, branching)) r->uses[r->use_count++] = branching;
}

static void proof_tree_leaf_uses(struct proof *s, int record) {
    struct proof_record *r = &s->record[record];
    int most = 0;
    for (const char *at = r->sum; (at = strchr(at, '@')); at++) most++;
    r->uses = MEMORY_NEW(int, most);
    for (const char *at = r->sum; (at = strchr(at, '@')); at++) proof_tree_use(r, (int)strtol(at + 1, NULL, 10));
    r->closed = true;
}

static void proof_tree_join_uses(struct proof_record *r, const struct proof_record *child, int first) {
    r->uses = MEMORY_NEW(int, child[0].use_count + child[1].use_count);
    for (int side = 0; side < 2; side++)
        for (int k = 0; k < child[side].use_count; k++)
            if (child[side].uses[k] != first + side) proof_tree_use(r, child[side].uses[k]);
}

/* Closes what is above a closed node: a parent whose branching the node does not use, or of which both children are. So
 * parts of a program that do not depend on each other are not combined. */
static void proof_tree_climb(struct proof *s, int at) {
    while (at > 0) {
        int parent = s->record[at].parent, first = s->record[parent].child;
        struct proof_record *r = &s->record[parent], *child = &s->record[first];
        assert(!r->closed && (at == first || at == first + 1));
        if (!proof_tree_uses(&s->record[at], at)) {
            r->only = at;
            r->use_count = s->record[at].use_count;
            r->uses = memory_duplicate(s->record[at].uses, (size_t)r->use_count * sizeof *r->uses);
        } else if (child[0].closed && child[1].closed)
            proof_tree_join_uses(r, child, first);
        else
            return;
        r->closed = true;
        at = parent;
    }
}

static bool proof_tree_needed(void *context, int record) {
    const struct proof *s = context;
    assert(record > 0 && record < s->records && !s->record[record].closed);
    return !s->record[s->record[record].parent].closed;
}

static bool proof_tree_close(void *context, int record, struct lp *lp, bool infeasible) {
    struct proof *s = context;
    assert(record >= 0 && record < s->records && !s->record[record].sum && !s->record[record].child);
    if (!proof_duals_close(s, record, lp, infeasible)) return false;
    proof_tree_leaf_uses(s, record);
    proof_tree_climb(s, record);
    return true;
}

static int proof_tree_split(void *context, int record, const struct node_change *down, const struct node_change *up) {
    struct proof *s = context;
    assert(down->col == up->col && down->upper + 1 == up->lower && !s->record[record].sum);
    int first = proof_tree_add(s, (struct proof_record){.parent = record, .col = down->col, .bound = down->upper});
    proof_tree_add(s, (struct proof_record){.parent = record, .col = up->col, .up = true, .bound = up->lower});
    return s->record[record].child = first;
}

void proof_tree_clear(struct proof *s) {
    for (int k = 0; k < s->records; k++) {
        free(s->record[k].sum);
        free(s->record[k].uses);
    }
    s->records = 0;
    proof_close(s);
    proof_cut_clear(s);
    proof_fix_clear(s);
    groups_free(&s->groups);
}

/* If two sides contradict each other, their difference is the proof. */
static bool proof_tree_crosses(struct proof *s, const struct proof_side *lower, const struct proof_side *upper) {
    enum { ROOM = 64 };
    if (lower->row < 0 || upper->row < 0 || rational_compare(&lower->value, &upper->value) <= 0) return false;
    s->record[0].sum = memory_new(ROOM, 1);
    snprintf(s->record[0].sum, ROOM, " %d 1 %d -1", lower->row, upper->row);
    s->record[0].terms = 2;
    return true;
}

static bool proof_tree_cross(struct proof *s) {
    const struct proof_program *p = &s->program;
    bool cross = false;
    for (int j = 0; j < p->m->cols && !cross; j++) cross = proof_tree_crosses(s, &p->lower[j], &p->upper[j]);
    for (int i = 0; i < p->m->rows && !cross; i++) cross = proof_tree_crosses(s, &p->row_lower[i], &p->row_upper[i]);
    assert(!cross || s->infeasible); /* no solution holds in both */
    return cross;
}

/* Not skipped, as the sibling of a node that closed their parent alone. */
static bool proof_tree_left(const struct proof *s, int record) {
    return record == 0 || !s->record[s->record[record].parent].closed;
}

/* A plain search, of which only the branching rule is left. */
static struct options proof_tree_options(const struct proof *s) {
    struct options o = *s->options;
    o.threads = 1;
    o.set_branching = false;
    return o;
}

enum proof_end proof_tree(struct proof *s, int64_t nodes, double *least) {
    const struct model *m = s->program.m;
    struct options o = proof_tree_options(s);
    const struct search_recorder recorder = {
        s, proof_tree_cut, proof_tree_fix, proof_tree_begin, proof_tree_close, proof_tree_split, proof_tree_needed};
    struct search_problem problem = {.model = m,
                                     .options = &o,
                                     .limits = *s->limits,
                                     .cutoff = s->infeasible ? MODEL_INFINITY : rational_double(&s->target),
                                     .bound = -MODEL_INFINITY,
                                     .step = rational_double(&s->program.step),
                                     .recorder = &recorder};
    struct search_result result;
    problem.limits.nodes = nodes;
    *least = MODEL_INFINITY;
    proof_tree_clear(s);
    proof_tree_add(s, (struct proof_record){.parent = -1});
    if (proof_tree_cross(s)) return PROOF_DONE;
    double *x = MEMORY_NEW(double, m->cols);
    tree_solve(&result, x, &problem, NULL);
    free(x);
    if (result.status == SEARCH_STOPPED) return PROOF_STOPPED;
    for (int k = 0; k < s->records && !s->record[0].closed; k++)
        if (!s->record[k].child && !s->record[k].sum && proof_tree_left(s, k))
            *least = fmin(*least, s->record[k].reached);
    return *least < MODEL_INFINITY ? PROOF_SHORT : PROOF_DONE;
}
