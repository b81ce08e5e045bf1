/* report_figures.h - figures from tables of results, as inline SVG: the rows of experiments/report/report_figures.def.
 *
 * A figure is one picture per value of the column `per`, or a single one. A picture has a panel per value of the column
 * `panels`, side by side, for each axis of `row`, below each other. With the column `series` a panel has marks, one kind
 * per value; without it, the columns of an axis are stacked as areas. Rows of the table in which the column `where` is
 * not `is` are left out. Drawing: experiments/report/report_chart.h. */
#ifndef EXPERIMENTS_REPORT_REPORT_FIGURES_H
#define EXPERIMENTS_REPORT_REPORT_FIGURES_H
#include <stdbool.h>

#include "experiments/report/report_set.h"
#include "solver/base/error.h"

#define REPORT_FIGURE_ROWS 3

struct report_figure_axis {
    const char *columns; /* names separated by blanks; NULL: no axis */
    const char *label;
    bool bytes;
    double unit; /* of experiments/report/report_axis.h */
    int height;  /* in units of the picture; 0: horizontal */
};

struct report_figure {
    const char *name, *file, *title, *about;
    const char *per, *panels, *series, *where, *is; /* NULL: none */
    struct report_figure_axis x, row[REPORT_FIGURE_ROWS];
};
extern const struct report_figure report_figures[];
extern const int report_figure_count;

/* A section for each figure whose table is in `folder`. Tables that are not there are named on stderr unless quiet; if
 * there is not one of them, that is an error. */
bool report_figures_put(struct report_text *to, const char *folder, bool quiet, struct error *err);

#endif
