#include "experiments/report/report_svg.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "experiments/report/report_page.h"

/* In units of the picture. */
enum { LABEL = 52, WIDTH = 420, HEIGHT = 250, LEFT = 44, RIGHT = 410, TOP = 10, BOTTOM = 222 };

/* Logarithms to base 2: of bytes (a frontier may begin with none: at the left edge), and of time over the fastest. */
struct axes {
    double least, most, slowest;
    int64_t fastest_ns;
};

static void axes_find(struct axes *a, const struct report_network *n) {
    *a = (struct axes){INFINITY, -INFINITY, 0, INT64_MAX};
    int64_t slowest_ns = 0;
    for (int i = 0; i < n->views; i++) {
        const struct frontier *f = &n->view[i].frontier;
        for (int k = 0; k < f->points; k++) {
            const double bytes = log2((double)f->point[k].memory_bytes);
            if (f->point[k].memory_bytes > 0) a->least = fmin(a->least, bytes), a->most = fmax(a->most, bytes);
            if (f->point[k].time_ns < a->fastest_ns) a->fastest_ns = f->point[k].time_ns;
            if (f->point[k].time_ns > slowest_ns) slowest_ns = f->point[k].time_ns;
        }
    }
    if (!(a->least <= a->most)) a->least = 10, a->most = 20;
    a->least -= 0.5, a->most += 0.5;
    a->slowest = slowest_ns > 0 ? log2((double)slowest_ns / (double)a->fastest_ns) : 0;
    if (a->slowest < 0.1) a->slowest = 0.1;
}

static double axes_x(const struct axes *a, int64_t bytes) {
    const double at = bytes > 0 ? fmax(log2((double)bytes), a->least) : a->least;
    return LEFT + (RIGHT - LEFT) * (at - a->least) / (a->most - a->least);
}

static double axes_y(const struct axes *a, double ratio) {
    assert(ratio > 0);
    return BOTTOM - (BOTTOM - TOP) * log2(ratio) / a->slowest;
}

static void svg_grid(struct report_text *to, const struct axes *a) {
    static const double ratios[] = {1, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100};
    char text[32];
    double before = HEIGHT;
    const int apart = (int)ceil(LABEL * (a->most - a->least) / (RIGHT - LEFT));
    for (int k = (int)ceil(a->least / apart) * apart; k <= a->most && k < 62; k += apart) {
        const double x = axes_x(a, (int64_t)1 << k);
        if (x > RIGHT - LABEL / 4) break;
        report_text_add(to, "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\" class=\"x\">%s</text>\n",
                        x, TOP, BOTTOM, x, BOTTOM + 13, report_page_bytes(text, (int64_t)1 << k));
    }
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        const double y = axes_y(a, ratios[i]);
        if (y < TOP - 1 || before - y < 14) continue;
        before = y;
        report_text_add(to,
                        "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" class=\"y\">%g×</text>\n",
                        LEFT, y, RIGHT, LEFT - 5, y + 3.5, ratios[i]);
    }
}

/* Points that lie within half a unit of the one before are left out; the last one is not. */
static void svg_stairs(struct report_text *to, const struct axes *a, const struct frontier *f, int number) {
    double x = 0, y = 0;
    if (f->points == 0) return;
    report_text_add(to, "<path class=\"line m%d\" d=\"", number);
    for (int i = 0; i < f->points; i++) {
        const double to_x = axes_x(a, f->point[i].memory_bytes),
                     to_y = axes_y(a, (double)f->point[i].time_ns / (double)a->fastest_ns);
        if (i > 0 && i + 1 < f->points && fabs(to_x - x) < 0.5 && fabs(to_y - y) < 0.5) continue;
        if (i == 0)
            report_text_add(to, "M%.1f %.1f", to_x, to_y);
        else
            report_text_add(to, "H%.1fV%.1f", to_x, to_y);
        x = to_x, y = to_y;
    }
    report_text_add(to, "H%d\"/><circle class=\"dot m%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", RIGHT, number, x, y);
}

static void svg_key(struct report_text *to, const struct report_network *n) {
    report_text_put(to, "<p class=\"key\">");
    for (int i = 0; i < n->views; i++)
        report_text_add(
            to,
            "<span><svg viewBox=\"0 0 30 10\" width=\"30\" height=\"10\" aria-hidden=\"true\"><path class=\"line "
            "m%d\" d=\"M0 5H30\"/></svg> %s</span> ",
            i, n->view[i].name);
    report_text_put(to, "</p>\n");
}

void report_svg_frontiers(struct report_text *to, const struct report_network *n) {
    struct axes a;
    axes_find(&a, n);
    report_text_put(to, "<figure><figcaption>");
    report_page_text(to, n->whole->network->name);
    report_text_add(to, "</figcaption>\n<svg class=\"picture\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH,
                    HEIGHT);
    report_page_text(to, n->whole->network->name);
    report_text_put(to, ": time over the fastest against memory, a staircase per memory model\">\n");
    svg_grid(to, &a);
    for (int i = 0; i < n->views; i++) svg_stairs(to, &a, &n->view[i].frontier, i);
    report_text_add(to, "<text x=\"%d\" y=\"%d\" class=\"x\">memory</text></svg>\n", (LEFT + RIGHT) / 2, BOTTOM + 26);
    svg_key(to, n);
    report_text_put(to, "</figure>\n");
}
