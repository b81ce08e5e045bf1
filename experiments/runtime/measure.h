/* measure.h - how long one kernel takes, measured so that the sums of such times hold for a whole network.
 *
 * Clock. CPU time of the calling thread (CLOCK_THREAD_CPUTIME_ID), which other processes do not lengthen; with more
 * than one thread the wall clock, since the time of one thread no longer says when the result is there.
 *
 * Reading it takes some 250 ns itself, as long as a small layer, and what lies between two readings holds one of them.
 * measure_init measures that on empty intervals (the least: their median grows with the machine's load, and nothing may
 * be taken off that is not the clock's), and measure_since takes it off every interval: of rows, of steps in running
 * networks, of whole runs. What is left is at least 1 ns: an operation takes some time, however little the clock can
 * tell of it.
 *
 * Caches. In a network that runs, a layer finds its input where the layer before left it: just written, in L1 and L2 as
 * far as it fits. Its weights, and the code's view of the output and the workspace, were last touched one inference ago
 * or some layers back: they come from L3 or memory. Timing one kernel in a loop finds all of it in L2, and the sum of
 * such times is 8 to 23 % short for networks of small layers. So before every run a sweep reads `evict_bytes` (more
 * than L2) of other memory, and then the input alone is rewritten in place, as the layer before would. Neither is
 * timed. What selections rest on is timed again in whole networks: experiments/measure/rehearsal.h.
 *
 * Runs. The first run warms up page tables, branch predictors and the clock frequency; its time counts only where it is
 * already `hopeless` times the best of its rivals: then it is not repeated (runs 1, no spread). Else runs go on until
 * their sum is `enough_ns`, at least `least_runs` and at most `most_runs`. Reported: median, minimum, interquartile
 * range.
 *
 * Denormals are flushed to zero in the measuring thread (and in those that it starts, which inherit it), as in every
 * runtime that one would compare with: a layer fed with denormals would otherwise take up to a hundred times as long.
 */
#ifndef EXPERIMENTS_RUNTIME_MEASURE_H
#define EXPERIMENTS_RUNTIME_MEASURE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct effort {
    const char *name;
    int least_runs, most_runs;
    int64_t enough_ns;
    int rounds; /* of the rehearsal (experiments/measure/rehearsal.h), each of least_runs or more */
};
enum effort_level { EFFORT_QUICK, EFFORT_NORMAL, EFFORT_THOROUGH };
extern const struct effort efforts[];
#define MEASURE_HOPELESS 2 /* times the best: measured once */

struct timing {
    int64_t median_ns, min_ns, spread_ns; /* spread -1: a single run */
    int64_t runs;
};

struct measure {
    const struct effort *effort;
    int threads;
    int64_t (*clock_ns)(void); /* thread CPU time, or the wall */
    int64_t clock_read_ns;     /* what one reading adds to an interval */
    size_t evict_bytes;
    char *evict;   /* [evict_bytes] */
    unsigned sink; /* what the sweep has read: keeps it from being optimised away */
};

/* evict_bytes 0: four times L2 (1 MiB where the system does not say how large that is). Flushes denormals from here on.
 */
void measure_init(struct measure *m, const struct effort *effort, int threads, size_t evict_bytes);
void measure_free(struct measure *m);
void measure_flush_denormals(void); /* in this thread and those that it starts */
/* The clock alone, for those that evict nothing: its reading is measured. */
struct measure measure_clock(int threads);
void measure_clock_read(struct measure *m); /* clock_read_ns: the least of many empty intervals */
int64_t measure_clock_ns(const struct measure *m);
int64_t measure_since(const struct measure *m, int64_t begun_ns); /* without the reading of the clock; at least 1 */
/* Times run(task). `input` is rewritten before each run; best_ns: the best of the rivals so far, 0 if there is none. */
struct timing measure_run(struct measure *m, void (*run)(const void *task), const void *task, float *input,
                          size_t inputs, int64_t best_ns);
struct timing measure_summary(int64_t *ns, int runs); /* sorts */

#endif
