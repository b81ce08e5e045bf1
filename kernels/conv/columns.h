/* columns.h - what the loops of the convolution by columns share (kernels/conv/columns.c), and the table of their
 * instances, one for each instruction set.
 *
 *     out[oh][ow][m] = bias[m] + sum_{kh,kw,c} w[m][c][kh][kw] * in[oh S - Pt + kh][ow S - Pl + kw][g C/G + c]
 *
 * A lane is a vector of adjacent output channels. Every sum begins with the bias and adds in one order, kh, kw, c or,
 * with groups, kh, c, kw, whichever block it falls into: results depend neither on how rows and lanes are shared out
 * nor on what else is computed with them. */
#ifndef KERNELS_CONV_COLUMNS_H
#define KERNELS_CONV_COLUMNS_H
#include "kernels/activation.h"
#include "kernels/arithmetic.h"
#include "kernels/scenario.h"

#define COLUMNS_PIXELS 7    /* of a block with groups: sizes of images are often multiples of it */
#define COLUMNS_MOST   24   /* of a block without, at most */
#define COLUMNS_FEW    4    /* and at least */
#define COLUMNS_EDGE   14   /* of a strip at an edge of a long row: two blocks of two lanes */
#define COLUMNS_STAY   4    /* more rows than a kernel's, if a copied row is to stay on the stack */
#define COLUMNS_STRIP  6    /* of a strip: its input can be copied at an edge */
#define COLUMNS_LONG   112  /* and at most, if it may be copied */
#define COLUMNS_LINE   16   /* floats of a cache line */
#define COLUMNS_COPY   2048 /* floats: a block's input, copied to the stack at the edges of an image */

struct columns;

/* Output rows [from, to) of lanes [first, last). */
struct columns_part {
    int from, to, first, last;
};
typedef void columns_loops(const struct columns *d, const struct columns_part *part);

struct columns_family {
    int vector; /* floats */
    columns_loops *dense, *grouped;
};
const struct columns_family *columns_current(void); /* the vector of isa_current(), the instructions of isa_code() */

struct columns {
    const struct scenario *s;
    const struct columns_family *family;
    int C, M;                 /* of a group */
    bool dense;               /* see columns.c */
    int packed;               /* groups whose channels share a lane, where C = M = vector / packed; else 1 */
    int lanes;                /* of all groups */
    int period, channels;     /* lanes and channels that begin a new vector together: a group's; all if packed */
    int count;                /* channels of a lane: a vector, or, if fewer, those of a group */
    int together;             /* with groups: lanes whose weights stay in the second-level cache */
    int strip;                /* dense: pixels of a strip, at most */
    int inner_from, inner_to; /* dense: pixels of a row; those outside are strips by themselves */
    size_t size; /* floats of the weights of a lane: [KH][KW][C][vector], with groups [KH][C][KW][vector] */
    int OH, OW;
    const float *in, *weights, *bias; /* bias NULL: zero */
    float *out;
    struct activation activation;
};

/* 1 x 1: all pixels are one row. */
static inline bool columns_is_points(const struct scenario *s) {
    return s->KH * s->KW == 1 && s->stride == 1;
}

/* Where a lane begins: output channel m, and input channel c. The last lane of a period overlaps the one before it. */
struct columns_lane {
    int m, c;
};
static inline struct columns_lane columns_lane_of(const struct columns *d, int lane) {
    const int V = d->family->vector, i = lane % d->period, group = lane / d->period;
    const int m = group * d->channels + most_of(0, least_of(i * V, d->channels - V));
    return (struct columns_lane){m, d->packed > 1 ? m : group * d->C};
}

#endif
