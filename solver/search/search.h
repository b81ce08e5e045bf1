/* search.h - the state of a branch-and-bound search that its ingredients share (Land & Doig 1960; Achterberg 2007,
 * chapter 2): the problem, the open nodes, the workers, the incumbent. solver/tree/ runs the search; cuts and
 * heuristics work on this state.
 *
 * A *node* (nodes.h) is a list of bound changes against its parent. The search takes the open node of least bound and
 * *plunges* (solver/tree/plunge.h): it goes on with one child of the node just solved, the other one is queued, until
 * the plunge dies out or leads too far from the best bound. A plunge is the unit of parallel work: in a round each of T
 * workers makes one, knowing the incumbent of the round's beginning, and what they found is merged in the workers'
 * order; so the tree depends on T, never on the clock.
 *
 * Where much is fixed when the root is left, or soon after, the search ends as SEARCH_RESTARTED: the caller presolves
 * what is left and calls again, with the best value as cutoff (milp_tree.c, stages.h).
 *
 * All objectives in here are those of minimisation, without the model's offset. */
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
#include "solver/search/sets.h"

enum search_status { SEARCH_SOLVED, SEARCH_UNBOUNDED, SEARCH_STOPPED, SEARCH_RESTARTED, SEARCH_NUMERICAL };

struct search_result {
    enum search_status status;
    enum limits_stop stop;
    bool has_best, rejected; /* rejected: accept said no to something that holds here */
    double objective, bound; /* MODEL_INFINITY: nothing is there below the cutoff */
    int64_t nodes, iterations, strong_iterations, heuristic_iterations, solutions;
    double root_first,
        root_last; /* the root's relaxation before cuts and when it was left; -MODEL_INFINITY: not solved */
    int cuts;      /* rows added */
    const char *found_by;
    double *lower,
        *upper; /* [cols] where SEARCH_RESTARTED, the caller's to free: every better solution is within them */
};

struct search_problem {        /* what the caller gives */
    const struct model *model; /* finished */
    const struct options *options;
    struct limits limits;
    double cutoff;    /* only solutions below are wanted; MODEL_INFINITY: all */
    double step;      /* objectives of solutions differ by multiples of it; 0: not known */
    double offset;    /* of the objective, for relative gaps and the log */
    double bound;     /* no solution is below; -MODEL_INFINITY: not known */
    bool may_restart; /* may end as SEARCH_RESTARTED, for presolve to use what is fixed by then */
    bool strict;      /* solutions that break rows by a little are made to hold before they count */
    int level;        /* 0: the program itself; 1: within a heuristic */
    /* Whether x holds on the program as read: a pure function, called by several threads. May be NULL. */
    bool (*accept)(const void *context, const double *x);
    void (*progress)(const void *context, const struct search_progress *p); /* may be NULL */
    const void *context;
    /* tree_solve, for heuristics that search a smaller program: set by tree_solve itself. */
    void (*solve)(struct search_result *result, double *x, const struct search_problem *p, const double *start);
};

struct worker {
    struct search *tree;
    int number;
    struct lp *lp;
    struct domain domain;
    double *group_lower, *group_upper; /* [groups] sides at the node in hand */
    struct pseudo *pseudo;             /* the tree's if there is one worker only */
    struct pseudo own;                 /* else this */
    double best_objective;             /* of the tree's incumbent, or of a better one found in this round */
    double *best;                      /* [cols] the latter; has_best */
    bool has_best, rejected;
    const char *found_by;
    int *set_place;    /* [sets] where a set would be parted at the node in hand (sets_place) */
    double *x, *spare; /* [search_branchables], [cols] scratch of worker.c and branch.c */
    int *candidate;    /* [cols] fractional columns of the LP's solution */
    int candidates;
    unsigned char *place; /* [cols + rows] scratch */
    size_t place_room;
    struct node_list made; /* to be opened */
    struct cut_set found;  /* cuts of nodes, for every worker's LP */
    int64_t separations;   /* calls that made them, since the last merge */
    double cut_bound;      /* least bound of what the incumbent cut off; MODEL_INFINITY: nothing */
    double lost_bound;     /* least bound of a node that had to be given up; MODEL_INFINITY: none */
    double round_bound;    /* the tree's bound when the round began */
    int64_t nodes, iterations, strong_iterations, heuristic_iterations; /* since the last merge */
    int64_t dives, rins_nodes, rins_iterations;                         /* rins_nodes: when it was last called */
    int64_t idle;                                                       /* heuristics run since one found a solution */
    double exchanged; /* objective from which exchange.c has searched */
    enum limits_stop stop;
    bool restart; /* the search is to begin again: so much is fixed at the root */
    struct random random;
};

struct search {
    struct search_problem p;
    struct rows rows;
    int integers, free_integers; /* those not fixed when the search began */
    int *integer_col;            /* [integers] */
    double *lower, *upper;       /* [cols] bounds that hold everywhere */
    double *root_cost, *root_x;  /* [cols] reduced costs and solution of the root's relaxation */
    double root_objective;       /* its value; -MODEL_INFINITY before it is known */
    double root_first;           /* its value before cuts */
    bool *one_hot;               /* [cols] is in a row that says: exactly one of these binaries is 1 */
    int *up_locks, *down_locks;  /* [cols] rows that moving the column that way may violate */
    struct cut_set cuts; /* rows of every worker's LP: the root's after the model's, later ones after the groups' */
    int64_t separations; /* calls of separators below the root */
    int barren;          /* rounds in a row in which they found nothing */
    bool cuts_given_up;  /* the root's have been taken out: there shall be no others */
    struct clique_table cliques; /* once the root has been probed */
    struct implications implied; /* of probing */
    struct products products;    /* likewise */
    bool probed;                 /* the root has been probed */
    bool cut;                    /* the root has been cut, */
    bool weighed;                /* and what the cuts are worth is known */
    struct groups groups;        /* branched upon as columns cols, cols + 1, ... */
    int group_row;               /* of the LP: the first group's; -1 before they are rows */
    struct sets sets;            /* branched upon as columns after the groups' */
    struct pseudo pseudo, before;
    struct worker *worker; /* [workers] */
    int workers;
    struct node_heap open;
    bool begun;   /* the root has been opened */
    int64_t made; /* nodes so far */
    double *best; /* [cols] the incumbent; has_best */
    double best_objective;
    bool has_best, rejected;
    const char *found_by;
    double cut_bound, lost_bound; /* as the workers' */
    int64_t nodes, iterations, strong_iterations, heuristic_iterations, solutions;
    double started, told; /* clock_wall */
    bool restart;         /* so much has been fixed that the search is to begin again */
    enum limits_stop stop;
};

/* Nodes whose bound is at least this cannot lead to a solution that is wanted. */
double search_threshold(const struct search *t, double best_objective);
/* So many integers have been fixed since the search began that it pays to begin again. */
bool search_restart_due(const struct search *t);
int search_count_free(const struct search *t);                   /* integers that bounds known everywhere leave free */
int search_branchables(const struct search *t);                  /* what branching may move: columns, groups, sets */
double search_objective(const struct model *m, const double *x); /* of minimisation, without offset */

#endif
