/* Convolution by Fourier transforms of tiles (Mathieu, Henaff & LeCun 2014), HWC, overlap-save: an N x N tile of the
 * input gives (N - KH + 1) x (N - KW + 1) outputs, and a convolution becomes, frequency by frequency, a product of
 * complex matrices:
 *
 *     Y = X conj(W),  over the F = N (N/2 + 1) frequencies that the symmetry of real signals leaves
 *
 * A complex product is a real one of twice the size, [Xr Xi] (T x 2C) times [Wr -Wi; Wi Wr] (2C x 2M), for the same
 * micro-kernel as all others. This makes stored weights large: 4 F C M floats per group. Tiles are taken T at a time (a
 * strip; T = 0: all). Workspace, floats: lanes * 2 F T (C + M) / G, + C / G of zeros. Lanes: strips in flight, one per
 * thread. */
#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/conv/fft_transform.h"
#include "kernels/gemm/micro.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

enum { FFT_N, FFT_STRIP }; /* variant numbers */

struct fft {
    const struct scenario *s;
    const struct micro *micro;
    int N, half, F; /* half = N / 2 + 1 columns of frequencies */
    int tall, wide; /* outputs of a tile */
    int across, down, tiles;
    int strip, strips, lanes;
    int C, M; /* of a group */
    const float *in, *panels, *bias, *zeros;
    float *out;
    struct activation activation;
    int group;
};

struct fft_lane {
    float *input, *output; /* [F][strip][2C], [F][strip][2M] */
    int threads;
};

/* --- the primitive --- */

static struct fft fft_plan(const struct primitive *p, const struct scenario *s, int threads) {
    struct fft f = {.s = s, .micro = micro_current()};
    f.N = p->variant[FFT_N], f.half = f.N / 2 + 1, f.F = f.N * f.half;
    f.tall = f.N - s->KH + 1, f.wide = f.N - s->KW + 1;
    f.down = divide_up(scenario_out_h(s), f.tall), f.across = divide_up(scenario_out_w(s), f.wide);
    f.tiles = f.down * f.across;
    f.strip = p->variant[FFT_STRIP] ? least_of(f.tiles, p->variant[FFT_STRIP]) : f.tiles;
    f.strips = divide_up(f.tiles, f.strip);
    f.lanes = least_of(threads, f.strips);
    f.C = s->C / s->groups, f.M = s->M / s->groups;
    assert(f.N <= FFT_MAX && (f.N & (f.N - 1)) == 0 && f.tall >= 1 && f.wide >= 1);
    assert(f.strips * f.strip >= f.tiles && (f.strips - 1) * f.strip < f.tiles); /* strips cover the tiles */
    assert(f.lanes >= 1 && f.lanes <= f.strips);
    return f;
}

/* Kernels of up to three quarters of a tile: with larger ones a tile gives too few outputs. From 5 x 5 on: for smaller
 * ones Winograd needs fewer multiplications, and the weights here would take (N / K)^2 times their bytes, which is
 * gigabytes for the 3 x 3 kernels of VGG. */
static bool fft_applies(const struct primitive *p, const struct scenario *s) {
    const int most = p->variant[FFT_N] * 3 / 4;
    return s->stride == 1 && s->dilation == 1 && s->KH >= 5 && s->KW >= 5 && s->KH <= most && s->KW <= most &&
           (int64_t)s->H * s->W < 1 << 30;
}

static size_t fft_lane_floats(const struct fft *f) {
    return (size_t)f->F * (size_t)f->strip * 2 * (size_t)(f->C + f->M);
}
static size_t fft_position_floats(const struct fft *f) { /* weights of one frequency */
    return 2 * (size_t)f->C * (size_t)micro_round(2 * f->M, f->micro->vector);
}
static size_t fft_group_floats(const struct fft *f) {
    return (size_t)f->F * fft_position_floats(f);
}

static size_t fft_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    const struct fft f = fft_plan(p, s, threads);
    return sizeof(float) * ((size_t)f.lanes * fft_lane_floats(&f) + (size_t)f.C);
}

static size_t fft_weights(const struct primitive *p, const struct scenario *s) {
    const struct fft f = fft_plan(p, s, 1);
    return sizeof(float) * (size_t)s->groups * fft_group_floats(&f);
}

/* Element (row, column) of the panels of one frequency: where a weight of the 2C x 2M matrix is stored. */
static float *fft_element(const struct fft *f, float *panels, int row, int column) {
    const int nr = micro_nr(f->micro), j0 = column / nr * nr, width = micro_width(f->micro, 2 * f->M, j0);
    return panels + (size_t)j0 * 2 * (size_t)f->C + (size_t)row * (size_t)width + (column - j0);
}

/* The transform of one kernel, in double, rounded once. */
static void fft_kernel(const struct fft *f, float *panels, const float *w, int c, int m) {
    const int KH = f->s->KH, KW = f->s->KW;
    for (int v = 0; v < f->half; v++) {
        double re[FFT_MAX], im[FFT_MAX]; /* of each kernel row */
        for (int kh = 0; kh < KH; kh++) {
            re[kh] = im[kh] = 0;
            for (int kw = 0; kw < KW; kw++) {
                re[kh] += (double)w[kh * KW + kw] * fft_cos(v * kw, f->N);
                im[kh] -= (double)w[kh * KW + kw] * fft_sin(v * kw, f->N);
            }
        }
        for (int u = 0; u < f->N; u++) {
            double wr = 0, wi = 0;
            for (int kh = 0; kh < KH; kh++) {
                const double cosine = fft_cos(u * kh, f->N), sine = -fft_sin(u * kh, f->N);
                wr += re[kh] * cosine - im[kh] * sine, wi += re[kh] * sine + im[kh] * cosine;
            }
            float *at = panels + (size_t)(u * f->half + v) * fft_position_floats(f);
            *fft_element(f, at, c, m) = *fft_element(f, at, f->C + c, f->M + m) = (float)wr;
            *fft_element(f, at, c, f->M + m) = (float)-wi;
            *fft_element(f, at, f->C + c, m) = (float)wi;
        }
    }
}

static void fft_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const struct fft f = fft_plan(p, s, 1);
    float *panels = stored;
    memset(stored, 0, fft_weights(p, s)); /* columns beyond 2M */
    for (int g = 0; g < s->groups; g++, panels += fft_group_floats(&f))
        for (int m = 0; m < f.M; m++)
            for (int c = 0; c < f.C; c++, weights += s->KH * s->KW) fft_kernel(&f, panels, weights, c, m);
}

static void fft_input_tile(const struct fft *f, float *to, int tile) {
    const struct scenario *s = f->s;
    const int top = tile / f->across * f->tall - s->pad.top, left = tile % f->across * f->wide - s->pad.left;
    const float *pixel[FFT_MAX * FFT_MAX];
    for (int i = 0; i < f->N; i++)
        for (int j = 0; j < f->N; j++) {
            const int h = top + i, w = left + j;
            const bool inside = h >= 0 && h < s->H && w >= 0 && w < s->W;
            pixel[i * f->N + j] =
                inside ? f->in + ((size_t)h * (size_t)s->W + (size_t)w) * (size_t)s->C + f->group * f->C : f->zeros;
        }
    const struct fft_tile t = {
        f->N, f->tall, f->wide, f->C, (size_t)f->strip * 2 * (size_t)f->C, NULL, {ACTIVATION_NONE, 0, 0}};
    fft_input(&t, to, pixel);
}

static void fft_output_tile(const struct fft *f, const float *from, int tile) {
    const int OH = scenario_out_h(f->s), OW = scenario_out_w(f->s);
    const int top = tile / f->across * f->tall, left = tile % f->across * f->wide;
    float *pixel[FFT_MAX * FFT_MAX];
    for (int i = 0; i < f->tall; i++)
        for (int j = 0; j < f->wide; j++) {
            const int oh = top + i, ow = left + j;
            pixel[i * f->wide + j] =
                oh < OH && ow < OW ? f->out + ((size_t)oh * (size_t)OW + (size_t)ow) * (size_t)f->s->M + f->group * f->M
                                   : NULL;
        }
    assert(top < OH && left < OW); /* a tile has an output */
    const struct fft_tile t = {.N = f->N,
                               .tall = f->tall,
                               .wide = f->wide,
                               .channels = f->M,
                               .step = (size_t)f->strip * 2 * (size_t)f->M,
                               .bias = f->bias ? f->bias + f->group * f->M : NULL,
                               .activation = f->activation};
    fft_output(&t, pixel, from);
}

/* One frequency of the strip: [tiles][2C] x [2C][2M]. */
static void fft_product(const struct fft *f, const struct fft_lane *lane, int x, int tiles) {
    const int depth = 2 * f->C, M = 2 * f->M;
    const float *rows[MICRO_ROWS], *input = lane->input + (size_t)x * (size_t)f->strip * (size_t)depth;
    float *output = lane->output + (size_t)x * (size_t)f->strip * (size_t)M;
    const float *panel = f->panels + (size_t)x * fft_position_floats(f);
    struct micro_tile tile = {.taps = 1, .depth = depth, .rows = rows, .ldc = (size_t)M};
    for (int j = 0; j < M; j += micro_nr(f->micro)) {
        const int width = micro_width(f->micro, M, j);
        tile.panel = panel + (size_t)j * (size_t)depth, tile.columns = least_of(width, M - j);
        for (int i = 0, mr; i < tiles; i += mr) {
            mr = micro_rows(f->micro, width, tiles - i);
            for (int r = 0; r < mr; r++) rows[r] = input + (size_t)(i + r) * (size_t)depth;
            tile.c = output + (size_t)i * (size_t)M + j;
            micro_run(f->micro, mr, width, &tile);
        }
    }
}

static void fft_strip(const struct fft *f, const struct fft_lane *lane, int strip) {
    const int first = strip * f->strip, tiles = least_of(f->strip, f->tiles - first), threads = lane->threads;
    PARALLEL_FOR
    for (int t = 0; t < tiles; t++) fft_input_tile(f, lane->input + (size_t)t * 2 * (size_t)f->C, first + t);
    PARALLEL_FOR
    for (int x = 0; x < f->F; x++) fft_product(f, lane, x, tiles);
    PARALLEL_FOR
    for (int t = 0; t < tiles; t++) fft_output_tile(f, lane->output + (size_t)t * 2 * (size_t)f->M, first + t);
}

static void fft_group(const struct fft *f, float *buffers, int threads) {
    const int lanes = f->lanes, inner = lanes == 1 ? threads : 1;
    threads = lanes;
    PARALLEL_FOR
    for (int l = 0; l < lanes; l++) {
        struct fft_lane lane = {.input = buffers + (size_t)l * fft_lane_floats(f), .threads = inner};
        lane.output = lane.input + (size_t)f->F * (size_t)f->strip * 2 * (size_t)f->C;
        const int last = parallel_first(f->strips, l + 1, lanes);
        for (int strip = parallel_first(f->strips, l, lanes); strip < last; strip++) fft_strip(f, &lane, strip);
    }
}

static void fft_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                    const void *stored, const float *bias, struct activation activation, void *workspace, int threads) {
    struct fft f = fft_plan(p, s, threads);
    float *zeros = (float *)workspace + (size_t)f.lanes * fft_lane_floats(&f);
    assert(zeros + f.C == (float *)workspace + fft_workspace(p, s, threads) / sizeof(float));
    memset(zeros, 0, sizeof(float) * (size_t)f.C);
    f.out = out, f.in = in, f.bias = bias, f.activation = activation, f.zeros = zeros;
    for (f.group = 0; f.group < s->groups; f.group++) {
        f.panels = (const float *)stored + (size_t)f.group * fft_group_floats(&f);
        fft_group(&f, workspace, threads);
    }
}

const struct algorithm algorithm_fft = {
    .name = "fft",
    .variant_help = "N of the N x N tile (8, 16, 32), tiles per strip (0: all)",
    .tolerance = 3e-6,
    .applies = fft_applies,
    .workspace = fft_workspace,
    .weights = fft_weights,
    .prepare = fft_prepare,
    .run = fft_run,
};
