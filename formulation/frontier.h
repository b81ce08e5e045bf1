/* frontier.h - (12): every (memory, time) that no selection beats in both, with any exact method; each point proven.
 *
 * frontier_walk: fastest without a budget, then fastest within one byte less than that selection needs, and so on until
 * nothing fits. frontier_sweep: under (4), bisection over the distinct workspaces, except where both ends of a range
 * take the same time; else the same walk. */
#ifndef FORMULATION_FRONTIER_H
#define FORMULATION_FRONTIER_H
#include "formulation/method.h"

#define FRONTIER_UNKNOWN (-1)

struct frontier_point {
    int64_t memory_bytes, time_ns;
    int *choice; /* [nodes] a selection that reaches the point */
    struct streams streams;
    int64_t flash_bytes; /* stored weights; of three-way frontiers (formulation/labels/labels_device.h) */
};

struct frontier {
    int points;
    struct frontier_point *point; /* memory ascending, time descending */
    bool complete;                /* proven to have no other point */
    /* Proven: wherever the exact frontier lies below these points, it does so by at most this; 0 if complete. */
    int64_t missed_ns; /* or FRONTIER_UNKNOWN */
    bool stopped;      /* at a limit, before all that was asked for was proven */
    bool by_program;   /* each point by an integer program, as labels would have had too many states */
    int64_t nodes, iterations;
    size_t room;
};

/* The request's budget is the largest considered. false: the method does not support this model, or failed. */
bool frontier_walk(struct frontier *out, const struct instance *g, const struct request *q, const struct method *m,
                   struct error *err);
bool frontier_sweep(struct frontier *out, const struct instance *g, const struct request *q, const struct method *m,
                    struct error *err);
void frontier_free(struct frontier *f);

#endif
