/* proof_internal.h - one proof of proof.h, for the files behind it: proof_program.c has the program in fractions,
 * proof_sparse.c its rows made sparser, proof_merge.c those of products merged, proof_point.c its solution,
 * proof_duals.c and proof_exact.c the multipliers of a leaf, proof_cut.c and proof_product.c cuts, proof_fix.c columns
 * fixed, proof_tree.c the recorded tree, proof_text.c the file, proof.c all of it. */
#ifndef SOLVER_PROOF_INTERNAL_H
#define SOLVER_PROOF_INTERNAL_H
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"
#include "solver/exact/equations.h"
#include "solver/exact/rational_text.h"
#include "solver/model/basis.h"
#include "solver/model/rows.h"
#include "solver/proof.h"
#include "solver/search/groups.h"

enum { PROOF_DIGITS = 12 };

struct proof_side { /* a bound of a column or a side of a row */
    int row, given; /* its number in the file, rounded, and in CON; -1: it does not exist */
    struct rational value;
};

struct proof_taken { /* `row` of the program is that of the model less `weight` times `equation` */
    int row, equation;
    double weight;
};

struct proof_program {            /* the model in fractions, to be minimised */
    const struct model *read, *m; /* the model, and what is searched: with rows made sparser, and merged */
    struct model *sparser;        /* with rows made sparser; NULL: there are none */
    struct model *merged;         /* with rows of products merged as well, whose rest is empty; NULL: there are none */
    struct proof_taken *taken;    /* [takes] row by row */
    int takes;
    struct proof_cut *merge; /* [merges] rows of `merged`, each from given ones and earlier ones */
    int merges;
    long entries;
    struct rational *cost, *value;            /* [cols], [entries] */
    struct proof_side *lower, *upper;         /* [cols]; of integers rounded inwards */
    struct proof_side *row_lower, *row_upper; /* [rows]; one number of both if they are equal */
    int bounds, given;                        /* rows of CON */
    int derived;                              /* and of DER: bounds rounded, rows made sparser, rows merged */
    double *size;                             /* [rows] greatest entry of each, 1 if it has none */
    struct rational step;                     /* all solutions' values are multiples of it; 0: not known */
};

struct proof_record {  /* a node; the root is number 0 */
    int parent, child; /* child: the first of two; 0: none */
    int col;           /* branched on to make it; cols + g: the sum of group g */
    bool up, rounds;   /* up: x >= bound, else <=; rounds: its sum has to be rounded */
    double bound;
    double reached; /* by the sums of a leaf that could not be closed; -MODEL_INFINITY: none */
    int terms;      /* of its sum, if it is a leaf that is closed */
    bool closed;    /* with branchings uses[use_count] */
    int only;       /* the child that closes it alone, since it does not use its branching; 0: it takes both */
    int *uses, use_count;
    char *sum;       /* `index multiplier ...`, where index is a row of CON, or @ and a record: its branching */
    int first, rows; /* numbers of its rows in the file, its branching not among them */
};

struct proof_sum { /* a sum of rows as text */
    char *text;    /* ` number multiplier ...`; after @ a record: its branching, after # a cut, after ~ a fixing */
    size_t length, room;
    int terms;
};

struct proof_cut { /* sum of value[k] x[col[k]] >= right (proof_cut.h) */
    int count, *col;
    struct rational *value, right;
    char *split; /* ` col p ...` of p'x <= below or >= below + 1 */
    int split_terms;
    struct rational below;
    char *sum[2]; /* besides the assumption, for the lower and the upper side */
    int terms[2];
    struct rational weight[2]; /* of the assumption */
    double efficacy;
    bool used;
    int row; /* of the file: the last of five */
};

struct proof_fix { /* sum of columns that stay at lower bounds - sum of those at upper ones <= side (proof_fix.c) */
    char *sum;
    int terms, columns;
    struct rational side;
    struct rational weight; /* of the row in the leaf at hand */
    bool used;
    int row;
};

struct proof_fixings {
    struct proof_fix *fix;
    int count, *of; /* [cols] k + 1: fixing k leaves the column at its lower bound, -k - 1: at its upper, 0: none */
    size_t room;
};

struct proof {
    struct proof_program program;
    const struct options *options;
    const struct limits *limits;
    bool infeasible;               /* what is to be proven; else target */
    struct rational *x, objective; /* [cols] the solution; its value, as minimised */
    struct rational target;        /* no solution is worth less */
    double goal;                   /* a relaxation of at least this is worth trying */
    struct proof_record *record;
    int records;
    size_t room;
    struct groups groups;
    int *lower, *upper;     /* [cols + groups] record whose branching bounds them at the node at hand; -1: none */
    struct rational *y, *d; /* [rows + cuts + groups], [cols] of the leaf at hand; y, lower, upper: proof_open */
    bool cutting;           /* all kinds of cuts are made at the root, not only those of products */
    struct proof_cut *cut;  /* [cuts] rows of the relaxation */
    int cuts, cut_rounds;
    size_t cut_room;
    struct {
        struct proof_cut *cut;
        int count;
        size_t room;
    } found; /* candidates of a round */
    struct proof_fixings fixings;
    double reached; /* greatest value of its sums so far; -MODEL_INFINITY: none */
};

/* --- proof_program.c --- */
void proof_program_init(struct proof_program *p, const struct model *m);
void proof_program_free(struct proof_program *p);
/* m with by's rows in place of those that changed, and with these sides */
struct model *proof_program_replace(const struct model *m, const bool *changed, const struct rows *by,
                                    const double *row_lower, const double *row_upper);
void proof_program_entries(struct proof_program *p); /* value and size, of m as it is now */
/* The digits behind the point; -1: more than PROOF_DIGITS, or no decimal. */
int proof_digits(const struct rational *r);
/* r 10^digits, which is whole, as a double; false: not below 2^53 */
bool proof_whole(double *whole, const struct rational *r, int digits);
struct rational *proof_vector_new(long count);
void proof_vector_free(struct rational *v, long count);

/* --- proof_sparse.c: fills p->taken; NULL: no row becomes sparser --- */
struct model *proof_sparse(struct proof_program *p, const struct model *m);

/* --- proof_merge.c: merges rows of products; the solution is exact by then --- */
void proof_merge(struct proof *s);

/* --- proof_point.c: makes the solution exact; false, with the reason, if it does not hold exactly --- */
bool proof_point(struct proof *s, const double *x, struct error *err);

/* --- proof_duals.c --- */
/* r = a simple fraction within `error` of `value`; the double itself if error is 0 */
void proof_duals_simple(struct rational *r, double value, double error);
/* The power of 10 of whose inverse all multipliers become multiples, with that error relative to the greatest. */
double proof_duals_grid(double most, double error);
void proof_duals_on_grid(struct rational *r, double value, double grid);
void proof_sum_add(struct proof_sum *w, const char *mark, int number, const struct rational *multiplier);
/* d = scale c - A'y, where cuts and groups are rows, too */
void proof_duals_price(struct proof *s, int scale);
/* Whether the row of the relaxation has the side that a multiplier of that sign needs. */
bool proof_duals_sided(const struct proof *s, int row, double sign);
/* Tries to close the leaf with the relaxation's multipliers; the sum goes to its record. */
bool proof_duals_close(struct proof *s, int record, struct lp *lp, bool infeasible);
/* s->y, s->d = simple multipliers near y[rows] which show that no solution is worth less than *value >= least; false:
 * none. */
bool proof_duals_worth(struct rational *value, struct proof *s, const double *y, double least);
/* Adds factor times (1) to w; overwrites s->d. */
void proof_duals_sum(struct proof_sum *w, struct proof *s, const struct rational *factor);

/* --- proof_fix.c --- */
/* Fixes columns by the reduced costs of the relaxation, solved; sets their side[cols]. */
bool proof_fix_columns(struct proof *s, struct lp *lp, signed char *side);
/* Takes fixed columns out of s->d where it has the wrong sign for their bounds, into the weights of the fixings. */
void proof_fix_shift(struct proof *s);
void proof_fix_clear(struct proof *s);
int proof_fix_cutoff(const struct proof *s); /* the number of OBJ <= objective */
/* Marks what the fixings that are marked as used need; numbers them from `first` on and returns how many there are. */
int proof_fix_mark(struct proof *s);
void proof_fix_number(struct proof *s, int first);

/* --- proof_exact.c: s->y = the exact solution of d = 0 on the basic columns, near y; false: none, or a number with too
 * many digits or a limit is in the way --- */
bool proof_exact(struct proof *s, const double *y, const unsigned char *place);

/* --- proof_tree.c --- */
enum proof_end { PROOF_DONE, PROOF_SHORT, PROOF_STOPPED };
/* Searches, with at most `nodes`; PROOF_SHORT: some leaf could only be shown to be worth *least. */
enum proof_end proof_tree(struct proof *s, int64_t nodes, double *least);
void proof_tree_clear(struct proof *s); /* what a search leaves; nothing is left of an earlier one */
void proof_open(struct proof *s);       /* makes y, lower and upper for the cuts and groups there are */
void proof_close(struct proof *s);

/* --- proof_text.c --- */
bool proof_text_write(const char *path, struct proof *s, struct error *err);

#endif
