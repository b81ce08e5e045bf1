/* report.h - an experiment as one HTML file that needs nothing else: profiles with their provenance, the networks, the
 * exact frontier of each memory model, claims, figures of tables of results, and an explorer.
 *
 *     report_init(&r, maps);
 *     report_profile(&r, profile);             once per profile, then its networks
 *     report_network(&r, &network, err);       tables, a picture of the frontiers, the explorer's data
 *     report_write(&r, path, &more, err);
 *     report_free(&r);
 *
 * The explorer shows, for a budget on a frontier, the plan layer by layer, what each step keeps in memory, and where that lies
 * (experiments/report/page/explorer.js); its data are JSON (experiments/report/report_data.h), not pictures. All pictures are
 * inline SVG, the page loads nothing, and without scripts the tables and frontiers remain. */
#ifndef EXPERIMENTS_REPORT_REPORT_H
#define EXPERIMENTS_REPORT_REPORT_H
#include <stdatomic.h>

#include "experiments/report/report_set.h"
#include "formulation/frontier.h"

/* One frontier per memory model, and one of peak memory where layers may run by rows. */
#define REPORT_VIEWS (MEMORY_MODELS + 1)

struct report_view {
    const char *name; /* of the memory model, or "streamed" */
    const struct instance *g;
    enum memory_model model;
    bool streamed;
    struct frontier frontier;
};

struct report_network {
    const struct network *raw;             /* as read; `whole` has the folded one */
    const struct instance *whole, *strips; /* strips: NULL where the profile has no layers by rows */
    int views;
    struct report_view view[REPORT_VIEWS];
};

struct report {
    struct report_text about;      /* profiles and their provenance */
    struct report_text networks;   /* rows of the table of networks */
    struct report_text memory;     /* rows of the table of memory models */
    struct report_text figures;    /* frontiers */
    struct report_text data;       /* of the explorer */
    const struct profile *profile; /* the last one given */
    int profiles, shown;           /* networks so far */
    int maps;                      /* points per frontier that get a map of the arena, at most */
};

void report_init(struct report *r, int maps);
void report_profile(struct report *r, const struct profile *p);
/* Finds the frontiers; stops early, with what is known, at the interrupt. The caller keeps network and instances. */
bool report_find(struct report_network *n, const atomic_int *interrupt, struct error *err);
void report_network_free(struct report_network *n);
bool report_network(struct report *r, const struct report_network *n, struct error *err);
/* More that the page shows. */
struct report_results {
    const char *claims; /* a table of results (TSV), or NULL */
    const char *folder; /* of the tables of which figures are drawn (experiments/report/report_figures.h), or NULL */
    bool quiet;         /* does not name the tables that are missing there */
};
bool report_write(const struct report *r, const char *path, const struct report_results *more, struct error *err);
void report_free(struct report *r);

#endif
