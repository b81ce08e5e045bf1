/* wanted.h - the rows that frontiers use, at the prices of the moment.
 *
 * The questions: the frontier (12) under every memory model, and the three-way frontier of a device (21), with layers as
 * a whole; with segments of layers by rows (--streaming), the frontier of peak memory. Hundreds of points share few
 * choices, so each choice is looked up once.
 *
 * Frontiers with segments under footprint, or of a device with segments, take minutes and are not among them. */
#ifndef EXPERIMENTS_MEASURE_WANTED_H
#define EXPERIMENTS_MEASURE_WANTED_H
#include "formulation/frontier.h"

/* Seconds for a frontier; then its points so far are taken, with a message. Built-in networks take a few seconds. */
#define WANTED_LIMIT_S 60

struct wanted {
    const struct instance *g;
    bool **choice; /* [nodes][choices]: used by some point */
    /* [edges * LAYOUTS * LAYOUTS]: the choices of a point that has this conversion; NULL: there is none */
    int **carrier;
    int *fastest;    /* [nodes] the fastest selection */
    int64_t time_ns; /* its time */
};
/* With layers as a whole. missed: points may be slower by this share of the least time. false: an error, and there is
 * nothing to free. */
bool wanted_init(struct wanted *w, const struct instance *g, double missed, const atomic_int *interrupt,
                 struct error *err);
void wanted_free(struct wanted *w);
/* The frontier with segments; the instance has strips. */
bool wanted_streamed(struct frontier *out, const struct instance *g, double missed, const atomic_int *interrupt,
                     struct error *err);
/* The frontier of a model. */
bool wanted_frontier(struct frontier *out, const struct instance *g, enum memory_model model, bool streaming,
                     double missed, const atomic_int *interrupt, struct error *err);

#endif
