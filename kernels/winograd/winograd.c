/* Winograd convolution in two dimensions, HWC (Lavin & Gray 2016): A x A samples make m x m outputs, A = m + r - 1.
 *
 * Tiles are taken at most T at a time (a strip; T = 0: all of them), as evenly as possible, since each strip reads all
 * weights; several threads take as many strips each (winograd_strips). For a strip: transform the input, [A*A][T][C];
 * multiply each of the A*A matrices by that of the weights, giving [A*A][T][M]; transform back. A short strip costs
 * little: its matrices stay in the cache.
 *
 * Workspace, floats: lanes * A^2 T (C + M) / G, or A^2 tiles (C + M) / G where each lane has one strip; + C / G of zeros
 * (for pixels outside the image); lean: + A^2 C M / G^2 (M / G rounded up to vectors). Lanes: strips in flight, one per
 * thread. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/parallel.h"
#include "kernels/winograd/winograd_tiles.h"

#define WINOGRAD_CACHE (1 << 20) /* bytes of transformed weights: fewer stay in the second-level cache */

struct winograd {
    struct winograd_tiles t;
    const struct micro *micro;
    int lanes;
    const float *panels;
};

/* Buffers of one lane. */
struct winograd_lane {
    float *input, *output; /* [A*A][room][C], [A*A][room][to - from] */
    int from, to;          /* output channels: all, or those of a thread, which has products of its own */
    int room;              /* tiles of its longest strip */
    int threads;           /* that work on it together */
};

static struct winograd winograd_plan(const struct primitive *p, const struct scenario *s, int threads) {
    struct winograd w = {.t = winograd_tiles(p, s), .micro = micro_current()};
    const size_t samples = (size_t)w.t.samples, C = (size_t)w.t.C, M = (size_t)w.t.M;
    w.t.strips = winograd_strips(w.t.strips, w.t.tiles, threads, PARALLEL_SHARED * samples * (C + M), samples * C * M);
    w.t.strip = divide_up(w.t.tiles, w.t.strips);
    w.lanes = least_of(threads, w.t.strips);
    assert(w.t.strips >= 1 && w.t.strips <= w.t.tiles); /* each has a tile */
    assert(w.lanes >= 1 && w.lanes <= w.t.strips);
    return w;
}

static size_t winograd_input_step(const struct winograd *w, const struct winograd_lane *lane) {
    return (size_t)lane->room * (size_t)w->t.C;
}

static size_t winograd_output_step(const struct winograd_lane *lane) {
    return (size_t)lane->room * (size_t)(lane->to - lane->from);
}

/* Tiles that lanes before lane l have room for: where each has one strip, no more than these have. */
static int winograd_room(const struct winograd *w, int l) {
    return w->lanes == w->t.strips ? parallel_first(w->t.tiles, l, w->lanes) : l * w->t.strip;
}

static size_t winograd_lanes_floats(const struct winograd *w, int lanes) {
    return (size_t)w->t.samples * (size_t)winograd_room(w, lanes) * (size_t)(w->t.C + w->t.M);
}

static size_t winograd_group_floats(const struct winograd *w) {
    return winograd_weights_floats(2, w->t.m, w->t.A - w->t.m + 1, w->t.M, w->t.C, 1);
}

static size_t winograd_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd w = winograd_plan(p, s, threads);
    return sizeof(float) * (winograd_lanes_floats(&w, w.lanes) + (size_t)w.t.C);
}

static size_t winograd_lean_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct winograd w = winograd_plan(p, s, threads);
    return winograd_workspace(p, s, threads) + sizeof(float) * winograd_group_floats(&w);
}

static size_t winograd_stored(const struct primitive *p, const struct scenario *s) {
    const struct winograd w = winograd_plan(p, s, 1);
    return sizeof(float) * (size_t)s->groups * winograd_group_floats(&w);
}

static void winograd_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const struct winograd w = winograd_plan(p, s, 1);
    for (int g = 0; g < s->groups; g++)
        winograd_weights((float *)stored + (size_t)g * winograd_group_floats(&w),
                         weights + (size_t)g * winograd_tiles_raw(s), 2, w.t.m, s->KW, w.t.M, w.t.C, 1, 1);
}

static void winograd_lean_prepare(const struct primitive *p, const struct scenario *s, void *stored,
                                  const float *weights) {
    memcpy(stored, weights, primitive_raw(p, s));
}

/* Position x of the strip's `tiles` tiles by the panel at column j: [tiles][C] x [C][width]. */
static void winograd_product(const struct winograd *w, const struct winograd_lane *lane, int x, int j, int tiles) {
    const int C = w->t.C, M = w->t.M, width = micro_width(w->micro, M, j);
    const float *panel = w->panels + (size_t)x * (size_t)C * (size_t)micro_round(M, w->micro->vector);
    struct micro_tile tile = {.panel = panel + (size_t)j * (size_t)C,
                              .depth = C,
                              .columns = least_of(width, M - j),
                              .c = lane->output + (size_t)x * winograd_output_step(lane) + (j - lane->from),
                              .ldc = (size_t)(lane->to - lane->from)};
    if (winograd_group_floats(w) > WINOGRAD_CACHE / sizeof(float)) /* the panel after this one */
        micro_ahead(&tile, tile.panel + (size_t)width * (size_t)C, width, divide_up(tiles, micro_mr(w->micro, width)));
    winograd_tiles_product(w->micro, &tile, width, lane->input + (size_t)x * winograd_input_step(w, lane), C, tiles,
                           NULL);
}

/* Tile i of the strip that begins with tile `first`. */
static void winograd_output_tile(const struct winograd *w, const struct winograd_lane *lane, int first, int i) {
    const int channels = lane->to - lane->from;
    winograd_tiles_output(&w->t, lane->output + (size_t)i * (size_t)channels, winograd_output_step(lane), first + i,
                          lane->from, channels);
}

static void winograd_input_tile(const struct winograd *w, const struct winograd_lane *lane, int first, int i) {
    float *input = lane->input + (size_t)i * (size_t)w->t.C;
    winograd_tiles_input(&w->t, input, winograd_input_step(w, lane), first + i, 0, w->t.C);
}

/* The lane's channels of the strip, once its input is transformed. */
static void winograd_channels(const struct winograd *w, const struct winograd_lane *lane, int first, int tiles) {
    const int nr = micro_nr(w->micro);
    for (int x = 0; x < w->t.samples; x++)
        for (int j = lane->from; j < lane->to; j += nr) winograd_product(w, lane, x, j, tiles);
    for (int i = 0; i < tiles; i++) winograd_output_tile(w, lane, first, i);
}

/* Part `part` of `parts` of the lane's channels, panel by panel. */
static struct winograd_lane winograd_share(const struct winograd *w, const struct winograd_lane *lane, int part,
                                           int parts) {
    const int nr = micro_nr(w->micro), panels = divide_up(w->t.M, nr);
    struct winograd_lane mine = *lane;
    mine.from = parallel_first(panels, part, parts) * nr;
    mine.to = least_of(w->t.M, parallel_first(panels, part + 1, parts) * nr);
    mine.output += (size_t)w->t.samples * (size_t)lane->room * (size_t)mine.from;
    return mine;
}

/* A strip that all threads make. They share out its panels, and so output channels, if there are enough of them.
 * Otherwise positions by panels, and tiles. */
static void winograd_together(const struct winograd *w, const struct winograd_lane *lane, int first, int tiles) {
    const int nr = micro_nr(w->micro), panels = divide_up(w->t.M, nr), products = w->t.samples * panels;
    const int threads = lane->threads, parts = threads;
    PARALLEL_FOR
    for (int i = 0; i < tiles; i++) winograd_input_tile(w, lane, first, i);
    if (winograd_by_channels(panels, threads)) {
        PARALLEL_FOR
        for (int part = 0; part < parts; part++) {
            const struct winograd_lane mine = winograd_share(w, lane, part, parts);
            winograd_channels(w, &mine, first, tiles);
        }
        return;
    }
    PARALLEL_FOR
    for (int i = 0; i < products; i++) winograd_product(w, lane, i / panels, i % panels * nr, tiles);
    PARALLEL_FOR
    for (int i = 0; i < tiles; i++) winograd_output_tile(w, lane, first, i);
}

static void winograd_strip(const struct winograd *w, const struct winograd_lane *lane, int strip) {
    const struct winograd_tiles *t = &w->t;
    const int first = parallel_first(t->tiles, strip, t->strips);
    const int tiles = parallel_first(t->tiles, strip + 1, t->strips) - first;
    assert(tiles >= 1 && tiles <= lane->room); /* within the promise */
    if (lane->threads > 1) {
        winograd_together(w, lane, first, tiles);
        return;
    }
    for (int i = 0; i < tiles; i++) winograd_input_tile(w, lane, first, i);
    winograd_channels(w, lane, first, tiles);
}

static void winograd_group(const struct winograd *w, float *buffers, int threads) {
    const int lanes = w->lanes, inner = lanes == 1 ? threads : 1;
    threads = lanes;
    PARALLEL_FOR
    for (int l = 0; l < lanes; l++) {
        struct winograd_lane lane = {.input = buffers + winograd_lanes_floats(w, l),
                                     .to = w->t.M,
                                     .room = winograd_room(w, l + 1) - winograd_room(w, l),
                                     .threads = inner};
        lane.output = lane.input + (size_t)w->t.samples * winograd_input_step(w, &lane);
        const int last = parallel_first(w->t.strips, l + 1, lanes);
        for (int strip = parallel_first(w->t.strips, l, lanes); strip < last; strip++) winograd_strip(w, &lane, strip);
    }
}

static void winograd_all(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                         const float *stored, const float *bias, struct activation activation, float *workspace,
                         int threads, bool lean) {
    struct winograd w = winograd_plan(p, s, threads);
    w.t.out = out, w.t.in = in, w.t.bias = bias, w.t.activation = activation;
    float *zeros = workspace + winograd_lanes_floats(&w, w.lanes), *panels = zeros + w.t.C;
    assert(zeros + w.t.C == workspace + winograd_workspace(p, s, threads) / sizeof(float)); /* within the promise */
    memset(zeros, 0, sizeof(float) * (size_t)w.t.C);
    w.t.zeros = zeros;
    for (w.t.group = 0; w.t.group < s->groups; w.t.group++) {
        if (lean)
            winograd_weights(panels, stored + (size_t)w.t.group * winograd_tiles_raw(s), 2, w.t.m, s->KW, w.t.M, w.t.C,
                             1, threads);
        w.panels = lean ? panels : stored + (size_t)w.t.group * winograd_group_floats(&w);
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

/* One algorithm for each class of error. */
#define WINOGRAD_ALGORITHM(symbol, error)                                                                              \
    const struct algorithm algorithm_##symbol = {.name = "winograd",                                                   \
                                                 .variant_help = WINOGRAD_HELP,                                        \
                                                 .tolerance = error,                                                   \
                                                 .applies = winograd_tiles_apply,                                      \
                                                 .workspace = winograd_workspace,                                      \
                                                 .weights = winograd_stored,                                           \
                                                 .prepare = winograd_prepare,                                          \
                                                 .run = winograd_run};                                                 \
    const struct algorithm algorithm_##symbol##_lean = {.name = "winograd",                                            \
                                                        .variant_help = WINOGRAD_HELP,                                 \
                                                        .tolerance = error,                                            \
                                                        .applies = winograd_tiles_apply,                               \
                                                        .workspace = winograd_lean_workspace,                          \
                                                        .weights = primitive_raw,                                      \
                                                        .prepare = winograd_lean_prepare,                              \
                                                        .run = winograd_lean_run};
WINOGRAD_ALGORITHM(winograd_f2, 3e-6)
WINOGRAD_ALGORITHM(winograd_f4, 2e-5)
WINOGRAD_ALGORITHM(winograd_f6, 5e-5)
