/* partition.h - ordered partitions of a model's columns and rows, refined until all elements of a cell see the same
 * cells through the same coefficients (McKay 1981; Darga, Liffiton, Sakallah & Markov 2004).
 *
 * Elements are the columns 0 to cols - 1, then the rows. All that is done to a partition depends on what the program
 * looks like, never on its numbering: two partitions that went through the same steps from elements that a symmetry
 * exchanges have the same `trace` and cells of the same sizes, and the symmetry maps one's order to the other's. */
#ifndef SOLVER_SEARCH_PARTITION_H
#define SOLVER_SEARCH_PARTITION_H
#include <stdint.h>

#include "solver/model/rows.h"

/* Invariants: element and place are inverse; a cell is the places first to first + length - 1, cell[v] its first. */
struct partition {
    int size, *element, *place, *cell; /* [size] */
    int *length;                       /* [size] at the first place of a cell: how many elements it has */
    int cells;
    uint64_t trace; /* hash of the refinements so far */
};

/* What refining needs besides the partition; one for all partitions of a model. */
struct refiner {
    const struct model *m;
    const struct rows *rows;
    uint64_t *seen; /* [size] 0 between calls */
    struct refiner_key {
        int cell, element;
        uint64_t seen;
    } * key;              /* [size] */
    int *queue, *touched; /* [size] queue: a ring of the cells to look at */
    int head, waiting;
    bool *queued; /* [size] false between calls */
    int64_t work; /* entries read */
};

void partition_refiner_init(struct refiner *r, const struct model *m, const struct rows *rows);
void partition_refiner_free(struct refiner *r);

/* Cells of columns with equal cost, bounds and kind, and of rows with equal sides; refined. */
void partition_init(struct partition *p, struct refiner *r);
void partition_free(struct partition *p);
void partition_copy(struct partition *to, const struct partition *from); /* to: zeroed, or of the same size */
/* The element becomes a cell of its own, before the rest of its cell; refined. */
void partition_single_out(struct partition *p, struct refiner *r, int element);

#endif
