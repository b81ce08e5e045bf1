/* clock.h - seconds. clock_wall for limits and reports, clock_thread for measurements (CPU time of the calling
 * thread). */
#ifndef SOLVER_BASE_CLOCK_H
#define SOLVER_BASE_CLOCK_H
#include <stdint.h>

double clock_wall(void);       /* s, monotonic */
int64_t clock_wall_ns(void);   /* ns, monotonic */
int64_t clock_thread_ns(void); /* ns, CLOCK_THREAD_CPUTIME_ID */

#endif
