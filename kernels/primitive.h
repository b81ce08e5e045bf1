/* primitive.h - the convolution primitives: one table (kernels/primitives.def), one row each, and the contract they
 * keep.
 *
 * A primitive belongs to an algorithm (a file: kernels/conv/im2.c, kernels/winograd/winograd.c, ...), which reads the
 * row's `variant` numbers. Names are triNNity's where algorithm and layouts are the same. Bias and activation
 * (kernels/activation.h) are part of every primitive.
 *
 *   applies    may this scenario be computed? Pure. Asked only where strides and dilations are the same down and across,
 *              or `per_axis` is set.
 *   workspace  bytes that run() needs beyond input, output, stored weights and bias, for `threads` threads. Exact: run
 *              touches not one byte more, and for some scenario the last one. Equation (4)'s w(p, s).
 *   weights    bytes of stored weights: k(p, s) of equation (6).
 *   prepare    stored[weights bytes] from raw weights M x C/G x KH x KW, once, ahead of time. All of them are floats,
 *              and run takes any: the profiler times on random ones.
 *   run        out (M x OH x OW in layout `out`) from in (C x H x W in layout `in`); no allocation, no I/O, no state;
 *              workspace is aligned to 64 bytes, contents undefined, and never NULL, not even if it has 0 bytes; in,
 *              out and workspace do not overlap; out is dense, all of it is written, and what is there already may
 *              be read again before run returns (sums over input channels); bias is M floats or NULL (zero). The
 *              result does not depend on `threads`, to the bit.
 *   stack      most bytes of the stack that run uses, its callees included: its local arrays (pointers of 8 bytes, the
 *              widest vectors) and an allowance for what compilers save and spill with the flags of an emitted
 *              Makefile. An upper bound for every scenario, variant and instruction set; checked on painted stacks by
 *              tests/experiments/test_emit_contract.c.
 *
 * Rows by themselves (kernels/strip.h): what prepare stores depends on none of H, pad.top and pad.bottom, so that the
 * strips of a layer share one block, and a primitive that applies to a layer applies to its strips.
 *
 *   row_step   strips cut at multiples of so many output rows give the rows of the whole layer, bit for bit; 0:
 *              never promised. 1 where an element is summed in one order whatever rows are computed with it; the rows
 *              of a tile for Winograd and Fourier transforms; 0 where pixels are the columns of a product, whose last
 *              column is summed in another order (kernels/gemm/gemm.c). */
#ifndef KERNELS_PRIMITIVE_H
#define KERNELS_PRIMITIVE_H
#include "kernels/activation.h"
#include "kernels/scenario.h"
#include "kernels/tensor.h"

#define PRIMITIVE_VARIANTS  4
#define PRIMITIVE_ALIGNMENT 64

struct primitive;

struct algorithm {
    const char *name;         /* the family: "im2col", "winograd", ...: what family-F selects by */
    const char *variant_help; /* what the variant numbers mean, one line */
    double tolerance;         /* largest max|e| / max|ref| against a double-precision reference */
    bool per_axis;            /* strides and dilations may differ down and across */
    bool (*applies)(const struct primitive *p, const struct scenario *s);
    size_t (*workspace)(const struct primitive *p, const struct scenario *s, int threads);
    size_t (*weights)(const struct primitive *p, const struct scenario *s);
    void (*prepare)(const struct primitive *p, const struct scenario *s, void *stored, const float *weights);
    void (*run)(const struct primitive *p, const struct scenario *s, float *out, const float *in, const void *stored,
                const float *bias, struct activation activation, void *workspace, int threads);
};

struct primitive {
    const char *name;
    const struct algorithm *algorithm;
    enum layout in, out;
    int variant[PRIMITIVE_VARIANTS];
};

extern const struct primitive primitives[];
extern const int primitive_count;

/* The parts of a workspace begin at multiples of the alignment. */
static inline size_t primitive_aligned(size_t bytes) {
    return (bytes + PRIMITIVE_ALIGNMENT - 1) / PRIMITIVE_ALIGNMENT * PRIMITIVE_ALIGNMENT;
}

/* Bytes of the raw weights: `weights` of algorithms that store as many, in whatever order. */
static inline size_t primitive_raw(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return sizeof(float) * (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

const struct primitive *primitive_find(const char *name); /* NULL: no such */
bool primitive_applies(const struct primitive *p, const struct scenario *s);
size_t primitive_workspace(const struct primitive *p, const struct scenario *s, int threads);
size_t primitive_weights(const struct primitive *p, const struct scenario *s);
size_t primitive_stack(const struct primitive *p);
int primitive_row_step(const struct primitive *p, const struct scenario *s);
void primitive_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights);
void primitive_run(const struct primitive *p, const struct scenario *s, float *out, const float *in, const void *stored,
                   const float *bias, struct activation activation, void *workspace, int threads);

#endif
