/* ilp_segments.h - streamed segments in the integer program: equations (13) to (19) and (25) to (27) of
 * formulation/README.md, on the segments that are left in a core (formulation/core_segments.h).
 *
 *   u[s]        one column per segment, binary
 *   u[k]        interval k runs as a whole; whole by itself, since all other columns of (13) are
 *   x[v,p,c]    one column per group c and strip p of it, binary: rows (25). A group has the segments of one number of
 *               rows and one layout in which layer v has the same strips to choose from: those that fit, less those that
 *               another one beats. Where one strip is left no column is needed: x is the sum of the u.
 *   a[v,l,L]    segments in L begin after cut v, whose tensor is in layout l, alike: rows (26)
 *
 * The flow (2) out of a cut is then what it makes, by a layer or a segment's end, less what segments take (26). Where
 * only a budget B bounds the steps, a strip is in a group if block + w <= B, and (19) needs no row. Where the memory of
 * the largest step is a column m, there is one row (27) per layer, with the block (18) as coefficient of u[s]. */
#ifndef FORMULATION_ILP_SEGMENTS_H
#define FORMULATION_ILP_SEGMENTS_H
#include "formulation/ilp.h"

struct ilp_group {
    int node, rows;
    enum layout layout;
    int count, *strip; /* [count] indices into node[].strip, ascending */
    int column;        /* of the first; -1: there is only one strip */
    int before;        /* the layer's group that was made before this one, or -1 */
};

#define ILP_SURE  (-1)
#define ILP_NEVER (-2)

struct ilp_segments {
    const struct core_segments *in; /* the core's */
    int first;                      /* column of u[s], s = 0; the others follow */
    int **group;                    /* [in->count][layers of s] group of each of its layers */
    int groups;
    struct ilp_group *all; /* [groups] */
    int integers;          /* so many columns from `first` on are binary: u, x */
    int *whole;            /* [nodes] the column of v's interval; ILP_SURE: it runs as a whole, ILP_NEVER: it cannot */
    int (*begin)[LAYOUTS][LAYOUTS]; /* [nodes] a[v][l][L], or -1 */
};

/* Steps are compared with m, not with the budget. */
bool ilp_segments_measured(const struct ilp *p);
void ilp_segments_columns(struct ilp *p);
void ilp_segments_free(struct ilp *p);
/* Do segments begin after layer v, or end with it? Then edges out of v have all their columns y. */
bool ilp_segments_meet(const struct ilp *p, int v);
int64_t ilp_segments_unit(const struct ilp *p, int64_t unit); /* common divisor with all sizes of segments */

/* Parts of the expression under construction: value times the indicators that v runs as a whole; that a segment ends
 * with v in this layout; that one begins after v, whose tensor is in this layout. */
void ilp_segments_add_whole(struct ilp *p, int v, double value);
void ilp_segments_add_end(struct ilp *p, int v, int layout, double value);
void ilp_segments_add_begin(struct ilp *p, int v, int layout, double value);
/* What all layers that are in segments cost by `measure`, each less base[v], divided by `unit`; the moves too if
 * `moves`. */
void ilp_segments_add(struct ilp *p, ilp_measure *measure, const int64_t *base, bool moves, int64_t unit, double price);

void ilp_segments_rows(struct ilp *p);  /* (13), (25), (26) */
void ilp_segments_steps(struct ilp *p); /* (27) */
/* Adds the segments of solution x to `streams` and fills in the choices of their layers. */
void ilp_segments_decode(int *choice, struct streams *streams, const struct ilp *p, const double *x);

#endif
