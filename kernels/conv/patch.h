/* patch.h - patch matrices: what im2row and im2col multiply with the kernels.
 *
 * The patch of an output pixel is the C/G x KH x KW part of the input under the kernel, zeros where that is padding, as
 * a vector of K = C/G KH KW floats in the input's own layout. im2row puts a patch in a row (pixels x K), im2col in a
 * column (K x pixels). */
#ifndef KERNELS_CONV_PATCH_H
#define KERNELS_CONV_PATCH_H
#include "kernels/scenario.h"
#include "kernels/tensor.h"

enum patch_method {
    PATCH_SCAN,  /* element by element */
    PATCH_SHORT, /* runs: im2row from HWC the pixels of a kernel row, im2col the pixels of an image row */
    /* im2col from CHW: the whole image at once, where stride is 1 and the output is as wide; else as PATCH_SHORT */
    PATCH_LONG,
    /* im2col: rows of the matrix are copied from rows already made (a kernel row further down sees what the one above
     * sees one output row later), only the rest from the image */
    PATCH_SELF
};

struct patch {
    enum layout in;
    bool columns; /* im2col */
    enum patch_method method;
};

static inline int patch_size(const struct scenario *s) {
    return s->C / s->groups * s->KH * s->KW;
}

/* The patches of output rows [first, first + rows) of one group. */
void patch_build(float *matrix, const float *in, const struct scenario *s, struct patch patch, int group, int first,
                 int rows, int threads);
/* Of im2row: those of `count` output pixels, from pixel `first` on, by the calling thread. */
void patch_pixels(float *matrix, const float *in, const struct scenario *s, struct patch patch, int group, int first,
                  int count);

/* The kernels of one group as the other operand: M/G x K, K ordered as in the patches. */
struct patch_kernels {
    const struct scenario *s;
    const float *weights; /* M x C/G x KH x KW, all groups */
    enum layout in;
    int group;
    int first; /* K position that counts as 0 */
};
float patch_kernels_at(const struct patch_kernels *kernels, int m, int k);
void patch_kernels_copy(float *out, const struct patch_kernels *kernels, bool transposed); /* M/G x K, or K x M/G */
/* A gemm_source: the kernels, transposed, as B. context: a struct patch_kernels. */
void patch_kernels_panel(void *context, float *panel, int k0, int depth, int j0, int columns, int width);

#endif
