/* branch.h - how a node is split. Rules are one table (solver/tree/rules.def), chosen by option `branching`. */
#ifndef SOLVER_TREE_BRANCH_H
#define SOLVER_TREE_BRANCH_H
#include "solver/search/search.h"

struct branch {
    int col;                       /* column, group or set branched on, or -1: a split without a relaxation */
    bool up_first;                 /* child 1 is solved first */
    double distance[2];            /* by which child 0 and 1 move the column */
    struct node_change *change[2]; /* of child 0 (down) and 1 (up); count[] of them */
    int count[2];
    size_t room[2];
    struct node_change *learned; /* bounds that trials at this node proved, for both children; learned_count */
    int learned_count;
    size_t learned_room;
};

enum branch_result {
    BRANCH_MADE,
    BRANCH_TIGHTENED, /* a trial proved one side empty: the domain is smaller, solve again */
    BRANCH_CUT,       /* both sides are empty: the node is done */
    BRANCH_NONE       /* no integer column is free */
};

/* After worker_solve returned LP_OPTIMAL with w->candidates > 0. BRANCH_MADE if the tree is recorded. */
enum branch_result branch_choose(struct worker *w, struct branch *b);
/* Without a usable solution of the relaxation: halves the range of an integer column that is not fixed. */
enum branch_result branch_blind(struct worker *w, struct branch *b);
/* Splits off a value of a free integer column that is nearly whole at x: the side of x is `up_first`. */
void branch_near(struct worker *w, struct branch *b, int col, double x);
/* Node n is empty or worth no more than the incumbent, its parent's relaxation was worth `before`: an observation for
 * the pseudo-costs of the column that it was made by. */
void branch_learn_closed(struct worker *w, const struct node *n, double before);
void branch_free(struct branch *b);

#endif
