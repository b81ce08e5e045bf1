/* Direct convolution in HWC without a patch matrix: the micro-kernel reads pixels through row pointers, one tap per
 * kernel position (Dukhan 2019, "The indirect convolution algorithm", but the pointers are computed tile by tile). Taps
 * outside the image read a constant row of zeros.
 *
 * Weights are stored packed, [group][channel block][panel][tap][channel][width]: channels are blocked so that a panel
 * fits the second-level cache. Where all pixels of a tile keep clear of the left and right edge, a whole kernel row of
 * KW * C floats is one tap: that makes layers with few channels fast. If they are very few, the kernel rows of the
 * other tiles are cut only where some pixel's row enters or leaves the image. What lies in the padding for the whole
 * tile is skipped; tiles are chosen so that this is as much as possible (kernels/conv/direct_tiles.h), and as even as
 * possible, since a tile of a single pixel would spend its time waiting for its panel. No workspace. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/conv/direct_tiles.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define DIRECT_CACHE (384 << 10) /* bytes of panels that are gone through for each tile */
#define DIRECT_BLOCK 1280        /* most rows of a panel otherwise */

static bool direct_is_points(const struct scenario *s) {
    return s->KH * s->KW == 1 && s->stride == 1 && scenario_stride_w(s) == 1 && padding_is_all(&s->pad, 0);
}

static struct direct direct_plan(const struct scenario *s) {
    struct direct d = {.s = s, .micro = micro_current(), .H = s->H, .W = s->W};
    d.OH = scenario_out_h(s), d.OW = scenario_out_w(s);
    if (direct_is_points(s)) d.W = d.OW = s->H * s->W, d.H = d.OH = 1;
    d.C = s->C / s->groups, d.M = s->M / s->groups;
    const int whole = DIRECT_DEPTH / (s->KH * s->KW), most = most_of(DIRECT_BLOCK / (s->KH * s->KW), 1);
    d.depth = d.C <= whole ? d.C : divide_up(d.C, divide_up(d.C, most));
    d.tiles = divide_up(d.OH * d.OW, d.micro->mr);
    d.panels = divide_up(d.M, micro_nr(d.micro));
    direct_tiles_plan(&d);
    assert(s->KH * s->KW <= DIRECT_TAPS);
    assert(d.depth <= DIRECT_DEPTH); /* a tap of zeros is as long as a block of channels */
    return d;
}

static bool direct_applies(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return s->KH * s->KW <= DIRECT_TAPS && (int64_t)scenario_out_h(s) * scenario_out_w(s) < 1 << 30;
}

static size_t direct_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static size_t direct_group_floats(const struct direct *d) {
    return (size_t)(d->s->KH * d->s->KW) * (size_t)d->C * (size_t)micro_round(d->M, d->micro->vector);
}

static size_t direct_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    const struct direct d = direct_plan(s);
    return sizeof(float) * (size_t)s->groups * direct_group_floats(&d);
}

/* One panel: [tap][c0 .. c0 + depth)[width]. */
static float *direct_prepare_panel(const struct direct *d, float *panel, const float *weights, int c0, int j0) {
    const int taps = d->s->KH * d->s->KW, width = micro_width(d->micro, d->M, j0),
              depth = least_of(d->depth, d->C - c0);
    for (int tap = 0; tap < taps; tap++)
        for (int c = c0; c < c0 + depth; c++, panel += width)
            for (int j = 0; j < width; j++) {
                const size_t at = ((size_t)(j0 + j) * (size_t)d->C + (size_t)c) * (size_t)taps + (size_t)tap;
                panel[j] = j0 + j < d->M ? weights[at] : 0;
            }
    return panel;
}

static void direct_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    (void)p;
    const struct direct d = direct_plan(s);
    float *panel = stored;
    for (int g = 0; g < s->groups; g++, weights += (size_t)d.M * (size_t)d.C * (size_t)(s->KH * s->KW))
        for (int c0 = 0; c0 < d.C; c0 += d.depth)
            for (int j0 = 0; j0 < d.M; j0 += micro_nr(d.micro))
                panel = direct_prepare_panel(&d, panel, weights, c0, j0);
    assert(panel == (float *)stored + (size_t)s->groups * direct_group_floats(&d)); /* filled to the end */
}

/* One channel block of pixels [from, to). All of them for as many panels as stay in the second-level cache together, then
 * the next panels. */
static void direct_block(const struct direct *d, int c0, int from, int to, int first, int last) {
    const int depth = least_of(d->depth, d->C - c0), nr = micro_nr(d->micro);
    const size_t panel_bytes = sizeof(float) * (size_t)(d->s->KH * d->s->KW) * (size_t)depth * (size_t)nr;
    const int most = panel_bytes < DIRECT_CACHE ? (int)(DIRECT_CACHE / panel_bytes) : 1;
    const int together = divide_up(last - first, divide_up(last - first, most));
    assert(together <= most && to <= d->OH * d->OW && last <= d->panels);
    for (int j = first, next; j < last; j = next) {
        next = least_of(j + together, last);
        direct_tiles_run(d, c0, from, to, j, next);
    }
}

/* Threads share out pixels, unless these are few against the weights. Then panels: each thread reads only its own
 * weights. */
static bool direct_by_pixels(const struct direct *d, int threads) {
    const struct scenario *s = d->s;
    return d->tiles >= 8 * threads && parallel_by_pixels((int64_t)s->H * s->W, (int64_t)s->KH * s->KW * d->M);
}

static int direct_pixel(const struct direct *d, int tile) {
    return parallel_first(d->OH * d->OW, tile, d->tiles);
}

/* Products [first, last) of all panels with all tiles, tiles innermost: a panel that two threads share is divided
 * between its tiles. */
static void direct_products(const struct direct *d, int c0, int64_t first, int64_t last) {
    const int tiles = d->tiles;
    while (first < last) {
        const int panel = (int)(first / tiles), from = (int)(first % tiles);
        const int whole = from == 0 ? (int)((last - first) / tiles) : 0;
        const int to = whole > 0 || last - first >= tiles - from ? tiles : from + (int)(last - first);
        direct_block(d, c0, direct_pixel(d, from), direct_pixel(d, to), panel, panel + most_of(whole, 1));
        first += (int64_t)most_of(whole, 1) * (to - from);
    }
    assert(first == last); /* no other thread's products */
}

static void direct_part(const struct direct *d, int part, int parts) {
    const bool by_pixels = direct_by_pixels(d, parts);
    const int pixels = d->OH * d->OW;
    const int64_t products = (int64_t)d->panels * d->tiles;
    for (int c0 = 0; c0 < d->C; c0 += d->depth)
        if (by_pixels)
            direct_block(d, c0, parallel_first(pixels, part, parts), parallel_first(pixels, part + 1, parts), 0,
                         d->panels);
        else
            direct_products(d, c0, parallel_from(products, part, parts), parallel_from(products, part + 1, parts));
}

static void direct_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                       const void *stored, const float *bias, struct activation activation, void *workspace,
                       int threads) {
    (void)p, (void)workspace;
    struct direct d = direct_plan(s);
    d.in = in, d.out = out, d.bias = bias, d.activation = activation;
    d.end = (const float *)stored + (size_t)s->groups * direct_group_floats(&d);
    for (d.group = 0; d.group < s->groups; d.group++) {
        d.panel = (const float *)stored + (size_t)d.group * direct_group_floats(&d);
        PARALLEL_CALLS(part, threads, direct_part(&d, part, threads));
    }
}

const struct algorithm algorithm_direct = {
    .name = "direct",
    .variant_help = "none",
    .tolerance = 3e-6,
    .per_axis = true,
    .applies = direct_applies,
    .workspace = direct_workspace,
    .weights = direct_weights,
    .prepare = direct_prepare,
    .run = direct_run,
};
