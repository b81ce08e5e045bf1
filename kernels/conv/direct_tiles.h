/* direct_tiles.h - the tiles of direct convolution: which pixels, and where their taps lie (kernels/conv/direct.c).
 *
 * Pixels are numbered in the order in which they are computed: row by row, or by lines. A line is part of a row or, at
 * the left and right edges of the image, of a column, so that the windows of its pixels reach over the same edge and
 * what lies in the padding need not be computed: with 3 x 3 kernels 5 % of all products at 14 x 14 pixels.
 *
 *     0 r r r r r 1       r  rows, without the columns at the edges: first
 *     0 r r r r r 1       0  columns, one after another
 *     0 r r r r r 1 */
#ifndef KERNELS_CONV_DIRECT_TILES_H
#define KERNELS_CONV_DIRECT_TILES_H
#include "kernels/gemm/micro.h"
#include "kernels/scenario.h"

#define DIRECT_DEPTH 1792 /* most rows of a panel that has all channels: x 64 columns = 448 KiB */
#define DIRECT_TAPS  128  /* most kernel positions: 11 x 11 and a few */

struct direct {
    const struct scenario *s;
    const struct micro *micro;
    int C, M;         /* of a group */
    int H, W, OH, OW; /* input and output: one row where a pixel's window is that pixel */
    int depth;        /* channels of a block; the last may have fewer */
    int tiles;        /* of mr pixels: what threads share out, unless pixels */
    int panels;
    bool merges;              /* a kernel row may be one tap */
    bool cuts;                /* so may several of its columns, where not all of it is inside for all pixels */
    bool lines;               /* pixels in the order of lines */
    int inner_from, inner_to; /* columns of pixels whose windows reach over neither the left nor the right edge */
    const float *in, *panel, *bias;
    const float *end; /* of all panels */
    float *out;
    struct activation activation;
    int group;
};

/* Sets merges, cuts, lines and inner columns from the rest. */
void direct_tiles_plan(struct direct *d);
/* Pixels [from, to) by panels [first, last) of the channel block at c0. The first panel says how tall tiles are. */
void direct_tiles_run(const struct direct *d, int c0, int from, int to, int first, int last);

#endif
