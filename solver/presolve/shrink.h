/* shrink.h - the program while presolve works on it, shared by presolve's files only.
 *
 *     minimise offset + c'x    subject to    row.lower <= A x <= row.upper,    col.lower <= x <= col.upper
 *
 * Infinite bounds are +-INFINITY. Indices are those of the original program throughout; what was removed is marked in
 * row.gone and col.gone. Each entry of A is linked into the list of its row and that of its column. Each reduction
 * takes program P to P' and pushes one record, from which postsolve.c makes an optimal basic solution of P out of one
 * of P'. A reduction that leaves every optimal basis optimal pushes nothing. */
#ifndef SOLVER_PRESOLVE_SHRINK_H
#define SOLVER_PRESOLVE_SHRINK_H
#include <math.h>
#include <stdint.h>

#include "solver/model/basis.h"
#include "solver/presolve/presolve.h"

/* A nonzero. Invariants: value != 0; the next one's prev is this one, in the row and in the column; -1 ends a list. */
struct shrink_entry {
    int row, col;
    double value;
    int row_next, row_prev, col_next, col_prev;
};

/* First in, first out; an item waits at most once: queued[i] is true exactly for the `count` waiting items. */
struct shrink_queue {
    int *item, head, count, size;
    bool *queued;
};

/* Activity a'x of a row over the box: least and most without the infinite terms, which are counted instead. */
struct shrink_activity {
    double least, most;
    int least_infinite, most_infinite;
    double size; /* sum of |a| |bound| over finite bounds: rounding errors are relative to it */
    int age;     /* changes since it was recomputed; 0: out of date */
};

/* The rows, or the columns: bounds, entries and the queue of those to be examined again.
 * Invariants: length[i] is the number of entries in the list that begins at head[i]; one that is gone has none; `left`
 * counts those that are not gone; lower <= upper up to rounding while the status is PRESOLVE_REDUCED. */
struct shrink_lines {
    int count, left;
    double *lower, *upper;
    int *length, *head; /* head: an entry, or -1 */
    bool *gone;
    struct shrink_queue queue;
};

enum shrink_kind {
#define RECORD(kind, restore) SHRINK_##kind,
#include "solver/presolve/records.def"
#undef RECORD
    SHRINK_KINDS
};
enum { SHRINK_LOWER = 1, SHRINK_UPPER = 2 }; /* bits of flag */

/* What postsolve needs to undo one reduction; records.def says what each kind keeps where. */
struct shrink_record {
    enum shrink_kind kind;
    unsigned char side, flag; /* enum place; SHRINK_LOWER | SHRINK_UPPER */
    int row, col, other;
    int first, count, split; /* its slice of the arena: first, ..., first + count - 1; split <= count */
    double value[5];
};

/* Records in the order in which they were pushed. Their slices of the arena are disjoint, in the same order, and fill
 * it; only the last record's slice still grows. */
struct shrink_stack {
    struct shrink_record *record;
    size_t count, room;
};

struct shrink_arena {
    int *index;
    double *value;
    size_t used, index_room, value_room;
};

struct shrink_pool { /* of entries; the removed ones are a list by row_next that begins at `free` (-1: none) */
    size_t used, room;
    int free;
};

struct shrink_work { /* entries looked at */
    int64_t done, limit;
    int64_t look; /* the clock is read next when `done` is here */
};

struct shrink_scratch { /* both [rows or columns, the larger number] */
    int *list;
    int *mark; /* all -1 between uses */
};

struct shrink_reduced { /* the reduced program: made once, by presolve_run */
    struct model *model;
    int *col, *row; /* original index of each, ascending */
};

enum {
    PRESOLVE_REDUCTIONS = 0
#define REDUCTION(scope, name, help) +1
#include "solver/presolve/reductions.def"
#undef REDUCTION
};

struct presolve {
    const struct model *original;
    struct options options;
    struct limits limits;
    enum presolve_status status;
    bool integers; /* some column is integer: only x is recovered, and reductions need not preserve duals */
    struct shrink_lines row, col;
    double offset, *cost;
    bool *integer;
    struct shrink_entry *entry;
    struct shrink_pool entries;
    struct shrink_activity *activity; /* [rows] kept up to date; shrink_activity renews old ones */
    double *moved; /* [rows] sum of |what was taken off the sides|: their rounding errors are relative to it */
    struct shrink_work work;
    struct shrink_stack stack;
    struct shrink_arena arena;
    struct shrink_scratch scratch;
    struct shrink_reduced reduced;
    int64_t applied[PRESOLVE_REDUCTIONS]; /* how often each reduction changed something */
};

#define SHRINK_TOLERANCE 1e-9 /* relative: differences below it are rounding */

struct presolve *shrink_new(const struct model *m, const struct options *o);
void shrink_free(struct presolve *p);
bool shrink_going(struct presolve *p); /* the status is open, and neither work nor time is used up */

void shrink_touch_row(struct presolve *p, int row); /* to be examined again */
void shrink_touch_column(struct presolve *p, int col);
void shrink_touch_rows_of(struct presolve *p, int col);
void shrink_touch_columns_of(struct presolve *p, int row);
int shrink_next(struct shrink_queue *q); /* -1: none */

struct shrink_activity shrink_activity(struct presolve *p, int row);
void shrink_rebound(struct presolve *p, int col, double lower, double upper); /* sets bounds, keeps activities right */
void shrink_forget_activity(struct presolve *p, int row);                     /* after a change of a coefficient */
void shrink_leave_activity(struct presolve *p, int e); /* removes the term of entry `e` from its row's activity */
/* Least and most of the row without the entry `e`; -INFINITY and INFINITY if unbounded. */
void shrink_rest(double *least, double *most, const struct presolve *p, const struct shrink_activity *a, int e);
/* Bounds that the row of entry `e` and the other columns' bounds imply for its column. */
void shrink_implied(double *lower, double *upper, const struct presolve *p, const struct shrink_activity *a, int e);
/* Which bounds of the column the row of `e` implies (SHRINK_LOWER | SHRINK_UPPER); infinite ones always are. */
int shrink_implied_bounds(const struct presolve *p, const struct shrink_activity *a, int e);

int shrink_find(struct presolve *p, int row, int col);                /* entry or -1 */
void shrink_change(struct presolve *p, int row, int col, double add); /* a rounding error of a sum counts as 0 */
void shrink_add(struct presolve *p, int row, int col, double value);  /* only if the entry does not exist */
/* Sets scratch.mark[row] to the entry of the column in that row, and back to -1. */
void shrink_mark_column(struct presolve *p, int col);
void shrink_unmark_column(struct presolve *p, int col);
void shrink_remove_entry(struct presolve *p, int e);

/* New bounds, no looser than before, which may be off by `doubt`; false (and status) if they cross by more. */
bool shrink_tighten(struct presolve *p, int col, double lower, double upper, double doubt);
bool shrink_infeasible(struct presolve *p); /* sets the status; true, like a reduction that changed something */
/* The violation beyond which a row of that size is infeasible. */
double shrink_slack(const struct presolve *p, double size);
void shrink_shift(struct presolve *p, int row, double by); /* takes `by` off both sides */
/* What rounding may have made of the row's sides while terms moved into them: they can be large and cancel, so that it
 * is far more than the sides that are left suggest. */
double shrink_doubt(const struct presolve *p, int row);

struct shrink_record *shrink_push(struct presolve *p, enum shrink_kind kind, int row, int col);
void shrink_keep(struct presolve *p, int index, double value); /* appends to the last record's slice of the arena */
/* Appends the row of entry `e` for postsolve, which moves e's column towards `side` as far as that row allows. */
void shrink_keep_row(struct presolve *p, int e, enum place side);
/* Removes a column at `value`, nonbasic at `side` (PLACE_BASIC: at the bound that fits its reduced cost). */
void shrink_fix(struct presolve *p, int col, double value, enum place side);
void shrink_drop_row(struct presolve *p, int row);  /* as redundant */
void shrink_erase_row(struct presolve *p, int row); /* without a record */
void shrink_erase_column(struct presolve *p, int col);

#define SHRINK_ROW(p, e, r)    for (int e = (p)->row.head[r]; e >= 0; e = (p)->entry[e].row_next)
#define SHRINK_COLUMN(p, e, c) for (int e = (p)->col.head[c]; e >= 0; e = (p)->entry[e].col_next)

/* The reductions; each returns whether it changed anything. */
#define REDUCTION_SCOPE_row          struct presolve *p, int row
#define REDUCTION_SCOPE_column       struct presolve *p, int col
#define REDUCTION_SCOPE_all          struct presolve *p
#define REDUCTION(scope, name, help) bool presolve_##scope##_##name(REDUCTION_SCOPE_##scope);
#include "solver/presolve/reductions.def"
#undef REDUCTION

/* Whether lists, counts and activities agree with a recount; for CHECK. */
bool shrink_check(const struct presolve *p);

#endif
