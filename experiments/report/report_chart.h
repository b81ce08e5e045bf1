/* report_chart.h - a table's rows as marks or stacked areas, in panels: one picture of a figure
 * (experiments/report/report_figures.h) as SVG, with its key.
 *
 * All panels of a picture share their axes. A linear axis begins at 0. On a linear horizontal axis a row of a stack
 * takes up [x, x + 1]. */
#ifndef EXPERIMENTS_REPORT_REPORT_CHART_H
#define EXPERIMENTS_REPORT_REPORT_CHART_H
#include "experiments/report/report_figures.h"

#define REPORT_CHART_VALUES 8 /* most columns of all axes of a figure */

/* A row of the table: which picture, panel and series it belongs to, and its values, none of them negative. */
struct report_mark {
    int per, panel, series;
    double x, value[REPORT_CHART_VALUES];
};

struct report_chart {
    const struct report_figure *figure;
    struct report_set per, panels, series;
    int rows, first[REPORT_FIGURE_ROWS + 1]; /* axis r has value[first[r] .. first[r + 1]) */
    char *name[REPORT_CHART_VALUES];         /* the columns of these values */
    int marks;
    struct report_mark *mark;
};

void report_chart_init(struct report_chart *c, const struct report_figure *f, int most_marks);
void report_chart_free(struct report_chart *c);
void report_chart_put(struct report_text *to, const struct report_chart *c, int per);

#endif
