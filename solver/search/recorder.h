/* recorder.h - a search that leaves behind what a proof needs: which columns it branched on, and why each leaf is
 * closed.
 *
 * With a recorder, a node is closed by its relaxation alone, and only if the recorder accepts the multipliers; else it
 * is split. So the recorded tree is a proof whatever the rounding errors of the relaxations. Propagation, cuts,
 * heuristics and sets are not used, columns are fixed by the recorder alone, nothing is pruned by the cutoff, and a
 * trial that finds one side empty makes that column the one to branch on. The best solution is known: its value is the
 * search's cutoff, by which strong branching judges. Depth first, with one thread. */
#ifndef SOLVER_SEARCH_RECORDER_H
#define SOLVER_SEARCH_RECORDER_H
#include <stdbool.h>

#include "solver/search/nodes.h"

struct groups;
struct lp;

struct search_recorder {
    void *context;
    /* Before anything else, with the root's relaxation solved: whether it has added rows, so that it is solved again. */
    bool (*cut)(void *context, struct lp *lp);
    /* After the last cut, with the root's relaxation solved: side[cols] = 1 of integer columns that stay at their lower
     * bounds, -1: at their upper ones, else 0; false: none. */
    bool (*fix)(void *context, struct lp *lp, signed char *side);
    /* The sums that are branched on as columns cols, cols + 1, ...; they are the last rows of the relaxation. */
    void (*begin)(void *context, const struct groups *groups);
    /* Whether the solved relaxation of node `record` (0: the root) closes it. infeasible: it has a ray, else duals. */
    bool (*close)(void *context, int record, struct lp *lp, bool infeasible);
    /* The node becomes two: children `returned` with change down, and `returned` + 1 with up. */
    int (*split)(void *context, int record, const struct node_change *down, const struct node_change *up);
    /* Whether an open node is still to be closed: not if its sibling was without its own branching. */
    bool (*needed)(void *context, int record);
};

#endif
