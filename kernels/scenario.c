#include "kernels/scenario.h"

#include <stdio.h>
#include <string.h>

#define SCENARIO_DIMENSION (1 << 20)
#define SCENARIO_FLOATS    ((int64_t)1 << 38) /* 2^40 bytes */

/* Outputs along one dimension; padded: the size with what lies before and after; reach: from the first to the last
 * pixel under the kernel. */
static int64_t scenario_extent(int64_t padded, int64_t reach, int stride) {
    return padded <= reach ? 0 : (padded - reach - 1) / stride + 1;
}

static int64_t scenario_rows(const struct scenario *s) {
    if (s->same) return ((int64_t)s->H + s->stride - 1) / s->stride;
    return scenario_extent((int64_t)s->H + s->pad.top + s->pad.bottom, (int64_t)s->dilation * (s->KH - 1), s->stride);
}

static int64_t scenario_columns(const struct scenario *s) {
    const int stride = scenario_stride_w(s);
    if (s->same) return ((int64_t)s->W + stride - 1) / stride;
    return scenario_extent((int64_t)s->W + s->pad.left + s->pad.right, (int64_t)scenario_dilation_w(s) * (s->KW - 1),
                           stride);
}

int scenario_out_h(const struct scenario *s) {
    return (int)scenario_rows(s);
}

int scenario_out_w(const struct scenario *s) {
    return (int)scenario_columns(s);
}

int64_t scenario_macs(const struct scenario *s) {
    return (int64_t)s->M * (s->C / s->groups) * s->KH * s->KW * scenario_out_h(s) * scenario_out_w(s);
}

bool scenario_equal(const struct scenario *a, const struct scenario *b) {
    return a->C == b->C && a->H == b->H && a->W == b->W && a->M == b->M && a->KH == b->KH && a->KW == b->KW &&
           a->stride == b->stride && a->dilation == b->dilation && scenario_stride_w(a) == scenario_stride_w(b) &&
           scenario_dilation_w(a) == scenario_dilation_w(b) && a->groups == b->groups && a->same == b->same &&
           (a->same || padding_equal(&a->pad, &b->pad));
}

/* Is a b c d <= limit, all positive? Factors are under 2^31, so each partial product is tested before it could
 * overflow. */
static bool scenario_fits(int64_t limit, int64_t a, int64_t b, int64_t c, int64_t d) {
    return a <= limit && b <= limit / a && c <= limit / (a * b) && d <= limit / (a * b * c);
}

const char *scenario_check(const struct scenario *s) {
    const int positive[] = {s->C,
                            s->H,
                            s->W,
                            s->M,
                            s->KH,
                            s->KW,
                            s->stride,
                            scenario_stride_w(s),
                            s->groups,
                            s->dilation,
                            scenario_dilation_w(s)};
    for (size_t i = 0; i < sizeof positive / sizeof positive[0]; i++) {
        if (positive[i] < 1) return "every size must be at least 1";
        if (positive[i] > SCENARIO_DIMENSION) return "every size must be at most 1048576";
    }
    const int pads[] = {s->pad.top, s->pad.left, s->pad.bottom, s->pad.right};
    for (size_t i = 0; i < sizeof pads / sizeof pads[0] && !s->same; i++)
        if (pads[i] < 0 || pads[i] > SCENARIO_DIMENSION) return "padding must be 0 to 1048576";
    if (s->C % s->groups != 0 || s->M % s->groups != 0) return "groups must divide input and output channels";
    int64_t oh = scenario_rows(s), ow = scenario_columns(s);
    if (oh < 1 || ow < 1) return "the kernel must lie within the padded input";
    if (oh > SCENARIO_DIMENSION || ow > SCENARIO_DIMENSION) return "every output size must be at most 1048576";
    if (!scenario_fits(INT32_MAX, s->H, s->W, 1, 1) || !scenario_fits(INT32_MAX, oh, ow, 1, 1))
        return "an image must have less than 2^31 pixels";
    int widest = s->C > s->M ? s->C : s->M;
    if (!scenario_fits(INT32_MAX, widest, s->KH, s->KW, 1)) return "channels x kernel must be less than 2^31";
    if (!scenario_fits(SCENARIO_FLOATS, s->C, s->H, s->W, 1) || !scenario_fits(SCENARIO_FLOATS, s->M, oh, ow, 1) ||
        !scenario_fits(SCENARIO_FLOATS, s->M, s->C, s->KH, s->KW) ||
        !scenario_fits(SCENARIO_FLOATS, (int64_t)s->C * s->KH * s->KW, oh, ow, 1))
        return "every tensor must be under 2^40 bytes";
    return NULL;
}

/* One number, or down x across. */
static const char *scenario_pair(char text[24], int down, int across) {
    if (down == across)
        snprintf(text, 24, "%d", down);
    else
        snprintf(text, 24, "%dx%d", down, across);
    return text;
}

void scenario_print(char text[SCENARIO_TEXT], const struct scenario *s) {
    char kernel[24], stride[24], dilation[24], pad[PADDING_TEXT], tail[40] = "";
    if (s->same)
        strcpy(pad, "same");
    else
        padding_print(pad, &s->pad);
    if (s->dilation != 1 || scenario_dilation_w(s) != 1)
        snprintf(tail, sizeof tail, ",%d,%s", s->groups, scenario_pair(dilation, s->dilation, scenario_dilation_w(s)));
    else if (s->groups != 1)
        snprintf(tail, sizeof tail, ",%d", s->groups);
    snprintf(text, SCENARIO_TEXT, "%d,%d,%d,%d,%s,%s,%s%s", s->C, s->H, s->W, s->M, scenario_pair(kernel, s->KH, s->KW),
             scenario_pair(stride, s->stride, scenario_stride_w(s)), pad, tail);
}

/* Decimal digits only, at most 7 of them: anything longer is past every limit of scenario_check. */
static bool scenario_number(int *value, const char **at) {
    int digits = 0;
    for (*value = 0; **at >= '0' && **at <= '9' && digits < 8; (*at)++, digits++) *value = *value * 10 + (**at - '0');
    return digits > 0 && digits < 8;
}

static bool scenario_comma(const char **at) {
    return **at == ',' && (*at)++;
}

static bool scenario_two(int *down, int *across, const char **at) {
    if (!scenario_number(down, at)) return false;
    *across = *down;
    if (**at != 'x') return true;
    (*at)++;
    return scenario_number(across, at);
}

static bool scenario_pad(struct scenario *s, const char **at) {
    s->same = strncmp(*at, "same", 4) == 0;
    if (s->same) return *at += 4, true;
    int one;
    if (!scenario_number(&one, at)) return false;
    s->pad = padding_all(one);
    if (**at != ':') return true;
    int *const others[] = {&s->pad.left, &s->pad.bottom, &s->pad.right};
    for (int i = 0; i < 3; i++)
        if (*(*at)++ != ':' || !scenario_number(others[i], at)) return false;
    return true;
}

const char *scenario_parse(struct scenario *s, const char *text) {
    static const char expected[] =
        "expected C,H,W,M,K,S,P[,G[,D]] with K = KH or KHxKW, S and D likewise, and P a number, T:L:B:R or `same`";
    *s = (struct scenario){.groups = 1, .dilation = 1};
    int *const before[] = {&s->C, &s->H, &s->W, &s->M};
    for (int i = 0; i < 4; i++)
        if (!scenario_number(before[i], &text) || !scenario_comma(&text)) return expected;
    int stride_w, dilation_w = 1;
    if (!scenario_two(&s->KH, &s->KW, &text) || !scenario_comma(&text)) return expected;
    if (!scenario_two(&s->stride, &stride_w, &text) || !scenario_comma(&text) || !scenario_pad(s, &text))
        return expected;
    if (scenario_comma(&text) && !scenario_number(&s->groups, &text)) return expected;
    if (scenario_comma(&text) && !scenario_two(&s->dilation, &dilation_w, &text)) return expected;
    if (stride_w == 0 || dilation_w == 0) return "every size must be at least 1";
    scenario_across(s, stride_w, dilation_w);
    return *text == '\0' ? scenario_check(s) : expected;
}
