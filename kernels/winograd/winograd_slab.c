/* Winograd convolution in two dimensions from raw weights, HWC: F(m x m, r x r) as winograd.c, but of the A^2 C M floats
 * of transformed weights only a slab exists at a time, in the second-level cache.
 *
 * For a strip of T tiles: transform the input, [A^2][T][C]. Then, for W output channels after the other, and for D
 * input channels after the other within them:
 *
 *     slab[x][c][j]   = (G g G')[x] of the taps of input channel c, output channel j       D x W taps of r x r
 *     product[x][t][j] += sum_c input[x][t][c] slab[x][c][j]
 *
 * and transform back as soon as all C are in. So each strip reads r^2 C M floats of memory instead of A^2 C M, and spends
 * about A^2 / 2 instructions for each of the W channels of a vector: as much as a product with two or three tiles. Few
 * tiles (a call of some rows) then wait for less memory, and stored weights are as small as raw ones. Nor is there an
 * [A^2][T][M].
 *
 * Stored weights: r^2 C M floats as [panel][C][r^2][columns], panels of W columns, the last one narrower.
 *
 * Workspace, floats: A^2 (T C)', + N A^2 ((D W)' + (T W)'), + C of zeros, where C and M are those of a group, N = the
 * parts that share panels (threads, at most the panels), W = two vectors of the layout or all of M rounded up to
 * vectors, D = C in blocks of at most WINOGRAD_SLAB / (A^2 W), and x' is x rounded up to an odd number of lines of the
 * cache: A^2 positions an even number apart would compete for few of its sets. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/parallel.h"
#include "kernels/winograd/winograd_tiles.h"

#define WINOGRAD_SLAB 40960 /* most floats of a slab: 160 KiB */
#define WINOGRAD_LINE 16    /* floats in a line of the cache */

struct winograd_slab {
    struct winograd_tiles t;
    const struct micro *micro;
    winograd_taps *transform;
    int width, panels, depth, parts;           /* W, of M, D, N */
    size_t input_step, slab_step, output_step; /* floats between positions */
    const float *raw, *raw_end;                /* of the group under way */
    float *input, *buffers;                    /* of the strip; of the parts */
};

/* The strip under way, by one part. */
struct winograd_slab_part {
    float *slab, *output;
    int first, tiles; /* of the strip */
};

static size_t winograd_slab_odd(size_t floats) {
    const size_t lines = (floats + WINOGRAD_LINE - 1) / WINOGRAD_LINE;
    return (lines | 1) * WINOGRAD_LINE;
}

static struct winograd_slab winograd_slab_plan(const struct primitive *p, const struct scenario *s, int threads) {
    struct winograd_slab w = {.t = winograd_tiles(p, s), .micro = micro_current()};
    w.transform = winograd_raw(w.t.m, p->variant[WINOGRAD_R], p->variant[WINOGRAD_VECTOR]);
    w.width = least_of(2 * w.micro->vector, micro_round(w.t.M, w.micro->vector));
    w.panels = divide_up(w.t.M, w.width);
    w.parts = least_of(threads, w.panels);
    const int most = WINOGRAD_SLAB / (w.t.samples * w.width);
    w.depth = divide_up(w.t.C, divide_up(w.t.C, most));
    w.input_step = winograd_slab_odd((size_t)w.t.strip * (size_t)w.t.C);
    w.slab_step = winograd_slab_odd((size_t)w.depth * (size_t)w.width);
    w.output_step = winograd_slab_odd((size_t)w.t.strip * (size_t)w.width);
    assert(w.transform && w.depth >= 1 && w.depth <= most && w.width <= micro_nr(w.micro));
    assert(w.parts >= 1 && (w.panels - 1) * w.width < w.t.M && w.panels * w.width >= w.t.M);
    return w;
}

static size_t winograd_slab_part_floats(const struct winograd_slab *w) {
    return (size_t)w->t.samples * (w->slab_step + w->output_step);
}

static size_t winograd_slab_floats(const struct winograd_slab *w) {
    return (size_t)w->t.samples * w->input_step + (size_t)w->parts * winograd_slab_part_floats(w) + (size_t)w->t.C;
}

static size_t winograd_slab_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd_slab w = winograd_slab_plan(p, s, threads);
    return sizeof(float) * winograd_slab_floats(&w);
}

static void winograd_slab_prepare(const struct primitive *p, const struct scenario *s, void *stored,
                                  const float *weights) {
    const struct winograd_slab w = winograd_slab_plan(p, s, 1);
    const size_t taps = (size_t)s->KH * (size_t)s->KW, row = taps * (size_t)w.t.C;
    float *to = stored;
    for (int g = 0; g < s->groups; g++, weights += winograd_tiles_raw(s))
        for (int j0 = 0; j0 < w.t.M; j0 += w.width) {
            const int columns = least_of(w.width, w.t.M - j0);
            for (size_t i = 0; i < row; i++)
                for (int j = 0; j < columns; j++) *to++ = weights[(size_t)(j0 + j) * row + i];
        }
    assert(to == (float *)stored + primitive_raw(p, s) / sizeof(float));
}

/* Part x of the raw weights of the next block, which come while this one is multiplied. */
static void winograd_slab_fetch(const struct winograd_slab *w, const float *raw, size_t floats, int x) {
    const size_t most = (size_t)(w->raw_end - raw), all = floats < most ? floats : most;
    const size_t first = all * (size_t)x / (size_t)w->t.samples, last = all * (size_t)(x + 1) / (size_t)w->t.samples;
    for (size_t i = first; i < last; i += WINOGRAD_LINE) __builtin_prefetch(raw + i, 0, 2);
}

/* Input channels c0 .. c0 + depth - 1 of the panel at column j0. */
static void winograd_slab_block(const struct winograd_slab *w, const struct winograd_slab_part *part, int j0, int c0) {
    const struct winograd_tiles *t = &w->t;
    const int depth = least_of(w->depth, t->C - c0), columns = least_of(w->width, t->M - j0);
    const int width = micro_round(columns, w->micro->vector);
    const size_t taps = (size_t)t->s->KH * (size_t)t->s->KW;
    const float *raw = w->raw + taps * ((size_t)j0 * (size_t)t->C + (size_t)c0 * (size_t)columns);
    for (int c = 0; c < depth; c++, raw += taps * (size_t)columns)
        w->transform(part->slab + (size_t)c * (size_t)width, w->slab_step, raw, (size_t)columns, columns);
    struct micro_tile tile = {
        .depth = depth, .ldc = (size_t)w->width, .columns = columns, .offset = (size_t)c0, .accumulate = c0 > 0};
    const size_t next = taps * (size_t)columns * (size_t)depth;
    for (int x = 0; x < t->samples; x++) {
        winograd_slab_fetch(w, raw, next, x);
        tile.panel = part->slab + (size_t)x * w->slab_step;
        tile.c = part->output + (size_t)x * w->output_step;
        winograd_tiles_product(w->micro, &tile, width, w->input + (size_t)x * w->input_step, t->C, part->tiles);
    }
}

static void winograd_slab_panel(const struct winograd_slab *w, const struct winograd_slab_part *part, int j0) {
    const struct winograd_tiles *t = &w->t;
    const int columns = least_of(w->width, t->M - j0);
    if (columns % w->micro->vector) /* columns beyond M */
        memset(part->slab, 0, sizeof(float) * (size_t)t->samples * w->slab_step);
    for (int c0 = 0; c0 < t->C; c0 += w->depth) winograd_slab_block(w, part, j0, c0);
    for (int i = 0; i < part->tiles; i++)
        winograd_tiles_output(t, part->output + (size_t)i * (size_t)w->width, w->output_step, part->first + i, j0,
                              columns);
}

static void winograd_slab_strip(const struct winograd_slab *w, int strip, int threads) {
    const struct winograd_tiles *t = &w->t;
    const int first = strip * t->strip, tiles = least_of(t->strip, t->tiles - first);
    PARALLEL_FOR
    for (int i = 0; i < tiles; i++)
        winograd_tiles_input(t, w->input + (size_t)i * (size_t)t->C, w->input_step, first + i);
    threads = w->parts;
    PARALLEL_FOR
    for (int n = 0; n < threads; n++) {
        float *slab = w->buffers + (size_t)n * winograd_slab_part_floats(w);
        const struct winograd_slab_part part = {
            .slab = slab, .output = slab + (size_t)t->samples * w->slab_step, .first = first, .tiles = tiles};
        const int last = parallel_first(w->panels, n + 1, threads);
        for (int j = parallel_first(w->panels, n, threads); j < last; j++) winograd_slab_panel(w, &part, j * w->width);
    }
}

static void winograd_slab_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                              const void *stored, const float *bias, struct activation activation, void *workspace,
                              int threads) {
    struct winograd_slab w = winograd_slab_plan(p, s, threads);
    w.t.out = out, w.t.in = in, w.t.bias = bias, w.t.activation = activation;
    w.input = workspace, w.buffers = w.input + (size_t)w.t.samples * w.input_step;
    float *zeros = w.buffers + (size_t)w.parts * winograd_slab_part_floats(&w);
    assert(zeros + w.t.C == w.input + winograd_slab_floats(&w)); /* within the promise */
    memset(zeros, 0, sizeof(float) * (size_t)w.t.C);
    w.t.zeros = zeros;
    for (w.t.group = 0; w.t.group < s->groups; w.t.group++) {
        w.raw = (const float *)stored + (size_t)w.t.group * winograd_tiles_raw(s);
        w.raw_end = w.raw + winograd_tiles_raw(s);
        for (int strip = 0; strip < w.t.strips; strip++) winograd_slab_strip(&w, strip, threads);
    }
}

#define WINOGRAD_SLAB_ALGORITHM(symbol, error)                                                                         \
    const struct algorithm algorithm_##symbol = {.name = "winograd",                                                   \
                                                 .variant_help = WINOGRAD_HELP,                                        \
                                                 .tolerance = error,                                                   \
                                                 .applies = winograd_tiles_apply,                                      \
                                                 .workspace = winograd_slab_workspace,                                 \
                                                 .weights = primitive_raw,                                             \
                                                 .prepare = winograd_slab_prepare,                                     \
                                                 .run = winograd_slab_run};
WINOGRAD_SLAB_ALGORITHM(winograd_f2_slab, 3e-6)
WINOGRAD_SLAB_ALGORITHM(winograd_f4_slab, 2e-5)
