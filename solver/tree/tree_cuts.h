/* tree_cuts.h - a few cuts below the root (option tree_cuts; Balas, Ceria & Cornuejols 1996 for cuts of a node that
 * hold everywhere).
 *
 * At nodes of some depths the separators run again on the node's solution, but with the bounds that hold everywhere and
 * with rows that hold everywhere, so that their cuts hold in the whole tree. A worker only collects: its relaxation
 * stays as it is until the round of plunges is over. Then the best cuts of all workers, in the workers' order, become
 * the last rows of every worker's relaxation at once; so the rows are the same for all, and in every run. Nodes made
 * before keep their bases: rows added since begin as basic (nodes.h). Cuts stay, and are few, because removing them
 * would spoil those bases.
 *
 * The budget is in calls: a share of the nodes, and none after several rounds in a row that found nothing. */
#ifndef SOLVER_TREE_TREE_CUTS_H
#define SOLVER_TREE_TREE_CUTS_H
#include "solver/search/search.h"

bool tree_cuts_due(const struct worker *w, const struct node *n);
/* At a node with a fractional solution: adds cuts to w->cuts.found. Leaves the relaxation and its solution
 * unchanged. */
void tree_cuts_find(struct worker *w);
/* After a round, no worker at work. */
void tree_cuts_merge(struct search *t);

#endif
