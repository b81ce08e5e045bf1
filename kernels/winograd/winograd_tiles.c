#include "kernels/winograd/winograd_tiles.h"

#include <assert.h>

#include "kernels/arithmetic.h"

bool winograd_tiles_apply(const struct primitive *p, const struct scenario *s) {
    const int r = p->variant[WINOGRAD_R];
    return s->KH == r && s->KW == r && s->stride == 1 && s->dilation == 1 && (int64_t)s->H * s->W < 1 << 30;
}

struct winograd_tiles winograd_tiles(const struct primitive *p, const struct scenario *s) {
    struct winograd_tiles w = {.s = s, .m = p->variant[WINOGRAD_M]};
    w.A = w.m + p->variant[WINOGRAD_R] - 1, w.samples = w.A * w.A;
    w.transform = winograd_transform(2, w.m, p->variant[WINOGRAD_R], p->variant[WINOGRAD_VECTOR]);
    w.across = divide_up(scenario_out_w(s), w.m), w.down = divide_up(scenario_out_h(s), w.m);
    w.tiles = w.across * w.down;
    w.strips = p->variant[WINOGRAD_STRIP] ? divide_up(w.tiles, p->variant[WINOGRAD_STRIP]) : 1;
    w.strip = divide_up(w.tiles, w.strips), w.strips = divide_up(w.tiles, w.strip);
    w.C = s->C / s->groups, w.M = s->M / s->groups;
    assert(w.transform && w.samples <= WINOGRAD_SAMPLES);
    assert(w.strips * w.strip >= w.tiles && (w.strips - 1) * w.strip < w.tiles); /* strips cover the tiles */
    return w;
}

size_t winograd_tiles_raw(const struct scenario *s) {
    return (size_t)(s->M / s->groups) * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
}

void winograd_tiles_input(const struct winograd_tiles *w, float *to, size_t step, int tile, int first, int channels) {
    const struct scenario *s = w->s;
    const int top = tile / w->across * w->m - s->pad.top, left = tile % w->across * w->m - s->pad.left;
    const float *pixel[WINOGRAD_SAMPLES];
    assert(first >= 0 && channels >= 1 && first + channels <= w->C);
    for (int i = 0; i < w->A; i++) {
        const int h = top + i;
        const float *row = w->in + ((int64_t)h * s->W + left) * s->C + w->group * w->C + first;
        for (int j = 0; j < w->A; j++) {
            const bool inside = h >= 0 && h < s->H && left + j >= 0 && left + j < s->W;
            pixel[i * w->A + j] = inside ? row + (int64_t)j * s->C : w->zeros;
        }
    }
    w->transform->input(to, step, pixel, channels);
}

/* pixel[m * m]: NULL where the tile sticks out of the image. */
static void winograd_tiles_pixels(const struct winograd_tiles *w, float **pixel, int tile, int channel) {
    const int OH = scenario_out_h(w->s), OW = scenario_out_w(w->s);
    const int top = tile / w->across * w->m, left = tile % w->across * w->m;
    assert(top < OH && left < OW); /* a tile has an output */
    for (int k = 0; k < w->m; k++)
        for (int l = 0; l < w->m; l++) {
            const bool inside = top + k < OH && left + l < OW;
            const size_t at = (size_t)(top + k) * (size_t)OW + (size_t)(left + l);
            pixel[k * w->m + l] = inside ? w->out + at * (size_t)w->s->M + channel : NULL;
        }
}

void winograd_tiles_output(const struct winograd_tiles *w, const float *from, size_t step, int tile, int first,
                           int channels) {
    const int channel = w->group * w->M + first;
    const struct winograd_end end = {
        .bias = w->bias ? w->bias + channel : NULL, .accumulate = w->accumulate, .activation = w->activation};
    float *pixel[WINOGRAD_SAMPLES];
    assert(first >= 0 && channels >= 1 && first + channels <= w->M);
    winograd_tiles_pixels(w, pixel, tile, channel);
    winograd_transform_back(w->transform, pixel, w->m * w->m, from, step, &end, channels);
}

/* Into the second-level cache: pixels lie a multiple of a page apart, or nearly, in few sets of the first. */
void winograd_tiles_fetch(const struct winograd_tiles *w, int tile, int first, int channels) {
    float *pixel[WINOGRAD_SAMPLES];
    winograd_tiles_pixels(w, pixel, tile, w->group * w->M + first);
    for (int i = 0; i < w->m * w->m; i++)
        for (int c = 0; pixel[i] && c < channels; c += WINOGRAD_LINE) __builtin_prefetch(pixel[i] + c, 0, 2);
}

static void winograd_tiles_ahead(struct winograd_ahead *ahead, int tiles) {
    for (int n = tiles * ahead->lines; n > 0 && ahead->next < ahead->end; n--, ahead->next += WINOGRAD_LINE)
        __builtin_prefetch(ahead->next, 0, 2);
}

void winograd_tiles_product(const struct micro *micro, struct micro_tile *tile, int width, const float *input, int C,
                            int tiles, struct winograd_ahead *ahead) {
    const float *rows[MICRO_ROWS];
    float *c = tile->c;
    tile->taps = 1, tile->rows = rows;
    for (int i = 0, mr; i < tiles; i += mr) {
        mr = micro_rows(micro, width, tiles - i);
        for (int r = 0; r < mr; r++) rows[r] = input + (size_t)(i + r) * (size_t)C;
        tile->c = c + (size_t)i * tile->ldc;
        if (ahead) winograd_tiles_ahead(ahead, mr);
        micro_run(micro, mr, width, tile);
        if (tile->ahead) tile->ahead += tile->ahead_step * (size_t)C;
    }
    tile->c = c, tile->rows = NULL;
}
