/* Winograd convolution in one dimension, HWC: A samples of a row make m outputs of a row, A = m + r - 1; kernel rows
 * are summed by the product, whose taps are the transformed input rows. Half the saving of two dimensions, a smaller
 * error, and any kernel height.
 *
 * R output rows at most are made at a time (a strip; R = 0: all), evenly. Transformed input rows stay in a ring of R +
 * KH - 1 rows, each [A][across][C]; the product gives [A][R * across][M].
 *
 * Workspace, floats: lanes * A across (ring C + R M) / G, + C / G of zeros (rows outside the image). Lanes: strips in
 * flight. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/gemm/micro.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"
#include "kernels/winograd/winograd_transform.h"

#define WINOGRAD_TAPS 16 /* most kernel rows */

struct winograd_row {
    const struct scenario *s;
    const struct winograd_transform *transform;
    const struct micro *micro;
    int A, m, across; /* samples and outputs of a tile, tiles in a row */
    int OH, OW;
    int strip, strips, lanes, ring; /* output rows at a time; input rows kept */
    int C, M;                       /* of a group */
    const float *in, *panels, *bias, *zeros;
    float *out;
    struct activation activation;
    int group;
};

struct winograd_row_lane {
    float *ring, *output;
    int next;    /* first input row that is not in the ring yet */
    int threads; /* that work on the lane together */
};

static struct winograd_row winograd_row_plan(const struct primitive *p, const struct scenario *s, int threads) {
    struct winograd_row w = {.s = s, .micro = micro_current(), .m = p->variant[WINOGRAD_M]};
    w.A = w.m + p->variant[WINOGRAD_R] - 1;
    w.transform = winograd_transform(1, w.m, p->variant[WINOGRAD_R], p->variant[WINOGRAD_VECTOR]);
    w.OH = scenario_out_h(s), w.OW = scenario_out_w(s);
    w.across = divide_up(w.OW, w.m);
    w.strips = p->variant[WINOGRAD_STRIP] ? divide_up(w.OH, p->variant[WINOGRAD_STRIP]) : 1;
    w.strip = divide_up(w.OH, w.strips), w.strips = divide_up(w.OH, w.strip);
    w.C = s->C / s->groups, w.M = s->M / s->groups;
    w.strips = winograd_strips(w.strips, w.OH, threads, (size_t)(w.A * w.across) * (size_t)(w.C + w.M),
                               (size_t)(w.A * s->KH) * (size_t)w.C * (size_t)w.M);
    w.strip = divide_up(w.OH, w.strips);
    w.lanes = least_of(threads, w.strips);
    w.ring = least_of(s->H, w.strip + s->KH - 1);
    assert(w.transform && w.A <= 16 && s->KH <= WINOGRAD_TAPS);
    assert(w.strips >= 1 && w.strips <= w.OH); /* each has a row */
    assert(w.lanes >= 1 && w.lanes <= w.strips);
    return w;
}

static bool winograd_row_applies(const struct primitive *p, const struct scenario *s) {
    return s->KH <= WINOGRAD_TAPS && s->KW == p->variant[WINOGRAD_R] && s->stride == 1 && s->dilation == 1 &&
           (int64_t)s->H * s->W < 1 << 30;
}

/* Floats of one transformed row, and of one position of it. */
static size_t winograd_row_position(const struct winograd_row *w) {
    return (size_t)w->across * (size_t)w->C;
}
static size_t winograd_row_ring(const struct winograd_row *w) {
    return (size_t)w->ring * (size_t)w->A * winograd_row_position(w);
}
static size_t winograd_row_lane_floats(const struct winograd_row *w) {
    return winograd_row_ring(w) + (size_t)w->A * (size_t)w->strip * (size_t)w->across * (size_t)w->M;
}
static size_t winograd_row_group(const struct winograd_row *w) {
    return winograd_weights_floats(1, w->m, w->A - w->m + 1, w->M, w->C, w->s->KH);
}

static size_t winograd_row_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd_row w = winograd_row_plan(p, s, threads);
    return sizeof(float) * ((size_t)w.lanes * winograd_row_lane_floats(&w) + (size_t)w.C);
}

static size_t winograd_row_stored(const struct primitive *p, const struct scenario *s) {
    const struct winograd_row w = winograd_row_plan(p, s, 1);
    return sizeof(float) * (size_t)s->groups * winograd_row_group(&w);
}

static void winograd_row_prepare(const struct primitive *p, const struct scenario *s, void *stored,
                                 const float *weights) {
    const struct winograd_row w = winograd_row_plan(p, s, 1);
    const size_t raw = (size_t)w.M * (size_t)w.C * (size_t)s->KH * (size_t)s->KW;
    for (int g = 0; g < s->groups; g++)
        winograd_weights((float *)stored + (size_t)g * winograd_row_group(&w), weights + (size_t)g * raw, 1, w.m, s->KW,
                         w.M, w.C, s->KH, 1);
}

static float *winograd_row_slot(const struct winograd_row *w, const struct winograd_row_lane *lane, int h) {
    return lane->ring + (size_t)(h % w->ring) * (size_t)w->A * winograd_row_position(w);
}

static void winograd_row_input(const struct winograd_row *w, const struct winograd_row_lane *lane, int h) {
    const struct scenario *s = w->s;
    const float *row = w->in + (size_t)h * (size_t)s->W * (size_t)s->C + w->group * w->C, *pixel[16];
    float *to = winograd_row_slot(w, lane, h);
    for (int t = 0; t < w->across; t++, to += w->C) {
        for (int j = 0; j < w->A; j++) {
            const int x = t * w->m - s->pad.left + j;
            pixel[j] = x >= 0 && x < s->W ? row + (size_t)x * (size_t)s->C : w->zeros;
        }
        w->transform->input(to, winograd_row_position(w), pixel, w->C);
    }
}

/* Channels first, ..., last - 1 of the group. */
static void winograd_row_output(const struct winograd_row *w, const struct winograd_row_lane *lane, int top, int row,
                                int first, int last) {
    const float *from = lane->output + (size_t)row * (size_t)w->across * (size_t)w->M + first;
    const int channel = w->group * w->M + first;
    float *to = w->out + (size_t)(top + row) * (size_t)w->OW * (size_t)w->s->M + channel, *pixel[16];
    const struct winograd_end end = {.bias = w->bias ? w->bias + channel : NULL, .activation = w->activation};
    for (int t = 0; t < w->across; t++, from += w->M) {
        for (int l = 0; l < w->m; l++)
            pixel[l] = t * w->m + l < w->OW ? to + (size_t)(t * w->m + l) * (size_t)w->s->M : NULL;
        winograd_transform_back(w->transform, pixel, w->m, from, (size_t)w->strip * (size_t)w->across * (size_t)w->M,
                                &end, last - first);
    }
}

/* Rows of the product's tile of mr from tile `first` of the strip: [KH][mr]. */
static void winograd_row_pointers(const struct winograd_row *w, const struct winograd_row_lane *lane, int x, int top,
                                  int first, int mr, const float **rows) {
    for (int kh = 0; kh < w->s->KH; kh++)
        for (int r = 0; r < mr; r++) {
            const int h = top + (first + r) / w->across - w->s->pad.top + kh, t = (first + r) % w->across;
            const size_t at = (size_t)x * winograd_row_position(w) + (size_t)t * (size_t)w->C;
            *rows++ = h >= 0 && h < w->s->H ? winograd_row_slot(w, lane, h) + at : w->zeros;
        }
}

/* Position x of the strip by the panel at column j. */
static void winograd_row_product(const struct winograd_row *w, const struct winograd_row_lane *lane, int x, int j,
                                 int top, int height) {
    const float *rows[WINOGRAD_TAPS * MICRO_ROWS];
    const size_t depth = (size_t)w->s->KH * (size_t)w->C, position = (size_t)w->strip * (size_t)w->across;
    const float *panel = w->panels + (size_t)x * depth * (size_t)micro_round(w->M, w->micro->vector);
    float *output = lane->output + (size_t)x * position * (size_t)w->M;
    struct micro_tile tile = {.taps = w->s->KH, .depth = w->C, .rows = rows, .ldc = (size_t)w->M};
    const int width = micro_width(w->micro, w->M, j);
    tile.panel = panel + (size_t)j * depth, tile.columns = least_of(width, w->M - j);
    for (int i = 0, mr; i < height * w->across; i += mr) {
        mr = micro_rows(w->micro, width, height * w->across - i);
        winograd_row_pointers(w, lane, x, top, i, mr, rows);
        tile.c = output + (size_t)i * (size_t)w->M + j;
        micro_run(w->micro, mr, width, &tile);
    }
}

/* Output channels from, ..., to - 1 of the strip: products stay where they are made. */
static void winograd_row_channels(const struct winograd_row *w, const struct winograd_row_lane *lane, int top,
                                  int height, int from, int to) {
    const int nr = micro_nr(w->micro);
    for (int x = 0; x < w->A; x++)
        for (int j = from; j < to; j += nr) winograd_row_product(w, lane, x, j, top, height);
    for (int row = 0; row < height; row++) winograd_row_output(w, lane, top, row, from, to);
}

/* As winograd_together; input rows first, ..., end - 1 are not in the ring yet. */
static void winograd_row_together(const struct winograd_row *w, const struct winograd_row_lane *lane, int first,
                                  int end, int top, int height) {
    const int nr = micro_nr(w->micro), panels = divide_up(w->M, nr), products = w->A * panels;
    const int threads = lane->threads, parts = threads;
    PARALLEL_FOR
    for (int h = first; h < end; h++) winograd_row_input(w, lane, h);
    if (winograd_by_channels(panels, threads)) {
        PARALLEL_FOR
        for (int part = 0; part < parts; part++)
            winograd_row_channels(w, lane, top, height, parallel_first(panels, part, parts) * nr,
                                  least_of(w->M, parallel_first(panels, part + 1, parts) * nr));
        return;
    }
    PARALLEL_FOR
    for (int i = 0; i < products; i++) winograd_row_product(w, lane, i / panels, i % panels * nr, top, height);
    PARALLEL_FOR
    for (int row = 0; row < height; row++) winograd_row_output(w, lane, top, row, 0, w->M);
}

static void winograd_row_strip(const struct winograd_row *w, struct winograd_row_lane *lane, int strip) {
    const int top = parallel_first(w->OH, strip, w->strips);
    const int height = parallel_first(w->OH, strip + 1, w->strips) - top;
    const int first = most_of(lane->next, top - w->s->pad.top),
              end = least_of(w->s->H, top + height - 1 - w->s->pad.top + w->s->KH);
    assert(height >= 1 &&
           end - most_of(0, top - w->s->pad.top) <= w->ring); /* all rows of the strip fit into the ring */
    lane->next = most_of(first, end);
    if (lane->threads > 1) {
        winograd_row_together(w, lane, first, end, top, height);
        return;
    }
    for (int h = first; h < end; h++) winograd_row_input(w, lane, h);
    winograd_row_channels(w, lane, top, height, 0, w->M);
}

static void winograd_row_lanes(const struct winograd_row *w, float *buffers, int threads) {
    const int lanes = w->lanes, inner = lanes == 1 ? threads : 1;
    threads = lanes;
    PARALLEL_FOR
    for (int l = 0; l < lanes; l++) {
        struct winograd_row_lane lane = {.ring = buffers + (size_t)l * winograd_row_lane_floats(w), .threads = inner};
        lane.output = lane.ring + winograd_row_ring(w);
        const int last = parallel_first(w->strips, l + 1, lanes);
        for (int strip = parallel_first(w->strips, l, lanes); strip < last; strip++)
            winograd_row_strip(w, &lane, strip);
    }
}

static void winograd_row_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                             const void *stored, const float *bias, struct activation activation, void *workspace,
                             int threads) {
    struct winograd_row w = winograd_row_plan(p, s, threads);
    float *zeros = (float *)workspace + (size_t)w.lanes * winograd_row_lane_floats(&w);
    assert(zeros + w.C == (float *)workspace + winograd_row_workspace(p, s, threads) / sizeof(float));
    memset(zeros, 0, sizeof(float) * (size_t)w.C);
    w.out = out, w.in = in, w.bias = bias, w.activation = activation, w.zeros = zeros;
    for (w.group = 0; w.group < s->groups; w.group++) {
        w.panels = (const float *)stored + (size_t)w.group * winograd_row_group(&w);
        winograd_row_lanes(&w, workspace, threads);
    }
}

#define WINOGRAD_ROW_ALGORITHM(symbol, error)                                                                          \
    const struct algorithm algorithm_##symbol = {                                                                      \
        .name = "winograd",                                                                                            \
        .variant_help =                                                                                                \
            "m and r of F(m, r), floats per vector of the transforms (1: scalar), output rows per strip (0: all)",     \
        .tolerance = error,                                                                                            \
        .applies = winograd_row_applies,                                                                               \
        .workspace = winograd_row_workspace,                                                                           \
        .weights = winograd_row_stored,                                                                                \
        .prepare = winograd_row_prepare,                                                                               \
        .run = winograd_row_run};
WINOGRAD_ROW_ALGORITHM(winograd_row_f2, 3e-6)
WINOGRAD_ROW_ALGORITHM(winograd_row_f4, 2e-5)
WINOGRAD_ROW_ALGORITHM(winograd_row_f6, 5e-5)
