#include <assert.h>

#include "kernels/conv/patch.h"

#include "kernels/arithmetic.h"
#include "kernels/layout/copy.h"
#include "kernels/parallel.h"
#include "kernels/span.h"

/* What the loops share: sizes of one group and where the group begins. */
struct source {
    const struct scenario *s;
    const float *in; /* channel 0 of the group */
    enum layout layout;
    int channels, OW;
    int first, rows; /* output rows */
};

static int64_t source_row(const struct source *p, int oh, int kh) {
    return (int64_t)oh * p->s->stride - p->s->pad.top + (int64_t)kh * p->s->dilation;
}

static const float *source_at(const struct source *p, int c, int64_t h, int64_t w) {
    return p->in + layout_index(p->layout, p->s->C, p->s->H, p->s->W, c, (int)h, (int)w);
}

/* --- im2row --- */

static void patch_scan_pixel(float *to, const struct source *p, int oh, int ow) {
    const struct scenario *s = p->s;
    for (int c = 0; c < p->channels; c++)
        for (int kh = 0; kh < s->KH; kh++) {
            const int64_t h = source_row(p, oh, kh);
            for (int kw = 0; kw < s->KW; kw++) {
                const int64_t w =
                    (int64_t)ow * scenario_stride_w(s) - s->pad.left + (int64_t)kw * scenario_dilation_w(s);
                to[layout_index(p->layout, p->channels, s->KH, s->KW, c, kh, kw)] =
                    h < 0 || h >= s->H || w < 0 || w >= s->W ? 0.0f : *source_at(p, c, h, w);
            }
        }
}

/* One kernel row of a patch from HWC: [kw][c]. The taps within the image are the span of kw with the dilation as stride. */
static void patch_short_taps(float *to, const struct source *p, int64_t h, int64_t left) {
    const struct scenario *s = p->s;
    const int64_t c = p->channels;
    const int across = scenario_dilation_w(s);
    const struct span kw = span_of(s->KW, across, left, s->W);
    if (h < 0 || h >= s->H || kw.from == kw.to) {
        copy_zeros(to, s->KW * c);
        return;
    }
    copy_zeros(to, kw.from * c);
    if (across == 1 && s->groups == 1)
        copy_floats(to + kw.from * c, source_at(p, 0, h, left + kw.from), (kw.to - kw.from) * c);
    else
        for (int k = kw.from; k < kw.to; k++)
            copy_floats(to + k * c, source_at(p, 0, h, left + (int64_t)k * across), c);
    copy_zeros(to + kw.to * c, (s->KW - kw.to) * c);
}

static void patch_short_pixel(float *to, const struct source *p, int oh, int ow) {
    const struct scenario *s = p->s;
    for (int kh = 0; kh < s->KH; kh++, to += (size_t)s->KW * (size_t)p->channels)
        patch_short_taps(to, p, source_row(p, oh, kh), (int64_t)ow * scenario_stride_w(s) - s->pad.left);
}

static void patch_pixel_run(float *to, const struct source *p, enum patch_method method, int first, int count) {
    const size_t size = (size_t)patch_size(p->s);
    const bool runs = method != PATCH_SCAN && p->layout == LAYOUT_HWC;
    for (int i = first; i < first + count; i++, to += size)
        if (runs)
            patch_short_pixel(to, p, i / p->OW, i % p->OW);
        else
            patch_scan_pixel(to, p, i / p->OW, i % p->OW);
}

static void patch_rows(float *matrix, const struct source *p, enum patch_method method, int threads) {
    const size_t size = (size_t)patch_size(p->s);
    const int rows = p->rows;
    PARALLEL_FOR
    for (int r = 0; r < rows; r++)
        patch_pixel_run(matrix + (size_t)r * (size_t)p->OW * size, p, method, (p->first + r) * p->OW, p->OW);
}

/* --- im2col --- */

static void patch_scan_row(float *to, const struct source *p, int c, int kh, int kw, int r) {
    const struct scenario *s = p->s;
    const int64_t h = source_row(p, p->first + r, kh);
    for (int ow = 0; ow < p->OW; ow++) {
        const int64_t w = (int64_t)ow * scenario_stride_w(s) - s->pad.left + (int64_t)kw * scenario_dilation_w(s);
        to[ow] = h < 0 || h >= s->H || w < 0 || w >= s->W ? 0.0f : *source_at(p, c, h, w);
    }
}

static void patch_short_row(float *to, const struct source *p, int c, int kh, int kw, int r) {
    const struct scenario *s = p->s;
    const int64_t h = source_row(p, p->first + r, kh), offset = (int64_t)kw * scenario_dilation_w(s) - s->pad.left;
    const int across = scenario_stride_w(s);
    const struct span ow = span_of(p->OW, across, offset, s->W);
    if (h < 0 || h >= s->H || ow.from == ow.to) {
        copy_zeros(to, p->OW);
        return;
    }
    copy_zeros(to, ow.from);
    const float *from = source_at(p, c, h, (int64_t)ow.from * across + offset);
    const size_t step = (size_t)across * (p->layout == LAYOUT_HWC ? (size_t)s->C : 1);
    if (step == 1)
        copy_floats(to + ow.from, from, ow.to - ow.from);
    else
        for (int i = 0; i < ow.to - ow.from; i++) to[ow.from + i] = from[(size_t)i * step];
    copy_zeros(to + ow.to, p->OW - ow.to);
}

/* Output rows [from, to) of matrix row (c, kh, kw) from the image. */
static void patch_image_rows(float *to, const struct source *p, enum patch_method method, int c, int kh, int kw,
                             int from, int end) {
    for (int r = from; r < end; r++)
        (method == PATCH_SCAN ? patch_scan_row : patch_short_row)(to + (size_t)r * (size_t)p->OW, p, c, kh, kw, r);
}

/* The valid part of the image, shifted, in one run; then zeros over the columns that wrapped around. */
static void patch_long_rows(float *to, const struct source *p, int c, int kh, int kw) {
    const struct scenario *s = p->s;
    const int64_t width = p->OW, offset = (int64_t)kw * scenario_dilation_w(s) - s->pad.left;
    const struct span rows = span_of(p->rows, 1, source_row(p, p->first, kh), s->H);
    const struct span cols = span_of(p->OW, 1, offset, s->W);
    if (rows.from == rows.to || cols.from == cols.to) {
        copy_zeros(to, p->rows * width);
        return;
    }
    copy_zeros(to, rows.from * width);
    const int64_t start = rows.from * width + cols.from, end = (rows.to - 1) * width + cols.to;
    copy_floats(to + start, source_at(p, c, source_row(p, p->first + rows.from, kh), cols.from + offset), end - start);
    for (int r = rows.from; r < rows.to; r++) {
        copy_zeros(to + r * width, cols.from);
        copy_zeros(to + r * width + cols.to, width - cols.to);
    }
    copy_zeros(to + rows.to * width, (p->rows - rows.to) * width);
}

/* Kernel row kh and output row r see the image row that kh - stride/g and r + dilation/g see, g = gcd(stride,
 * dilation). */
static void patch_self_rows(float *matrix, const struct source *p, int c, int kh, int kw, size_t pixels) {
    const struct scenario *s = p->s;
    const int g = (int)common_divisor(s->stride, s->dilation), above = kh - s->stride / g, later = s->dilation / g;
    const size_t row = layout_index(p->layout, p->channels, s->KH, s->KW, c, kh, kw);
    float *to = matrix + row * pixels;
    int done = 0;
    assert(above * s->dilation + s->stride * later == kh * s->dilation); /* both see the same image row */
    if (above >= 0 && later < p->rows) {
        done = p->rows - later;
        const float *from = matrix + layout_index(p->layout, p->channels, s->KH, s->KW, c, above, kw) * pixels;
        copy_floats(to, from + (size_t)later * (size_t)p->OW, (int64_t)done * p->OW);
    }
    patch_image_rows(to, p, PATCH_SHORT, c, kh, kw, done, p->rows);
}

static void patch_columns(float *matrix, const struct source *p, enum patch_method method, int threads) {
    const struct scenario *s = p->s;
    const size_t pixels = (size_t)p->rows * (size_t)p->OW;
    const bool dense = s->stride == 1 && scenario_stride_w(s) == 1;
    const bool whole = method == PATCH_LONG && p->layout == LAYOUT_CHW && dense && p->OW == s->W;
    const int channels = p->channels;
    PARALLEL_FOR
    for (int c = 0; c < channels; c++)
        for (int kh = 0; kh < s->KH; kh++)
            for (int kw = 0; kw < s->KW; kw++) {
                float *to = matrix + layout_index(p->layout, channels, s->KH, s->KW, c, kh, kw) * pixels;
                if (method == PATCH_SELF)
                    patch_self_rows(matrix, p, c, kh, kw, pixels);
                else if (whole)
                    patch_long_rows(to, p, c, kh, kw);
                else
                    patch_image_rows(to, p, method, c, kh, kw, 0, p->rows);
            }
}

/* --- the whole matrix --- */

static struct source patch_source(const float *in, const struct scenario *s, struct patch patch, int group, int first,
                                  int rows) {
    const int channels = s->C / s->groups;
    assert(first >= 0 && rows >= 1 && first + rows <= scenario_out_h(s) && group < s->groups);
    return (struct source){.s = s,
                           .in = in + layout_index(patch.in, s->C, s->H, s->W, group * channels, 0, 0),
                           .layout = patch.in,
                           .channels = channels,
                           .OW = scenario_out_w(s),
                           .first = first,
                           .rows = rows};
}

void patch_pixels(float *matrix, const float *in, const struct scenario *s, struct patch patch, int group, int first,
                  int count) {
    const struct source p = patch_source(in, s, patch, group, 0, scenario_out_h(s));
    assert(!patch.columns && first >= 0 && first + count <= p.rows * p.OW);
    patch_pixel_run(matrix, &p, patch.method, first, count);
}

void patch_build(float *matrix, const float *in, const struct scenario *s, struct patch patch, int group, int first,
                 int rows, int threads) {
    const struct source p = patch_source(in, s, patch, group, first, rows);
    if (patch.columns)
        patch_columns(matrix, &p, patch.method, threads);
    else
        patch_rows(matrix, &p, patch.method, threads);
}

/* Position k of a patch, as the position in a kernel of M x C/G x KH x KW: the inverse of layout_index. */
static size_t patch_position(const struct scenario *s, enum layout layout, int k) {
    const int C = s->C / s->groups, KH = s->KH, KW = s->KW;
    switch (layout) {
    case LAYOUT_CHW: return (size_t)k;
    case LAYOUT_HWC: return layout_index(LAYOUT_CHW, C, KH, KW, k % C, k / C / KW, k / C % KW);
    case LAYOUT_HCW: return layout_index(LAYOUT_CHW, C, KH, KW, k / KW % C, k / KW / C, k % KW);
    }
    return 0;
}

float patch_kernels_at(const struct patch_kernels *p, int m, int k) {
    const int M = p->s->M / p->s->groups;
    const float *kernel = p->weights + ((size_t)p->group * (size_t)M + (size_t)m) * (size_t)patch_size(p->s);
    return kernel[patch_position(p->s, p->in, p->first + k)];
}

void patch_kernels_copy(float *out, const struct patch_kernels *p, bool transposed) {
    const int M = p->s->M / p->s->groups, K = patch_size(p->s);
    const size_t down = transposed ? 1 : (size_t)K, across = transposed ? (size_t)M : 1;
    for (int k = 0; k < K; k++)
        for (int m = 0; m < M; m++) out[(size_t)m * down + (size_t)k * across] = patch_kernels_at(p, m, k);
}

void patch_kernels_panel(void *context, float *panel, int k0, int depth, int j0, int columns, int width) {
    for (int k = k0; k < k0 + depth; k++)
        for (int j = j0; j < j0 + width; j++) *panel++ = j < j0 + columns ? patch_kernels_at(context, j, k) : 0.0f;
}
