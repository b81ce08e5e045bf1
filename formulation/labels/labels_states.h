/* labels_states.h - an instance as a graph for labels: the states are what a run has in memory between two layers.
 *
 * Stage v lies before node v. A state says of every tensor that a later node reads
 *   - the layout in which it was made;
 *   - per tensor: in which layouts copies have been made, and which of them are still held. The original is held from
 *     the start. A copy that was given up is not made again, as the judge (formulation/selection.h) makes each once.
 * An arc is node v with the conversions of its inputs; its ways are the choices, by which paths are read back: their
 * payload is the index into node[v].choice.
 *
 * Per tensor, how long the judge keeps an original or a copy depends on later readers. Here every possible answer is a
 * branch: at each use, hold on or give up. A branch that gives up what is needed later leads nowhere, and one that
 * holds something too long counts more bytes than the judge; the one that is right has the judge's M and T
 * (formulation/ selection.h), so the least over all paths is the least over all selections. Where live tensors do not
 * count, all is held. */
#ifndef FORMULATION_LABELS_LABELS_STATES_H
#define FORMULATION_LABELS_LABELS_STATES_H
#include "formulation/labels/labels_segments.h"

#define LABELS_STATES_MOST 100000  /* of a stage: ten tensors that are read later have 59,049 */
#define LABELS_WAYS_MOST   8000000 /* in all, of 32 bytes */

/* `segments`: those that the instance's strips make are arcs too (formulation/labels/labels_segments.h), and are listed
 * there; NULL: every layer runs as a whole.
 * NULL: some stage has more states than that, or costs add up too high; the line says which methods can. */
struct labels_graph *labels_states_build(const struct instance *g, enum memory_model model,
                                         enum conversions conversions, struct labels_segments *segments,
                                         struct error *err);
/* The same, finished. */
struct labels_graph *labels_states_graph(const struct instance *g, enum memory_model model,
                                         enum conversions conversions, struct labels_segments *segments,
                                         struct error *err);

#endif
