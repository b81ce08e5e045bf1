#include "solver/tree/tree_cuts.h"

#include <assert.h>
#include <math.h>

#include "solver/cuts/cuts.h"

enum {
    TREE_CUTS_DEPTH = 4,    /* depths of nodes are multiples of it */
    TREE_CUTS_DEEPEST = 40, /* and at most this */
    TREE_CUTS_FREE = 10,    /* calls, */
    TREE_CUTS_NODES = 50,   /* and one more per so many nodes */
    TREE_CUTS_BARREN = 5,   /* rounds without a cut that end the calls */
    TREE_CUTS_NODE = 10,    /* cuts of a node */
    TREE_CUTS_ROUND = 10,   /* cuts of a round of plunges */
    TREE_CUTS_LEAST = 20    /* cuts in all, and one more per TREE_CUTS_ROWS rows */
};
enum { TREE_CUTS_ROWS = 10 };

#define TREE_CUTS_EFFICACY 1e-2 /* least, for a row in all later relaxations */
#define TREE_CUTS_RANGE    1e3  /* largest ratio of its coefficients */
#define TREE_CUTS_SIDE     1e4  /* of the norm 1 */

static size_t tree_cuts_root(const struct search *t) {
    assert(t->structure.group_row >= t->p.model->rows); /* groups are rows: the root's cuts are before them */
    return (size_t)(t->structure.group_row - t->p.model->rows);
}

/* How many more cuts are allowed. */
static size_t tree_cuts_left(const struct search *t) {
    size_t most = TREE_CUTS_LEAST + (size_t)t->p.model->rows / TREE_CUTS_ROWS,
           made = t->cuts.active.count - tree_cuts_root(t) - (size_t)t->structure.symmetry.rows;
    assert(tree_cuts_root(t) <= t->cuts.active.count);
    return made < most ? most - made : 0;
}

bool tree_cuts_due(const struct worker *w, const struct node *n) {
    const struct search *t = w->tree;
    if (!t->p.options->tree_cuts || t->p.level > 0 || t->structure.group_row < 0 || t->cuts.given_up) return false;
    if (n->depth == 0 || n->depth > TREE_CUTS_DEEPEST || n->depth % TREE_CUTS_DEPTH != 0) return false;
    int64_t calls = t->cuts.calls + w->cuts.calls, nodes = t->counts.nodes + w->counts.nodes;
    return t->cuts.barren < TREE_CUTS_BARREN && calls < TREE_CUTS_FREE + nodes / TREE_CUTS_NODES &&
           tree_cuts_left(t) > 0;
}

/* Since these cuts are never dropped, they must do no harm: coefficients of many magnitudes cost precision. */
static bool tree_cuts_good(const struct cut *cut) {
    double least = INFINITY, largest = 0;
    for (int k = 0; k < cut->count; k++) {
        least = fmin(least, fabs(cut->value[k]));
        largest = fmax(largest, fabs(cut->value[k]));
    }
    return cut->efficacy >= TREE_CUTS_EFFICACY && largest <= TREE_CUTS_RANGE * least &&
           fabs(cut->rhs) <= TREE_CUTS_SIDE;
}

void tree_cuts_find(struct worker *w) {
    const struct search *t = w->tree;
    struct cuts c;
    cuts_init(&c, w, t->lower, t->upper);
    cuts_separate(&c);
    size_t kept = 0;
    for (size_t k = 0; k < c.found.count; k++) {
        if (!tree_cuts_good(&c.found.item[k]))
            cut_drop(&c.found.item[k]);
        else
            c.found.item[kept++] = c.found.item[k];
    }
    c.found.count = kept;
    cut_set_choose(&w->cuts.found, &c.found, TREE_CUTS_NODE, c.m->cols);
    w->cuts.calls++;
    cuts_free(&c);
}

void tree_cuts_merge(struct search *t) {
    struct cut_set all = {NULL, 0, 0};
    int64_t calls = 0;
    for (int k = 0; k < t->workers; k++) {
        struct worker *w = &t->worker[k];
        for (size_t e = 0; e < w->cuts.found.count; e++) cut_set_append(&all, w->cuts.found.item[e]);
        w->cuts.found.count = 0; /* `all` has taken over the entries */
        calls += w->cuts.calls;
        w->cuts.calls = 0;
    }
    if (calls == 0) return;
    assert(calls > 0 && t->cuts.active.count >= tree_cuts_root(t));
    size_t from = t->cuts.active.count, left = tree_cuts_left(t);
    size_t added =
        cut_set_choose(&t->cuts.active, &all, left < TREE_CUTS_ROUND ? left : TREE_CUTS_ROUND, t->p.model->cols);
    assert(t->cuts.active.count == from + added);
    t->cuts.calls += calls;
    t->cuts.barren = added > 0 ? 0 : t->cuts.barren + 1;
    for (int k = 0; k < t->workers; k++)
        if (t->worker[k].lp) cut_set_add_rows(&t->cuts.active, from, t->cuts.active.count, t->worker[k].lp);
}
