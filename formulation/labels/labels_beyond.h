/* labels_beyond.h - what labels are asked of graphs that are too wide for them, by the integer program (8) instead.
 *
 * The number of states grows exponentially with the tensors that are alive together (formulation/labels/
 * labels_states.h); the program's size does not. Each point is one program, solved to proven optimality, so that
 * frontiers take longer and a time limit may end them: then they are not complete, and what is missed is unknown.
 *
 * An image by rows (`stream_input`) is not in the program: the caller refuses it. */
#ifndef FORMULATION_LABELS_LABELS_BEYOND_H
#define FORMULATION_LABELS_LABELS_BEYOND_H
#include "formulation/frontier.h"

/* The frontier (12); out->by_program is set. */
bool labels_beyond_frontier(struct frontier *out, const struct instance *g, const struct request *q, struct error *err);
/* All (K, T) of the selections of P <= bound and K <= q->flash_bytes, each with one selection, K descending; not
 * complete if `deadline` (clock_wall()) or an interrupt came first. `above`: the level of a larger bound, or empty: what
 * is fastest there and within this bound is moved here, and not asked again. */
bool labels_beyond_level(struct frontier *level, struct frontier *above, const struct instance *g,
                         const struct request *q, int64_t bound, double deadline, struct error *err);
/* *least: the least P of the selections of K <= flash; -1: no selection. false also where a limit came first. */
bool labels_beyond_least_ram(int64_t *least, const struct instance *g, const struct request *q, int64_t flash,
                             struct error *err);
/* *least: the least K of the selections of P <= bound; -1: no selection. By bisection: each program that has a
 * selection lowers the upper end to its K. */
bool labels_beyond_least_flash(int64_t *least, const struct instance *g, const struct request *q, int64_t bound,
                               struct error *err);

#endif
