/* Winograd convolution in two dimensions, HWC (Lavin & Gray 2016): A x A samples make m x m outputs, A = m + r - 1.
 *
 * Tiles are taken at most T at a time (a strip; T = 0: all of them), as evenly as possible, since each strip reads all
 * weights; several threads take as many strips each (winograd_strips). For a strip: transform the input, [A*A][T][C]; multiply each of the A*A matrices by that of the weights,
 * giving [A*A][T][M]; transform back. A short strip costs little: its matrices stay in the cache.
 *
 * Workspace, floats: lanes * A^2 T (C + M) / G, + C / G of zeros (for pixels outside the image); lean: + A^2 C M / G^2
 * (M / G rounded up to vectors). Lanes: strips in flight, one per thread. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/gemm/micro.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"
#include "kernels/winograd/winograd_transform.h"

#define WINOGRAD_SAMPLES 64 /* most samples of a tile: 8 x 8 */

enum { WINOGRAD_M, WINOGRAD_R, WINOGRAD_VECTOR, WINOGRAD_STRIP }; /* variant numbers */

struct winograd {
    const struct scenario *s;
    const struct winograd_transform *transform;
    const struct micro *micro;
    int A, m, across, down; /* samples and outputs of a tile, tiles in the image */
    int tiles, strip, strips, lanes;
    int C, M; /* of a group */
    const float *in, *panels, *bias, *zeros;
    float *out;
    struct activation activation;
    int group;
};

/* Buffers of one lane. */
struct winograd_lane {
    float *input, *output; /* [A*A][strip][C], [A*A][strip][M] */
    int threads;           /* that work on it together */
};

static struct winograd winograd_plan(const struct primitive *p, const struct scenario *s, int threads) {
    struct winograd w = {.s = s, .micro = micro_current(), .m = p->variant[WINOGRAD_M]};
    w.A = w.m + p->variant[WINOGRAD_R] - 1;
    w.transform = winograd_transform(2, w.m, p->variant[WINOGRAD_R], p->variant[WINOGRAD_VECTOR]);
    w.across = divide_up(scenario_out_w(s), w.m), w.down = divide_up(scenario_out_h(s), w.m);
    w.tiles = w.across * w.down;
    w.strips = p->variant[WINOGRAD_STRIP] ? divide_up(w.tiles, p->variant[WINOGRAD_STRIP]) : 1;
    w.strip = divide_up(w.tiles, w.strips), w.strips = divide_up(w.tiles, w.strip);
    w.C = s->C / s->groups, w.M = s->M / s->groups;
    w.strips = winograd_strips(w.strips, w.tiles, threads, (size_t)(w.A * w.A) * (size_t)(w.C + w.M),
                               (size_t)(w.A * w.A) * (size_t)w.C * (size_t)w.M);
    w.strip = divide_up(w.tiles, w.strips);
    w.lanes = least_of(threads, w.strips);
    assert(w.transform && w.A * w.A <= WINOGRAD_SAMPLES);
    assert(w.strips >= 1 && w.strips <= w.tiles); /* each has a tile */
    assert(w.lanes >= 1 && w.lanes <= w.strips);
    return w;
}

static bool winograd_applies(const struct primitive *p, const struct scenario *s) {
    const int r = p->variant[WINOGRAD_R];
    return s->KH == r && s->KW == r && s->stride == 1 && s->dilation == 1 && (int64_t)s->H * s->W < 1 << 30;
}

static size_t winograd_lane_floats(const struct winograd *w) {
    return (size_t)(w->A * w->A) * (size_t)w->strip * ((size_t)w->C + (size_t)w->M);
}

static size_t winograd_group_floats(const struct winograd *w) {
    return winograd_weights_floats(2, w->m, w->A - w->m + 1, w->M, w->C, 1);
}

static size_t winograd_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd w = winograd_plan(p, s, threads);
    return sizeof(float) * ((size_t)w.lanes * winograd_lane_floats(&w) + (size_t)w.C);
}

static size_t winograd_lean_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd w = winograd_plan(p, s, threads);
    return winograd_workspace(p, s, threads) + sizeof(float) * winograd_group_floats(&w);
}

static size_t winograd_stored(const struct primitive *p, const struct scenario *s) {
    const struct winograd w = winograd_plan(p, s, 1);
    return sizeof(float) * (size_t)s->groups * winograd_group_floats(&w);
}

static size_t winograd_raw_floats(const struct scenario *s) { /* of a group */
    return (size_t)(s->M / s->groups) * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

static size_t winograd_lean_stored(const struct primitive *p, const struct scenario *s) {
    (void)p;
    return sizeof(float) * (size_t)s->groups * winograd_raw_floats(s);
}

static void winograd_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const struct winograd w = winograd_plan(p, s, 1);
    for (int g = 0; g < s->groups; g++)
        winograd_weights((float *)stored + (size_t)g * winograd_group_floats(&w),
                         weights + (size_t)g * winograd_raw_floats(s), 2, w.m, s->KW, w.M, w.C, 1, 1);
}

static void winograd_lean_prepare(const struct primitive *p, const struct scenario *s, void *stored,
                                  const float *weights) {
    memcpy(stored, weights, winograd_lean_stored(p, s));
}

static void winograd_input_tile(const struct winograd *w, float *to, int tile) {
    const struct scenario *s = w->s;
    const int top = tile / w->across * w->m - s->pad.top, left = tile % w->across * w->m - s->pad.left;
    const float *pixel[WINOGRAD_SAMPLES];
    for (int i = 0; i < w->A; i++) {
        const int h = top + i;
        const float *row = w->in + ((int64_t)h * s->W + left) * s->C + w->group * w->C;
        for (int j = 0; j < w->A; j++) {
            const bool inside = h >= 0 && h < s->H && left + j >= 0 && left + j < s->W;
            pixel[i * w->A + j] = inside ? row + (int64_t)j * s->C : w->zeros;
        }
    }
    w->transform->input(to, (size_t)w->strip * (size_t)w->C, pixel, w->C);
}

/* Channels from, ..., to - 1 of the group. */
static void winograd_output_tile(const struct winograd *w, const float *output, int tile, int from, int to) {
    const int OH = scenario_out_h(w->s), OW = scenario_out_w(w->s), first = w->group * w->M + from;
    const int top = tile / w->across * w->m, left = tile % w->across * w->m;
    float *pixel[WINOGRAD_SAMPLES];
    assert(top < OH && left < OW); /* a tile has an output */
    for (int k = 0; k < w->m; k++)
        for (int l = 0; l < w->m; l++) {
            const bool inside = top + k < OH && left + l < OW;
            pixel[k * w->m + l] =
                inside ? w->out + ((size_t)(top + k) * (size_t)OW + (size_t)(left + l)) * (size_t)w->s->M + first
                       : NULL;
        }
    winograd_transform_back(w->transform, pixel, w->m * w->m, output + from, (size_t)w->strip * (size_t)w->M,
                            w->bias ? w->bias + first : NULL, w->activation, to - from);
}

/* Position x of the strip's `tiles` tiles by the panel at column j: [tiles][C] x [C][width]. */
static void winograd_product(const struct winograd *w, const struct winograd_lane *lane, int x, int j, int tiles) {
    const float *rows[MICRO_ROWS], *input = lane->input + (size_t)x * (size_t)w->strip * (size_t)w->C;
    float *output = lane->output + (size_t)x * (size_t)w->strip * (size_t)w->M;
    const float *panel = w->panels + (size_t)x * (size_t)w->C * (size_t)micro_round(w->M, w->micro->vector);
    struct micro_tile tile = {.taps = 1, .depth = w->C, .rows = rows, .ldc = (size_t)w->M};
    const int width = micro_width(w->micro, w->M, j);
    tile.panel = panel + (size_t)j * (size_t)w->C, tile.columns = least_of(width, w->M - j);
    for (int i = 0, mr; i < tiles; i += mr) {
        mr = micro_rows(w->micro, tiles - i);
        for (int r = 0; r < mr; r++) rows[r] = input + (size_t)(i + r) * (size_t)w->C;
        tile.c = output + (size_t)i * (size_t)w->M + j;
        micro_run(w->micro, mr, width, &tile);
    }
}

/* Threads share out the strip's panels, and so output channels, if there are enough of them: then products stay where
 * they were made. Otherwise positions by panels, and tiles. */
static void winograd_strip_outputs(const struct winograd *w, const struct winograd_lane *lane, int first, int tiles) {
    const int nr = micro_nr(w->micro), panels = divide_up(w->M, nr), products = w->A * w->A * panels;
    const int threads = lane->threads, parts = threads;
    if (winograd_by_channels(panels, threads)) {
        PARALLEL_FOR
        for (int part = 0; part < parts; part++) {
            const int from = parallel_first(panels, part, parts) * nr;
            const int to = least_of(w->M, parallel_first(panels, part + 1, parts) * nr);
            for (int x = 0; x < w->A * w->A; x++)
                for (int j = from; j < to; j += nr) winograd_product(w, lane, x, j, tiles);
            for (int t = 0; t < tiles; t++)
                winograd_output_tile(w, lane->output + (size_t)t * (size_t)w->M, first + t, from, to);
        }
        return;
    }
    PARALLEL_FOR
    for (int i = 0; i < products; i++) winograd_product(w, lane, i / panels, i % panels * nr, tiles);
    PARALLEL_FOR
    for (int t = 0; t < tiles; t++)
        winograd_output_tile(w, lane->output + (size_t)t * (size_t)w->M, first + t, 0, w->M);
}

static void winograd_strip(const struct winograd *w, const struct winograd_lane *lane, int strip) {
    const int first = parallel_first(w->tiles, strip, w->strips), threads = lane->threads;
    const int tiles = parallel_first(w->tiles, strip + 1, w->strips) - first;
    assert(tiles >= 1 && tiles <= w->strip); /* within the promise */
    PARALLEL_FOR
    for (int t = 0; t < tiles; t++) winograd_input_tile(w, lane->input + (size_t)t * (size_t)w->C, first + t);
    winograd_strip_outputs(w, lane, first, tiles);
}

static void winograd_group(const struct winograd *w, float *buffers, int threads) {
    const int lanes = w->lanes, inner = lanes == 1 ? threads : 1;
    threads = lanes;
    PARALLEL_FOR
    for (int l = 0; l < lanes; l++) {
        struct winograd_lane lane = {.input = buffers + (size_t)l * winograd_lane_floats(w), .threads = inner};
        lane.output = lane.input + (size_t)(w->A * w->A) * (size_t)w->strip * (size_t)w->C;
        const int last = parallel_first(w->strips, l + 1, lanes);
        for (int strip = parallel_first(w->strips, l, lanes); strip < last; strip++) winograd_strip(w, &lane, strip);
    }
}

static void winograd_all(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                         const float *stored, const float *bias, struct activation activation, float *workspace,
                         int threads, bool lean) {
    struct winograd w = winograd_plan(p, s, threads);
    w.out = out, w.in = in, w.bias = bias, w.activation = activation;
    float *zeros = workspace + (size_t)w.lanes * winograd_lane_floats(&w), *panels = zeros + w.C;
    assert(zeros + w.C == workspace + winograd_workspace(p, s, threads) / sizeof(float)); /* within the promise */
    memset(zeros, 0, sizeof(float) * (size_t)w.C);
    w.zeros = zeros;
    for (w.group = 0; w.group < s->groups; w.group++) {
        if (lean)
            winograd_weights(panels, stored + (size_t)w.group * winograd_raw_floats(s), 2, w.m, s->KW, w.M, w.C, 1,
                             threads);
        w.panels = lean ? panels : stored + (size_t)w.group * winograd_group_floats(&w);
        winograd_group(&w, workspace, threads);
    }
}

static void winograd_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                         const void *stored, const float *bias, struct activation activation, void *workspace,
                         int threads) {
    winograd_all(p, s, out, in, stored, bias, activation, workspace, threads, false);
}

static void winograd_lean_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                              const void *stored, const float *bias, struct activation activation, void *workspace,
                              int threads) {
    winograd_all(p, s, out, in, stored, bias, activation, workspace, threads, true);
}

#define WINOGRAD_HELP                                                                                                  \
    "m and r of F(m x m, r x r), floats per vector of the transforms (1: scalar), tiles per strip (0: all)"

/* One algorithm for each class of error. */
#define WINOGRAD_ALGORITHM(symbol, error)                                                                              \
    const struct algorithm algorithm_##symbol = {.name = "winograd",                                                   \
                                                 .variant_help = WINOGRAD_HELP,                                        \
                                                 .tolerance = error,                                                   \
                                                 .applies = winograd_applies,                                          \
                                                 .workspace = winograd_workspace,                                      \
                                                 .weights = winograd_stored,                                           \
                                                 .prepare = winograd_prepare,                                          \
                                                 .run = winograd_run};                                                 \
    const struct algorithm algorithm_##symbol##_lean = {.name = "winograd",                                            \
                                                        .variant_help = WINOGRAD_HELP,                                 \
                                                        .tolerance = error,                                            \
                                                        .applies = winograd_applies,                                   \
                                                        .workspace = winograd_lean_workspace,                          \
                                                        .weights = winograd_lean_stored,                               \
                                                        .prepare = winograd_lean_prepare,                              \
                                                        .run = winograd_lean_run};
WINOGRAD_ALGORITHM(winograd_f2, 3e-6)
WINOGRAD_ALGORITHM(winograd_f4, 2e-5)
WINOGRAD_ALGORITHM(winograd_f6, 5e-5)
