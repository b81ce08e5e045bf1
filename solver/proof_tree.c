/* proof_tree.c - the recorded tree. */
#include <math.h>

#include "solver/proof_internal.h"
#include "solver/tree/tree.h"

static int proof_tree_add(struct proof *s, struct proof_record record) {
    s->record = memory_grow(s->record, &s->room, (size_t)s->records + 1, sizeof *s->record);
    record.reached = -MODEL_INFINITY;
    s->record[s->records] = record;
    return s->records++;
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
}

/* A plain search, of which only the branching rule is left. */
static struct options proof_tree_options(const struct proof *s) {
    struct options o = *s->options;
    o.threads = 1;
    o.group_branching = o.set_branching = false;
    return o;
}

enum proof_end proof_tree(struct proof *s, double *least) {
    const struct model *m = s->program.m;
    struct options o = proof_tree_options(s);
    const struct search_recorder recorder = {s, proof_tree_close, proof_tree_split};
    struct search_problem problem = {.model = m,
                                     .options = &o,
                                     .limits = *s->limits,
                                     .cutoff = s->infeasible ? MODEL_INFINITY : rational_double(&s->target),
                                     .bound = -MODEL_INFINITY,
                                     .step = rational_double(&s->program.step),
                                     .recorder = &recorder};
    struct search_result result;
    double *x = MEMORY_NEW(double, m->cols);
    proof_tree_clear(s);
    proof_tree_add(s, (struct proof_record){.parent = -1});
    tree_solve(&result, x, &problem, NULL);
    free(x);
    *least = MODEL_INFINITY;
    if (result.status == SEARCH_STOPPED) return PROOF_STOPPED;
    for (int k = 0; k < s->records; k++)
        if (!s->record[k].child && !s->record[k].sum) *least = fmin(*least, s->record[k].reached);
    return *least < MODEL_INFINITY ? PROOF_SHORT : PROOF_DONE;
}
