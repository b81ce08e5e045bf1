/* floors_reach.h - block(i, j, h) of (18) for one first cut i and all further cuts j, one after the other.
 *
 * What is held follows from the first pass of a segment (segment_measure), made anew for every j: which rows of a layer
 * are wanted depends on the last one. Two passes give
 *
 *     block_bytes  (18), with all rows of layer j wanted
 *     kept_bytes   what tensors other than j hold at most, with only those rows of j wanted that any longer segment wants
 *                  (`demand`). Such a one makes the same calls of these layers, in the same order, and maybe more; it
 *                  wants as many rows of each, or more, and so gives up none of them sooner.
 *
 * Tests compare blocks with what the calls of segment_new hold, counted call by call. */
#ifndef FORMULATION_FLOORS_REACH_H
#define FORMULATION_FLOORS_REACH_H
#include <stdatomic.h>

#include "formulation/segment.h"

/* What all segments of a network need to know of it. */
struct floors_map {
    const struct network *network; /* folded */
    int element_bytes;
    const atomic_int *interrupt; /* or NULL */
    bool image_by_rows;          /* of layer 0, only the rows asked for are held, not all from the beginning */
    int *next_cut;               /* [layers] the first cut after v; -1 after the last layer */
    int *first_reader, *reader;  /* reader[first_reader[u] .. first_reader[u + 1]) read tensor u, ascending */
    int *demand;                 /* [layers] calls' rows of v that any segment with layers after v wants */
};

struct floors_reach {
    const struct floors_map *map;
    int first, last; /* layers [first, last]; last = first - 1 at the beginning */
    struct segment_pace pace;
    int64_t block_bytes; /* as last measured: (18) */
    int64_t state_bytes; /* of these */
    int64_t kept_bytes;  /* no longer segment needs less */
    int64_t inner_bytes; /* nor one that also begins earlier */
};

void floors_map_init(struct floors_map *m, const struct network *folded, int element_bytes, bool image_by_rows);
void floors_map_free(struct floors_map *m);
int64_t floors_map_row_bytes(const struct floors_map *m, int v);
int64_t floors_map_bytes(const struct floors_map *m, int v); /* of the whole tensor */
/* Bytes of layer v's output that lie where inputs do, with the kernel and layout for which that is most
 * (formulation/overlay.h), and whether those of one of its inputs are among them. */
int64_t floors_map_reused(const struct floors_map *m, int v);
bool floors_map_lies(const struct floors_map *m, int v, int slot);

void floors_reach_init(struct floors_reach *r, const struct floors_map *m, int cut, struct segment_pace pace);
/* To the next cut; false: there is none, or the layers up to it cannot run by rows. */
bool floors_reach_extend(struct floors_reach *r);
/* block_bytes and state_bytes of the segment that it has reached, or, of a block of at least `enough`, some figure that is
 * no less; held: as for segment_measure. */
void floors_reach_block(struct floors_reach *r, int *held, int64_t enough);
/* kept_bytes and inner_bytes, likewise. */
void floors_reach_kept(struct floors_reach *r, int64_t enough);

#endif
