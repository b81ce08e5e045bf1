/* yardstick.h - how fast the machine is now: two fixed pieces of work, whose times a profile notes, and whose drift
 * since then `taso run` prints. Nothing is corrected by it; where predicted and measured time differ, it shows how much
 * of that is due to the machine.
 *
 * compute: a direct convolution of 64 x 28 x 28 by 64 kernels of 3 x 3, which fits into L2. memory: 64 MiB read once,
 * more than caches hold. */
#ifndef EXPERIMENTS_MEASURE_YARDSTICK_H
#define EXPERIMENTS_MEASURE_YARDSTICK_H
#include "experiments/runtime/measure.h"

struct yardstick {
    int64_t compute_ns, memory_ns; /* medians */
};
#define YARDSTICK_COMPUTE "yardstick_compute_ns" /* notes of a profile and of its plans */
#define YARDSTICK_MEMORY  "yardstick_memory_ns"

struct yardstick yardstick_measure(const struct measure *m);

#endif
