/* segment.h - a run of layers between two cuts, executed by rows: which rows when, and where they lie
 * (formulation/README.md, equations (13) to (18)).
 *
 * A cut is a layer after which its output is the only live tensor. A segment is the layers (i, j] between two cuts i
 * and j. Streamed at h rows a call, it runs as a fixed list of calls, each of which makes the next h rows (fewer at the
 * end, and where slow layers have a stride) of one layer: when rows of j are due, the rows that they need are made first, recursively. Nothing is computed
 * twice, and a layer in between ends with the last row that a call reads. Of a tensor v, only the rows that an unfinished
 * reader still needs are held,
 *
 *     held(v, t) = rows [low(v, t), made(v, t)),   low(v) = the first row that the next call of a reader reads     (17)
 *
 * of the tensor at i all rows but those already consumed, of the tensor at j all that are made. All of them share one
 * block, in which rows in use are dense and ascending (they are read as ordinary tensors):
 *
 *     block(s) = max over the calls t of the sum over v of  held(v, t) rowbytes(v)  +  states                      (18)
 *
 *     | tensor j, growing ->  | windows of the layers in between, the latest layers first |  <- consumed, tensor i |
 *
 * Tensor j begins at the left end and grows; tensor i ends at the right end. A window that has no room to grow makes
 * its neighbours move aside: which bytes move when is part of the list, computed here once and for all. A layer that
 * accumulates (a global pool) consumes its input by rows; its state is kept at the left end, before its output.
 *
 * The image, as tensor i, can also be handed over by rows (image_by_rows): then its window is like those of the layers
 * in between, and the list has calls of layer 0. Before a layer's call that needs rows of the image which are not there
 * yet, one such call takes all of them: in ascending order, each row at most once, and none that nothing reads.
 *
 * Rows are contiguous in HWC and HCW, the layouts of streamed tensors. Workspaces come on top of the block. */
#ifndef FORMULATION_SEGMENT_H
#define FORMULATION_SEGMENT_H
#include "formulation/network.h"

/* Layers with a stride may be slower than others. At h rows a call, one of stride S waits for h S rows of its input;
 * with fewer rows a call, fewer are held. */
enum segment_slow {
    SEGMENT_SLOW_NONE,
    SEGMENT_SLOW_POOLS,  /* operators with a stride make one row a call */
    SEGMENT_SLOW_STRIDES /* and convolutions with a stride S as many as h / S allows, of the rows that are tried */
};
#define SEGMENT_SLOWS 3
extern const char *const segment_slow_names[SEGMENT_SLOWS]; /* "none", "pools", "strides" */

/* How many rows a layer makes at a time: (31). */
struct segment_pace {
    int rows; /* h; 0: the layers run as a whole */
    enum segment_slow slow;
};

struct segment_move {
    int64_t from, to, bytes; /* offsets in the block; may overlap */
};

/* Makes rows [from, to) of a layer's output; of an accumulating layer, consumes these rows of its input; of layer 0,
 * takes these rows of the image. */
struct segment_call {
    int node, from, to;
    int first_move, last_move;          /* move[first_move .. last_move) come before the call, in this order */
    int64_t out_offset;                 /* where row `from` goes; of an accumulating layer, its output */
    int64_t in_offset[OPERATOR_INPUTS]; /* the first row that it reads (segment_window) of each input */
};

struct segment {
    const struct network *network; /* folded */
    int first, last;               /* layers; first - 1 and last are cuts */
    struct segment_pace pace;
    bool image_by_rows;  /* tensor first - 1 = 0 is not there at the beginning: calls of layer 0 take its rows */
    int64_t block_bytes; /* (18) */
    int64_t state_bytes; /* of the last layer, at offset 0; its output begins after it */
    int calls, moves;
    struct segment_call *call;
    struct segment_move *move;
    int64_t moved_bytes; /* by all moves */
};

/* The rows of a call that are tried. */
#define SEGMENT_ROWS 5
extern const int segment_rows[SEGMENT_ROWS];
/* The paces that are tried: for each kind of slow layers each of these, but 1 only for the first. */
#define SEGMENT_PACES (SEGMENT_SLOWS * (SEGMENT_ROWS - 1) + 1)
struct segment_pace segment_pace(int i);
#define SEGMENT_PACE_TEXT 24
/* Do layers [first, last] make the same calls at both? */
bool segment_pace_alike(const struct network *folded, int first, int last, struct segment_pace a,
                        struct segment_pace b);
/* Do they at pace i and at an earlier one? */
bool segment_pace_repeats(const struct network *folded, int first, int last, int i);
static inline struct segment_pace segment_pace_even(int rows) {
    return (struct segment_pace){rows, SEGMENT_SLOW_NONE};
}
/* "4", or with what is slow "4-pools". */
void segment_pace_text(char text[SEGMENT_PACE_TEXT], struct segment_pace pace);

bool segment_cut(const struct network *folded, int v);
/* [layers] of every layer at once, in time proportional to the edges; the caller frees. */
bool *segment_cuts(const struct network *folded);
/* Can layers [first, last] run by rows, first - 1 and last being cuts? */
bool segment_possible(const struct network *folded, int first, int last);
/* The segment must be possible; pace.rows >= 1. */
struct segment *segment_new(const struct network *folded, int first, int last, struct segment_pace pace);
/* The same for layers [1, last], with the image by rows. */
struct segment *segment_new_image_by_rows(const struct network *folded, int last, struct segment_pace pace);
void segment_free(struct segment *s);

/* A segment to be measured. last_rows: of the last layer that are wanted. image_by_rows counts only where first is 1. The
 * measurement ends once the block has `enough` bytes, or kept_bytes `enough_kept`: the figures are then those up to there. */
struct segment_span {
    int first, last;
    struct segment_pace pace;
    int last_rows;
    bool image_by_rows;
    int64_t enough, enough_kept; /* INT64_MAX: to the end */
};

/* What a segment holds, without its list: the first pass of segment_new alone. */
struct segment_extent {
    int64_t block_bytes; /* (18) */
    int64_t state_bytes; /* of these */
    int64_t kept_bytes;  /* the most that tensors but the last one hold, without the state */
    int64_t inner_bytes; /* the same without the first one */
};

/* A segment that goes further needs `last_rows` rows of the last layer and has these calls at its beginning: it holds at
 * least kept_bytes; one that begins earlier, too, makes them as parts of its own, and holds at least inner_bytes. held: [last - first + 2] rows of each tensor from first - 1 on when block_bytes are held for the first
 * time; NULL: not wanted. */
void segment_measure(struct segment_extent *out, int *held, const struct network *folded,
                     const struct segment_span *span);

/* Can layer v run by rows? */
bool segment_streams(const struct network *folded, int v);
/* Where the call of layer v that begins at row `from` ends: `rows` later, or at the last row; later still where so few
 * rows would be computed from padding alone, which no strip can say. */
int segment_end(const struct network *folded, int v, int from, int rows);
/* The same for a layer that makes `height` rows, outside of a network. */
int segment_end_of(const struct layer *l, int height, int from, int rows);
/* Rows [low, high) of the inputs of layer v that make its rows [from, to), a call. */
void segment_window(int *low, int *high, const struct network *folded, int v, int from, int to);
/* Rows that layer v makes in all; of its input, if it accumulates. */
int segment_height(const struct network *folded, int v);
/* `rows`, or all that it has. */
int segment_batch(const struct network *folded, int v, int rows);
/* Rows of its calls in a segment. */
int segment_call_rows(const struct network *folded, int v, struct segment_pace pace);
int64_t segment_row_bytes(const struct network *folded, int v); /* of its output */
/* Of a segment that ends with layer v. */
int64_t segment_state_bytes(const struct network *folded, int v);
bool segment_accumulates(const struct network *folded, int v);
/* Replays the list: every row is read where it was put, and nothing that is needed is overwritten. For CHECK. */
bool segment_check(const struct segment *s);

#endif
