/* micro.h - the micro-kernel family: a tile of mr rows by up to nr columns, its rows given as pointers, its columns as
 * a packed panel.
 *
 *     tile[i][j] (+)= sum_{t < taps} sum_{k < depth} rows[t * mr + i][offset + k] * panel[(t * depth + k) * width + j]
 *
 * or, where taps differ in length or the panel has rows between them that are not needed, as `each` says.
 *
 * This form covers matrix products (one tap), direct convolution in HWC (one tap per kernel position, one row per
 * output pixel) and Winograd's products. A panel is `width` columns wide: nr, or, for the last one, the rest rounded up
 * to whole vectors (micro_width); columns beyond the matrix are zero. Every element is summed in the order of t and k,
 * whichever tile it falls into, so results do not depend on how rows and columns are divided. */
#ifndef KERNELS_GEMM_MICRO_H
#define KERNELS_GEMM_MICRO_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernels/arithmetic.h"
#include "kernels/curve.h"

#define MICRO_ROWS    12 /* most rows of any tile */
#define MICRO_VECTORS 4  /* most vectors across any tile */
/* Tiles that go through a panel while the next is fetched: fewer cannot fetch all, after more it matters little. */
#define MICRO_AHEAD_LEAST 3
#define MICRO_AHEAD_MOST  48

/* Rows of the panel that a tap takes, and that are passed over after it: short, since many lie on the stack. */
struct micro_tap {
    short depth, skip;
};

struct micro_tile {
    int taps, depth;              /* sums of taps * depth products */
    const struct micro_tap *each; /* [taps], or NULL: all take `depth`, one after another */
    const float *const *rows;     /* [taps][mr] */
    size_t offset;                /* floats, added to every row */
    const float *panel;           /* [taps * depth, or as `each` says][width] */
    const float *ahead;           /* or NULL: what is needed soon, for the second-level cache, */
    size_t ahead_step;            /* so many floats for every row of the panel */
    float *c;                     /* first element of the tile */
    size_t ldc;                   /* floats between its rows */
    int columns;                  /* valid columns: at most the width */
    bool accumulate;              /* add to c */
    const float *bias_row;        /* [mr] or NULL: added at the end */
    const float *bias_col;        /* [columns] or NULL */
    struct activation activation; /* bounds are the kernel's work, a curve follows in micro_run */
};

typedef void micro_kernel(const struct micro_tile *tile);
typedef float micro_dot(const float *a, const float *b, int k); /* sum of a[i] b[i] */

struct micro {
    int mr, vector, vectors; /* the full tile: mr rows, `vectors` vectors of `vector` floats across */
    int tall;                /* most rows of a single vector across: mr sums would be too few to keep the units busy */
    micro_kernel *kernel[MICRO_ROWS][MICRO_VECTORS]; /* [rows - 1][width / vector - 1] */
    micro_kernel *fetching[MICRO_ROWS];              /* the widest, if they heed tile->ahead; or NULL */
    micro_dot *dot;
};

const struct micro *micro_current(void); /* of isa_current() */

static inline int micro_round(int x, int to) {
    return divide_up(x, to) * to;
}
static inline int micro_nr(const struct micro *m) {
    return m->vector * m->vectors;
}
/* Width of the panel that begins at `column` of n. */
static inline int micro_width(const struct micro *m, int n, int column) {
    return n - column >= micro_nr(m) ? micro_nr(m) : micro_round(n - column, m->vector);
}
/* Most rows of a tile against a panel of this width. */
static inline int micro_mr(const struct micro *m, int width) {
    return width == m->vector ? m->tall : m->mr;
}
/* Height of the next tile when `left` rows remain: as even as possible, since a tile of a single row would spend its
 * time waiting for its panel. */
static inline int micro_rows(const struct micro *m, int width, int left) {
    assert(left > 0);
    const int tiles = divide_up(left, micro_mr(m, width));
    return divide_up(left, tiles);
}
/* `tiles` tiles are about to go through a panel of this width, and soon others through the one at `next`: each fetches
 * its share of that. The caller moves tile->ahead on. */
static inline void micro_ahead(struct micro_tile *tile, const float *next, int width, int tiles) {
    const bool pays = tiles >= MICRO_AHEAD_LEAST && tiles <= MICRO_AHEAD_MOST;
    tile->ahead = pays ? next : NULL, tile->ahead_step = pays ? (size_t)divide_up(width, tiles) : 0;
}
/* Fetches the cache lines of c during the sums, or their stores would wait for them. */
static inline void micro_run(const struct micro *m, int mr, int width, const struct micro_tile *tile) {
    assert(width % m->vector == 0 && width <= micro_nr(m) && mr >= 1 && mr <= micro_mr(m, width));
    assert(tile->columns >= 1 && tile->columns <= width && tile->columns > width - m->vector);
    for (int i = 0; i < mr; i++)
        for (int j = 0; j < tile->columns; j += 16) __builtin_prefetch(tile->c + (size_t)i * tile->ldc + j, 1);
    micro_kernel *const fetching = tile->ahead && width == micro_nr(m) ? m->fetching[mr - 1] : NULL;
    (fetching ? fetching : m->kernel[mr - 1][width / m->vector - 1])(tile);
    if (activation_curves(tile->activation)) curve_block(tile->activation, tile->c, tile->ldc, mr, tile->columns);
}

#endif
