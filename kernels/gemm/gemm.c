/* A's rows are read where they lie (or in a block packed by rows, if A is transposed), B in panels as wide as a tile. A
 * panel of one K block fits the second-level cache, and the rows of A stream past it once for each panel: at six rows
 * by 64 columns that is one byte of A per cycle of arithmetic, so A may lie in any level of memory and needs no
 * blocking.
 *
 * A last column that would take up a whole vector (7 x 7 pixels: 49) is not part of the panels: it is packed by itself,
 * and its elements are dot products. */
#include <assert.h>

#include "kernels/gemm/gemm.h"

#include <string.h>

#include "kernels/arithmetic.h"
#include "kernels/curve.h"
#include "kernels/gemm/micro.h"
#include "kernels/layout/transpose.h"
#include "kernels/parallel.h"

#define GEMM_DEPTH 768 /* most rows of a B panel: x 64 columns = 192 KiB */
#define GEMM_AHEAD 12  /* rows of B fetched ahead of their packing */
#define GEMM_BAND  384 /* most rows of a packed block of A */

struct gemm_plan {
    const struct gemm *g;
    const struct micro *micro;
    const float *a, *b;
    float *c;
    float *slivers, *block; /* workspace */
    int depth;              /* of a K block; the last may be smaller */
    int band;               /* of a block of A */
    int n;                  /* columns in panels: all, or all but the last */
    int panels, tiles;      /* columns by nr; rows of the band by mr */
    bool pack_a, pack_b;    /* at run time */
    bool by_rows;           /* threads share out rows, not panels */
    int parts;
    int k0, kc, i0, mc; /* the block under way */
};

static int gemm_depth(int k) {
    return divide_up(k, divide_up(k, GEMM_DEPTH));
}
static bool gemm_transposed_a(const struct gemm *g) {
    return g->form == GEMM_ATB || g->form == GEMM_ATBT;
}
static bool gemm_transposed_b(const struct gemm *g) {
    return g->form == GEMM_ABT || g->form == GEMM_ATBT;
}

static int gemm_columns(const struct micro *micro, int n) {
    return n > micro->vector && n % micro->vector == 1 ? n - 1 : n;
}

/* Rows or panels, whichever splits more evenly. If both do equally, as the caller wishes; otherwise panels: then every
 * panel is packed only once. */
static void gemm_share(struct gemm_plan *p, int threads) {
    assert(threads >= 1 && p->panels >= 1 && p->tiles >= 1);
    const int panels = least_of(threads, p->panels), rows = least_of(threads, p->tiles);
    const double most_panels = (double)divide_up(p->panels, panels) / p->panels;
    const double most_rows = (double)divide_up(p->tiles, rows) / p->tiles;
    const bool even = rows == panels && most_rows <= 1.05 * most_panels;
    p->by_rows = most_rows < 0.95 * most_panels || (even && !p->pack_a && p->g->share_rows);
    p->parts = p->by_rows ? rows : panels;
}

static struct gemm_plan gemm_plan(const struct gemm *g, int threads) {
    struct gemm_plan p = {.g = g, .micro = micro_current()};
    p.pack_a = gemm_transposed_a(g) && !g->packed_a;
    p.pack_b = !g->packed_b;
    p.depth = gemm_depth(g->k);
    p.band = p.pack_a ? divide_up(g->m, divide_up(g->m, GEMM_BAND)) : g->m;
    p.n = gemm_columns(p.micro, g->n);
    p.panels = divide_up(p.n, micro_nr(p.micro));
    p.tiles = divide_up(p.band, p.micro->mr);
    gemm_share(&p, threads);
    assert(p.depth >= 1 && p.depth <= GEMM_DEPTH);
    assert(p.parts >= 1 && p.parts <= threads); /* slivers are counted by parts */
    assert(g->n - p.n <= 1);                    /* at most one column beyond the panels */
    return p;
}

static size_t gemm_sliver(const struct gemm_plan *p) { /* floats */
    return p->pack_b ? (size_t)p->depth * (size_t)micro_width(p->micro, p->n, 0) : 0;
}

size_t gemm_workspace(const struct gemm *g, int threads) {
    const struct gemm_plan p = gemm_plan(g, threads);
    return 4 * (gemm_sliver(&p) * (size_t)p.parts + (p.pack_a ? (size_t)p.band * (size_t)p.depth : 0));
}

static void gemm_pack_panel(const struct gemm *g, float *panel, const float *b, int k0, int kc, int j0, int columns,
                            int width) {
    assert(columns <= width && k0 + kc <= g->k && j0 + columns <= g->n);
    if (g->source) {
        g->source(g->context, panel, k0, kc, j0, columns, width);
        return;
    }
    if (gemm_transposed_b(g)) {
        transpose_run(panel, (size_t)width, b + (size_t)j0 * (size_t)g->ldb + k0, (size_t)g->ldb, columns, kc);
        for (int k = 0; k < kc && columns < width; k++)
            memset(panel + (size_t)k * (size_t)width + columns, 0, 4 * (size_t)(width - columns));
        return;
    }
    const float *from = b + (size_t)k0 * (size_t)g->ldb + j0;
    for (int k = 0; k < kc; k++, from += g->ldb, panel += width) {
        /* Rows lie pages apart, where the hardware does not look ahead. */
        if (k + GEMM_AHEAD < kc)
            for (int j = 0; j < columns; j += 16) __builtin_prefetch(from + GEMM_AHEAD * (size_t)g->ldb + j);
        memcpy(panel, from, 4 * (size_t)columns);
        if (columns < width) memset(panel + columns, 0, 4 * (size_t)(width - columns));
    }
}

/* Row 0 of the band in this K block, and the distance to the next. */
static const float *gemm_block_rows(const struct gemm_plan *p, size_t *lda) {
    const struct gemm *g = p->g;
    *lda = p->pack_a || g->packed_a ? (size_t)p->kc : (size_t)g->lda;
    if (p->pack_a) return p->block;
    if (g->packed_a) return p->a + (size_t)p->k0 * (size_t)g->m + (size_t)p->i0 * (size_t)p->kc;
    return p->a + (size_t)p->i0 * (size_t)g->lda + p->k0;
}

/* Rows [begin, end) against the column beyond the panels. */
static void gemm_last_column(const struct gemm_plan *p, const float *column, int begin, int end) {
    const struct gemm *g = p->g;
    const int j = g->n - 1;
    const bool final = p->k0 + p->kc == g->k;
    const struct activation f = activation_if(final, g->activation);
    size_t lda;
    const float *a = gemm_block_rows(p, &lda);
    for (int i = begin; i < end; i++) {
        float *c = p->c + (size_t)(p->i0 + i) * (size_t)g->ldc + j,
              x = p->micro->dot(a + (size_t)i * lda, column, p->kc);
        if (g->accumulate || p->k0 > 0) x += *c;
        if (final && g->bias_row) x += g->bias_row[p->i0 + i];
        if (final && g->bias_col) x += g->bias_col[j];
        *c = activation_bounds(f) ? activation_bounded(x, f.a, f.b) : x;
    }
    if (activation_curves(f) && end > begin)
        curve_block(f, p->c + (size_t)(p->i0 + begin) * (size_t)g->ldc + j, (size_t)g->ldc, end - begin, 1);
}

/* Rows [begin, end) against the panel at column j0. */
static void gemm_rows(const struct gemm_plan *p, const float *panel, int j0, int begin, int end) {
    const struct gemm *g = p->g;
    const int width = micro_width(p->micro, p->n, j0);
    const bool final = p->k0 + p->kc == g->k;
    const float *rows[MICRO_ROWS];
    struct micro_tile tile = {.taps = 1,
                              .depth = p->kc,
                              .rows = rows,
                              .panel = panel,
                              .ldc = (size_t)g->ldc,
                              .columns = least_of(width, p->n - j0),
                              .accumulate = g->accumulate || p->k0 > 0,
                              .bias_col = final && g->bias_col ? g->bias_col + j0 : NULL,
                              .activation = activation_if(final, g->activation)};
    size_t lda;
    const float *a = gemm_block_rows(p, &lda);
    for (int i = begin, mr; i < end; i += mr) {
        mr = micro_rows(p->micro, width, end - i);
        for (int r = 0; r < mr; r++) rows[r] = a + (size_t)(i + r) * lda;
        tile.c = p->c + (size_t)(p->i0 + i) * (size_t)g->ldc + j0;
        tile.bias_row = final && g->bias_row ? g->bias_row + p->i0 + i : NULL;
        micro_run(p->micro, mr, width, &tile);
    }
}

static void gemm_part(const struct gemm_plan *p, int part) {
    const int parts = p->parts;
    const struct gemm *g = p->g;
    const int nr = micro_nr(p->micro);
    const int first_row = p->by_rows ? parallel_first(p->mc, part, parts) : 0;
    const int last_row = p->by_rows ? parallel_first(p->mc, part + 1, parts) : p->mc;
    const int first = p->by_rows ? 0 : parallel_first(p->panels, part, parts);
    const int last = p->by_rows ? p->panels : parallel_first(p->panels, part + 1, parts);
    float *sliver = p->slivers + gemm_sliver(p) * (size_t)part;
    const float *packed = p->b; /* of this K block, if B is packed ahead */
    if (!p->pack_b) packed += (size_t)p->k0 * (gemm_packed_b_bytes(1, g->n) / sizeof(float));
    for (int j = first; j < last && first_row < last_row; j++) {
        const int j0 = j * nr, width = micro_width(p->micro, p->n, j0);
        if (p->pack_b) gemm_pack_panel(g, sliver, p->b, p->k0, p->kc, j0, least_of(width, p->n - j0), width);
        gemm_rows(p, p->pack_b ? sliver : packed + (size_t)j0 * (size_t)p->kc, j0, first_row, last_row);
    }
    if (p->n == g->n || last < p->panels || first_row == last_row) return;
    if (p->pack_b) gemm_pack_panel(g, sliver, p->b, p->k0, p->kc, p->n, 1, 1);
    gemm_last_column(p, p->pack_b ? sliver : packed + (size_t)p->n * (size_t)p->kc, first_row, last_row);
}

/* Part of the block of A, from columns of the stored one to rows. */
static void gemm_pack_block(const struct gemm_plan *p, int part, int parts) {
    const size_t lda = (size_t)p->g->lda, kc = (size_t)p->kc;
    const int first = parallel_first(p->mc, part, parts), last = parallel_first(p->mc, part + 1, parts);
    const float *a = p->a + (size_t)p->k0 * lda + p->i0;
    transpose_run(p->block + (size_t)first * kc, kc, a + first, lda, p->kc, last - first);
}

static void gemm_step(const struct gemm_plan *p, int threads) {
    const int parts = p->parts;
    PARALLEL_CALLS(part, threads, gemm_pack_block(p, part, threads));
    threads = parts;
    PARALLEL_CALLS(part, parts, gemm_part(p, part));
}

/* All K blocks of a part, where A is not packed: no part waits for another. */
static void gemm_own(const struct gemm_plan *all, int part) {
    struct gemm_plan p = *all;
    for (p.k0 = 0; p.k0 < p.g->k; p.k0 += p.depth) {
        p.kc = least_of(p.depth, p.g->k - p.k0);
        gemm_part(&p, part);
    }
}

void gemm_run(const struct gemm *g, float *c, const float *a, const float *b, void *workspace, int threads) {
    struct gemm_plan p = gemm_plan(g, threads);
    assert(!g->source || !gemm_transposed_b(g)); /* a source makes rows of B */
    assert(g->ldc >= g->n && (workspace || gemm_workspace(g, threads) == 0));
    p.a = a, p.b = b, p.c = c;
    p.slivers = workspace;
    if (!p.pack_a) {
        p.mc = g->m, threads = p.parts;
        PARALLEL_CALLS(part, threads, gemm_own(&p, part));
        return;
    }
    p.block = p.slivers + gemm_sliver(&p) * (size_t)p.parts;
    for (p.k0 = 0; p.k0 < g->k; p.k0 += p.depth) {
        p.kc = least_of(p.depth, g->k - p.k0);
        for (p.i0 = 0; p.i0 < g->m; p.i0 += p.band) {
            p.mc = least_of(p.band, g->m - p.i0);
            gemm_step(&p, threads);
        }
    }
}

size_t gemm_packed_a_bytes(int m, int k) {
    return 4 * (size_t)m * (size_t)k;
}
size_t gemm_packed_b_bytes(int k, int n) {
    const struct micro *micro = micro_current();
    const int columns = gemm_columns(micro, n);
    return 4 * (size_t)k * (size_t)(micro_round(columns, micro->vector) + n - columns);
}

/* K blocks one after another; within one, rows one after another: [block][m][kc]. */
void gemm_pack_a(float *packed, const float *a, const struct gemm *g) {
    const int depth = gemm_depth(g->k);
    for (int k0 = 0; k0 < g->k; k0 += depth) {
        const int kc = least_of(depth, g->k - k0);
        if (gemm_transposed_a(g)) {
            transpose_run(packed, (size_t)kc, a + (size_t)k0 * (size_t)g->lda, (size_t)g->lda, kc, g->m);
            packed += (size_t)g->m * (size_t)kc;
            continue;
        }
        for (int i = 0; i < g->m; i++, packed += kc)
            memcpy(packed, a + (size_t)i * (size_t)g->lda + k0, 4 * (size_t)kc);
    }
}

/* K blocks one after another; within one, panels one after another: [block][panel][kc][width]; a last column by itself
 * comes last. */
void gemm_pack_b(float *packed, const float *b, const struct gemm *g) {
    const struct micro *micro = micro_current();
    const int depth = gemm_depth(g->k), n = gemm_columns(micro, g->n);
    assert(n % micro->vector == 0 || n == g->n);
    for (int k0 = 0; k0 < g->k; k0 += depth) {
        const int kc = least_of(depth, g->k - k0);
        for (int j0 = 0; j0 < n; j0 += micro_nr(micro)) {
            const int width = micro_width(micro, n, j0);
            gemm_pack_panel(g, packed, b, k0, kc, j0, least_of(width, n - j0), width);
            packed += (size_t)width * (size_t)kc;
        }
        if (n == g->n) continue;
        gemm_pack_panel(g, packed, b, k0, kc, n, 1, 1);
        packed += kc;
    }
}
