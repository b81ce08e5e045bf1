#include "kernels/winograd/winograd_transform.h"

#include <assert.h>

#include "kernels/curve.h"
#include "kernels/gemm/micro.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"
#include "kernels/unroll.h"
#include "kernels/winograd/winograd_table.h"

#define WINOGRAD_FORMS                                                                                                 \
    WINOGRAD_FORM(1, 2, 3, 4)                                                                                          \
    WINOGRAD_FORM(1, 3, 3, 5)                                                                                          \
    WINOGRAD_FORM(1, 4, 3, 6)                                                                                          \
    WINOGRAD_FORM(1, 6, 3, 8)                                                                                          \
    WINOGRAD_FORM(1, 2, 5, 6)                                                                                          \
    WINOGRAD_FORM(1, 3, 5, 7)                                                                                          \
    WINOGRAD_FORM(1, 4, 5, 8)                                                                                          \
    WINOGRAD_FORM(2, 2, 3, 4)                                                                                          \
    WINOGRAD_FORM(2, 3, 3, 5)                                                                                          \
    WINOGRAD_FORM(2, 4, 3, 6)                                                                                          \
    WINOGRAD_FORM(2, 6, 3, 8)                                                                                          \
    WINOGRAD_FORM(2, 2, 5, 6)                                                                                          \
    WINOGRAD_FORM(2, 3, 5, 7)                                                                                          \
    WINOGRAD_FORM(2, 4, 5, 8)

/* m, r, A of those that transform raw weights on the fly. */
#define WINOGRAD_RAW_FORMS                                                                                             \
    WINOGRAD_FORM(2, 3, 4)                                                                                             \
    WINOGRAD_FORM(4, 3, 6)

/* Forms that are compiled: kernels/instances.def. */
#ifndef WINOGRAD_USED
#define WINOGRAD_USED(dims, m, r) 1
#endif
#define WINOGRAD_USED_TILES(dims, m, r) (WINOGRAD_USED(dims, m, r) || WINOGRAD_ADDS(dims, m, r))
/* Whose outputs are added to pixels. In loops compiled for that alone: others would wait for the choice. */
#define WINOGRAD_ADDS(dims, m, r) (dims == 2 && WINOGRAD_USED(3, m, r))

struct winograd_entry {
    int dims;
    struct winograd_transform transform;
};
struct winograd_raw_entry {
    int m, r;
    winograd_taps *taps;
};

#define WINOGRAD_NAME(x) winograd_scalar_##x
#define WINOGRAD_REST(x) winograd_scalar_##x /* never reached: one float at a time leaves no rest */
#define WINOGRAD_TARGET
#define WINOGRAD_V 1
#include "kernels/winograd/winograd_transform.inc"

#define WINOGRAD_NAME(x) winograd_4_##x
#define WINOGRAD_REST(x) winograd_scalar_##x
#define WINOGRAD_TARGET
#define WINOGRAD_V 4
#include "kernels/winograd/winograd_transform.inc"

#if ISA_HAS_AVX2 || ISA_HAS_AVX512
#define WINOGRAD_NAME(x) winograd_8_##x
#define WINOGRAD_REST(x) winograd_4_##x
#define WINOGRAD_TARGET  ISA_TARGET_AVX2
#define WINOGRAD_V       8
#include "kernels/winograd/winograd_transform.inc"
#endif

#if ISA_HAS_AVX512
#define WINOGRAD_NAME(x) winograd_16_##x
#define WINOGRAD_REST(x) winograd_8_##x
#define WINOGRAD_TARGET  ISA_TARGET_AVX512
#define WINOGRAD_V       16
#include "kernels/winograd/winograd_transform.inc"
#endif

#define WINOGRAD_ENTRIES     ((int)(sizeof winograd_scalar_entries / sizeof winograd_scalar_entries[0]))
#define WINOGRAD_RAW_ENTRIES ((int)(sizeof winograd_scalar_raw_entries / sizeof winograd_scalar_raw_entries[0]))

/* Tables for vectors of at most `vector` floats that the instructions have. */
struct winograd_tables {
    const struct winograd_entry *entries;
    const struct winograd_raw_entry *raw;
};

static struct winograd_tables winograd_tables(int vector) {
#if ISA_HAS_AVX512
    if (vector >= 16 && isa_code() >= ISA_AVX512)
        return (struct winograd_tables){winograd_16_entries, winograd_16_raw_entries};
#endif
#if ISA_HAS_AVX2 || ISA_HAS_AVX512
    if (vector >= 8 && isa_code() >= ISA_AVX2)
        return (struct winograd_tables){winograd_8_entries, winograd_8_raw_entries};
#endif
    return vector >= 4 ? (struct winograd_tables){winograd_4_entries, winograd_4_raw_entries}
                       : (struct winograd_tables){winograd_scalar_entries, winograd_scalar_raw_entries};
}

const struct winograd_transform *winograd_transform(int dims, int m, int r, int vector) {
    const struct winograd_entry *entry = winograd_tables(vector).entries;
    for (int i = 0; i < WINOGRAD_ENTRIES; i++)
        if (entry[i].dims == dims && entry[i].transform.m == m && entry[i].transform.r == r) return &entry[i].transform;
    return NULL;
}

winograd_taps *winograd_raw(int m, int r, int vector) {
    const struct winograd_raw_entry *entry = winograd_tables(vector).raw;
    for (int i = 0; i < WINOGRAD_RAW_ENTRIES; i++)
        if (entry[i].m == m && entry[i].r == r) return entry[i].taps;
    return NULL;
}

void winograd_transform_back(const struct winograd_transform *t, float *const *pixel, int pixels, const float *from,
                             size_t step, const struct winograd_end *end, int channels) {
    t->output(pixel, from, step, end, channels);
    for (int i = 0; i < pixels && activation_curves(end->activation); i++)
        if (pixel[i]) curve_block(end->activation, pixel[i], 0, 1, channels);
}

static const struct winograd_table *winograd_table(int A) {
    static const struct winograd_table *const tables[] = {&winograd_table_4, &winograd_table_5, &winograd_table_6,
                                                          &winograd_table_7, &winograd_table_8};
    assert(A >= 4 && A <= WINOGRAD_MAX);
    return tables[A - 4];
}

/* G: A x r. */
static void winograd_matrix(double G[WINOGRAD_MAX][WINOGRAD_MAX], int A, int r) {
    const struct winograd_table *w = winograd_table(A);
    for (int i = 0; i < A; i++)
        for (int k = 0; k < r; k++) G[i][k] = i == A - 1 ? (k == r - 1 ? 1 : 0) : (double)w->power[k][i] / w->scale[i];
}

int winograd_strips(int strips, int items, int threads, size_t floats, size_t weights) {
    assert(strips >= 1 && strips <= items && threads >= 1);
    const int shared = divide_up(strips, threads) * threads;
    if (shared > items || (strips == 1 && (size_t)items * floats / 2 < weights)) return strips;
    return shared;
}

size_t winograd_weights_floats(int dims, int m, int r, int M, int C, int KH) {
    const size_t A = (size_t)(m + r - 1);
    const size_t rows = (size_t)C * (size_t)(dims == 1 ? KH : 1);
    return (dims == 1 ? A : A * A) * rows * (size_t)micro_round(M, micro_current()->vector);
}

#define WINOGRAD_BATCH 16 /* output channels transformed side by side: what micro_width is a multiple of, or less */

struct winograd_batch {
    double G[WINOGRAD_MAX][WINOGRAD_MAX];
    int A, r, count; /* count: channels, at most WINOGRAD_BATCH; the rest are zero */
    size_t between;  /* floats from one output channel's taps to the next's */
};

/* y[i] = sum_k G[i][k] x[k], `lines` times: [lines][r] -> [A][lines], so that a second call does the other
 * dimension. */
static void winograd_side(double y[][WINOGRAD_BATCH], double x[][WINOGRAD_BATCH], const struct winograd_batch *b,
                          int lines) {
    for (int line = 0; line < lines; line++)
        for (int i = 0; i < b->A; i++) {
            double *to = y[i * lines + line];
            for (int v = 0; v < WINOGRAD_BATCH; v++) to[v] = 0;
            for (int k = 0; k < b->r; k++)
                for (int v = 0; v < WINOGRAD_BATCH; v++) to[v] += b->G[i][k] * x[line * b->r + k][v];
        }
}

/* Column pieces of the panels: to[x * step + v], v < width. */
static void winograd_columns(float *to, size_t step, int width, const float *weights, int dims,
                             const struct winograd_batch *b) {
    double x[WINOGRAD_MAX * WINOGRAD_MAX][WINOGRAD_BATCH] = {{0}}, y[WINOGRAD_MAX * WINOGRAD_MAX][WINOGRAD_BATCH];
    const int lines = dims == 1 ? 1 : b->r, out = dims == 1 ? b->A : b->A * b->A;
    for (int v = 0; v < b->count; v++)
        for (int k = 0; k < lines * b->r; k++) x[k][v] = weights[(size_t)v * b->between + (size_t)k];
    winograd_side(y, x, b, lines); /* rows: y is [A][lines], lines innermost, as the second side wants */
    if (dims == 2) winograd_side(x, y, b, b->A);
    double(*last)[WINOGRAD_BATCH] = dims == 2 ? x : y;
    for (int k = 0; k < out; k++)
        for (int v = 0; v < width; v++) to[(size_t)k * step + (size_t)v] = (float)last[k][v];
}

void winograd_weights(float *panels, const float *weights, int dims, int m, int r, int M, int C, int KH, int threads) {
    const struct micro *micro = micro_current();
    const int A = m + r - 1, taps = dims == 1 ? KH : 1, rows = taps * C, nr = micro_nr(micro);
    const size_t step = (size_t)rows * (size_t)micro_round(M, micro->vector), each = (size_t)(dims == 1 ? r : r * r);
    struct winograd_batch whole = {.A = A, .r = r, .between = (size_t)C * (size_t)taps * each};
    winograd_matrix(whole.G, A, r);
    PARALLEL_FOR
    for (int c = 0; c < C; c++)
        for (int tap = 0; tap < taps; tap++)
            for (int j0 = 0; j0 < M; j0 += nr) {
                const int width = micro_width(micro, M, j0);
                for (int j = 0; j < width; j += WINOGRAD_BATCH) {
                    struct winograd_batch b = whole;
                    b.count = M - j0 - j < WINOGRAD_BATCH ? M - j0 - j : WINOGRAD_BATCH;
                    const int across = width - j < WINOGRAD_BATCH ? width - j : WINOGRAD_BATCH;
                    if (b.count > across) b.count = across;
                    const float *from = weights + (size_t)(j0 + j) * b.between + (size_t)(c * taps + tap) * each;
                    float *to = panels + (size_t)j0 * (size_t)rows + (size_t)(tap * C + c) * (size_t)width + j;
                    winograd_columns(to, step, across, from, dims, &b);
                }
            }
}
