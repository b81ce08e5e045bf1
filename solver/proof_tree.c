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

static void proof_tree_begin(void *context, const struct groups *g) {
    struct proof *s = context;
    const struct model *m = s->program.m;
    size_t members = g->count ? (size_t)g->start[g->count] : 0;
    assert(!s->y && s->records == 1); /* the root, after its cuts */
    s->groups.count = g->count;
    s->groups.start = memory_duplicate(g->start, ((size_t)g->count + (g->count > 0)) * sizeof *g->start);
    s->groups.col = memory_duplicate(g->col, members * sizeof *g->col);
    s->y = proof_vector_new(m->rows + s->cuts + g->count);
    s->lower = MEMORY_NEW(int, m->cols + g->count);
    s->upper = MEMORY_NEW(int, m->cols + g->count);
    for (int j = 0; j < m->cols + g->count; j++) s->lower[j] = s->upper[j] = -1;
}

static bool proof_tree_close(void *context, int record, struct lp *lp, bool infeasible) {
    struct proof *s = context;
    assert(record >= 0 && record < s->records && !s->record[record].sum && !s->record[record].child);
    return proof_duals_close(s, record, lp, infeasible);
}

static int proof_tree_split(void *context, int record, const struct node_change *down, const struct node_change *up) {
    struct proof *s = context;
    assert(down->col == up->col && down->upper + 1 == up->lower && !s->record[record].sum);
    int first = proof_tree_add(s, (struct proof_record){.parent = record, .col = down->col, .bound = down->upper});
    proof_tree_add(s, (struct proof_record){.parent = record, .col = up->col, .up = true, .bound = up->lower});
    return s->record[record].child = first;
}

void proof_tree_clear(struct proof *s) {
    for (int k = 0; k < s->records; k++) free(s->record[k].sum);
    s->records = 0;
    proof_vector_free(s->y, s->program.m->rows + s->cuts + s->groups.count);
    proof_cut_clear(s);
    free(s->lower);
    free(s->upper);
    groups_free(&s->groups);
    s->y = NULL;
    s->lower = s->upper = NULL;
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
    const struct search_recorder recorder = {s, proof_tree_cut, proof_tree_begin, proof_tree_close, proof_tree_split};
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
    for (int k = 0; k < s->records; k++)
        if (!s->record[k].child && !s->record[k].sum) *least = fmin(*least, s->record[k].reached);
    return *least < MODEL_INFINITY ? PROOF_SHORT : PROOF_DONE;
}
