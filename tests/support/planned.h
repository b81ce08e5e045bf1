/* planned.h - a small network with every operator that a plan treats differently, and random times for all of its
 * choices and conversions: for tests of plan files and of what they state. End it with world_free. */
#ifndef TESTS_SUPPORT_PLANNED_H
#define TESTS_SUPPORT_PLANNED_H
#include "tests/support/world.h"

static const char planned_small[] = "in input - c=3 h=8 w=8\n"
                                    "c1 conv in m=4 k=3 p=1\n"
                                    "c2 conv c1 m=4 k=3 p=1\n"
                                    "c3 conv c1 m=4 k=1\n"
                                    "s add c1,c2,c3\n"
                                    "f fc s m=5\n"
                                    "prob softmax f\n";

/* `text` as a file, which world_free removes, and a random choice for each layer. */
static inline struct world planned_world(const char *text, uint64_t seed) {
    struct random r = {seed};
    struct world w = world_timed(harness_scratch("plan.net", text), &r);
    snprintf(w.path, sizeof w.path, "%s", harness_scratch("plan.net", NULL));
    world_choose(&w, &r);
    return w;
}

#endif
