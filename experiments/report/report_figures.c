#include "experiments/report/report_figures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/report/report_chart.h"
#include "experiments/report/report_page.h"
#include "experiments/report/report_table.h"
#include "solver/base/memory.h"

#define AXIS(columns, label, bytes, unit, height)                                                                      \
    { columns, label, bytes, unit, height }
#define FIGURE(name, file, title, about, per, panels, series, where, is, x, ...)                                       \
    {name, file, title, about, per, panels, series, where, is, x, {__VA_ARGS__}},
const struct report_figure report_figures[] = {
#include "experiments/report/report_figures.def"
};
const int report_figure_count = (int)(sizeof report_figures / sizeof report_figures[0]);

/* --- from a table to marks --- */

/* The number of the row's value among those of the column; 0 without a column. */
static bool figure_class(int *number, struct report_set *values, const struct report_table *t, int row,
                         const char *column, struct error *err) {
    int at;
    if (column && !report_table_column(&at, t, column, err)) return false;
    *number = report_set_add(values, column ? report_table_cell(t, row, at) : "");
    return true;
}

static bool figure_value(double *value, const struct report_table *t, int row, const char *column, struct error *err) {
    int at;
    if (!report_table_column(&at, t, column, err) || !report_table_number(value, t, row, at, err)) return false;
    return *value >= 0 || error_at(err, t->path, t->line[row], "column %s: `%s` is wrong (expected at least 0)", column,
                                   report_table_cell(t, row, at));
}

static bool figure_mark(struct report_chart *c, const struct report_table *t, int row, struct error *err) {
    const struct report_figure *f = c->figure;
    struct report_mark *m = &c->mark[c->marks];
    int where;
    if (f->where && !report_table_column(&where, t, f->where, err)) return false;
    if (f->where && strcmp(report_table_cell(t, row, where), f->is) != 0) return true;
    bool good = figure_class(&m->per, &c->per, t, row, f->per, err) &&
                figure_class(&m->panel, &c->panels, t, row, f->panels, err) &&
                figure_class(&m->series, &c->series, t, row, f->series, err) &&
                figure_value(&m->x, t, row, f->x.columns, err);
    for (int i = 0; good && i < c->first[c->rows]; i++) good = figure_value(&m->value[i], t, row, c->name[i], err);
    c->marks += good;
    return good;
}

/* --- sections --- */

static void figure_section(struct report_text *to, const struct report_chart *c, const char *path) {
    const struct report_figure *f = c->figure;
    report_text_add(to, "<section id=\"%s\">\n<h2>%s</h2>\n<p>%s From <code>", f->name, f->title, f->about);
    report_page_text(to, path);
    report_text_add(to, "</code>.</p>\n<div class=\"%s\">\n", f->per ? "figures" : "single");
    for (int i = 0; i < c->per.count; i++) report_chart_put(to, c, i);
    report_text_put(to, "</div>\n</section>\n");
}

static bool figure_put(struct report_text *to, const struct report_figure *f, const char *path, struct error *err) {
    struct report_table t;
    struct report_chart c;
    if (!report_table_read(&t, path, err)) return false;
    report_chart_init(&c, f, t.rows);
    bool good = true;
    for (int i = 0; good && i < t.rows; i++) good = figure_mark(&c, &t, i, err);
    if (good) figure_section(to, &c, path);
    report_chart_free(&c);
    report_table_free(&t);
    return good;
}

bool report_figures_put(struct report_text *to, const char *folder, bool quiet, struct error *err) {
    int shown = 0;
    bool good = true;
    for (int i = 0; good && i < report_figure_count; i++) {
        const struct report_figure *f = &report_figures[i];
        char *path = MEMORY_NEW(char, strlen(folder) + strlen(f->file) + 2);
        sprintf(path, "%s/%s", folder, f->file);
        const bool there = access(path, F_OK) == 0;
        if (there)
            good = figure_put(to, f, path, err);
        else if (!quiet)
            fprintf(stderr, "left out: %s, as %s is missing\n", f->title, path);
        shown += there;
        free(path);
    }
    assert(shown <= report_figure_count);
    if (good && shown == 0)
        good = error_at(err, folder, 0, "has no table of a figure (expected %s, for example)", report_figures[0].file);
    return good;
}
