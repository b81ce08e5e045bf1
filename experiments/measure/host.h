/* host.h - what the machine is and how busy: the notes of a profile, and warnings that its times are noisy.
 *
 * Notes (`unknown` where the system does not report a value):
 *
 *     cpu          family, model and stepping, as /proc/cpuinfo gives them
 *     caches       of the first processor, by level: L1d 32K, L1i 32K, L2 512K, L3 32768K
 *     clock_mhz    of the first processor now; governor: what sets it
 *     memory_bytes, processors, kernel
 *     virtual      yes: a hypervisor is below the system; no
 *     load_before, load_after   processes that want to run, over a minute; the profiler itself counts
 *     cpu_share    CPU time of the measuring thread over the time that passed: less than 1 where others had the CPU */
#ifndef EXPERIMENTS_MEASURE_HOST_H
#define EXPERIMENTS_MEASURE_HOST_H
#include "formulation/notes.h"
#include "solver/base/error.h"

/* All but the loads and the share. root: where /proc and /sys are ("" except in tests). */
void host_note(struct notes *n, const char *root);
void host_note_load(struct notes *n, const char *key); /* load_before, load_after */

/* The first of `threads` neighbouring processors that were idle most over `seconds`, among those this process may use.
 * -1: the system does not report it. */
int host_idle_cpu(int threads, double seconds);

#define HOST_BUSY 0.9 /* a smaller share of a processor gives a warning */

/* The measuring thread's share of a processor. */
struct host_share {
    double wall_s, cpu_s;
};
struct host_share host_share_begin(void);
double host_share(const struct host_share *since);

#endif
