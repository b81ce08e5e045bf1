/* proof_cut.h - cuts that a proof can hold: splits of combined rows (Gomory 1960; Nemhauser and Wolsey 1990).
 *
 * With multipliers l of the rows, a = l'A, and for every row and column a side or bound that it is measured from, t >= 0
 * being its distance, whole values p near a on integer columns (0 elsewhere) give
 *
 *     p'x = b + sum_k g_k t_k ,      f = b - floor(b) > 0 ,                                              (1)
 *     p'x <= floor(b)      and  t >= 0   imply   sum_k w_k t_k >= f (1 - f) ,                            (2)
 *     p'x >= floor(b) + 1  and  t >= 0   imply the same,   w_k = f g_k if g_k > 0, else -(1 - f) g_k     (3)
 *
 * so (2) is a cut, whatever l is; it is good if x cuts (1) off. In the file it is two assumptions, two sums and `uns`:
 * in (2) the multipliers are 1 - f of the assumption and g_k of each t_k with g_k > 0, in (3) f and -g_k of the others.
 * Coefficients are rounded to few digits by means of the columns' bounds.
 *
 * l are those of the relaxation's tableau (Gomory's cuts), and single rows divided by one of their entries (mixed-integer
 * rounding). They cost more than they save on most programs: only where a proof without them has too many nodes. The
 * splits of proof_product.c come first: they are cheap, and close most of the gap of programs with products. */
#ifndef SOLVER_PROOF_CUT_H
#define SOLVER_PROOF_CUT_H
#include "solver/model/products.h"
#include "solver/proof_internal.h"

enum { PROOF_CUT_ROWS = 5 /* of the file, for each cut */ };

/* The split's integers whole[cols] as text, and the cut's coefficients value[cols] without zeros: of columns
 * list[count]; NULL: of columns 0 to count - 1. */
void proof_cut_terms(struct proof_cut *cut, const int *list, int count, const struct rational *whole,
                     const struct rational *value);
/* A candidate of this round, which then owns the cut's parts. */
void proof_cut_offer(struct proof *s, const struct proof_cut *cut);
void proof_cut_free(struct proof_cut *cut);

/* --- proof_product.c --- */
struct proof_product { /* the families of products of the program as it is */
    struct proof *s;
    const double *x; /* [cols] the relaxation's optimum, of those that look for cuts */
    struct rows rows;
    struct products all;
    struct rational *whole, *cut; /* [cols] C / a, and minus the left side of the cut; 0 between cuts */
    struct rational *left;        /* [cols] of the cut, when rows are taken from it */
    int *list, count;             /* [cols] where they may not be 0, ascending */
    bool *listed;                 /* [cols] */
    int *member, members;         /* [rows] K */
};
void proof_product_init(struct proof_product *v, struct proof *s);
void proof_product_free(struct proof_product *v);
/* The cut of K = v->member[v->members] of that family; false: none, and nothing is to be freed. */
bool proof_product_cut(struct proof_cut *cut, struct proof_product *v, const struct product_family *f);
/* Offers the cuts that x[cols] violates. */
void proof_product_find(struct proof *s, const double *x);

/* Finds cuts at the relaxation's optimum and adds them to it; false: none, and the relaxation is as it was. */
bool proof_cut_round(struct proof *s, struct lp *lp);
void proof_cut_clear(struct proof *s);
/* Marks also the cuts that those marked as used need; returns how many there are, numbered from row `first` on. */
int proof_cut_number(struct proof *s, int first);

#endif
