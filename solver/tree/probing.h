/* probing.h - the consequences of setting a binary to 0, and to 1 (Savelsbergh 1994, section 3). At the root, before
 * the cuts.
 *
 * If one value is impossible the other one holds; a bound that both imply holds anyway; implications of one of them are
 * kept for the separators: edges between binaries (clique_table.c) and bounds that a binary switches (implied.c). */
#ifndef SOLVER_TREE_PROBING_H
#define SOLVER_TREE_PROBING_H
#include "solver/search/search.h"

/* Tightens the worker's domain and its LP; the domain may turn out infeasible. */
void probing_run(struct worker *w);

#endif
