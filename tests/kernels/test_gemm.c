/* The matrix product against sums in double precision: all forms, odd sizes, leading dimensions, packed operands,
 * epilogues, threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/micro.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "tests/support/activated.h"
#include "tests/support/harness.h"

#define GUARD 64 /* floats before and after what a product may write */

static unsigned seed = 1;
static float next(void) {
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 9) / 4194304.0f - 1.0f;
}
static float *filled(size_t count) {
    float *x = MEMORY_NEW(float, count);
    for (size_t i = 0; i < count; i++) x[i] = next();
    return x;
}

static bool transposed_a(const struct gemm *g) {
    return g->form == GEMM_ATB || g->form == GEMM_ATBT;
}
static bool transposed_b(const struct gemm *g) {
    return g->form == GEMM_ABT || g->form == GEMM_ATBT;
}

/* Largest error of c against the sums, over the largest sum of magnitudes. */
static double error_of(const struct gemm *g, const float *c, const float *before, const float *a, const float *b) {
    double worst = 0, scale = 1e-30;
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            double sum = g->accumulate ? before[i * g->ldc + j] : 0, size = fabs(sum);
            for (int k = 0; k < g->k; k++) {
                const double x = a[transposed_a(g) ? k * g->lda + i : i * g->lda + k];
                const double y = b[transposed_b(g) ? j * g->ldb + k : k * g->ldb + j];
                sum += x * y, size += fabs(x * y);
            }
            if (g->bias_row) sum += g->bias_row[i], size += fabs(g->bias_row[i]);
            if (g->bias_col) sum += g->bias_col[j], size += fabs(g->bias_col[j]);
            sum = activated(g->activation, sum);
            worst = fmax(worst, fabs(c[i * g->ldc + j] - sum));
            scale = fmax(scale, fmax(size, fabs(sum)));
        }
    return worst / scale;
}

/* Everything outside the m x n block of c keeps its value. */
static void check_outside(const struct gemm *g, const float *guarded, const float *before, size_t count) {
    for (size_t x = 0; x < count; x++) {
        const long at = (long)x - GUARD;
        const bool inside = at >= 0 && at / g->ldc < g->m && at % g->ldc < g->n;
        if (!inside) ck_assert_msg(memcmp(&guarded[x], &before[x], 4) == 0, "wrote to %ld outside of C", at);
    }
}

static void *packed_of(const struct gemm *g, size_t bytes, void (*pack)(float *, const float *, const struct gemm *),
                       const float *from) {
    char *packed = memory_new(bytes + 64, 1);
    memset(packed, 0x5a, bytes + 64);
    pack((float *)(void *)packed, from, g);
    for (int i = 0; i < 64; i++) ck_assert_int_eq(packed[bytes + (size_t)i], 0x5a);
    return packed;
}

static bool last_byte_used; /* of some workspace */

static void run_guarded(const struct gemm *g, float *c, const float *a, const float *b, int threads) {
    const size_t bytes = gemm_workspace(g, threads);
    char *workspace = aligned_alloc(64, (bytes + 64 + 63) / 64 * 64);
    memset(workspace, 0x5a, bytes + 64);
    gemm_run(g, c, a, b, workspace, threads);
    for (int i = 0; i < 64; i++) ck_assert_int_eq(workspace[bytes + (size_t)i], 0x5a);
    if (bytes > 4 && memcmp(workspace + bytes - 4, "ZZZZ", 4) != 0) last_byte_used = true;
    free(workspace);
}

static void check_product(struct gemm g) {
    g.lda = (transposed_a(&g) ? g.m : g.k) + 3, g.ldb = (transposed_b(&g) ? g.k : g.n) + 1, g.ldc = g.n + 2;
    const size_t count = (size_t)g.m * (size_t)g.ldc + 2 * GUARD;
    float *a = filled((size_t)g.lda * (size_t)(transposed_a(&g) ? g.k : g.m));
    float *b = filled((size_t)g.ldb * (size_t)(transposed_b(&g) ? g.n : g.k));
    float *before = filled(count), *one = filled(count), *many = filled(count);
    float *pa = g.packed_a ? packed_of(&g, gemm_packed_a_bytes(g.m, g.k), gemm_pack_a, a) : NULL;
    float *pb = g.packed_b ? packed_of(&g, gemm_packed_b_bytes(g.k, g.n), gemm_pack_b, b) : NULL;
    memcpy(one, before, 4 * count);
    run_guarded(&g, one + GUARD, pa ? pa : a, pb ? pb : b, 1);
    const double error = error_of(&g, one + GUARD, before + GUARD, a, b);
    ck_assert_msg(error < 1e-6, "%s form %d, %d x %d x %d packed %d%d: error %g", isa_names[isa_current()], g.form, g.m,
                  g.n, g.k, g.packed_a, g.packed_b, error);
    check_outside(&g, one, before, count);
    for (int threads = 2; threads <= 3; threads++) {
        memcpy(many, before, 4 * count);
        run_guarded(&g, many + GUARD, pa ? pa : a, pb ? pb : b, threads);
        ck_assert_msg(memcmp(one, many, 4 * count) == 0, "%d threads give another result", threads);
    }
    free(a), free(b), free(before), free(one), free(many), free(pa), free(pb);
}

static const int sizes[][3] = {{1, 1, 1},      {1, 70, 5},    {7, 1, 9},      {5, 17, 3},    {6, 64, 16},
                               {13, 65, 31},   {12, 130, 1},  {50, 33, 400},  {33, 129, 77}, {400, 18, 390},
                               {21, 200, 769}, {64, 49, 128}, {14, 209, 1600}};
#define SIZES ((int)(sizeof sizes / sizeof sizes[0]))

/* Of large products only every fifth case is computed: what ends a product does not depend on its depth. */
static bool passed_over(int s, int what) {
    return (int64_t)sizes[s][0] * sizes[s][1] * sizes[s][2] > 200000 && (what + s) % 5 != 0;
}

static const int panel_columns[ISAS] = {8, 8, 16, 64};

START_TEST(every_form_and_size_agrees_with_double_precision) {
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) {
            printf("SKIPPED: this CPU has no %s\n", isa_names[isa]);
            continue;
        }
        for (int s = 0; s < SIZES; s++)
            for (int form = 0; form < 4; form++)
                for (int packed = 0; packed < 4; packed++) {
                    struct gemm g = {
                        .form = (enum gemm_form)form, .m = sizes[s][0], .n = sizes[s][1], .k = sizes[s][2]};
                    g.packed_a = packed & 1, g.packed_b = packed & 2;
                    check_product(g);
                }
    }
    ck_assert(last_byte_used);
}
END_TEST

/* Narrow panels have taller tiles. */
START_TEST(tiles_of_every_height_and_width_agree_with_double_precision) {
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        const struct micro *micro = micro_current();
        for (int width = micro->vector; width <= micro_nr(micro); width += micro->vector)
            for (int rows = 1; rows <= micro_mr(micro, width); rows++) {
                check_product((struct gemm){.form = GEMM_AB, .m = rows, .n = width, .k = 37});
                check_product((struct gemm){.form = GEMM_AB, .m = rows, .n = width - 3, .k = 37});
            }
    }
}
END_TEST

START_TEST(what_a_tile_fetches_ahead_does_not_change_its_sums) {
    enum { DEPTH = 50 };
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        const struct micro *micro = micro_current();
        const int width = micro_nr(micro), mr = micro_mr(micro, width);
        const size_t count = (size_t)(mr * width);
        float *a = filled((size_t)(mr * DEPTH)), *panel = filled((size_t)(width * DEPTH)), *plain = filled(count),
              *ahead = filled(count);
        const float *rows[MICRO_ROWS];
        for (int r = 0; r < mr; r++) rows[r] = a + (size_t)(r * DEPTH);
        for (int height = 1; height <= mr; height++) {
            struct micro_tile tile = {.taps = 1, .depth = DEPTH, .rows = rows, .panel = panel, .columns = width};
            tile.c = plain, tile.ldc = (size_t)width;
            micro_run(micro, height, width, &tile);
            tile.c = ahead, tile.ahead = panel, tile.ahead_step = 7;
            micro_run(micro, height, width, &tile);
            ck_assert_mem_eq(plain, ahead, 4 * (size_t)(height * width));
        }
        free(a), free(panel), free(plain), free(ahead);
    }
}
END_TEST

/* Panels of one instruction set, computed with the instructions of another: as an emitted program does on a CPU that
 * lacks those of its plan. */
START_TEST(every_layout_is_computed_with_any_instructions) {
    const enum isa layout = (enum isa)(_i / ISAS), code = (enum isa)(_i % ISAS);
    if (code > layout || !isa_available(code)) return;
    isa_assume(layout);
    isa_restrict(code);
    ck_assert_int_eq(isa_code(), code);
    ck_assert_int_eq(isa_current(), layout);
    ck_assert_int_eq(micro_nr(micro_current()), panel_columns[layout]);
    for (int s = 0; s < SIZES; s++)
        for (int what = s % 3; what < 16; what += 3) {
            if (passed_over(s, what)) continue;
            struct gemm g = {.form = (enum gemm_form)(what % 4), .m = sizes[s][0], .n = sizes[s][1], .k = sizes[s][2]};
            float *row = filled((size_t)g.m), *col = filled((size_t)g.n);
            g.packed_a = what & 4, g.packed_b = what & 8, g.accumulate = what & 1;
            g.bias_row = what & 2 ? row : NULL, g.bias_col = what & 4 ? col : NULL;
            g.activation = activation_of((enum activation_kind)(what % ACTIVATIONS));
            check_product(g);
            free(row), free(col);
        }
    isa_restrict((enum isa)(ISAS - 1));
    ck_assert(isa_force(isa_best()));
}
END_TEST

START_TEST(the_epilogue_adds_bias_and_activates) {
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_force((enum isa)isa)) continue;
        for (int s = 0; s < SIZES; s++)
            for (int what = 0; what < 8 * ACTIVATIONS; what++) {
                if (passed_over(s, what)) continue;
                struct gemm g = {.form = (enum gemm_form)(s % 4), .m = sizes[s][0], .n = sizes[s][1], .k = sizes[s][2]};
                float *row = filled((size_t)g.m), *col = filled((size_t)g.n);
                g.bias_row = what & 1 ? row : NULL, g.bias_col = what & 2 ? col : NULL;
                g.accumulate = what & 4, g.activation = activation_of((enum activation_kind)(what / 8));
                check_product(g);
                free(row), free(col);
            }
    }
}
END_TEST

struct made {
    const float *b;
    int ldb;
};
static void make_panel(void *context, float *panel, int k0, int depth, int j0, int columns, int width) {
    const struct made *made = context;
    for (int k = 0; k < depth; k++)
        for (int j = 0; j < width; j++) panel[k * width + j] = j < columns ? made->b[(k0 + k) * made->ldb + j0 + j] : 0;
}

START_TEST(a_made_operand_gives_what_a_stored_one_gives) {
    struct gemm g = {.form = GEMM_AB, .m = 19, .n = 205, .k = 800, .lda = 800, .ldb = 205, .ldc = 205};
    float *a = filled(19 * 800), *b = filled(800 * 205), *stored = filled(19 * 205), *made = filled(19 * 205);
    struct made context = {b, g.ldb};
    run_guarded(&g, stored, a, b, 2);
    g.source = make_panel, g.context = &context;
    run_guarded(&g, made, a, NULL, 2);
    ck_assert(memcmp(stored, made, 4 * 19 * 205) == 0);
    free(a), free(b), free(stored), free(made);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gemm");
    TCase *cases = tcase_create("gemm");
    tcase_add_test(cases, every_form_and_size_agrees_with_double_precision);
    tcase_add_test(cases, tiles_of_every_height_and_width_agree_with_double_precision);
    tcase_add_test(cases, what_a_tile_fetches_ahead_does_not_change_its_sums);
    tcase_add_loop_test(cases, every_layout_is_computed_with_any_instructions, 0, ISAS * ISAS);
    tcase_add_test(cases, the_epilogue_adds_bias_and_activates);
    tcase_add_test(cases, a_made_operand_gives_what_a_stored_one_gives);
    suite_add_tcase(suite, cases);
    return harness_run(suite);
}
