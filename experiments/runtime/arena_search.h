/* arena_search.h - do the buffers fit in an arena of so many bytes? Exact, by branch and bound on the skyline.
 *
 * A valley is a run of sections with one floor h, lower than both of its neighbours. Whatever comes to lie at h in it
 * lies within it. So for any section of any valley, in every packing, one of these holds:
 *
 *     block k covers the section, low[k] = h, and lies at h: one branch for each k                               (3)
 *     nothing does, and the floor of the section is the next offset that can occur: one branch, skyline_next      (4)
 *
 * That is complete, no packing is met twice, and the order in time is free: the section with the fewest branches for
 * the number of times that it refused (weighted degree: Boussemart et al. 2004) is next, and (4) comes last. Sections
 * that no block left crosses split the rest into parts, each solved by itself. States without a solution are remembered
 * (a hash of 128 bits of floors and blocks left), across restarts too. Restarts with other orders of branches, and more
 * nodes every few rounds, find packings that one unlucky order misses; a round that ends by itself is a proof.
 *
 * Deciding this is NP-complete (Garey and Johnson, SR2). The setting, packings in which everything has fallen, sections
 * and dominance follow M. Moffitt, MiniMalloc, ASPLOS 2023; valleys, (4) and the weights are our own. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_SEARCH_H
#define EXPERIMENTS_RUNTIME_ARENA_SEARCH_H
#include "experiments/runtime/skyline.h"
#include "solver/base/limits.h"

enum arena_search_end { ARENA_SEARCH_FITS, ARENA_SEARCH_NEVER, ARENA_SEARCH_STOPPED };

/* FITS: all blocks of s are laid. NEVER: no arena of fewer than s->need bytes exists. STOPPED: neither is known, and
 * the reason is in *stop. The number of nodes is added to *nodes; limits->nodes is compared with that. */
enum arena_search_end arena_search(struct skyline *s, int64_t *nodes, enum limits_stop *stop, int64_t capacity,
                                   const struct limits *limits);

#endif
