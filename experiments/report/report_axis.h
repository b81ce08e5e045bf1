/* report_axis.h - an axis of a picture: where a value lies, and where its marks are.
 *
 * With unit u > 0 a value v lies at log2(1 + v / u): nearly logarithmic above u, with room for 0; with u = 0 at v
 * itself. Marks: multiples of 1, 2 or 5 times a power of ten, of a power of two for bytes; on logarithmic axes, from u
 * on, u times powers of ten (on short ones 2 and 5 times that, too), of 32 for bytes. */
#ifndef EXPERIMENTS_REPORT_REPORT_AXIS_H
#define EXPERIMENTS_REPORT_REPORT_AXIS_H
#include <stdbool.h>

struct report_axis {
    double unit;        /* >= 0 */
    bool bytes;         /* how marks are spaced and written */
    double least, most; /* values, 0 <= least < most */
    double from, to;    /* of the picture: where they lie */
};

#define REPORT_MARKS 64
double report_axis_at(const struct report_axis *a, double value);
/* Values of the marks within the axis, at most REPORT_MARKS. Returns how many. */
int report_axis_marks(double mark[REPORT_MARKS], const struct report_axis *a);
const char *report_axis_text(char text[32], const struct report_axis *a, double value);

#endif
