/* measure.h - how long one kernel takes, measured so that the sums of such times hold for a whole network.
 *
 * Clock. CPU time of the calling thread (CLOCK_THREAD_CPUTIME_ID), which other processes do not lengthen; with several
 * threads the wall clock, since the time of one thread does not tell when the result is complete.
 *
 * Reading the clock takes some 250 ns, as long as a small layer, and every interval contains one reading. measure_init
 * measures it on empty intervals (their minimum: the median grows with the load of the machine, and only the clock's
 * own time may be subtracted), and measure_since subtracts it from every interval: of rows, of steps in running
 * networks, of whole runs. At least 1 ns remains: an operation takes some time, even if the clock cannot resolve it.
 *
 * Caches. In a running network, a layer's input has just been written by the previous layer, and is in L1 and L2 as far
 * as it fits. Its weights, output and workspace were last touched one inference or some layers ago, and come from L3 or
 * memory. A kernel timed in a loop finds all of them in L2: the sum of such times is 8 to 23 % too low for networks of
 * small layers. So before every run a sweep reads `evict_bytes` (more than L2) of other memory, and then only the input
 * is rewritten in place, as the previous layer would. Neither is timed. The rows that selections rely on are timed
 * again in whole networks: experiments/measure/rehearsal.h.
 *
 * Runs. The first run warms up page tables, branch predictors and the clock frequency; it counts only if that matters
 * little, because the run is long (enough_ns / 2), or not at all, because it is longer than MEASURE_BRIEF and exceeds
 * MEASURE_HOPELESS times the best of its rivals: then it is the only one (runs 1, no spread). A kernel of some
 * microseconds takes five times as long when its code is read for the first time, so the run after that decides whether
 * it is hopeless. Otherwise the kernel is run until the times add up to
 * `enough_ns`, at least `least_runs` and at most `most_runs` times, and no more than twice if it is out of the race:
 * both more than MEASURE_BEHIND times the best. Reported: median, minimum, interquartile range.
 *
 * Denormals are flushed to zero in the measuring thread (and in those that it starts, which inherit it), as in other
 * runtimes: a layer fed with denormals would otherwise take up to a hundred times as long. */
#ifndef EXPERIMENTS_RUNTIME_MEASURE_H
#define EXPERIMENTS_RUNTIME_MEASURE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct effort {
    const char *name;
    int least_runs, most_runs;
    int64_t enough_ns;
    /* In running networks (experiments/measure/rehearsal.h). A machine's speed drifts over seconds and minutes, so further rounds
     * teach more than further runs within one. */
    int rounds;
    int64_t network_ns; /* a plan runs about so long in each round */
    int64_t warm_ns;    /* shorter plans run once before they are timed */
    double missed;      /* points of frontiers, whose rows are timed, may be slower by this share of the least time */
    int64_t act_bytes; /* networks run in acts (experiments/measure/acts.h) of so many bytes of raw weights, which needs
                         * less memory; INT64_MAX: as a whole */
};
enum effort_level { EFFORT_QUICK, EFFORT_NORMAL, EFFORT_THOROUGH };
extern const struct effort efforts[];
#define MEASURE_EVICT_L2  4       /* evict_bytes is so many times L2, if not chosen */
#define MEASURE_HOPELESS  2       /* times the best: measured once */
#define MEASURE_BRIEF     1000000 /* ns: until then, once it is warm */
#define MEASURE_MOST_RUNS 128
#define MEASURE_BEHIND    1.3 /* times the best: measured twice */

struct timing {
    int64_t median_ns, min_ns, spread_ns; /* spread -1: a single run; minimum -1: judged from a part of the work */
    int64_t runs;
};

struct measure {
    const struct effort *effort;
    int threads;
    int64_t (*clock_ns)(void); /* thread CPU time, or the wall */
    int64_t clock_read_ns;     /* what one reading adds to an interval */
    size_t evict_bytes;
    char *evict;   /* [evict_bytes] */
    unsigned sink; /* what the sweep has read: keeps the compiler from removing it */
};

/* evict_bytes 0: four times L2 (taken to be 1 MiB if the system does not report it). Flushes denormals from here on. */
void measure_init(struct measure *m, const struct effort *effort, int threads, size_t evict_bytes);
void measure_free(struct measure *m);
void measure_flush_denormals(void); /* in this thread and those that it starts */
/* Only the clock, for callers that evict nothing; measures the time of a reading. */
struct measure measure_clock(int threads);
void measure_clock_read(struct measure *m); /* clock_read_ns: the least of many empty intervals */
int64_t measure_clock_ns(const struct measure *m);
int64_t measure_since(const struct measure *m, int64_t begun_ns); /* without the time of a reading; at least 1 */
/* Is another run worth its time, after these? */
bool measure_again(const struct measure *m, const int64_t *ns, int runs, int64_t best_ns);
/* Times run(task). `input` is rewritten before each run; best_ns: the best of the rivals so far, 0 if there is none. */
struct timing measure_run(struct measure *m, void (*run)(const void *task), const void *task, float *input,
                          size_t inputs, int64_t best_ns);
void measure_sweep(struct measure *m, size_t bytes);  /* reads so much other memory; at most evict_bytes */
struct timing measure_summary(int64_t *ns, int runs); /* of runs >= 1 times; sorts them */

#endif
