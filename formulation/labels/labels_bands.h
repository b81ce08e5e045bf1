/* labels_bands.h - the paths of a graph (22) by the largest step P that they have, in bands low < P <= high.
 *
 * The bound (23) of a label does not know P: its completions may be fast because one step of theirs is large, and the
 * label would have to pay for that step. In a band nothing is larger than `high`, and every P may be raised to low + 1:
 *
 *     of a path with low < max P <= high, neither M nor T changes;
 *     of one with max P <= low, M does not fall, and it has its own M in its own band.
 *
 * So all paths of the frontier are found if all bands are searched, and each band's hulls are those of completions that
 * need no more than `high`. Bands are narrow where P is small: each is a share wider than the one before. */
#ifndef FORMULATION_LABELS_LABELS_BANDS_H
#define FORMULATION_LABELS_LABELS_BANDS_H
#include "formulation/labels/labels_graph.h"

#define LABELS_BANDS 64 /* at most */

/* The upper ends, ascending, of a finished graph that has a path; the first band begins at -1, and the last one ends with
 * the largest P. Returns how many. */
int labels_bands_ends(int64_t end[LABELS_BANDS], const struct labels_graph *g);
/* The band as a graph of its own, finished, with the same states and payloads. NULL: as labels_graph_finish. */
struct labels_graph *labels_bands_graph(const struct labels_graph *g, int64_t low, int64_t high, struct error *err);

#endif
