/* winograd_table.h - constants of Winograd's minimal filtering F(m, r) on A = m + r - 1 samples (Toom-Cook; Lavin &
 * Gray 2016):
 *
 *     y = A' [ (G g) * (B' d) ],     d: A samples, g: r taps, y: m outputs, * element by element
 *
 * For points p_0 .. p_{A-2} and infinity, with N_i = prod_{j != i} (p_i - p_j):
 *
 *   B'  .input          row i: coefficients, lowest first, of prod_{j != i} (x - p_j); the last row: prod_j (x - p_j)
 *   G   .power, .scale  row i: p_i^k / N_i; the last row picks tap r - 1
 *   A'  .power          row k: p_i^k; its last column is 1 in row m - 1 only
 *
 * B' depends on A alone, so one table serves every F(m, r) with m + r - 1 = A. All constants are exact in single
 * precision. Points 1/2 and -2 in addition to 0, 1, -1 give about half the error of 2 and -2. */
#ifndef KERNELS_WINOGRAD_WINOGRAD_TABLE_H
#define KERNELS_WINOGRAD_WINOGRAD_TABLE_H

#define WINOGRAD_MAX 8 /* largest A */

struct winograd_table {
    float input[WINOGRAD_MAX][WINOGRAD_MAX]; /* B', A x A */
    float power[6][WINOGRAD_MAX];            /* [k][i]: p_i^k */
    double scale[WINOGRAD_MAX];              /* N_i; 1 for infinity */
};

/* points 0, 1, -1 and infinity */
static const struct winograd_table winograd_table_4 = {
    .input = {{-1, 0, 1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}},
    .power = {{1, 1, 1}, {0, 1, -1}, {0, 1, 1}, {0, 1, -1}, {0, 1, 1}, {0, 1, -1}},
    .scale = {-1, 2, 2, 1},
};

/* points 0, 1, -1, 1/2 and infinity */
static const struct winograd_table winograd_table_5 = {
    .input =
        {{0.5, -1, -0.5, 1, 0}, {0, -0.5, 0.5, 1, 0}, {0, 0.5, -1.5, 1, 0}, {0, -1, 0, 1, 0}, {0, 0.5, -1, -0.5, 1}},
    .power =
        {{1, 1, 1, 1}, {0, 1, -1, 0.5}, {0, 1, 1, 0.25}, {0, 1, -1, 0.125}, {0, 1, 1, 0.0625}, {0, 1, -1, 0.03125}},
    .scale = {0.5, 1, -3, -0.375, 1},
};

/* points 0, 1, -1, 1/2, -2 and infinity */
static const struct winograd_table winograd_table_6 = {
    .input = {{1, -1.5, -2, 1.5, 1, 0},
              {0, -1, 0.5, 2.5, 1, 0},
              {0, 1, -2.5, 0.5, 1, 0},
              {0, -2, -1, 2, 1, 0},
              {0, 0.5, -1, -0.5, 1, 0},
              {0, 1, -1.5, -2, 1.5, 1}},
    .power = {{1, 1, 1, 1, 1},
              {0, 1, -1, 0.5, -2},
              {0, 1, 1, 0.25, 4},
              {0, 1, -1, 0.125, -8},
              {0, 1, 1, 0.0625, 16},
              {0, 1, -1, 0.03125, -32}},
    .scale = {1, 3, -3, -0.9375, 15, 1},
};

/* points 0, 1, -1, 1/2, -1/2, -2 and infinity */
static const struct winograd_table winograd_table_7 = {
    .input = {{0.5, 0.25, -2.5, -1.25, 2, 1, 0},
              {0, -0.5, -0.75, 1.75, 3, 1, 0},
              {0, 0.5, -0.25, -2.25, 1, 1, 0},
              {0, -1, -2.5, 0, 2.5, 1, 0},
              {0, 1, -1.5, -2, 1.5, 1, 0},
              {0, 0.25, 0, -1.25, 0, 1, 0},
              {0, 0.5, 0.25, -2.5, -1.25, 2, 1}},
    .power = {{1, 1, 1, 1, 1, 1},
              {0, 1, -1, 0.5, -0.5, -2},
              {0, 1, 1, 0.25, 0.25, 4},
              {0, 1, -1, 0.125, -0.125, -8},
              {0, 1, 1, 0.0625, 0.0625, 16},
              {0, 1, -1, 0.03125, -0.03125, -32}},
    .scale = {0.5, 4.5, 1.5, -0.9375, -0.5625, -22.5, 1},
};

/* points 0, 1, -1, 1/2, -1/2, 2, -2 and infinity */
static const struct winograd_table winograd_table_8 = {
    .input = {{-1, 0, 5.25, 0, -5.25, 0, 1, 0},
              {0, 1, 1, -4.25, -4.25, 1, 1, 0},
              {0, -1, 1, 4.25, -4.25, -1, 1, 0},
              {0, 2, 4, -2.5, -5, 0.5, 1, 0},
              {0, -2, 4, 2.5, -5, -0.5, 1, 0},
              {0, 0.5, 0.25, -2.5, -1.25, 2, 1, 0},
              {0, -0.5, 0.25, 2.5, -1.25, -2, 1, 0},
              {0, -1, 0, 5.25, 0, -5.25, 0, 1}},
    .power = {{1, 1, 1, 1, 1, 1, 1},
              {0, 1, -1, 0.5, -0.5, 2, -2},
              {0, 1, 1, 0.25, 0.25, 4, 4},
              {0, 1, -1, 0.125, -0.125, 8, -8},
              {0, 1, 1, 0.0625, 0.0625, 16, 16},
              {0, 1, -1, 0.03125, -0.03125, 32, -32}},
    .scale = {-1, -4.5, -4.5, 1.40625, 1.40625, 90, 90, 1},
};

#endif
