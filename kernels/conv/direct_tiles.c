#include "kernels/conv/direct_tiles.h"

#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/span.h"

#define DIRECT_SHORT 48 /* floats: longest kernel row that is cut rather than split into single taps */
#define DIRECT_LEAST 4  /* pixels of a tile: fewer take as long, waiting for their panel */

/* A tile of pixels, ready for the micro-kernel. */
struct direct_tile {
    const float *in, *panels, *bias; /* of the channel block */
    int channels;                    /* in it */
    int mr, oh, ow;
    int end;                /* of the line, or the pixels that are wanted: by number */
    bool down;              /* pixels of a column */
    bool inner;             /* every window inside, in one row: not set in lines */
    struct micro_tile m;    /* taps, depth, each: as they are for the kernel, merged or not */
    float *c;               /* output of the first pixel */
    int positions, skipped; /* of the kernel: in all taps; before the first, in the padding for every pixel */
    struct micro_tap each[DIRECT_TAPS];
    const float *rows[DIRECT_TAPS * MICRO_ROWS];
};

/* As long as the longest tap. */
static const float direct_zeros[DIRECT_DEPTH] = {0};
_Static_assert(DIRECT_SHORT <= DIRECT_DEPTH, "a piece of a short kernel row may be all padding");

/* --- lines --- */

/* Kernel positions that lie inside, of the window of row oh, of column ow. */
static struct span direct_window_h(const struct direct *d, int oh) {
    return span_of(d->s->KH, d->s->dilation, (int64_t)oh * d->s->stride - d->s->pad.top, d->H);
}
static struct span direct_window_w(const struct direct *d, int ow) {
    const struct scenario *s = d->s;
    return span_of(s->KW, scenario_dilation_w(s), (int64_t)ow * scenario_stride_w(s) - s->pad.left, d->W);
}
static int direct_span(struct span x) {
    return x.to - x.from;
}

/* Of tiles of `count` pixels, in pixels. */
static int64_t direct_time(const struct direct *d, int count) {
    return most_of(count, DIRECT_LEAST * divide_up(count, d->micro->mr));
}

/* Are products saved, and not lost again to short tiles? All in one row: where it is one line, that is quicker. */
static bool direct_lines_pay(const struct direct *d) {
    const int inner = d->inner_to - d->inner_from;
    int64_t rows = 0, columns = 0; /* kernel positions, of every row and of every column at an edge */
    for (int oh = 0; oh < d->OH; oh++) rows += (int64_t)direct_span(direct_window_h(d, oh)) * d->s->KW;
    for (int ow = 0; ow < d->inner_from; ow++) columns += (int64_t)direct_span(direct_window_w(d, ow)) * d->s->KH;
    for (int ow = d->inner_to; ow < d->OW; ow++) columns += (int64_t)direct_span(direct_window_w(d, ow)) * d->s->KH;
    const int64_t lines = rows * direct_time(d, inner) + columns * direct_time(d, d->OH);
    return lines * d->OH < rows * direct_time(d, d->OH * d->OW) + (d->OH == 1);
}

struct direct_line {
    int first, count; /* pixels by number */
    int oh, ow;       /* of the first */
    bool down;        /* part of a column */
};

/* All pixels, if they are not in the order of lines. */
static struct direct_line direct_line(const struct direct *d, int pixel) {
    if (!d->lines) return (struct direct_line){.count = d->OH * d->OW};
    const int inner = d->inner_to - d->inner_from, rows = d->OH * inner;
    if (pixel < rows) {
        const int oh = pixel / inner;
        return (struct direct_line){oh * inner, inner, oh, d->inner_from, false};
    }
    const int column = (pixel - rows) / d->OH, ow = column < d->inner_from ? column : column + inner;
    return (struct direct_line){rows + column * d->OH, d->OH, 0, ow, true};
}

void direct_tiles_plan(struct direct *d) {
    const struct scenario *s = d->s;
    d->merges = d->depth == s->C && scenario_dilation_w(s) == 1;
    d->cuts = d->merges && s->KW > 1 && s->KW * s->C <= DIRECT_SHORT;
    int from = 0, to = d->OW;
    while (from < to && direct_span(direct_window_w(d, from)) < s->KW) from++;
    while (to > from && direct_span(direct_window_w(d, to - 1)) < s->KW) to--;
    d->inner_from = from, d->inner_to = to;
    d->lines = !d->cuts && direct_lines_pay(d);
}

/* The kernel rows and columns of a line's tile are inside for all pixels, but for some at the ends of a column. */
static void direct_line_rows(const struct direct *d, struct direct_tile *t) {
    const struct scenario *s = d->s;
    const bool down = t->down;
    const struct span kw = direct_window_w(d, t->ow), kh = down ? (struct span){0, s->KH} : direct_window_h(d, t->oh);
    const int columns = direct_span(kw), taps = d->merges ? columns > 0 : columns;
    const int skip = (s->KW - columns) * t->channels;
    const int left = t->ow * scenario_stride_w(s) - s->pad.left + kw.from * scenario_dilation_w(s);
    const int64_t line = (int64_t)d->W * s->C;
    const float **rows = t->rows;
    t->m.taps = 0, t->m.depth = d->merges ? columns * t->channels : t->channels;
    t->m.each = skip > 0 ? t->each : NULL, t->skipped = kh.from * s->KW + kw.from;
    t->positions = direct_span(kh) * columns;
    assert(t->m.depth <= DIRECT_DEPTH && skip <= DIRECT_DEPTH); /* as long as the zeros; short */
    for (int k = kh.from; k < kh.to; k++)
        for (int i = 0; i < taps; i++) {
            const int w = left + i * scenario_dilation_w(s);
            t->each[t->m.taps++] = (struct micro_tap){(short)t->m.depth, (short)(i + 1 == taps ? skip : 0)};
            for (int r = 0; r < t->mr; r++) {
                const int h = (t->oh + (down ? r : 0)) * s->stride - s->pad.top + k * s->dilation;
                const int64_t x = w + (down ? 0 : r * scenario_stride_w(s));
                *rows++ = (unsigned)h < (unsigned)d->H ? t->in + h * line + x * s->C : direct_zeros;
            }
        }
}

/* The tile after one whose windows lie equally far apart, in the same row of the output. */
static void direct_next_rows(const struct direct *d, struct direct_tile *t) {
    const size_t across = (size_t)t->mr * (size_t)scenario_stride_w(d->s) * (size_t)d->s->C;
    const int count = t->m.taps * t->mr;
    for (int i = 0; i < count; i++) t->rows[i] += across;
}

/* --- row by row --- */

/* All pixels lie in one row of the output and all their patches inside: rows are equally far apart. */
static void direct_inner_rows(const struct direct *d, struct direct_tile *t, const float *in) {
    const struct scenario *s = d->s;
    const int depth = t->channels;
    const size_t across = (size_t)scenario_stride_w(s) * (size_t)s->C,
                 tap = (size_t)scenario_dilation_w(s) * (size_t)s->C;
    const size_t down = (size_t)s->dilation * (size_t)d->W * (size_t)s->C;
    const float **rows = t->rows;
    t->m.taps = d->merges ? s->KH : s->KH * s->KW, t->m.depth = d->merges ? s->KW * depth : depth, t->skipped = 0;
    t->positions = s->KH * s->KW, t->m.each = NULL;
    for (int kh = 0; kh < s->KH; kh++, in += down)
        for (int kw = 0; kw < (d->merges ? 1 : s->KW); kw++, rows += t->mr)
            for (int r = 0; r < t->mr; r++) rows[r] = in + (size_t)kw * tap + (size_t)r * across;
}

/* Marks the columns of a kernel row at which a tap begins: all, or where some pixel's kernel row enters or leaves the
 * image. */
static void direct_cut(const struct direct *d, bool *begins, const int *left, int mr) {
    const struct scenario *s = d->s;
    for (int kw = 0; kw < s->KW; kw++) begins[kw] = !d->cuts;
    begins[0] = true;
    for (int r = 0; r < mr && d->cuts; r++) {
        const int enters = -left[r], leaves = d->W - left[r];
        if (enters > 0 && enters < s->KW) begins[enters] = true;
        if (leaves > 0 && leaves < s->KW) begins[leaves] = true;
    }
}

/* The general case: every tap of every pixel by itself. */
static void direct_edge_rows(const struct direct *d, struct direct_tile *t, const int *top, const int *left) {
    const struct scenario *s = d->s;
    const float *in = t->in;
    const int depth = t->channels;
    const int64_t line = (int64_t)d->W * s->C;
    bool begins[DIRECT_TAPS];
    int first = 0, last = s->KH; /* kernel rows that the lowest, the highest pixel need */
    while (first < last - 1 && top[t->mr - 1] + first * s->dilation < 0) first++;
    while (last > first + 1 && top[0] + (last - 1) * s->dilation >= d->H) last--;
    direct_cut(d, begins, left, t->mr);
    const float **rows = t->rows;
    t->m.taps = 0, t->m.depth = depth, t->m.each = d->cuts ? t->each : NULL, t->skipped = first * s->KW;
    t->positions = (last - first) * s->KW;
    for (int kh = first * s->dilation; kh < last * s->dilation; kh += s->dilation)
        for (int k = 0; k < s->KW; k++) {
            if (!begins[k]) {
                t->each[t->m.taps - 1].depth += (short)depth;
                continue;
            }
            t->each[t->m.taps++] = (struct micro_tap){.depth = (short)depth};
            for (int r = 0; r < t->mr; r++) {
                const int h = top[r] + kh, w = left[r] + k * scenario_dilation_w(s);
                const bool inside = (unsigned)h < (unsigned)d->H && (unsigned)w < (unsigned)d->W;
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
    direct_edge_rows(d, t, top, left);
}

/* `same`: the tile before it is as tall and in the same line. */
static void direct_locate_in_line(const struct direct *d, struct direct_tile *t, bool same) {
    if (same && !t->down)
        direct_next_rows(d, t);
    else
        direct_line_rows(d, t);
}

static void direct_locate(const struct direct *d, struct direct_tile *t, bool same) {
    const struct scenario *s = d->s;
    const bool follows = same && t->inner && t->ow >= t->mr;
    const int top = t->oh * s->stride - s->pad.top, left = t->ow * scenario_stride_w(s) - s->pad.left;
    t->inner = t->ow + t->mr <= d->OW && top >= 0 && top + (s->KH - 1) * s->dilation < d->H && left >= 0 &&
               left + (t->mr - 1) * scenario_stride_w(s) + (s->KW - 1) * scenario_dilation_w(s) < d->W;
    if (t->inner && follows)
        direct_next_rows(d, t);
    else if (t->inner)
        direct_inner_rows(d, t, t->in + ((size_t)top * (size_t)d->W + (size_t)left) * (size_t)s->C);
    else
        direct_outer_rows(d, t);
}

/* The first tile of a line, or of those that are wanted. */
static void direct_begin_line(const struct direct *d, struct direct_tile *t, int pixel, int to) {
    const struct direct_line l = direct_line(d, pixel);
    const int i = pixel - l.first, across = d->lines ? l.count : d->OW;
    t->down = l.down, t->end = least_of(to, l.first + l.count);
    t->oh = l.oh + (l.down ? i : i / across), t->ow = l.ow + (l.down ? 0 : i % across);
    t->m.ldc = (size_t)(l.down ? d->OW : 1) * (size_t)d->s->M;
    t->c = d->out + ((size_t)t->oh * (size_t)d->OW + (size_t)t->ow) * (size_t)d->s->M + d->group * d->M;
}

static void direct_move_on(const struct direct *d, struct direct_tile *t) {
    t->c += (size_t)t->mr * t->m.ldc;
    if (t->down)
        t->oh += t->mr;
    else
        for (t->ow += t->mr; t->ow >= d->OW; t->ow -= d->OW) t->oh++; /* lines end before that */
}

/* The tile at `pixel`, the one after that in t, or the first if t->mr is 0: as tall as suits panels of this width. */
static void direct_tile_next(const struct direct *d, struct direct_tile *t, int pixel, int to, int width) {
    const bool first = t->mr == 0 || pixel == t->end;
    assert(pixel < to && to <= d->OH * d->OW);
    if (first)
        direct_begin_line(d, t, pixel, to);
    else
        direct_move_on(d, t);
    const int mr = micro_rows(d->micro, width, t->end - pixel);
    const bool same = !first && mr == t->mr;
    t->mr = mr;
    assert(t->oh < d->OH);
    if (d->lines)
        direct_locate_in_line(d, t, same);
    else
        direct_locate(d, t, same);
}

/* --- products --- */

/* What is the same for all tiles of a channel block. */
static void direct_begin(const struct direct *d, struct direct_tile *t, int c0, int channels) {
    const struct scenario *s = d->s;
    const bool final = c0 + channels == d->C;
    t->channels = channels;
    t->in = d->in + d->group * d->C + c0;
    t->panels = d->panel + (size_t)c0 * (size_t)(s->KH * s->KW) * (size_t)micro_round(d->M, d->micro->vector);
    t->bias = final && d->bias ? d->bias + d->group * d->M : NULL;
    t->m =
        (struct micro_tile){.rows = t->rows, .accumulate = c0 > 0, .activation = activation_if(final, d->activation)};
    t->mr = 0;
}

static void direct_product(const struct direct *d, struct direct_tile *t, int panel, int rows) {
    const int j0 = panel * micro_nr(d->micro), width = micro_width(d->micro, d->M, j0);
    const int skipped = t->skipped * t->channels;
    struct micro_tile *m = &t->m;
    m->panel = t->panels + (size_t)j0 * (size_t)rows + (size_t)skipped * (size_t)width;
    m->c = t->c + j0;
    m->columns = least_of(width, d->M - j0);
    m->bias_col = t->bias ? t->bias + j0 : NULL;
    micro_run(d->micro, t->mr, width, m);
    if (m->ahead) m->ahead += m->ahead_step * (size_t)(t->positions * t->channels);
}

/* What comes next is fetched by the last tiles: earlier, it might not stay. */
static void direct_look_ahead(const struct direct *d, struct direct_tile *t, const float *next, int pixels, int width) {
    const int tiles = divide_up(pixels, micro_mr(d->micro, width));
    if (!t->m.ahead && next < d->end && tiles <= MICRO_AHEAD_MOST) micro_ahead(&t->m, next, micro_nr(d->micro), tiles);
}

void direct_tiles_run(const struct direct *d, int c0, int from, int to, int first, int last) {
    const int nr = micro_nr(d->micro), width = micro_width(d->micro, d->M, first * nr);
    const int channels = least_of(d->depth, d->C - c0), rows = d->s->KH * d->s->KW * channels;
    struct direct_tile t;
    direct_begin(d, &t, c0, channels);
    const float *next = t.panels + (size_t)least_of(last * nr, micro_round(d->M, d->micro->vector)) * (size_t)rows;
    for (int pixel = from; pixel < to; pixel += t.mr) {
        direct_tile_next(d, &t, pixel, to, width);
        direct_look_ahead(d, &t, next, to - pixel, width);
        for (int panel = first; panel < last; panel++) direct_product(d, &t, panel, rows);
    }
}
