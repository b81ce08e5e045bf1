/* scenario.h - what a convolution computes (formulation/README.md): batch 1, float32.
 *
 *     out[m][oh][ow] = bias[m] + sum_{c,kh,kw} w[m][c][kh][kw] * in[g C/G + c][oh Sh - Pt + kh Dh][ow Sw - Pl + kw Dw],
 *     g = m / (M/G)
 *
 * Text form, in profiles and on command lines: C,H,W,M,K,S,P[,G[,D]] with K = KH or KHxKW, S and D likewise, and P the
 * padding, one number or top:left:bottom:right (kernels/padding.h); G and D are printed if not 1 (G also if D is). In
 * published tables P is `same`: output = ceil(H / S), whatever the padding (scenario.same). */
#ifndef KERNELS_SCENARIO_H
#define KERNELS_SCENARIO_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/padding.h"

struct scenario {
    int C, H, W;   /* input */
    int M, KH, KW; /* kernels: M x C/groups x KH x KW */
    int stride, dilation, groups;
    struct padding pad;
    bool same;                /* pad is unknown: output is ceil(H / stride); only in imported profiles */
    int stride_w, dilation_w; /* across, where they are not those down; else 0 */
};
#define SCENARIO_TEXT 128

static inline int scenario_stride_w(const struct scenario *s) {
    return s->stride_w ? s->stride_w : s->stride;
}
static inline int scenario_dilation_w(const struct scenario *s) {
    return s->dilation_w ? s->dilation_w : s->dilation;
}
/* Are strides and dilations the same down and across? */
static inline bool scenario_even(const struct scenario *s) {
    return scenario_stride_w(s) == s->stride && scenario_dilation_w(s) == s->dilation;
}
/* The one way to set those across. */
static inline void scenario_across(struct scenario *s, int stride, int dilation) {
    s->stride_w = stride == s->stride ? 0 : stride;
    s->dilation_w = dilation == s->dilation ? 0 : dilation;
}

/* floor((H + pad.top + pad.bottom - dilation (KH - 1) - 1) / stride) + 1 */
int scenario_out_h(const struct scenario *s);
int scenario_out_w(const struct scenario *s);
int64_t scenario_macs(const struct scenario *s);
bool scenario_equal(const struct scenario *a, const struct scenario *b);
/* NULL if s makes sense (positive sizes, groups divide C and M, kernel within the padded input, every dimension at most
 * 2^20, H W, OH OW, C KH KW and M KH KW under 2^31, every tensor, weights and patch matrix under 2^40 bytes, so that
 * sizes never overflow and every matrix dimension is an int); otherwise what is wrong. */
const char *scenario_check(const struct scenario *s);
void scenario_print(char text[SCENARIO_TEXT], const struct scenario *s);
/* NULL, or the form expected; what parses has passed scenario_check. */
const char *scenario_parse(struct scenario *s, const char *text);

#endif
