/* winograd_transform.h - the transforms of Winograd convolution, tile by tile, over channels that lie together (HWC).
 *
 * dims 1: a tile is A pixels of a row; dims 2: A x A pixels. Both come as pointers to pixels, so that pixels outside
 * the image may be any row of zeros. Transformed positions x = 0 .. A^dims - 1 lie `step` floats apart. */
#ifndef KERNELS_WINOGRAD_WINOGRAD_TRANSFORM_H
#define KERNELS_WINOGRAD_WINOGRAD_TRANSFORM_H
#include <stdbool.h>
#include <stddef.h>

#include "kernels/activation.h"
#include "kernels/arithmetic.h"

/* Variant numbers of every Winograd primitive: F(m, r), floats per vector of its transforms, tiles or rows of a strip. */
enum { WINOGRAD_M, WINOGRAD_R, WINOGRAD_VECTOR, WINOGRAD_STRIP };

/* What becomes of a sum y of output channel c: activation(y + bias[c]), or activation(y + pixel[c]). */
struct winograd_end {
    const float *bias;            /* or NULL: zeros */
    bool accumulate;              /* the pixel has the bias and the sums of other input channels */
    struct activation activation; /* bounds are the transform's work, a curve follows in winograd_transform_back */
};

/* to[x * step + c], c < channels, from pixel[A^dims]. */
typedef void winograd_input(float *to, size_t step, const float *const *pixel, int channels);
/* pixel[m^dims], NULL where the tile sticks out of the image, from from[x * step + c]. */
typedef void winograd_output(float *const *pixel, const float *from, size_t step, const struct winograd_end *end,
                             int channels);

struct winograd_transform {
    int m, r;
    winograd_input *input;
    winograd_output *output;
};

/* The transform of F(m, r) with vectors of `vector` floats (1: scalar), or narrower ones where the instruction set has
 * none of that width. NULL: not available. */
const struct winograd_transform *winograd_transform(int dims, int m, int r, int vector);

/* t->output and, where the activation is a curve, that. */
void winograd_transform_back(const struct winograd_transform *t, float *const *pixel, int pixels, const float *from,
                             size_t step, const struct winograd_end *end, int channels);

/* The weights of one group (M x C x KH x r, raw) as panels [x][panel][taps * C][width] for the micro-kernel: taps = KH
 * for dims 1 (taps of a column are summed by the product), 1 for dims 2. Computed in double, rounded once. */
void winograd_weights(float *panels, const float *weights, int dims, int m, int r, int M, int C, int KH, int threads);
size_t winograd_weights_floats(int dims, int m, int r, int M, int C, int KH);

/* How many strips `threads` threads take `items` tiles or rows in, if one thread takes them in `strips`, and an item is
 * `floats` of transformed input and output. Each thread has strips for itself and reads all `weights`: as many for all
 * of them. A single strip is cut only if weights are fewer than the floats that would go from thread to thread if they
 * shared out its positions instead, some half of them. */
int winograd_strips(int strips, int items, int threads, size_t floats, size_t weights);
/* Do threads share out panels of output channels evenly enough? */
static inline bool winograd_by_channels(int panels, int threads) {
    return threads == 1 || 10 * divide_up(panels, threads) * threads <= 11 * panels;
}

/* Raw weights on the fly (winograd_slab.c), dims 2: to[x * step + j], j < columns, from the r x r taps
 * taps[k * between + j]. In single precision. */
typedef void winograd_taps(float *to, size_t step, const float *taps, size_t between, int columns);
winograd_taps *winograd_raw(int m, int r, int vector); /* as winograd_transform */

#endif
