/* Convolution in HWC for few input channels: first layers, 1 x 1 layers of narrow networks, groups of a few channels. A
 * product of matrices has little to reuse there, and pointers to pixels cost as much as the sums. Here a block of
 * adjacent output pixels by a vector of output channels, a lane, stays in registers over all taps.
 *
 *   dense    one group, or groups of several lanes. A kernel row of KW C floats, with groups a tap of C, lies in a row
 *            of the image; several lanes share each input. The input of a block at the left or right edge is copied
 *            to the stack, with zeros around the image. 1 x 1: all pixels are one row.
 *   grouped  kernel widths 3, 5 and 7. The weights of a kernel row are in registers, too: each input column is
 *            broadcast once and added to all the pixels that it belongs to. With 32 registers two lanes at a time:
 *            the sums of 7 pixels would wait for each other. Groups of 4 or 8 input and as many output
 *            channels, narrower than a vector, share a lane: each one's part of the column's vector gets its input.
 *
 * Strides 1 and 2 with groups, any without; no dilation. Weights are stored by lanes, zeros where a group has fewer
 * channels than a vector. No workspace. The loops are in columns_dense.inc and columns_grouped.inc. */
#include "kernels/conv/columns.h"

#include <assert.h>

#include "kernels/parallel.h"
#include "kernels/primitive.h"

#define COLUMNS_CHANNELS 192         /* most input channels of a group: with more, matrix products win */
#define COLUMNS_WAYS     12          /* of the first-level cache */
#define COLUMNS_L2       (128 << 10) /* bytes of weights that an image's blocks go through: grouped */
#define COLUMNS_ROWS     8           /* of a thread, if they do not divide evenly */

/* Do the columns that a block adds up at a time drive each other out of the first-level cache, 64 sets of 64-byte lines? */
static bool columns_conflict(const struct columns *d) {
    const struct scenario *s = d->s;
    const int way = 4096, bytes = (int)sizeof(float) * s->C, sets = way / least_of(way, bytes & -bytes);
    return (COLUMNS_PIXELS - 1) * s->stride + s->KW > COLUMNS_WAYS * sets;
}

/* Two or three lanes of a group share each input, which is copied: with 16 registers, but by twos not where rows have 7
 * pixels; with 32 only where columns conflict, else two lanes of these take 0.7 to 0.95 of the time. Measured. */
static bool columns_shares_groups(const struct columns *d) {
    const struct scenario *s = d->s;
    const int64_t copy = (int64_t)s->KH * ((COLUMNS_STRIP - 1) * s->stride + s->KW) * d->C;
    const bool many = d->family->vector == 16, conflict = columns_conflict(d);
    const bool pairs = many ? conflict : d->OW > COLUMNS_PIXELS, threes = !many || conflict;
    const bool together = (d->period % 3 == 0 && threes) || (d->period % 2 == 0 && pairs);
    return together && d->packed == 1 && copy <= COLUMNS_COPY;
}

/* Pixels of a strip, at most: its input must fit onto the stack, unless no pixel is at an edge. */
static int columns_strip(const struct columns *d) {
    const struct scenario *s = d->s;
    if (columns_is_points(s)) return d->OH * d->OW;
    return least_of(COLUMNS_LONG, (COLUMNS_COPY / (s->KH * d->C) - s->KW) / s->stride + 1);
}

/* Can a row's input stay on the stack while the rows below it are computed? Then it is copied once. */
static bool columns_stays(const struct columns *d) {
    const struct scenario *s = d->s;
    return ((d->OW - 1) * s->stride + s->KW) * (s->KH + COLUMNS_STAY) * d->C <= COLUMNS_COPY;
}

/* Pixels whose windows lie inside, less some if there are a few on either side of them. All, if an edge is copied with
 * most of its row, or the row stays. */
static void columns_inner(struct columns *d) {
    const struct scenario *s = d->s;
    const int left = divide_up(s->pad.left, s->stride), space = s->W + s->pad.left - s->KW;
    const int right = space < 0 ? 0 : space / s->stride + 1, edge = s->groups > 1 ? COLUMNS_FEW : COLUMNS_EDGE;
    d->inner_from = 0, d->inner_to = d->OW;
    if (columns_is_points(s) || (s->groups == 1 && (d->OW < 4 * edge || edge > d->strip || columns_stays(d)))) return;
    if (left > 0) d->inner_from = most_of(left, edge);
    if (right < d->OW) d->inner_to = least_of(right, d->OW - edge);
}

/* Pairs are not divided. */
static int columns_together(const struct columns *d) {
    const int most = most_of(2, (int)(COLUMNS_L2 / (sizeof(float) * d->size)));
    return (divide_up(d->lanes, divide_up(d->lanes, most)) + 1) / 2 * 2;
}

static struct columns columns_plan(const struct scenario *s) {
    struct columns d = {.s = s, .family = columns_current(), .OH = scenario_out_h(s), .OW = scenario_out_w(s)};
    const int V = d.family->vector;
    d.C = s->C / s->groups, d.M = s->M / s->groups;
    const bool packs = s->groups > 1 && s->KW == 3 && d.C == d.M && (d.M == 4 || d.M == 8) && d.M < V && s->M >= V;
    d.packed = packs ? V / d.M : 1;
    d.channels = packs ? s->M : d.M, d.period = divide_up(d.channels, V);
    d.lanes = packs ? d.period : s->groups * d.period;
    d.count = least_of(V, d.channels);
    d.dense = s->groups == 1 || columns_shares_groups(&d);
    d.size = (size_t)(s->KH * d.C * s->KW) * (size_t)V;
    d.together = columns_together(&d);
    d.strip = columns_strip(&d);
    columns_inner(&d);
    return d;
}

static bool columns_has_dense(const struct scenario *s) {
    const int64_t copy = (int64_t)s->KH * ((COLUMNS_STRIP - 1) * s->stride + s->KW) * s->C, OW = scenario_out_w(s);
    if (!columns_is_points(s)) return copy <= COLUMNS_COPY && OW >= COLUMNS_FEW;
    return OW == s->W && scenario_out_h(s) == s->H && OW >= COLUMNS_FEW && OW * s->H < 1 << 30;
}

/* Does every window of a row begin or end inside the image? */
static bool columns_has_grouped(const struct scenario *s) {
    const int OW = scenario_out_w(s);
    return (s->KW == 3 || s->KW == 5 || s->KW == 7) && s->stride <= 2 && OW >= COLUMNS_PIXELS && s->pad.left < s->KW &&
           (OW - 1) * s->stride - s->pad.left < s->W;
}

static bool columns_applies(const struct primitive *p, const struct scenario *s) {
    (void)p;
    if (s->C / s->groups > COLUMNS_CHANNELS || s->dilation != 1) return false;
    return s->groups > 1 ? columns_has_grouped(s) : columns_has_dense(s);
}

static size_t columns_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static size_t columns_weights(const struct primitive *p, const struct scenario *s) {
    (void)p;
    const struct columns d = columns_plan(s);
    return sizeof(float) * (size_t)d.lanes * d.size;
}

/* Output channel m, the j-th of its lane. */
static void columns_prepare_channel(const struct columns *d, float *lane, int j, const float *weights, int m) {
    const struct scenario *s = d->s;
    const float *from = weights + (size_t)m * (size_t)(d->C * s->KH * s->KW);
    for (int c = 0; c < d->C; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++, from++) {
                const int at = d->dense ? (kh * s->KW + kw) * d->C + c : (kh * d->C + c) * s->KW + kw;
                lane[at * d->family->vector + j] = *from;
            }
}

static void columns_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    (void)p;
    const struct columns d = columns_plan(s);
    float *to = stored;
    for (int lane = 0; lane < d.lanes; lane++, to += d.size) {
        const struct columns_lane at = columns_lane_of(&d, lane);
        assert(at.m >= 0 && at.m + d.count <= s->M);
        for (size_t i = 0; i < d.size; i++) to[i] = 0;
        for (int j = 0; j < d.count; j++) columns_prepare_channel(&d, to, j, weights, at.m + j);
    }
}

/* Threads share out rows, unless these are few and lanes divide evenly, and none overlaps another thread's. Lanes that
 * share an input stay together. */
static bool columns_by_lanes(const struct columns *d, int threads) {
    const bool shared = d->dense && d->s->groups > 1;
    const bool whole = !shared && (d->channels % d->family->vector == 0 || d->period == 1);
    if (d->OH % threads == 0 || d->OH >= COLUMNS_ROWS * threads) return false;
    return d->lanes % threads == 0 && (whole || d->lanes / threads % d->period == 0);
}

static void columns_part_run(const struct columns *d, bool by_lanes, int i, int threads) {
    struct columns_part part = {0, d->OH, 0, d->lanes};
    if (by_lanes)
        part.first = parallel_first(d->lanes, i, threads), part.last = parallel_first(d->lanes, i + 1, threads);
    else
        part.from = parallel_first(d->OH, i, threads), part.to = parallel_first(d->OH, i + 1, threads);
    if (part.from < part.to) (d->dense ? d->family->dense : d->family->grouped)(d, &part);
}

static void columns_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                        const void *stored, const float *bias, struct activation activation, void *workspace,
                        int threads) {
    (void)p, (void)workspace;
    struct columns d = columns_plan(s);
    d.in = in, d.out = out, d.weights = stored, d.bias = bias, d.activation = activation;
    const bool by_lanes = columns_by_lanes(&d, threads);
    PARALLEL_CALLS(i, threads, columns_part_run(&d, by_lanes, i, threads));
}

const struct algorithm algorithm_columns = {
    .name = "columns",
    .variant_help = "none",
    .tolerance = 3e-6,
    .applies = columns_applies,
    .workspace = columns_workspace,
    .weights = columns_weights,
    .prepare = columns_prepare,
    .run = columns_run,
};
