/* Depthwise convolution: as many groups as channels, one kernel each (M = C) or, in CHW, several. Nothing here is a
 * product of matrices: the sums of a block of outputs stay in registers over all taps. No workspace.
 *
 * Weights are stored [tap][C] for HWC, as they are for CHW. The loops are in depthwise_hwc.inc, depthwise_columns.inc and
 * depthwise_chw.inc. */
#include "kernels/conv/depthwise.h"

#include <assert.h>

#include "kernels/arithmetic.h"
#include "kernels/parallel.h"
#include "kernels/primitive.h"

static bool depthwise_applies(const struct primitive *p, const struct scenario *s) {
    return s->groups == s->C && (s->M == s->C || p->in == LAYOUT_CHW);
}

static size_t depthwise_workspace(const struct primitive *p, const struct scenario *s, int threads) {
    (void)p, (void)s, (void)threads;
    return 0;
}

static void depthwise_prepare(const struct primitive *p, const struct scenario *s, void *stored, const float *weights) {
    const int taps = s->KH * s->KW;
    float *to = stored;
    for (int m = 0; m < s->M; m++)
        for (int tap = 0; tap < taps; tap++) {
            const size_t plain = (size_t)m * (size_t)taps + (size_t)tap;
            to[p->in == LAYOUT_HWC ? (size_t)tap * (size_t)s->C + (size_t)m : plain] = weights[plain];
        }
}

/* What the slowest of `parts` threads does, as a share of everything, if `items` are shared out. */
static double depthwise_slowest(int items, int parts) {
    return (double)divide_up(items, parts) / items;
}

/* Thread i's share: rows, or lines of channels (CHW: channels) where that is more even. */
static void depthwise_share(const struct depthwise *d, const struct depthwise_family *family, bool hwc, int i,
                            int threads) {
    const int unit = hwc ? DEPTHWISE_LINE : 1, units = d->s->M / unit, rows = d->OH, all = d->s->M;
    const bool by_rows = units == 0 || depthwise_slowest(rows, threads) <= depthwise_slowest(units, threads);
    struct depthwise_part part = {0, rows, 0, all};
    if (by_rows)
        part.from = parallel_first(rows, i, threads), part.to = parallel_first(rows, i + 1, threads);
    else
        part.first = parallel_first(units, i, threads) * unit,
        part.last = i + 1 == threads ? all : parallel_first(units, i + 1, threads) * unit;
    if (part.from < part.to && part.first < part.last) (hwc ? family->hwc : family->chw)(d, &part);
}

static void depthwise_run(const struct primitive *p, const struct scenario *s, float *out, const float *in,
                          const void *stored, const float *bias, struct activation activation, void *workspace,
                          int threads) {
    (void)workspace;
    const struct depthwise d = {.s = s,
                                .in = in,
                                .weights = stored,
                                .bias = bias,
                                .out = out,
                                .activation = activation,
                                .OH = scenario_out_h(s),
                                .OW = scenario_out_w(s)};
    assert(p->in == p->out && s->groups == s->C && threads >= 1);
    const struct depthwise_family *family = depthwise_current();
    const bool hwc = p->in == LAYOUT_HWC;
    PARALLEL_CALLS(i, threads, depthwise_share(&d, family, hwc, i, threads));
}

const struct algorithm algorithm_depthwise = {
    .name = "depthwise",
    .variant_help = "none",
    .tolerance = 3e-6,
    .applies = depthwise_applies,
    .workspace = depthwise_workspace,
    .weights = primitive_raw,
    .prepare = depthwise_prepare,
    .run = depthwise_run,
};
