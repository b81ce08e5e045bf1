/* labels_search.h - every Pareto-optimal (M, T) of a graph's paths (22), or those of one budget, by labels.
 *
 * A label is the cost (P, K, T) of a way from the start to a state. Stage by stage, of the labels of a state those are
 * dropped
 *   - that another label of the state beats (labels_graph_beats): it does so with every completion;
 *   - whose gap (labels_stairs_gap) is at most the slack: no completion gets below the staircase of known paths by
 * more. What is left is moved along every way by which some of it still can (labels_crowd.h). Each label with each
 * vertex of its state's hull is a path that there is, and is offered to the staircase every few stages, so that later
 * labels die early; before the first, labels along the paths of the start's vertices are. At the end the staircase is
 * the frontier: every path lies on it or above it, or at most the slack below it. No step rounds or uses floating point.
 *
 * The search stops at a deadline, an interrupt, or when it would use more memory than it may; then the staircase holds
 * paths that there are, and `missed` still is what the labels that are left could improve it by. */
#ifndef FORMULATION_LABELS_LABELS_SEARCH_H
#define FORMULATION_LABELS_LABELS_SEARCH_H
#include "formulation/labels/labels_crowd.h"
#include "solver/base/limits.h"

struct labels_question {
    int64_t least, most; /* bytes: the memories that matter (formulation/labels/labels_stairs.h) */
    int64_t slack;       /* ns that may be missed; 0: none. INT64_MAX - 1: only the least memory is wanted */
    struct limits limits;
    size_t memory; /* bytes that labels and hulls may take */
    /* [knowns] costs of paths of some other graph with the same question: nothing that they beat is looked for. Those that
     * remain corners have label -1. */
    const struct labels_corner *known;
    int knowns;
};

enum labels_stop { LABELS_FINISHED, LABELS_STOP_TIME, LABELS_STOP_INTERRUPT, LABELS_STOP_MEMORY };

struct labels_search {
    const struct labels_graph *g;
    struct labels_question q;
    struct labels_hulls *hulls;
    struct labels_stairs stairs; /* the answer: settled corners */
    enum labels_stop stop;
    /* Proven: no path is below the staircase by more than this many ns; LABELS_GAP_UNKNOWN: not even the least memory
     * is settled, if a search was stopped or has slack. */
    int64_t missed;
    int labels;        /* kept, those along the start's vertices included */
    int *way, *parent; /* [labels] the last way of each, and the label before it; -1 at the start */
    size_t way_room, parent_room;
    struct labels_runs *waiting; /* [states] labels that have reached a state that is not done yet */
    size_t waiting_bytes;
    struct labels_crowd crowd;
};

/* Runs to the end or to a limit. The graph is finished, has at least one path, and outlives the search. */
struct labels_search *labels_search_new(const struct labels_graph *g, const struct labels_question *q);
void labels_search_free(struct labels_search *s);
/* A lower bound of T of all paths with M <= q.most: the start's (23), and, once a path is known, what is missed.
 * LABELS_NONE: there is no such path. For a question about one budget (least = most). */
int64_t labels_search_bound(const struct labels_search *s);
/* The ways of the path of a corner with a label, from the start to an end: way[0 .. returned), at most one per stage. */
int labels_search_path(int *way, const struct labels_search *s, int corner);

#endif
