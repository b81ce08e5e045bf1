/* labels_segments.h - the segments of an instance as arcs of the graph: (13) to (19) of formulation/README.md.
 *
 * From the state after cut i with its tensor in layout L, an arc leads to the state after cut j for every segment (i, j)
 * that can run by rows in L. Its ways are the selections of the segment's layers that none beats in (P, K, T), or, where
 * only their M matters, in (P + K, K, T):
 *
 *     P = block(s) + the largest workspace,   K = what workspaces and weights add up to,   T = times, and of the moves
 *
 * Segments that take the image by rows are arcs from the start, before layer 0, which is among their choices.
 *
 * For one i, h and L the layers are walked once: the list of partial selections after a layer serves every cut that
 * follows. A partial selection knows its last choice and the partial selection before, so a way is read back from its
 * end (labels_segments_read). */
#ifndef FORMULATION_LABELS_LABELS_SEGMENTS_H
#define FORMULATION_LABELS_LABELS_SEGMENTS_H
#include "formulation/labels/labels_graph.h"
#include "formulation/selection.h"

#define LABELS_SEGMENTS_MOST 20000000 /* partial selections and ways in all: about 1.5 GB */

struct labels_partial {
    struct labels_cost cost; /* P: the largest workspace */
    int node, choice;        /* the last layer, and the index into node[].strip */
    int before;              /* the partial selection before it; -1 */
};

struct labels_option { /* a way: a whole selection of a segment */
    struct stream stream;
    int partial;
    int image; /* with the image by rows, also the choice of layer 0 */
};

struct labels_segments {
    struct stream barred; /* given: a segment to leave out, in all layouts; pace.rows 0: none */
    bool traded;          /* given: only M (22) matters, so that P may be traded for K (labels_graph_beats) */
    struct labels_partial *partial;
    struct labels_option *option;
    int partials, options;
    size_t partial_room, option_room;
    bool image_by_rows; /* set by the caller: segments at the beginning may take the image by rows, too */
};

/* Adds the arcs. state[v * LAYOUTS + l]: the graph's state after cut v with its tensor in layout l; -1: there is none.
 * A way's payload is -1 - its index in option[]. Where live tensors do not count, segments save nothing and are left
 * out. false: more than LABELS_SEGMENTS_MOST. */
bool labels_segments_add(struct labels_segments *s, struct labels_graph *graph, const int *state,
                         const struct instance *g, enum memory_model model, struct error *err);
void labels_segments_free(struct labels_segments *s);
/* Fills in the choices of the segment's layers. */
void labels_segments_read(int *choice, struct stream *stream, const struct labels_segments *s, int option);

#endif
