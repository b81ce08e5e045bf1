#include "experiments/report/report_axis.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "experiments/report/report_page.h"

static double axis_scaled(const struct report_axis *a, double value) {
    return a->unit > 0 ? log2(1 + value / a->unit) : value;
}

double report_axis_at(const struct report_axis *a, double value) {
    assert(a->unit >= 0 && a->least < a->most);
    const double first = axis_scaled(a, a->least), last = axis_scaled(a, a->most);
    return a->from + (a->to - a->from) * (axis_scaled(a, value) - first) / (last - first);
}

/* About four of them on a linear axis. */
static double axis_step(const struct report_axis *a) {
    const double least = a->most / 4;
    if (a->bytes) return exp2(ceil(log2(least)));
    const double power = pow(10, floor(log10(least)));
    return least <= power ? power : least <= 2 * power ? 2 * power : least <= 5 * power ? 5 * power : 10 * power;
}

static int axis_put(double mark[REPORT_MARKS], int marks, const struct report_axis *a, double value) {
    assert(marks < REPORT_MARKS);
    if (value >= a->least && value <= a->most) mark[marks++] = value;
    return marks;
}

int report_axis_marks(double mark[REPORT_MARKS], const struct report_axis *a) {
    int marks = axis_put(mark, 0, a, 0);
    if (a->unit == 0) {
        const double step = axis_step(a);
        for (double at = step; at <= a->most; at += step) marks = axis_put(mark, marks, a, at);
        return marks;
    }
    const bool few = !a->bytes && a->most < 30 * fmax(a->least, a->unit);
    for (double at = a->unit; at <= a->most; at *= a->bytes ? 32 : 10) {
        marks = axis_put(mark, marks, a, at);
        for (int k = 2; few && k <= 5; k += 3) marks = axis_put(mark, marks, a, k * at);
    }
    return marks;
}

const char *report_axis_text(char text[32], const struct report_axis *a, double value) {
    if (a->bytes) return report_page_bytes(text, (int64_t)value);
    if (value >= 1e6)
        snprintf(text, 32, "%gM", value * 1e-6);
    else if (value >= 1e4)
        snprintf(text, 32, "%gK", value * 1e-3);
    else
        snprintf(text, 32, "%g", value);
    return text;
}
