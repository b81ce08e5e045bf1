#include "kernels/strip.h"

#include <assert.h>

/* Windows that go down an image. */
struct strip_windows {
    int H, stride, extent; /* rows of the image, from window to window, of a window */
    int top, bottom;       /* padding */
};

struct strip_cut {
    int lo, hi, top, bottom;
};

static int64_t strip_between(int64_t least, int64_t x, int64_t most) {
    return x < least ? least : x > most ? most : x;
}

/* The rows under windows [a, b), and how far these stick out. */
static bool strip_cut(struct strip_cut *cut, const struct strip_windows *w, int a, int b) {
    const int64_t first = (int64_t)a * w->stride - w->top, end = (int64_t)(b - 1) * w->stride - w->top + w->extent;
    assert(0 <= a && a < b && w->stride >= 1 && w->extent >= 1);
    if (first >= w->H || end <= 0) return false;
    *cut = (struct strip_cut){.lo = (int)strip_between(0, first, w->H),
                              .hi = (int)strip_between(0, end, w->H),
                              .top = (int)strip_between(0, -first, w->top),
                              .bottom = (int)strip_between(0, end - w->H, w->bottom)};
    assert(cut->lo < cut->hi && cut->lo - cut->top == first);
    return true;
}

bool strip_of_scenario(struct scenario *strip, int *lo, int *hi, const struct scenario *s, int a, int b) {
    const struct strip_windows windows = {.H = s->H,
                                          .stride = s->stride,
                                          .extent = s->dilation * (s->KH - 1) + 1,
                                          .top = s->pad.top,
                                          .bottom = s->pad.bottom};
    struct strip_cut cut;
    assert(s->same || b <= scenario_out_h(s));
    if (s->same || !strip_cut(&cut, &windows, a, b)) return false;
    *strip = *s;
    strip->H = cut.hi - cut.lo, strip->pad.top = cut.top, strip->pad.bottom = cut.bottom;
    *lo = cut.lo, *hi = cut.hi;
    assert(scenario_out_h(strip) == b - a && !scenario_check(strip));
    return true;
}

bool strip_of_operator(struct operator_shape *strip, int *lo, int *hi, const struct operator_shape *s, int a, int b) {
    const bool pools = s->stride > 0;
    const struct strip_windows windows = {.H = s->H,
                                          .stride = pools ? s->stride : 1,
                                          .extent = pools ? s->kernel : 1,
                                          .top = s->pad.top,
                                          .bottom = s->pad.bottom};
    struct strip_cut cut;
    assert(b <= s->OH && (pools || s->OH == s->H || !operators[s->kind]->by_rows));
    if (!operators[s->kind]->by_rows || windows.extent == 0 || !strip_cut(&cut, &windows, a, b)) return false;
    *strip = *s;
    strip->H = cut.hi - cut.lo, strip->pad.top = cut.top, strip->pad.bottom = cut.bottom;
    strip->OH = b - a;
    *lo = cut.lo, *hi = cut.hi;
    return true;
}

/* The first window ends above all others, the last one begins below them. */
bool strip_every_scenario(const struct scenario *s) {
    struct scenario strip;
    const int OH = scenario_out_h(s);
    int lo, hi;
    return strip_of_scenario(&strip, &lo, &hi, s, 0, 1) && strip_of_scenario(&strip, &lo, &hi, s, OH - 1, OH);
}

bool strip_every_operator(const struct operator_shape *s) {
    struct operator_shape strip;
    int lo, hi;
    return strip_of_operator(&strip, &lo, &hi, s, 0, 1) && strip_of_operator(&strip, &lo, &hi, s, s->OH - 1, s->OH);
}
