/* search.h - the state of a branch-and-bound search that its ingredients share (Land & Doig 1960; Achterberg 2007,
 * chapter 2): the problem, the open nodes, the workers, the incumbent. solver/tree/ runs the search; cuts and
 * heuristics work on this state.
 *
 * A *node* (nodes.h) is a list of bound changes against its parent. The search takes the open node of least bound and
 * *plunges* (solver/tree/plunge.h): it continues with one child of the node just solved, the other one is queued, until
 * the plunge dies out or leads too far from the best bound. Parallel work is done in rounds: in each, T workers plunge
 * from nodes that they are dealt, with the incumbent and the pseudo-costs of the round's beginning, and their results are
 * merged in the workers' order; so the tree depends on T, never on the clock.
 *
 * If much is fixed when the root is left, or soon after, the search ends as SEARCH_RESTARTED: the caller presolves the
 * rest and calls again, with the best value as cutoff (milp_tree.c, stages.h).
 *
 * All objectives here are those of minimisation, without the model's offset. */
#ifndef SOLVER_SEARCH_SEARCH_H
#define SOLVER_SEARCH_SEARCH_H
#include <stdint.h>

#include "solver/base/random.h"
#include "solver/lp/lp.h"
#include "solver/model/products.h"
#include "solver/search/clique_table.h"
#include "solver/search/cut_set.h"
#include "solver/search/domain.h"
#include "solver/search/groups.h"
#include "solver/search/implications.h"
#include "solver/search/nodes.h"
#include "solver/search/progress.h"
#include "solver/search/pseudo.h"
#include "solver/search/recorder.h"
#include "solver/search/sets.h"
#include "solver/search/symmetry.h"

enum search_status { SEARCH_SOLVED, SEARCH_UNBOUNDED, SEARCH_STOPPED, SEARCH_RESTARTED, SEARCH_NUMERICAL };

/* The best solution known. Invariant: has implies that x holds on the model to WORKER_VIOLATION and is worth
 * `objective`. */
struct search_incumbent {
    bool has, rejected;   /* rejected: accept refused a point that holds here */
    double objective;     /* MODEL_INFINITY: none; a worker's may be that of the search, without its x */
    double *x;            /* [cols] where has */
    const char *found_by; /* name of the heuristic, or "relaxation", "start" */
};

/* Work done: of a search since it began, of a worker since it was last merged. All >= 0. */
struct search_counts {
    int64_t nodes, iterations; /* iterations: pivots, those of trials and heuristics included */
    int64_t strong, heuristic; /* of these, in strong branching and in heuristics */
    int64_t solutions;         /* improving ones */
};

/* Counts of one row of a table of strategies (heuristics.def, separators.def). */
struct search_tally {
    int64_t calls, found, iterations; /* found: improving solutions, or cuts kept */
    double seconds;
};
enum { SEARCH_TALLIES = 16 /* rows that such a table may have */ };
struct search_tallies {
    struct search_tally heuristic[SEARCH_TALLIES], separator[SEARCH_TALLIES],
        stage[SEARCH_TALLIES]; /* of solver/tree/root_stages.def; found: 0 */
};

/* One round of cuts at the root, for the log. */
struct search_round {
    int number;                    /* from 1 */
    double objective;              /* of the relaxation after it */
    int64_t found[SEARCH_TALLIES]; /* by separator */
    int64_t kept;                  /* that became rows */
};

/* Bounds of closed parts of the tree. */
struct search_pruned {
    double cut;  /* least bound of a node that the incumbent cut off; MODEL_INFINITY: none */
    double lost; /* least bound of a node given up for numerical reasons; MODEL_INFINITY: none */
};

struct search_result {
    enum search_status status;
    enum limits_stop stop;
    struct search_incumbent incumbent; /* x: the caller's */
    double bound;                      /* MODEL_INFINITY: no solution below the cutoff */
    struct search_counts counts;
    struct search_tallies tallies;
    struct {
        double first, last; /* the root's relaxation before cuts and when left; -MODEL_INFINITY: not solved */
    } root;
    int cuts;              /* rows added */
    double *lower, *upper; /* [cols] if SEARCH_RESTARTED, freed by the caller; every better solution is within */
    struct cut_set tight;  /* likewise: the cuts that were rows; every better solution satisfies them */
};

struct search_problem {        /* set by the caller */
    const struct model *model; /* finished */
    const struct options *options;
    struct limits limits;
    double cutoff;    /* only solutions below are wanted; MODEL_INFINITY: all */
    double step;      /* objectives of solutions differ by multiples of it; 0: not known */
    double offset;    /* of the objective, for relative gaps and the log */
    double bound;     /* no solution is below; -MODEL_INFINITY: not known */
    bool may_restart; /* may end as SEARCH_RESTARTED, so that presolve can use what is fixed by then */
    bool strict;      /* solutions that violate rows slightly are repaired before they count */
    int level;        /* 0: the program itself; 1: within a heuristic */
    const struct search_recorder *recorder; /* NULL: the tree is not recorded */
    /* Whether x holds on the program as read: a pure function, called by several threads. May be NULL. */
    bool (*accept)(const void *context, const double *x);
    void (*progress)(void *context, const struct search_progress *p); /* may be NULL */
    void (*round)(void *context, const struct search_round *r);       /* may be NULL */
    struct lp_watch *watch;                                           /* of the root's relaxation; NULL: none */
    void *context;
    /* tree_solve, for heuristics that search a smaller program: set by tree_solve itself. */
    void (*solve)(struct search_result *result, double *x, const struct search_problem *p, const double *start);
};

/* One thread's share: it reads the search, and writes only here until merged. Invariants: the LP has the model's rows
 * first, then the root's cuts, the groups once group_row >= 0, and later cuts; its columns are the model's. */
struct worker {
    struct search *tree;
    int number;
    struct lp *lp;
    struct domain domain;
    struct {
        double *lower, *upper; /* [groups] sides at the current node; lower <= upper unless the domain is infeasible */
    } group;
    struct pseudo *pseudo;             /* the search's if there is one worker only */
    struct pseudo own;                 /* else this */
    struct search_incumbent incumbent; /* objective: of the search's incumbent, or of a better one found since (has) */
    int *set_place;                    /* [sets] where a set would be split at the current node (sets_place) */
    struct {
        double *x, *spare; /* [search_branchables], [cols]; worker.c and branch.c */
        unsigned char *place;
        size_t place_room; /* >= cols + rows of the LP once worker_get_basis was called */
    } scratch;
    int *candidate; /* [cols] fractional columns of the LP's solution, ascending */
    int candidates; /* 0 to integers.count */
    int *order;     /* columns branched on above the current node; solver/tree/lexmax.c */
    size_t order_room;
    struct node_list made; /* nodes to be opened */
    struct {
        struct cut_set found; /* of nodes, for every worker's LP */
        int64_t calls;        /* of separators below the root, since the last merge */
    } cuts;
    struct search_pruned pruned;
    double round_bound; /* the search's bound when the round began */
    struct search_counts counts;
    struct search_tallies tallies; /* since the last merge, too */
    struct {
        int64_t dives, rins_iterations, covering_steps;
        int64_t rins_nodes, covering_nodes; /* numbers of nodes when these were last called */
        int64_t idle;                       /* calls since one found a solution */
        double exchanged;                   /* objective from which exchange.c has searched */
    } heuristics;
    enum limits_stop stop;
    bool restart; /* so much is fixed at the root that the search is to start again */
    struct random random;
};

/* The structure of the program; the root's stages fill it in. */
struct search_structure {
    bool *one_hot;               /* [cols] is in a row that says: exactly one of these binaries is 1 */
    struct clique_table cliques; /* after probing, like the next two */
    struct implications implied;
    struct products products;
    struct groups groups; /* branched on as columns cols, cols + 1, ... */
    int group_row;        /* of the LP: the first group's; -1 before they are rows */
    struct sets sets;     /* branched on as columns after the groups' */
    struct symmetry symmetry;
};

/* The root's relaxation. first <= objective, since cuts only tighten it (until they are removed). */
struct search_root {
    double first, objective; /* before cuts; now. -MODEL_INFINITY: not known yet */
    double *x, *cost;        /* [cols] solution and reduced costs */
    unsigned done;           /* bit k: stage k of solver/tree/root_stages.def has run */
};

/* Rows of every worker's LP that are cuts: the root's come after the model's, later ones after the groups'. */
struct search_cuts {
    struct cut_set active;
    int64_t calls; /* of separators below the root */
    int barren;    /* rounds in a row in which they found nothing */
    bool given_up; /* the root's have been removed, and no others will be made */
};

/* The whole search. Invariants: lower <= upper hold everywhere in the tree and are never relaxed; every better solution
 * is below an open node, in a worker's list of nodes made, or within `pruned`. */
struct search {
    struct search_problem p;
    struct rows rows;
    struct {
        int count, free; /* free: not fixed when the search began; <= count */
        int *col;        /* [count] ascending */
    } integers;
    double *lower, *upper; /* [cols] bounds that hold everywhere */
    struct {
        int *up, *down; /* [cols] rows that moving the column that way may violate */
    } locks;
    struct search_root root;
    struct search_cuts cuts;
    struct search_structure structure;
    struct pseudo pseudo, before; /* before: at the beginning of the round, with several workers */
    struct worker *worker;        /* [workers] */
    int workers;
    int deal; /* open nodes that each of several workers is dealt in a round */
    struct node_heap open;
    bool begun;   /* the root has been opened */
    int64_t made; /* nodes so far */
    struct search_incumbent incumbent;
    struct search_pruned pruned;
    struct search_counts counts;
    struct search_tallies tallies;
    struct {
        double started, reported; /* clock_wall */
    } clock;
    bool restart; /* enough has been fixed to start the search again */
    enum limits_stop stop;
};

/* Nodes whose bound is at least this cannot lead to a useful solution. */
double search_threshold(const struct search *t, double best_objective);
/* How far an integer may be from the bound at which a relaxation has it, if the objective may rise by `room`; cost: its
 * reduced cost. Infinite where that says nothing, negative without room. */
double search_reach(double cost, double room);
/* Whether the search may still start again, and whether enough integers have been fixed since it began to do so. */
bool search_may_restart(const struct search *t);
bool search_restart_due(const struct search *t);
int search_count_free(const struct search *t);                   /* integers that bounds known everywhere leave free */
int search_branchables(const struct search *t);                  /* columns, groups and sets to branch on */
double search_objective(const struct model *m, const double *x); /* of minimisation, without offset */

void search_add_counts(struct search_counts *to, const struct search_counts *more);
void search_add_tallies(struct search_tallies *to, const struct search_tallies *more);

#endif
