/* instance.h - a network and a profile joined: what every method selects from, and nothing else
 * (formulation/README.md).
 *
 * One node per layer of the folded network, in execution order; choices are (primitive | operator in a layout). An edge
 * has the conversion costs of its tensor, already closed under shortest paths; INSTANCE_NO_WAY where no path exists.
 * Workspaces and stored weights come from the primitive table (exact for the layer's own scenario), times from the
 * profile. Layers without a measured row: a convolution is `uncovered`, and passes any one layout through at 0; another
 * layer costs 0. */
#ifndef FORMULATION_INSTANCE_H
#define FORMULATION_INSTANCE_H
#include "formulation/network.h"
#include "formulation/profile.h"
#include "formulation/segment_memo.h"

#define INSTANCE_NO_WAY INT64_MAX

struct choice {
    const struct primitive *primitive; /* NULL: an operator, or an uncovered convolution */
    enum layout in, out;
    int64_t time_ns, workspace_bytes, weights_bytes;
    int rows; /* a call; 0: the whole layer at once. By rows, time is that of all calls, workspace that of the largest */
    int64_t reused_bytes; /* of its output, that lie where inputs do (formulation/overlay.h); 0 by rows */
};

struct node {
    const struct layer *layer;
    int choices;
    struct choice *choice; /* [choices], in the order of the table: never empty */
    int strips;
    struct choice *strip; /* [strips] by rows: what it may be in a segment (instance_stream); in == out, HWC or HCW */
    bool covered;         /* its time was measured, or it needs none */
    int64_t out_bytes;
    int64_t reused_bytes;  /* the most of any choice */
    int first_in, last_in; /* its incoming edges: edge[first_in .. last_in) in the order of its inputs */
};

struct edge {
    int from, to;                              /* nodes, from < to */
    int slot;                                  /* which input of `to` */
    int64_t bytes;                             /* the tensor */
    int64_t time_ns[LAYOUTS][LAYOUTS];         /* [l][l'], 0 on the diagonal and where the layouts are alike */
    enum layout via[LAYOUTS][LAYOUTS];         /* first stop of the shortest path; l' itself if direct */
    int64_t workspace_bytes[LAYOUTS][LAYOUTS]; /* the largest on the path */
    /* The same bytes in both (H W = 1, C = 1, or H or W = 1 for some pairs): no conversion is executed, the reader
     * takes the tensor as it is. On the diagonal too. */
    bool alike[LAYOUTS][LAYOUTS];
};

struct instance {
    const struct network *network; /* folded */
    const struct profile *profile;
    int threads; /* that workspaces are for */
    int nodes, edges;
    struct node *node;
    struct edge *edge;         /* sorted by (to, slot) */
    bool apart;                /* every output has a separate block (instance_apart) */
    int uncovered;             /* convolutions left out */
    struct segment_memo *memo; /* of segments; NULL: layers run as a whole */
    bool layers_measured;      /* some other layer than a convolution has a measured time */
};

/* NULL where the profile covers no convolution of the network ("a profile for another network"). */
struct instance *instance_new(const struct network *folded, const struct profile *profile, int threads,
                              struct error *err);
void instance_free(struct instance *g);
/* Fills in the strips of every node from the profile's strip rows. The image may then be copied into the arena in any
 * layout, at the price of its conversion. */
void instance_stream(struct instance *g);
/* Would that give any layer strips, and does the profile say how long moves take? */
bool instance_can_stream(const struct instance *g);
/* From here on no output of a layer that runs as a whole lies over or around inputs: each has a separate block.
 * Segments, whose layers share one block, stay as they are. */
void instance_apart(struct instance *g);
/* Time to move that many bytes in the arena: the profile's row for just these, or in proportion to that for
 * PROFILE_MOVED bytes; -1 if it has neither. */
int64_t instance_move_ns(const struct instance *g, int64_t bytes);
/* An instance from parts, for tests: the caller fills node and edge (direct times, INSTANCE_NO_WAY where no conversion
 * exists; alike; reused_bytes of choices), then instance_close makes in-edges, closure and what is read off choices. */
void instance_close(struct instance *g);
bool instance_alike(struct shape s, enum layout a, enum layout b);
/* First uncovered convolution from node `from` on, or -1: to name them. */
int instance_uncovered(const struct instance *g, int from);

#endif
