#include "experiments/report/report_chart.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/report/report_axis.h"
#include "experiments/report/report_page.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

/* In units of the picture. */
enum { WIDTH = 420, LEFT = 52, RIGHT = 412, TOP = 32, GAP = 12, BETWEEN = 22, BELOW = 34, APART = 36 };

/* Relative paths, one kind of mark per series. */
static const char *const shapes[] = {"m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0", "m-2.5-2.5h5v5h-5z",
                                     "m0-3.2l3 5.2h-6z", "m0-3.4l3.4 3.4-3.4 3.4-3.4-3.4z", "m-2.5-2.5l5 5m0-5l-5 5"};
#define SHAPES ((int)(sizeof shapes / sizeof shapes[0]))

void report_chart_init(struct report_chart *c, const struct report_figure *f, int most_marks) {
    int used = 0;
    *c = (struct report_chart){.figure = f, .mark = MEMORY_NEW(struct report_mark, most_marks)};
    for (; c->rows < REPORT_FIGURE_ROWS && f->row[c->rows].columns; c->rows++) {
        char *list = memory_string(f->row[c->rows].columns), *rest = list;
        c->first[c->rows] = used;
        for (char *name; (name = text_field(&rest, ' '));) {
            assert(used < REPORT_CHART_VALUES);
            c->name[used++] = memory_string(name);
        }
        free(list);
    }
    c->first[c->rows] = used;
    assert(c->rows > 0 && (!f->series || used == c->rows)); /* marks: one column per axis */
}

void report_chart_free(struct report_chart *c) {
    for (int i = 0; i < c->first[c->rows]; i++) free(c->name[i]);
    report_set_free(&c->per);
    report_set_free(&c->panels);
    report_set_free(&c->series);
    free(c->mark);
}

/* --- axes --- */

struct picture {
    struct report_text *to;
    const struct report_chart *chart;
    int per, panel;
    struct report_axis x, y[REPORT_FIGURE_ROWS]; /* x of the panel that is drawn */
};

/* Values [from, to) of a mark, one upon the other. */
static double mark_sum(const struct report_mark *m, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) sum += m->value[i];
    return sum;
}

static void axis_take(struct report_axis *a, double value) {
    a->least = fmin(a->least, value);
    a->most = fmax(a->most, value);
}

/* With some room around the values, but none below 0; linear axes begin there. */
static void axis_settle(struct report_axis *a) {
    a->least = a->unit > 0 && a->least > 0 ? a->least / 1.3 : 0;
    a->most = a->most > 0 ? a->most * (a->unit > 0 ? 1.3 : 1.04) : fmax(a->unit, 1);
}

static void picture_axes(struct picture *p) {
    const struct report_chart *c = p->chart;
    const struct report_figure_axis *x = &c->figure->x;
    double top = TOP;
    p->x = (struct report_axis){x->unit, x->bytes, INFINITY, 0, 0, 0};
    for (int r = 0; r < c->rows; r++) {
        const struct report_figure_axis *a = &c->figure->row[r];
        p->y[r] = (struct report_axis){a->unit, a->bytes, INFINITY, 0, top + a->height, top};
        top += a->height + BETWEEN;
    }
    for (int i = 0; i < c->marks; i++) {
        if (c->mark[i].per != p->per) continue;
        axis_take(&p->x, c->mark[i].x + (x->unit > 0 ? 0 : 1));
        for (int r = 0; r < c->rows; r++) axis_take(&p->y[r], mark_sum(&c->mark[i], c->first[r], c->first[r + 1]));
    }
    if (x->unit > 0)
        axis_settle(&p->x);
    else
        p->x.least = 0; /* the last row ends at the edge */
    for (int r = 0; r < c->rows; r++) axis_settle(&p->y[r]);
    assert(p->x.least < p->x.most);
}

static void picture_panel(struct picture *p, int panel) {
    const int panels = p->chart->panels.count;
    const double width = (RIGHT - LEFT - GAP * (panels - 1.0)) / panels;
    p->panel = panel;
    p->x.from = LEFT + panel * (width + GAP);
    p->x.to = p->x.from + width;
}

static void grid_x(const struct picture *p, const struct report_axis *y, bool labels) {
    double mark[REPORT_MARKS], before = -APART;
    char text[32];
    const int marks = report_axis_marks(mark, &p->x);
    for (int i = 0; i < marks; i++) {
        const double x = report_axis_at(&p->x, mark[i]);
        if (x - before < APART || x > p->x.to - 8) continue; /* not into the next panel's first */
        before = x;
        report_text_add(p->to, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, y->to, y->from);
        if (labels)
            report_text_add(p->to, "<text x=\"%.1f\" y=\"%.1f\" class=\"x\">%s</text>", x, y->from + 13,
                            report_axis_text(text, &p->x, mark[i]));
    }
}

static void grid_y(const struct picture *p, const struct report_axis *y) {
    double mark[REPORT_MARKS], before = y->from + APART;
    char text[32];
    const int marks = report_axis_marks(mark, y);
    for (int i = 0; i < marks; i++) {
        const double at = report_axis_at(y, mark[i]);
        if (before - at < 13) continue;
        before = at;
        report_text_add(p->to, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", p->x.from, at, p->x.to);
        if (p->panel == 0)
            report_text_add(p->to, "<text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>", LEFT - 5, at + 3.5,
                            report_axis_text(text, y, mark[i]));
    }
}

/* --- data --- */

/* The panel's rows of the table. Returns how many. */
static int panel_marks(const struct report_mark **mark, const struct picture *p) {
    int marks = 0;
    for (int i = 0; i < p->chart->marks; i++)
        if (p->chart->mark[i].per == p->per && p->chart->mark[i].panel == p->panel) mark[marks++] = &p->chart->mark[i];
    return marks;
}

/* Value `k` of each mark, upon the values from `base` on: along the upper edge, and back along the lower one, a line for
 * each run of equal heights. */
static void chart_area(const struct picture *p, const struct report_axis *y, const struct report_mark *const *mark,
                       int marks, int base, int k) {
    struct report_text *to = p->to;
    double most = 0, before;
    for (int i = 0; i < marks; i++) most = fmax(most, mark[i]->value[k]);
    if (most == 0) return;
    before = mark_sum(mark[0], base, k + 1);
    report_text_add(to, "<path class=\"%.*s\" d=\"M%.1f %.1f", (int)strcspn(p->chart->name[k], "_"), p->chart->name[k],
                    report_axis_at(&p->x, mark[0]->x), report_axis_at(y, before));
    for (int i = 1; i < marks; i++) {
        const double now = mark_sum(mark[i], base, k + 1);
        if (now != before) report_text_add(to, "H%.1fV%.1f", report_axis_at(&p->x, mark[i]->x), report_axis_at(y, now));
        before = now;
    }
    before = mark_sum(mark[marks - 1], base, k);
    report_text_add(to, "H%.1fV%.1f", report_axis_at(&p->x, mark[marks - 1]->x + 1), report_axis_at(y, before));
    for (int i = marks - 1; i > 0; i--) {
        const double now = mark_sum(mark[i - 1], base, k);
        if (now != before) report_text_add(to, "H%.1fV%.1f", report_axis_at(&p->x, mark[i]->x), report_axis_at(y, now));
        before = now;
    }
    report_text_add(to, "H%.1fZ\"/>\n", report_axis_at(&p->x, mark[0]->x));
}

/* One path per series. */
static void chart_marks(const struct picture *p, const struct report_axis *y, const struct report_mark *const *mark,
                        int marks, int k) {
    for (int s = 0; s < p->chart->series.count; s++) {
        report_text_add(p->to, "<path class=\"mark m%d\" d=\"", s % SHAPES);
        for (int i = 0; i < marks; i++)
            if (mark[i]->series == s)
                report_text_add(p->to, "M%.1f %.1f%s", report_axis_at(&p->x, mark[i]->x),
                                report_axis_at(y, mark[i]->value[k]), shapes[s % SHAPES]);
        report_text_put(p->to, "\"/>\n");
    }
}

static void chart_panel(const struct picture *p) {
    const struct report_chart *c = p->chart;
    const struct report_mark **mark = MEMORY_NEW(const struct report_mark *, c->marks);
    const int marks = panel_marks(mark, p);
    for (int r = 0; r < c->rows; r++) {
        grid_x(p, &p->y[r], r + 1 == c->rows);
        grid_y(p, &p->y[r]);
        if (marks == 0) continue;
        for (int k = c->first[r]; k < c->first[r + 1]; k++)
            if (c->figure->series)
                chart_marks(p, &p->y[r], mark, marks, k);
            else
                chart_area(p, &p->y[r], mark, marks, c->first[r], k);
    }
    free(mark);
}

/* --- words --- */

/* The name of a column as words: "memory_model" as "memory model". */
static void put_words(struct report_text *to, const char *column) {
    for (const char *at = column; *at; at += strcspn(at, "_")) {
        if (*at == '_') report_text_put(to, " "), at++;
        report_text_add(to, "%.*s", (int)strcspn(at, "_"), at);
    }
}

static void chart_labels(const struct picture *p) {
    const struct report_chart *c = p->chart;
    for (int r = 0; r < c->rows; r++)
        report_text_add(p->to, "<text x=\"2\" y=\"%.1f\">%s</text>", p->y[r].to - 6, c->figure->row[r].label);
    report_text_add(p->to, "<text x=\"%d\" y=\"%.1f\" class=\"x\">%s</text>\n", (LEFT + RIGHT) / 2,
                    p->y[c->rows - 1].from + 28, c->figure->x.label);
}

static void chart_panel_title(const struct picture *p) {
    const struct report_chart *c = p->chart;
    if (!c->figure->panels) return;
    report_text_add(p->to, "<text x=\"%.1f\" y=\"11\" class=\"x\">", (p->x.from + p->x.to) / 2);
    put_words(p->to, c->figure->panels);
    report_text_put(p->to, ": ");
    report_page_text(p->to, c->panels.text[p->panel]);
    report_text_put(p->to, "</text>\n");
}

static void chart_key(struct report_text *to, const struct report_chart *c) {
    report_text_put(to, "<p class=\"key\">");
    if (c->figure->series) put_words(to, c->figure->series), report_text_put(to, ": ");
    for (int s = 0; c->figure->series && s < c->series.count; s++) {
        report_text_add(to,
                        "<span><svg viewBox=\"-5 -5 10 10\" width=\"10\" height=\"10\" aria-hidden=\"true\"><path "
                        "class=\"mark m%d\" d=\"M0 0%s\"/></svg> ",
                        s % SHAPES, shapes[s % SHAPES]);
        report_page_text(to, c->series.text[s]);
        report_text_put(to, "</span> ");
    }
    for (int k = 0; !c->figure->series && k < c->first[c->rows]; k++) {
        const int length = (int)strcspn(c->name[k], "_");
        report_text_add(to, "<span><i class=\"swatch %.*s\"></i> %.*s</span> ", length, c->name[k], length, c->name[k]);
    }
    report_text_put(to, "</p>\n");
}

void report_chart_put(struct report_text *to, const struct report_chart *c, int per) {
    struct picture p = {.to = to, .chart = c, .per = per};
    picture_axes(&p);
    report_text_put(to, "<figure><figcaption>");
    report_page_text(to, c->per.text[per]);
    report_text_add(to, "</figcaption>\n<svg class=\"picture\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"",
                    WIDTH, p.y[c->rows - 1].from + BELOW);
    report_page_text(to, c->per.text[per]);
    report_text_add(to, ": %s\">\n", c->figure->title);
    for (int i = 0; i < c->panels.count; i++) {
        picture_panel(&p, i);
        chart_panel_title(&p);
        chart_panel(&p);
    }
    chart_labels(&p);
    report_text_put(to, "</svg>\n");
    chart_key(to, c);
    report_text_put(to, "</figure>\n");
}
