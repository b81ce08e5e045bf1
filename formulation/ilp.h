/* ilp.h - a reduced instance (formulation/core.h) as a mixed-integer linear program (solver/model/model.h): equations
 * (1) to (10).
 *
 *   x[v,p]      one column per kept choice, binary; rows (1)
 *   y[e,l,l']   FORMULATION_FLOW: rows (2). Left out where one end has a single layout: there y is a sum of x.
 *   y[e,p,q]    FORMULATION_PRODUCT: rows (2'), for the pairs that need a conversion; x + x <= 1 where none exists
 *   z[u,l,l']   per tensor: a tensor with several readers is converted once, z >= y of each
 *   m           the memory of the largest step: for workspace and peak where it is minimised, for footprint always;
 *               elsewhere the budget bounds each step. One row per step: step - m <= 0.
 *   u, x, a     streamed segments: formulation/ilp_segments.h
 *
 * A flash budget F is one row: the stored weights add up to F at most (21).
 *
 * Times are nanoseconds above each node's least time; the sum of these is the offset. Bytes are counted in `unit`,
 * their greatest common divisor, so that coefficients are small whole numbers and budgets are met exactly. */
#ifndef FORMULATION_ILP_H
#define FORMULATION_ILP_H
#include "formulation/core.h"
#include "solver/model/model.h"

enum ilp_aim {
    ILP_TIME,    /* min T    s.t. M <= the core's budget     (8) */
    ILP_MEMORY,  /* min M    s.t. T <= most_ns               (9), M in units */
    ILP_WEIGHTED /* min time_price T + memory_price M        (10), M in bytes */
};

struct ilp_goal {
    enum ilp_aim aim;
    int64_t most_ns; /* ILP_MEMORY; INT64_MAX: any */
    double time_price, memory_price;
};

struct ilp {
    const struct core *core;
    struct ilp_goal goal;
    enum formulation formulation;
    struct model *model;           /* column core->first[v] + k is x of core_choice(core, v, k) */
    int (*y)[LAYOUTS][LAYOUTS];    /* [edges] flow columns, or -1 */
    int **pair;                    /* [edges] product columns [kept by from][kept by to], or -1 */
    int (*z)[LAYOUTS][LAYOUTS];    /* [nodes] or -1 */
    int memory;                    /* column m, or -1 */
    int64_t unit;                  /* bytes */
    struct ilp_tensors *tensors;   /* peak, footprint per tensor: ilp_tensor.c's */
    struct ilp_segments *segments; /* NULL: all layers run as a whole */
    bool named;
    double *sum;           /* [cols] the linear expression under construction; zero between rows */
    int *touched, touches; /* [cols] where it may be nonzero, each once */
    bool *is_touched;      /* [cols] all false between rows */
    double constant;
};

/* The core must have been made with weigh_memory for ILP_MEMORY and ILP_WEIGHTED. With `named` columns and rows get
 * names of layers and primitives. NULL and a line for what has no formulation as an ILP. */
struct ilp *ilp_new(const struct core *core, const struct ilp_goal *goal, enum formulation formulation, bool named,
                    struct error *err);
void ilp_free(struct ilp *p);
/* choice[nodes] from a solution's x columns: per node the largest; and its segments, from their columns u. */
void ilp_decode(int *choice, struct streams *streams, const struct ilp *p, const double *x);

/* Shared by ilp.c, ilp_columns.c, ilp_memory.c, ilp_tensor.c and ilp_segments.c. Columns first: */
#define ILP_NAME 256
void ilp_columns(struct ilp *p); /* x, y, z */
/* The layouts that node v's kept choices, and segments that end with v, make (out), or those that choices read; returns
 * how many. */
int ilp_layouts(bool seen[LAYOUTS], const struct core *core, int v, bool out);
const char *ilp_layer_name(const struct core *core, int v, char spare[ILP_NAME]);
/* KIND:FROM:TO.SLOT:l:l', -1 for any layout; nothing without `named`. */
void ilp_edge_name(char name[ILP_NAME], const struct ilp *p, char kind, int e, int from, int to);

/* Bytes in units, exactly: the unit divides every size in a row. */
static inline double ilp_units(const struct ilp *p, int64_t bytes) {
    assert(bytes >= 0 && bytes % p->unit == 0);
    return (double)(bytes / p->unit);
}

/* Then the linear expression under construction: */
void ilp_add(struct ilp *p, int col, double value);
/* value times the indicator that edge e goes from l to l'. */
void ilp_add_way(struct ilp *p, int e, int from, int to, double value);
/* value times the indicator that node u's tensor is converted from l to l' for edge e; per tensor, for its first such
 * edge only. */
void ilp_add_conversion(struct ilp *p, int e, int from, int to, double value);
/* A property of a choice: ns or bytes. */
typedef int64_t ilp_measure(const struct core *core, const struct choice *c);
/* The sum of `measure` over the layers, divided by `unit`, times `price`; each layer's least is moved into the constant.
 * moves: what segments move in the arena is added. */
void ilp_add_layers(struct ilp *p, ilp_measure *measure, bool moves, int64_t unit, double price);
/* The expression becomes row lower <= sum <= upper (the constant is moved over), is added to the objective, or is
 * forgotten. */
void ilp_row(struct ilp *p, const char *name, double lower, double upper);
void ilp_objective(struct ilp *p);
void ilp_drop(struct ilp *p);
void ilp_memory_columns(struct ilp *p); /* unit and column m */
/* The expression, a step of node v without its tensors of fixed_bytes, is bounded by the budget or m if v runs as a
 * whole; else it is 0. */
void ilp_row_step(struct ilp *p, const char *name, int v, int64_t fixed_bytes);
void ilp_tensor_columns(struct ilp *p); /* ilp_tensor.c: the steps where conversions are per tensor */
void ilp_tensor_rows(struct ilp *p);
void ilp_tensor_free(struct ilp *p);
void ilp_memory_rows(struct ilp *p); /* budget rows, step rows, flash row; (9) and (10): M in the objective */

#endif
