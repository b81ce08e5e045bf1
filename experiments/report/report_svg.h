/* report_svg.h - the frontiers of a network as a picture: memory against time over the fastest of all, both in
 * logarithms, one staircase per memory model. */
#ifndef EXPERIMENTS_REPORT_REPORT_SVG_H
#define EXPERIMENTS_REPORT_REPORT_SVG_H
#include "experiments/report/report.h"

void report_svg_frontiers(struct report_text *to, const struct report_network *n);

#endif
