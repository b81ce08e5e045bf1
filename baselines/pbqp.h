/* pbqp.h - partitioned boolean quadratic programming by graph reduction (Scholz & Eckstein 2002; Hames & Scholz 2006;
 * [PBQP]):
 *
 *     min  sum_v c_v[x_v] + sum over edges C_uv[x_u, x_v]
 *
 * R0 takes out a node without edges, RI one with one edge, RII one with two: each folds the node into the rest exactly.
 * If none applies, RN decides a node of the largest degree by its cost with the best reply of each neighbour: a
 * heuristic. */
#ifndef BASELINES_PBQP_H
#define BASELINES_PBQP_H
#include <stdbool.h>
#include <stdint.h>

#define PBQP_NONE (INT64_MAX / 4) /* impossible; sums saturate here */

struct pbqp; /* opaque */

struct pbqp *pbqp_new(int nodes);
/* Alternatives of node v, costs copied. Once for each node, before its edges. */
void pbqp_node(struct pbqp *p, int v, int alternatives, const int64_t *cost);
/* cost[alternatives of u][alternatives of v], row by row; added to what that edge costs already. */
void pbqp_edge(struct pbqp *p, int u, int v, const int64_t *cost);
/* The sum and x[nodes]; PBQP_NONE: no solution found, and none exists if RN was not used. The problem is consumed. */
int64_t pbqp_solve(int *x, bool *used_rn, struct pbqp *p);
void pbqp_free(struct pbqp *p);

#endif
