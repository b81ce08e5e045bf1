/* ram_plan.h - the fastest plan within some RAM (model peak), and the one after it on the exact frontier: what a little
 * more RAM buys. Layers run by rows where the profile has times of that. */
#ifndef EXPERIMENTS_COMMANDS_RAM_PLAN_H
#define EXPERIMENTS_COMMANDS_RAM_PLAN_H
#include "experiments/commands/selecting.h"

/* The fastest plan within the RAM. */
struct ram_plan {
    bool asked, any, proven, next;
    int64_t ram_bytes, time_ns, weights_bytes;
    int64_t next_bytes, next_ns; /* the next plan of the frontier: more RAM, less time */
    int64_t least_bytes;         /* of all plans */
    int segments;
    int changes, *change; /* [changes] layers that the next plan computes otherwise */
};

/* stream_input: the caller can hand over the image by rows. false: the profile cannot be read, or has nothing of the network. Stops at call->interrupt: then it is not proven. */
bool ram_plan_find(struct ram_plan *out, const struct call *call, const char *network, const char *profile,
                   int64_t ram_bytes, bool stream_input, struct error *err);
void ram_plan_free(struct ram_plan *p);

#endif
