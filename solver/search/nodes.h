/* nodes.h - nodes of the tree, the heap of open ones, and bases packed to 2 bits per variable. */
#ifndef SOLVER_SEARCH_NODES_H
#define SOLVER_SEARCH_NODES_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node_change {
    int col;
    double lower, upper;
};

struct node_basis { /* shared by the children of a node */
    atomic_int refs;
    int variables; /* cols + rows of the LP; the logicals of rows added since are basic */
    unsigned char place[];
};

struct node {
    struct node *parent;
    atomic_int refs; /* living children, plus 1 while it is itself open or being solved */
    int64_t id;      /* order of opening; ties of the heap */
    double bound;    /* no solution below is better */
    double relaxed;  /* objective of its relaxation, once known; may be below the bound after cuts were removed */
    int depth;
    int record;     /* its number in a recorded tree (recorder.h) */
    int branch_col; /* column branched on to make it, or -1: several */
    bool branch_up;
    double branch_distance;   /* by how much branching moved the column off its value */
    struct node_basis *basis; /* to begin with; NULL: the slack basis */
    int changes;              /* against the parent */
    struct node_change change[];
};

struct node *node_new(struct node *parent, double bound, int changes);
/* Drops one reference; frees the node and those of its ancestors that are not needed elsewhere. NULL is allowed. */
void node_release(struct node *n);

struct node_basis *node_pack(const unsigned char *place, int variables); /* one reference */
void node_unpack(unsigned char *place, const struct node_basis *b, int variables);
void node_basis_release(struct node_basis *b);

struct node_list {
    struct node **item;
    size_t count, room;
};
void node_append(struct node_list *l, struct node *n);

struct node_heap { /* least bound first; of equal ones the deepest, then the youngest */
    struct node **item;
    size_t count, room;
};
void node_push(struct node_heap *h, struct node *n);
struct node *node_pop(struct node_heap *h); /* NULL: empty */

#endif
