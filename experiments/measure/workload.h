/* workload.h - everything that has to be measured for a set of networks, without duplicates: convolutions, layout
 * conversions, other layers.
 *
 * Made from the folded networks. A unit is one scenario; its rows in a PROFILE are one per applicable primitive, one
 * per pair of layouts, or one per layout. Tensors whose layouts are alike as bytes (one channel, or one pixel) need no
 * conversion. Units are sorted: convolutions by multiply-adds, so that the order of primitives is learnt on cheap ones;
 * then the rest. */
#ifndef EXPERIMENTS_MEASURE_WORKLOAD_H
#define EXPERIMENTS_MEASURE_WORKLOAD_H
#include "experiments/runtime/measure.h"
#include "formulation/network.h"
#include "formulation/profile.h"

#define WORKLOAD_STRIPS     5 /* primitives per layout that are timed by rows, at most */
#define WORKLOAD_MACS_PER_S 2e10

struct unit {
    enum profile_kind kind;
    char *text;                     /* the scenario as a PROFILE writes it */
    struct scenario scenario;       /* PROFILE_CONV */
    struct operator_shape operator; /* PROFILE_LAYER */
    struct shape tensor;            /* PROFILE_CONVERT */
    struct layer layer;             /* PROFILE_STRIP: the whole layer */
    int rows;                       /* PROFILE_STRIP: of a call */
};

struct workload {
    char *names; /* the list of networks, as given */
    bool strips; /* layers by rows too */
    int networks;
    struct network **network; /* [networks] folded */
    int units;
    struct unit *unit;
    size_t capacity;
};

/* names: a comma-separated list of networks, or "all"; one that is listed twice counts once.
 * strips: layers by rows too. */
bool workload_init(struct workload *w, const char *names, bool strips, struct error *err);
void workload_free(struct workload *w);
/* About how many seconds it takes to measure it, on a machine of WORKLOAD_MACS_PER_S: for the time left, and to deal
 * units out evenly. */
double workload_seconds(const struct unit *u, const struct effort *e);
/* In words: "192x28x28 1x1". */
#define WORKLOAD_WORDS 96
void workload_words(char text[WORKLOAD_WORDS], const struct unit *u);
/* Rows of the unit in a complete profile; of a strip, at least: how many depends on what was measured. */
int workload_rows(const struct unit *u);
bool workload_complete(const struct unit *u, const struct profile *p);

#endif
