/* labels.h - frontiers (12) and the fastest selection within a budget (8) by labels, under every memory model: exact,
 * in integers only, with a selection at every point.
 *
 * An instance becomes a graph (formulation/labels/labels_states.h), whose paths are searched (formulation/labels/
 * labels_search.h). Every selection that comes out is graded by the judge. */
#ifndef FORMULATION_LABELS_LABELS_H
#define FORMULATION_LABELS_LABELS_H
#include "formulation/frontier.h"

#define LABELS_MEMORY ((size_t)1 << 30) /* bytes that a search may take; then it stops with what it has */

/* The request's budget is the largest that is looked at; its time limit and interrupt stop the search, and
 * out->complete is false then. `epsilon`: no point of the frontier is missed by more than that share of the least time
 * T*, that is, out->missed_ns <= epsilon T*; 0: none is missed. A graph with too many layouts alive together is answered
 * by integer programs (formulation/labels/labels_beyond.h); false: an image by rows in such a graph. */
bool labels_frontier(struct frontier *out, const struct instance *g, const struct request *q, double epsilon,
                     struct error *err);
/* The method of this name (formulation/method.h): (8), always by labels: false where they would be too many. */
bool labels_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err);

#endif
