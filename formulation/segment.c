#include "formulation/segment.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/strip.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

const int segment_rows[SEGMENT_ROWS] = {1, 2, 4, 6, 8};
const char *const segment_slow_names[SEGMENT_SLOWS] = {"none", "pools", "strides"};

/* --- a layer by rows --------------------------------------------------------------------------------------------- */

bool segment_accumulates(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    return l->kind == LAYER_OPERATOR && operator_state(&l->shape_of) > 0;
}

bool segment_streams(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    if (l->kind == LAYER_CONV) return !l->scenario.same;
    return segment_accumulates(n, v) ||
           (operators[l->shape_of.kind]->by_rows && l->shape_of.H > 0 && strip_every_operator(&l->shape_of));
}

int segment_height(const struct network *n, int v) {
    return segment_accumulates(n, v) ? n->layer[n->layer[v].input[0]].out.H : n->layer[v].out.H;
}

struct segment_pace segment_pace(int i) {
    assert(0 <= i && i < SEGMENT_PACES && segment_rows[0] == 1); /* at one row a call no layer is slower */
    if (i == 0) return segment_pace_even(segment_rows[0]);
    const int h = 1 + (i - 1) % (SEGMENT_ROWS - 1), slow = (i - 1) / (SEGMENT_ROWS - 1);
    return (struct segment_pace){segment_rows[h], (enum segment_slow)slow};
}

void segment_pace_text(char text[SEGMENT_PACE_TEXT], struct segment_pace pace) {
    const bool even = pace.slow == SEGMENT_SLOW_NONE;
    snprintf(text, SEGMENT_PACE_TEXT, "%d%s%s", pace.rows, even ? "" : "-", even ? "" : segment_slow_names[pace.slow]);
}

bool segment_pace_alike(const struct network *n, int first, int last, struct segment_pace a, struct segment_pace b) {
    for (int v = first; v <= last; v++)
        if (segment_call_rows(n, v, a) != segment_call_rows(n, v, b)) return false;
    return true;
}

bool segment_pace_repeats(const struct network *n, int first, int last, int i) {
    for (int k = 0; k < i; k++)
        if (segment_pace_alike(n, first, last, segment_pace(k), segment_pace(i))) return true;
    return false;
}

int segment_batch(const struct network *n, int v, int rows) {
    const int height = segment_height(n, v);
    return rows < height ? rows : height;
}

int64_t segment_row_bytes(const struct network *n, int v) {
    const struct shape s = n->layer[v].out;
    return (int64_t)s.C * s.W * (int64_t)sizeof(float);
}

int64_t segment_state_bytes(const struct network *n, int v) {
    return segment_accumulates(n, v) ? (int64_t)operator_state(&n->layer[v].shape_of) : 0;
}

/* How the windows of a layer go down its input. */
struct windows {
    int stride, extent, top, H;
};

static struct windows layer_windows(const struct layer *l) {
    if (l->kind == LAYER_CONV) {
        const struct scenario *s = &l->scenario;
        return (struct windows){s->stride, s->dilation * (s->KH - 1) + 1, s->pad.top, s->H};
    }
    const struct operator_shape *s = &l->shape_of;
    const bool pools = s->stride > 0 && s->kernel > 0;
    return (struct windows){pools ? s->stride : 1, pools ? s->kernel : 1, pools ? s->pad.top : 0, s->H};
}

/* At h rows a call, for a layer with a stride: the most of the rows tried that are no more than h / stride. */
static int slow_rows(int h, int stride) {
    int rows = segment_rows[0];
    for (int i = 0; i < SEGMENT_ROWS; i++)
        if (segment_rows[i] * stride <= h) rows = segment_rows[i];
    return rows;
}

int segment_call_rows(const struct network *n, int v, struct segment_pace pace) {
    const struct layer *l = &n->layer[v];
    const int stride = pace.slow == SEGMENT_SLOW_NONE ? 1 : layer_windows(l).stride;
    assert(pace.rows >= 1 && (v == 0 || stride >= 1));
    if (stride <= 1) return segment_batch(n, v, pace.rows);
    if (l->kind == LAYER_OPERATOR) return segment_rows[0];
    return segment_batch(n, v, pace.slow == SEGMENT_SLOW_STRIDES ? slow_rows(pace.rows, stride) : pace.rows);
}

static int windows_low(const struct windows *w, int from) {
    const int low = from * w->stride - w->top;
    return low < 0 ? 0 : low < w->H ? low : w->H;
}

static int windows_high(const struct windows *w, int to) {
    const int high = (to - 1) * w->stride - w->top + w->extent;
    return high < 0 ? 0 : high < w->H ? high : w->H;
}

void segment_window(int *low, int *high, const struct network *n, int v, int from, int to) {
    const struct windows w = layer_windows(&n->layer[v]);
    *low = windows_low(&w, from);
    *high = windows_high(&w, to);
}

int segment_end_of(const struct layer *l, int height, int from, int rows) {
    const struct windows w = layer_windows(l);
    int to = from + rows < height ? from + rows : height;
    while (to < height && windows_high(&w, to) <= windows_low(&w, from)) to++; /* above the image */
    if (to < height && windows_low(&w, to) >= w.H) to = height;                /* what remains lies below it */
    return to;
}

int segment_end(const struct network *n, int v, int from, int rows) {
    return segment_end_of(&n->layer[v], segment_height(n, v), from, rows);
}

/* --- cuts -------------------------------------------------------------------------------------------------------- */

bool segment_cut(const struct network *n, int v) {
    for (int r = v + 1; r < n->layers; r++)
        for (int i = 0; i < n->layer[r].inputs; i++)
            if (n->layer[r].input[i] < v) return false;
    return true;
}

bool *segment_cuts(const struct network *n) {
    bool *cut = MEMORY_NEW(bool, n->layers);
    int *last = MEMORY_NEW(int, n->layers); /* reader of each tensor */
    for (int r = 0; r < n->layers; r++)
        for (int i = 0; i < n->layer[r].inputs; i++) last[n->layer[r].input[i]] = r;
    for (int v = 0, far = 0; v < n->layers; v++) { /* far: the last reader of the tensors before v */
        cut[v] = far <= v;
        far = last[v] > far ? last[v] : far;
    }
    assert(n->layers == 0 || cut[n->layers - 1]);
    free(last);
    return cut;
}

bool segment_possible(const struct network *n, int first, int last) {
    if (first < 1 || last < first || last >= n->layers) return false;
    for (int v = first; v <= last; v++)
        if (!segment_streams(n, v) || (v < last && segment_accumulates(n, v))) return false;
    return segment_cut(n, first - 1) && segment_cut(n, last);
}
