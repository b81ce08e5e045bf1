/* Winograd convolution in two dimensions from raw weights, HWC: F(m x m, r x r) as winograd.c, but of the A^2 C M floats
 * of transformed weights only a slab exists at a time, in the second-level cache, and of the transformed input only what
 * meets it.
 *
 * For a strip of T tiles, and for D input channels after the other: transform them, [A^2][T][D]. Then, for W output
 * channels after the other:
 *
 *     slab[x][c][j]    = (G g G')[x] of the taps of input channel c, output channel j        D x W taps of r x r
 *     product[x][t][j] = sum_{c < D} input[x][t][c] slab[x][c][j]
 *     out             += A' product A          bias: with the first D channels, activation: with the last
 *
 * since the transform back is linear. So each strip reads r^2 C M floats of memory instead of A^2 C M, and spends about
 * A^2 / 2 instructions for each of the W channels of a vector: as much as a product with two or three tiles. Few tiles
 * (a call of some rows) then wait for less memory, and stored weights are as small as raw ones. Nor is there an
 * [A^2][T][M] or an [A^2][T][C]: the price is C / D transforms back instead of one, and outputs that are read again.
 *
 * D depends on C alone, so that sums are the same for every strip (row_step, kernels/primitive.h).
 *
 * Stored weights: r^2 C M floats as [panel][C][r^2][columns], panels of W columns, the last one narrower.
 *
 * Workspace, floats: A^2 (T D)', + N A^2 ((D W)' + (T W)'), + D of zeros, where C and M are those of a group, N = the
 * parts that share panels or tiles (threads, at most the panels), W = two vectors of the layout or all of M rounded up to
 * vectors, D = C in blocks of at most WINOGRAD_SLAB / A^2, and x' is x rounded up to an odd number of lines of the
 * cache: A^2 positions an even number apart would compete for few of its sets. Where threads share out tiles, each has
 * the input and the products of T / N of them: N A^2 ((T D / N)' + (D W)' + (T W / N)') + D. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/parallel.h"
#include "kernels/winograd/winograd_tiles.h"

#define WINOGRAD_SLAB  3456 /* most floats of a slab's column, A^2 D: 96 or 216 channels */
#define WINOGRAD_TILES 12   /* for which a thread transforms all weights by itself: that takes as long as some three */

struct winograd_slab {
    struct winograd_tiles t;
    const struct micro *micro;
    winograd_taps *transform;
    int width, panels, depth, blocks, parts;   /* W, of M, D, of C, N */
    bool by_tiles;                             /* threads share out tiles, not panels */
    int inputs;                                /* transformed at a time: one, or each part's */
    size_t input_step, slab_step, output_step; /* floats between positions */
    float *input, *buffers;                    /* of the strip, or of the parts' tiles; of the parts */
    const float *raw;                          /* of the group under way */
    int first, tiles;                          /* of the strip under way */
    int block;                                 /* under way */
};

/* One of those that share a strip: panels first, ..., last - 1. */
struct winograd_slab_part {
    float *slab, *output;
    int first, last;
};

/* The stored weights of a block of input channels and a panel of output channels. */
struct winograd_slab_taps {
    const float *raw; /* [channels][r^2][columns] */
    int channels, columns;
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
    w.by_tiles = threads > 1 && w.parts == threads && w.t.strip >= WINOGRAD_TILES * threads;
    const int most = WINOGRAD_SLAB / w.t.samples;
    w.depth = divide_up(w.t.C, divide_up(w.t.C, most));
    w.blocks = divide_up(w.t.C, w.depth);
    w.inputs = w.by_tiles ? w.parts : 1;
    const size_t tiles = (size_t)divide_up(w.t.strip, w.inputs);
    w.input_step = winograd_slab_odd(tiles * (size_t)w.depth);
    w.slab_step = winograd_slab_odd((size_t)w.depth * (size_t)w.width);
    w.output_step = winograd_slab_odd(tiles * (size_t)w.width);
    assert(w.transform && w.depth >= 1 && w.depth <= most && w.width <= micro_nr(w.micro));
    assert(w.parts >= 1 && (w.panels - 1) * w.width < w.t.M && w.panels * w.width >= w.t.M);
    return w;
}

static size_t winograd_slab_part_floats(const struct winograd_slab *w) {
    return (size_t)w->t.samples * (w->slab_step + w->output_step);
}

static size_t winograd_slab_input_floats(const struct winograd_slab *w) {
    return (size_t)w->t.samples * w->input_step;
}

static size_t winograd_slab_floats(const struct winograd_slab *w) {
    return (size_t)w->inputs * winograd_slab_input_floats(w) + (size_t)w->parts * winograd_slab_part_floats(w) +
           (size_t)w->depth;
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

static size_t winograd_slab_each(const struct winograd_slab *w) {
    return (size_t)w->t.s->KH * (size_t)w->t.s->KW;
}

static struct winograd_slab_taps winograd_slab_taps(const struct winograd_slab *w, int panel, int block) {
    const int j = panel * w->width, c = block * w->depth;
    struct winograd_slab_taps taps = {.channels = least_of(w->depth, w->t.C - c),
                                      .columns = least_of(w->width, w->t.M - j)};
    taps.raw = w->raw + winograd_slab_each(w) * ((size_t)j * (size_t)w->t.C + (size_t)c * (size_t)taps.columns);
    return taps;
}

/* Those that the part takes after `panel`; none if the strip ends. */
static struct winograd_slab_taps winograd_slab_next(const struct winograd_slab *w,
                                                    const struct winograd_slab_part *part, int panel) {
    if (panel + 1 < part->last) return winograd_slab_taps(w, panel + 1, w->block);
    if (w->block + 1 < w->blocks) return winograd_slab_taps(w, part->first, w->block + 1);
    return (struct winograd_slab_taps){.raw = w->raw};
}

/* Fetched while the block under way is multiplied, position after position, tile after tile. */
static struct winograd_ahead winograd_slab_ahead(const struct winograd_slab *w, const struct winograd_slab_taps *taps) {
    const size_t floats = winograd_slab_each(w) * (size_t)taps->channels * (size_t)taps->columns;
    const int lines = divide_up((int)(floats / WINOGRAD_LINE) + 1, w->t.samples * w->tiles);
    return (struct winograd_ahead){.next = taps->raw, .end = taps->raw + floats, .lines = lines};
}

static void winograd_slab_product(const struct winograd_slab *w, const struct winograd_slab_part *part, int panel) {
    const struct winograd_slab_taps taps = winograd_slab_taps(w, panel, w->block);
    const struct winograd_slab_taps next = winograd_slab_next(w, part, panel);
    struct winograd_ahead ahead = winograd_slab_ahead(w, &next);
    const int columns = taps.columns, width = micro_round(columns, w->micro->vector);
    const size_t row = winograd_slab_each(w) * (size_t)columns;
    if (columns < width) /* columns beyond M */
        memset(part->slab, 0, sizeof(float) * (size_t)w->t.samples * w->slab_step);
    for (int c = 0; c < taps.channels; c++)
        w->transform(part->slab + (size_t)c * (size_t)width, w->slab_step, taps.raw + (size_t)c * row, (size_t)columns,
                     columns);
    struct micro_tile tile = {.depth = taps.channels, .ldc = (size_t)w->width, .columns = columns};
    for (int x = 0; x < w->t.samples; x++) {
        tile.panel = part->slab + (size_t)x * w->slab_step;
        tile.c = part->output + (size_t)x * w->output_step;
        winograd_tiles_product(w->micro, &tile, width, w->input + (size_t)x * w->input_step, taps.channels, w->tiles,
                               &ahead);
    }
}

static void winograd_slab_outputs(const struct winograd_slab *w, const struct winograd_slab_part *part, int panel) {
    const int j = panel * w->width, columns = least_of(w->width, w->t.M - j);
    struct winograd_tiles t = w->t;
    t.accumulate = w->block > 0;
    t.activation = activation_if(w->block + 1 == w->blocks, t.activation);
    for (int i = 0; i < w->tiles; i++) {
        if (t.accumulate && i + 1 < w->tiles) winograd_tiles_fetch(&t, w->first + i + 1, j, columns);
        winograd_tiles_output(&t, part->output + (size_t)i * (size_t)w->width, w->output_step, w->first + i, j,
                              columns);
    }
}

static void winograd_slab_input(const struct winograd_slab *w, int i) {
    const int c = w->block * w->depth, channels = least_of(w->depth, w->t.C - c);
    winograd_tiles_input(&w->t, w->input + (size_t)i * (size_t)channels, w->input_step, w->first + i, c, channels);
}

/* Panels first, ..., last - 1, with the buffers of part n. */
static void winograd_slab_panels(const struct winograd_slab *w, int n, int first, int last) {
    float *slab = w->buffers + (size_t)n * winograd_slab_part_floats(w);
    const struct winograd_slab_part part = {
        .slab = slab, .output = slab + (size_t)w->t.samples * w->slab_step, .first = first, .last = last};
    for (int panel = first; panel < last; panel++) {
        winograd_slab_product(w, &part, panel);
        winograd_slab_outputs(w, &part, panel);
    }
}

/* The block under way of the strip under way. */
static void winograd_slab_block(const struct winograd_slab *w, int threads) {
    const int tiles = w->tiles, parts = w->parts;
    PARALLEL_CALLS(i, tiles, winograd_slab_input(w, i));
    threads = parts;
    PARALLEL_CALLS(
        n, parts,
        winograd_slab_panels(w, n, parallel_first(w->panels, n, parts), parallel_first(w->panels, n + 1, parts)));
}

/* Part n's tiles of every strip, from input to output. */
static void winograd_slab_own(const struct winograd_slab *all, int n) {
    struct winograd_slab w = *all;
    w.input += (size_t)n * winograd_slab_input_floats(&w);
    for (int first = 0; first < w.t.tiles; first += w.t.strip) {
        const int tiles = least_of(w.t.strip, w.t.tiles - first), from = parallel_first(tiles, n, w.parts);
        w.first = first + from, w.tiles = parallel_first(tiles, n + 1, w.parts) - from;
        for (w.block = 0; w.block < w.blocks && w.tiles > 0; w.block++) {
            for (int i = 0; i < w.tiles; i++) winograd_slab_input(&w, i);
            winograd_slab_panels(&w, n, 0, w.panels);
        }
    }
}

static void winograd_slab_group(struct winograd_slab *w, int threads) {
    if (w->by_tiles) {
        PARALLEL_CALLS(n, threads, winograd_slab_own(w, n));
        return;
    }
    for (w->first = 0; w->first < w->t.tiles; w->first += w->t.strip) {
        w->tiles = least_of(w->t.strip, w->t.tiles - w->first);
        for (w->block = 0; w->block < w->blocks; w->block++) winograd_slab_block(w, threads);
    }
}

static void winograd_slab_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                              const void *stored, const float *bias, struct activation activation, void *workspace,
                              int threads) {
    struct winograd_slab w = winograd_slab_plan(p, s, threads);
    w.t.out = out, w.t.in = in, w.t.bias = bias, w.t.activation = activation;
    w.input = workspace, w.buffers = w.input + (size_t)w.inputs * winograd_slab_input_floats(&w);
    float *zeros = w.buffers + (size_t)w.parts * winograd_slab_part_floats(&w);
    assert(zeros + w.depth == w.input + winograd_slab_floats(&w)); /* within the promise */
    memset(zeros, 0, sizeof(float) * (size_t)w.depth);
    w.t.zeros = zeros;
    for (w.t.group = 0; w.t.group < s->groups; w.t.group++) {
        w.raw = (const float *)stored + (size_t)w.t.group * winograd_tiles_raw(s);
        winograd_slab_group(&w, threads);
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
