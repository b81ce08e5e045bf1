/* winograd_tiles.h - the tiles of a Winograd convolution in two dimensions, which winograd.c and winograd_slab.c share.
 *
 * The output is cut into across x down tiles of m x m pixels, each made from A x A samples, A = m + r - 1. Tiles are
 * taken at most T at a time (a strip; T = 0: all of them), as evenly as possible. For each of the A^2 positions x, a
 * strip's transformed input is a matrix [tiles][C], its product one of [tiles][columns]; positions lie `step` floats
 * apart. C and M are those of a group. */
#ifndef KERNELS_WINOGRAD_WINOGRAD_TILES_H
#define KERNELS_WINOGRAD_WINOGRAD_TILES_H
#include "kernels/gemm/micro.h"
#include "kernels/primitive.h"
#include "kernels/winograd/winograd_transform.h"

#define WINOGRAD_SAMPLES 64 /* most samples of a tile: 8 x 8 */
#define WINOGRAD_LINE    16 /* floats in a line of the cache */
#define WINOGRAD_HELP                                                                                                  \
    "m and r of F(m x m, r x r), floats per vector of the transforms (1: scalar), tiles per strip (0: all)"

struct winograd_tiles {
    const struct scenario *s;
    const struct winograd_transform *transform;
    int A, m, samples;       /* of a tile: A x A, m x m, A * A */
    int across, down, tiles; /* in the image */
    int strip, strips;       /* tiles of the longest strip, strips */
    int C, M;                /* of a group */
    const float *in, *bias;  /* bias: M of all groups, or NULL */
    const float *zeros;      /* [C], or as many as are read at a time: the pixels outside the image */
    float *out;
    struct activation activation;
    bool accumulate; /* out has the bias and the sums of other input channels: winograd_end */
    int group;       /* under way */
};

bool winograd_tiles_apply(const struct primitive *p, const struct scenario *s);
struct winograd_tiles winograd_tiles(const struct primitive *p, const struct scenario *s); /* sizes; buffers are NULL */
size_t winograd_tiles_raw(const struct scenario *s); /* floats of a group's raw weights */

/* Tile `tile` of the image: to[x * step + c] for c < channels, from channel first + c of the group. */
void winograd_tiles_input(const struct winograd_tiles *w, float *to, size_t step, int tile, int first, int channels);
/* Channels first .. first + channels - 1 of the group's output in that tile, from from[x * step + j]. */
void winograd_tiles_output(const struct winograd_tiles *w, const float *from, size_t step, int tile, int first,
                           int channels);
/* Fetches the cache lines of that output, which is about to be added to. */
void winograd_tiles_fetch(const struct winograd_tiles *w, int tile, int first, int channels);
/* Lines of memory that will be read soon, fetched a few at a time: more at once would wait for each other. */
struct winograd_ahead {
    const float *next, *end;
    int lines; /* of the cache, with every tile that is multiplied */
};
/* tile->c [tiles][tile->columns] (+)= input [tiles][C] panel, tile->depth deep; a panel `width` floats wide. `ahead` may
 * be NULL. */
void winograd_tiles_product(const struct micro *micro, struct micro_tile *tile, int width, const float *input, int C,
                            int tiles, struct winograd_ahead *ahead);

#endif
