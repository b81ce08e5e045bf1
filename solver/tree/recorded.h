/* recorded.h - a node of a search whose tree is recorded as a proof (solver/search/recorder.h). */
#ifndef SOLVER_TREE_RECORDED_H
#define SOLVER_TREE_RECORDED_H
#include "solver/tree/branch.h"

enum recorded_end { RECORDED_CLOSED, RECORDED_SPLIT, RECORDED_OPEN /* nothing to branch on */, RECORDED_STOPPED };

/* Solves the node's relaxation, and closes the node or chooses what to branch on. */
enum recorded_end recorded_node(struct worker *w, struct node *n, struct branch *b);

#endif
