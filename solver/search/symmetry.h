/* symmetry.h - permutations of the columns that map the program to itself: same costs, bounds, kinds, and the same rows
 * up to their order. They map solutions to solutions of the same objective, so that a search needs one of each orbit
 * only (solver/tree/lexmax.h).
 *
 * Found by refinement of partitions along one path of columns singled out, from its end to its beginning, without
 * backtracking (as in saucy: Darga, Liffiton, Sakallah & Markov 2004): not all may be found, but each is compared with
 * the program, exactly. Besides these generators there are their inverses and conjugates, up to a number: of identical
 * blocks, for example, all exchanges of two. */
#ifndef SOLVER_SEARCH_SYMMETRY_H
#define SOLVER_SEARCH_SYMMETRY_H
#include <assert.h>
#include <stddef.h>

#include "solver/model/rows.h"
#include "solver/search/clique_table.h"

enum { SYMMETRY_MOST = 128 /* permutations */ };

struct symmetry {
    int cols, count; /* permutations; none is the identity, no two are the same */
    int generators;  /* of these, found one by one */
    int *image;      /* [cols * count] permutation k takes column j to image[j * count + k] */
    int leaders;     /* columns chosen by symmetry_lead */
    int *leader;     /* [leaders] */
    int rows;        /* of the leaders, among the active cuts of the search */
};

struct symmetry_program { /* what leaders are chosen by */
    const struct model *model;
    const double *lower, *upper; /* [cols] that hold for every better solution */
    const struct clique_table *cliques;
    const bool *one_hot; /* [cols] is in a row that says: exactly one of these binaries is 1 */
};

/* Where permutation k takes column j. */
static inline int symmetry_image(const struct symmetry *s, int j, int k) {
    assert(j >= 0 && j < s->cols && k >= 0 && k < s->count);
    return s->image[(size_t)j * (size_t)s->count + (size_t)k];
}

void symmetry_find(struct symmetry *s, const struct model *m, const struct rows *rows);
void symmetry_free(struct symmetry *s);
/* Bounds that every better solution keeps: columns that symmetries exchange get the tightest of theirs (but never
 * bounds that cross). True if any became tighter. */
bool symmetry_share_bounds(const struct symmetry *s, double *lower, double *upper);

/* Chooses leaders: integer columns, each moved by some permutation that keeps those before it, until none is left. Of
 * every orbit one solution has, lexicographically, the greatest values there (Salvagnin 2018, Schreier-Sims cuts). */
void symmetry_lead(struct symmetry *s, const struct symmetry_program *p);
/* Calls row(context, leader, other) for every x[leader] >= x[other] that this solution satisfies. */
void symmetry_rows(const struct symmetry *s, void (*row)(void *context, int leader, int other), void *context);
/* Replaces x[cols] by the best of its orbit that single permutations lead to; true if it changed. */
bool symmetry_represent(const struct symmetry *s, double *x);

#endif
