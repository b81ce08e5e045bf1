/* Direct convolution in HWC without a patch matrix: the micro-kernel reads pixels through row pointers, one tap per
 * kernel position (Dukhan 2019, "The indirect convolution algorithm", but the pointers are computed tile by tile). Taps
 * outside the image read a constant row of zeros.
 *
 * Weights are stored packed, [group][channel block][panel][tap][channel][width]: channels are blocked so that a panel
 * fits the second-level cache. Where all pixels of a tile keep clear of the left and right edge, a whole kernel row of
 * KW * C floats is one tap: that makes layers with few channels fast. If they are very few, the kernel rows of the
 * other tiles are cut only where some pixel's row enters or leaves the image. Kernel rows that lie in the padding for
 * the whole tile are skipped. Tiles are as even as possible, since a tile of a single pixel would spend its time
 * waiting for its panel. No workspace. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/gemm/micro.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define DIRECT_DEPTH 1280        /* most rows of a panel: x 64 columns = 320 KiB */
#define DIRECT_CACHE (384 << 10) /* bytes of panels that are gone through for each tile */
#define DIRECT_TAPS  128         /* most kernel positions: 11 x 11 and a few */
#define DIRECT_SHORT 48          /* floats: longest kernel row that is cut rather than split into single taps */

/* As long as the longest tap. */
static const float direct_zeros[DIRECT_DEPTH] = {0};
_Static_assert(DIRECT_SHORT <= DIRECT_DEPTH, "a piece of a short kernel row may be all padding");

struct direct {
    const struct scenario *s;
    const struct micro *micro;
    int C, M;   /* of a group */
    int OH, OW; /* output */
    int depth;  /* channels of a block; the last may have fewer */
    int tiles;  /* of mr pixels: what threads share out, unless pixels */
    int panels;
    bool merges; /* a kernel row may be one tap */
    bool cuts;   /* so may several of its columns, where not all of it is inside for all pixels */
    const float *in, *panel, *bias;
    float *out;
    struct activation activation;
    int group;
};

/* A tile of pixels, ready for the micro-kernel. */
struct direct_tile {
    const float *in, *panels, *bias; /* of the channel block */
    int channels;                    /* in it */
    int pixel, mr, oh, ow;
    bool inner;
    struct micro_tile m; /* taps, depth, depths: as they are for the kernel, merged or not */
    int first_kh;        /* kernel rows above lie in the padding for every pixel */
    int piece[DIRECT_TAPS];
    const float *rows[DIRECT_TAPS * MICRO_ROWS];
};

static struct direct direct_plan(const struct scenario *s) {
    struct direct d = {.s = s, .micro = micro_current(), .OH = scenario_out_h(s), .OW = scenario_out_w(s)};
    d.C = s->C / s->groups, d.M = s->M / s->groups;
    const int most = DIRECT_DEPTH / (s->KH * s->KW) > 0 ? DIRECT_DEPTH / (s->KH * s->KW) : 1;
    d.depth = divide_up(d.C, divide_up(d.C, most));
    d.tiles = divide_up(d.OH * d.OW, d.micro->mr);
    d.merges = d.depth == s->C && scenario_dilation_w(s) == 1;
    d.cuts = d.merges && s->KW * s->C <= DIRECT_SHORT;
    d.panels = divide_up(d.M, micro_nr(d.micro));
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

/* All pixels lie in one row of the output and all their patches inside: rows are equally far apart. */
static void direct_inner_rows(const struct direct *d, struct direct_tile *t, const float *in) {
    const struct scenario *s = d->s;
    const int depth = t->channels;
    const size_t across = (size_t)scenario_stride_w(s) * (size_t)s->C,
                 tap = (size_t)scenario_dilation_w(s) * (size_t)s->C;
    const size_t down = (size_t)s->dilation * (size_t)s->W * (size_t)s->C;
    const float **rows = t->rows;
    t->m.taps = d->merges ? s->KH : s->KH * s->KW, t->m.depth = d->merges ? s->KW * depth : depth, t->first_kh = 0;
    t->m.depths = NULL;
    for (int kh = 0; kh < s->KH; kh++, in += down)
        for (int kw = 0; kw < (d->merges ? 1 : s->KW); kw++, rows += t->mr)
            for (int r = 0; r < t->mr; r++) rows[r] = in + (size_t)kw * tap + (size_t)r * across;
}

/* The tile after an inner one in the same row of the output. */
static void direct_next_rows(const struct direct *d, struct direct_tile *t) {
    const size_t across = (size_t)t->mr * (size_t)scenario_stride_w(d->s) * (size_t)d->s->C;
    const int count = t->m.taps * t->mr;
    for (int i = 0; i < count; i++) t->rows[i] += across;
}

/* Marks the columns of a kernel row at which a tap begins: all, or where some pixel's kernel row enters or leaves the
 * image. */
static void direct_cut(const struct direct *d, bool *begins, const int *left, int mr) {
    const struct scenario *s = d->s;
    for (int kw = 0; kw < s->KW; kw++) begins[kw] = !d->cuts;
    begins[0] = true;
    for (int r = 0; r < mr && d->cuts; r++) {
        const int enters = -left[r], leaves = s->W - left[r];
        if (enters > 0 && enters < s->KW) begins[enters] = true;
        if (leaves > 0 && leaves < s->KW) begins[leaves] = true;
    }
}

/* The general case: every tap of every pixel by itself. */
static void direct_edge_rows(const struct direct *d, struct direct_tile *t, const int *top, const int *left) {
    const struct scenario *s = d->s;
    const float *in = t->in;
    const int depth = t->channels;
    const int64_t line = (int64_t)s->W * s->C;
    bool begins[DIRECT_TAPS];
    int first = 0, last = s->KH; /* kernel rows that the lowest, the highest pixel need */
    while (first < last - 1 && top[t->mr - 1] + first * s->dilation < 0) first++;
    while (last > first + 1 && top[0] + (last - 1) * s->dilation >= s->H) last--;
    direct_cut(d, begins, left, t->mr);
    const float **rows = t->rows;
    t->m.taps = 0, t->m.depth = depth, t->m.depths = d->cuts ? t->piece : NULL, t->first_kh = first;
    for (int kh = first * s->dilation; kh < last * s->dilation; kh += s->dilation)
        for (int k = 0; k < s->KW; k++) {
            if (!begins[k]) {
                t->piece[t->m.taps - 1] += depth;
                continue;
            }
            t->piece[t->m.taps++] = depth;
            for (int r = 0; r < t->mr; r++) {
                const int h = top[r] + kh, w = left[r] + k * scenario_dilation_w(s);
                const bool inside = (unsigned)h < (unsigned)s->H && (unsigned)w < (unsigned)s->W;
                *rows++ = inside ? in + h * line + (int64_t)w * s->C : direct_zeros;
            }
        }
}

static void direct_outer_rows(const struct direct *d, struct direct_tile *t) {
    const struct scenario *s = d->s;
    int top[MICRO_ROWS], left[MICRO_ROWS]; /* of each pixel's patch */
    for (int r = 0, oh = t->oh, ow = t->ow; r < t->mr; r++) {
        top[r] = oh * s->stride - s->pad.top, left[r] = ow * scenario_stride_w(s) - s->pad.left;
        if (++ow == d->OW) ow = 0, oh++;
    }
    assert(t->pixel + t->mr <= d->OH * d->OW);
    direct_edge_rows(d, t, top, left);
}

/* The tile of mr pixels at `pixel`: `t` still holds the position of the one before it, unless it is the first. */
static void direct_locate(const struct direct *d, struct direct_tile *t, int pixel, int mr, bool first) {
    const struct scenario *s = d->s;
    const bool follows = !first && t->inner && mr == t->mr && t->ow + 2 * mr <= d->OW;
    t->pixel = pixel;
    if (first)
        t->oh = t->pixel / d->OW, t->ow = t->pixel % d->OW;
    else
        for (t->ow += t->mr; t->ow >= d->OW; t->ow -= d->OW) t->oh++;
    t->mr = mr;
    assert(t->oh * d->OW + t->ow == t->pixel && t->oh < d->OH); /* found step by step */
    const int top = t->oh * s->stride - s->pad.top, left = t->ow * scenario_stride_w(s) - s->pad.left;
    t->inner = t->ow + mr <= d->OW && top >= 0 && top + (s->KH - 1) * s->dilation < s->H && left >= 0 &&
               left + (mr - 1) * scenario_stride_w(s) + (s->KW - 1) * scenario_dilation_w(s) < s->W;
    if (t->inner && follows)
        direct_next_rows(d, t);
    else if (t->inner)
        direct_inner_rows(d, t, t->in + ((size_t)top * (size_t)s->W + (size_t)left) * (size_t)s->C);
    else
        direct_outer_rows(d, t);
}

/* What is the same for all tiles of a channel block. */
static void direct_begin(const struct direct *d, struct direct_tile *t, int c0, int channels) {
    const struct scenario *s = d->s;
    const bool final = c0 + channels == d->C;
    t->channels = channels;
    t->in = d->in + d->group * d->C + c0;
    t->panels = d->panel + (size_t)c0 * (size_t)(s->KH * s->KW) * (size_t)micro_round(d->M, d->micro->vector);
    t->bias = final && d->bias ? d->bias + d->group * d->M : NULL;
    t->m = (struct micro_tile){
        .rows = t->rows, .ldc = (size_t)s->M, .accumulate = c0 > 0, .activation = activation_if(final, d->activation)};
}

static void direct_product(const struct direct *d, struct direct_tile *t, int panel, int rows) {
    const int j0 = panel * micro_nr(d->micro), width = micro_width(d->micro, d->M, j0);
    const int skipped = t->first_kh * d->s->KW * t->channels;
    struct micro_tile *m = &t->m;
    m->panel = t->panels + (size_t)j0 * (size_t)rows + (size_t)skipped * (size_t)width;
    m->c = d->out + (size_t)t->pixel * (size_t)d->s->M + d->group * d->M + j0;
    m->columns = least_of(width, d->M - j0);
    m->bias_col = t->bias ? t->bias + j0 : NULL;
    micro_run(d->micro, t->mr, width, m);
    if (m->ahead) m->ahead += m->ahead_step * (size_t)rows;
}

/* Pixels [from, to) by panels [first, last), the first of which says how tall tiles are. If others follow, every
 * product fetches its share of them. */
static void direct_pass(const struct direct *d, int c0, int from, int to, int first, int last, bool more_follow) {
    const int width = micro_width(d->micro, d->M, first * micro_nr(d->micro));
    const int channels = least_of(d->depth, d->C - c0), rows = d->s->KH * d->s->KW * channels;
    const int tiles = divide_up(to - from, micro_mr(d->micro, width));
    struct direct_tile t;
    direct_begin(d, &t, c0, channels);
    if (more_follow)
        micro_ahead(&t.m, t.panels + (size_t)(last * micro_nr(d->micro)) * (size_t)rows, micro_nr(d->micro), tiles);
    for (int pixel = from; pixel < to; pixel += t.mr) {
        direct_locate(d, &t, pixel, micro_rows(d->micro, width, to - pixel), pixel == from);
        for (int panel = first; panel < last; panel++) direct_product(d, &t, panel, rows);
    }
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
        direct_pass(d, c0, from, to, j, next, next < last);
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
    for (d.group = 0; d.group < s->groups; d.group++) {
        d.panel = (const float *)stored + (size_t)d.group * direct_group_floats(&d);
        PARALLEL_FOR
        for (int part = 0; part < threads; part++) direct_part(&d, part, threads);
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
