/* labels_answer.h - between a request and a search by labels: the question that it comes to, and what is read off the
 * answer. Shared by formulation/labels/labels.h and formulation/labels/labels_device.h. */
#ifndef FORMULATION_LABELS_LABELS_ANSWER_H
#define FORMULATION_LABELS_LABELS_ANSWER_H
#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_segments.h"
#include "formulation/method.h"

/* All memories up to the request's budget, its limits from `start` (clock_wall()) on. */
struct labels_question labels_answer_question(const struct request *q, double start);
/* M of the fastest path, the smaller of two alike: no frontier has more. *time: its T. The graph has a path. */
int64_t labels_answer_fastest(int64_t *time, const struct labels_graph *g);
/* The selection of a corner's path; the caller frees it, and its segments. */
int *labels_answer_choice(struct streams *streams, const struct labels_search *s,
                          const struct labels_segments *segments, int corner, int nodes);
/* The method's answer for one budget (question->least = most): outcome, bound, and the selection if there is one. */
void labels_answer_fill(struct answer *out, const struct labels_graph *graph, const struct labels_segments *segments,
                        const struct instance *g, const struct labels_question *question);

#endif
